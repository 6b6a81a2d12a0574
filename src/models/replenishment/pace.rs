//! How much slower than the shop's the customers of one product buy it again.

use super::gap_model::{Belief, GapModel, Rhythm};
use crate::models::numerics::sum::Sum;

/// Sums over the customers of a product.
///
/// # Formula
///
/// With ln b of the product normal around the shop's with variance τ², one step of Newton from the
/// shop's value to the mode is τ²·Σs/(τ²·ΣI + 1), s the scores and I the information. The variance
/// by moments over the products is τ² = Σ((Σs)² − Σs²)/Σ(ΣI)², as the score test of
/// heterogeneity has it (Commenges & Jacqmin-Gadda (1997), J. R. Stat. Soc. B 59).
#[derive(Debug, Default)]
pub struct ProductPace {
    score: Sum,
    information: Sum,
    squares: Sum,
}

/// The sums.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaceSums {
    /// Σs.
    pub score: f64,
    /// ΣI.
    pub information: f64,
    /// Σs².
    pub squares: f64,
}

impl ProductPace {
    /// Adds a customer.
    pub fn add(&mut self, model: &GapModel, rhythm: &Rhythm) {
        let (score, information) = Belief::new(model, rhythm).score(model);
        self.score.add(score);
        self.information.add(information);
        self.squares.add(score * score);
    }

    /// Adds everything that `other` collected.
    pub fn merge(&mut self, other: &Self) {
        self.score.merge(&other.score);
        self.information.merge(&other.information);
        self.squares.merge(&other.squares);
    }

    /// The sums; `None` without a customer.
    pub fn finish(&self) -> Option<PaceSums> {
        (!self.score.is_empty()).then(|| PaceSums {
            score: self.score.value(),
            information: self.information.value(),
            squares: self.squares.value(),
        })
    }
}

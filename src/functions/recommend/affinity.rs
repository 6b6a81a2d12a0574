//! The affinity of two products: how similar their buyers are, and how significant that is.

use super::bought_together::Partner;
use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::numerics::checks::{at_least, within};
use crate::models::recommend::fisher::Fisher;
use crate::models::recommend::together::similarity;
use std::cell::RefCell;

sql_struct! {
    /// Measures of a pair of products.
    pub struct Measures {
        /// Shrunk cosine.
        pub similarity: f64,
        /// Fisher's exact test.
        pub p_value: f64,
    }
}

thread_local! {
    /// Logarithms, which the next pair needs as well.
    static FISHER: RefCell<Fisher> = RefCell::default();
}

/// `__audience_affinity(partner STRUCT) → STRUCT`
pub struct Affinity;

impl Scalar for Affinity {
    const NAME: &'static str = "__audience_affinity";
    type Args<'a> = (Partner,);
    type Out = Measures;

    fn call((partner,): Self::Args<'_>) -> Result<Option<Measures>> {
        let both = at_least("together", partner.together, 1)?;
        let baskets = at_least("baskets", partner.baskets, both)?;
        let a = within("buyers", partner.buyers, both..=baskets)?;
        let b = within("other_buyers", partner.other_buyers, both..=baskets)?;
        let [both, a, b, baskets] = [both, a, b, baskets].map(i32::unsigned_abs);
        let p_value = FISHER.with_borrow_mut(|fisher| fisher.p_value(both, a, b, baskets));
        Ok(Some(Measures {
            similarity: similarity(both, a, b),
            p_value,
        }))
    }
}

//! When a customer buys a product again.
//!
//! # Formula
//!
//! A customer who still buys the product waits for a time *t* with the survival function
//! exp(−λ·tᵏ) (Weibull). The rates λ of all customers are gamma distributed with shape *a* and
//! rate *b*, so what a customer's own gaps say is added to the parameters: after n gaps with
//! Σgᵏ = S and the running gap u they are a + n and b + S + uᵏ (Hardie & Fader (2003), "Weibull-gamma
//! timing model"; Lancaster (1990), *The Econometric Analysis of Transition Data*, chapter 3). After each purchase,
//! also the first, the customer leaves the product for ever with a probability that is beta distributed over customers, as in
//! MBG/NBD (Batislam, Denizel & Filiztekin (2007)); there k is 1.

use crate::error::{Error, Result};
use crate::models::numerics::checks::{LARGEST_DAYS, finite, within};
use crate::models::purchases::packed_gaps::gaps;

/// The parameters of a shop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapModel {
    /// k: above 1 where purchases come more regularly than by chance.
    pub shape: f64,
    /// a: small where customers differ much in how often they buy.
    pub rate_shape: f64,
    /// b, in days to the power of k.
    pub rate_scale: f64,
    /// The first parameter of the beta distribution of leaving.
    pub leaving: f64,
    /// Its second.
    pub staying: f64,
    /// How much longer a larger quantity lasts: the gap grows with this power of it.
    pub quantity_power: f64,
}

/// What is between the least and the greatest exponent that a fit gives.
pub(super) const SHAPES: std::ops::RangeInclusive<f64> = 0.1..=10.0;
/// The same of the other parameters.
pub(super) const SIZES: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

/// A quantity counts at most as this many times the usual one, or as its fraction.
const MOST_QUANTITIES: f64 = 10.0;

impl GapModel {
    /// Checks parameters that may have been put together by hand.
    ///
    /// # Errors
    ///
    /// When one is impossible.
    pub fn checked(self) -> Result<Self> {
        within("shape", self.shape, SHAPES)?;
        within("rate_shape", self.rate_shape, SIZES)?;
        within("rate_scale", self.rate_scale, 1e-300..=1e200)?;
        within("leaving", self.leaving, 1e-12..=1e6)?;
        within("staying", self.staying, 1e-12..=1e6)?;
        within("quantity_power", self.quantity_power, 0.0..=1.0)?;
        Ok(self)
    }

    /// The same for a product whose customers take e^pace times as long, in units of gapᵏ.
    ///
    /// # Errors
    ///
    /// When the pace is no number.
    pub fn of_product(mut self, pace: f64) -> Result<Self> {
        self.rate_scale *= finite("pace", pace)?.clamp(-5.0, 5.0).exp();
        Ok(self)
    }
}

/// A customer's gaps between purchases of a product, and the running one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    /// Complete gaps.
    pub count: f64,
    /// Σgᵏ of them.
    pub spent: f64,
    /// Days since the last purchase.
    pub silence: f64,
    /// What a gap after such a quantity lasts, in usual gaps.
    pub stretch: f64,
}

impl Rhythm {
    /// Reads the gaps, after the last of which so many days have passed. `quantities` is the last
    /// quantity in usual ones.
    ///
    /// # Errors
    ///
    /// When the bytes are no gaps, or a number is impossible.
    pub fn new(
        model: &GapModel,
        packed: &[u8],
        silence: i64,
        quantities: Option<f64>,
    ) -> Result<Self> {
        let silence = within("silence_days", silence as f64, 0.0..=LARGEST_DAYS)?;
        let (mut count, mut spent) = (0.0, 0.0);
        for gap in gaps(packed) {
            let gap = gap.ok_or_else(|| Error::argument("gaps", "must be gaps, packed"))?;
            count += 1.0;
            spent += f64::from(gap).powf(model.shape);
        }
        let stretch = match quantities {
            Some(ratio) => within("usual_quantities", ratio, 0.0..=f64::INFINITY)?
                .clamp(1.0 / MOST_QUANTITIES, MOST_QUANTITIES)
                .powf(model.quantity_power),
            None => 1.0,
        };
        Ok(Self {
            count,
            spent,
            silence,
            stretch,
        })
    }
}

/// What the model knows of a customer and a product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Belief {
    shape: f64,
    stretch: f64,
    silence: f64,
    /// a + n.
    rate_shape: f64,
    /// b + S.
    before: f64,
    /// b + S + uᵏ.
    now: f64,
    alive: f64,
}

impl Belief {
    /// After these gaps.
    pub fn new(model: &GapModel, rhythm: &Rhythm) -> Self {
        let rate_shape = model.rate_shape + rhythm.count;
        let before = model.rate_scale + rhythm.spent;
        let silence = rhythm.silence / rhythm.stretch;
        let now = before + silence.powf(model.shape);
        let survival = (rate_shape * (before / now).ln()).exp();
        let stays = (model.staying + rhythm.count) * survival;
        Self {
            shape: model.shape,
            stretch: rhythm.stretch,
            silence,
            rate_shape,
            before,
            now,
            alive: stays / (model.leaving + stays),
        }
    }

    /// The probability to buy within so many days from now.
    pub fn chance(&self, days: f64) -> f64 {
        let (shape, silence) = (self.shape, self.silence);
        let more = (silence + days / self.stretch).powf(shape) - silence.powf(shape);
        self.alive * -(-self.rate_shape * (more / self.now).ln_1p()).exp_m1()
    }

    /// The median gap after a purchase of the usual quantity, of a customer who still buys. The
    /// silence since the last one is not counted: a due date that moves on every day is none.
    pub fn usual_gap(&self) -> f64 {
        let half = (std::f64::consts::LN_2 / self.rate_shape).exp_m1();
        (self.before * half)
            .powf(1.0 / self.shape)
            .min(LARGEST_DAYS)
    }

    /// The median days from now until the next purchase, of a customer who still buys: with the
    /// present silence counted.
    pub fn wait(&self) -> f64 {
        let half = (std::f64::consts::LN_2 / self.rate_shape).exp_m1();
        let spent = self.silence.powf(self.shape) + self.now * half;
        let wait = spent.powf(1.0 / self.shape) - self.silence;
        (wait * self.stretch).clamp(0.0, LARGEST_DAYS)
    }

    /// The median gap after the last purchase.
    pub fn gap(&self) -> f64 {
        (self.usual_gap() * self.stretch).min(LARGEST_DAYS)
    }

    /// The derivative of the log likelihood by ln b, and the information about it, as if it were
    /// known whether the customer still buys.
    pub(super) fn score(&self, model: &GapModel) -> (f64, f64) {
        let at = |total: f64| {
            let share = model.rate_scale / total;
            let expected = self.rate_shape * share;
            (model.rate_shape - expected, expected * (1.0 - share))
        };
        let (left, stayed) = (at(self.before), at(self.now));
        let mixed = |left: f64, stayed: f64| left + self.alive * (stayed - left);
        (mixed(left.0, stayed.0), mixed(left.1, stayed.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: GapModel = GapModel {
        shape: 1.3,
        rate_shape: 0.9,
        rate_scale: 120.0,
        leaving: 0.5,
        staying: 0.4,
        quantity_power: 0.5,
    };

    fn belief(gaps: &[u8], silence: i64, quantities: Option<f64>) -> Belief {
        let rhythm = Rhythm::new(&MODEL, gaps, silence, quantities).expect("gaps");
        Belief::new(&MODEL, &rhythm)
    }

    #[test]
    fn many_gaps_decide_and_few_are_drawn_to_the_shop() {
        let own = belief(&[20; 100], 5, None).usual_gap();
        assert!((own - 20.0).abs() < 7.0, "{own}");
        let few = belief(&[20], 5, None).usual_gap();
        assert!(few > own);
        // A due date stays where it is while the customer is silent.
        assert_eq!(belief(&[20], 200, None).usual_gap(), few);
        // Half of those who still buy have bought by then.
        let late = belief(&[20], 200, Some(3.0));
        assert!((late.chance(late.wait()) / late.alive - 0.5).abs() < 1e-12);
        assert!(late.wait() > belief(&[20], 5, Some(3.0)).wait());
    }

    #[test]
    fn chances_grow_with_time_and_fall_after_long_silence() {
        let due = belief(&[20, 25, 18], 22, None);
        let chances = [0.0, 1.0, 30.0, 1e9].map(|days| due.chance(days));
        assert!(chances.is_sorted() && chances[0] == 0.0 && chances[3] < 1.0);
        assert!(belief(&[20, 25, 18], 400, None).chance(30.0) < due.chance(30.0) / 4.0);
    }

    #[test]
    fn more_lasts_longer() {
        let usual = belief(&[20, 25, 18], 22, Some(1.0));
        let more = belief(&[20, 25, 18], 22, Some(4.0));
        assert_eq!(usual.gap(), belief(&[20, 25, 18], 22, None).gap());
        assert!(more.gap() > 1.5 * usual.gap());
        assert!(more.chance(5.0) < usual.chance(5.0));
        // A thousand times is a mistake.
        let huge = belief(&[20, 25, 18], 22, Some(f64::INFINITY));
        assert_eq!(huge, belief(&[20, 25, 18], 22, Some(10.0)));
    }

    #[test]
    fn the_score_is_the_derivative() {
        let log_likelihood = |pace: f64| {
            let model = MODEL.of_product(pace).expect("a number");
            let rhythm = Rhythm::new(&model, &[20, 25], 60, None).expect("gaps");
            let belief = Belief::new(&model, &rhythm);
            let survival = (belief.rate_shape * (belief.before / belief.now).ln()).exp();
            let mix = model.leaving + (model.staying + 2.0) * survival;
            model.rate_shape * model.rate_scale.ln() - belief.rate_shape * belief.before.ln()
                + mix.ln()
        };
        let rhythm = Rhythm::new(&MODEL, &[20, 25], 60, None).expect("gaps");
        let (score, information) = Belief::new(&MODEL, &rhythm).score(&MODEL);
        let slope = (log_likelihood(1e-5) - log_likelihood(-1e-5)) / 2e-5;
        assert!((score - slope).abs() < 1e-8, "{score} is not {slope}");
        assert!(information > 0.0);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Rhythm::new(&MODEL, &[0], 5, None).is_err());
        assert!(Rhythm::new(&MODEL, &[200], 5, None).is_err());
        assert!(Rhythm::new(&MODEL, &[], -1, None).is_err());
        assert!(Rhythm::new(&MODEL, &[], 1, Some(f64::NAN)).is_err());
        assert!(
            GapModel {
                shape: f64::NAN,
                ..MODEL
            }
            .checked()
            .is_err()
        );
        assert!(MODEL.of_product(f64::INFINITY).is_err());
        assert_eq!(MODEL.checked(), Ok(MODEL));
    }
}

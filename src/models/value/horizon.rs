//! What a customer's value looks ahead, and what money that comes later is worth today.

use crate::error::Result;
use crate::models::numerics::checks::within;
use crate::models::prediction::learned::MOST_DAYS;
use crate::models::prediction::model::YEAR_DAYS;
use crate::models::prediction::shop_model::Prospect;

/// The days that a customer's value looks ahead, and a discount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueHorizon {
    /// The days.
    pub days: f64,
    /// By how much less money is worth a year later, as a share of what it is worth then.
    pub discount_rate: f64,
}

impl ValueHorizon {
    /// A year, in which money keeps its worth.
    pub const YEAR: Self = Self {
        days: YEAR_DAYS,
        discount_rate: 0.0,
    };

    /// Checked options.
    ///
    /// # Errors
    ///
    /// When one is out of range; the message names it.
    pub fn checked(value_days: i32, discount_rate: f64) -> Result<Self> {
        Ok(Self {
            days: within("value_days", value_days, 1..=MOST_DAYS)?.into(),
            discount_rate: within("discount_rate", discount_rate, 0.0..=1.0)?,
        })
    }

    /// What the purchases to expect are worth today, as a share of what they will be worth then.
    pub fn worth(&self, prospect: &Prospect) -> f64 {
        if self.discount_rate == 0.0 {
            return 1.0;
        }
        let expected = prospect.expected_purchases(self.days);
        if expected > 0.0 {
            self.discounted(prospect, expected) / expected
        } else {
            1.0
        }
    }

    /// The purchases to expect, each counted as its share of a purchase today, of which `expected`
    /// come in all.
    ///
    /// # Formula
    ///
    /// ∫ e^(−δt) dE(t) = e^(−δT) E(T) + δ ∫ e^(−δt) E(t) dt from 0 to T, E(t) the purchases to
    /// expect within t days and δ = ln(1 + rate)/365; the integral by Gauss and Legendre.
    pub fn discounted(&self, prospect: &Prospect, expected: f64) -> f64 {
        if self.discount_rate == 0.0 {
            return expected;
        }
        let force = self.discount_rate.ln_1p() / YEAR_DAYS;
        let worth = |days: f64| (-force * days).exp();
        let mean: f64 = NODES
            .iter()
            .map(|&(node, weight)| {
                let early = self.days * (1.0 - node) / 2.0;
                let late = self.days * (1.0 + node) / 2.0;
                let at = |days| worth(days) * prospect.expected_purchases(days);
                weight / 2.0 * (at(early) + at(late))
            })
            .sum();
        worth(self.days) * expected + force * self.days * mean
    }
}

/// The positive ones of eight nodes between −1 and 1, with their weights.
const NODES: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::prediction::model::PurchaseModel;
    use crate::models::prediction::seasons::Seasons;
    use crate::models::prediction::shop_model::ShopModel;
    use crate::models::purchases::purchases::PurchaseHistory;

    /// Day by day, each purchase at the end of its day.
    fn daily(prospect: &Prospect, horizon: &ValueHorizon) -> f64 {
        let growth = (1.0 + horizon.discount_rate).powf(-1.0 / YEAR_DAYS);
        let (mut worth, mut before, mut sum) = (growth.sqrt(), 0.0, 0.0);
        for day in 1..=horizon.days as i32 {
            let expected = prospect.expected_purchases(f64::from(day));
            sum += worth * (expected - before);
            (worth, before) = (worth * growth, expected);
        }
        sum
    }

    #[test]
    fn the_integral_is_that_of_the_days() {
        let mut index = [0.8; 12];
        index[10] = 2.0;
        index[11] = 2.0;
        let seasons = Seasons::new(index).expect("sound");
        let history = PurchaseHistory::from_days([0, 40, 90, 100].into_iter(), 100)
            .expect("room")
            .expect("days");
        for seasons in [None, Some(seasons)] {
            let shop = ShopModel {
                model: PurchaseModel::CDNOW,
                seasons,
                learned: None,
            };
            let prospect = shop.prospect(&history, None, 110).expect("a prospect");
            for (days, discount_rate) in [(1.0, 0.1), (365.0, 0.1), (730.0, 0.3), (3650.0, 1.0)] {
                let horizon = ValueHorizon {
                    days,
                    discount_rate,
                };
                let expected = prospect.expected_purchases(days);
                let found = horizon.discounted(&prospect, expected);
                let summed = daily(&prospect, &horizon);
                assert!(
                    (found / summed - 1.0).abs() < 5e-3,
                    "{days} {discount_rate}: {found} {summed}"
                );
                assert!(found < expected);
            }
            let year = ValueHorizon::YEAR;
            assert_eq!(year.discounted(&prospect, 1.25), 1.25);
        }
    }
}

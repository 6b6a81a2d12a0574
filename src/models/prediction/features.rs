//! What is known of a customer at a day, as the numbers that a return is learned from.

use super::mbg_nbd::{Customer, Dropout};
use super::model::PurchaseModel;
use crate::models::numerics::logarithms::ln_1p;

/// How many features there are.
pub const FEATURES: usize = 14;

/// The place of the mean purchase value among them.
pub const VALUE: usize = 8;

/// MBG/NBD is not believed to be surer than this.
const LEAST: f64 = 1e-4;

/// A probability that has log odds.
pub fn believed(probability: f64) -> f64 {
    probability.clamp(LEAST, 1.0 - LEAST)
}

/// The log odds of a [`believed`] probability.
pub fn log_odds(probability: f64) -> f64 {
    let believed = believed(probability);
    (believed / (1.0 - believed)).ln()
}

/// A customer's purchases up to a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    /// Purchase days.
    pub purchases: u32,
    /// The first.
    pub first_day: i32,
    /// The last.
    pub last_day: i32,
    /// The most days between two purchases on end; 0 below two.
    pub longest_gap: i64,
    /// Purchases within the last 30 days.
    pub last_30: u32,
    /// Purchases within the last 90 days.
    pub last_90: u32,
    /// Purchases within the last 365 days.
    pub last_365: u32,
    /// Purchases a year ago, in the days that now lie ahead.
    pub same_season: u32,
}

impl Record {
    /// The record of ascending days, of which those after `until` do not count; `None` without a
    /// purchase.
    pub fn new(days: &[i32], until: i32, horizon: i32) -> Option<Self> {
        let until = i64::from(until);
        let by = |day: i64| days.partition_point(|&bought| i64::from(bought) <= day);
        let purchases = by(until);
        let known = &days[..purchases];
        let (&first_day, &last_day) = (known.first()?, known.last()?);
        let gaps = known.windows(2);
        let gaps = gaps.map(|pair| i64::from(pair[1]) - i64::from(pair[0]));
        let a_year_ago = by(until - 365);
        let season = (until - 365 + i64::from(horizon)).min(until);
        Some(Self {
            purchases: purchases as u32,
            first_day,
            last_day,
            longest_gap: gaps.max().unwrap_or(0),
            last_30: (purchases - by(until - 30)) as u32,
            last_90: (purchases - by(until - 90)) as u32,
            last_365: (purchases - a_year_ago) as u32,
            same_season: by(season).saturating_sub(a_year_ago) as u32,
        })
    }

    /// The customer under MBG/NBD at `until`.
    pub fn customer(&self, model: &PurchaseModel, until: i32) -> Customer {
        let silence = i64::from(until) - i64::from(self.last_day);
        let span = i64::from(self.last_day) - i64::from(self.first_day);
        Customer::new(
            &model.parameters(),
            Dropout::AfterEveryPurchase,
            self.purchases.saturating_sub(1),
            span as f64,
            silence as f64,
        )
    }

    /// MBG/NBD's return probability within the days `ahead`, and the features of a
    /// [`customer`](Record::customer).
    ///
    /// # Formula
    ///
    /// With x repeat purchases over t days, silent for u, G the typical gap: the log odds of the
    /// return probability; ln(1+x); ln(1+u); ln((1+u)/(1+g)), g = (G+t)/(1+x); 1 if x = 0; ln(1+n)
    /// of the purchases in the last 90 and in the last 365 days; ln((1+u)/(1+longest gap)), 0 if x
    /// = 0; [`value_feature`]; ln(1+n) of the purchases in the same season a year ago; 1 if they
    /// were a customer then; ln(1+n) of the purchases in the last 30 days; ln(1 + days since the first
    /// purchase); the log odds times ln(1+u), for silence may say more, or less, of those who are likely to
    /// return.
    pub fn features(
        &self,
        model: &PurchaseModel,
        customer: &Customer,
        until: i32,
        ahead: f64,
        value: f64,
    ) -> (f64, [f64; FEATURES]) {
        let silence = i64::from(until) - i64::from(self.last_day);
        let probability = customer.return_probability(ahead);
        let repeats = self.purchases.saturating_sub(1);
        let repeat = f64::from(repeats);
        let span = (i64::from(self.last_day) - i64::from(self.first_day)) as f64;
        let usual_gap = (model.typical_gap_days + span) / (1.0 + repeat);
        let log_silence = ln_1p(silence);
        let was_customer = i64::from(self.first_day) <= i64::from(until) - 365;
        let longest = log_silence - ln_1p(self.longest_gap);
        let odds = log_odds(probability);
        let features = [
            odds,
            ln_1p(i64::from(repeats)),
            log_silence,
            log_silence - usual_gap.ln_1p(),
            f64::from(repeat == 0.0),
            ln_1p(i64::from(self.last_90)),
            ln_1p(i64::from(self.last_365)),
            if repeat > 0.0 { longest } else { 0.0 },
            value,
            ln_1p(i64::from(self.same_season)),
            f64::from(was_customer),
            ln_1p(i64::from(self.last_30)),
            ln_1p(i64::from(until) - i64::from(self.first_day)),
            odds * log_silence,
        ];
        (probability, features)
    }
}

/// What a purchase of the customer is worth beside one of the shop, as a feature; 0 where either is
/// not known.
///
/// # Formula
///
/// ln((1 + mean)/(1 + μ)), neither below 0.
pub fn value_feature(mean: Option<f64>, order_value: Option<f64>) -> f64 {
    match (mean, order_value) {
        (Some(mean), Some(typical)) => mean.max(0.0).ln_1p() - typical.max(0.0).ln_1p(),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_up_to_the_day_count() {
        let days = [100, 110, 400, 1_000];
        assert_eq!(Record::new(&days, 99, 90), None);
        let expected = Record {
            purchases: 3,
            first_day: 100,
            last_day: 400,
            longest_gap: 290,
            last_30: 0,
            last_90: 1,
            last_365: 2,
            // 110 is 365 − 5 days before 470: within (105, 195].
            same_season: 1,
        };
        assert_eq!(Record::new(&days, 470, 90), Some(expected));
        assert_eq!(Record::new(&days[..3], 470, 90), Some(expected));
    }

    #[test]
    fn intervals_are_open_at_their_beginning() {
        let counts = |day, until, horizon| {
            let record = Record::new(&[day], until, horizon).expect("a day");
            (
                record.last_30,
                record.last_90,
                record.last_365,
                record.same_season,
            )
        };
        assert_eq!(counts(0, 89, 30), (0, 1, 1, 0));
        assert_eq!(counts(0, 90, 30), (0, 0, 1, 0));
        assert_eq!(counts(0, 364, 30), (0, 0, 1, 1));
        assert_eq!(counts(0, 365, 30), (0, 0, 0, 0));
        assert_eq!(counts(0, 335, 30), (0, 0, 1, 1));
        assert_eq!(counts(0, 334, 30), (0, 0, 1, 0));
        assert_eq!(counts(0, 29, 30), (1, 1, 1, 0));
        assert_eq!(counts(0, 30, 30), (0, 1, 1, 0));
        // A horizon beyond a year has the whole last year as its season.
        assert_eq!(counts(0, 5, 3_650), (1, 1, 1, 1));
    }

    #[test]
    fn the_features_are_those_of_the_formula() {
        let model = PurchaseModel::CDNOW;
        let days = [0, 30, 40];
        let record = Record::new(&days, 100, 180).expect("days");
        let customer = record.customer(&model, 100);
        let p = customer.return_probability(180.0);
        let expected = [
            (p / (1.0 - p)).ln(),
            3.0_f64.ln(),
            61.0_f64.ln(),
            (61.0 / (1.0 + (62.0 + 40.0) / 3.0_f64)).ln(),
            0.0,
            3.0_f64.ln(),
            4.0_f64.ln(),
            (61.0 / 31.0_f64).ln(),
            0.5,
            0.0,
            0.0,
            0.0,
            101.0_f64.ln(),
            (p / (1.0 - p)).ln() * 61.0_f64.ln(),
        ];
        let (probability, found) = record.features(&model, &customer, 100, 180.0, 0.5);
        assert_eq!(probability, p);
        for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-12, "feature {place}: {found}");
        }
        let later = Record::new(&days, 400, 180).expect("days");
        let (_, later) = later.features(&model, &later.customer(&model, 400), 400, 180.0, 0.5);
        assert_eq!(later[9..11], [2.0_f64.ln(), 1.0], "one of them a year ago");
    }

    #[test]
    fn a_value_that_is_not_known_is_the_typical_one() {
        assert_eq!(value_feature(None, Some(20.0)), 0.0);
        assert_eq!(value_feature(Some(20.0), None), 0.0);
        assert_eq!(value_feature(Some(20.0), Some(20.0)), 0.0);
        assert_eq!(value_feature(Some(-5.0), Some(-9.0)), 0.0);
        assert!((value_feature(Some(41.0), Some(20.0)) - 2.0_f64.ln()).abs() < 1e-15);
    }
}

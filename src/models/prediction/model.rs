//! The purchase model of one shop, which the functions per customer take.

use super::mbg_nbd::{Customer, Dropout, Parameters};
use crate::error::{Error, Result};
use crate::models::numerics::checks::finite_day;
use crate::models::purchases::purchases::PurchaseHistory;

/// What expected purchases, their revenue and the date of the next one look ahead.
pub const YEAR_DAYS: f64 = 365.0;

/// MBG/NBD parameters with time in days, and two medians of the shop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PurchaseModel {
    /// Shape of the purchase rate.
    pub r: f64,
    /// Rate of the purchase rate, in days.
    pub alpha: f64,
    /// First parameter of the dropout probability.
    pub a: f64,
    /// Second parameter of the dropout probability.
    pub b: f64,
    /// Median days between the purchases of a repeat customer.
    pub typical_gap_days: f64,
    /// Mean purchase of the median customer; `None` when no amounts are known.
    pub order_value: Option<f64>,
}

impl PurchaseModel {
    /// About that of CDNOW.
    #[cfg(test)]
    pub const CDNOW: Self = Self {
        r: 0.6,
        alpha: 56.0,
        a: 0.64,
        b: 1.18,
        typical_gap_days: 62.0,
        order_value: None,
    };

    /// The model of a shop without data: the mean of the fit's prior, see
    /// [`Prior::DAYS`](super::mbg_nbd_fit::Prior::DAYS).
    pub const PRIOR: Self = Self {
        r: 1.0,
        alpha: 90.0,
        a: 0.8,
        b: 1.2,
        typical_gap_days: 90.0,
        order_value: None,
    };

    /// Checks a model that may have been stored or put together by hand.
    ///
    /// # Errors
    ///
    /// When a field is out of range; the message names it.
    pub fn validate(&self) -> Result<()> {
        Parameters::new(self.r, self.alpha, self.a, self.b)?;
        let (gap, limit) = (self.typical_gap_days, Parameters::LIMIT);
        if !(1.0 / limit..=limit).contains(&gap) {
            return Err(Error::argument(
                "model",
                format!("needs typical_gap_days between 1e-10 and 1e10, got {gap}"),
            ));
        }
        match self.order_value {
            Some(value) if !value.is_finite() => Err(Error::argument(
                "model",
                format!("needs a finite order_value, got {value}"),
            )),
            _ => Ok(()),
        }
    }

    /// The parameters alone.
    pub fn parameters(&self) -> Parameters {
        Parameters {
            r: self.r,
            alpha: self.alpha,
            a: self.a,
            b: self.b,
        }
    }

    /// One customer as of a day under this model.
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of`.
    pub fn customer(&self, history: &PurchaseHistory, as_of: i32) -> Result<Customer> {
        let silence = silence_days(history, as_of)?;
        Ok(self.silent_customer(history, silence as f64))
    }

    /// One customer after `silence` days.
    pub(crate) fn silent_customer(&self, history: &PurchaseHistory, silence: f64) -> Customer {
        Customer::new(
            &self.parameters(),
            Dropout::AfterEveryPurchase,
            history.repeat(),
            history.span() as f64,
            silence,
        )
    }
}

/// Days *u* from the last purchase to `as_of`.
///
/// # Errors
///
/// When the history goes beyond `as_of`, which would be looking into the
/// future, or `as_of` is infinite.
pub fn silence_days(history: &PurchaseHistory, as_of: i32) -> Result<i64> {
    finite_day("as_of", as_of)?;
    if history.last_day > as_of {
        return Err(Error::argument(
            "history",
            "has purchases after as_of; build it from the orders up to as_of",
        ));
    }
    Ok(i64::from(as_of) - i64::from(history.last_day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_field_is_named() {
        let prior = PurchaseModel::PRIOR;
        assert_eq!(prior.validate(), Ok(()));
        for (model, field) in [
            (PurchaseModel { r: -1.0, ..prior }, " r "),
            (
                PurchaseModel {
                    b: f64::NAN,
                    ..prior
                },
                " b ",
            ),
            (
                PurchaseModel {
                    typical_gap_days: 0.0,
                    ..prior
                },
                "typical_gap_days",
            ),
            (
                PurchaseModel {
                    order_value: Some(f64::INFINITY),
                    ..prior
                },
                "order_value",
            ),
        ] {
            let error = model.validate().expect_err("a bad field").to_string();
            assert!(error.contains(field), "{error}");
        }
    }

    #[test]
    fn the_future_is_refused() {
        let history = PurchaseHistory::from_days([5].into_iter(), 5)
            .expect("room")
            .expect("one day");
        assert_eq!(silence_days(&history, 5), Ok(0));
        assert!(silence_days(&history, 4).is_err());
        assert!(silence_days(&history, i32::MAX).is_err());
    }
}

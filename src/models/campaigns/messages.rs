//! The share of messages that converted, where customers get more than one.

use super::uplift::Share;
use crate::error::Result;
use crate::models::numerics::checks::{at_least, within};
use crate::models::numerics::student_t::{NORMAL_975, t_975};

/// Messages of one group, and how they are spread over its customers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MessageGroup {
    /// Customers who got one.
    pub customers: i64,
    /// Their messages.
    pub messages: i64,
    /// Messages that converted.
    pub conversions: i64,
    /// Σ m² over the customers, m their messages.
    pub messages_squared: f64,
    /// Σ c² over the customers, c their conversions.
    pub conversions_squared: f64,
    /// Σ c·m over the customers.
    pub conversions_by_messages: f64,
}

impl MessageGroup {
    /// The conversions, of as many independent messages as would tell as much.
    ///
    /// Some customers buy anyway, whatever they are sent, so twelve messages to one customer tell less
    /// than one message to each of twelve.
    ///
    /// # Formula
    ///
    /// p = Σc/Σm; v = n/(n−1)·Σ(c − p·m)²/(Σm)² is its variance between the n customers, and p(1−p)/v the
    /// effective number of messages: Rao & Scott (1992), *Biometrics* 48, 577–585. It is multiplied by
    /// (z/t)², t with n−1 degrees of freedom: Korn & Graubard (1998), *Survey Methodology* 24, 193–201. Where
    /// no message or every message converted, nothing is known of the variance, and a customer counts
    /// once.
    ///
    /// # Errors
    ///
    /// When these cannot be the counts of a group.
    pub fn share(&self) -> Result<Share> {
        let customers = at_least("customers", self.customers, 0)?;
        let messages = at_least("messages", self.messages, customers)?;
        let conversions = within("conversions", self.conversions, 0..=messages)?;
        let (n, all) = (customers as f64, messages as f64);
        let squares = within("messages_squared", self.messages_squared, all..=all * all)?;
        let converted = conversions as f64;
        let most = converted * converted;
        let converted_squares = within(
            "conversions_squared",
            self.conversions_squared,
            converted..=most,
        )?;
        let products = within(
            "conversions_by_messages",
            self.conversions_by_messages,
            converted..=converted * all,
        )?;
        let rate = if messages > 0 { converted / all } else { 0.0 };
        let observed = if customers == messages {
            all
        } else if customers < 2 || conversions == 0 || conversions == messages {
            n
        } else {
            let spread = converted_squares - 2.0 * rate * products + rate * rate * squares;
            let variance = n / (n - 1.0) * spread.max(0.0) / (all * all);
            // Without any variance between customers it is infinite.
            let effective = rate * (1.0 - rate) / variance;
            effective.min(all) * (NORMAL_975 / t_975(n - 1.0)).powi(2)
        };
        Ok(Share {
            converted: rate * observed,
            observed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(customers: &[(i64, i64)]) -> MessageGroup {
        let sum = |of: fn(&(i64, i64)) -> i64| customers.iter().map(of).sum::<i64>();
        MessageGroup {
            customers: customers.len() as i64,
            messages: sum(|(m, _)| *m),
            conversions: sum(|(_, c)| *c),
            messages_squared: sum(|(m, _)| m * m) as f64,
            conversions_squared: sum(|(_, c)| c * c) as f64,
            conversions_by_messages: sum(|(m, c)| m * c) as f64,
        }
    }

    fn observed(customers: &[(i64, i64)]) -> f64 {
        group(customers)
            .share()
            .expect("counts of a group")
            .observed
    }

    #[test]
    fn one_message_each_is_an_observation_each() {
        assert_eq!(observed(&[(1, 1), (1, 0), (1, 0)]), 3.0);
        assert_eq!(observed(&[]), 0.0);
    }

    #[test]
    fn without_a_variance_a_customer_counts_once() {
        assert_eq!(observed(&[(4, 0), (2, 0)]), 2.0);
        assert_eq!(observed(&[(4, 4), (2, 2)]), 2.0);
        assert_eq!(observed(&[(5, 2)]), 1.0);
    }

    /// By hand: p = 1/2, Σ(c − p·m)² = 4·(4/4)² = 4, v = 4/3·4/64, so that 8 messages of which each
    /// customer's are all alike count as 3; (z/t)² with 3 degrees of freedom is .379286.
    #[test]
    fn messages_that_end_alike_count_as_one() {
        let found = observed(&[(2, 2), (2, 0), (2, 2), (2, 0)]);
        assert!((found - 3.0 * 0.379_286).abs() < 1e-4, "{found}");
    }

    #[test]
    fn impossible_counts_are_refused() {
        let sound = group(&[(2, 1), (3, 0)]);
        for wrong in [
            MessageGroup {
                conversions: 6,
                ..sound
            },
            MessageGroup {
                customers: 6,
                ..sound
            },
            MessageGroup {
                messages_squared: f64::NAN,
                ..sound
            },
            MessageGroup {
                conversions_by_messages: -1.0,
                ..sound
            },
        ] {
            assert!(wrong.share().is_err(), "{wrong:?}");
        }
    }
}

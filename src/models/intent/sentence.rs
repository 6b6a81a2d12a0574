//! A score in a sentence, for people who do not read formulas.

use crate::models::numerics::numbers::{
    is_low_chance, push_chance, push_counted, push_integer, push_one_decimal,
};

/// What the sentence tells.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The probability, if there is one.
    pub probability: Option<f64>,
    /// The probability over the mean.
    pub lift: Option<f64>,
    /// Whether that is the mean of those who never bought the label.
    pub only_new: bool,
    /// Days ahead.
    pub horizon_days: i32,
    /// Whether fewer than five customers had bought the label two horizons ago.
    pub is_new: bool,
    /// On how many days the label was bought, and how many days ago last.
    pub bought: Option<(i64, i64)>,
    /// The name of the strongest reason, its buyers, and those of them who bought the label.
    pub reason: Option<(&'a str, i64, i64)>,
    /// Whether any product bought has a weight for the label, also one with too few buyers to be
    /// named.
    pub is_similar: bool,
    /// All buyers of the label, and all customers.
    pub base: (i64, i64),
}

/// Writes the sentence.
pub fn sentence(facts: &Facts) -> String {
    let mut out = String::with_capacity(160);
    match (facts.probability, facts.lift) {
        (Some(probability), Some(lift)) => {
            push_small_chance(&mut out, probability);
            out.push_str(" to buy within ");
            push_counted(&mut out, facts.horizon_days.into(), " day", " days");
            out.push_str(", ");
            push_one_decimal(&mut out, lift);
            out.push_str(" times the average");
            if facts.only_new {
                out.push_str(" of those who never bought it");
            }
            if facts.is_new {
                out.push_str("; new: fewer than 5 had bought it ");
                let ago = 2 * i64::from(facts.horizon_days);
                push_counted(&mut out, ago, " day ago", " days ago");
            }
        }
        _ => out.push_str("No earlier buyers to estimate a chance from"),
    }
    if let Some((days, ago)) = facts.bought {
        out.push_str("; bought on ");
        push_counted(&mut out, days, " day", " days");
        out.push_str(", last ");
        match ago {
            0 => out.push_str("today"),
            _ => push_counted(&mut out, ago, " day ago", " days ago"),
        }
    }
    match facts.reason {
        Some((name, buyers, both)) => {
            out.push_str("; bought ");
            out.push_str(name);
            out.push_str(": ");
            push_integer(&mut out, both);
            out.push_str(" of its ");
            push_counted(&mut out, buyers, " buyer", " buyers");
            out.push_str(" also bought this, against ");
            push_integer(&mut out, facts.base.0);
            out.push_str(" of ");
            push_counted(&mut out, facts.base.1, " customer", " customers");
        }
        None if facts.bought.is_some() => {}
        None if facts.is_similar => {
            out.push_str("; what points to it was bought by only one or two of its buyers");
        }
        None => out.push_str("; nothing bought so far points to it"),
    }
    out.push('.');
    out
}

/// Chances are small here, so those below 10 % get a decimal.
fn push_small_chance(out: &mut String, probability: f64) {
    if probability < 0.0995 && !is_low_chance(probability) {
        push_one_decimal(out, probability * 100.0);
        out.push_str(" % chance");
    } else {
        push_chance(out, probability);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_chance_the_history_and_the_strongest_reason() {
        let facts = Facts {
            probability: Some(0.034),
            lift: Some(2.06),
            only_new: false,
            horizon_days: 60,
            is_new: false,
            bought: Some((2, 12)),
            reason: Some(("FRIDGE MAGNETS", 63, 23)),
            is_similar: true,
            base: (87, 5283),
        };
        assert_eq!(
            sentence(&facts),
            "3.4 % chance to buy within 60 days, 2.1 times the average; bought on 2 days, last 12 days ago; \
             bought FRIDGE MAGNETS: 23 of its 63 buyers also bought this, against 87 of 5,283 customers."
        );
        let nothing = Facts {
            probability: None,
            lift: None,
            bought: None,
            reason: None,
            is_similar: false,
            ..facts
        };
        assert_eq!(
            sentence(&nothing),
            "No earlier buyers to estimate a chance from; nothing bought so far points to it."
        );
        let unnamed = Facts {
            is_similar: true,
            ..nothing
        };
        assert_eq!(
            sentence(&unnamed),
            "No earlier buyers to estimate a chance from; what points to it was bought by only one or two of its buyers."
        );
        let rare = Facts {
            probability: Some(0.0001),
            reason: None,
            bought: Some((1, 0)),
            ..facts
        };
        assert_eq!(
            sentence(&rare),
            "a low chance to buy within 60 days, 2.1 times the average; bought on 1 day, last today."
        );
        let launched = Facts {
            is_new: true,
            only_new: true,
            bought: None,
            ..facts
        };
        assert_eq!(
            sentence(&launched),
            "3.4 % chance to buy within 60 days, 2.1 times the average of those who never bought it; \
             new: fewer than 5 had bought it 120 days ago; \
             bought FRIDGE MAGNETS: 23 of its 63 buyers also bought this, against 87 of 5,283 customers."
        );
    }
}

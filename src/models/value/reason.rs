//! The sentence that explains an importance tier, for people who do not read formulas.

use super::tiers::ImportanceTier;
use crate::models::numerics::numbers::{push_counted, push_days, push_integer, push_rounded};

/// What the reason for an importance tier tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImportanceFacts {
    /// The tier.
    pub tier: ImportanceTier,
    /// Purchase days.
    pub purchases: i32,
    /// The customer's money; `None` where no amount is known.
    pub money: Option<ImportanceMoney>,
    /// The customer's usual gap.
    pub usual_gap_days: f64,
    /// The shop's typical gap.
    pub typical_gap_days: f64,
}

/// What a customer is worth, among all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImportanceMoney {
    /// Spent so far.
    pub revenue: f64,
    /// Expected within a year.
    pub expected_revenue: f64,
    /// Rank by customer value, 1 the highest.
    pub rank: i64,
    /// How many customers are ranked.
    pub customers: i64,
}

/// Replaces `out` by the reason for an importance tier, one sentence.
pub fn importance_reason(out: &mut String, facts: &ImportanceFacts) {
    out.clear();
    push_counted(out, facts.purchases.into(), " purchase, ", " purchases, ");
    match &facts.money {
        Some(money) => {
            push_rounded(out, money.revenue);
            out.push_str(" spent and ");
            push_rounded(out, money.expected_revenue);
            out.push_str(" expected within a year: rank ");
            push_integer(out, money.rank);
            out.push_str(" of ");
            push_integer(out, money.customers);
        }
        None => out.push_str("no amounts known"),
    }
    match facts.tier {
        ImportanceTier::Vip => {
            out.push_str(", among the most valuable repeat buyers.");
        }
        ImportanceTier::FrequentBuyer => push_gaps(out, "at least as often as is typical", facts),
        ImportanceTier::Loyal if facts.usual_gap_days <= facts.typical_gap_days => {
            out.push_str(", came back once so far.");
        }
        ImportanceTier::Loyal => push_gaps(out, "less often than is typical", facts),
        ImportanceTier::OneTimeBuyer => out.push_str(", bought on one day only."),
    }
}

/// `, buys at least as often as is typical (every 22 days, typical 62 days).`
fn push_gaps(out: &mut String, how_often: &str, facts: &ImportanceFacts) {
    out.push_str(", buys ");
    out.push_str(how_often);
    out.push_str(" (every ");
    push_days(out, facts.usual_gap_days);
    out.push_str(", typical ");
    push_days(out, facts.typical_gap_days);
    out.push_str(").");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tier_has_its_own_sentence() {
        let facts = ImportanceFacts {
            tier: ImportanceTier::Vip,
            purchases: 12,
            money: Some(ImportanceMoney {
                revenue: 1_240.3,
                expected_revenue: 309.9,
                rank: 14,
                customers: 2_357,
            }),
            usual_gap_days: 22.0,
            typical_gap_days: 62.0,
        };
        let reason = |tier| {
            let mut out = String::new();
            importance_reason(&mut out, &ImportanceFacts { tier, ..facts });
            out
        };
        let start = "12 purchases, 1,240 spent and 310 expected within a year: rank 14 of 2,357, ";
        for (tier, end) in [
            (
                ImportanceTier::Vip,
                "among the most valuable repeat buyers.",
            ),
            (
                ImportanceTier::FrequentBuyer,
                "buys at least as often as is typical (every 22 days, typical 62 days).",
            ),
            (ImportanceTier::Loyal, "came back once so far."),
            (ImportanceTier::OneTimeBuyer, "bought on one day only."),
        ] {
            assert_eq!(reason(tier), format!("{start}{end}"));
        }
    }
}

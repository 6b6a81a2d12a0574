//! The lifecycle of a contact: from the subscription to the last purchase.

use super::engagement::Engagement;
use crate::error::Result;
use crate::models::lifecycle::rules::{OVERDUE, usual_gap};
use crate::models::numerics::numbers::{push_counted, push_days, push_one_decimal};
use crate::models::prediction::model::{PurchaseModel, silence_days};
use crate::models::purchases::purchases::PurchaseHistory;

/// Where a contact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ContactStage {
    /// Has not bought.
    Prospect,
    /// Has bought once, not too long ago.
    ActiveOneTime,
    /// Has bought repeatedly, the last time not too long ago.
    ActiveRepeat,
    /// Bought, and has been silent for too long.
    Lapsed,
}

impl ContactStage {
    /// In the order of the variants.
    pub const LABELS: [&str; 4] = ["Prospect", "Active One-Time", "Active Repeat", "Lapsed"];
}

/// The stage of a contact who has bought, and the numbers behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuyerStage {
    /// The stage.
    pub stage: ContactStage,
    /// Days since the last purchase.
    pub silence_days: i32,
    /// The gap that is usual for this customer.
    pub usual_gap_days: f64,
    /// The longest silence that is not lapsed.
    pub lapse_after_days: f64,
}

/// The stage of a contact who has bought. `threshold` is the silence after which customers
/// of the shop have lapsed; without one only the customer's own rhythm counts.
///
/// # Formula
///
/// Lapsed: u > max(threshold, 1.1 g). So nobody is Active by [`assess`](crate::models::lifecycle::lifecycle::assess)
/// and lapsed here.
///
/// # Errors
///
/// When the history goes beyond `as_of`.
pub fn buyer_stage(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    as_of: i32,
    threshold: Option<i32>,
) -> Result<BuyerStage> {
    let silence = silence_days(history, as_of)?;
    let usual_gap_days = usual_gap(history, model.typical_gap_days);
    let lapse_after_days = own_limit(usual_gap_days).max(threshold.map_or(0.0, f64::from));
    let stage = match history.purchases {
        _ if silence as f64 > lapse_after_days => ContactStage::Lapsed,
        ..=1 => ContactStage::ActiveOneTime,
        _ => ContactStage::ActiveRepeat,
    };
    Ok(BuyerStage {
        stage,
        silence_days: i32::try_from(silence).unwrap_or(i32::MAX),
        usual_gap_days,
        lapse_after_days,
    })
}

/// The silence beyond which a customer is overdue by their own rhythm.
fn own_limit(usual_gap_days: f64) -> f64 {
    OVERDUE * usual_gap_days
}

/// Replaces `out` by the reason for a stage, one sentence: `Silent 120 days, more than 1.1
/// times the usual gap of 84 days: lapsed after 4 purchases.`
pub fn contact_reason(
    out: &mut String,
    buyer: Option<(&BuyerStage, i32)>,
    engagement: Option<(Engagement, f64)>,
) {
    out.clear();
    match buyer {
        Some((buyer, purchases)) => push_buyer(out, buyer, purchases),
        None => out.push_str("No purchase yet"),
    }
    if let Some((engagement, score)) = engagement {
        out.push_str(match engagement {
            Engagement::Hot => "; hot, engagement score ",
            Engagement::Warm => "; warm, engagement score ",
            Engagement::Cold => "; cold, engagement score ",
        });
        push_one_decimal(out, score);
    }
    out.push('.');
}

fn push_buyer(out: &mut String, buyer: &BuyerStage, purchases: i32) {
    out.push_str("Silent ");
    push_counted(out, buyer.silence_days.into(), " day", " days");
    let lapsed = buyer.stage == ContactStage::Lapsed;
    out.push_str(if lapsed {
        ", more than "
    } else {
        ", not more than "
    });
    if buyer.lapse_after_days > own_limit(buyer.usual_gap_days) {
        out.push_str("the threshold of ");
        push_days(out, buyer.lapse_after_days);
    } else {
        out.push_str("1.1 times the usual gap of ");
        push_days(out, buyer.usual_gap_days);
    }
    out.push_str(if lapsed { ": lapsed" } else { ": active" });
    out.push_str(" after ");
    push_counted(out, purchases.into(), " purchase", " purchases");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::lifecycle::lifecycle::stage;
    use crate::models::lifecycle::rules::{LifecycleStage, StageOptions};
    use proptest::prelude::*;

    const MODEL: PurchaseModel = PurchaseModel::CDNOW;

    fn history(days: &[i32]) -> PurchaseHistory {
        PurchaseHistory::from_days(days.iter().copied(), i32::MAX - 1)
            .expect("room")
            .expect("days")
    }

    #[test]
    fn the_longer_of_threshold_and_rhythm_decides() {
        // Usual gaps: 62 for one purchase, (62 + 273) / 4 = 83.75 for four, 289.25 yearly.
        for (days, silence, threshold, stage, after) in [
            (&[0][..], 91, Some(91), ContactStage::ActiveOneTime, 91.0),
            (&[0], 92, Some(91), ContactStage::Lapsed, 91.0),
            (&[0], 68, None, ContactStage::ActiveOneTime, 68.2),
            (&[0], 69, None, ContactStage::Lapsed, 68.2),
            (&[0], 69, Some(1), ContactStage::Lapsed, 68.2),
            (
                &[0, 91, 182, 273],
                92,
                Some(91),
                ContactStage::ActiveRepeat,
                92.125,
            ),
            (
                &[0, 91, 182, 273],
                93,
                Some(91),
                ContactStage::Lapsed,
                92.125,
            ),
            (
                &[0, 365, 730, 1095],
                318,
                Some(91),
                ContactStage::ActiveRepeat,
                318.175,
            ),
        ] {
            let history = history(days);
            let found = buyer_stage(&history, &MODEL, history.last_day + silence, threshold)
                .expect("valid");
            assert_eq!(found.stage, stage, "{days:?} {silence} {threshold:?}");
            assert_eq!(found.silence_days, silence);
            assert!((found.lapse_after_days - after).abs() < 1e-9);
        }
    }

    #[test]
    fn the_reason_says_what_decided() {
        let reason = |days: &[i32], silence, threshold, engagement| {
            let history = history(days);
            let buyer = buyer_stage(&history, &MODEL, history.last_day + silence, threshold)
                .expect("valid");
            let mut out = String::from("left over");
            contact_reason(&mut out, Some((&buyer, history.purchases)), engagement);
            out
        };
        assert_eq!(
            reason(&[0, 91, 182, 273], 120, Some(90), None),
            "Silent 120 days, more than 1.1 times the usual gap of 84 days: lapsed after 4 purchases."
        );
        assert_eq!(
            reason(&[0], 1, Some(1_200), Some((Engagement::Hot, 4.04))),
            "Silent 1 day, not more than the threshold of 1,200 days: active after 1 purchase; hot, engagement score 4.0."
        );
        let mut out = String::new();
        contact_reason(&mut out, None, Some((Engagement::Cold, 0.0)));
        assert_eq!(out, "No purchase yet; cold, engagement score 0.0.");
    }

    proptest! {
        #[test]
        fn nobody_is_active_and_lapsed(
            mut days in prop::collection::btree_set(0..2_000i32, 1..9),
            silence in 0..800i32,
            threshold in prop::option::of(1..400i32),
            first in 0..10i32,
        ) {
            days.insert(first);
            let history = history(&days.into_iter().collect::<Vec<_>>());
            let as_of = history.last_day + silence;
            let lifecycle = stage(&history, &MODEL, as_of, StageOptions::just_ordered_within(0)).expect("valid");
            let contact = buyer_stage(&history, &MODEL, as_of, threshold).expect("valid");
            if lifecycle == LifecycleStage::Active {
                prop_assert_ne!(contact.stage, ContactStage::Lapsed);
            }
        }
    }
}

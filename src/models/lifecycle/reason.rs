//! The sentence that explains a lifecycle stage, for people who do not read formulas.

use super::lifecycle::Assessment;
use super::rules::{Rule, early_and_recent_gap};
use crate::models::numerics::numbers::{
    push_chance, push_counted, push_days, push_one_decimal, push_percent,
};
use crate::models::prediction::shop_model::TOLD;
use crate::models::prediction::traits::Traits;
use crate::models::purchases::purchases::PurchaseHistory;

/// Replaces `out` by the reason for a lifecycle stage, one sentence.
pub fn lifecycle_reason(
    out: &mut String,
    lifecycle: &Assessment,
    history: &PurchaseHistory,
    horizon_days: i32,
) {
    out.clear();
    match lifecycle.rule {
        Rule::JustOrdered => {
            push_last_order(out, lifecycle.silence_days);
            if lifecycle.just_ordered_days > 0 {
                out.push_str(", within the last ");
                push_counted(out, lifecycle.just_ordered_days.into(), " day", " days");
            }
            out.push_str(": just ordered; ");
        }
        Rule::Slowing => {
            let silence = i64::from(lifecycle.silence_days);
            let (early, recent) = early_and_recent_gap(history, silence)
                .unwrap_or((lifecycle.usual_gap_days, lifecycle.usual_gap_days));
            out.push_str("Used to order every ");
            push_days(out, early);
            out.push_str(", lately every ");
            push_days(out, recent);
            out.push_str(" counting ");
            push_counted(out, silence, " silent day", " silent days");
            out.push_str(": slowing; ");
        }
        Rule::Active | Rule::Overdue | Rule::Lost => {
            push_silence(out, lifecycle);
            out.push_str(match lifecycle.rule {
                Rule::Active => ": active; ",
                Rule::Overdue => ": overdue; ",
                _ => ": lost; ",
            });
        }
    }
    push_chance(out, lifecycle.return_probability);
    out.push_str(" to order again within ");
    push_counted(out, horizon_days.into(), " day", " days");
    push_learned(out, lifecycle);
    out.push('.');
}

/// `: customers with a high purchase value came back more often than the purchase model alone says
/// (17 %)`, and of a lost customer `, but stages are judged without that`.
fn push_learned(out: &mut String, lifecycle: &Assessment) {
    if is_told(lifecycle) {
        out.push_str(": ");
        push_lesson(out, lifecycle);
        out.push_str(" than the purchase model alone says (");
        push_percent(out, lifecycle.alone_probability);
        out.push(')');
        let is_more = lifecycle.return_probability > lifecycle.alone_probability;
        if lifecycle.rule == Rule::Lost && is_more {
            // Else the chance would seem to speak against the stage.
            out.push_str(", but stages are judged without that");
        }
    }
}

/// Whether it is worth telling what the shop's past adds.
pub(super) fn is_told(lifecycle: &Assessment) -> bool {
    (lifecycle.return_probability - lifecycle.alone_probability).abs() > TOLD
}

/// `customers with a high purchase value came back more often`.
pub(super) fn push_lesson(out: &mut String, lifecycle: &Assessment) {
    out.push_str("customers ");
    match Traits::of_code(lifecycle.traits).0 {
        [Some(first), second] => {
            out.push_str("with ");
            out.push_str(first.words());
            if let Some(second) = second {
                out.push_str(" and ");
                out.push_str(second.words());
            }
        }
        _ => out.push_str("like this"),
    }
    let is_more = lifecycle.return_probability > lifecycle.alone_probability;
    out.push_str(if is_more {
        " came back more often"
    } else {
        " came back less often"
    });
}

/// `Ordered today`, `Ordered 12 days ago`.
fn push_last_order(out: &mut String, silence_days: i32) {
    if silence_days == 0 {
        out.push_str("Ordered today");
    } else {
        out.push_str("Ordered ");
        push_counted(out, silence_days.into(), " day ago", " days ago");
    }
}

/// `Silent 120 days, 1.4 times the usual gap of 84 days`.
fn push_silence(out: &mut String, lifecycle: &Assessment) {
    out.push_str("Silent ");
    push_counted(out, lifecycle.silence_days.into(), " day", " days");
    out.push_str(", ");
    if lifecycle.silence_ratio < 0.95 {
        out.push_str("less than the usual gap of ");
    } else if lifecycle.silence_ratio < 1.05 {
        out.push_str("about the usual gap of ");
    } else {
        push_one_decimal(out, lifecycle.silence_ratio);
        out.push_str(" times the usual gap of ");
    }
    push_days(out, lifecycle.usual_gap_days);
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::models::lifecycle::lifecycle::assess;
    use crate::models::lifecycle::rules::StageOptions;
    use crate::models::prediction::model::PurchaseModel;

    fn reason(silence: i32, days: impl IntoIterator<Item = i32>) -> String {
        let model = PurchaseModel::CDNOW;
        let history = PurchaseHistory::from_days(days.into_iter(), 10_000)
            .expect("room")
            .expect("days");
        let lifecycle = assess(
            &history,
            &model,
            history.last_day + silence,
            StageOptions::default(),
            180,
        )
        .expect("valid");
        let mut out = String::from("left over");
        lifecycle_reason(&mut out, &lifecycle, &history, 180);
        out
    }

    #[test]
    fn every_rule_has_its_own_sentence() {
        assert_eq!(
            reason(120, [0, 91, 182, 273]),
            "Silent 120 days, 1.4 times the usual gap of 84 days: overdue; 48 % chance to order again within 180 days."
        );
        assert_eq!(
            reason(400, [0]),
            "Silent 400 days, 6.5 times the usual gap of 62 days: lost; 6 % chance to order again within 180 days."
        );
        assert_eq!(
            reason(400, (0..=150).step_by(10)),
            "Silent 400 days, 30.2 times the usual gap of 13 days: lost; a low chance to order again within 180 days."
        );
        assert_eq!(
            reason(40, [0]),
            "Silent 40 days, less than the usual gap of 62 days: active; 27 % chance to order again within 180 days."
        );
        assert_eq!(
            reason(1, [0]),
            "Ordered 1 day ago, within the last 30 days: just ordered; 37 % chance to order again within 180 days."
        );
        assert!(reason(0, [0]).starts_with("Ordered today, within the last 30 days"));
        assert!(
            reason(25, (0..=100).step_by(10).chain([130, 160, 190])).starts_with(
                "Used to order every 10 days, lately every 38 days counting 25 silent days: slowing; "
            )
        );
    }
}

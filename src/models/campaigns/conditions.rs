//! What a trigger rule may ask of a customer beside days and purchases.

use crate::error::Result;
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::lifecycle::rules::{LifecycleStage, StageOptions};
use crate::models::purchases::purchases::PurchaseHistory;
use std::ops::RangeInclusive;

/// What a rule asks; by default nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conditions {
    /// Silent for so many of the customer's own usual gaps.
    pub usual_gaps: Option<f64>,
    /// In this stage.
    pub stage: Option<LifecycleStage>,
    /// The purchase before the silence ended another, in which the customer was slipping away or
    /// lost.
    pub won_back: bool,
    /// A member of this audience.
    pub audience: Option<String>,
}

/// The fewest and the most usual gaps.
const GAPS: RangeInclusive<f64> = 0.1..=1_000.0;

impl Conditions {
    /// Reads those of a rule.
    ///
    /// # Errors
    ///
    /// What is wrong with one.
    pub(super) fn of(
        usual_gaps: Option<&str>,
        stage: Option<&str>,
        won_back: bool,
        audience: Option<&str>,
    ) -> std::result::Result<Self, String> {
        let read_gaps = |text: &str| {
            let gaps = text.parse().ok().filter(|gaps| GAPS.contains(gaps));
            gaps.ok_or_else(|| format!("usual_gaps must be 0.1 to 1000, got {text}"))
        };
        let labels = LifecycleStage::LABELS;
        let read_stage = |text: &str| {
            let mut stages = LifecycleStage::ALL.into_iter().zip(labels);
            let stage = stages.find_map(|(stage, label)| (label == text).then_some(stage));
            stage.ok_or_else(|| {
                format!(
                    "lifecycle_stage must be one of {}, got {text}",
                    labels.join(", ")
                )
            })
        };
        if audience.is_some_and(|name| name.trim().is_empty()) {
            return Err("audience must not be empty".to_owned());
        }
        Ok(Self {
            usual_gaps: usual_gaps.map(read_gaps).transpose()?,
            stage: stage.map(read_stage).transpose()?,
            won_back,
            audience: audience.map(str::to_owned),
        })
    }

    /// Whether a model decides.
    pub fn are_judged(&self) -> bool {
        self.usual_gaps.is_some() || self.stage.is_some() || self.won_back
    }

    /// Whether only some customers with as many purchases get the rule.
    pub(super) fn select(&self) -> bool {
        self.won_back || self.audience.is_some()
    }

    /// The first of these silences, in days after the last purchase, by which the customer is
    /// silent for the usual gaps and is in the stage.
    ///
    /// # Errors
    ///
    /// As [`Judge::stage`].
    pub fn first_silence(
        &self,
        judge: &Judge,
        history: &PurchaseHistory,
        silences: RangeInclusive<i64>,
    ) -> Result<Option<i64>> {
        let (least, most) = silences.into_inner();
        // The bounds of a rule keep the product far within i64.
        let rhythm = |gaps: f64| (gaps * judge.usual_gap(history)).ceil() as i64;
        let least = self
            .usual_gaps
            .map_or(least, |gaps| least.max(rhythm(gaps)));
        match self.stage {
            Some(stage) => judge.silence_in(history, stage, least..=most),
            None => Ok(Some(least).filter(|&silence| silence <= most)),
        }
    }
}

/// Whether the last of the ascending `days` of purchases won the customer back: on the day before
/// it they were slipping away or lost.
///
/// # Errors
///
/// As [`Judge::stage`].
pub fn is_won_back(judge: &Judge, days: &[i32]) -> Result<bool> {
    let Some((&day, before)) = days.split_last() else {
        return Ok(false);
    };
    let Some(history) = PurchaseHistory::of_ascending(before) else {
        return Ok(false);
    };
    let stage = judge.stage(&history, day.saturating_sub(1), StageOptions::default())?;
    Ok(stage >= LifecycleStage::SlippingAway)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::prediction::model::PurchaseModel;

    #[test]
    fn conditions_are_read_or_refused() {
        let read = Conditions::of(Some("1.2"), Some("Slipping Away"), false, None).expect("sound");
        assert_eq!(
            (read.usual_gaps, read.stage),
            (Some(1.2), Some(LifecycleStage::SlippingAway))
        );
        assert!(read.are_judged() && !read.select());
        let none = Conditions::of(None, None, false, None);
        assert_eq!(none, Ok(Conditions::default()));
        for gaps in ["0.09", "1000.1", "NaN", "inf", ""] {
            let problem = Conditions::of(Some(gaps), None, false, None);
            assert!(problem.is_err_and(|problem| problem.ends_with(&format!("got {gaps}"))));
        }
    }

    #[test]
    fn all_conditions_hold_on_the_day() {
        let judge = Judge::new(PurchaseModel::CDNOW);
        let history = PurchaseHistory::of_ascending(&[0, 91, 182, 273]).expect("purchases");
        let first = |gaps, stage, silences| {
            let asked = Conditions {
                usual_gaps: gaps,
                stage,
                ..Conditions::default()
            };
            asked
                .first_silence(&judge, &history, silences)
                .expect("valid")
        };
        let gap = judge.usual_gap(&history);
        assert_eq!(first(Some(1.0), None, 0..=500), Some(gap.ceil() as i64));
        assert_eq!(first(Some(1.0), None, 0..=10), None);
        let overdue = first(None, Some(LifecycleStage::SlippingAway), 0..=500).expect("overdue");
        assert_eq!(overdue, (1.1 * gap).floor() as i64 + 1);
        assert_eq!(
            first(Some(1.0), Some(LifecycleStage::SlippingAway), 0..=500),
            Some(overdue)
        );
        assert_eq!(
            first(Some(1.2), Some(LifecycleStage::Active), 0..=500),
            None
        );
        assert_eq!(
            first(None, Some(LifecycleStage::Active), overdue..=500),
            None
        );
    }

    #[test]
    fn who_was_overdue_is_won_back() {
        let judge = Judge::new(PurchaseModel::CDNOW);
        assert_eq!(is_won_back(&judge, &[0, 91, 182, 273, 1_000]), Ok(true));
        assert_eq!(is_won_back(&judge, &[0, 91, 182, 273, 280]), Ok(false));
        assert_eq!(is_won_back(&judge, &[0]), Ok(false));
        assert_eq!(is_won_back(&judge, &[]), Ok(false));
    }
}

//! A table of trigger rules as one text, in which SQL passes it on.

use super::triggers::RawRule;
use crate::error::{Error, Result};
use crate::models::numerics::memory::{append, push};

/// Collects the rules of a table in any order and any number of parts.
#[derive(Debug, Default)]
pub struct Rules(Vec<RawRule>);

impl Rules {
    /// Adds a rule.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, rule: RawRule) -> Result<()> {
        push(&mut self.0, rule)
    }

    /// Adds the rules of `other`.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.0, &other.0)
    }

    /// All rules as a JSON list, by their silence and name.
    ///
    /// # Errors
    ///
    /// When they cannot be written as JSON.
    pub fn packed(&mut self) -> Result<String> {
        // What is missing comes last.
        let key = |rule: &RawRule| (rule.silence_days.is_none(), rule.silence_days);
        self.0.sort_unstable_by(|a, b| {
            (key(a).cmp(&key(b)))
                .then_with(|| a.name.is_none().cmp(&b.name.is_none()))
                .then_with(|| a.cmp(b))
        });
        serde_json::to_string(&self.0).map_err(|error| Error::argument("rules", error.to_string()))
    }
}

/// The rules of a packed table.
///
/// # Errors
///
/// When the text is none.
pub fn unpack(packed: &str) -> Result<Vec<RawRule>> {
    serde_json::from_str(packed)
        .map_err(|_| Error::argument("rules", "were not packed by this extension"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_back_in_order_whatever_its_parts() {
        let rule = |name: Option<&str>, silence: Option<i32>| RawRule {
            name: name.map(str::to_owned),
            silence_days: silence,
            action_days: Some(vec![Some(0), None]),
            channels: Some(vec![None, Some("e\"mail".to_owned())]),
            discount_allowed: Some(true),
            ..RawRule::default()
        };
        let rules = [
            rule(Some("B"), Some(-3)),
            rule(Some("A"), Some(5)),
            rule(Some("B"), Some(5)),
            rule(None, Some(5)),
            rule(Some("A"), None),
        ];
        let mut tables = [Rules::default(), Rules::default()];
        for (index, rule) in rules.iter().enumerate().rev() {
            tables[index % 2].add(rule.clone()).expect("room");
        }
        let [mut all, rest] = tables;
        all.merge(&rest).expect("room");
        assert_eq!(unpack(&all.packed().expect("text")), Ok(rules.to_vec()));
        assert!(unpack("[[1]]").is_err());
    }
}

//! Reading what a definition asks about products: what was bought, and who is interested.

use super::super::json::Json;
use super::super::{
    Condition, InterestedIn, Limit, MAX_COUNT, OPERATORS, PRODUCT_OPTIONS, ProductSet, Purchased,
    Severity, Test, quoted,
};
use super::{Parser, meant, step};
use serde_json::value::RawValue;
use std::collections::HashSet;

impl Parser<'_> {
    pub(super) fn bought(&mut self, raw: &RawValue) -> Option<Purchased> {
        let (mut at_least, mut within_days) = (Some(1), Some(None));
        let products = self.products(raw, |parser, key, raw| {
            match key {
                "at_least" => {
                    at_least = parser.count("a whole number of purchases", raw, MAX_COUNT)
                }
                "within_days" => within_days = parser.days(raw).map(Some),
                _ => {
                    parser.error::<()>("belongs to \"interested_in\", beside it");
                    return None;
                }
            }
            Some(())
        });
        Some(Purchased {
            products: products?,
            at_least: at_least?,
            within_days: within_days?,
        })
    }

    pub(super) fn interest(&mut self, entries: &[(String, &RawValue)]) -> Option<InterestedIn> {
        let (sets, limits): (Vec<_>, Vec<_>) =
            entries.iter().partition(|(key, _)| key == "interested_in");
        let products = self.within(".interested_in", |parser| {
            parser.products(sets.first()?.1, |parser, key, _| {
                parser.error(if key == "top" || key == "buyers" {
                    "belongs beside \"interested_in\""
                } else {
                    "belongs to \"bought\""
                })
            })
        });
        let [(limit, raw)] = &limits[..] else {
            return self.error("must have either top or buyers beside interested_in");
        };
        let limit = self.within(&step(limit), |parser| match limit.as_str() {
            "top" => parser
                .count("a whole number of customers", raw, MAX_COUNT)
                .map(Limit::Top),
            _ => parser.share(raw).map(Limit::Buyers),
        });
        Some(InterestedIn {
            products: products?,
            limit: limit?,
        })
    }

    /// Reads a set of products. What its object has besides columns goes to `option`.
    fn products(
        &mut self,
        raw: &RawValue,
        mut option: impl FnMut(&mut Self, &str, &RawValue) -> Option<()>,
    ) -> Option<ProductSet> {
        let entries = match self.json(raw)? {
            Json::Object(entries) => entries,
            other => return self.error(format!("must be an object, got {}", other.name())),
        };
        let mut seen = HashSet::new();
        let mut conditions = Some(Vec::new());
        let mut columns = 0;
        for (key, raw) in &entries {
            if !seen.insert(key) {
                conditions = self.error(format!("has the key {} twice", quoted(key)));
                continue;
            }
            let is_option = PRODUCT_OPTIONS.contains(&key.as_str());
            columns += usize::from(!is_option);
            let condition = self.within(&step(key), |parser| {
                if is_option {
                    return option(parser, key, raw).map(|()| None);
                }
                parser.line_condition(key, raw).map(Some)
            });
            match condition {
                Some(condition) => {
                    if let Some(conditions) = &mut conditions {
                        conditions.extend(condition);
                    }
                }
                None => conditions = None,
            }
        }
        if columns == 0 {
            return self.error("must have a column of the order lines");
        }
        let mut conditions: Vec<Condition> = conditions?;
        conditions.sort_by(|a, b| a.column.cmp(&b.column));
        Some(ProductSet(conditions))
    }

    /// Reads what a column of the order lines must be: a value, one of several, or what an operator
    /// says.
    fn line_condition(&mut self, key: &str, raw: &RawValue) -> Option<Condition> {
        if key.is_empty() {
            return self.error("must not be empty");
        }
        let column = self.text(key.to_owned())?;
        let option = meant(key, &PRODUCT_OPTIONS[..2]);
        if !option.is_empty() {
            let problem = format!("is taken for a column of the order lines{option}");
            self.report::<()>(Severity::Warning, problem);
        }
        let test = match self.json(raw)? {
            Json::Object(entries) => {
                let [(operator, raw)] = &entries[..] else {
                    return self.error("must have exactly one operator");
                };
                if !OPERATORS.contains(&operator.as_str()) {
                    let all = OPERATORS.join(", ");
                    let problem = format!(
                        "is no operator{} (operators are {all})",
                        meant(operator, &OPERATORS)
                    );
                    return self.within(&step(operator), |parser| parser.error(problem));
                }
                self.within(&step(operator), |parser| parser.test(operator, raw))?
            }
            Json::List(_) => Test::In(self.list(raw)?),
            _ => Test::Equal(self.value(raw)?),
        };
        Some(Condition { column, test })
    }
}

//! `matches(definition, customer, as_of)`: whether a customer's row belongs to an audience that is
//! defined in JSON. For many definitions use audience.members, which evaluates them all at once.
//!
//! Arguments:
//! - definition: VARCHAR or JSON, see audiences.md. NULL gives NULL
//! - customer: the row, as the alias of its table or as a STRUCT. NULL gives NULL
//! - as_of: DATE, the day from which relative dates count. NULL gives NULL
//!
//! Returns: true = belongs to it; false also where a comparison with NULL makes it unknown
//!
//! Errors:
//! - the definition is malformed (`audience.definition_check` lists everything that is wrong), refers to another audience, or asks about products
//! - a column does not exist, or cannot be compared with the value; the message names the column and the JSON path
//! - customer is not a row; as_of is infinite
//!
//! Example:
//! ```sql
//! SELECT contact_id, country, subscribed_at,
//!        matches('{"all": [{"column": "country", "in": ["DE", "DK"]}, {"column": "subscribed_at", "within_last_days": 90}]}', c, DATE '2025-06-30') AS matches
//! FROM contacts AS c
//! ORDER BY contact_id
//! LIMIT 5;
//! ```
//!
//! Source: the semantics are those of SQL's WHERE; see audiences.md.

use super::arguments::Audiences;
use crate::duckdb::{AnyRow, Args, ChunkScalar, Date, Read, Write};
use crate::error::Result;
use std::borrow::Cow;
use std::collections::HashMap;

/// `matches`
pub struct Matches;

impl ChunkScalar for Matches {
    const NAME: &'static str = "matches";
    type Args<'a> = (Option<Cow<'a, str>>, AnyRow, Option<Date>);
    type Out = bool;

    fn run<'a>(
        (definitions, customers, days): &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <bool as Write>::Staged,
    ) -> Result<()> {
        let mut groups: Vec<(Cow<str>, Date, Vec<usize>)> = Vec::new();
        let mut known: HashMap<(Cow<str>, Date), usize> = HashMap::new();
        let mut current = 0;
        for row in 0..rows {
            let pair = Cow::<str>::read(definitions, row).zip(Date::read(days, row));
            let Some((definition, as_of)) = pair.filter(|_| customers.is_valid(row)) else {
                continue;
            };
            // Usually all rows have the same definition and day.
            let is_current = |(other, day, _): &_| *other == definition && *day == as_of;
            if !groups.get(current).is_some_and(is_current) {
                current = *known
                    .entry((definition.clone(), as_of))
                    .or_insert(groups.len());
                if current == groups.len() {
                    groups.push((definition, as_of, Vec::new()));
                }
            }
            groups[current].2.push(row);
        }
        let mut members = vec![None; rows];
        for (definition, as_of, rows) in groups {
            let found = Audiences::one(&definition)?.matches(customers, as_of)?;
            let found: Vec<_> = found.of(0).collect();
            for row in rows {
                members[row] = Some(found[row]);
            }
        }
        members
            .into_iter()
            .try_for_each(|member| member.write(results))
    }
}

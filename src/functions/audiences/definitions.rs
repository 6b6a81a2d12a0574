//! A checked table of audience definitions.

use super::arguments::{Audiences, first_error};
use crate::duckdb::{Scalar, sql_struct};
use crate::error::{Error, Result};
use crate::models::audiences::definition::Limit;
use crate::models::audiences::definition::products::InterestQuestion;
use crate::models::audiences::definition::table::{check, pack};
use crate::models::intent::weights::MOST_LABELS;
use crate::models::numerics::packed_rows::unpack_rows;
use std::borrow::Cow;

sql_struct! {
    /// Definitions that can be used, in the order of their names.
    pub struct Checked {
        /// The names.
        pub names: Vec<String>,
        /// All of them in one text, because DuckDB 1.4 would copy a LIST for every row.
        pub packed: String,
        /// Where definitions have each set of products, for a message.
        pub product_sets: Vec<String>,
        /// So many of them, from the first, are those that customers may be interested in.
        pub labels: i32,
        /// The questions about interest.
        pub interests: Vec<InterestRow>,
    }
}

sql_struct! {
    /// A question about interest in a set of products.
    pub struct InterestRow {
        /// Its number among all questions about products, from 0.
        pub number: i32,
        /// The number of the set, from 0.
        pub label: i32,
        /// So many of the likeliest buyers.
        pub top: Option<i32>,
        /// Those who hold this share of the expected buyers.
        pub buyers: Option<f64>,
    }
}

impl From<InterestQuestion> for InterestRow {
    fn from(question: InterestQuestion) -> Self {
        let (top, buyers) = match question.limit {
            Limit::Top(top) => (Some(top as i32), None),
            Limit::Buyers(share) => (None, Some(share.to_f64())),
        };
        Self {
            number: question.number as i32,
            label: question.set as i32,
            top,
            buyers,
        }
    }
}

/// `__audience_definitions(table VARCHAR) → STRUCT`; an error is about the first definition that
/// cannot be used
pub struct Definitions;

impl Scalar for Definitions {
    const NAME: &'static str = "__audience_definitions";
    type Args<'a> = (Cow<'a, str>,);
    type Out = Checked;

    fn call((table,): Self::Args<'_>) -> Result<Option<Checked>> {
        let mut entries = unpack_rows(&table)?;
        first_error(&check(&entries))?;
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let packed = pack(&entries);
        let audiences = Audiences::unpacked(&packed)?;
        let products = audiences.products();
        let interests: Vec<_> = products.interests().map(InterestRow::from).collect();
        let labels = interests.iter().map(|interest| interest.label + 1).max();
        let labels = labels.unwrap_or(0);
        if labels as usize > MOST_LABELS {
            let problem = format!(
                "must ask for interest in at most {MOST_LABELS} sets of products, got {labels}"
            );
            return Err(Error::argument("definitions", problem));
        }
        Ok(Some(Checked {
            product_sets: products.places().map(|at| audiences.shown(at)).collect(),
            labels,
            interests,
            packed,
            names: entries.into_iter().filter_map(|entry| entry.name).collect(),
        }))
    }
}

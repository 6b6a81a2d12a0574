//! False-discovery rates of very many pairs, and which pairs are the most similar.

use crate::duckdb::{Aggregate, Blob, sql_struct};
use crate::error::Result;
use crate::models::recommend::discovery;

sql_struct! {
    /// What one pair has to be compared with.
    pub struct Discovered {
        /// The q-values, packed.
        pub q_values: Blob,
        /// The lowest similarity among the highest; NULL where all are.
        pub least_similarity: Option<f64>,
    }
}

/// The pairs so far, and how many were tested.
#[derive(Debug, Default)]
pub struct Tested {
    pairs: discovery::Discoveries,
    tests: f64,
}

/// `__audience_discoveries(p_value DOUBLE, similarity DOUBLE, top BIGINT, tests DOUBLE) → STRUCT`;
/// top, which may be NULL, and tests are the same in every row. Keeps 5 MB, and up to twice `top`
/// similarities.
pub struct Discoveries;

impl Aggregate for Discoveries {
    const NAME: &'static str = "__audience_discoveries";
    type Args<'a> = (f64, f64, Option<i64>, f64);
    type State = Tested;
    type Out = Discovered;

    fn update(state: &mut Tested, (p, similarity, top, tests): Self::Args<'_>) -> Result<()> {
        let top = top.map(|top| usize::try_from(top).unwrap_or(usize::MAX));
        state.pairs.add(p, similarity, top)?;
        state.tests = tests;
        Ok(())
    }

    fn combine(into: &mut Tested, from: &Tested) -> Result<()> {
        into.pairs.merge(&from.pairs)?;
        into.tests = into.tests.max(from.tests);
        Ok(())
    }

    fn finish(state: &mut Tested) -> Result<Option<Discovered>> {
        Ok(Some(Discovered {
            q_values: Blob(state.pairs.pack(state.tests)?),
            least_similarity: state.pairs.least_similarity(),
        }))
    }
}

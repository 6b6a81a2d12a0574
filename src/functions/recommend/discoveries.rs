//! False-discovery rates of very many pairs, and which pairs are the most similar.

use crate::duckdb::{Aggregate, Blob, sql_struct};
use crate::error::Result;
use crate::models::numerics::checks::{at_least, changed, finite, within};
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
    same: Option<(Option<i64>, f64)>,
}

impl Tested {
    fn ask_for(&mut self, same: (Option<i64>, f64)) -> Result<()> {
        if *self.same.get_or_insert(same) == same {
            return Ok(());
        }
        Err(changed("tests"))
    }
}

/// `__audience_discoveries(p_value DOUBLE, similarity DOUBLE, top BIGINT, tests DOUBLE) → STRUCT`;
/// top, which may be NULL, and tests are the same in every row. Keeps up to 5 MB, and twice `top`
/// similarities.
pub struct Discoveries;

impl Aggregate for Discoveries {
    const NAME: &'static str = "__audience_discoveries";
    type Args<'a> = (f64, f64, Option<i64>, f64);
    type State = Tested;
    type Out = Discovered;

    fn update(state: &mut Tested, (p, similarity, top, tests): Self::Args<'_>) -> Result<()> {
        within("p_value", p, 0.0..=1.0)?;
        within("similarity", similarity, 0.0..=1.0)?;
        state.ask_for((top, finite("tests", tests)?))?;
        let top = top.map(|top| at_least("top", top, 1)).transpose()?;
        let top = top.map(|top| usize::try_from(top).unwrap_or(usize::MAX));
        state.pairs.add(p, similarity, top)?;
        Ok(())
    }

    fn combine(into: &mut Tested, from: &Tested) -> Result<()> {
        let Some(same) = from.same else {
            return Ok(());
        };
        into.ask_for(same)?;
        into.pairs.merge(&from.pairs)?;
        Ok(())
    }

    fn finish(state: &mut Tested) -> Result<Option<Discovered>> {
        let tests = state.same.map_or(0.0, |(_, tests)| tests);
        at_least("tests", tests, state.pairs.pairs() as f64)?;
        Ok(Some(Discovered {
            q_values: Blob(state.pairs.pack(tests)?),
            least_similarity: state.pairs.least_similarity(),
        }))
    }
}

//! The check of a stored history where nothing else would read it.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::functions::history::{History, with_days};

/// `__audience_sound_history(history STRUCT, gaps BLOB) → BOOLEAN`: true, also where there is no history,
/// or an error
pub struct SoundHistory;

impl Scalar for SoundHistory {
    const NAME: &'static str = "__audience_sound_history";
    type Args<'a> = (Option<History>, Option<&'a [u8]>);
    type Out = bool;

    fn call((history, gaps): Self::Args<'_>) -> Result<Option<bool>> {
        match history {
            Some(history) => with_days(history, gaps, |_, _| Ok(Some(true))),
            None => Ok(Some(true)),
        }
    }
}

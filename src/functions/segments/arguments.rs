//! How many scores there are, which every row says alike.

use crate::error::Result;
use crate::models::numerics::checks::{changed, within};

/// Those of the first row.
#[derive(Clone, Copy, Default)]
pub struct Bins(Option<i32>);

impl Bins {
    pub(super) fn ask_for(&mut self, bins: i32) -> Result<()> {
        let bins = within("bins", bins, 2..=10)?;
        if *self.0.get_or_insert(bins) == bins {
            return Ok(());
        }
        Err(changed("bins"))
    }

    pub(super) fn merge(&mut self, other: Self) -> Result<()> {
        other.0.map_or(Ok(()), |bins| self.ask_for(bins))
    }

    /// `None` without a row.
    pub(super) fn asked(self) -> Option<u32> {
        self.0.map(i32::unsigned_abs)
    }
}

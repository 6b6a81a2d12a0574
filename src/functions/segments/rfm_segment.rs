//! The name of an RFM cell.

use crate::duckdb::{Connection, List, Scalar, ScalarSet, sql_enum, sql_struct};
use crate::error::{Error, Result};
use crate::models::segments::rfm::{RfmSegment, segment};
use crate::models::segments::rfm_grid::Grid;

sql_enum!(
    RfmSegment: Champions, LoyalCustomers, PotentialLoyalist, NewCustomers, Promising,
    NeedsAttention, AboutToSleep, AtRisk, CantLoseThem, Hibernating
);

sql_struct! {
    /// A rectangle of an analyst's grid, bounds included.
    pub struct Rectangle {
        /// The segment's name.
        pub name: String,
        /// Smallest recency score.
        pub r_min: i32,
        /// Largest recency score.
        pub r_max: i32,
        /// Smallest frequency score.
        pub f_min: i32,
        /// Largest frequency score.
        pub f_max: i32,
    }
}

/// `__audience_rfm_segment(r, f, bins, NULL) → ENUM`: the built-in grid, for 5 bins. The
/// last argument's type only catches a grid that is written as text.
struct BuiltIn;

impl Scalar for BuiltIn {
    const NAME: &'static str = "__audience_rfm_segment";
    type Args<'a> = (i32, i32, i32, Option<String>);
    type Out = RfmSegment;

    fn call((r, f, bins, grid): Self::Args<'_>) -> Result<Option<RfmSegment>> {
        match grid {
            None if bins == 5 => Ok(segment(r, f)),
            None => Ok(None),
            Some(_) => Err(Error::argument(
                "grid",
                "must be a LIST of {name, r_min, r_max, f_min, f_max}",
            )),
        }
    }
}

/// `__audience_rfm_segment(r, f, bins, grid STRUCT[]) → VARCHAR`: the analyst's grid.
struct Custom;

impl Scalar for Custom {
    const NAME: &'static str = BuiltIn::NAME;
    type Args<'a> = (i32, i32, i32, List<'a, Rectangle>);
    type Out = String;

    fn call((r, f, bins, grid): Self::Args<'_>) -> Result<Option<String>> {
        let incomplete = || Error::argument("grid", "has an entry with a NULL field");
        let rectangles: Vec<Rectangle> =
            grid.iter().collect::<Option<_>>().ok_or_else(incomplete)?;
        let rectangles: Vec<_> = rectangles
            .iter()
            .map(|cell| {
                (
                    cell.name.as_str(),
                    cell.r_min,
                    cell.r_max,
                    cell.f_min,
                    cell.f_max,
                )
            })
            .collect();
        Ok(Some(Grid::new(&rectangles, bins)?.name(r, f).to_owned()))
    }
}

pub(crate) fn register(connection: &Connection) -> Result<()> {
    ScalarSet::of::<BuiltIn>()
        .and::<Custom>()
        .register(connection)
}

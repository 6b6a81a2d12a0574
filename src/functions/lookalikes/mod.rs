//! Who is like the customers of a seed.

use super::mergeable;
use crate::duckdb::{Room, scalar};

pub mod lookalike_fit;
pub mod lookalike_score;
pub mod telling_product;

pub(super) const ROOM: Room = Room {
    functions: &[
        mergeable::register::<lookalike_fit::LookalikeFit>,
        scalar::<lookalike_score::LookalikeScore>,
        scalar::<telling_product::TellingProduct>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/lookalikes/__lookalike_customers.sql"),
        include_str!("../../../sql/lookalikes/__lookalike_fit.sql"),
        include_str!("../../../sql/lookalikes/__lookalike_reason.sql"),
        include_str!("../../../sql/lookalikes/__lookalike_rows.sql"),
        include_str!("../../../sql/lookalikes/__seed_warning.sql"),
        include_str!("../../../sql/lookalikes/lookalike_quality.sql"),
        include_str!("../../../sql/lookalikes/lookalikes.sql"),
    ],
};

//! The members of each audience: their revenue, expected revenue, value and stages, added up.

use crate::duckdb::{Aggregate, sql_struct};
use crate::error::{Error, Result};
use crate::models::audiences::audience_totals::{AudienceTotals, MemberFacts};
use crate::models::numerics::checks::at_least;
use crate::models::numerics::memory::try_collected;
use crate::models::numerics::sum::Sum;

sql_struct! {
    /// The sums of one audience; those of money are NULL where nothing is known.
    pub struct AudienceTotal {
        /// Members.
        pub customers: i64,
        /// Their revenue.
        pub revenue: Option<f64>,
        /// Purchases of those whose revenue is known.
        pub purchases: i64,
        /// Their value.
        pub customer_value: Option<f64>,
        /// Those whose value is known.
        pub valued: i64,
        /// Their expected revenue.
        pub expected_revenue: Option<f64>,
        /// Those whose stage is known.
        pub staged: i64,
        /// The Lost of them.
        pub lost: i64,
        /// The Slipping Away of them.
        pub slipping: i64,
    }
}

/// `__audience_set_totals(set BLOB, purchases BIGINT, revenue DOUBLE, customer_value DOUBLE,
/// expected_revenue DOUBLE, is_lost BOOLEAN, is_slipping BOOLEAN) → STRUCT[]`, in the order
/// of the audiences' numbers; the sets are those of `__audience_member_set`
pub struct SetTotals;

impl Aggregate for SetTotals {
    const NAME: &'static str = "__audience_set_totals";
    type Args<'a> = (
        &'a [u8],
        Option<i64>,
        Option<f64>,
        Option<f64>,
        Option<f64>,
        Option<bool>,
        Option<bool>,
    );
    type State = AudienceTotals;
    type Out = Vec<AudienceTotal>;

    fn update(
        state: &mut AudienceTotals,
        (set, purchases, revenue, customer_value, expected_revenue, is_lost, is_slipping): Self::Args<'_>,
    ) -> Result<()> {
        let customer = MemberFacts {
            purchases,
            revenue,
            customer_value,
            expected_revenue,
            is_lost,
            is_slipping,
        };
        at_least("purchases", purchases.unwrap_or(0), 0)?;
        state.add(set, &customer)
    }

    fn combine(into: &mut AudienceTotals, from: &AudienceTotals) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut AudienceTotals) -> Result<Option<Vec<AudienceTotal>>> {
        let totals = state.totals().iter().map(|totals| {
            Ok(AudienceTotal {
                customers: totals.customers,
                revenue: sum(&totals.revenue, "revenue")?,
                purchases: totals.purchases,
                customer_value: sum(&totals.customer_value, "customer_value")?,
                valued: totals.valued,
                expected_revenue: sum(&totals.expected_revenue, "expected_revenue")?,
                staged: totals.staged,
                lost: totals.lost,
                slipping: totals.slipping,
            })
        });
        try_collected(totals).map(Some)
    }
}

/// The sum, with an error that names the column and not, as orders have it, the amount.
fn sum(sum: &Sum, column: &str) -> Result<Option<f64>> {
    let too_large = format!("has a column {column} that adds up to more than a DOUBLE holds");
    sum.known()
        .map_err(|_| Error::argument("customers", too_large))
}

//! One customer's purchases of one product.

use crate::duckdb::{Aggregate, Blob, Date, sql_struct};
use crate::error::Result;
use crate::models::purchases::packed_gaps::packed_gaps;
use crate::models::replenishment::product_purchases;

sql_struct! {
    /// The days with their gaps packed, and the quantities as far as a model needs them.
    pub struct ProductPurchasesRow {
        /// Days with a purchase.
        pub times: i32,
        /// The last of them.
        pub last: Date,
        /// The gaps between them.
        pub gaps: Blob,
        /// Bought on the last day; NULL where it is not known.
        pub last_quantity: Option<f64>,
        /// The geometric mean of the days whose quantity is known.
        pub usual_quantity: Option<f64>,
        /// How much the logarithm of the quantity varies before complete gaps.
        pub quantity_square: f64,
        /// How it varies together with that of the gap.
        pub quantity_product: f64,
    }
}

/// `__audience_product_purchases(order_date DATE, quantity DOUBLE) → STRUCT`, NULL without a purchase
pub struct ProductPurchases;

impl Aggregate for ProductPurchases {
    const NAME: &'static str = "__audience_product_purchases";
    type Args<'a> = (Date, Option<f64>);
    type State = product_purchases::ProductPurchases;
    type Out = ProductPurchasesRow;

    #[inline]
    fn update(state: &mut Self::State, (day, quantity): Self::Args<'_>) -> Result<()> {
        state.add(day.0, quantity)
    }

    fn combine(into: &mut Self::State, from: &Self::State) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Self::State) -> Result<Option<ProductPurchasesRow>> {
        let Some(found) = state.finish()? else {
            return Ok(None);
        };
        Ok(found
            .days
            .last()
            .copied()
            .map(Date)
            .zip(Some(packed_gaps(&found.days)?))
            .map(|(last, gaps)| ProductPurchasesRow {
                times: found.days.len() as i32,
                last,
                gaps: Blob(gaps),
                last_quantity: found.last_quantity,
                usual_quantity: found.usual_quantity,
                quantity_square: found.quantity_square,
                quantity_product: found.quantity_product,
            }))
    }
}

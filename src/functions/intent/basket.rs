//! What one customer bought and when.

use crate::duckdb::{Aggregate, Blob, Date, sql_struct};
use crate::error::Result;
use crate::models::intent::basket::BasketBuilder;

sql_struct! {
    /// A customer's order lines.
    pub struct PackedBasket {
        /// For the functions that read baskets.
        pub basket: Blob,
        /// The day of the last line.
        pub latest: Date,
    }
}

/// `__audience_basket(product INTEGER, day DATE, label INTEGER) → STRUCT`; product and label
/// are numbered from 0 and may be NULL. Lines without a finite day are skipped.
pub struct Basket;

impl Aggregate for Basket {
    const NAME: &'static str = "__audience_basket";
    type Args<'a> = (Option<i32>, Option<Date>, Option<i32>);
    type State = BasketBuilder;
    type Out = PackedBasket;

    fn update(state: &mut BasketBuilder, (product, day, label): Self::Args<'_>) -> Result<()> {
        let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
        if let Some(day) = day.filter(|day| day.is_finite()) {
            state.add(number(product), day.0, number(label))?;
        }
        Ok(())
    }

    fn combine(into: &mut BasketBuilder, from: &BasketBuilder) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut BasketBuilder) -> Result<Option<PackedBasket>> {
        let Some(latest) = state.latest() else {
            return Ok(None);
        };
        Ok(Some(PackedBasket {
            basket: Blob(state.pack()?),
            latest: Date(latest),
        }))
    }
}

//! What one customer bought and when.

use crate::duckdb::{Aggregate, Blob, Date, sql_struct};
use crate::error::Result;
use crate::models::intent::basket::BasketBuilder;
use crate::models::numerics::checks::{at_least, is_finite};

sql_struct! {
    /// A customer's order lines.
    pub struct PackedBasket {
        /// For the functions that read baskets.
        pub basket: Blob,
        /// The day of the last line.
        pub latest: Date,
    }
}

fn number(argument: &'static str, value: Option<i32>) -> Result<Option<u32>> {
    let value = value
        .map(|value| at_least(argument, value, 0))
        .transpose()?;
    Ok(value.map(i32::unsigned_abs))
}

/// `__audience_basket(product INTEGER, day DATE, label INTEGER, amount DOUBLE) → STRUCT`; product
/// and label are numbered from 0 and may be NULL. Lines without a finite day are skipped. The amount
/// is that of the line, kept where it has a label; NULL, NaN and infinity count as not known.
pub struct Basket;

impl Aggregate for Basket {
    const NAME: &'static str = "__audience_basket";
    type Args<'a> = (Option<i32>, Option<Date>, Option<i32>, Option<f64>);
    type State = BasketBuilder;
    type Out = PackedBasket;

    fn update(
        state: &mut BasketBuilder,
        (product, day, label, amount): Self::Args<'_>,
    ) -> Result<()> {
        let (product, label) = (number("product", product)?, number("label", label)?);
        if let Some(day) = day.filter(|day| is_finite(day.0)) {
            state.add(product, day.0, label)?;
            if let Some((label, amount)) = label.zip(amount.filter(|amount| amount.is_finite())) {
                state.add_amount(label, day.0, amount)?;
            }
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

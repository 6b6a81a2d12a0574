//! What a customer has bought of the products that definitions ask about.

use super::arguments::Audiences;
use crate::duckdb::{Date, Scalar};
use crate::error::Result;
use crate::models::intent::basket::Basket;
use crate::models::numerics::checks::finite_day;
use std::borrow::Cow;

/// `__audience_bought_answers(definitions VARCHAR, as_of DATE, basket BLOB) → INTEGER[]`, the numbers
/// of the questions about purchases to which the basket says yes, from 0. Its labels are the sets of
/// products.
pub struct BoughtAnswers;

impl Scalar for BoughtAnswers {
    const NAME: &'static str = "__audience_bought_answers";
    type Args<'a> = (Cow<'a, str>, Date, &'a [u8]);
    type Out = Vec<i32>;

    fn call((packed, as_of, basket): Self::Args<'_>) -> Result<Option<Vec<i32>>> {
        let as_of = finite_day("as_of", as_of.0)?;
        let audiences = Audiences::unpacked(&packed)?;
        audiences
            .products()
            .bought(Basket::open(basket)?, as_of)
            .map(Some)
    }
}

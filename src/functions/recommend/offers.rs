//! The products to offer to one customer.

use crate::duckdb::{Constant, Prepare, Scalar, sql_enum, sql_row};
use crate::error::Result;
use crate::functions::opened::{Open, Opened};
use crate::models::intent::basket::Basket;
use crate::models::recommend::neighbours::NeighbourWeights;
use crate::models::recommend::offer::{Catalogue, Offer, OfferReading, Scratch, Source, offers};
use std::cell::RefCell;

sql_enum!(Source: Own, Similar, Popular);

sql_row!(Write for Offer { product: i32, score: f64, because: Option<i32>, source: Source });

/// The options that a catalogue begins with, with their tables.
impl Prepare for OfferReading {
    type Raw<'a> = &'a [u8];
    fn prepare(catalogue: &[u8]) -> Result<Self> {
        Catalogue::open(catalogue).map(|catalogue| Self::new(catalogue.options))
    }
}

impl<'a> Open<'a> for NeighbourWeights<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self> {
        Self::open(bytes)
    }
}

thread_local! {
    /// As long as the catalogue, so allocated once and not per customer.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// `__audience_offers(basket BLOB, weights BLOB, catalogue BLOB, catalogue BLOB) → STRUCT[]`, best
/// first. The catalogue is given twice: read in place, and prepared once per chunk.
pub struct Offers;

impl Scalar for Offers {
    const NAME: &'static str = "__audience_offers";
    type Args<'a> = (
        &'a [u8],
        Opened<NeighbourWeights<'a>>,
        &'a [u8],
        Constant<OfferReading>,
    );
    type Out = Vec<Offer>;

    fn call((basket, weights, catalogue, reading): Self::Args<'_>) -> Result<Option<Vec<Offer>>> {
        let (basket, weights) = (Basket::open(basket)?, weights.get()?);
        let catalogue = Catalogue::open(catalogue)?;
        let reading = reading.get()?;
        SCRATCH
            .with_borrow_mut(|scratch| offers(basket, weights, &catalogue, reading, scratch))
            .map(Some)
    }
}

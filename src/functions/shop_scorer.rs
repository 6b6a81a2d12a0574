//! The purchase model as many customers are scored with it.

use crate::duckdb::Prepare;
use crate::error::Result;
use crate::models::numerics::memory::{copied, try_collected};
use crate::models::prediction::shop_model::{Outset, Prospect, ShopModel};
use crate::models::purchases::purchases::PurchaseHistory;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

/// A model of many customers, with the day that the first was looked at.
pub struct ShopScorer {
    /// The model.
    pub shop: ShopModel,
    outset: OnceCell<Outset>,
    /// Whether what is known of one-time buyers is remembered.
    remembers: bool,
    /// Whether somebody was looked at on another day.
    has_moved: Cell<bool>,
}

impl ShopScorer {
    fn new(packed: &[u8], remembers: bool) -> Result<Self> {
        Ok(Self {
            shop: ShopModel::unpacked(packed)?,
            outset: OnceCell::new(),
            remembers,
            has_moved: Cell::new(false),
        })
    }

    /// A customer as of a day, as [`ShopModel::prospect`].
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of`.
    pub fn prospect(
        &self,
        history: &PurchaseHistory,
        days: Option<&[i32]>,
        as_of: i32,
    ) -> Result<Prospect<'_>> {
        let outset = self.outset.get_or_init(|| {
            let outset = self.shop.outset(as_of);
            if self.remembers {
                outset.remembering()
            } else {
                outset
            }
        });
        if outset.as_of == as_of {
            return self.shop.prospect_from(history, days, outset);
        }
        self.has_moved.set(true);
        self.shop.prospect(history, days, as_of)
    }
}

/// A packed model, and the same as it scores.
type Known = (Vec<u8>, Rc<ShopScorer>);

thread_local! {
    /// The model that a thread scored with last, with what it remembers of one-time buyers: a chunk
    /// has too few of them with the same silence. In a box, because every thread of the host pays
    /// for the size of a thread-local.
    static LATEST: Cell<Option<Box<Known>>> = const { Cell::new(None) };
}

/// A packed model, the same for all customers.
impl Prepare for Rc<ShopScorer> {
    type Raw<'a> = &'a [u8];
    fn prepare(packed: &[u8]) -> Result<Self> {
        let latest = LATEST.take();
        let latest = latest.filter(|known| known.0 == packed && !known.1.has_moved.get());
        let latest = match latest {
            Some(latest) => latest,
            None => {
                let scorer = Rc::new(ShopScorer::new(packed, true)?);
                Box::new((copied(packed)?, scorer))
            }
        };
        let scorer = latest.1.clone();
        LATEST.set(Some(latest));
        Ok(scorer)
    }
}

/// The packed models of several dates.
impl Prepare for Vec<ShopScorer> {
    type Raw<'a> = Vec<&'a [u8]>;
    fn prepare(models: Vec<&[u8]>) -> Result<Self> {
        try_collected(
            models
                .into_iter()
                .map(|packed| ShopScorer::new(packed, false)),
        )
    }
}

//! How many purchases a customer may make within some days.

use super::mbg_nbd::{Customer, MOST_PURCHASES};

/// The distribution of the purchases within some days, see
/// [`Prospect::outlook`](super::shop_model::Prospect::outlook).
#[derive(Clone, Copy, Debug)]
pub struct PurchaseOutlook<'a> {
    pub(super) customer: &'a Customer,
    /// The days in seasonal time.
    pub(super) ahead: f64,
    /// The chance of any purchase.
    pub(super) returns: f64,
    /// What the purchases beyond the first are multiplied by.
    pub(super) stretch: f64,
}

impl PurchaseOutlook<'_> {
    /// The chance of any purchase.
    pub fn returns(&self) -> f64 {
        self.returns
    }

    /// Calls `then` with each number of purchases, ascending, and the chance of so many or more, as
    /// long as it says so and they count. The first number is 1; stretched ones need not be whole.
    fn each_tail(&self, mut then: impl FnMut(f64, f64) -> bool) {
        let (mut further, mut first) = (0.0, None);
        self.customer.each_tail(self.ahead, |tail| {
            let so_many = self.returns * tail / *first.get_or_insert(tail);
            let number = 1.0 + self.stretch * further;
            further += 1.0;
            then(number, so_many)
        });
    }

    /// Calls `then` with each number of purchases, ascending from 1, and its chance.
    pub fn each_number(&self, mut then: impl FnMut(f64, f64)) {
        let mut before: Option<(f64, f64)> = None;
        self.each_tail(|number, so_many| {
            if let Some((fewer, chance)) = before {
                then(fewer, chance - so_many);
            }
            before = Some((number, so_many));
            true
        });
        // The rest are more than the series counts.
        if let Some((most, chance)) = before {
            then(most, chance);
        }
    }

    /// The fewest purchases that the customer does not exceed with each of the chances, which ascend.
    pub fn quantiles<const N: usize>(&self, chances: [f64; N]) -> [i32; N] {
        let (mut found, mut place) = ([0; N], 0);
        while place < N && chances[place] <= 1.0 - self.returns {
            place += 1;
        }
        let mut before = 0;
        self.each_tail(|number, so_many| {
            // What is not so many is at most the number before.
            while place < N && before > 0 && so_many <= 1.0 - chances[place] {
                found[place] = before;
                place += 1;
            }
            before = number.round().min(f64::from(MOST_PURCHASES)) as i32;
            place < N
        });
        // The rest are more than the series counts.
        found[place..].fill(before);
        found
    }
}

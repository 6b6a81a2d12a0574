//! One customer's purchases of one product, from order lines.

use crate::error::Result;
use crate::models::numerics::checks::is_finite;
use crate::models::numerics::memory::{Boxed, append, boxed, grow, push};

/// Quantities are added in this unit, so that their sum depends on no order.
const UNIT: f64 = 1.0 / (1_u64 << 20) as f64;

/// No day.
const NONE: i32 = i32::MIN;

/// What was bought on a day, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct BoughtDay {
    day: i32,
    /// In [`UNIT`]; 0 where it is not known.
    quantity: i64,
}

/// Collects the lines of a product for one customer, in any order and any number of parts.
///
/// Nearly all products are bought once, so a state is small: one day is in place, the others on the heap.
#[derive(Debug)]
pub struct ProductPurchases {
    first: BoughtDay,
    others: Option<Boxed<Vec<BoughtDay>>>,
}

impl Default for ProductPurchases {
    fn default() -> Self {
        Self {
            first: BoughtDay {
                day: NONE,
                quantity: 0,
            },
            others: None,
        }
    }
}

/// The purchases of a product by a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductHistory {
    /// Ascending, at least one.
    pub days: Vec<i32>,
    /// Bought on the last day; `None` where it is not known.
    pub last_quantity: Option<f64>,
    /// The geometric mean of all days whose quantity is known.
    pub usual_quantity: Option<f64>,
    /// Σ(ln q − mean)² over the quantities that a complete gap follows.
    pub quantity_square: f64,
    /// Σ(ln q − mean)(ln gap − mean) over the same.
    pub quantity_product: f64,
}

impl ProductPurchases {
    /// Adds one line. A quantity of 0 or less is no purchase; one that is not known, NaN or
    /// infinite is a purchase of an unknown quantity.
    ///
    /// # Errors
    ///
    /// When there is no memory for the day.
    #[inline]
    pub fn add(&mut self, day: i32, quantity: Option<f64>) -> Result<()> {
        if !is_finite(day) || quantity.is_some_and(|quantity| quantity <= 0.0) {
            return Ok(());
        }
        let known = quantity.filter(|quantity| quantity.is_finite());
        let quantity = known.map_or(0, |quantity| ((quantity / UNIT).round() as i64).max(1));
        self.insert(BoughtDay { day, quantity })
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for the days.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let [others] = other.others.as_deref().unwrap_or(const { &[Vec::new()] });
        for &bought in others {
            self.insert(bought)?;
        }
        if other.first.day == NONE {
            return Ok(());
        }
        self.insert(other.first)
    }

    fn insert(&mut self, bought: BoughtDay) -> Result<()> {
        if self.first.day == NONE {
            self.first = bought;
        } else if self.first.day == bought.day {
            self.first.quantity = self.first.quantity.saturating_add(bought.quantity);
        } else if let Some(others) = &mut self.others {
            let [others] = &mut **others;
            if others.len() == others.capacity() {
                settle(others);
                // Lines of few days take no more room than these.
                if others.len() > others.capacity() / 2 {
                    grow(others, others.len())?;
                }
            }
            push(others, bought)?;
        } else {
            let mut others = Vec::new();
            push(&mut others, bought)?;
            self.others = Some(boxed(others)?);
        }
        Ok(())
    }

    /// The purchases; `None` without one.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn finish(&self) -> Result<Option<ProductHistory>> {
        if self.first.day == NONE {
            return Ok(None);
        }
        let mut all = Vec::new();
        push(&mut all, self.first)?;
        let [others] = self.others.as_deref().unwrap_or(const { &[Vec::new()] });
        append(&mut all, others)?;
        settle(&mut all);
        let mut days = Vec::new();
        grow(&mut days, all.len())?;
        days.extend(all.iter().map(|bought| bought.day));
        let known = || all.iter().filter_map(|bought| logarithm(bought.quantity));
        let (square, product) = spread(&all);
        Ok(Some(ProductHistory {
            days,
            last_quantity: all.last().and_then(|last| amount(last.quantity)),
            usual_quantity: mean(known()).map(f64::exp),
            quantity_square: square,
            quantity_product: product,
        }))
    }
}

/// Sorts by day, with a day once.
fn settle(lines: &mut Vec<BoughtDay>) {
    lines.sort_unstable();
    lines.dedup_by(|next, kept| {
        let same = next.day == kept.day;
        if same {
            kept.quantity = kept.quantity.saturating_add(next.quantity);
        }
        same
    });
}

/// The sums of squares and products of the logarithms of quantity and gap around their means.
fn spread(all: &[BoughtDay]) -> (f64, f64) {
    let pairs = || {
        all.windows(2).filter_map(|pair| {
            let gap = i64::from(pair[1].day) - i64::from(pair[0].day);
            Some((logarithm(pair[0].quantity)?, (gap as f64).ln()))
        })
    };
    let Some((x, y)) = mean(pairs().map(|(x, _)| x)).zip(mean(pairs().map(|(_, y)| y))) else {
        return (0.0, 0.0);
    };
    pairs().fold((0.0, 0.0), |(square, product), (quantity, gap)| {
        let off = quantity - x;
        (square + off * off, product + off * (gap - y))
    })
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn amount(quantity: i64) -> Option<f64> {
    (quantity > 0).then_some(quantity as f64 * UNIT)
}

fn logarithm(quantity: i64) -> Option<f64> {
    amount(quantity).map(f64::ln)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_purchase_and_a_return_is_none() {
        let mut bought = ProductPurchases::default();
        assert_eq!(bought.finish(), Ok(None));
        for (day, quantity) in [
            (30, Some(4.0)),
            (10, Some(1.0)),
            (10, Some(1.0)),
            (25, Some(-2.0)),
            (26, Some(0.0)),
            (20, None),
            (i32::MAX, Some(1.0)),
        ] {
            bought.add(day, quantity).expect("room");
        }
        let found = bought.finish().expect("room").expect("purchases");
        assert_eq!(found.days, [10, 20, 30]);
        assert_eq!(found.last_quantity, Some(4.0));
        assert!((found.usual_quantity.expect("known") - 8.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!((found.quantity_square, found.quantity_product), (0.0, 0.0));
    }

    #[test]
    fn larger_quantities_before_longer_gaps() {
        let mut bought = ProductPurchases::default();
        for (day, quantity) in [(0, 1.0), (10, 2.0), (30, 1.0)] {
            bought.add(day, Some(quantity)).expect("room");
        }
        let found = bought.finish().expect("room").expect("purchases");
        let half = 2.0_f64.ln().powi(2) / 2.0;
        assert!((found.quantity_square - half).abs() < 1e-12);
        assert!((found.quantity_product - half).abs() < 1e-12);
    }

    #[test]
    fn lines_of_one_day_take_no_room() {
        let mut bought = ProductPurchases::default();
        for number in 0..100_000 {
            bought.add(number % 3, Some(1e300)).expect("room");
        }
        let [others] = &**bought.others.as_ref().expect("other days");
        assert!(others.capacity() < 20);
        let found = bought.finish().expect("room").expect("purchases");
        assert_eq!(found.days, [0, 1, 2]);
        assert!(found.last_quantity.is_some_and(|quantity| quantity > 8e12));
    }
}

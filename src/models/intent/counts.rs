//! Counts the customers who bought each product, each label, and both.

use super::basket::Basket;
use super::reading::{Reading, checked_horizon};
use super::weights::MOST_LABELS;
use crate::error::{Error, Result};
use crate::models::numerics::bytes::{Reader, Writer, sound};
use crate::models::numerics::checks::{changed, is_finite};
use crate::models::numerics::fixed_sum::FixedSum;
use crate::models::numerics::memory::{collected, copied, filled, lengthen};
use crate::models::numerics::numbers::push_integer;
use crate::models::numerics::stored::{Storable, added};

/// The most pairs of a product and a label: 128 MB of counts for each of the two days and
/// each thread.
const MOST_PAIRS: usize = 1 << 25;

/// Counts up to two days: now, and one horizon before, when it is known what came next.
#[derive(Debug, Default)]
pub struct Counts {
    size: Size,
    /// Bit product·labels + label: whether the product has the label on any line.
    members: Vec<u64>,
    tallies: Option<(Reading, Box<[Tally; 2]>)>,
}

/// What all customers have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    products: usize,
    labels: usize,
    as_of: i32,
    horizon: i32,
    /// Of the packed pairs of a product and a label.
    members: usize,
}

/// Counts up to one day.
#[derive(Debug, Default)]
pub struct Tally {
    /// That day.
    pub until: i32,
    /// Customers with an order line.
    pub customers: u32,
    /// The sum of their activity.
    pub activity: FixedSum,
    /// The sum of their breadth.
    pub breadth: FixedSum,
    /// By product: customers who bought it. As long as what was bought asks for, so that a number
    /// of products alone takes no room.
    product_buyers: Vec<u32>,
    /// By label: customers who bought it.
    pub label_buyers: Vec<u32>,
    /// By product·labels + label: customers who bought both.
    both: Vec<u32>,
}

/// What the counts are about.
#[derive(Clone, Copy, Debug)]
pub struct CountFrame<'a> {
    /// The distinct pairs of a product and a label that occur, as [`pack_pairs`] packs them.
    pub members: &'a [u8],
    /// How many products there are.
    pub products: usize,
    /// How many labels there are.
    pub labels: usize,
    /// Today.
    pub as_of: i32,
    /// The horizon, in days.
    pub horizon: i32,
}

fn written(count: usize) -> String {
    let mut out = String::new();
    push_integer(&mut out, count as i64);
    out
}

impl CountFrame<'_> {
    fn check(&self) -> Result<()> {
        if self.labels > MOST_LABELS {
            let (most, labels) = (written(MOST_LABELS), written(self.labels));
            let problem = format!("must have at most {most} values, got {labels}");
            return Err(Error::argument("label", problem));
        }
        // Either alone takes room as well.
        let counted = self.products.max(1).saturating_mul(self.labels.max(1));
        if counted > MOST_PAIRS {
            let (labels, products) = (written(self.labels), written(self.products));
            let pairs = written(MOST_PAIRS);
            let problem = format!(
                "has {products} values, which with {labels} labels are too many pairs: at most {pairs} are counted; use coarser products or labels, or a filter"
            );
            return Err(Error::argument("product", problem));
        }
        Ok(())
    }

    fn size(&self) -> Size {
        Size {
            products: self.products,
            labels: self.labels,
            as_of: self.as_of,
            horizon: self.horizon,
            members: self.members.len(),
        }
    }
}

impl Counts {
    /// Adds a customer. `frame` is the same in every call.
    ///
    /// # Errors
    ///
    /// When there are too many labels, or pairs of a product and a label, the frame is another one than
    /// before, the basket goes beyond it, or there is no memory for the pairs.
    pub fn add(&mut self, basket: Basket, frame: CountFrame) -> Result<()> {
        if self.tallies.is_none() {
            *self = Self::new(frame)?;
        }
        if self.size != frame.size() {
            return Err(changed("products"));
        }
        if let Some((reading, tallies)) = &mut self.tallies {
            for tally in tallies.iter_mut() {
                tally.add(basket, reading, self.size.products)?;
            }
        }
        Ok(())
    }

    fn new(frame: CountFrame) -> Result<Self> {
        frame.check()?;
        let mut members = filled(0, (frame.products * frame.labels).div_ceil(64))?;
        let mut reader = Reader::new(frame.members);
        for pair in reader.slice::<u64>()?.iter() {
            let (product, label) = ((pair >> 32) as usize, pair as u32 as usize);
            sound(product < frame.products && label < frame.labels)?;
            let bit = product * frame.labels + label;
            members[bit / 64] |= 1 << (bit % 64);
        }
        reader.end()?;
        let tally = |until| Tally::new(until, frame.labels);
        Ok(Self {
            size: frame.size(),
            members,
            tallies: Some((
                Reading::new(frame.horizon),
                Box::new([
                    tally(frame.as_of)?,
                    tally(frame.as_of.saturating_sub(frame.horizon))?,
                ]),
            )),
        })
    }

    /// Adds everything that `other` counted.
    ///
    /// # Errors
    ///
    /// When it counted within another frame, or there is no memory for the pairs.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        match (&mut self.tallies, &other.tallies) {
            (_, None) => {}
            (None, Some((reading, tallies))) => {
                let [today, earlier] = &**tallies;
                *self = Self {
                    size: other.size,
                    members: copied(&other.members)?,
                    tallies: Some((
                        reading.clone(),
                        Box::new([today.copied()?, earlier.copied()?]),
                    )),
                };
            }
            (Some(_), Some(_)) if self.size != other.size || self.members != other.members => {
                return Err(changed("products"));
            }
            (Some((_, mine)), Some((_, theirs))) => {
                for (mine, theirs) in mine.iter_mut().zip(theirs.iter()) {
                    mine.merge(theirs)?;
                }
            }
        }
        Ok(())
    }

    /// What was counted up to both days, today first; `None` without customers.
    pub fn tallies(&self) -> Option<&[Tally; 2]> {
        self.tallies.as_ref().map(|(_, tallies)| &**tallies)
    }

    /// How many products there are.
    pub fn products(&self) -> usize {
        self.size.products
    }

    /// How many labels there are.
    pub fn labels(&self) -> usize {
        self.size.labels
    }

    /// Whether a product has a label on any line: buying it is buying the label.
    pub fn is_member(&self, product: usize, label: usize) -> bool {
        let bit = product * self.size.labels + label;
        self.members[bit / 64] >> (bit % 64) & 1 == 1
    }
}

impl Tally {
    fn new(until: i32, labels: usize) -> Result<Self> {
        Ok(Self {
            until,
            customers: 0,
            activity: FixedSum::default(),
            breadth: FixedSum::default(),
            product_buyers: Vec::new(),
            label_buyers: filled(0, labels)?,
            both: Vec::new(),
        })
    }

    fn copied(&self) -> Result<Self> {
        Ok(Self {
            product_buyers: copied(&self.product_buyers)?,
            label_buyers: copied(&self.label_buyers)?,
            both: copied(&self.both)?,
            ..*self
        })
    }

    /// By product, up to the last that anybody bought: customers who did.
    pub fn product_buyers(&self) -> &[u32] {
        up_to_last(&self.product_buyers)
    }

    /// Customers who bought both.
    pub fn both(&self, product: usize, label: usize) -> u32 {
        self.both[product * self.label_buyers.len() + label]
    }

    fn add(&mut self, basket: Basket, reading: &Reading, products: usize) -> Result<()> {
        if basket.days(self.until).next().is_none() {
            return Ok(());
        }
        self.customers += 1;
        let products_bought = basket.last_days(self.until)?;
        self.activity.add(reading.activity(basket, self.until));
        self.breadth
            .add(reading.breadth(&products_bought, self.until));
        let width = self.label_buyers.len();
        let labels = basket
            .labels(self.until)
            .map(|bought| bought.number as usize);
        let labels = collected(labels)?;
        for &label in &labels {
            sound(label < width)?;
            self.label_buyers[label] += 1;
        }
        for (product, _) in products_bought {
            let product = product as usize;
            if product >= self.product_buyers.len() {
                sound(product < products)?;
                self.grow((2 * product).clamp(product + 1, products))?;
            }
            self.product_buyers[product] += 1;
            let row = &mut self.both[product * width..][..width];
            for &label in &labels {
                row[label] += 1;
            }
        }
        Ok(())
    }

    fn grow(&mut self, products: usize) -> Result<()> {
        lengthen(&mut self.product_buyers, products, 0)?;
        lengthen(&mut self.both, products * self.label_buyers.len(), 0)
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.grow(other.product_buyers.len())?;
        // No other count is larger.
        self.customers = added(self.customers, other.customers)?;
        self.activity.merge(other.activity);
        self.breadth.merge(other.breadth);
        add_all(&mut self.product_buyers, &other.product_buyers);
        add_all(&mut self.label_buyers, &other.label_buyers);
        add_all(&mut self.both, &other.both);
        Ok(())
    }
}

impl Storable for Counts {
    const FORMAT: u32 = 1;

    fn write(&self, to: &mut Writer) -> Result<()> {
        let Size {
            products,
            labels,
            as_of,
            horizon,
            members,
        } = self.size;
        for count in [products, labels, members] {
            to.value(count as u32)?;
        }
        to.value(as_of)?;
        to.value(horizon)?;
        to.slice(self.members.iter().copied())?;
        let tallies = self.tallies().map_or(&[][..], |tallies| tallies);
        tallies.iter().try_for_each(|tally| tally.write(to))
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let [products, labels, members] = from.array::<u32, 3>()?.map(|count| count as usize);
        let (as_of, horizon) = (from.value()?, from.value()?);
        let size = Size {
            products,
            labels,
            as_of,
            horizon,
            members,
        };
        let members = from.slice::<u64>()?;
        if size == Size::default() {
            sound(members.is_empty())?;
            return Ok(Self::default());
        }
        let pairs = products.max(1).saturating_mul(labels.max(1));
        sound(labels <= MOST_LABELS && pairs <= MOST_PAIRS && is_finite(as_of))?;
        sound(checked_horizon(horizon).is_ok())?;
        sound(members.len() == (products * labels).div_ceil(64))?;
        let mut tally = |until| Tally::read(from, until, &size);
        Ok(Self {
            size,
            members: collected(members.iter())?,
            tallies: Some((
                Reading::new(horizon),
                Box::new([tally(as_of)?, tally(as_of.saturating_sub(horizon))?]),
            )),
        })
    }
}

impl Tally {
    fn write(&self, to: &mut Writer) -> Result<()> {
        let product_buyers = self.product_buyers();
        let both = &self.both[..product_buyers.len() * self.label_buyers.len()];
        to.value(self.customers)?;
        to.value(self.activity)?;
        to.value(self.breadth)?;
        for counts in [product_buyers, &self.label_buyers, both] {
            to.slice(counts.iter().copied())?;
        }
        Ok(())
    }

    fn read(from: &mut Reader<'_>, until: i32, size: &Size) -> Result<Self> {
        let customers = from.value()?;
        let [activity, breadth] = from.array::<FixedSum, 2>()?;
        sound(activity.is_positive() && breadth.is_positive())?;
        let mut next = || collected(from.slice::<u32>()?.iter());
        let tally = Self {
            until,
            customers,
            activity,
            breadth,
            product_buyers: next()?,
            label_buyers: next()?,
            both: next()?,
        };
        let (products, labels) = (&tally.product_buyers, &tally.label_buyers);
        sound(products.len() <= size.products && labels.len() == size.labels)?;
        sound(tally.both.len() == products.len() * labels.len())?;
        let mut buyers = products.iter().chain(labels);
        sound(buyers.all(|&buyers| buyers <= customers))?;
        // Without labels there are no pairs.
        let rows = tally.both.chunks_exact(labels.len().max(1));
        for (row, &product) in rows.zip(products) {
            let mut pairs = row.iter().zip(labels);
            sound(pairs.all(|(&both, &label)| both <= product.min(label)))?;
        }
        Ok(tally)
    }
}

/// The counts without the zeros behind the last of more.
pub fn up_to_last(counts: &[u32]) -> &[u32] {
    let last = counts.iter().rposition(|&count| count > 0);
    &counts[..last.map_or(0, |last| last + 1)]
}

fn add_all(into: &mut [u32], from: &[u32]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into += from;
    }
}

/// Packs distinct pairs of a product and a label, in order.
///
/// # Errors
///
/// When there is no memory for them.
pub fn pack_pairs(pairs: &mut Vec<u64>) -> Result<Vec<u8>> {
    pairs.sort_unstable();
    pairs.dedup();
    let mut writer = Writer::default();
    writer.slice(pairs.iter().copied())?;
    Ok(writer.finish())
}

/// Whether a pair is among the packed ones.
///
/// # Errors
///
/// When they are no packed pairs.
pub fn has_pair(packed: &[u8], product: u32, label: u32) -> Result<bool> {
    let mut reader = Reader::new(packed);
    let pairs = reader.slice::<u64>()?;
    reader.end()?;
    let wanted = u64::from(product) << 32 | u64::from(label);
    let found = pairs
        .chunks::<8>()
        .binary_search_by_key(&wanted, |pair| u64::from_le_bytes(*pair));
    Ok(found.is_ok())
}

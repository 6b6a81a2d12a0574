//! What one customer bought and when.

use crate::error::Result;
use crate::models::numerics::bytes::{Reader, Slice, Writer, sound};
use crate::models::numerics::checks::is_finite;
use crate::models::numerics::memory::{append, collected, push, with_room};

/// Collects a customer's order lines in any order and any number of parts.
#[derive(Debug, Default)]
pub struct BasketBuilder {
    lines: Vec<Line>,
    /// So many lines from the start are sorted and distinct.
    sorted: usize,
    amounts: Vec<Amount>,
}

/// What a line of a label has cost. Equal ones count as often as they are there.
#[derive(Clone, Copy, Debug)]
struct Amount {
    label: u32,
    day: i32,
    amount: f64,
}

/// One distinct line. Products and labels are numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    product: Option<SmallNumber>,
    day: i32,
    label: Option<SmallNumber>,
}

/// A number that is not `u32::MAX`, so that an `Option` of it needs no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SmallNumber(std::num::NonZeroU32);

impl SmallNumber {
    fn new(value: u32) -> Option<Self> {
        std::num::NonZeroU32::new(value.wrapping_add(1)).map(Self)
    }

    fn get(self) -> u32 {
        self.0.get() - 1
    }
}

impl BasketBuilder {
    /// Adds a line: its product and label, where they are known, and its day.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, product: Option<u32>, day: i32, label: Option<u32>) -> Result<()> {
        // Before growing, repeated lines are thrown out, but not for the sake of a few: sorting
        // after every half more keeps the work linear, up to a logarithm.
        let new = self.lines.len() - self.sorted;
        if self.lines.len() == self.lines.capacity() && new >= (self.sorted / 2).max(64) {
            self.sort();
        }
        let line = Line {
            product: product.and_then(SmallNumber::new),
            day,
            label: label.and_then(SmallNumber::new),
        };
        push(&mut self.lines, line)
    }

    /// Adds the amount of a line that was added with this label and day.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add_amount(&mut self, label: u32, day: i32, amount: f64) -> Result<()> {
        push(&mut self.amounts, Amount { label, day, amount })
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.amounts, &other.amounts)?;
        append(&mut self.lines, &other.lines)
    }

    fn sort(&mut self) {
        self.lines.sort_unstable();
        self.lines.dedup();
        self.sorted = self.lines.len();
    }

    /// The last day; `None` without lines.
    pub fn latest(&self) -> Option<i32> {
        self.lines.iter().map(|line| line.day).max()
    }

    /// Packs the basket for [`Basket::open`].
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn pack(&mut self) -> Result<Vec<u8>> {
        self.sort();
        let pairs = |number: fn(&Line) -> Option<SmallNumber>| -> Result<Vec<(u32, i32)>> {
            let mut pairs = with_room(self.lines.len())?;
            let known = self.lines.iter();
            pairs.extend(known.filter_map(|line| Some((number(line)?.get(), line.day))));
            Ok(pairs)
        };
        let mut days = collected(self.lines.iter().map(|line| line.day))?;
        let mut labels = pairs(|line| line.label)?;
        let mut products = pairs(|line| line.product)?;
        days.sort_unstable();
        days.dedup();
        labels.sort_unstable();
        labels.dedup();
        products.dedup();
        let spends = self.spends(&labels)?;
        let numbers = days.len() + 2 * (products.len() + labels.len());
        let mut writer = Writer::with_room(6 * 4 + 4 * numbers + 8 * spends.len())?;
        writer.slice(days.iter().copied())?;
        for pairs in [products, labels] {
            writer.slice(pairs.iter().map(|pair| pair.0))?;
            writer.slice(pairs.iter().map(|pair| pair.1))?;
        }
        writer.slice(spends.into_iter())?;
        Ok(writer.finish())
    }

    /// What was spent on each pair of a label and a day, NaN where that is not known; empty where
    /// nothing is. Amounts are added in their order, so that the sum does not depend on that of the
    /// rows.
    fn spends(&mut self, pairs: &[(u32, i32)]) -> Result<Vec<f64>> {
        if self.amounts.is_empty() {
            return Ok(Vec::new());
        }
        self.amounts.sort_unstable_by(|a, b| {
            let keys = (a.label, a.day).cmp(&(b.label, b.day));
            keys.then(a.amount.total_cmp(&b.amount))
        });
        let mut rest = self.amounts.as_slice();
        collected(pairs.iter().map(|&pair| {
            let of_pair = rest.partition_point(|other| (other.label, other.day) <= pair);
            let (mine, others) = rest.split_at(of_pair);
            rest = others;
            let sum = mine.iter().map(|other| other.amount).reduce(|a, b| a + b);
            sum.map_or(f64::NAN, |sum| sum.clamp(f64::MIN, f64::MAX))
        }))
    }
}

/// A packed basket.
#[derive(Clone, Copy)]
pub struct Basket<'a> {
    days: Slice<'a, i32>,
    products: Pairs<'a>,
    labels: Pairs<'a>,
    /// What was spent on the labels, one for each of the pairs, or none at all.
    spends: Slice<'a, f64>,
}

/// Something bought and the days on which it was, sorted by both.
#[derive(Clone, Copy)]
struct Pairs<'a> {
    numbers: Slice<'a, u32>,
    days: Slice<'a, i32>,
}

impl<'a> Basket<'a> {
    /// Opens what [`BasketBuilder::pack`] packed. Everything is looked at, as everybody who opens
    /// a basket reads all of it.
    ///
    /// # Errors
    ///
    /// When the bytes are not a packed basket.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let days: Slice<i32> = reader.slice()?;
        let basket = Self {
            days,
            products: Pairs::open(&mut reader)?,
            labels: Pairs::open(&mut reader)?,
            spends: reader.slice()?,
        };
        reader.end()?;
        let (spends, pairs) = (basket.spends, basket.labels.numbers.len());
        sound(spends.is_empty() || spends.len() == pairs)?;
        sound(!spends.iter().any(f64::is_infinite))?;
        sound(days.iter().all(is_finite) && is_ascending(days.iter()))?;
        Ok(basket)
    }

    /// The distinct order days up to `until`, ascending.
    pub fn days(self, until: i32) -> impl Iterator<Item = i32> + Clone + 'a {
        self.days.iter().take_while(move |&day| day <= until)
    }

    /// The products bought up to `until`, ascending, each with its days.
    pub fn products(self, until: i32) -> impl Iterator<Item = Bought<'a>> {
        self.products.groups(until)
    }

    /// The same with the last of the days only, which is all that most want, and quick.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn last_days(self, until: i32) -> Result<Vec<(u32, i32)>> {
        let mut products: Vec<(u32, i32)> = with_room(self.most_products())?;
        let pairs = self.products.numbers.iter().zip(self.products.days.iter());
        for (number, day) in pairs.filter(|pair| pair.1 <= until) {
            match products.last_mut() {
                Some((last, of_last)) if *last == number => *of_last = day,
                _ => products.push((number, day)),
            }
        }
        Ok(products)
    }

    /// No more products than this were bought.
    pub fn most_products(self) -> usize {
        self.products.numbers.len()
    }

    /// The labels bought up to `until`, ascending, each with its days.
    pub fn labels(self, until: i32) -> impl Iterator<Item = Bought<'a>> {
        self.labels.groups(until)
    }

    /// What was spent on a label, one of [`Basket::labels`], day by day; only positive amounts.
    pub fn spends(self, label: Bought<'a>) -> impl Iterator<Item = f64> + 'a {
        let of_label = self.spends.range(label.from, label.to);
        of_label.iter().filter(|&spent| spent > 0.0)
    }
}

/// A product or a label, and the days on which it was bought.
#[derive(Clone, Copy)]
pub struct Bought<'a> {
    /// The product or the label.
    pub number: u32,
    days: Slice<'a, i32>,
    from: usize,
    to: usize,
}

impl<'a> Bought<'a> {
    /// The distinct days, ascending.
    pub fn days(self) -> impl ExactSizeIterator<Item = i32> + 'a {
        (self.from..self.to).map(move |index| self.days.get(index).unwrap_or_default())
    }

    /// The last of them.
    pub fn last(self) -> i32 {
        self.days.get(self.to - 1).unwrap_or_default()
    }
}

fn is_ascending<T: PartialOrd>(values: impl Iterator<Item = T> + Clone) -> bool {
    values.clone().zip(values.skip(1)).all(|(a, b)| a < b)
}

impl<'a> Pairs<'a> {
    fn open(reader: &mut Reader<'a>) -> Result<Self> {
        let (numbers, days): (Slice<u32>, Slice<i32>) = (reader.slice()?, reader.slice()?);
        let pairs = numbers.iter().zip(days.iter());
        sound(numbers.len() == days.len() && is_ascending(pairs))?;
        Ok(Self { numbers, days })
    }

    fn groups(self, until: i32) -> impl Iterator<Item = Bought<'a>> {
        let mut start = 0;
        std::iter::from_fn(move || {
            loop {
                let number = self.numbers.get(start)?;
                let mut end = start;
                let mut to = start;
                while self.numbers.get(end) == Some(number) {
                    if self.days.get(end).is_some_and(|day| day <= until) {
                        to = end + 1;
                    }
                    end += 1;
                }
                let from = std::mem::replace(&mut start, end);
                if to > from {
                    return Some(Bought {
                        number,
                        days: self.days,
                        from,
                        to,
                    });
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Listed = Vec<(u32, Vec<i32>)>;

    fn listed<'a>(bought: impl Iterator<Item = Bought<'a>>) -> Listed {
        bought
            .map(|item| (item.number, item.days().collect()))
            .collect()
    }

    #[test]
    fn a_basket_is_what_was_bought_up_to_a_day() {
        let mut parts = [BasketBuilder::default(), BasketBuilder::default()];
        let lines = [
            (Some(3), 10, Some(0)),
            (Some(1), 12, None),
            (Some(3), 10, Some(0)),
            (None, 9, Some(1)),
            (Some(3), 8, Some(1)),
            (Some(0), 20, Some(1)),
        ];
        for (index, (product, day, label)) in lines.into_iter().enumerate() {
            parts[index % 2].add(product, day, label).expect("room");
        }
        let [mut basket, other] = parts;
        basket.merge(&other).expect("room");
        assert_eq!(basket.latest(), Some(20));
        let bytes = basket.pack().expect("room");
        let basket = Basket::open(&bytes).expect("it was packed");
        assert_eq!(basket.days(12).collect::<Vec<_>>(), [8, 9, 10, 12]);
        assert_eq!(
            listed(basket.products(12)),
            [(1, vec![12]), (3, vec![8, 10])]
        );
        assert_eq!(listed(basket.products(9)), [(3, vec![8])]);
        for until in [7, 8, 12, 99] {
            let products = basket
                .products(until)
                .map(|item| (item.number, item.last()));
            let last_days = basket.last_days(until).expect("room");
            assert!(last_days.into_iter().eq(products), "{until}");
        }
        assert_eq!(
            listed(basket.labels(99)),
            [(0, vec![10]), (1, vec![8, 9, 20])]
        );
        assert_eq!(basket.products(99).last().map(Bought::last), Some(10));
        assert!(Basket::open(&bytes[1..]).is_err());
    }

    #[test]
    fn what_was_spent_is_added_up_by_label_and_day() {
        let lines = [
            (0, 5, 0.1),
            (1, 5, 4.0),
            (0, 5, 0.2),
            (0, 5, 0.2),
            (0, 7, -3.0),
        ];
        let spent = |lines: &[(u32, i32, f64)]| {
            let mut parts = [BasketBuilder::default(), BasketBuilder::default()];
            for (index, &(label, day, amount)) in lines.iter().enumerate() {
                let part = &mut parts[index % 2];
                part.add(None, day, Some(label)).expect("room");
                part.add_amount(label, day, amount).expect("room");
            }
            let [mut basket, other] = parts;
            basket.merge(&other).expect("room");
            basket.add(None, 9, Some(1)).expect("room");
            let bytes = basket.pack().expect("room");
            let basket = Basket::open(&bytes).expect("it was packed");
            let spends = |label| basket.spends(label).collect::<Vec<_>>();
            basket.labels(9).map(spends).collect::<Vec<_>>()
        };
        assert_eq!(spent(&lines), [vec![0.1 + 0.2 + 0.2], vec![4.0]]);
        let mut reversed = lines;
        reversed.reverse();
        assert_eq!(spent(&lines), spent(&reversed));
        assert_eq!(
            spent(&[(0, 5, f64::MAX), (0, 5, f64::MAX)]),
            [vec![f64::MAX], vec![]]
        );
    }

    #[test]
    fn a_basket_in_another_order_or_of_another_length_is_an_error() {
        let with_spends = |days: &[i32], numbers: &[u32], number_days: &[i32], spends: &[f64]| {
            let mut writer = Writer::default();
            writer.slice(days.iter().copied()).expect("room");
            for _ in 0..2 {
                writer.slice(numbers.iter().copied()).expect("room");
                writer.slice(number_days.iter().copied()).expect("room");
            }
            writer.slice(spends.iter().copied()).expect("room");
            writer.finish()
        };
        let packed = |days: &[i32], numbers: &[u32], number_days: &[i32]| {
            with_spends(days, numbers, number_days, &[])
        };
        let sound = packed(&[1, 2], &[5, 5, 6], &[1, 2, 1]);
        assert!(Basket::open(&sound).is_ok());
        assert!(Basket::open(&[sound, vec![0]].concat()).is_err());
        assert!(Basket::open(&with_spends(&[1, 2], &[5], &[1], &[f64::NAN])).is_ok());
        for bad in [
            with_spends(&[1, 2], &[5], &[1], &[1.0, 2.0]),
            with_spends(&[1, 2], &[5], &[1], &[f64::INFINITY]),
            packed(&[2, 1], &[], &[]),
            packed(&[1, i32::MAX], &[], &[]),
            packed(&[1], &[5, 5], &[1]),
            packed(&[1], &[6, 5], &[1, 1]),
            packed(&[1], &[5, 5], &[1, 1]),
        ] {
            assert!(Basket::open(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn repeated_lines_need_no_room() {
        let mut basket = BasketBuilder::default();
        for line in 0..100_000 {
            basket.add(Some(line % 7), 3, None).expect("room");
        }
        assert!(
            basket.lines.capacity() <= 256,
            "{}",
            basket.lines.capacity()
        );
        let bytes = basket.pack().expect("room");
        let basket = Basket::open(&bytes).expect("it was packed");
        assert_eq!(listed(basket.products(3)).len(), 7);
    }
}

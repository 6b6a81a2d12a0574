//! The purchase matrix: the incidence matrix of baskets and products, by rows and by columns.

use crate::error::Result;
use crate::models::intent::basket::Basket;
use crate::models::intent::counts::up_to_last;
use crate::models::intent::decay::Decay;
use crate::models::numerics::bytes::{Lists, Reader, Slice, Writer, sound};
use crate::models::numerics::checks::changed;
use crate::models::numerics::fixed_sum::FixedSum;
use crate::models::numerics::memory::{
    append, collected, extend, filled, lengthen, push, with_room,
};

/// Every product takes 20 bytes per thread.
pub const MOST_PRODUCTS: u32 = 20_000_000;

/// Which part of a basket counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatrixFrame {
    /// Products are numbered below this.
    pub products: u32,
    /// Of them, those below this are in the matrix.
    pub width: u32,
    /// The last day that is looked at.
    pub as_of: i32,
    /// The horizon, in days.
    pub horizon: i32,
    /// At most so many products of a basket, the latest bought.
    pub cap: usize,
}

/// Collects baskets in any order and any number of parts.
#[derive(Debug, Default)]
pub struct MatrixBuilder {
    frame: Option<(MatrixFrame, Decay)>,
    /// The rows one after the other, and where each ends.
    items: Vec<u32>,
    ends: Vec<usize>,
    /// By product: the baskets with it, counted fully and with decay since the last purchase. As
    /// long as what was bought asks for, so that a number of products alone takes no room.
    buyers: Vec<u32>,
    recent: Vec<FixedSum>,
}

impl MatrixBuilder {
    /// Adds a basket; `frame` is the same in every call.
    ///
    /// # Errors
    ///
    /// When it is not, or the basket goes beyond it, or there is no memory for it.
    pub fn add(&mut self, basket: Basket, frame: MatrixFrame) -> Result<()> {
        let (known, decay) = self
            .frame
            .get_or_insert_with(|| (frame, Decay::new(f64::from(frame.horizon))));
        if *known != frame {
            return Err(changed("products"));
        }
        let mut bought: Vec<(i32, u32)> = with_room(basket.most_products())?;
        for product in basket.products(frame.as_of) {
            let (number, last) = (product.number, product.last());
            if number as usize >= self.buyers.len() {
                sound(number < frame.products)?;
                let [least, most] = [number + 1, frame.products].map(|n| n as usize);
                let products = (2 * number as usize).clamp(least, most);
                lengthen(&mut self.buyers, products, 0)?;
                lengthen(&mut self.recent, products, FixedSum::default())?;
            }
            self.buyers[number as usize] += 1;
            self.recent[number as usize].add(decay.of(last, frame.as_of));
            if number < frame.width {
                bought.push((last, number));
            }
        }
        if bought.len() > frame.cap {
            bought.select_nth_unstable_by(frame.cap, |a, b| (b.0, a.1).cmp(&(a.0, b.1)));
            bought.truncate(frame.cap);
            bought.sort_unstable_by_key(|&(_, product)| product);
        }
        // A basket without products counts among the customers all the same.
        extend(
            &mut self.items,
            bought.into_iter().map(|(_, product)| product),
        )?;
        push(&mut self.ends, self.items.len())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When it has another frame, or there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let Some((frame, _)) = &other.frame else {
            return Ok(());
        };
        match &self.frame {
            None => self.frame.clone_from(&other.frame),
            Some((known, _)) if known != frame => return Err(changed("products")),
            Some(_) => {}
        }
        lengthen(&mut self.buyers, other.buyers.len(), 0)?;
        lengthen(&mut self.recent, other.recent.len(), FixedSum::default())?;
        let offset = self.items.len();
        append(&mut self.items, &other.items)?;
        extend(&mut self.ends, other.ends.iter().map(|end| end + offset))?;
        for (mine, theirs) in self.buyers.iter_mut().zip(&other.buyers) {
            *mine += theirs;
        }
        for (mine, theirs) in self.recent.iter_mut().zip(&other.recent) {
            mine.merge(*theirs);
        }
        Ok(())
    }

    /// Packs the matrix; `None` without baskets. Rows are sorted, so that nothing depends on
    /// the order in which they came.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn pack(&self) -> Result<Option<Vec<u8>>> {
        let Some((frame, _)) = &self.frame else {
            return Ok(None);
        };
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let rows = starts.zip(&self.ends);
        let mut rows = collected(rows.map(|(start, &end)| &self.items[start..end]))?;
        rows.sort_unstable();
        let mut writer = Writer::default();
        writer.value(rows.len() as u32)?;
        writer.value(frame.products)?;
        writer.value(frame.width)?;
        let buyers = up_to_last(&self.buyers);
        let recent = &self.recent[..buyers.len()];
        writer.slice(buyers.iter().copied())?;
        writer.slice(recent.iter().map(|sum| sum.value()))?;
        writer.lists(rows.iter().copied())?;
        let (ends, items) = transposed(&rows, buyers.len().min(frame.width as usize))?;
        let columns = (0..ends.len()).map(|column| {
            let start = column.checked_sub(1).map_or(0, |before| ends[before]);
            &items[start..ends[column]]
        });
        writer.lists(columns)?;
        Ok(Some(writer.finish()))
    }
}

/// By column, the rows that have it: the end of each list, and all of them one after the other.
fn transposed(rows: &[&[u32]], width: usize) -> Result<(Vec<usize>, Vec<u32>)> {
    // Where each list begins, then, as it is filled, ends.
    let mut ends = filled(0, width + 1)?;
    for &column in rows.iter().copied().flatten() {
        ends[column as usize + 1] += 1;
    }
    for column in 0..width {
        ends[column + 1] += ends[column];
    }
    let mut items = filled(0, ends[width])?;
    for (row, number) in rows.iter().zip(0..) {
        for &column in *row {
            let end = &mut ends[column as usize];
            items[*end] = number;
            *end += 1;
        }
    }
    ends.truncate(width);
    Ok((ends, items))
}
/// A packed matrix.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    /// How many baskets there are, also without products.
    pub baskets: u32,
    /// How many products there are, bought or not.
    pub products: u32,
    /// How many of them are in the matrix.
    pub width: u32,
    /// By product, also beyond the width: baskets with it. Nobody bought those behind the last.
    pub buyers: Slice<'a, u32>,
    /// The same, each counting less the longer ago its last purchase.
    pub recent: Slice<'a, f64>,
    /// By basket: its products, ascending.
    pub rows: Lists<'a, u32>,
    /// By product, as far as any was bought: its baskets, ascending.
    pub columns: Lists<'a, u32>,
}

impl<'a> Matrix<'a> {
    /// Opens what [`MatrixBuilder::pack`] packed. The numbers of baskets and products, which are
    /// many, are checked as they are read.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let matrix = Self {
            baskets: reader.value()?,
            products: reader.value()?,
            width: reader.value()?,
            buyers: reader.slice()?,
            recent: reader.slice()?,
            rows: Lists::open(&mut reader)?,
            columns: Lists::open(&mut reader)?,
        };
        reader.end()?;
        sound(matrix.is_sound())?;
        Ok(matrix)
    }

    fn is_sound(&self) -> bool {
        self.products <= MOST_PRODUCTS
            && self.width <= self.products
            && self.buyers.len() <= self.products as usize
            && self.recent.len() == self.buyers.len()
            && self.rows.len() == self.baskets as usize
            && self.columns.len() == self.buyers.len().min(self.width as usize)
            && self.rows.values().len() == self.columns.values().len()
    }
}

//! Numbers packed into bytes and back: what one internal function hands to the next as a
//! BLOB, which DuckDB copies by reference where it would copy a LIST element by element.

use super::memory::{grow_exactly, with_room};
use crate::error::{Error, Result};
use std::marker::PhantomData;
use std::ops::Range;

/// What has a fixed little-endian form.
pub trait Packed: Copy {
    /// Bytes per value.
    const SIZE: usize;
    /// Appends the value.
    fn append(self, to: &mut Vec<u8>);
    /// Reads exactly [`Packed::SIZE`] bytes.
    fn parse(bytes: &[u8]) -> Self;
}

macro_rules! number {
    ($($type:ty),+) => {$(
        impl Packed for $type {
            const SIZE: usize = size_of::<$type>();
            #[inline]
            fn append(self, to: &mut Vec<u8>) {
                to.extend_from_slice(&self.to_le_bytes());
            }
            #[inline]
            fn parse(bytes: &[u8]) -> Self {
                let mut value = [0; size_of::<$type>()];
                value.copy_from_slice(bytes);
                Self::from_le_bytes(value)
            }
        }
    )+};
}

number!(u8, u32, u64, i32, i64, i128, f32, f64);

impl<A: Packed, B: Packed> Packed for (A, B) {
    const SIZE: usize = A::SIZE + B::SIZE;
    fn append(self, to: &mut Vec<u8>) {
        self.0.append(to);
        self.1.append(to);
    }
    fn parse(bytes: &[u8]) -> Self {
        let (first, second) = bytes.split_at(A::SIZE);
        (A::parse(first), B::parse(second))
    }
}

/// Packs values and slices of values one after the other.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// A writer that has room for so many bytes, for what is packed often.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn with_room(bytes: usize) -> Result<Self> {
        with_room(bytes).map(Self)
    }

    /// Appends a value.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn value<T: Packed>(&mut self, value: T) -> Result<()> {
        grow_exactly(&mut self.0, T::SIZE)?;
        value.append(&mut self.0);
        Ok(())
    }

    /// Appends a slice, with its length in front.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn slice<T: Packed>(&mut self, values: impl ExactSizeIterator<Item = T>) -> Result<()> {
        self.values(values.len(), values)
    }

    /// The same of `length` values.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn values<T: Packed>(
        &mut self,
        length: usize,
        values: impl Iterator<Item = T>,
    ) -> Result<()> {
        // Slices are few and may be large, so that doubling the room would waste much of it.
        grow_exactly(&mut self.0, 4 + length * T::SIZE)?;
        // No slice here has more than the 2³² elements that its numbering has room for.
        self.value(length as u32)?;
        values
            .take(length)
            .for_each(|value| value.append(&mut self.0));
        Ok(())
    }

    /// Appends lists, for [`Lists::open`]: where each ends, and then all values.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn lists<'a, T: Packed + 'a>(
        &mut self,
        lists: impl ExactSizeIterator<Item = &'a [T]> + Clone,
    ) -> Result<()> {
        let mut end = 0;
        self.slice(lists.clone().map(|list| {
            end += list.len() as u32;
            end
        }))?;
        self.values(end as usize, lists.flatten().copied())
    }

    /// What was packed.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Unpacks what a [`Writer`] packed, in the same order.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Begins at the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next value.
    ///
    /// # Errors
    ///
    /// When the bytes end before.
    pub fn value<T: Packed>(&mut self) -> Result<T> {
        self.take(T::SIZE).map(T::parse)
    }

    /// The next values.
    ///
    /// # Errors
    ///
    /// When the bytes end before.
    pub fn array<T: Packed + Default, const N: usize>(&mut self) -> Result<[T; N]> {
        let mut values = [T::default(); N];
        for value in &mut values {
            *value = self.value()?;
        }
        Ok(values)
    }

    /// The next slice, left where it is.
    ///
    /// # Errors
    ///
    /// When the bytes end before.
    pub fn slice<T: Packed>(&mut self) -> Result<Slice<'a, T>> {
        let length = self.value::<u32>()? as usize;
        let bytes = self.take(length.saturating_mul(T::SIZE))?;
        Ok(Slice(bytes, PhantomData))
    }

    /// The end.
    ///
    /// # Errors
    ///
    /// When something follows.
    pub fn end(self) -> Result<()> {
        sound(self.0.is_empty())
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(foreign)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// The error for bytes that no [`Writer`] of this version wrote.
pub fn foreign() -> Error {
    Error::argument("blob", "was not made by this extension")
}

/// That something holds which holds for all that a [`Writer`] wrote. BLOBs come from SQL, where
/// they may have been put together by hand, cut off or mistaken for another; so whoever reads one
/// checks what would lead out of bounds, round in circles, or to numbers beyond all bounds.
///
/// # Errors
///
/// When it does not.
#[inline]
pub fn sound(holds: bool) -> Result<()> {
    if holds { Ok(()) } else { Err(foreign()) }
}

/// Packed values, read where they are.
#[derive(Clone, Copy)]
pub struct Slice<'a, T>(&'a [u8], PhantomData<T>);

impl<'a, T: Packed> Slice<'a, T> {
    /// The values from `start` up to `end`; none where there are not as many.
    #[inline]
    pub fn range(self, start: usize, end: usize) -> Self {
        let bytes = start
            .checked_mul(T::SIZE)
            .zip(end.checked_mul(T::SIZE))
            .and_then(|(start, end)| self.0.get(start..end));
        Self(bytes.unwrap_or_default(), PhantomData)
    }

    /// The packed values as they are, `N` bytes each.
    #[inline]
    pub fn chunks<const N: usize>(self) -> &'a [[u8; N]] {
        debug_assert_eq!(N, T::SIZE);
        self.0.as_chunks().0
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len() / T::SIZE
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The value at `index`.
    #[inline]
    pub fn get(self, index: usize) -> Option<T> {
        let start = index.checked_mul(T::SIZE)?;
        self.0.get(start..start + T::SIZE).map(T::parse)
    }

    /// How many from the start, of values sorted so, meet the condition.
    pub fn partition_point(self, holds: impl Fn(T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle).is_some_and(&holds) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// All values.
    pub fn iter(self) -> impl ExactSizeIterator<Item = T> + DoubleEndedIterator + Clone + 'a
    where
        T: 'a,
    {
        self.0.chunks_exact(T::SIZE).map(T::parse)
    }
}

/// Packed lists of values.
#[derive(Clone, Copy)]
pub struct Lists<'a, T> {
    ends: Slice<'a, u32>,
    values: Slice<'a, T>,
}

impl<'a, T: Packed> Lists<'a, T> {
    /// The next lists. Each begins where the one before it ends, and the last ends with the
    /// values, so that together they are no longer than the BLOB.
    ///
    /// # Errors
    ///
    /// When they do not.
    pub fn open(reader: &mut Reader<'a>) -> Result<Self> {
        let (ends, values) = (reader.slice::<u32>()?, reader.slice::<T>()?);
        let pairs = ends.iter().zip(ends.iter().skip(1));
        let ascending = pairs.fold(true, |ascending, (a, b)| ascending & (a <= b));
        let last = ends.iter().next_back().unwrap_or(0);
        sound(ascending && last as usize == values.len())?;
        Ok(Self { ends, values })
    }

    /// Where the list at `index` lies among all values; nowhere if there is none.
    #[inline]
    pub fn range(self, index: usize) -> Range<usize> {
        let Some(end) = self.ends.get(index) else {
            return 0..0;
        };
        let start = match index {
            0 => 0,
            _ => self.ends.get(index - 1).unwrap_or_default(),
        };
        start as usize..end as usize
    }

    /// The list at `index`; empty if there is none.
    #[inline]
    pub fn get(self, index: usize) -> Slice<'a, T> {
        let range = self.range(index);
        self.values.range(range.start, range.end)
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.ends.is_empty()
    }

    /// The values of all, one list after the other.
    pub fn values(self) -> Slice<'a, T> {
        self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written() {
        let mut writer = Writer::default();
        writer.value(7_u32).expect("room");
        writer
            .slice([-1.5_f64, f64::MAX].into_iter())
            .expect("room");
        writer.slice([i32::MIN, 3].into_iter()).expect("room");
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.value::<u32>(), Ok(7));
        let floats = reader.slice::<f64>().expect("it was written");
        assert_eq!(floats.iter().collect::<Vec<_>>(), [-1.5, f64::MAX]);
        let integers = reader.slice::<i32>().expect("it was written");
        assert_eq!((integers.get(1), integers.get(2)), (Some(3), None));
        let below = |limit| integers.partition_point(|value| value < limit);
        assert_eq!([below(i32::MIN), below(3), below(4)], [0, 1, 2]);
        assert!(reader.value::<u32>().is_err());
    }

    #[test]
    fn lists_follow_each_other() {
        let mut writer = Writer::default();
        let packed = [&[3_u32, 1][..], &[], &[4]];
        writer.lists(packed.into_iter()).expect("room");
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        let lists = Lists::<u32>::open(&mut reader).expect("it was written");
        let list = |index| lists.get(index).iter().collect::<Vec<_>>();
        assert_eq!(
            [list(0), list(1), list(2), list(3)],
            [vec![3, 1], vec![], vec![4], vec![]]
        );
        assert_eq!((lists.range(2), lists.len()), (2..3, 3));
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn lists_that_overlap_or_leave_something_out_are_an_error() {
        for ends in [&[2, 0, 3][..], &[1, 2], &[4], &[]] {
            let mut writer = Writer::default();
            writer.slice(ends.iter().copied()).expect("room");
            writer.slice([7_u32, 8, 9].into_iter()).expect("room");
            let bytes = writer.finish();
            assert!(
                Lists::<u32>::open(&mut Reader::new(&bytes)).is_err(),
                "{ends:?}"
            );
        }
    }

    #[test]
    fn what_follows_the_end_is_an_error() {
        assert!(Reader::new(&[1]).end().is_err());
    }

    #[test]
    fn a_length_beyond_the_end_is_an_error() {
        assert!(Reader::new(&[255; 4]).slice::<f64>().is_err());
        assert!(Reader::new(&[1]).slice::<u32>().is_err());
    }
}

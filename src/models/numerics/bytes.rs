//! Numbers packed into bytes and back: what one internal function hands to the next as a
//! BLOB, which DuckDB copies by reference where it would copy a LIST element by element.

use super::memory::grow_exactly;
use crate::error::{Error, Result};
use std::marker::PhantomData;

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

number!(u32, u64, i32, f32, f64);

/// Packs values and slices of values one after the other.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
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

    /// All values.
    pub fn iter(self) -> impl ExactSizeIterator<Item = T> + DoubleEndedIterator + Clone + 'a
    where
        T: 'a,
    {
        self.0.chunks_exact(T::SIZE).map(T::parse)
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
        assert!(reader.value::<u32>().is_err());
    }

    #[test]
    fn a_length_beyond_the_end_is_an_error() {
        assert!(Reader::new(&[255; 4]).slice::<f64>().is_err());
        assert!(Reader::new(&[1]).slice::<u32>().is_err());
    }
}

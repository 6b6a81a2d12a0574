//! Buffers that grow with the data. Rust ends the whole process where memory is not to be had; what is asked for here is the
//! error of one query instead. DuckDB's memory limit sees none of it.

use crate::error::{Error, Result};
use std::collections::HashMap;
use std::hash::Hash;

/// A value on the heap. A `Box` of it cannot be asked for without ending the process.
pub type Boxed<T> = Box<[T; 1]>;

/// Makes room for `more` elements. Room doubles, so that elements that come one by one cost little.
pub fn grow<T>(buffer: &mut Vec<T>, more: usize) -> Result<()> {
    buffer
        .try_reserve(more)
        .map_err(|_| lacking::<T>(buffer.len().saturating_add(more)))
}

/// Makes room for `more` elements and no others, for what seldom grows.
pub fn grow_exactly<T>(buffer: &mut Vec<T>, more: usize) -> Result<()> {
    buffer
        .try_reserve_exact(more)
        .map_err(|_| lacking::<T>(buffer.len().saturating_add(more)))
}

/// Makes room for one more key.
pub fn grow_map<K: Eq + Hash, V>(map: &mut HashMap<K, V>) -> Result<()> {
    map.try_reserve(1)
        .map_err(|_| lacking::<(K, V)>(map.len().saturating_mul(2)))
}

/// Appends an element.
#[inline]
pub fn push<T>(buffer: &mut Vec<T>, element: T) -> Result<()> {
    if buffer.len() == buffer.capacity() {
        grow(buffer, 1)?;
    }
    buffer.push(element);
    Ok(())
}

/// Appends elements of which it is not known how many come.
pub fn extend<T>(buffer: &mut Vec<T>, elements: impl IntoIterator<Item = T>) -> Result<()> {
    let elements = elements.into_iter();
    grow(buffer, elements.size_hint().0)?;
    for element in elements {
        push(buffer, element)?;
    }
    Ok(())
}

/// Appends copies.
pub fn append<T: Clone>(buffer: &mut Vec<T>, elements: &[T]) -> Result<()> {
    grow(buffer, elements.len())?;
    buffer.extend_from_slice(elements);
    Ok(())
}

/// Lengthens a buffer to `len`, unless it is longer.
pub fn lengthen<T: Clone>(buffer: &mut Vec<T>, len: usize, value: T) -> Result<()> {
    if buffer.len() < len {
        grow(buffer, len - buffer.len())?;
        buffer.resize(len, value);
    }
    Ok(())
}

/// An empty buffer for exactly `len` elements.
pub fn with_room<T>(len: usize) -> Result<Vec<T>> {
    let mut buffer = Vec::new();
    grow_exactly(&mut buffer, len)?;
    Ok(buffer)
}

/// So many times the same.
pub fn filled<T: Clone>(value: T, len: usize) -> Result<Vec<T>> {
    let mut buffer = with_room(len)?;
    buffer.resize(len, value);
    Ok(buffer)
}

/// A copy.
pub fn copied<T: Clone>(elements: &[T]) -> Result<Vec<T>> {
    let mut buffer = with_room(elements.len())?;
    buffer.extend_from_slice(elements);
    Ok(buffer)
}

/// Everything that an iterator gives.
pub fn collected<T>(elements: impl IntoIterator<Item = T>) -> Result<Vec<T>> {
    let elements = elements.into_iter();
    let mut buffer = with_room(elements.size_hint().0)?;
    for element in elements {
        push(&mut buffer, element)?;
    }
    Ok(buffer)
}

/// The same of results, up to the first error.
pub fn try_collected<T>(elements: impl IntoIterator<Item = Result<T>>) -> Result<Vec<T>> {
    let elements = elements.into_iter();
    // What can end early says 0, although it seldom does.
    let mut buffer = with_room(elements.size_hint().1.unwrap_or_default())?;
    for element in elements {
        push(&mut buffer, element?)?;
    }
    Ok(buffer)
}

/// A value on the heap.
pub fn boxed<T>(value: T) -> Result<Boxed<T>> {
    let mut buffer = with_room(1)?;
    buffer.push(value);
    // It has exactly one element.
    buffer.try_into().map_err(|_| lacking::<T>(1))
}

fn lacking<T>(elements: usize) -> Error {
    Error::Memory {
        bytes: elements.saturating_mul(size_of::<T>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More elements than any process has memory for.
    const TOO_MANY: usize = isize::MAX as usize / 8;

    #[test]
    fn what_is_not_to_be_had_is_an_error_that_says_how_much() {
        let error = filled(0_u64, TOO_MANY).expect_err("nobody has so much");
        assert_eq!(
            error,
            Error::Memory {
                bytes: TOO_MANY * 8
            }
        );
        assert!(with_room::<u64>(usize::MAX).is_err());
        let mut buffer = vec![1_u64, 2];
        assert!(grow(&mut buffer, TOO_MANY).is_err());
        assert!(lengthen(&mut buffer, TOO_MANY, 0).is_err());
        assert!(extend(&mut buffer, std::iter::repeat_n(3, TOO_MANY)).is_err());
        assert!(collected(std::iter::repeat_n(3_u64, TOO_MANY)).is_err());
        assert_eq!(buffer, [1, 2], "it stays as it was");
    }

    #[test]
    fn what_is_to_be_had_is_as_with_vec() {
        let mut buffer = copied(&[1, 2]).expect("room");
        push(&mut buffer, 3).expect("room");
        append(&mut buffer, &[4]).expect("room");
        extend(&mut buffer, (0..9).filter(|number| number % 5 == 0)).expect("room");
        lengthen(&mut buffer, 8, 7).expect("room");
        lengthen(&mut buffer, 2, 7).expect("room");
        assert_eq!(buffer, [1, 2, 3, 4, 0, 5, 7, 7]);
        assert_eq!(collected(0..3), Ok(vec![0, 1, 2]));
        assert_eq!(filled('a', 2), Ok(vec!['a', 'a']));
        assert_eq!(*boxed("b").expect("room"), ["b"]);
        assert_eq!(try_collected([Ok(1), Ok(2)]), Ok(vec![1, 2]));
        let error = Error::argument("days", "are too many");
        assert_eq!(try_collected([Ok(1), Err(error.clone())]), Err(error));
    }

    #[test]
    fn pushing_one_by_one_grows_seldom() {
        let (mut buffer, mut grown) = (Vec::new(), 0);
        for number in 0..100_000 {
            let before = buffer.capacity();
            push(&mut buffer, number).expect("room");
            grown += usize::from(buffer.capacity() > before);
        }
        assert!(grown <= 20, "{grown}");
    }
}

//! BLOB arguments that are opened, and so checked, once for all rows on end that have them.

use crate::duckdb::{LogicalType, Read, Vector};
use crate::error::Result;
use std::cell::RefCell;
use std::rc::Rc;

/// What a BLOB is opened as, read where it is.
pub trait Open<'a>: Sized {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// When it was not made for this.
    fn open(bytes: &'a [u8]) -> Result<Self>;
}

/// An argument that is the same BLOB in many rows, because a macro in sql/ takes it from a
/// one-row relation: then it is at the same place in memory for all rows of a chunk. NULL gives
/// NULL.
pub struct Opened<T>(Rc<Result<T>>);

impl<T> From<T> for Opened<T> {
    fn from(opened: T) -> Self {
        Self(Rc::new(Ok(opened)))
    }
}

impl<T> Opened<T> {
    /// What the BLOB was opened as.
    ///
    /// # Errors
    ///
    /// When it could not be opened.
    pub fn get(&self) -> Result<&T> {
        self.0.as_ref().as_ref().map_err(Clone::clone)
    }
}

/// A BLOB, and what it was opened as.
type Before<'a, T> = (&'a [u8], Rc<Result<T>>);

/// A vector of BLOBs, and what the one of the row before was opened as.
pub struct OpenedColumn<'a, T>(
    <&'a [u8] as Read<'a>>::Column,
    RefCell<Option<Before<'a, T>>>,
);

impl<'a, T: Open<'a>> Read<'a> for Opened<T> {
    type Column = OpenedColumn<'a, T>;
    fn logical_type() -> LogicalType {
        <&[u8]>::logical_type()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        OpenedColumn(<&[u8]>::column(vector), RefCell::default())
    }
    #[inline]
    fn read(OpenedColumn(column, before): &Self::Column, row: usize) -> Option<Self> {
        let bytes = <&[u8]>::read(column, row)?;
        let mut before = before.borrow_mut();
        if let Some((of, opened)) = before.as_ref()
            && std::ptr::eq(*of, bytes)
        {
            return Some(Self(Rc::clone(opened)));
        }
        let opened = Rc::new(T::open(bytes));
        *before = Some((bytes, Rc::clone(&opened)));
        Some(Self(opened))
    }
}

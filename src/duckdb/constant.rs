//! Arguments that are the same in every row, or in most.

use super::{LogicalType, Read, Vector};
use crate::error::Result;
use std::cell::RefCell;
use std::rc::Rc;

/// What a [`Constant`] is made into once, so that no row has to do it again.
pub trait Prepare: Sized + 'static {
    /// The SQL value.
    type Raw<'a>: Read<'a>;
    /// Makes it into what the function needs.
    fn prepare(raw: Self::Raw<'_>) -> Result<Self>;
}

/// An argument that is the same in every row of a chunk, because a macro in sql/ takes it
/// from a one-row relation. DuckDB hands constants over as full vectors; only the first row
/// is read. NULL gives NULL.
pub struct Constant<T>(Rc<Result<T>>);

impl<T> From<T> for Constant<T> {
    fn from(prepared: T) -> Self {
        Self(Rc::new(Ok(prepared)))
    }
}

impl<T> Constant<T> {
    /// The prepared value.
    ///
    /// # Errors
    ///
    /// When it could not be prepared.
    pub fn get(&self) -> Result<&T> {
        self.0.as_ref().as_ref().map_err(Clone::clone)
    }
}

impl<'a, T: Prepare> Read<'a> for Constant<T> {
    type Column = Option<Rc<Result<T>>>;
    fn logical_type() -> LogicalType {
        T::Raw::<'a>::logical_type()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        if vector.is_empty() {
            return None;
        }
        let raw = T::Raw::<'a>::read(&T::Raw::<'a>::column(vector), 0)?;
        Some(Rc::new(T::prepare(raw)))
    }
    #[inline]
    fn read(column: &Self::Column, _row: usize) -> Option<Self> {
        column.clone().map(Self)
    }
}

/// A text that analysts mostly write as a literal but may take from a column: prepared anew
/// only where it is another one than in the row before. NULL gives NULL.
pub struct Repeated<T>(Rc<Result<T>>);

impl<T> Repeated<T> {
    /// The prepared value.
    ///
    /// # Errors
    ///
    /// When it could not be prepared.
    pub fn get(&self) -> Result<&T> {
        self.0.as_ref().as_ref().map_err(Clone::clone)
    }
}

impl<'a, T: for<'b> Prepare<Raw<'b> = String>> Read<'a> for Repeated<T> {
    type Column = (
        <&'a [u8] as Read<'a>>::Column,
        RefCell<Option<(&'a [u8], Rc<Result<T>>)>>,
    );
    fn logical_type() -> LogicalType {
        LogicalType::varchar()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        (<&[u8]>::column(vector), RefCell::new(None))
    }
    #[inline]
    fn read((texts, last): &Self::Column, row: usize) -> Option<Self> {
        let text = <&[u8]>::read(texts, row)?;
        let mut last = last.borrow_mut();
        match &*last {
            Some((same, value)) if *same == text => Some(Self(value.clone())),
            _ => {
                let value = Rc::new(T::prepare(String::from_utf8_lossy(text).into_owned()));
                *last = Some((text, value.clone()));
                Some(Self(value))
            }
        }
    }
}

//! Arguments that are the same in every row, or in most.

use super::{LogicalType, Read, Vector};
use crate::error::Result;
use std::cell::{OnceCell, RefCell};
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
#[derive(Clone)]
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

/// A vector, and what its first row was prepared into when it was first asked for.
pub struct ConstantColumn<C, T>(C, OnceCell<Option<Rc<Result<T>>>>);

impl<'a, T: Prepare> Read<'a> for Constant<T> {
    type Column = ConstantColumn<<T::Raw<'a> as Read<'a>>::Column, T>;
    fn logical_type() -> LogicalType {
        T::Raw::<'a>::logical_type()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        ConstantColumn(T::Raw::<'a>::column(vector), OnceCell::new())
    }
    #[inline]
    fn read(ConstantColumn(column, prepared): &Self::Column, _row: usize) -> Option<Self> {
        let first = || T::Raw::<'a>::read(column, 0).map(|raw| Rc::new(T::prepare(raw)));
        prepared.get_or_init(first).clone().map(Self)
    }
}

/// An argument that is the same in many rows on end, such as the model of a period or a query
/// that is written as a literal. It is prepared anew only where it changes. NULL gives NULL.
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

/// A vector, and what was prepared of the row before.
pub struct RepeatedColumn<C, R, T>(C, RefCell<Option<(R, Rc<Result<T>>)>>);

impl<'a, T: Prepare> Read<'a> for Repeated<T>
where
    T::Raw<'a>: Clone + PartialEq,
{
    type Column = RepeatedColumn<<T::Raw<'a> as Read<'a>>::Column, T::Raw<'a>, T>;
    fn logical_type() -> LogicalType {
        T::Raw::<'a>::logical_type()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        RepeatedColumn(T::Raw::<'a>::column(vector), RefCell::default())
    }
    #[inline]
    fn read(RepeatedColumn(column, before): &Self::Column, row: usize) -> Option<Self> {
        let raw = T::Raw::<'a>::read(column, row)?;
        let mut before = before.borrow_mut();
        if let Some((of, prepared)) = before.as_ref()
            && *of == raw
        {
            return Some(Self(Rc::clone(prepared)));
        }
        let prepared = Rc::new(T::prepare(raw.clone()));
        *before = Some((raw, Rc::clone(&prepared)));
        Some(Self(prepared))
    }
}

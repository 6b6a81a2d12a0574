//! Arguments that are the same in every row, or in most.

use super::{LogicalType, Read, Same, Vector};
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

/// An argument that is the same in every row, because a macro in sql/ takes it from a one-row
/// relation. DuckDB hands constants over as full vectors. It is another one for other rows where
/// the macro is called for each row of a relation (LATERAL), and then prepared where it changes.
/// NULL gives NULL.
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

/// What a row was prepared into; `None` where it is NULL.
type Prepared<T> = Option<Rc<Result<T>>>;

/// A vector of so many rows.
pub struct ConstantColumn<C, T> {
    column: C,
    rows: usize,
    /// What the first row was prepared into, if all rows are the same.
    all: OnceCell<Option<Prepared<T>>>,
    /// Else a row, and what it was prepared into.
    before: RefCell<Option<(usize, Prepared<T>)>>,
}

impl<'a, T: Prepare> Read<'a> for Constant<T>
where
    T::Raw<'a>: Same<'a>,
{
    type Column = ConstantColumn<<T::Raw<'a> as Read<'a>>::Column, T>;
    fn logical_type() -> LogicalType {
        T::Raw::<'a>::logical_type()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        ConstantColumn {
            column: T::Raw::<'a>::column(vector),
            rows: vector.len(),
            all: OnceCell::new(),
            before: RefCell::default(),
        }
    }
    #[inline]
    fn read(of: &Self::Column, row: usize) -> Option<Self> {
        let prepared =
            |row| T::Raw::<'a>::read(&of.column, row).map(|raw| Rc::new(T::prepare(raw)));
        let all = || T::Raw::<'a>::are_same(&of.column, of.rows).then(|| prepared(0));
        if let Some(all) = of.all.get_or_init(all) {
            return all.clone().map(Self);
        }
        let mut before = of.before.borrow_mut();
        match before.as_ref() {
            Some((same, prepared)) if T::Raw::<'a>::is_same(&of.column, row, *same) => {
                prepared.clone()
            }
            _ => before.insert((row, prepared(row))).1.clone(),
        }
        .map(Self)
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

//! A column whose type is known only at run time: what the glue opens and the models read.

/// Some rows of a column.
pub struct Column<'a> {
    /// What the values stand for.
    pub kind: Kind,
    /// The values; those of NULL rows mean nothing.
    pub values: Values<'a>,
    /// One bit per row in 64-bit words, set where the row is not NULL; `None` where no row is.
    pub validity: Option<&'a [u64]>,
}

/// The values as they are stored.
#[derive(Clone)]
#[allow(missing_docs)]
pub enum Values<'a> {
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    I128(Vec<i128>),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    U64(&'a [u64]),
    U128(Vec<u128>),
    F32(&'a [f32]),
    F64(&'a [f64]),
    /// UTF-8; empty where the row is NULL.
    Text(Vec<&'a [u8]>),
    /// Of a kind that is not read.
    None,
}

/// What the values of a column stand for, apart from their width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 0 or 1.
    Boolean,
    /// A whole number.
    Integer,
    /// A whole number of units of 10^-scale.
    Decimal {
        /// The digits after the point.
        scale: u8,
    },
    /// A binary fraction.
    Float {
        /// Of 64 bits, else of 32.
        double: bool,
    },
    /// Text.
    Text,
    /// Days since 1970-01-01.
    Date,
    /// Units since 1970-01-01.
    Timestamp {
        /// How many units a second has.
        per_second: i64,
        /// Whether it is a moment, whose day depends on a time zone.
        with_zone: bool,
    },
    /// The position of a label.
    Enum {
        /// The labels in their order.
        labels: Vec<String>,
    },
    /// 128 bits, of which the first is turned, so that they sort as signed numbers.
    Uuid,
    /// Nothing but NULL.
    Null,
    /// A type that conditions do not compare.
    Other,
}

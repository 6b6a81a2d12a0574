//! The overview page: charts, tables and sentences, as one HTML file.

pub mod cohorts;
pub mod facts;
pub mod format;
pub mod gaps;
pub mod headlines;
pub mod page;
pub mod people;
pub mod predictions;
pub mod scale;
pub mod stages;
pub mod table;
pub mod value;

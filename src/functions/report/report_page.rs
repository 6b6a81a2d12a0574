//! The overview page from what it shows.

use crate::duckdb::{Blob, Scalar};
use crate::error::Result;
use crate::models::report::page::page;
use std::borrow::Cow;

/// `__audience_report_page(facts VARCHAR) → BLOB`, an HTML file; `facts` is the JSON text that
/// `audience.report` makes of all sections
pub struct ReportPage;

impl Scalar for ReportPage {
    const NAME: &'static str = "__audience_report_page";
    type Args<'a> = (Cow<'a, str>,);
    type Out = Blob;

    fn call((facts,): Self::Args<'_>) -> Result<Option<Blob>> {
        page(&facts).map(|html| Some(Blob(html.into_bytes())))
    }
}

//! `keyword(text, query)`: whether the text has the words, for catalogues in any language. Upper
//! and lower case, accents and the order of the words do not matter.
//!
//! - `nike sneaker`: all of the words, each as the beginning of a word, so `sneaker` finds Sneakers;
//!   it does not find Kidssneakers, which `*sneaker` does: anywhere within a word
//! - `"blue tent"`: exactly these words, one after the other; so `"tent"` does not find Tents
//! - `tent OR sock`, `tent|sock`: one of them at least. OR, in capitals, binds more closely than the spaces do:
//!   `red OR blue tent` is a tent that is red or blue. On both sides stands a word or a phrase: `"play tent" OR sock`
//! - `tent -red`, `tent -"play tent"`: but not these, nor, in `tent -red -blue`, either of them; not next to OR. Exclusions alone
//!   are allowed. A minus that stands alone means nothing
//!
//! Only letters and digits count; anything else separates words, so `t-shirt` finds T-Shirt and
//! t shirt, but not tshirt. The word OR itself is found by `"OR"` or in small letters.
//!
//! - Latin and Greek letters are found without their accents, ß as ss, æ as ae, ø as o, ı as i. A
//!   German ä is a, not ae
//! - Cyrillic ё is е, but й is not и. Hebrew and Arabic are found without vowel signs; a word with
//!   an article is found by `*word`
//! - Chinese, Japanese and Thai put no spaces between words: a word is found anywhere
//! - full-width and other forms of a character, composed or not, are one
//!
//! Arguments:
//! - text: VARCHAR; NULL gives NULL
//! - query: VARCHAR; NULL gives NULL. May be a column
//!
//! Returns: true = the text has what is wanted and nothing that is excluded
//!
//! Errors: query has no letter or digit, does not close a quote, has no word on a side of OR, or
//! excludes one there
//!
//! Example:
//! ```sql
//! SELECT product_name, sum(quantity) AS quantity, keyword(product_name, 'tent -"play tent"') AS keyword
//! FROM lines
//! WHERE keyword(product_name, '*tent') AND status = 'completed'
//! GROUP BY product_name
//! ORDER BY quantity DESC, product_name
//! LIMIT 5;
//! ```
//!
//! Source: Unicode Standard Annex 15 for the forms of a character. Like PostgreSQL's unaccent, it takes
//! ё as е and leaves й alone.

use crate::duckdb::{Prepare, Repeated, Scalar};
use crate::error::Result;
use crate::models::intent::keyword::Query;
use std::borrow::Cow;

impl Prepare for Query {
    type Raw<'a> = Cow<'a, str>;
    fn prepare(raw: Cow<'_, str>) -> Result<Self> {
        Self::new(&raw)
    }
}

/// `keyword(text VARCHAR, query VARCHAR) → BOOLEAN`
pub struct Keyword;

impl Scalar for Keyword {
    const NAME: &'static str = "keyword";
    type Args<'a> = (Cow<'a, str>, Repeated<Query>);
    type Out = bool;

    fn call((text, query): Self::Args<'_>) -> Result<Option<bool>> {
        Ok(Some(query.get()?.matches(&text)))
    }
}

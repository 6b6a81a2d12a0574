//! `audience_sql(definition)`: the WHERE clause that gives the same members as the definition, to
//! read or to run. `audience_sql(definition, as_of)` counts relative dates from the day as_of
//! instead of current_date.
//!
//! Every name and every value is quoted. A text that is compared by order is cast to the column's
//! own type with DuckDB's `cast_to_type`, because DuckDB would compare an ENUM with a text by the
//! alphabet. A number of many digits is cast too, because DuckDB before 2.0 may compare a DOUBLE
//! with a neighbouring number. Another audience is looked up in the result of audience.members,
//! saved as a table `members`, by the column customer_id; what was bought, in a table or view `lines` by its columns
//! customer_id and order_date.
//!
//! Arguments:
//! - definition: VARCHAR or JSON, see audiences.md. NULL gives NULL
//!
//! Returns: the condition, over the columns of the relation that the definition is for
//!
//! Errors: the definition is malformed (`audience.definition_check` lists everything that is wrong) or asks for interested_in, as_of is not in the years 1 to 9999
//!
//! Example:
//! ```sql
//! SELECT audience_sql('{"all": [{"column": "lifecycle_stage", ">=": "Slipping Away"}, {"column": "revenue", "between": [100, 500]},
//!     {"not": {"column": "last_order_date", "within_last_days": 90}}]}') AS audience_sql;
//! ```
//!
//! Source: the semantics are those of SQL's WHERE; see audiences.md.

use super::arguments::single;
use crate::duckdb::{Connection, Date, Scalar, ScalarSet};
use crate::error::{Error, Result};
use crate::models::audiences::definition::Definition;
use crate::models::audiences::definition::products::first_interest;
use crate::models::audiences::definition::sql::{date_literal, where_clause};

/// Registers the overloads.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    ScalarSet::of::<Today>().and::<AsOf>().register(connection)
}

/// A definition that a WHERE clause can say.
fn writable(json: &str) -> Result<Definition> {
    let (definition, _) = single(json)?;
    match first_interest(&definition) {
        Some(path) => {
            let problem =
                "interested_in is a ranking, which no WHERE clause can say: use audience.members";
            Err(Error::argument("definition", format!("${path}: {problem}")))
        }
        None => Ok(definition),
    }
}

/// `audience_sql(definition)`
struct Today;

impl Scalar for Today {
    const NAME: &'static str = "audience_sql";
    type Args<'a> = (String,);
    type Out = String;

    fn call((definition,): Self::Args<'_>) -> Result<Option<String>> {
        Ok(Some(where_clause(&writable(&definition)?, "current_date")))
    }
}

/// `audience_sql(definition, as_of)`
struct AsOf;

impl Scalar for AsOf {
    const NAME: &'static str = "audience_sql";
    type Args<'a> = (String, Date);
    type Out = String;

    fn call((definition, as_of): Self::Args<'_>) -> Result<Option<String>> {
        let definition = writable(&definition)?;
        let as_of = date_literal(as_of.0)
            .ok_or_else(|| Error::argument("as_of", "must be in the years 1 to 9999"))?;
        Ok(Some(where_clause(&definition, &as_of)))
    }
}

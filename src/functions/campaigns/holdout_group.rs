//! `holdout_group(customer_id, campaign, share)`: whether the customer is held out of the
//! campaign, that is, gets nothing, so that the campaign's effect can be measured. Nothing is
//! stored: the same call gives the same answer on every machine and in every version.
//!
//! Arguments:
//! - customer_id: VARCHAR, UUID or an integer up to HUGEINT; 42 and '42' are the same customer.
//!   Of another type pass the text, `customer_id::VARCHAR`. NULL gives NULL
//! - campaign: VARCHAR, the campaign's name. Groups of different campaigns are independent
//! - share: DOUBLE, 0 to 1, the expected share held out. A customer held out at one share is held
//!   out at every larger one
//!
//! Returns: true = held out
//!
//! Errors: share is out of range or NULL, campaign is NULL
//!
//! Example:
//! ```sql
//! SELECT customer_id, holdout_group(customer_id, 'spring 2026', 0.2) AS holdout_group
//! FROM (SELECT DISTINCT customer_id FROM orders)
//! ORDER BY customer_id
//! LIMIT 5;
//! ```
//!
//! Source: SHA-256 (FIPS 180-4); the formula and test vectors are in holdouts.md.

use crate::duckdb::{Connection, Read, Scalar, ScalarSet, Uuid};
use crate::error::{Error, Result};
use crate::models::campaigns::holdout::held_out;
use std::marker::PhantomData;

/// Registers the overloads.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    ScalarSet::of::<HoldoutGroup<String>>()
        .and::<HoldoutGroup<i64>>()
        .and::<HoldoutGroup<i128>>()
        .and::<HoldoutGroup<Uuid>>()
        .register(connection)
}

/// `holdout_group` of a customer key of type `K`, whose text is DuckDB's cast to VARCHAR.
struct HoldoutGroup<K>(PhantomData<K>);

impl<K> Scalar for HoldoutGroup<K>
where
    K: ToString + for<'a> Read<'a> + 'static,
{
    const NAME: &'static str = "holdout_group";
    type Args<'a> = (Option<K>, Option<String>, Option<f64>);
    type Out = bool;

    fn call((customer, campaign, share): Self::Args<'_>) -> Result<Option<bool>> {
        let campaign =
            campaign.ok_or_else(|| Error::argument("campaign", "must be a name, got NULL"))?;
        let share = share.ok_or_else(|| Error::argument("share", "must be 0 to 1, got NULL"))?;
        // The share is checked also where there is no customer.
        let held = held_out(
            customer.as_ref().map(K::to_string).as_deref().unwrap_or(""),
            &campaign,
            share,
        )?;
        Ok(customer.map(|_| held))
    }
}

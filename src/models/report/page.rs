//! The page: what SQL found, as one HTML file.

use super::cohorts::{CohortsTable, cohorts_table};
use super::facts::ReportFacts;
use super::format::{counted, day};
use super::gaps::{GapsChart, gaps_chart};
use super::headlines::{Headline, headlines, overview_table};
use super::people::{audiences_table, slipping_table};
use super::predictions::{PredictionsChart, predictions_chart};
use super::stages::{StagesChart, stages_chart};
use super::table::Table;
use super::value::{TiersChart, ValueTable, tiers_chart, value_table};
use crate::error::{Error, Result};
use askama::Template;
use chrono::Months;

/// What the template shows. A section that is missing has nothing to show yet, and says so.
#[derive(Template)]
#[template(path = "report/page.html")]
struct Page {
    title: String,
    /// What amounts are in, in a sentence.
    amounts: String,
    /// The day, and how many customers there are; none where there are no orders.
    about: Option<About>,
    headlines: Vec<Headline>,
    /// What their changes are changes of, in a sentence.
    compared: &'static str,
    overview: Table,
    stages: Option<StagesChart>,
    value: Option<ValueTable>,
    tiers: Option<TiersChart>,
    gaps: Option<GapsChart>,
    cohorts: Option<CohortsTable>,
    predictions: Option<PredictionsChart>,
    /// Whether customers may be named at all.
    names_customers: bool,
    slipping: Option<Table>,
    has_members: bool,
    audiences: Option<Table>,
}

struct About {
    as_of: String,
    since: String,
    customers: String,
}

/// The page as HTML, from the text that sql/report/report.sql makes.
///
/// # Errors
///
/// When the text is none of that.
pub fn page(facts: &str) -> Result<String> {
    let facts: ReportFacts = serde_json::from_str(facts).map_err(|error| {
        Error::argument(
            "facts",
            format!("were not made by audience.report: {error}"),
        )
    })?;
    view(facts)
        .render()
        .map_err(|error| Error::argument("facts", error.to_string()))
}

fn view(facts: ReportFacts) -> Page {
    let customers = facts
        .value
        .iter()
        .find(|cell| cell.importance_tier.is_none() && cell.lifecycle_stage.is_none())
        .map_or(0, |all| all.customers);
    let about = facts
        .as_of
        .zip(facts.first_order_date)
        .map(|(as_of, first)| About {
            as_of: day(as_of),
            since: day(first),
            customers: counted(customers, "customer", "customers"),
        });
    // How old the shop was on the day that the head is compared with; it need not be so old.
    let then = facts
        .as_of
        .and_then(|as_of| as_of.checked_sub_months(Months::new(12)));
    let age_then = then
        .zip(facts.first_order_date)
        .map_or(0, |(then, first)| (then - first).num_days());
    let headlines = headlines(&facts.overview, age_then);
    Page {
        compared: if headlines.iter().all(|headline| headline.change.is_some()) {
            "Each with its change since the same day a year before."
        } else {
            "With the change since the same day a year before, where the orders reach back far enough."
        },
        headlines,
        overview: overview_table(&facts.overview),
        stages: stages_chart(&facts.stages),
        value: value_table(&facts.value),
        tiers: tiers_chart(&facts.value),
        gaps: gaps_chart(&facts.gaps, facts.lapse.first()),
        cohorts: cohorts_table(&facts.cohorts),
        predictions: predictions_chart(facts.cutoff, &facts.deciles, facts.quality.first()),
        names_customers: facts.most_slipping > 0,
        slipping: slipping_table(&facts.slipping),
        has_members: facts.has_members,
        audiences: audiences_table(&facts.audiences),
        amounts: facts.currency.map_or_else(
            || "Amounts are in the currency of the orders.".to_owned(),
            |currency| format!("Amounts are in {currency}."),
        ),
        title: facts.title,
        about,
    }
}

//! Where the money is, and where it is at risk: tiers by stages as a heat table, and the money of each tier as bars.

use super::facts::ValueFacts;
use super::format::{compact, counted, money, percent, whole};
use super::scale::Scale;
use super::stages::STAGES;
use super::table::{Cell, Table, number_column, text_column};

/// The tiers, the most important first.
const TIERS: [&str; 4] = ["VIP", "Frequent Buyer", "Loyal", "One-Time Buyer"];

/// The heat table and its sentence.
#[derive(Debug)]
pub struct ValueTable {
    /// What it shows, in a sentence.
    pub says: String,
    /// Tiers by stages: the expected revenue at risk, and customers.
    pub table: Table,
}

/// The bars, their sentence and their table.
#[derive(Debug)]
pub struct TiersChart {
    /// What it shows, in a sentence.
    pub says: String,
    /// The chart for a page, and for a telephone.
    pub drawings: [TierBars; 2],
    /// The numbers.
    pub table: Table,
}

/// A chart of one width.
#[derive(Debug)]
pub struct TierBars {
    /// Which screens it is for.
    pub class: &'static str,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Where the bars begin.
    pub left: f64,
    /// The tiers.
    pub tiers: Vec<TierBar>,
}

/// The two bars of a tier.
#[derive(Debug)]
pub struct TierBar {
    /// The tier.
    pub name: &'static str,
    /// Where its name stands.
    pub name_at: f64,
    /// The revenue of the last 365 days and the expected revenue of the next.
    pub bars: [MoneyBar; 2],
}

/// A bar.
#[derive(Debug)]
pub struct MoneyBar {
    /// Its colour in the page's style.
    pub class: &'static str,
    /// Its top.
    pub y: f64,
    /// Its length.
    pub length: f64,
    /// Where its number stands.
    pub text_at: f64,
    /// Its number.
    pub text: String,
}

fn find<'a>(
    facts: &'a [ValueFacts],
    tier: Option<&str>,
    stage: Option<&str>,
) -> Option<&'a ValueFacts> {
    facts.iter().find(|cell| {
        cell.importance_tier.as_deref() == tier && cell.lifecycle_stage.as_deref() == stage
    })
}

/// The heat table, if there are customers.
pub fn value_table(facts: &[ValueFacts]) -> Option<ValueTable> {
    let all = find(facts, None, None).filter(|all| all.customers > 0)?;
    let most = facts
        .iter()
        .filter(|cell| cell.importance_tier.is_some() && cell.lifecycle_stage.is_some())
        .filter_map(|cell| cell.expected_revenue_at_risk)
        .fold(0.0, f64::max);
    let cell = |tier: Option<&str>, stage: Option<&str>| {
        let Some(found) = find(facts, tier, stage).filter(|cell| cell.customers > 0) else {
            return Cell::text("");
        };
        let cell =
            Cell::short_money(found.expected_revenue_at_risk).below(whole(found.customers as f64));
        match found.expected_revenue_at_risk {
            Some(at_risk) if tier.is_some() && stage.is_some() && most > 0.0 => {
                cell.heated(at_risk / most)
            }
            _ => cell,
        }
    };
    let row = |name: &str, tier: Option<&str>| {
        let mut row = vec![Cell::text(name)];
        row.extend(STAGES.map(|(stage, _)| cell(tier, Some(stage))));
        row.push(cell(tier, None));
        row
    };
    let mut rows: Vec<_> = TIERS.iter().map(|tier| row(tier, Some(tier))).collect();
    rows.push(row("All tiers", None));
    let mut columns = vec![text_column("Tier")];
    columns.extend(STAGES.map(|(stage, _)| number_column(stage)));
    columns.push(number_column("All stages"));
    Some(ValueTable {
        says: sentence(facts, all),
        table: Table {
            id: "value",
            caption: "Expected revenue at risk, and customers, per tier and stage".into(),
            columns,
            rows,
            sentences: Vec::new(),
            is_heat: true,
        },
    })
}

fn sentence(facts: &[ValueFacts], all: &ValueFacts) -> String {
    let share = |part: Option<f64>, whole: Option<f64>| {
        let whole = whole.filter(|whole| *whole > 0.0);
        part.zip(whole).map(|(part, whole)| percent(part / whole))
    };
    let (Some(at_risk), Some(expected)) = (all.expected_revenue_at_risk, all.expected_revenue)
    else {
        let customers = counted(all.customers, "customer has", "customers have");
        return format!("{customers} bought; no amount is known.");
    };
    let mut text = format!(
        "If every customer had just bought, {} would be expected within 365 days; it is {}. The {} \
         between are at risk.",
        money(at_risk + expected),
        money(expected),
        money(at_risk),
    );
    let slipping = find(facts, None, Some("Slipping Away"));
    if let Some(slipping) = slipping
        && let Some(part) = share(slipping.expected_revenue_at_risk, Some(at_risk))
    {
        text += &format!(" {part} of that lies with customers who are slipping away");
        let vip = find(facts, Some("VIP"), Some("Slipping Away"));
        if let Some(part) = vip.and_then(|vip| share(vip.expected_revenue_at_risk, Some(at_risk))) {
            text += &format!(", {part} with VIPs among them");
        }
        text += ".";
    }
    text
}

/// The bars, if amounts are known.
pub fn tiers_chart(facts: &[ValueFacts]) -> Option<TiersChart> {
    let all = find(facts, None, None)?;
    let (spent, expected) = (all.revenue_365_days?, all.expected_revenue?);
    Some(TiersChart {
        says: format!(
            "All customers together brought {} in the last 365 days, and are expected to bring {} in the next 365, \
             new customers not counted.",
            money(spent),
            money(expected)
        ),
        drawings: [
            bars("wide", 960.0, 150.0, facts),
            bars("narrow", 340.0, 122.0, facts),
        ],
        table: tiers_table(facts),
    })
}

fn bars(class: &'static str, width: f64, left: f64, facts: &[ValueFacts]) -> TierBars {
    const BAR: f64 = 20.0;
    const TIER: f64 = 62.0;
    // Room for the number behind the longest bar.
    let right = width - 70.0;
    let money_of = |tier: &str| {
        let cell = find(facts, Some(tier), None);
        [
            cell.and_then(|cell| cell.revenue_365_days),
            cell.and_then(|cell| cell.expected_revenue),
        ]
    };
    let most = TIERS
        .iter()
        .flat_map(|tier| money_of(tier))
        .flatten()
        .fold(0.0, f64::max);
    let x = Scale::new(most, left, right);
    let tiers = TIERS.iter().enumerate().map(|(place, tier)| {
        let top = place as f64 * TIER + 8.0;
        let [spent, expected] = money_of(tier);
        let bar = |class, y, amount: Option<f64>| {
            let end = x.at(amount.unwrap_or(0.0).max(0.0));
            MoneyBar {
                class,
                y,
                length: ((end - left) * 10.0).round() / 10.0,
                text_at: end + 6.0,
                text: amount.map_or_else(|| "not known".to_owned(), compact),
            }
        };
        TierBar {
            name: tier,
            name_at: top + BAR + 5.0,
            bars: [bar("b0", top, spent), bar("b1", top + BAR + 2.0, expected)],
        }
    });
    TierBars {
        class,
        width,
        height: TIERS.len() as f64 * TIER,
        left,
        tiers: tiers.collect(),
    }
}

fn tiers_table(facts: &[ValueFacts]) -> Table {
    let tiers = TIERS
        .iter()
        .map(|tier| (*tier, find(facts, Some(tier), None)));
    let rows = tiers
        .chain([("All tiers", find(facts, None, None))])
        .map(|(name, cell)| {
            vec![
                Cell::text(name),
                Cell::count(cell.map_or(0, |cell| cell.customers)),
                Cell::money(cell.and_then(|cell| cell.revenue_365_days)),
                Cell::money(cell.and_then(|cell| cell.expected_revenue)),
            ]
        });
    Table {
        id: "tiers",
        caption: "Customers and money per tier".into(),
        columns: vec![
            text_column("Tier"),
            number_column("Customers"),
            number_column("Revenue, last 365 days"),
            number_column("Expected revenue, next 365 days"),
        ],
        rows: rows.collect(),
        sentences: Vec::new(),
        is_heat: false,
    }
}

//! Tables about people: the customers who are slipping away, and the audiences.

use super::facts::{AudienceFacts, SlippingFacts};
use super::table::{Cell, Table, number_column, text_column};

/// The most valuable customers who are slipping away, if there are any.
pub fn slipping_table(facts: &[SlippingFacts]) -> Option<Table> {
    if facts.is_empty() {
        return None;
    }
    let rows = facts.iter().map(|customer| {
        vec![
            Cell::text(&customer.customer_id).below(customer.importance_tier.clone()),
            Cell::money(customer.revenue),
            Cell::money(customer.expected_revenue),
            Cell::count(customer.purchases),
            Cell::short_day(customer.last_order_date),
        ]
    });
    Some(Table {
        id: "slipping",
        caption: "The most valuable customers who are slipping away".into(),
        columns: vec![
            text_column("Customer"),
            number_column("Revenue so far"),
            number_column("Expected, 365 days"),
            number_column("Purchases"),
            number_column("Last purchase"),
        ],
        rows: rows.collect(),
        sentences: facts
            .iter()
            .map(|customer| customer.reason.clone())
            .collect(),
        is_heat: false,
    })
}

/// The audiences, if there are any.
pub fn audiences_table(facts: &[AudienceFacts]) -> Option<Table> {
    if facts.is_empty() {
        return None;
    }
    let has_products = facts.iter().any(|audience| audience.products.is_some());
    let rows = facts.iter().map(|audience| {
        vec![
            Cell::text(&audience.audience),
            Cell::count(audience.customers),
            Cell::share(audience.share),
            Cell::money(audience.revenue_365_days),
            Cell::money(audience.expected_revenue),
            Cell::share(audience.slipping_share),
            Cell::share(audience.lost_share),
        ]
    });
    Some(Table {
        id: "audiences",
        caption: "Size and value of the audiences".into(),
        columns: vec![
            text_column("Audience"),
            number_column("Members"),
            number_column("Of all"),
            number_column("Revenue, 365 days"),
            number_column("Expected, 365 days"),
            number_column("Slipping away"),
            number_column("Lost"),
        ],
        rows: rows.collect(),
        sentences: facts
            .iter()
            .map(|audience| match &audience.products {
                Some(products) => format!("Buys more than others: {products}"),
                None => "Buys no product clearly more often than others.".into(),
            })
            .filter(|_| has_products)
            .collect(),
        is_heat: false,
    })
}

//! The demo shop: orders, order lines and contacts.

use crate::duckdb::{Room, scalar};

pub mod demo_contacts;
pub mod demo_lines;
pub mod demo_orders;

pub(super) const ROOM: Room = Room {
    functions: &[
        scalar::<demo_contacts::DemoContacts>,
        scalar::<demo_lines::DemoLines>,
        scalar::<demo_orders::DemoOrders>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/demo/__demo_options.sql"),
        include_str!("../../../sql/demo/demo_contacts.sql"),
        include_str!("../../../sql/demo/demo_lines.sql"),
        include_str!("../../../sql/demo/demo_orders.sql"),
    ],
};

//! The demo shop: orders, order lines and contacts.

pub mod demo;
pub mod demo_contacts;
pub mod demo_lines;

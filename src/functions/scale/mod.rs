//! The customers of a shop whose orders are too many to be read at once: histories part by part, what all customers
//! decide together, and the rows of each part.

use crate::duckdb::Room;

pub(super) const ROOM: Room = Room {
    functions: &[],
    types: &[],
    macros: &[
        include_str!("../../../sql/scale/__given_histories.sql"),
        include_str!("../../../sql/scale/__sound_histories.sql"),
        include_str!("../../../sql/scale/__shop_problem.sql"),
        include_str!("../../../sql/scale/__opened_shop.sql"),
        include_str!("../../../sql/scale/__extent.sql"),
        include_str!("../../../sql/scale/__shop_rfm.sql"),
        include_str!("../../../sql/scale/histories.sql"),
        include_str!("../../../sql/scale/shop.sql"),
        include_str!("../../../sql/scale/customers_of.sql"),
        include_str!("../../../sql/scale/rfm_of.sql"),
        include_str!("../../../sql/scale/contact_stage_of.sql"),
    ],
};

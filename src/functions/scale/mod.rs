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
        include_str!("../../../sql/scale/__next_intent_step.sql"),
        include_str!("../../../sql/scale/__intent_problem.sql"),
        include_str!("../../../sql/scale/__opened_intent.sql"),
        include_str!("../../../sql/scale/__intent_step.sql"),
        include_str!("../../../sql/scale/__given_baskets.sql"),
        include_str!("../../../sql/scale/__intent_lines.sql"),
        include_str!("../../../sql/scale/__intent_state.sql"),
        include_str!("../../../sql/scale/__part_problem.sql"),
        include_str!("../../../sql/scale/__agreed_parts.sql"),
        include_str!("../../../sql/scale/__learned_intent.sql"),
        include_str!("../../../sql/scale/__catalogue_of_parts.sql"),
        include_str!("../../../sql/scale/__interests_of.sql"),
        include_str!("../../../sql/scale/intent_part.sql"),
        include_str!("../../../sql/scale/intent_model.sql"),
        include_str!("../../../sql/scale/interested_in_of.sql"),
        include_str!("../../../sql/scale/interests_of.sql"),
        include_str!("../../../sql/scale/order_gaps_part.sql"),
        include_str!("../../../sql/scale/order_gaps_of.sql"),
    ],
};

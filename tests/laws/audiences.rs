//! The laws of the aggregates behind audiences and their definitions.

use super::{Case, amount, laws};
use audience::duckdb::Aggregate;
use audience::functions::audiences::definition_table::DefinitionTable;
use audience::functions::audiences::member_set::MemberSet;
use audience::functions::audiences::set_overlap::SetOverlap;
use audience::functions::audiences::set_totals::SetTotals;
use audience::models::audiences::audience_sets::AudienceSet;
use proptest::prelude::*;

fn audience_set() -> impl Strategy<Value = Vec<u8>> {
    let numbers = prop_oneof![8 => 0..10u16, 1 => 0..200u16];
    prop::collection::vec(numbers, 0..6).prop_map(|numbers| {
        let mut set = AudienceSet::default();
        numbers
            .into_iter()
            .for_each(|number| set.add(number).expect("room"));
        set.to_bytes()
    })
}

laws! {
    definition_table: DefinitionTable,
        (Option<String>, Option<String>) = {
            let text = || prop::option::of("[AB]?");
            (text(), text())
        },
        |row| row.clone();
    member_set: MemberSet,
        i32 = prop_oneof![0..12i32, 120..140i32, 0..1000i32],
        |&row| (row,);
    set_overlap: SetOverlap,
        Vec<u8> = audience_set(),
        |row| (row,);
    set_totals: SetTotals,
        (Vec<u8>, Option<i64>, [Option<f64>; 3], Option<bool>) = {
            let money = || prop::option::of(amount());
            (
                audience_set(),
                prop::option::of(0..50i64),
                [money(), money(), money()],
                any::<Option<bool>>(),
            )
        },
        |(set, purchases, [revenue, value, expected], is_lost)| {
            let is_slipping = is_lost.map(|is_lost| !is_lost);
            (set, *purchases, *revenue, *value, *expected, *is_lost, is_slipping)
        };
}

use super::*;
use crate::column::Values;
use crate::models::audiences::definition::table::unpack;

/// Which rows of `a` = 1 … 5 each definition holds for.
fn members(packed: &str) -> Vec<Vec<i32>> {
    let audiences = unpack(packed).expect("definitions");
    let plan = Plan::new(&audiences);
    let values = [1, 2, 3, 4, 5];
    let names = ["a".to_owned()];
    let open = |_| Column {
        kind: Kind::Integer,
        values: Values::I32(&values),
        validity: None,
    };
    let room = plan.room(values.len()).expect("room");
    let found = plan
        .evaluate(&names, open, 0, values.len(), room, &[])
        .unwrap_or_else(|(place, problem)| panic!("{place:?}: {problem}"));
    (0..audiences.len())
        .map(|audience| {
            let rows = values.iter().zip(found.of(audience));
            rows.filter_map(|(&value, is_member)| is_member.then_some(value))
                .collect()
        })
        .collect()
}

#[test]
fn every_definition_has_its_own_rows() {
    let definitions = r#"[
        ["few", {"column": "a", "<": 3}],
        ["many", {"column": "a", ">": 3}],
        ["not few", {"not": {"audience": "few"}}],
        ["ends", {"any": [{"audience": "few"}, {"audience": "many"}]}],
        ["middle", {"all": [{"not": {"audience": "few"}}, {"not": {"audience": "many"}}]}]]"#;
    assert_eq!(
        members(definitions),
        [
            vec![1, 2],
            vec![4, 5],
            vec![3, 4, 5],
            vec![1, 2, 4, 5],
            vec![3]
        ]
    );
}

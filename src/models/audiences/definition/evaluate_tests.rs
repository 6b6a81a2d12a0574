//! Single kernels; that whole definitions mean what SQL means is tested against DuckDB in
//! tests/test_definitions.py.

use super::like::Pattern;
use super::predicate::float_key;
use proptest::prelude::*;

/// The definition of LIKE, character by character.
fn like(pattern: &[char], text: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some('%'), _) => {
            like(&pattern[1..], text) || (!text.is_empty() && like(pattern, &text[1..]))
        }
        (Some('_'), Some(_)) => like(&pattern[1..], &text[1..]),
        (Some(wanted), Some(found)) if wanted == found => like(&pattern[1..], &text[1..]),
        _ => false,
    }
}

proptest! {
    #[test]
    fn like_is_like_its_definition(pattern in "[ab%_é]{0,8}", text in "[abé]{0,10}") {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        let wanted = like(&characters(&pattern), &characters(&text));
        prop_assert_eq!(Pattern::new(&pattern, false).matches(&text), wanted);
        prop_assert_eq!(Pattern::new(&pattern.to_uppercase(), true).matches(&text), wanted);
    }

    #[test]
    fn keys_have_the_order_of_the_numbers(a: f64, b: f64) {
        let wanted = a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()));
        prop_assert_eq!(float_key(a).cmp(&float_key(b)), wanted);
    }
}

#[test]
fn zeros_are_equal_and_nan_is_the_largest() {
    assert_eq!(float_key(-0.0), float_key(0.0));
    assert_eq!(float_key(f64::NAN), float_key(-f64::NAN));
    assert!(float_key(f64::NAN) > float_key(f64::INFINITY));
}

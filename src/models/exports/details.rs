//! Fields that Meta takes besides identifiers: they tell found people apart, but find nobody.

use super::contact::{Contact, Identifiers, Outcome};
use super::given;
use super::hash::already_hashed;
use super::is_digits;
use super::name::letters_only;
use super::state::meta_state;
use chrono::{Datelike, NaiveDate};

/// Meta takes no earlier year of birth.
const FIRST_YEAR: i32 = 1900;

/// Fills in city, state, birth date, gender and value. Returns the first of them that was given and
/// cannot be used.
pub(super) fn fill(
    contact: Contact<'_>,
    country: Option<[u8; 2]>,
    found: &mut Identifiers,
) -> Option<Outcome> {
    let (city, state) = (given(contact.city), given(contact.state));
    let birth_date = given(contact.birth_date);
    let (gender, value) = (given(contact.gender), given(contact.value));
    found.city = city.and_then(letters_only);
    found.state = state.and_then(|text| meta_state(text, country));
    found.birth_date = birth_date.and_then(|text| day_of_birth(text, contact.today));
    found.gender = gender.and_then(letter_of_gender);
    found.value = value.and_then(worth);
    [
        (city, found.city.is_some(), Outcome::WithoutAddress),
        (state, found.state.is_some(), Outcome::WithoutAddress),
        (
            birth_date,
            found.birth_date.is_some(),
            Outcome::WithoutBirthDate,
        ),
        (gender, found.gender.is_some(), Outcome::WithoutGender),
        (value, found.value.is_some(), Outcome::WithoutValue),
    ]
    .into_iter()
    .find_map(|(given, is_usable, outcome)| (given.is_some() && !is_usable).then_some(outcome))
}

/// `19900203` or `1990-02-03` in the first form, if somebody born then can be alive `today`. A hash
/// is kept.
fn day_of_birth(text: &str, today: i32) -> Option<String> {
    if let Some(hash) = already_hashed(text) {
        return Some(hash);
    }
    let digits = match text.as_bytes() {
        [.., b'-', _, _, b'-', _, _] => text.replace('-', ""),
        _ => text.to_owned(),
    };
    if digits.len() != 8 || !is_digits(&digits) {
        return None;
    }
    let number = |part: &str| part.parse().ok();
    let (year, month, day) = (&digits[..4], &digits[4..6], &digits[6..]);
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, number(month)?, number(day)?)?;
    let is_possible =
        date.year() >= FIRST_YEAR && (date - NaiveDate::default()).num_days() <= i64::from(today);
    is_possible.then_some(digits)
}

fn letter_of_gender(text: &str) -> Option<String> {
    match text.to_lowercase().as_str() {
        "m" | "male" => Some("m".into()),
        "f" | "female" => Some("f".into()),
        _ => already_hashed(text),
    }
}

/// A finite number from 0 on.
fn worth(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|value: &f64| *value >= 0.0 && value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: i32 = 20_000;
    const HASH: &str = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";

    #[test]
    fn days_of_birth() {
        for (text, expected) in [
            ("1990-02-03", Some("19900203")),
            ("19900203", Some("19900203")),
            ("1900-01-01", Some("19000101")),
            ("1899-12-31", None),
            ("2024-10-04", Some("20241004")),
            ("2024-10-05", None),
            ("1990-02-30", None),
            ("03.02.1990", None),
            ("03021990", None),
            ("1990-02", None),
            ("90-02-03", None),
            ("12345-02-03", None),
            ("infinity", None),
            ("é990-02-03", None),
        ] {
            assert_eq!(day_of_birth(text, TODAY).as_deref(), expected, "{text}");
        }
        assert_eq!(day_of_birth(HASH, TODAY), Some(HASH.to_lowercase()));
    }

    #[test]
    fn genders_and_values() {
        for (text, expected) in [
            ("M", Some("m")),
            ("Female", Some("f")),
            ("x", None),
            ("0", None),
        ] {
            assert_eq!(letter_of_gender(text).as_deref(), expected, "{text}");
        }
        assert_eq!(letter_of_gender(HASH), Some(HASH.to_lowercase()));
        for (text, expected) in [
            ("12.5", Some(12.5)),
            ("0", Some(0.0)),
            ("1e3", Some(1000.0)),
            ("-1", None),
            ("1,5", None),
            ("inf", None),
            ("nan", None),
            ("1e400", None),
        ] {
            assert_eq!(worth(text), expected, "{text}");
        }
    }

    #[test]
    fn the_first_of_no_use_is_reported() {
        let useless = Contact {
            city: Some("?"),
            birth_date: Some("?"),
            gender: Some("?"),
            value: Some("?"),
            ..Contact::default()
        };
        let problem = |contact| fill(contact, None, &mut Identifiers::default());
        assert_eq!(problem(useless), Some(Outcome::WithoutAddress));
        let useless = Contact {
            city: None,
            ..useless
        };
        assert_eq!(problem(useless), Some(Outcome::WithoutBirthDate));
        let useless = Contact {
            birth_date: Some(" "),
            ..useless
        };
        assert_eq!(problem(useless), Some(Outcome::WithoutGender));
        let useless = Contact {
            gender: None,
            ..useless
        };
        assert_eq!(problem(useless), Some(Outcome::WithoutValue));
        assert_eq!(problem(Contact::default()), None);
    }
}

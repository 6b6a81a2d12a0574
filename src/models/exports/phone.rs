//! Telephone numbers, by the numbering plans of Google's libphonenumber.

use super::hash::already_hashed;
use super::usual_phone::usual_number;
use super::{trimmed, whole_number};
use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, Region};

/// The longest text that libphonenumber looks at.
const MAX_BYTES: usize = 250;

/// Why a text is not a telephone number that can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneProblem {
    /// A national number, and no country, or none that has numbers.
    WithoutCountry,
    /// No number, or none that is in use in its country.
    Malformed,
}

/// The number in E.164 form, with its plus. National numbers are those of `country`. A hash (64
/// hexadecimal digits) is kept. A final `.0` comes from a floating point number and is no part of
/// the telephone number.
///
/// # Errors
///
/// See [`PhoneProblem`].
pub fn normalize_phone(text: &str, country: Option<[u8; 2]>) -> Result<String, PhoneProblem> {
    let text = whole_number(trimmed(text));
    if let Some(hash) = already_hashed(text) {
        return Ok(hash);
    }
    if text.len() > MAX_BYTES {
        return Err(PhoneProblem::Malformed);
    }
    let region = country
        .as_ref()
        .and_then(|code| std::str::from_utf8(code).ok()?.parse::<Region>().ok());
    if let Some(number) = usual_number(text, region) {
        return Ok(number);
    }
    match PHONE_NUMBER_UTIL.parse(text, region) {
        Ok(number) if number.is_valid() => {
            Ok(number.format_as(PhoneNumberFormat::E164).into_owned())
        }
        Err(ParseError::InvalidCountryCode)
            if !text.contains(['+', '＋']) && !region.is_some_and(has_numbers) =>
        {
            Err(PhoneProblem::WithoutCountry)
        }
        _ => Err(PhoneProblem::Malformed),
    }
}

fn has_numbers(region: Region) -> bool {
    PHONE_NUMBER_UTIL
        .get_country_code_for_region(region)
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_get_their_country() {
        for (text, country, expected) in [
            ("0171 3920012", b"DE", "+491713920012"),
            ("+44 20 7183 8750", b"DE", "+442071838750"),
            ("0044 20 7183 8750", b"DE", "+442071838750"),
            ("(212) 555-0123", b"US", "+12125550123"),
            ("06 12 34 56 78", b"FR", "+33612345678"),
            ("32 12 34 56", b"DK", "+4532123456"),
            ("06 6982 1234", b"IT", "+390669821234"),
            ("٠١٠١٢٣٤٥٦٧٨", b"EG", "+201012345678"),
            ("＋４９１７１３９２００１２", b"US", "+491713920012"),
            ("\u{202a}+49 171 3920012\u{202c}", b"US", "+491713920012"),
            ("1713920012.0", b"DE", "+491713920012"),
            ("+491713920012.0", b"US", "+491713920012"),
        ] {
            assert_eq!(
                normalize_phone(text, Some(*country)),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
        assert_eq!(
            normalize_phone("+491713920012", None),
            Ok("+491713920012".to_owned())
        );
    }

    #[test]
    fn problems_are_told_apart() {
        use PhoneProblem::{Malformed, WithoutCountry};
        assert_eq!(normalize_phone("0171 3920012", None), Err(WithoutCountry));
        assert_eq!(
            normalize_phone("0171 3920012", Some(*b"XX")),
            Err(WithoutCountry)
        );
        for text in [
            "",
            "unknown",
            "+",
            "+999 1234567",
            "+49",
            "1",
            "+1 212",
            &"1".repeat(300),
        ] {
            assert_eq!(normalize_phone(text, None), Err(Malformed), "{text}");
            assert_eq!(
                normalize_phone(text, Some(*b"DE")),
                Err(Malformed),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_accepted_or_refused(text: String) {
            let _ = normalize_phone(&text, Some(*b"US"));
        }

        #[test]
        fn normalizing_again_changes_nothing(text in "[+]?[0-9 ()-]{6,16}", country in prop::sample::select(vec![*b"US", *b"DE", *b"IT", *b"AR", *b"MX", *b"CI"])) {
            if let Ok(number) = normalize_phone(&text, Some(country)) {
                prop_assert_eq!(normalize_phone(&number, None), Ok(number));
            }
        }
    }
}

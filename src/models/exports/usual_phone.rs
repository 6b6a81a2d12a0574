//! Telephone numbers as nearly everybody writes them, without the search for what a text could mean.

use rlibphonenumber::interfaces::AsOriginal;
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

/// The digits of the longest number, and of a prefix before it.
const MOST_DIGITS: usize = 20;
const MOST_COUNTRY_DIGITS: usize = 3;
/// What libphonenumber allows of a number without its country code.
const NATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 2..=17;
/// What it writes of zeros before a number.
const MOST_ZEROS: usize = 10;

/// The valid number in E.164 form where the text has nothing but digits, punctuation and at most one plus before
/// them. `None` says nothing: libphonenumber has to be asked.
///
/// libphonenumber looks for extensions, letters, several numbers and carriers in every text, and tells
/// ten kinds of numbers apart. This takes the same steps with its own metadata and patterns, without those that
/// such texts do not need, and the kinds in the order of how many numbers have them: only whether one fits is asked.
pub(super) fn usual_number(text: &str, region: Option<Region>) -> Option<String> {
    let (digits, is_international) = Digits::of(text)?;
    let digits = digits.as_str()?;
    let (country_code, national) = if is_international {
        split_country(digits)?
    } else {
        (domestic(digits, region?)?, digits)
    };
    let main = PHONE_NUMBER_UTIL
        .get_region_for_country_code(country_code)
        .filter(|_| is_international)
        .or(region)?;
    let national = without_prefix(national, main)?;
    let zeros = national.bytes().take_while(|digit| *digit == b'0').count();
    let is_number = NATIONAL_DIGITS.contains(&national.len()) && zeros <= MOST_ZEROS;
    (is_number && is_in_use(national, country_code)?).then(|| format!("+{country_code}{national}"))
}

/// The digits of a text, in a buffer of their own.
struct Digits {
    bytes: [u8; MOST_DIGITS],
    length: usize,
}

impl Digits {
    /// The digits, and whether a plus comes before them.
    fn of(text: &str) -> Option<(Self, bool)> {
        let mut digits = Self {
            bytes: [0; MOST_DIGITS],
            length: 0,
        };
        let mut has_plus = false;
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    *digits.bytes.get_mut(digits.length)? = byte;
                    digits.length += 1;
                }
                b'+' if !has_plus && digits.length == 0 => has_plus = true,
                b' ' | b'-' | b'.' | b'(' | b')' | b'/' => {}
                _ => return None,
            }
        }
        // With fewer it is not taken for a number.
        (digits.length >= 3).then_some((digits, has_plus))
    }

    fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes.get(..self.length)?).ok()
    }
}

/// The country code that the digits begin with, and the digits after it.
fn split_country(digits: &str) -> Option<(i32, &str)> {
    (1..=MOST_COUNTRY_DIGITS).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let code = code.parse().ok().filter(|_| !code.starts_with('0'))?;
        PHONE_NUMBER_UTIL
            .get_region_for_country_code(code)
            .map(|_| (code, national))
    })
}

/// The country code of a region, unless the digits may contain it or begin with a prefix of calls to other countries.
fn domestic(digits: &str, region: Region) -> Option<i32> {
    let metadata = PHONE_NUMBER_UTIL
        .as_original()
        .get_metadata_for_region(region)?;
    let code = metadata.original.country_code();
    let abroad = metadata.international_prefix().anchor_start().ok()?;
    let begins_with_code = !digits.starts_with('0')
        && (1..=MOST_COUNTRY_DIGITS)
            .filter_map(|length| digits.get(..length))
            .any(|start| start.parse() == Ok(code));
    let is_domestic = !begins_with_code && !abroad.is_some_and(|prefix| prefix.is_match(digits));
    is_domestic.then_some(code)
}

/// Without the prefix of calls within the country, where that leaves a number.
fn without_prefix(digits: &str, region: Region) -> Option<&str> {
    let util = PHONE_NUMBER_UTIL.as_original();
    let metadata = util.get_metadata_for_region(region)?;
    let pattern = metadata.national_prefix_for_parsing();
    let prefix = pattern.original_base();
    if !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        // Patterns that choose carriers or change numbers.
        let matches = pattern
            .anchor_start()
            .ok()?
            .is_some_and(|prefix| prefix.is_match(digits));
        return (!matches).then_some(digits);
    }
    let Some(rest) = digits.strip_prefix(prefix).filter(|_| !prefix.is_empty()) else {
        return Some(digits);
    };
    let general = &metadata.general_desc;
    let is_general = |digits: &str| {
        let rule = general.national_number_pattern().anchor_full().ok()?;
        Some(rule.is_some_and(|rule| rule.is_match(digits)))
    };
    if !is_general(rest)? {
        return is_general(digits)?.then_some(digits);
    }
    let length = i32::try_from(rest.len()).ok()?;
    (general.original.possible_length.contains(&length)
        && !general
            .original
            .possible_length_local_only
            .contains(&length))
    .then_some(rest)
}

/// Whether the number is valid: in the first region of the country code that it may belong to.
fn is_in_use(national: &str, country_code: i32) -> Option<bool> {
    let util = PHONE_NUMBER_UTIL.as_original();
    let regions = PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(country_code)?;
    let is_only_one = regions.len() == 1;
    for region in regions {
        let metadata = util.get_metadata_for_region(region)?;
        let fits = |desc| util.is_number_matching_desc(national, desc).ok();
        let mut is_valid = false;
        if fits(&metadata.general_desc)? {
            for kind in [
                &metadata.mobile,
                &metadata.fixed_line,
                &metadata.toll_free,
                &metadata.voip,
                &metadata.shared_cost,
                &metadata.premium_rate,
                &metadata.personal_number,
                &metadata.uan,
                &metadata.pager,
                &metadata.voicemail,
            ] {
                if fits(kind)? {
                    is_valid = true;
                    break;
                }
            }
        }
        let leads = metadata.leading_digits().anchor_start().ok()?;
        if is_valid || is_only_one || leads.is_some_and(|leads| leads.is_match(national)) {
            return Some(is_valid);
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rlibphonenumber::{PhoneNumberFormat, PhoneNumberType};

    /// What libphonenumber makes of the text by itself.
    fn parsed(text: &str, region: Region) -> Option<String> {
        PHONE_NUMBER_UTIL
            .parse(text, Some(region))
            .ok()
            .filter(rlibphonenumber::PhoneNumber::is_valid)
            .map(|number| number.format_as(PhoneNumberFormat::E164).into_owned())
    }

    fn regions() -> Vec<Region> {
        let mut regions: Vec<_> = PHONE_NUMBER_UTIL.get_supported_regions().collect();
        regions.sort_by_key(|region| format!("{region:?}"));
        regions
    }

    /// As it is written in every country, abroad, and with a digit too few, too many, or another one.
    fn written(example: &rlibphonenumber::PhoneNumber) -> Vec<String> {
        [
            PhoneNumberFormat::E164,
            PhoneNumberFormat::National,
            PhoneNumberFormat::International,
        ]
        .into_iter()
        .map(|format| example.format_as(format).into_owned())
        .flat_map(|text| {
            let digits = text.replace(' ', "");
            let nsn = example.get_national_significant_number();
            [
                text.clone(),
                format!("{text}0"),
                digits[..digits.len() - 1].to_owned(),
                format!("0{nsn}"),
                format!("1{nsn}"),
                format!("+{}0{nsn}", example.country_code),
                format!("+{}{nsn}", 1 + example.country_code),
                format!("00{}{nsn}", example.country_code),
                text.replace(['2', '7'], "5"),
            ]
        })
        .collect()
    }

    #[test]
    fn usual_numbers_are_those_of_libphonenumber() {
        let (mut asked, mut usual) = (0, 0);
        for region in regions() {
            for kind in [
                PhoneNumberType::FixedLine,
                PhoneNumberType::Mobile,
                PhoneNumberType::TollFree,
                PhoneNumberType::VoIP,
            ] {
                let Ok(example) =
                    PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind)
                else {
                    continue;
                };
                for text in written(&example) {
                    for home in [region, Region::US, Region::DE, Region::IT] {
                        let expected = parsed(&text, home);
                        asked += usize::from(expected.is_some());
                        if let Some(found) = usual_number(&text, Some(home)) {
                            usual += 1;
                            assert_eq!(Some(found), expected, "{text} in {home:?}");
                        }
                    }
                }
            }
        }
        // Otherwise little is gained: what begins with a prefix or the country's own code is left to libphonenumber.
        assert!(usual * 3 > asked * 2, "{usual} of {asked}");
    }

    proptest! {
        #[test]
        fn any_digits_are_read_as_libphonenumber_does(text in "[+]?[0-9][0-9 ()./-]{3,15}", place in 0..1000_usize) {
            let regions = regions();
            let region = regions[place % regions.len()];
            if let Some(found) = usual_number(&text, Some(region)) {
                prop_assert_eq!(Some(found), parsed(&text, region));
            }
        }
    }
}

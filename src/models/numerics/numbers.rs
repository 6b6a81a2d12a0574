//! Numbers in English notation, written without the general float formatting, which takes longer
//! than computing the number.

/// Appends an integer with thousands separators: `1,240`.
pub(in crate::models) fn push_integer(out: &mut String, value: i64) {
    // The longest is i64::MIN: 19 digits, six commas and the sign.
    let mut buffer = [0u8; 26];
    let mut at = buffer.len();
    let mut rest = value.unsigned_abs();
    let mut digits = 0;
    loop {
        if digits > 0 && digits % 3 == 0 {
            at -= 1;
            buffer[at] = b',';
        }
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        digits += 1;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    // Digits and commas are ASCII.
    out.push_str(std::str::from_utf8(&buffer[at..]).unwrap_or_default());
}

/// Appends a number rounded to an integer; beyond what an integer holds it
/// stays at the end of the range.
pub(in crate::models) fn push_rounded(out: &mut String, value: f64) {
    push_integer(out, value.round() as i64);
}

/// Appends a number with one decimal: `1.4`, `12.0`.
pub(in crate::models) fn push_one_decimal(out: &mut String, value: f64) {
    let tenths = (value * 10.0).round() as i64;
    if tenths < 0 {
        out.push('-');
    }
    let tenths = tenths.unsigned_abs();
    push_integer(out, (tenths / 10) as i64);
    out.push('.');
    out.push(char::from(b'0' + (tenths % 10) as u8));
}

/// Appends days: `1 day`, `84 days`; below ten and not whole with one decimal,
/// `2.5 days`.
pub(in crate::models) fn push_days(out: &mut String, days: f64) {
    if days < 9.95 && (days * 10.0).round() as i64 % 10 != 0 {
        push_one_decimal(out, days);
        out.push_str(" days");
    } else {
        push_counted(out, days.round() as i64, " day", " days");
    }
}

/// Appends a count with its noun: `1 purchase`, `12 purchases`.
pub(in crate::models) fn push_counted(out: &mut String, count: i64, one: &str, many: &str) {
    push_integer(out, count);
    out.push_str(if count == 1 { one } else { many });
}

/// A smaller chance is only called low, because the models are too sure there. On 2017-04-30,
/// 2017-05-31 and 2017-06-30 the households of Complete Journey with a smaller return probability
/// were two, three and two, heavy buyers who paused; all came back within the 180 days.
const LEAST_CHANCE: f64 = 0.01;
/// What a smaller one is called.
pub(in crate::models) const LOW_CHANCE: &str = "a low chance";

/// Whether a chance is too small to be told as a number.
pub(in crate::models) fn is_low_chance(probability: f64) -> bool {
    probability < LEAST_CHANCE
}

/// Appends a chance: `48 % chance`, `a low chance`.
pub(in crate::models) fn push_chance(out: &mut String, probability: f64) {
    if is_low_chance(probability) {
        out.push_str(LOW_CHANCE);
    } else {
        push_percent(out, probability);
        out.push_str(" chance");
    }
}

/// Appends a share: `48 %`, `0.4 %`; never 100 %, because nothing is certain.
pub(in crate::models) fn push_percent(out: &mut String, share: f64) {
    let percent = (share * 100.0).round();
    if percent < 1.0 {
        push_one_decimal(out, share * 100.0);
        out.push_str(" %");
    } else if percent > 99.0 {
        out.push_str("over 99 %");
    } else {
        push_integer(out, percent as i64);
        out.push_str(" %");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn integers_have_thousands_separators() {
        for (value, text) in [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (-12_345_678, "-12,345,678"),
            (i64::MAX, "9,223,372,036,854,775,807"),
            (i64::MIN, "-9,223,372,036,854,775,808"),
        ] {
            assert_eq!(written(|out| push_integer(out, value)), text);
        }
    }

    #[test]
    fn decimals_days_and_percentages() {
        assert_eq!(written(|out| push_one_decimal(out, 1.4328)), "1.4");
        assert_eq!(written(|out| push_one_decimal(out, -0.06)), "-0.1");
        assert_eq!(written(|out| push_one_decimal(out, 1_239.96)), "1,240.0");
        assert_eq!(written(|out| push_days(out, 1.0)), "1 day");
        assert_eq!(written(|out| push_days(out, 2.52)), "2.5 days");
        assert_eq!(written(|out| push_days(out, 9.97)), "10 days");
        assert_eq!(written(|out| push_days(out, 83.75)), "84 days");
        assert_eq!(written(|out| push_percent(out, 0.004)), "0.4 %");
        assert_eq!(written(|out| push_percent(out, 0.478)), "48 %");
        assert_eq!(written(|out| push_percent(out, 0.9999)), "over 99 %");
        assert_eq!(written(|out| push_chance(out, 0.0099)), "a low chance");
        assert_eq!(written(|out| push_chance(out, 0.01)), "1 % chance");
        assert_eq!(written(|out| push_chance(out, 0.9999)), "over 99 % chance");
        assert_eq!(
            written(|out| push_rounded(out, f64::INFINITY)),
            "9,223,372,036,854,775,807"
        );
    }
}

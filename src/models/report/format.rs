//! Numbers and days as people read them. A number and its unit stay on one line, by a no-break space.

use chrono::NaiveDate;

/// What stands for a number that is not known.
pub const UNKNOWN: &str = "–";

/// A whole number: 1,234,567.
pub fn whole(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let sign = if number < 0.0 && digits != "0" {
        "−"
    } else {
        ""
    };
    let mut grouped = String::with_capacity(digits.len() * 4 / 3 + sign.len());
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}")
}

/// An amount of money: cents up to a thousand, whole numbers up to a billion.
pub fn money(amount: f64) -> String {
    match amount.abs() {
        size if size >= 1e9 => compact(amount),
        size if size < 1000.0 && size.fract() != 0.0 => {
            format!("{amount:.2}").replacen('-', "−", 1)
        }
        _ => whole(amount),
    }
}

/// A number in the least space: 950, 1.2 k, 23 M.
pub fn compact(number: f64) -> String {
    const UNITS: [&str; 5] = ["", "\u{a0}k", "\u{a0}M", "\u{a0}bn", "\u{a0}tn"];
    let mut size = number.abs();
    let mut unit = 0;
    // What would be rounded to a thousand belongs to the next unit.
    while size >= 999.5 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && size < 9.95 && (size * 10.0).round() % 10.0 != 0.0);
    let sign = if number < 0.0 && size >= 0.5 {
        "−"
    } else {
        ""
    };
    if unit + 1 == UNITS.len() {
        return format!("{}{}", whole(number / 1e12), UNITS[unit]);
    }
    format!("{sign}{size:.decimals$}{}", UNITS[unit])
}

/// A share: 34 %, 3.4 %.
pub fn percent(share: f64) -> String {
    let share = share * 100.0;
    let decimals = usize::from(share != 0.0 && share.abs() < 9.95);
    format!("{share:.decimals$}\u{a0}%").replacen('-', "−", 1)
}

/// A change by a share: +3.4 %, −12 %.
pub fn change(share: f64) -> String {
    let sign = if share > 0.0 { "+" } else { "" };
    format!("{sign}{}", percent(share))
}

/// A day: 30 June 1998.
pub fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// A day in little space: 3 Jun 1998.
pub fn short_day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// A month: Jun 1998.
pub fn month(date: NaiveDate) -> String {
    date.format("%b %Y").to_string()
}

/// A number with its noun: 1 customer, 2 customers.
pub fn counted(number: i64, singular: &str, plural: &str) -> String {
    let noun = if number == 1 { singular } else { plural };
    format!("{} {noun}", whole(number as f64))
}

/// 2nd, 3rd, 4th.
pub fn ordinal(number: i64) -> String {
    let ending = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.2, "0"),
            (999.0, "999"),
            (1000.0, "1,000"),
            (-1_234_567.4, "−1,234,567"),
        ] {
            assert_eq!(whole(number), expected);
        }
    }

    #[test]
    fn money_has_cents_where_they_matter() {
        for (amount, expected) in [
            (0.0, "0"),
            (12.5, "12.50"),
            (-3.456, "−3.46"),
            (20.0, "20"),
            (1234.5, "1,234"),
            (2_500_000_000.0, "2.5\u{a0}bn"),
        ] {
            assert_eq!(money(amount), expected);
        }
    }

    #[test]
    fn compact_numbers_have_three_digits_at_most() {
        for (number, expected) in [
            (0.0, "0"),
            (950.0, "950"),
            (999.6, "1\u{a0}k"),
            (1234.0, "1.2\u{a0}k"),
            (-23_400.0, "−23\u{a0}k"),
            (1_000_000.0, "1\u{a0}M"),
            (9.99e6, "10\u{a0}M"),
            (3.2e9, "3.2\u{a0}bn"),
            (4.5e15, "4,500\u{a0}tn"),
        ] {
            assert_eq!(compact(number), expected);
        }
    }

    #[test]
    fn shares_changes_days_and_counts() {
        assert_eq!(percent(0.0342), "3.4\u{a0}%");
        assert_eq!(percent(0.342), "34\u{a0}%");
        assert_eq!(percent(0.0996), "10\u{a0}%");
        assert_eq!(percent(0.0), "0\u{a0}%");
        assert_eq!(change(0.12), "+12\u{a0}%");
        assert_eq!(change(-0.031), "−3.1\u{a0}%");
        let date = NaiveDate::from_ymd_opt(1998, 6, 3).expect("a day");
        assert_eq!(
            (day(date), month(date)),
            ("3 June 1998".into(), "Jun 1998".into())
        );
        assert_eq!(short_day(date), "3 Jun 1998");
        assert_eq!(counted(1, "customer", "customers"), "1 customer");
        assert_eq!(counted(1200, "customer", "customers"), "1,200 customers");
        let ordinals = [1, 2, 3, 4, 11, 12, 13, 22].map(ordinal);
        assert_eq!(
            ordinals,
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "22nd"]
        );
    }
}

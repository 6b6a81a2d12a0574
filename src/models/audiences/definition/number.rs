//! Exact decimal numbers.

use std::fmt;

/// A number of at most [`DIGITS`] digits: `units` · 10^-`scale`, without needless zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    units: i128,
    scale: u8,
}

/// As many as DuckDB's widest DECIMAL has.
const DIGITS: usize = 38;

impl Number {
    /// 0
    pub(super) const ZERO: Self = Self { units: 0, scale: 0 };
    /// 1
    pub(super) const ONE: Self = Self { units: 1, scale: 0 };

    /// Reads a JSON number; `None` if it has too many digits.
    pub(super) fn parse(json: &str) -> Option<Self> {
        let (mantissa, exponent) = json.split_once(['e', 'E']).unwrap_or((json, "0"));
        let (sign, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_matches('0');
        if significant.is_empty() {
            return Some(Self { units: 0, scale: 0 });
        }
        let trailing = digits.len() - digits.trim_end_matches('0').len();
        // The number is `significant` · 10^`power`.
        let power = exponent
            .parse::<i64>()
            .ok()?
            .checked_add(trailing as i64 - fraction.len() as i64)?;
        let zeros = usize::try_from(power).unwrap_or(0);
        let scale = u8::try_from(power.min(0).unsigned_abs()).ok()?;
        if zeros > DIGITS || significant.len() + zeros > DIGITS || usize::from(scale) > DIGITS {
            return None;
        }
        let units: i128 = significant.parse().ok()?;
        let units = sign * units * 10_i128.pow(zeros as u32);
        Some(Self { units, scale })
    }

    /// The largest whole number of units of 10^-`scale` that is not more, and whether it is
    /// equal. What an i128 cannot hold is cut off at its ends.
    pub(super) fn floor(self, scale: u8) -> (i128, bool) {
        match scale.checked_sub(self.scale) {
            Some(missing) => {
                let units = 10_i128.checked_pow(missing.into());
                match units.and_then(|factor| self.units.checked_mul(factor)) {
                    Some(units) => (units, true),
                    None if self.units < 0 => (i128::MIN, false),
                    None => (i128::MAX, false),
                }
            }
            None => {
                let divisor = 10_i128.pow(u32::from(self.scale - scale));
                (self.units.div_euclid(divisor), self.units % divisor == 0)
            }
        }
    }

    /// The nearest binary fraction of 64 bits.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The nearest binary fraction of 32 bits.
    pub(super) fn to_f32(self) -> f32 {
        self.to_string().parse().unwrap_or(f32::NAN)
    }

    /// Whether DuckDB casts it, written as a literal, to the nearest FLOAT and DOUBLE. Before
    /// 2.0 it divides the units by the power of ten, which rounds once only where a FLOAT
    /// holds both.
    pub(super) fn casts_to_nearest(self) -> bool {
        const FLOAT_UNITS: u128 = 1 << 24;
        const FLOAT_SCALE: u8 = 10;
        match self.scale {
            0 => i64::try_from(self.units).is_ok(),
            scale => scale <= FLOAT_SCALE && self.units.unsigned_abs() <= FLOAT_UNITS,
        }
    }

    /// Whether it is less, as far as an i128 can tell.
    pub(super) fn is_less(self, other: Self) -> bool {
        let scale = self.scale.max(other.scale);
        self.floor(scale).0 < other.floor(scale).0
    }
}

/// All digits, without an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = format!(
            "{:0>1$}",
            self.units.unsigned_abs(),
            usize::from(self.scale) + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - usize::from(self.scale));
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number" })
    }
}

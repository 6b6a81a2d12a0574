//! The one error type. Its message is what the analyst reads, so it names the
//! argument and says what is allowed; the glue in `crate::duckdb` puts the SQL
//! function's name in front.

use std::fmt;

/// The result of everything that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a function, an aggregate or the loading of the extension failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A value that the analyst passed is out of range or of the wrong form.
    Argument {
        /// The argument's name as documented, e.g. `days`.
        argument: &'static str,
        /// What is wrong with it, as the end of the sentence "`days` …".
        problem: String,
    },
    /// DuckDB refused something that the extension needs.
    DuckDb(String),
    /// There is no room for a buffer that grows with the data; see `models::memory`.
    Memory {
        /// The size of the buffer.
        bytes: usize,
    },
}

impl Error {
    /// A bad argument: `Error::argument("days", "must be at least 1, got -3")`.
    pub fn argument(argument: &'static str, problem: impl Into<String>) -> Self {
        Self::Argument {
            argument,
            problem: problem.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument { argument, problem } => write!(f, "{argument} {problem}"),
            Self::DuckDb(message) => f.write_str(message),
            Self::Memory { bytes } => write!(
                f,
                "needs {} MB more memory than this process can get: use a filter, longer periods, \
                 coarser products or fewer threads",
                bytes.div_ceil(1_000_000)
            ),
        }
    }
}

impl std::error::Error for Error {}

/// A value of the analyst's data as an error message shows it. Messages end up in logs, so of an
/// e-mail address only the first letter and the domain are left (`a…@x.com`), of a telephone
/// number with a plus the last two digits, of a hash the first eight.
pub fn shown(value: &str) -> String {
    const HASH_DIGITS: usize = 64;
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if value.starts_with('+') && digits > 4 {
        let last = value.chars().filter(char::is_ascii_digit).skip(digits - 2);
        return format!("+…{}", last.collect::<String>());
    }
    if value.len() == HASH_DIGITS && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return format!("{}…", &value[..8]);
    }
    let mut shown = String::with_capacity(value.len());
    for word in value.split_inclusive(char::is_whitespace) {
        match word.rsplit_once('@') {
            Some((local, domain)) => {
                shown.extend(local.chars().next());
                shown.push_str("…@");
                shown.push_str(domain);
            }
            None => shown.push_str(word),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_are_shortened() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for (value, expected) in [
            ("anna.secret@x.com", "a…@x.com"),
            ("Anna <anna@x.com>, bea@y.com", "Anna <…@x.com>, b…@y.com"),
            ("{'id': anna@x.com}", "{'id': a…@x.com}"),
            ("a@b@x.com", "a…@x.com"),
            ("@x.com", "…@x.com"),
            ("+49 151 23456789", "+…89"),
            ("+4915123456789", "+…89"),
            (hash, "ba7816bf…"),
            ("17", "17"),
            ("C-00017", "C-00017"),
            ("+1", "+1"),
            ("opened", "opened"),
            ("", ""),
        ] {
            assert_eq!(shown(value), expected, "{value}");
        }
    }
}

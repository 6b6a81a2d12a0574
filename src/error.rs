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

//! What may happen in a callback, and where: see "Callbacks" in docs/design.md.
//!
//! A callback has three parts. It opens the vectors, which calls DuckDB; it computes, in
//! [`caught`], which does not; it hands over the result, which calls DuckDB again. An exception
//! of DuckDB's so never meets `catch_unwind`, which would abort the process, and a panic of ours
//! never leaves it.

use super::{c_string, reserve};
use crate::error::{Error, Result};
use std::any::Any;
use std::cell::RefCell;
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;

/// A callback that DuckDB may throw through, as the bindings declare callbacks. The ABIs
/// differ in nothing but `-unwind`, so they are compatible.
macro_rules! declared {
    ($callback:expr => ($($argument:ty),+ $(,)?)) => {{
        type Throwing = unsafe extern "C-unwind" fn($($argument),+);
        type Declared = unsafe extern "C" fn($($argument),+);
        Some(std::mem::transmute::<Throwing, Declared>($callback))
    }};
}
pub(super) use declared;

/// Set to anything, this lets Rust report a panic on the standard error stream as well.
const BACKTRACE: &str = "AUDIENCE_BACKTRACE";

thread_local!(static PANIC_PLACE: RefCell<String> = const { RefCell::new(String::new()) });

/// Runs our own code, which must not call DuckDB. An error or a panic becomes the message of
/// the query's error, in the name of the function that the analyst called.
pub fn caught<T>(
    name: Option<&str>,
    body: impl FnOnce() -> Result<T>,
) -> std::result::Result<T, CString> {
    let body = || {
        reserve::hold()?;
        let result = body()?;
        // Results that were made with the last of the memory are given up, so that the
        // host gets some of it back.
        reserve::hold().map(|()| result)
    };
    let message = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(result)) => return Ok(result),
        Ok(Err(error)) => message(name, &error),
        Err(panic) => panic_message(name, &*panic),
    };
    Err(c_string(&message))
}

/// What the analyst reads.
pub fn message(name: Option<&str>, error: &Error) -> String {
    match name {
        Some(name) => format!("audience: {name}: {error}"),
        None => format!("audience: {error}"),
    }
}

/// The same for a panic, which is a mistake of ours.
fn panic_message(name: Option<&str>, panic: &(dyn Any + Send)) -> String {
    let reason = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown reason");
    let place = PANIC_PLACE.with_borrow(String::clone);
    let text = format!("internal error, please report it: {reason} ({place})");
    message(name, &Error::DuckDb(text))
}

/// From now on a panic leaves the host's standard error stream alone. It concerns this
/// library's panics only: every Rust library of the process has a hook of its own.
pub fn silence_panics() {
    static SILENCED: Once = Once::new();
    SILENCED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map_or_else(String::new, |place| {
                let file = Path::new(place.file()).file_name().unwrap_or_default();
                format!("{}:{}", file.display(), place.line())
            });
            // A thread that is ending may have lost the place already.
            let _ = PANIC_PLACE.try_with(|last| last.replace(place));
            if std::env::var_os(BACKTRACE).is_some() {
                usual(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(result: std::result::Result<(), CString>) -> String {
        result.unwrap_err().into_string().expect("it is UTF-8")
    }

    #[test]
    fn a_panic_becomes_an_error_that_names_the_function_and_the_place() {
        silence_panics();
        let text = text(caught(Some("recommend"), || panic!("no such product")));
        let line = text.strip_prefix(
            "audience: recommend: internal error, please report it: no such product (callback.rs:",
        );
        assert!(line.is_some(), "{text}");
    }

    #[test]
    fn an_error_names_the_function_where_it_is_known() {
        let error = || Err(Error::argument("days", "must be at least 1, got 0"));
        assert_eq!(
            text(caught(Some("expected_purchases"), error)),
            "audience: expected_purchases: days must be at least 1, got 0"
        );
        assert_eq!(
            text(caught(None, error)),
            "audience: days must be at least 1, got 0"
        );
    }
}

//! E-mail addresses.

use super::hash::already_hashed;
use super::{folded, is_blank, trimmed};

/// Longer ones cannot be delivered to (RFC 5321, with the brackets around the path).
const MAX_BYTES: usize = 254;
const MAX_LOCAL_BYTES: usize = 64;
const MAX_LABEL_BYTES: usize = 63;

/// The address in lower case and composed characters, without blanks around it; `None` when nothing
/// can be delivered to it. A hash (64 hexadecimal digits) is kept.
///
/// The part before the @ is a dot-atom of RFC 5322 or, beyond ASCII, of RFC 6531; after it come two
/// or more labels. Blanks inside are not removed, because the rest may be somebody else's address.
pub fn normalize_email(text: &str) -> Option<String> {
    already_hashed(text).or_else(|| written(text).filter(|email| is_valid(email)))
}

/// The same, and at Gmail the mailbox that is delivered to: without dots and without what
/// follows a plus. Dots are removed before the address is checked, as Google does it, so that
/// there may be several on end.
pub fn google_email(text: &str) -> Option<String> {
    if let Some(hash) = already_hashed(text) {
        return Some(hash);
    }
    let email = written(text)?;
    match email.split_once('@') {
        Some((local, domain @ ("gmail.com" | "googlemail.com"))) => {
            let mailbox = format!("{}@{domain}", local.replace('.', ""));
            is_valid(&mailbox).then(|| without_tag(mailbox)).flatten()
        }
        _ => is_valid(&email).then_some(email),
    }
}

/// The address as it was given, folded.
fn written(text: &str) -> Option<String> {
    let text = trimmed(text);
    // Folding can make a text shorter, but not to a tenth.
    (text.len() <= 10 * MAX_BYTES).then(|| folded(text))
}

fn is_valid(email: &str) -> bool {
    let Some((local, domain)) = email.split_once('@') else {
        return false;
    };
    email.len() <= MAX_BYTES
        && local.len() <= MAX_LOCAL_BYTES
        && local.split('.').all(|atom| !atom.is_empty())
        && local.chars().all(is_local)
        && is_domain(domain)
}

fn is_local(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' => true,
        _ if c.is_ascii() => "!#$%&'*+-/=?^_`{|}~".contains(c),
        _ => !is_blank(c),
    }
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && !is_blank(c)))
    };
    let Some((_, top)) = domain.rsplit_once('.') else {
        return false;
    };
    top.len() >= 2
        && !top.bytes().all(|byte| byte.is_ascii_digit())
        && domain.split('.').all(is_label)
}

/// The address without a tag, that is, without a plus and what follows it up to the @.
pub fn without_tag(email: String) -> Option<String> {
    match email.split_once('@') {
        Some((local, domain)) if local.contains('+') => {
            let local = untagged(local);
            (!local.is_empty()).then(|| format!("{local}@{domain}"))
        }
        _ => Some(email),
    }
}

fn untagged(local: &str) -> &str {
    local.split('+').next().unwrap_or(local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_brought_to_one_form() {
        for (text, expected) in [
            (" Anna.Smith@Example.COM\n", "anna.smith@example.com"),
            (
                "\u{feff}anna+shop@example.com\u{200b}",
                "anna+shop@example.com",
            ),
            ("Zoe\u{308}@example.com", "zoë@example.com"),
            ("anna@MÜLLER.de", "anna@müller.de"),
            ("o'brien@example.co.uk", "o'brien@example.co.uk"),
        ] {
            assert_eq!(normalize_email(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_delivered_to_is_malformed() {
        let long = format!("{}@example.com", "a".repeat(65));
        let longer = format!("a@{}.com", "a.".repeat(130));
        let label = format!("a@{}.com", "b".repeat(64));
        for text in [
            "",
            " ",
            "@",
            "a@",
            "@example.com",
            "a@b",
            "a b@example.com",
            "a@exam ple.com",
            "a@@example.com",
            "a@b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@.example.com",
            "a@example.com.",
            "a@example..com",
            "a@-example.com",
            "a@example-.com",
            "a@127.0.0.1",
            "a@example.c",
            "Anna <a@example.com>",
            "a,b@example.com",
            "a;b@example.com",
            "\"a\"@example.com",
            "mailto:a@example.com",
            "a\u{200b}b@example.com",
            "a\u{a0}b@example.com",
            "a\0@example.com",
            "a@exa_mple.com",
            "unknown",
            &long,
            &longer,
            &label,
        ] {
            assert_eq!(normalize_email(text), None, "{text:?}");
        }
    }

    #[test]
    fn platforms_merge_mailboxes() {
        for (text, expected) in [
            // The example of Google's documentation.
            (
                "cloudy.sanfrancisco+shopping@gmail.com",
                Some("cloudysanfrancisco@gmail.com"),
            ),
            ("A.B@GoogleMail.com ", Some("ab@googlemail.com")),
            ("a..b@gmail.com", Some("ab@gmail.com")),
            (".a.@gmail.com", Some("a@gmail.com")),
            ("a.+x@gmail.com", Some("a@gmail.com")),
            (
                "user.name+nyc@example.com",
                Some("user.name+nyc@example.com"),
            ),
            (
                "a.b@gmail.com.example.com",
                Some("a.b@gmail.com.example.com"),
            ),
            ("a..b@example.com", None),
            ("+x@gmail.com", None),
            (".+x@gmail.com", None),
            ("..@gmail.com", None),
            ("a b@gmail.com", None),
            ("a+b c@gmail.com", None),
        ] {
            assert_eq!(google_email(text).as_deref(), expected, "{text}");
        }
        assert_eq!(
            without_tag("a.b+c+d@example.com".to_owned()).unwrap(),
            "a.b@example.com"
        );
        assert_eq!(without_tag("+c@example.com".to_owned()), None);
    }

    proptest! {
        #[test]
        fn normalizing_again_changes_nothing(text in "\\PC{0,9}[a-zA-Zäß.+]{1,9}@[a-zA-Zé-]{1,9}\\.\\PC{2,4}") {
            if let Some(email) = normalize_email(&text) {
                prop_assert_eq!(normalize_email(&email), Some(email.clone()));
                prop_assert_eq!(email.matches('@').count(), 1);
            }
        }

        #[test]
        fn any_text_is_accepted_or_refused(text: String) {
            let _ = normalize_email(&text);
        }
    }
}

//! SQL's LIKE and ILIKE.

/// A compiled pattern: `%` is any text, `_` one character, and nothing escapes them.
#[derive(Debug)]
pub(super) struct Pattern {
    /// What stands between the `%`.
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    /// This text.
    Exactly(String),
    /// A character each; `None` is any.
    Characters(Vec<Option<char>>, Case),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Case {
    Matters,
    Ignored,
}

impl Pattern {
    pub(super) fn new(pattern: &str, ignore_case: bool) -> Self {
        let case = if ignore_case {
            Case::Ignored
        } else {
            Case::Matters
        };
        let part = |text: &str| {
            if case == Case::Matters && !text.contains('_') {
                return Part::Exactly(text.to_owned());
            }
            let characters = text.chars().map(|c| (c != '_').then(|| case.apply(c)));
            Part::Characters(characters.collect(), case)
        };
        Self {
            parts: pattern.split('%').map(part).collect(),
        }
    }

    /// Whether a text is like the pattern. The work is bounded by the product of the lengths.
    pub(super) fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else {
            return false;
        };
        let Some(mut text) = first.strip(text) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return text.is_empty();
        };
        // The earliest place of each part leaves the most for the next.
        for part in middle {
            match part.skip(text) {
                Some(rest) => text = rest,
                None => return false,
            }
        }
        last.ends(text)
    }
}

impl Part {
    /// What follows the part at the beginning of a text.
    fn strip<'a>(&self, text: &'a str) -> Option<&'a str> {
        match self {
            Self::Exactly(wanted) => text.strip_prefix(wanted.as_str()),
            Self::Characters(wanted, case) => {
                let mut rest = text.chars();
                for wanted in wanted {
                    let c = rest.next()?;
                    if wanted.is_some_and(|wanted| wanted != case.apply(c)) {
                        return None;
                    }
                }
                Some(rest.as_str())
            }
        }
    }

    /// What follows the part's first place in a text.
    fn skip<'a>(&self, text: &'a str) -> Option<&'a str> {
        match self {
            Self::Exactly(wanted) => text.split_once(wanted.as_str()).map(|(_, rest)| rest),
            Self::Characters(..) => starts(text).find_map(|start| self.strip(&text[start..])),
        }
    }

    /// Whether a text ends with the part.
    fn ends(&self, text: &str) -> bool {
        match self {
            Self::Exactly(wanted) => text.ends_with(wanted.as_str()),
            Self::Characters(wanted, _) => {
                let start = starts(text).rev().nth(wanted.len());
                start.is_some_and(|start| self.strip(&text[start..]).is_some())
            }
        }
    }
}

/// Where the characters of a text begin, and its end.
fn starts(text: &str) -> impl DoubleEndedIterator<Item = usize> {
    let characters = text.char_indices().map(|(start, _)| start);
    characters.chain(std::iter::once(text.len()))
}

impl Case {
    /// The simple mapping of Unicode, one character to one, as DuckDB's.
    fn apply(self, c: char) -> char {
        match self {
            Self::Matters => c,
            Self::Ignored => c.to_lowercase().next().unwrap_or(c),
        }
    }
}

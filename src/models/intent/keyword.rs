//! Keyword search: whether a text has the words of a query, in any language.
//!
//! Text and query are folded into the same form: lower-case words without accents, one
//! space before and after each. A word that begins with the one searched for is then a
//! plain search for " word", a whole word one for " word ".

use crate::error::{Error, Result};
use std::cell::Cell;
use std::sync::LazyLock;
use unicode_normalization::char::{
    canonical_combining_class, compose, decompose_canonical, decompose_compatible,
    is_combining_mark,
};

/// A query, ready to be asked of many texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What a text must contain, folded: of each of them one at least.
    wanted: Vec<Vec<String>>,
    /// What it must not contain, folded.
    unwanted: Vec<String>,
}

/// What opens and closes a phrase. Spreadsheets and word processors replace the straight one.
const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

/// What excludes a term. Word processors turn it into dashes.
const MINUSES: [char; 3] = ['-', '–', '−'];

/// What stands for OR, between terms or within a word.
const BARS: [char; 2] = ['|', '｜'];

/// A part of a query.
enum Token {
    /// OR, or a bar.
    Or,
    /// What a text must contain; `None` without a letter or digit.
    Wanted(Option<String>),
    /// What it must not.
    Unwanted(Option<String>),
}

impl Query {
    /// Parses a query: words, "phrases", and either after a minus. All are wanted, but of those
    /// with OR between them, one. So OR binds more closely than the spaces do.
    ///
    /// # Errors
    ///
    /// When there is no word in it, a quote is not closed, or something that is wanted is
    /// missing on a side of an OR.
    pub fn new(query: &str) -> Result<Self> {
        let mut parsed = Self {
            wanted: Vec::new(),
            unwanted: Vec::new(),
        };
        let mut before = None;
        let mut rest = query.trim_start();
        while !rest.is_empty() {
            let (token, after) = token(rest)?;
            parsed.take(&token, before.as_ref())?;
            before = Some(token);
            rest = after.trim_start();
        }
        if matches!(before, Some(Token::Or)) {
            return Err(dangling());
        }
        if parsed.wanted.is_empty() && parsed.unwanted.is_empty() {
            return Err(Error::argument(
                "query",
                "must have a word of letters or digits",
            ));
        }
        Ok(parsed)
    }

    fn take(&mut self, token: &Token, before: Option<&Token>) -> Result<()> {
        let follows_or = matches!(before, Some(Token::Or));
        match (token, before) {
            (Token::Or, Some(Token::Wanted(Some(_)))) => {}
            (Token::Or, Some(Token::Unwanted(Some(_)))) => return Err(excluded()),
            (Token::Unwanted(Some(_)), _) if follows_or => return Err(excluded()),
            (Token::Or, _) => return Err(dangling()),
            (Token::Wanted(None) | Token::Unwanted(None), _) if follows_or => {
                return Err(dangling());
            }
            (Token::Wanted(None) | Token::Unwanted(None), _) => {}
            (Token::Unwanted(Some(needle)), _) => self.unwanted.push(needle.clone()),
            (Token::Wanted(Some(needle)), _) => match self.wanted.last_mut() {
                Some(alternatives) if follows_or => alternatives.push(needle.clone()),
                _ => self.wanted.push(vec![needle.clone()]),
            },
        }
        Ok(())
    }

    /// Whether the text has all that is wanted and nothing that is not.
    pub fn matches(&self, text: &str) -> bool {
        let folded = fold_into(BUFFER.take(), text);
        let has_one = |needles: &[String]| needles.iter().any(|needle| folded.contains(needle));
        let matches =
            self.wanted.iter().all(|needles| has_one(needles)) && !has_one(&self.unwanted);
        if folded.capacity() <= MOST_KEPT {
            BUFFER.set(folded);
        }
        matches
    }
}

thread_local! {
    /// Reused for the folded text of the next row: short texts take longer to allocate than to
    /// fold.
    static BUFFER: Cell<String> = const { Cell::new(String::new()) };
}

/// The longest buffer, in bytes, that waits for the next row.
const MOST_KEPT: usize = 1 << 16;

/// The first part of a query, and the rest.
fn token(query: &str) -> Result<(Token, &str)> {
    if let Some(after) = query.strip_prefix(BARS) {
        return Ok((Token::Or, after));
    }
    let unsigned = query.strip_prefix(MINUSES);
    let term = unsigned.unwrap_or(query);
    let (needle, after) = match term.strip_prefix(QUOTES) {
        Some(phrase) => {
            let (phrase, after) = phrase
                .split_once(QUOTES)
                .ok_or_else(|| Error::argument("query", "must close its quotes"))?;
            (whole(phrase), after)
        }
        None => {
            let is_end = |c: char| c.is_whitespace() || QUOTES.contains(&c) || BARS.contains(&c);
            let (word, after) = term.split_at(term.find(is_end).unwrap_or(term.len()));
            if word == "OR" && unsigned.is_none() {
                return Ok((Token::Or, after));
            }
            (beginning(word), after)
        }
    };
    let token = match unsigned {
        Some(_) => Token::Unwanted(needle),
        None => Token::Wanted(needle),
    };
    Ok((token, after))
}

fn dangling() -> Error {
    Error::argument("query", "must have a word on both sides of OR")
}

fn excluded() -> Error {
    Error::argument(
        "query",
        "must not exclude a word next to OR; write -red -blue to exclude both",
    )
}

/// The search for whole words one after the other; `None` without a word.
fn whole(phrase: &str) -> Option<String> {
    let mut needle = fold(phrase);
    let first = needle.trim_start().chars().next()?;
    if is_unspaced(first) {
        needle.remove(0);
    }
    if needle.trim_end().ends_with(is_unspaced) {
        needle.pop();
    }
    Some(needle)
}

/// The search for words that begin so, or after `*` contain it.
fn beginning(word: &str) -> Option<String> {
    let mut needle = fold(word);
    let first = needle.trim_start().chars().next()?;
    needle.pop();
    if is_unspaced(first) || word.starts_with('*') {
        needle.remove(0);
    }
    Some(needle)
}

/// The words of a text: lower case, no accents, one space before, between and after.
///
/// # Formula
///
/// Compatibility decomposition with the marks in canonical order (Unicode Standard Annex 15),
/// lower case, the mappings of [`base_letter`], without the marks that [`is_accent`] names,
/// composed again. A word is a run
/// of letters, digits and marks of scripts that are written with spaces, or of ones that are not.
fn fold(text: &str) -> String {
    fold_into(String::new(), text)
}

/// [`fold`] into the memory of another text.
fn fold_into(mut buffer: String, text: &str) -> String {
    buffer.clear();
    buffer.reserve(text.len() + 2);
    if text.is_ascii() {
        return fold_ascii(buffer, text);
    }
    let mut words = Words::new(buffer);
    for c in text.chars() {
        match c {
            '\0'..='\u{52f}' if EUROPEAN[c as usize] != NOT_SIMPLE => {
                let [first, second] = EUROPEAN[c as usize];
                words.push_letter(first);
                if second != '\0' {
                    words.push_char(second);
                }
            }
            // Whole already; their parts are letters that would be found on their own.
            '가'..='힣' => words.push_letter(c),
            // Signs, not the letters T and M at the end of a name.
            '™' | '℠' => words.separate(),
            _ => decompose_compatible(c, |part| words.push(part)),
        }
    }
    words.separate();
    words.out
}

/// The letters and digits of European scripts, folded beforehand.
static EUROPEAN: LazyLock<Vec<[char; 2]>> = LazyLock::new(|| {
    let fold_one = |c: char| {
        let mut words = Words::new(String::new());
        decompose_compatible(c, |part| words.push(part));
        words.settle();
        let folded: Vec<char> = words.out.chars().skip(1).collect();
        match folded[..] {
            [one] if one.is_alphanumeric() => [one, '\0'],
            [one, two] if one.is_alphanumeric() && two.is_alphanumeric() => [one, two],
            _ => NOT_SIMPLE,
        }
    };
    ('\0'..='\u{52f}').map(fold_one).collect()
});

/// What takes more than a look into the table.
const NOT_SIMPLE: [char; 2] = ['\0'; 2];

/// [`fold`] for ASCII texts, from a table.
fn fold_ascii(buffer: String, text: &str) -> String {
    let mut out = buffer.into_bytes();
    out.resize(text.len() + 2, b' ');
    let mut length = 1;
    for &byte in text.as_bytes() {
        let folded = ASCII[usize::from(byte)];
        out[length] = folded;
        // A space after another one is overwritten.
        length += usize::from(folded != b' ' || out[length - 1] != b' ');
    }
    out[length] = b' ';
    length += usize::from(out[length - 1] != b' ');
    out.truncate(length);
    String::from_utf8(out).unwrap_or_default()
}

const ASCII: [u8; 256] = {
    let mut table = [b' '; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// The folded words as they grow.
struct Words {
    out: String,
    /// Its last character, without the marks that wait.
    last: char,
    /// The marks of the last character, until all have come: how they were typed in a row, or
    /// composed, must not matter.
    marks: Vec<char>,
}

impl Words {
    /// No word yet, in an empty buffer.
    fn new(mut out: String) -> Self {
        out.push(' ');
        Self {
            out,
            last: ' ',
            marks: Vec::new(),
        }
    }

    /// Takes a decomposed character.
    fn push(&mut self, part: char) {
        if is_invisible(part) {
            return;
        }
        if is_combining_mark(part) {
            if canonical_combining_class(part) == 0 {
                self.push_vowel(part);
            } else {
                self.marks.push(part);
            }
        } else if part.is_alphanumeric() {
            for c in part.to_lowercase() {
                match base_letter(c) {
                    "" => self.push_letter(c),
                    base => base.chars().for_each(|c| self.push_letter(c)),
                }
            }
        } else {
            self.separate();
        }
    }

    /// Takes a mark that stays where it is, such as the vowels of Devanagari and Thai.
    fn push_vowel(&mut self, mark: char) {
        self.settle();
        if self.last == ' ' || is_accent(self.last, mark) {
            return;
        }
        match compose(self.last, mark) {
            Some(whole) => self.replace_last(whole),
            None => self.push_char(mark),
        }
    }

    fn push_letter(&mut self, c: char) {
        self.settle();
        if is_unspaced(c) != is_unspaced(self.last) {
            self.separate();
        }
        // Hangul of separate letters becomes syllables.
        if let '\u{1161}'..='\u{11c2}' = c
            && let Some(whole) = compose(self.last, c)
        {
            self.replace_last(whole);
        } else {
            self.push_char(c);
        }
    }

    fn separate(&mut self) {
        self.settle();
        if self.last != ' ' {
            self.push_char(' ');
        }
    }

    /// Gives the last character the marks that have come after it.
    fn settle(&mut self) {
        if !self.marks.is_empty() {
            self.order_and_compose();
        }
    }

    #[cold]
    fn order_and_compose(&mut self) {
        let mut marks = std::mem::take(&mut self.marks);
        if self.last == ' ' {
            return;
        }
        let mut parts = Vec::new();
        decompose_canonical(self.last, |part| parts.push(part));
        let mut letter = self.last;
        if let [base, own @ ..] = &parts[..]
            && own.iter().all(|mark| canonical_combining_class(*mark) > 0)
        {
            letter = *base;
            marks.splice(..0, own.iter().copied());
        }
        marks.sort_by_key(|mark| canonical_combining_class(*mark));
        marks.retain(|mark| !is_accent(letter, *mark));
        let mut class_before = 0;
        marks.retain(|mark| {
            let class = canonical_combining_class(*mark);
            // One of the same class stands between, which Unicode calls blocked.
            if class == class_before {
                return true;
            }
            match compose(letter, *mark) {
                Some(whole) => letter = whole,
                None => class_before = class,
            }
            class == class_before
        });
        self.replace_last(letter);
        for mark in marks {
            self.push_char(mark);
        }
    }

    fn replace_last(&mut self, c: char) {
        self.out.pop();
        self.push_char(c);
    }

    fn push_char(&mut self, c: char) {
        self.out.push(c);
        self.last = c;
    }
}

/// What a lower-case letter is searched as, where Unicode has no decomposition for it; empty
/// for most.
fn base_letter(c: char) -> &'static str {
    match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ς' => "σ",
        // Forms at the end of a Hebrew word.
        'ך' => "כ",
        'ם' => "מ",
        'ן' => "נ",
        'ף' => "פ",
        'ץ' => "צ",
        // Persian keyboards, and endings that Arabic often writes for each other.
        'ک' => "ك",
        'ى' | 'ی' => "ي",
        'ة' => "ه",
        _ => "",
    }
}

/// Whether a mark is left out: on all Latin and Greek letters, where it only makes another
/// letter for some languages; and the pronunciation of Cyrillic, Hebrew and Arabic. Elsewhere a
/// mark makes another letter (й, ї, ガ) or is a vowel (Thai, Devanagari).
fn is_accent(base: char, mark: char) -> bool {
    match base {
        'a'..='z' | '\u{00df}'..='\u{024f}' | '\u{0370}'..='\u{03ff}' => true,
        // ё is written е, and stress may be marked.
        'е' => matches!(mark, '\u{0300}' | '\u{0301}' | '\u{0308}'),
        'а' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' | 'і' | 'є' => {
            matches!(mark, '\u{0300}' | '\u{0301}')
        }
        // Alef with madda or hamza.
        'ا' => matches!(mark, '\u{064b}'..='\u{065f}' | '\u{0670}'),
        _ => matches!(
            mark,
            '\u{0591}'..='\u{05c7}' | '\u{064b}'..='\u{0652}' | '\u{0656}'..='\u{065f}' | '\u{0670}'
        ),
    }
}

/// Letters of scripts that put no spaces between words: Han, kana, Thai, Lao, Burmese, Khmer.
fn is_unspaced(c: char) -> bool {
    c >= '\u{0e00}'
        && matches!(c,
            '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What is within a word and not seen: soft hyphen, joiners, directions, the Arabic stroke
/// that lengthens a word, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{061c}' | '\u{0640}' | '\u{200c}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
#[path = "keyword_tests.rs"]
mod tests;

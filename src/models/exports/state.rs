//! States of the USA and provinces of Canada, which have two letters; those of other countries
//! have none that Meta asks for.

use super::hash::already_hashed;
use super::name::letters_only;
use super::plain_letters;

/// The states of the USA, its capital, its territories and its forces abroad, by the postal
/// service's two letters.
const AMERICAN: [(&str, &str); 61] = [
    ("al", "alabama"),
    ("ak", "alaska"),
    ("az", "arizona"),
    ("ar", "arkansas"),
    ("ca", "california"),
    ("co", "colorado"),
    ("ct", "connecticut"),
    ("de", "delaware"),
    ("dc", "districtofcolumbia"),
    ("dc", "washingtondc"),
    ("fl", "florida"),
    ("ga", "georgia"),
    ("hi", "hawaii"),
    ("id", "idaho"),
    ("il", "illinois"),
    ("in", "indiana"),
    ("ia", "iowa"),
    ("ks", "kansas"),
    ("ky", "kentucky"),
    ("la", "louisiana"),
    ("me", "maine"),
    ("md", "maryland"),
    ("ma", "massachusetts"),
    ("mi", "michigan"),
    ("mn", "minnesota"),
    ("ms", "mississippi"),
    ("mo", "missouri"),
    ("mt", "montana"),
    ("ne", "nebraska"),
    ("nv", "nevada"),
    ("nh", "newhampshire"),
    ("nj", "newjersey"),
    ("nm", "newmexico"),
    ("ny", "newyork"),
    ("nc", "northcarolina"),
    ("nd", "northdakota"),
    ("oh", "ohio"),
    ("ok", "oklahoma"),
    ("or", "oregon"),
    ("pa", "pennsylvania"),
    ("ri", "rhodeisland"),
    ("sc", "southcarolina"),
    ("sd", "southdakota"),
    ("tn", "tennessee"),
    ("tx", "texas"),
    ("ut", "utah"),
    ("vt", "vermont"),
    ("va", "virginia"),
    ("wa", "washington"),
    ("wv", "westvirginia"),
    ("wi", "wisconsin"),
    ("wy", "wyoming"),
    ("as", "americansamoa"),
    ("gu", "guam"),
    ("mp", "northernmarianaislands"),
    ("pr", "puertorico"),
    ("vi", "virginislands"),
    ("vi", "usvirginislands"),
    ("aa", "armedforcesamericas"),
    ("ae", "armedforceseurope"),
    ("ap", "armedforcespacific"),
];

/// The ten provinces and three territories of Canada.
const CANADIAN: [(&str, &str); 14] = [
    ("ab", "alberta"),
    ("bc", "britishcolumbia"),
    ("mb", "manitoba"),
    ("nb", "newbrunswick"),
    ("nl", "newfoundlandandlabrador"),
    ("nl", "newfoundland"),
    ("ns", "novascotia"),
    ("nt", "northwestterritories"),
    ("nu", "nunavut"),
    ("on", "ontario"),
    ("pe", "princeedwardisland"),
    ("qc", "quebec"),
    ("sk", "saskatchewan"),
    ("yt", "yukon"),
];

/// A state as Meta wants it: in the USA and Canada the two letters, elsewhere small letters
/// without spaces and punctuation. `None` for what is none of the country's states. Without a
/// country only the full names of both are brought to two letters. A hash stays one.
pub fn meta_state(text: &str, country: Option<[u8; 2]>) -> Option<String> {
    if let Some(hash) = already_hashed(text) {
        return Some(hash);
    }
    let letters = letters_only(text)?;
    let plain = plain_letters(text);
    let found = match country.as_ref() {
        Some(b"US") => return code_of(&AMERICAN, &plain, "us"),
        Some(b"CA") => return code_of(&CANADIAN, &plain, "ca"),
        Some(_) => None,
        None => code_of_name(&AMERICAN, &plain).or_else(|| code_of_name(&CANADIAN, &plain)),
    };
    Some(found.unwrap_or(letters))
}

/// `country` in small letters may stand in front of a code, as in ISO 3166-2's US-CA.
fn code_of(states: &[(&str, &str)], plain: &str, country: &str) -> Option<String> {
    let code = match plain.strip_prefix(country) {
        Some(code) if code.len() == 2 => code,
        _ => plain,
    };
    let known = states.iter().find(|(known, _)| *known == code);
    known
        .map(|(code, _)| (*code).to_owned())
        .or_else(|| code_of_name(states, plain))
}

fn code_of_name(states: &[(&str, &str)], plain: &str) -> Option<String> {
    let known = states.iter().find(|(_, name)| *name == plain);
    known.map(|(code, _)| (*code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn american_and_canadian_states_have_two_letters() {
        for (text, country, expected) in [
            ("California", Some(b"US"), Some("ca")),
            (" CA.", Some(b"US"), Some("ca")),
            ("C/a/lifo,rnia.", Some(b"US"), Some("ca")),
            ("US-CA", Some(b"US"), Some("ca")),
            ("N.Y.", Some(b"US"), Some("ny")),
            ("Washington, D.C.", Some(b"US"), Some("dc")),
            ("Puerto Rico", Some(b"US"), Some("pr")),
            ("te", Some(b"US"), None),
            ("Bavaria", Some(b"US"), None),
            ("06", Some(b"US"), None),
            ("Québec", Some(b"CA"), Some("qc")),
            ("on", Some(b"CA"), Some("on")),
            ("CA-ON", Some(b"CA"), Some("on")),
            ("California", Some(b"CA"), None),
            ("California", None, Some("ca")),
            ("Ontario", None, Some("on")),
            ("CA", None, Some("ca")),
            ("Bayern", None, Some("bayern")),
            ("Bayern", Some(b"DE"), Some("bayern")),
            (
                "Nordrhein-Westfalen",
                Some(b"DE"),
                Some("nordrheinwestfalen"),
            ),
            ("São Paulo", Some(b"BR"), Some("sãopaulo")),
            ("?", Some(b"DE"), None),
        ] {
            let found = meta_state(text, country.copied());
            assert_eq!(found.as_deref(), expected, "{text}, {country:?}");
        }
        let hash = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        let small = hash.to_lowercase();
        assert_eq!(meta_state(hash, Some(*b"US")), Some(small));
    }

    #[test]
    fn the_tables_have_every_state() {
        let codes = |states: &[(&'static str, &str)]| {
            let mut codes: Vec<_> = states.iter().map(|(code, _)| *code).collect();
            codes.dedup();
            codes.len()
        };
        // 50 states, the capital, five territories, three forces; ten provinces, three territories.
        assert_eq!(codes(&AMERICAN), 50 + 1 + 5 + 3);
        assert_eq!(codes(&CANADIAN), 10 + 3);
    }
}

//! What is found in many languages, and what must not be.

use super::*;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

fn keyword(text: &str, query: &str) -> bool {
    Query::new(query).expect("a query").matches(text)
}

#[track_caller]
fn found(text: &str, queries: &[&str]) {
    for query in queries {
        assert!(keyword(text, query), "{query} in {text}: {:?}", fold(text));
    }
}

#[track_caller]
fn not_found(text: &str, queries: &[&str]) {
    for query in queries {
        assert!(!keyword(text, query), "{query} in {text}: {:?}", fold(text));
    }
}

#[test]
fn all_words_in_any_order_by_their_beginning() {
    let text = "Nike Air Sneakers, White (2-pack)";
    found(
        text,
        &[
            "nike",
            "NIKE sneaker",
            "sneakers nike",
            "white air",
            "2",
            "2-pack",
            "pack",
        ],
    );
    not_found(text, &["nikes", "neaker", "nike black", "ike"]);
    found("", &["-nike"]);
    not_found("", &["nike"]);
}

#[test]
fn quotes_are_whole_words_one_after_the_other() {
    let text = "Big blue tents and a blue, waterproof tent-bag";
    found(
        text,
        &[
            "\"blue tents\"",
            "\"Big blue\"",
            "tent blue",
            "\"blue waterproof\"",
            "\"tent bag\"",
        ],
    );
    not_found(
        text,
        &[
            "\"blue tent\"",
            "\"tents blue\"",
            "\"tents and a tent\"",
            "\"ten\"",
        ],
    );
    found(
        text,
        &[
            "“blue tents”",
            "„big“",
            "«blue tents»",
            "\"tent\" big",
            "big\"blue\"",
        ],
    );
}

#[test]
fn or_wants_one_of_its_neighbours() {
    for query in [
        "lantern OR sock",
        "lantern|sock",
        "lantern | sock",
        "lantern ｜sock",
    ] {
        found("Camping lantern", &[query]);
        found("Wool socks", &[query]);
        not_found("Tent", &[query]);
    }
    // OR before the spaces: (red OR blue) AND tent.
    for query in ["red OR blue tent", "tent red OR blue", "tent red|blue"] {
        found("Blue tent", &[query]);
        found("Red tent", &[query]);
        not_found("Green tent", &[query]);
        not_found("Blue sock", &[query]);
    }
    found(
        "Big blue tent",
        &[
            "sock OR \"blue tent\"",
            "a OR b OR c tent",
            "*ent OR sock -red",
            "\"big blue\"|sock",
            "sock OR tent big OR small",
        ],
    );
    not_found(
        "Big blue tent",
        &[
            "sock OR \"blue tents\"",
            "tent OR sock -blue",
            "sock OR tent small OR red",
        ],
    );
    // In small letters or quotes it is a word, within a word a part of it.
    found(
        "Tent or sock",
        &["tent or", "\"OR\" tent", "\"tent or sock\""],
    );
    not_found("Tent", &["tent or sock", "ORtent", "tent OR- sock"]);
    found("Portland, OR", &["portland \"or\""]);
}

#[test]
fn an_or_needs_a_word_on_both_sides() {
    for query in [
        "OR",
        "OR tent",
        "tent OR",
        "tent |",
        "|tent",
        "a OR OR b",
        "a || b",
        "a OR | b",
        "tent OR !",
        "! OR tent",
        "tent \"\" OR sock",
        "tent OR \"\" sock",
        "a OR - b",
    ] {
        let error = Query::new(query).expect_err(query).to_string();
        assert!(error.contains("on both sides of OR"), "{query}: {error}");
    }
    for query in ["tent OR -sock", "-tent OR sock", "-tent | -sock", "a -b|c"] {
        let error = Query::new(query).expect_err(query).to_string();
        assert!(error.contains("next to OR"), "{query}: {error}");
    }
}

#[test]
fn a_minus_excludes() {
    found(
        "blue tent",
        &["tent -red", "-red", "tent -\"tent blue\"", "blue-tent"],
    );
    not_found(
        "blue tent",
        &[
            "tent -blue",
            "-blue",
            "tent -\"blue tent\"",
            "-tent",
            "tent -bl",
        ],
    );
    // Within a word it is a hyphen, on its own nothing.
    found(
        "T-shirts",
        &["t-shirt", "\"t shirts\"", "shirt", "- shirt", "t - shirt"],
    );
    not_found("t big shirt", &["t-shirt"]);
}

#[test]
fn a_star_finds_the_inside_of_words() {
    found(
        "Familienzelt",
        &["*zelt", "familien", "*ienz*", "familien*"],
    );
    not_found("Familienzelt", &["zelt", "\"familien\"", "-*zelt"]);
}

#[test]
fn a_minus_may_be_a_dash() {
    for query in ["tent -red", "tent –red", "tent −red", "tent –“red”"] {
        let query = Query::new(query).expect("it has words");
        assert!(query.matches("blue tent") && !query.matches("red tent"));
    }
}

#[test]
fn without_a_word_there_is_no_query() {
    for query in [
        "", "  ", "\"\"", "-", "-\"\"", "*", "!?", "🍀", "\u{0301}", "--",
    ] {
        assert!(Query::new(query).is_err(), "{query}");
    }
    for query in ["\"blue", "tent \"", "-\"red tent", "5\" tube"] {
        let error = Query::new(query).expect_err(query).to_string();
        assert!(error.contains("close its quotes"), "{error}");
    }
}

#[test]
fn latin_letters_without_their_accents() {
    found(
        "Fußbälle für Mädchen",
        &["fussball", "FUSSBÄLLE", "fur madchen", "fußballe"],
    );
    found("STRASSE", &["straße", "Straẞe"]);
    found(
        "Smørrebrød på Ærø",
        &["smorrebrod", "pa aero", "Ærø", "SMØRREBRØD"],
    );
    found(
        "Œuvre d'été à façade",
        &["oeuvre", "ete", "facade", "d'ete", "œuvre"],
    );
    found(
        "Łódź, şarap, ışıklı, İstanbul",
        &["lodz", "sarap", "isikli", "istanbul", "ISIKLI"],
    );
    found("ISTANBUL", &["ıstanbul", "istanbul", "İstanbul"]);
    found("cà phê sữa đá", &["ca phe sua da"]);
    found("piñata", &["pinata", "piñ"]);
    not_found("Bär", &["baer"]);
}

#[test]
fn greek_and_cyrillic() {
    found("Φανάρι ΚΉΠΟΥ", &["φαναρι κηπου", "ΦΑΝΑΡΙ"]);
    found(
        "ΟΔΥΣΣΕΥΣ, Αστέρας",
        &["οδυσσευς", "αστερασ", "ΑΣΤΕΡΑΣ", "ᾈστέρας -ᾅλς"],
    );
    found("Тёплый Ёжик", &["теплый", "ежик", "ЁЖИК", "тёп"]);
    found("за́мок", &["замок"]);
    found("чай зелёный", &["чай зелен", "ЧАЙ"]);
    // й is a letter of its own, as ї and ґ are.
    not_found("чай", &["чаи", "*и"]);
    not_found("її", &["іі"]);
    not_found("ґанок", &["ганок"]);
}

#[test]
fn scripts_without_spaces_are_found_anywhere() {
    found("白いスニーカー 26cm", &["スニーカー", "白い", "26"]);
    not_found(
        "白いスニーカー",
        &["スニーカー白い", "ズニーカー", "カー -スニ"],
    );
    found("ﾃﾝﾄ 青", &["テント", "\"テント\"", "青"]);
    found(
        "青テントBIG",
        &["テント", "big", "\"big\"", "青テント", "青テントbig"],
    );
    // The marks that make カ to ガ are no accents, composed or not.
    not_found("ガス", &["カス", "カ"]);
    found("カ\u{3099}ス", &["ガス"]);
    found("蓝色帐篷", &["帐篷", "蓝色", "\"色帐\""]);
    found("เต็นท์สีฟ้า", &["สีฟ้า", "เต็นท์"]);
    found(
        "텐트 파란색",
        &["텐트", "파란", "\u{1110}\u{1166}\u{11ab}\u{1110}\u{1173}"],
    );
    not_found("각", &["가"]);
}

#[test]
fn hebrew_arabic_and_devanagari() {
    found("פָּנָס קמפינג", &["פנס", "קמפינג"]);
    found("שולחנות", &["שולחן"]);
    found("فَانُوس تخييم أحمر", &["فانوس", "احمر", "تخييم"]);
    found("قهوة عربية", &["قهوه", "عربي"]);
    found("کتابی", &["كتابي"]);
    found("فـــانوس", &["فانوس"]);
    not_found("المصباح", &["مصباح"]);
    found("المصباح", &["*مصباح"]);
    found("हिन्दी चाय", &["हिन्दी", "चाय"]);
    not_found("हिन्दी", &["हन"]);
}

#[test]
fn width_form_and_what_is_not_seen() {
    found("ＮＩＫＥ　Ａｉｒ", &["nike air", "ｎｉｋｅ"]);
    found(
        "ﬁne co\u{ad}ffee \u{200f}ab\u{feff}",
        &["fine coffee", "\"ab\""],
    );
    found("Nike™ Air® m²", &["\"nike air\"", "m2", "\"nike\""]);
    found(
        "Lucky Socks 🍀 “new”",
        &["lucky socks new", "\"socks new\""],
    );
    found(
        "O'Hollin’s",
        &["o'hollin", "o’hollin", "hollin", "hollin's"],
    );
}

proptest! {
    /// Composed or decomposed, in capitals or not, a text is the same; and whatever it is,
    /// nothing panics and the form is the one that the search relies on.
    #[test]
    fn the_form_of_a_text_does_not_matter(text in "\\PC{0,30}") {
        let folded = fold(&text);
        prop_assert!(folded.starts_with(' ') && folded.ends_with(' '));
        prop_assert!(!folded.contains("  "));
        prop_assert_eq!(fold(&folded), folded.clone());
        let _ = Query::new(&text).map(|query| query.matches(&text));
    }

    #[test]
    fn texts_are_the_same_composed_or_not(text in "[ a-zA-ZÀ-žΆ-ώЀ-ѿ가-힣ぁ-ヿא-ת]{0,30}") {
        prop_assert_eq!(fold(&text), fold(&text.nfd().collect::<String>()));
        prop_assert_eq!(fold(&text), fold(&text.nfc().collect::<String>()));
        prop_assert_eq!(fold(&text), fold(&text.to_lowercase()));
    }

    /// Any text is the same in every form that Unicode takes for it.
    #[test]
    fn canonically_equal_texts_are_the_same(
        text in "(\\PC|[аеийоукгїєўЙЁéåöñạΆϊגאבלاويكنคกਕगক한각가カはウ]|[\u{0300}-\u{036f}\u{0483}-\u{0487}\u{0591}-\u{05bd}\u{064b}-\u{065f}\u{0670}\u{093c}\u{094d}\u{09be}\u{09c7}\u{0e38}-\u{0e4b}\u{1161}-\u{1169}\u{11a8}-\u{11af}\u{20d0}-\u{20f0}\u{3099}\u{309a}]){0,12}"
    ) {
        let folded = fold(&text);
        prop_assert_eq!(&fold(&text.nfd().collect::<String>()), &folded);
        prop_assert_eq!(&fold(&text.nfc().collect::<String>()), &folded);
        prop_assert_eq!(&fold(&folded), &folded);
    }

    /// The fast path agrees with the general one.
    #[test]
    fn ascii_is_folded_like_everything_else(text in "[ -~\\t\\n]{0,30}") {
        let other = fold(&format!("{text} é"));
        let folded = fold(&text);
        prop_assert_eq!(format!("{folded}e "), other);
    }

    /// A text is found by each of its words, whole and by their beginnings.
    #[test]
    fn every_word_is_found(words in prop::collection::vec("[a-zäöüßéñøæ]{1,8}", 1..5), at in 0..5usize, cut in 1..8usize) {
        let text = words.join(" ");
        let word = &words[at % words.len()];
        let beginning: String = word.chars().take(cut).collect();
        let reversed: Vec<_> = words.iter().rev().cloned().collect();
        prop_assert!(keyword(&text, word));
        prop_assert!(keyword(&text, &beginning));
        prop_assert!(keyword(&text, &reversed.join(" ")));
        let quoted = format!("\"{text}\"");
        prop_assert!(keyword(&text, &quoted));
        let excluded = format!("-{word}");
        prop_assert!(!keyword(&text, &excluded));
    }
}

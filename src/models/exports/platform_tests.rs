use super::*;

const ANNA: Contact<'_> = Contact {
    email: Some("Anna.M+shop@GMail.com "),
    phone: Some("0171 3920012"),
    first_name: Some("Anna-Lena"),
    last_name: Some("Müller"),
    country: Some("de"),
    zip: Some("04109"),
    uid: None,
    city: None,
    state: None,
    birth_date: None,
    gender: None,
    value: None,
    today: 0,
};

fn found(platform: Platform, contact: Contact<'_>) -> Identifiers {
    let found = identify(platform, contact);
    assert!(found.is_exported, "{found:?}");
    found
}

#[test]
fn every_platform_has_its_form() {
    let text = |found: Identifiers| {
        [
            found.email,
            found.phone,
            found.first_name,
            found.last_name,
            found.country,
            found.zip,
        ]
        .map(|part| part.unwrap_or_default())
        .join(" ")
    };
    for (platform, expected) in [
        (
            Platform::GOOGLE,
            "annam@gmail.com +491713920012 anna-lena müller DE 04109",
        ),
        (
            Platform::META,
            "anna.m+shop@gmail.com 491713920012 annalena müller de 04109",
        ),
        (Platform::TIKTOK, "anna.m@gmail.com +491713920012    "),
        (
            Platform::KLAVIYO,
            "anna.m+shop@gmail.com +491713920012 Anna-Lena Müller  ",
        ),
        (
            Platform::MAILCHIMP,
            "anna.m+shop@gmail.com +491713920012 Anna-Lena Müller  ",
        ),
        (
            Platform::CLEAR,
            "anna.m+shop@gmail.com +491713920012 Anna-Lena Müller DE 04109",
        ),
        (
            Platform::HASHED,
            "anna.m+shop@gmail.com +491713920012 annalena müller de 04109",
        ),
        (Platform::MICROSOFT, "anna.m+shop@gmail.com     "),
        (Platform::PINTEREST, "anna.m+shop@gmail.com     "),
        (Platform::SNAPCHAT, "anna.m+shop@gmail.com 491713920012    "),
        (
            Platform::LINKEDIN,
            "anna.m+shop@gmail.com  Anna-Lena Müller DE ",
        ),
        (
            Platform::BREVO,
            "anna.m+shop@gmail.com +491713920012 Anna-Lena Müller  ",
        ),
        (
            Platform::HUBSPOT,
            "anna.m+shop@gmail.com +491713920012 Anna-Lena Müller DE ",
        ),
    ] {
        // Mailchimp's export has no country.
        let phone = Some(match platform {
            Platform::MAILCHIMP => "+49 171 3920012",
            _ => "0171 3920012",
        });
        let found = found(platform, Contact { phone, ..ANNA });
        assert_eq!(found.outcome, Outcome::Exported, "{platform:?}");
        assert_eq!(text(found), expected, "{platform:?}");
    }
}

#[test]
fn the_first_problem_is_reported() {
    use Outcome::*;
    let nobody = Contact {
        country: Some("DE"),
        ..Contact::default()
    };
    let no_country = Contact {
        country: None,
        ..ANNA
    };
    for (contact, expected) in [
        (
            Contact {
                email: Some("anna"),
                ..ANNA
            },
            WithoutEmail,
        ),
        (
            Contact {
                email: Some("anna"),
                phone: Some("1"),
                ..ANNA
            },
            WithoutEmail,
        ),
        (
            Contact {
                phone: Some("1"),
                ..ANNA
            },
            WithoutPhone,
        ),
        (no_country, WithoutPhoneOfNoCountry),
        (Contact { zip: None, ..ANNA }, WithoutAddress),
        (
            Contact {
                first_name: Some("?"),
                ..ANNA
            },
            WithoutAddress,
        ),
        (
            Contact {
                email: None,
                phone: None,
                ..ANNA
            },
            Exported,
        ),
        (
            Contact {
                email: None,
                phone: None,
                zip: None,
                ..ANNA
            },
            UnusableAddress,
        ),
        (
            Contact {
                email: None,
                phone: Some("1"),
                zip: None,
                ..ANNA
            },
            MalformedPhone,
        ),
        (
            Contact {
                email: None,
                ..no_country
            },
            PhoneWithoutCountry,
        ),
        (
            Contact {
                email: Some("anna"),
                ..nobody
            },
            MalformedEmail,
        ),
        (
            Contact {
                email: Some(" "),
                ..nobody
            },
            NoIdentifier,
        ),
    ] {
        let found = identify(Platform::GOOGLE, contact);
        assert_eq!(found.outcome, expected, "{contact:?}");
        let is_exported = Outcome::LABELS[expected as usize].starts_with("exported");
        assert_eq!(found.is_exported, is_exported, "{contact:?}");
    }
}

#[test]
fn google_takes_an_address_whole_or_not_at_all() {
    let found = found(
        Platform::GOOGLE,
        Contact {
            last_name: None,
            ..ANNA
        },
    );
    assert_eq!(
        (found.first_name, found.country, found.zip),
        (None, None, None)
    );
}

#[test]
fn hashes_pass_where_they_are_of_use() {
    let hash = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    let small = Some(hash.to_lowercase());
    let hashed = Contact {
        email: Some(hash),
        phone: Some(hash),
        first_name: Some(hash),
        last_name: Some(hash),
        country: Some(hash),
        zip: Some(hash),
        ..Contact::default()
    };
    let meta = found(Platform::META, hashed);
    assert!(
        [
            meta.email,
            meta.phone,
            meta.first_name,
            meta.last_name,
            meta.country,
            meta.zip
        ]
        .iter()
        .all(|part| *part == small)
    );
    let google = found(
        Platform::GOOGLE,
        Contact {
            country: Some("US"),
            zip: Some("94303"),
            ..hashed
        },
    );
    assert!(
        [google.email, google.phone, google.first_name]
            .iter()
            .all(|part| *part == small)
    );
    for platform in [Platform::KLAVIYO, Platform::MAILCHIMP, Platform::CLEAR] {
        assert_eq!(identify(platform, hashed).outcome, Outcome::MalformedEmail);
    }
    assert_eq!(
        found(Platform::HASHED, hashed),
        found(Platform::META, hashed)
    );
    let klaviyo = found(
        Platform::KLAVIYO,
        Contact {
            email: Some("a@example.com"),
            ..hashed
        },
    );
    assert_eq!((klaviyo.phone, klaviyo.first_name), (None, None));
}

#[test]
fn what_only_meta_takes_is_ignored_elsewhere() {
    let contact = Contact {
        uid: Some("7"),
        city: Some("Leipzig"),
        gender: Some("?"),
        value: Some("-1"),
        ..ANNA
    };
    let meta = identify(Platform::META, contact);
    assert_eq!(meta.outcome, Outcome::WithoutGender);
    assert_eq!(meta.city.as_deref(), Some("leipzig"));
    for platform in [Platform::GOOGLE, Platform::TIKTOK, Platform::KLAVIYO] {
        assert_eq!(identify(platform, contact), identify(platform, ANNA));
    }
}

#[test]
fn details_identify_nobody() {
    let contact = Contact {
        gender: Some("f"),
        value: Some("?"),
        ..Contact::default()
    };
    assert_eq!(
        identify(Platform::META, contact),
        Identifiers::left_out(Outcome::NoIdentifier)
    );
}

#[test]
fn mailchimp_knows_no_country() {
    assert_eq!(
        identify(Platform::MAILCHIMP, ANNA).outcome,
        Outcome::WithoutPhoneOfNoCountry
    );
}

#[test]
fn a_country_that_nobody_knows_is_named_where_it_matters() {
    let atlantis = Contact {
        country: Some("Atlantis"),
        ..ANNA
    };
    let abroad = Contact {
        phone: Some("+49 171 3920012"),
        ..atlantis
    };
    let nobody = Contact {
        email: None,
        ..atlantis
    };
    for (platform, contact, expected) in [
        (Platform::GOOGLE, atlantis, Outcome::WithoutCountry),
        (Platform::GOOGLE, abroad, Outcome::WithoutCountry),
        (Platform::GOOGLE, nobody, Outcome::UnknownCountry),
        (Platform::META, abroad, Outcome::WithoutCountry),
        (Platform::TIKTOK, atlantis, Outcome::WithoutCountry),
        (Platform::TIKTOK, abroad, Outcome::Exported),
        (Platform::TIKTOK, nobody, Outcome::UnknownCountry),
        (Platform::KLAVIYO, abroad, Outcome::Exported),
        (Platform::MAILCHIMP, abroad, Outcome::Exported),
        (Platform::CLEAR, abroad, Outcome::WithoutCountry),
        (Platform::HASHED, nobody, Outcome::UnknownCountry),
    ] {
        let outcome = identify(platform, contact).outcome;
        assert_eq!(outcome, expected, "{platform:?} {contact:?}");
    }
    let germany = Contact {
        country: Some("Germany"),
        ..ANNA
    };
    for platform in [Platform::GOOGLE, Platform::META, Platform::KLAVIYO] {
        assert_eq!(identify(platform, germany), identify(platform, ANNA));
    }
}

#[test]
fn what_begins_like_a_formula_is_told_first() {
    let formula = Contact {
        first_name: Some("=HYPERLINK(\"x\")"),
        phone: Some("1"),
        ..ANNA
    };
    for (platform, expected) in [
        (Platform::KLAVIYO, Outcome::LikeFormula),
        (Platform::MAILCHIMP, Outcome::LikeFormula),
        (Platform::CLEAR, Outcome::LikeFormula),
        // Hashed.
        (Platform::HASHED, Outcome::WithoutPhone),
        (Platform::GOOGLE, Outcome::WithoutPhone),
        (Platform::META, Outcome::WithoutPhone),
    ] {
        assert_eq!(
            identify(platform, formula).outcome,
            expected,
            "{platform:?}"
        );
    }
    let uid = Contact {
        uid: Some("@1"),
        ..ANNA
    };
    assert_eq!(identify(Platform::META, uid).outcome, Outcome::LikeFormula);
    let email = Contact {
        email: Some("=1+1@example.com"),
        ..ANNA
    };
    let found = identify(Platform::MAILCHIMP, email);
    assert_eq!(found.outcome, Outcome::LikeFormula);
    let disarmed = found.disarmed();
    assert_eq!(disarmed.email.as_deref(), Some("=1+1@example.com"));
}

#[test]
fn a_name_that_is_too_long_for_linkedin_is_left_out() {
    let (longest, longer) = ("ü".repeat(35), "ü".repeat(36));
    for (name, outcome) in [
        (&longest, Outcome::Exported),
        (&longer, Outcome::WithoutLongName),
    ] {
        let contact = Contact {
            first_name: Some(name),
            ..ANNA
        };
        let found = found(Platform::LINKEDIN, contact);
        assert_eq!(found.outcome, outcome);
        assert_eq!(
            found.first_name.is_some(),
            outcome == Outcome::Exported,
            "{name}"
        );
        assert_eq!(
            identify(Platform::HUBSPOT, contact).outcome,
            Outcome::Exported
        );
    }
}

#[test]
fn a_number_alone_finds_nobody_where_people_are_addresses() {
    let contact = Contact {
        email: None,
        uid: Some("7"),
        ..ANNA
    };
    for (platform, outcome) in [
        (Platform::MICROSOFT, Outcome::NoIdentifier),
        (Platform::PINTEREST, Outcome::NoIdentifier),
        (Platform::LINKEDIN, Outcome::NoIdentifier),
        (Platform::HUBSPOT, Outcome::NoIdentifier),
        (Platform::SNAPCHAT, Outcome::Exported),
        (Platform::BREVO, Outcome::Exported),
    ] {
        assert_eq!(identify(platform, contact).outcome, outcome, "{platform:?}");
    }
    assert_eq!(found(Platform::BREVO, contact).uid.as_deref(), Some("7"));
    let nothing_else = Contact {
        phone: None,
        ..contact
    };
    let brevo = identify(Platform::BREVO, nothing_else);
    assert_eq!(brevo.outcome, Outcome::NoIdentifier);
}

#[test]
fn an_export_is_known_by_its_name_and_by_the_beginning_of_it() {
    for platform in Platform::ALL {
        let short = platform.export.split('_').next().unwrap();
        for name in [platform.export, short] {
            assert_eq!(Platform::of_export(name), Some(platform), "{name}");
        }
    }
    for name in ["", "goog", "google_", "facebook"] {
        assert_eq!(Platform::of_export(name), None);
    }
}

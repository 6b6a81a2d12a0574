//! The contacts of the made-up shop: its customers, and people who never bought. Real
//! contact lists have gaps, typing errors and duplicates, and so has this one. All people
//! are invented; their addresses are at the domains that RFC 2606 keeps for examples, their
//! telephone numbers in ranges kept for fiction where a country has one.

use super::demo::{DemoOrder, FIRST_DAY, LAST_DAY, country, demo_customer};
use crate::models::numerics::mix::mix;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, Exp};
use rand_pcg::Pcg64Mcg;

/// One row of the contact list.
#[derive(Clone, Debug, PartialEq)]
pub struct DemoContact {
    /// Microseconds since 1970-01-01, on a whole second.
    pub subscribed_at: Option<i64>,
    /// E-mail address; sometimes malformed.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<&'static str>,
    /// Last name.
    pub last_name: Option<&'static str>,
    /// Telephone number, in national or international form; sometimes malformed.
    pub phone: Option<String>,
    /// Two letters; the same as in the customer's orders.
    pub country: &'static str,
    /// City.
    pub city: Option<&'static str>,
    /// Postal code.
    pub zip: Option<&'static str>,
    /// Two letters.
    pub language: &'static str,
    /// Whether the contact may be written to, where that is known.
    pub consent: Option<bool>,
}

/// What people of one country are made of.
struct Country {
    language: &'static str,
    first_names: [&'static str; 8],
    last_names: [&'static str; 8],
    cities: [(&'static str, &'static str); 5],
    phone: fn(u32, bool) -> String,
}

const GERMANY: Country = Country {
    language: "de",
    first_names: [
        "Anna", "Jürgen", "Lena", "Thomas", "Käthe", "Jonas", "Sabine", "Mehmet",
    ],
    last_names: [
        "Müller", "Schmidt", "Weiß", "Fischer", "Yılmaz", "Schäfer", "Koch", "König",
    ],
    cities: [
        ("Berlin", "10115"),
        ("Hamburg", "20095"),
        ("München", "80331"),
        ("Köln", "50667"),
        ("Leipzig", "04109"),
    ],
    phone: |number, abroad| {
        let start = if abroad { "+49 171" } else { "0171" };
        format!("{start} 39200{:02}", number % 100)
    },
};

const BRITAIN: Country = Country {
    language: "en",
    first_names: [
        "Olivia", "Jack", "Amelia", "Harry", "Zoë", "George", "Priya", "Sean",
    ],
    last_names: [
        "Smith", "Jones", "O'Brien", "Taylor", "Patel", "Evans", "Clarke", "Walker",
    ],
    cities: [
        ("London", "EC1A 1BB"),
        ("Manchester", "M1 1AE"),
        ("Leeds", "LS1 4DY"),
        ("Bristol", "BS1 4DJ"),
        ("Edinburgh", "EH1 1YZ"),
    ],
    phone: |number, abroad| {
        let start = if abroad { "+44 7700" } else { "07700" };
        format!("{start} 900{:03}", number % 1_000)
    },
};

const FRANCE: Country = Country {
    language: "fr",
    first_names: [
        "Chloé",
        "Lucas",
        "Léa",
        "Hugo",
        "Inès",
        "François",
        "Manon",
        "Jules",
    ],
    last_names: [
        "Martin", "Bernard", "Lefèvre", "Petit", "Durand", "Moreau", "Garçon", "Roux",
    ],
    cities: [
        ("Paris", "75001"),
        ("Lyon", "69001"),
        ("Marseille", "13001"),
        ("Lille", "59000"),
        ("Nantes", "44000"),
    ],
    phone: |number, abroad| {
        let start = if abroad { "+33 6" } else { "06" };
        format!(
            "{start} 39 98 {:02} {:02}",
            number / 100 % 100,
            number % 100
        )
    },
};

const DENMARK: Country = Country {
    language: "da",
    first_names: [
        "Søren", "Freja", "Åse", "Mads", "Ida", "Emil", "Karen", "Lars",
    ],
    last_names: [
        "Jensen",
        "Nielsen",
        "Sørensen",
        "Kjær",
        "Holm",
        "Lund",
        "Krogh",
        "Dahl",
    ],
    cities: [
        ("København", "1050"),
        ("Aarhus", "8000"),
        ("Odense", "5000"),
        ("Aalborg", "9000"),
        ("Esbjerg", "6700"),
    ],
    phone: |number, abroad| {
        let start = if abroad { "+45 " } else { "" };
        format!("{start}20 00 {:02} {:02}", number / 100 % 100, number % 100)
    },
};

const AMERICA: Country = Country {
    language: "en",
    first_names: [
        "Emma", "Liam", "Sofía", "Noah", "Ava", "José", "Mia", "Ethan",
    ],
    last_names: [
        "Johnson", "García", "Brown", "Davis", "Miller", "Wilson", "Lee", "Núñez",
    ],
    cities: [
        ("New York", "10001"),
        ("Chicago", "60601"),
        ("Austin", "78701"),
        ("Seattle", "98101"),
        ("Boston", "02108"),
    ],
    phone: |number, abroad| {
        let start = if abroad { "+1 212" } else { "(212)" };
        format!("{start} 555-01{:02}", number % 100)
    },
};

fn facts(country: &str) -> &'static Country {
    match country {
        "DE" => &GERMANY,
        "GB" => &BRITAIN,
        "FR" => &FRANCE,
        "DK" => &DENMARK,
        _ => &AMERICA,
    }
}

const DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

/// Mean days from the subscription to the first order, of those who subscribed first.
const DAYS_BEFORE: f64 = 40.0;

/// Shares of the contacts.
const SUBSCRIBED_WITH_ORDER: f64 = 0.10;
const SUBSCRIBED_AFTER: f64 = 0.06;
const NO_DATE: f64 = 0.02;
const NO_EMAIL: f64 = 0.03;
const MALFORMED_EMAIL: f64 = 0.02;
const CAPITAL_EMAIL: f64 = 0.05;
const NO_PHONE: f64 = 0.20;
const MALFORMED_PHONE: f64 = 0.03;
const PHONE_FROM_ABROAD: f64 = 0.40;
const NO_NAME: f64 = 0.04;
const NO_ADDRESS: f64 = 0.06;
const OTHER_LANGUAGE: f64 = 0.05;
const CONSENT: f64 = 0.85;
const CONSENT_UNKNOWN: f64 = 0.02;
const DUPLICATE: f64 = 0.03;

/// The rows of contact number `index`, usually one: customer `index` of the shop, or
/// somebody without an order. The same arguments give the same rows on every machine.
pub fn demo_contact(index: u64, seed: u64, is_customer: bool) -> Vec<DemoContact> {
    // Another stream than that of the orders.
    let mut random = Pcg64Mcg::seed_from_u64(mix(!seed.wrapping_add(mix(index))));
    let drawn = country(random.random());
    let orders = if is_customer {
        demo_customer(index, seed)
    } else {
        Vec::new()
    };
    let first = orders.first();
    let country = first.map_or(drawn, |order| order.country);
    let person = facts(country);
    let first_name = pick(&person.first_names, &mut random);
    let last_name = pick(&person.last_names, &mut random);
    let address = pick(&person.cities, &mut random);
    let subscribed_at = subscription(first, &mut random);
    let address_is_known = !random.random_bool(NO_ADDRESS);
    let contact = DemoContact {
        subscribed_at: (!random.random_bool(NO_DATE)).then_some(subscribed_at),
        email: email(index, first_name, last_name, &mut random),
        first_name: (!random.random_bool(NO_NAME)).then_some(first_name),
        last_name: (!random.random_bool(NO_NAME)).then_some(last_name),
        phone: phone(person, &mut random),
        country,
        city: address_is_known.then_some(address.0),
        zip: address_is_known.then_some(address.1),
        language: if random.random_bool(OTHER_LANGUAGE) {
            "en"
        } else {
            person.language
        },
        consent: (!random.random_bool(CONSENT_UNKNOWN)).then(|| random.random_bool(CONSENT)),
    };
    if !random.random_bool(DUPLICATE) {
        return vec![contact];
    }
    let again = DemoContact {
        subscribed_at: Some(later(subscribed_at, &mut random)),
        email: contact.email.as_deref().map(str::to_uppercase),
        phone: None,
        ..contact.clone()
    };
    vec![contact, again]
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = SECONDS * SECOND;
const SECONDS: i64 = 24 * 60 * 60;

/// Mostly before the first order, sometimes with it or later; for those without an order on
/// any day of the shop.
fn subscription(first: Option<&DemoOrder>, random: &mut impl Rng) -> i64 {
    let time = random.random_range(0..SECONDS) * SECOND;
    let Some(order) = first else {
        return i64::from(random.random_range(FIRST_DAY..=LAST_DAY)) * DAY + time;
    };
    let kind: f64 = random.random();
    let days = Exp::new(1.0 / DAYS_BEFORE).map_or(0.0, |days| days.sample(random));
    let day = if kind < SUBSCRIBED_AFTER {
        (order.day + 1 + days as i32).min(LAST_DAY)
    } else if kind < SUBSCRIBED_AFTER + SUBSCRIBED_WITH_ORDER {
        order.day
    } else {
        order.day - 1 - days as i32
    };
    i64::from(day) * DAY + time
}

/// A second subscription, if the shop lasts until then.
fn later(subscribed_at: i64, random: &mut impl Rng) -> i64 {
    let end = (i64::from(LAST_DAY) + 1) * DAY - SECOND;
    (subscribed_at + random.random_range(7..=400) * DAY).min(end)
}

fn email(index: u64, first: &str, last: &str, random: &mut impl Rng) -> Option<String> {
    let (first, last) = (plain(first), plain(last));
    let domain = pick(&DOMAINS, random);
    let kind: f64 = random.random();
    let mistake = random.random_range(0..4);
    let name = format!("{first}.{last}{index}");
    if kind < NO_EMAIL {
        return None;
    }
    Some(if kind < NO_EMAIL + MALFORMED_EMAIL {
        match mistake {
            0 => format!("{name}.{domain}"),
            1 => format!("{first} {last}{index}@{domain}"),
            2 => format!("{name}@example"),
            _ => format!("{name}@@{domain}"),
        }
    } else if kind < NO_EMAIL + MALFORMED_EMAIL + CAPITAL_EMAIL {
        format!(" {}@{domain} ", name.to_uppercase())
    } else {
        format!("{name}@{domain}")
    })
}

fn phone(person: &Country, random: &mut impl Rng) -> Option<String> {
    let kind: f64 = random.random();
    let number = random.random_range(0..10_000);
    let written = (person.phone)(number, random.random_bool(PHONE_FROM_ABROAD));
    let mistake = random.random_range(0..3);
    if kind < NO_PHONE {
        None
    } else if kind < NO_PHONE + MALFORMED_PHONE {
        Some(match mistake {
            0 => "unknown".to_owned(),
            1 => format!("{:03}", number % 1_000),
            _ => format!("{written} {written}"),
        })
    } else {
        Some(written)
    }
}

/// A name as it stands in an e-mail address: small ASCII letters.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' => out.push(letter),
            'ä' | 'æ' => out.push_str("ae"),
            'å' => out.push_str("aa"),
            'ö' | 'ø' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'é' | 'è' | 'ë' => out.push('e'),
            'í' | 'ı' => out.push('i'),
            'ú' => out.push('u'),
            'ç' => out.push('c'),
            'ñ' => out.push('n'),
            _ => {}
        }
    }
    out
}

fn pick<T: Copy>(from: &[T], random: &mut impl Rng) -> T {
    from[random.random_range(0..from.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_arguments_give_the_same_contact() {
        assert_eq!(demo_contact(7, 42, true), demo_contact(7, 42, true));
        assert_ne!(demo_contact(7, 42, true), demo_contact(7, 43, true));
        assert_ne!(demo_contact(7, 42, true), demo_contact(8, 42, true));
    }

    #[test]
    fn names_become_ascii() {
        for country in ["DE", "GB", "FR", "DK", "US"] {
            let person = facts(country);
            for name in person.first_names.iter().chain(&person.last_names) {
                let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
                let plain = plain(name);
                assert!(plain.len() >= letters, "{name} became {plain}");
                assert!(plain.bytes().all(|byte| byte.is_ascii_lowercase()));
            }
        }
    }

    #[test]
    fn the_list_looks_like_one_and_fits_the_orders() {
        let contacts: Vec<_> = (1..=20_000)
            .map(|index| (index, demo_contact(index, 42, true)))
            .collect();
        let first: Vec<_> = contacts.iter().map(|(_, rows)| &rows[0]).collect();
        let share = |wanted: &dyn Fn(&DemoContact) -> bool| {
            first.iter().filter(|row| wanted(row)).count() as f64 / first.len() as f64
        };
        assert!((0.025..0.035).contains(&share(&|row| row.email.is_none())));
        assert!((0.19..0.21).contains(&share(&|row| row.phone.is_none())));
        assert!((0.82..0.85).contains(&share(&|row| row.consent == Some(true))));
        let twice = contacts.iter().filter(|(_, rows)| rows.len() == 2).count();
        assert!((500..700).contains(&twice), "{twice}");
        let mut before = 0;
        for (index, rows) in &contacts {
            let order = demo_customer(*index, 42)[0];
            assert!(rows.iter().all(|row| row.country == order.country));
            let day = rows[0].subscribed_at.map(|at| at.div_euclid(DAY) as i32);
            before += usize::from(day.is_some_and(|day| day <= order.day));
            let again = rows.get(1).and_then(|row| row.subscribed_at);
            assert!(again.is_none() || again >= rows[0].subscribed_at);
        }
        assert!((18_000..19_000).contains(&before), "{before}");
    }
}

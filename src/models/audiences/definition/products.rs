//! What definitions ask about products: it is found in the order lines, and evaluated as a
//! condition that holds for a customer or not.

use super::parse::step;
use super::{Condition, Definition, InterestedIn, Limit, Place, ProductSet, Purchased};
use crate::error::Result;
use crate::models::intent::basket::Basket;
use crate::models::numerics::memory::push;
use std::collections::HashMap;

/// The questions of a table of definitions, in which equal ones are asked once.
#[derive(Default)]
pub struct Products {
    /// Each set once; first those that customers may be interested in.
    sets: Vec<SetAt>,
    questions: Vec<Question>,
    /// By set: the numbers of the questions about purchases of it.
    about_purchases: Vec<Vec<usize>>,
}

/// A set of products, and where a definition has it first.
pub(super) struct SetAt {
    conditions: Vec<Condition>,
    /// Where.
    pub(super) place: Place,
}

impl SetAt {
    /// The conditions on the order lines, each with its place.
    pub(super) fn conditions(&self) -> impl Iterator<Item = (&Condition, Place)> {
        self.conditions.iter().map(|condition| {
            let path = format!("{}{}", self.place.path, step(&condition.column));
            (condition, Place { path, ..self.place })
        })
    }
}

/// What is asked about a set.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Asked {
    Purchases {
        at_least: u32,
        within_days: Option<u32>,
    },
    Interest(Limit),
}

struct Question {
    set: usize,
    about: Asked,
    place: Place,
}

/// A question that purchase intent answers.
pub struct InterestQuestion {
    /// Its number among all questions.
    pub number: usize,
    /// The number of the set.
    pub set: usize,
    /// How many of the likeliest buyers.
    pub limit: Limit,
}

impl Products {
    /// How many questions there are.
    pub fn questions(&self) -> usize {
        self.questions.len()
    }

    /// Where the first question is.
    pub fn first_place(&self) -> Option<&Place> {
        self.questions.first().map(|question| &question.place)
    }

    /// The sets.
    pub(super) fn sets(&self) -> &[SetAt] {
        &self.sets
    }

    /// Where a definition has each of the sets.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.sets.iter().map(|set| &set.place)
    }

    /// The questions about interest. Their sets are the first of all.
    pub fn interests(&self) -> impl Iterator<Item = InterestQuestion> {
        let numbered = self.questions.iter().enumerate();
        numbered.filter_map(|(number, question)| match question.about {
            Asked::Interest(limit) => Some(InterestQuestion {
                number,
                set: question.set,
                limit,
            }),
            Asked::Purchases { .. } => None,
        })
    }

    /// The numbers of the questions about purchases to which a basket says yes. Its labels are the
    /// sets.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn bought(&self, basket: Basket, as_of: i32) -> Result<Vec<i32>> {
        let mut held = Vec::new();
        for purchases in basket.labels(as_of) {
            let about = self.about_purchases.get(purchases.number as usize);
            for &number in about.into_iter().flatten() {
                if let Asked::Purchases {
                    at_least,
                    within_days,
                } = self.questions[number].about
                {
                    let is_late = |day: &i32| {
                        within_days
                            .is_none_or(|days| i64::from(*day) > i64::from(as_of) - i64::from(days))
                    };
                    if purchases.days().filter(is_late).count() >= at_least as usize {
                        push(&mut held, number as i32)?;
                    }
                }
            }
        }
        Ok(held)
    }
}

/// Collects the questions of definitions.
#[derive(Default)]
pub(super) struct Questions {
    sets: Vec<SetAt>,
    questions: Vec<Question>,
    known_sets: HashMap<ProductSet, usize>,
    known: HashMap<(usize, Asked), usize>,
}

impl Questions {
    /// The number of the question whether a customer bought the set; `place` is that of the set.
    pub(super) fn bought(&mut self, bought: &Purchased, place: Place) -> usize {
        let about = Asked::Purchases {
            at_least: bought.at_least,
            within_days: bought.within_days,
        };
        self.add(&bought.products, about, place)
    }

    /// The number of the question whether a customer is interested in the set.
    pub(super) fn interested(&mut self, wanted: &InterestedIn, place: Place) -> usize {
        self.add(&wanted.products, Asked::Interest(wanted.limit), place)
    }

    fn add(&mut self, set: &ProductSet, about: Asked, place: Place) -> usize {
        let number = self.sets.len();
        let set = *self.known_sets.entry(set.clone()).or_insert_with(|| {
            self.sets.push(SetAt {
                conditions: set.0.clone(),
                place: place.clone(),
            });
            number
        });
        let number = self.questions.len();
        *self.known.entry((set, about)).or_insert_with(|| {
            self.questions.push(Question { set, about, place });
            number
        })
    }

    /// All questions, with the sets in their order.
    pub(super) fn finish(self) -> Products {
        let mut is_wanted = vec![false; self.sets.len()];
        for question in &self.questions {
            is_wanted[question.set] |= matches!(question.about, Asked::Interest(_));
        }
        let mut order: Vec<usize> = (0..self.sets.len()).collect();
        order.sort_by_key(|&set| !is_wanted[set]);
        let mut place_of = vec![0; order.len()];
        for (place, &set) in order.iter().enumerate() {
            place_of[set] = place;
        }
        let mut sets: Vec<_> = place_of.iter().copied().zip(self.sets).collect();
        sets.sort_by_key(|(place, _)| *place);
        let mut products = Products {
            about_purchases: vec![Vec::new(); order.len()],
            sets: sets.into_iter().map(|(_, set)| set).collect(),
            questions: self.questions,
        };
        for (number, question) in products.questions.iter_mut().enumerate() {
            question.set = place_of[question.set];
            if matches!(question.about, Asked::Purchases { .. }) {
                products.about_purchases[question.set].push(number);
            }
        }
        products
    }
}

/// The path of the first interest in a definition, apart from the audiences it refers to.
pub fn first_interest(definition: &Definition) -> Option<String> {
    let among = |parts: &[Definition], key: &str| {
        parts.iter().enumerate().find_map(|(index, part)| {
            first_interest(part).map(|path| format!(".{key}[{index}]{path}"))
        })
    };
    match definition {
        Definition::All(parts) => among(parts, "all"),
        Definition::Any(parts) => among(parts, "any"),
        Definition::Not(part) => first_interest(part).map(|path| format!(".not{path}")),
        Definition::InterestedIn(_) => Some(".interested_in".into()),
        Definition::Bought(_)
        | Definition::NotBought(_)
        | Definition::Audience(_)
        | Definition::Condition(_) => None,
    }
}

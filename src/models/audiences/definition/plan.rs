//! Many definitions evaluated on many rows at once.

use super::bind::bind;
use super::evaluate::{FALSE, TRUE, Truth, evaluate};
use super::predicate::Predicate;
use super::products::{Products, Questions};
use super::table::{Audience, in_order};
use super::{Condition, Definition, Place, quoted, suggestion};
use crate::column::{Column, Kind};
use crate::models::numerics::memory::filled;
use std::cell::RefCell;
use std::collections::HashMap;

/// The steps to evaluate some definitions, in which equal ones are done once.
pub struct Plan {
    nodes: Vec<Node>,
    /// Where the first definition has each node, to report what is wrong.
    places: Vec<Place>,
    /// The node of each definition.
    members: Vec<usize>,
    /// What is asked about products.
    products: Products,
    /// By node: the binding of the last chunk, which usually fits the next one.
    bound: RefCell<Vec<Option<BoundCondition>>>,
}

/// A condition with the predicate for the column type and day that it was bound to.
struct BoundCondition {
    kind: Kind,
    as_of: i32,
    predicate: Predicate,
}

/// What is computed for all rows; the numbers are those of nodes before it.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Condition(Condition),
    /// The answer to a question about products.
    Answer(usize),
    All(Vec<usize>),
    Any(Vec<usize>),
    Not(usize),
    /// Membership in an audience, which is never unknown.
    Member(usize),
}

/// The rows on which each definition is true.
pub struct Matches {
    truths: Vec<Truth>,
    rows: usize,
    members: Vec<usize>,
}

impl Matches {
    /// One of these for each definition: whether each row is a member.
    pub fn of(&self, definition: usize) -> impl Iterator<Item = bool> {
        let start = self.members[definition] * self.rows;
        self.truths[start..start + self.rows]
            .iter()
            .map(|&truth| truth == TRUE)
    }
}

impl Plan {
    /// The plan for checked definitions.
    pub fn new(audiences: &[Audience]) -> Self {
        let mut builder = Builder::default();
        let mut members = vec![0; audiences.len()];
        let mut nodes: HashMap<&str, usize> = HashMap::new();
        for audience in in_order(audiences).0 {
            let Audience {
                name,
                definition: Some(definition),
                ..
            } = &audiences[audience]
            else {
                continue;
            };
            let place = Place {
                audience,
                path: "$".into(),
            };
            members[audience] = builder.add(definition, place, &nodes);
            nodes.insert(name, members[audience]);
        }
        builder.plan(members)
    }

    /// The plan for the sets of products, which tells of order lines to which they belong.
    pub fn of_lines(products: &Products) -> Self {
        let mut builder = Builder::default();
        let mut members = Vec::new();
        for set in products.sets() {
            let parts = set
                .conditions()
                .map(|(condition, place)| builder.node(Node::Condition(condition.clone()), place))
                .collect();
            members.push(builder.node(Node::All(parts), set.place.clone()));
        }
        builder.plan(members)
    }

    /// What is asked about products.
    pub fn products(&self) -> &Products {
        &self.products
    }

    /// What [`evaluate`](Self::evaluate) needs for `rows` rows.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn room(&self, rows: usize) -> crate::error::Result<Vec<Truth>> {
        filled(FALSE, self.nodes.len() * rows)
    }

    /// Evaluates all definitions on a chunk of `rows` rows, whose columns have these `names`
    /// and are opened by their number, in the [`room`](Self::room) for them. `answers` has, for
    /// each question about products, the rows on which it is yes.
    ///
    /// # Errors
    ///
    /// If a condition does not fit its column; says where, and what is wrong.
    pub fn evaluate<'a>(
        &self,
        names: &[String],
        open: impl Fn(usize) -> Column<'a>,
        as_of: i32,
        rows: usize,
        mut truths: Vec<Truth>,
        answers: &[Vec<usize>],
    ) -> Result<Matches, (Place, String)> {
        let mut columns: Vec<Option<Column>> = names.iter().map(|_| None).collect();
        let mut bound = self.bound.borrow_mut();
        for (index, node) in self.nodes.iter().enumerate() {
            let (done, rest) = truths.split_at_mut(index * rows);
            let result = &mut rest[..rows];
            let of = |node: &usize| &done[node * rows..(node + 1) * rows];
            match node {
                Node::Condition(condition) => {
                    let at = |problem| (self.places[index].clone(), problem);
                    let number = find(names, &condition.column).map_err(at)?;
                    let column = columns[number].get_or_insert_with(|| open(number));
                    let same =
                        |last: &BoundCondition| last.as_of == as_of && last.kind == column.kind;
                    let last = match bound[index].take().filter(same) {
                        Some(last) => last,
                        None => BoundCondition {
                            predicate: bind(condition, &column.kind, as_of).map_err(at)?,
                            kind: column.kind.clone(),
                            as_of,
                        },
                    };
                    evaluate(&last.predicate, column, result);
                    bound[index] = Some(last);
                }
                Node::Answer(question) => {
                    result.fill(FALSE);
                    for &row in answers.get(*question).into_iter().flatten() {
                        result[row] = TRUE;
                    }
                }
                Node::All(parts) => combine(result, parts.iter().map(of), Truth::min),
                Node::Any(parts) => combine(result, parts.iter().map(of), Truth::max),
                Node::Not(part) => map(result, of(part), |truth| TRUE - truth),
                Node::Member(part) => map(result, of(part), |truth| truth & TRUE),
            }
        }
        Ok(Matches {
            truths,
            rows,
            members: self.members.clone(),
        })
    }
}

fn combine<'a>(
    result: &mut [Truth],
    mut parts: impl Iterator<Item = &'a [Truth]>,
    with: impl Fn(Truth, Truth) -> Truth,
) {
    if let Some(first) = parts.next() {
        result.copy_from_slice(first);
    }
    for part in parts {
        for (result, &truth) in result.iter_mut().zip(part) {
            *result = with(*result, truth);
        }
    }
}

fn map(result: &mut [Truth], part: &[Truth], to: impl Fn(Truth) -> Truth) {
    for (result, &truth) in result.iter_mut().zip(part) {
        *result = to(truth);
    }
}

/// The number of a column. As in SQL, upper and lower case are the same.
fn find(names: &[String], wanted: &str) -> Result<usize, String> {
    names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(wanted))
        .ok_or_else(|| {
            let suggestion = suggestion(wanted, names.iter().map(String::as_str));
            format!("column {} does not exist{suggestion}", quoted(wanted))
        })
}

#[derive(Default)]
struct Builder {
    questions: Questions,
    nodes: Vec<Node>,
    places: Vec<Place>,
    known: HashMap<Node, usize>,
}

impl Builder {
    fn add(
        &mut self,
        definition: &Definition,
        place: Place,
        members: &HashMap<&str, usize>,
    ) -> usize {
        let mut parts = |parts: &[Definition], key: &str| -> Vec<usize> {
            let within = |index| Place {
                path: format!("{}.{key}[{index}]", place.path),
                ..place
            };
            parts
                .iter()
                .enumerate()
                .map(|(index, part)| self.add(part, within(index), members))
                .collect()
        };
        let node = match definition {
            Definition::All(all) => Node::All(parts(all, "all")),
            Definition::Any(any) => Node::Any(parts(any, "any")),
            Definition::Not(part) => {
                let path = format!("{}.not", place.path);
                Node::Not(self.add(part, Place { path, ..place }, members))
            }
            // A checked table has it, and it was added before.
            Definition::Audience(name) => {
                Node::Member(members.get(name.as_str()).copied().unwrap_or_default())
            }
            Definition::Bought(bought) => {
                let path = format!("{}.bought", place.path);
                Node::Answer(self.questions.bought(bought, Place { path, ..place }))
            }
            Definition::NotBought(bought) => {
                let path = format!("{}.not_bought", place.path);
                let question = self.questions.bought(bought, Place { path, ..place });
                Node::Not(self.node(Node::Answer(question), place.clone()))
            }
            Definition::InterestedIn(wanted) => {
                let path = format!("{}.interested_in", place.path);
                Node::Answer(self.questions.interested(wanted, Place { path, ..place }))
            }
            Definition::Condition(condition) => Node::Condition(condition.clone()),
        };
        self.node(node, place)
    }

    /// The number of a node, which may be known from before.
    fn node(&mut self, node: Node, place: Place) -> usize {
        if let Some(&known) = self.known.get(&node) {
            return known;
        }
        let number = self.nodes.len();
        self.nodes.push(node.clone());
        self.places.push(place);
        self.known.insert(node, number);
        number
    }

    fn plan(self, members: Vec<usize>) -> Plan {
        Plan {
            bound: RefCell::new(self.nodes.iter().map(|_| None).collect()),
            nodes: self.nodes,
            places: self.places,
            products: self.questions.finish(),
            members,
        }
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;

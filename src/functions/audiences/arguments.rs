//! What the functions over audience definitions share: definitions as arguments, and their
//! evaluation on the rows of a chunk.

use crate::duckdb::{Date, List, Read, Rows, Same};
use crate::error::{Error, Result};
use crate::models::audiences::definition::parse::{Reference, parse};
use crate::models::audiences::definition::plan::{Matches, Plan};
use crate::models::audiences::definition::products::Products;
use crate::models::audiences::definition::table::{self, Audience, Finding};
use crate::models::audiences::definition::{Definition, Place, Problem, Severity, quoted};
use crate::models::numerics::checks::finite_day;
use crate::models::numerics::memory::{filled, push};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// The first error of a table of definitions.
pub fn first_error(findings: &[Finding]) -> Result<()> {
    let is_error = |finding: &&Finding| finding.problem.severity == Severity::Error;
    findings.iter().find(is_error).map_or(Ok(()), |finding| {
        Err(error(
            finding.name.as_deref(),
            &finding.problem.path,
            &finding.problem.problem,
        ))
    })
}

/// A single definition.
pub fn single(json: &str) -> Result<(Definition, Vec<Reference>)> {
    let parsed = parse(json);
    let is_error = |problem: &&Problem| problem.severity == Severity::Error;
    if let Some(problem) = parsed.problems.iter().find(is_error) {
        return Err(error(None, &problem.path, &problem.problem));
    }
    let definition = parsed
        .definition
        .ok_or_else(|| error(None, "$", "is no definition"))?;
    Ok((definition, parsed.references))
}

fn error(audience: Option<&str>, path: &str, problem: &str) -> Error {
    let place = audience.map_or(path.to_owned(), |name| format!("{}, {path}", quoted(name)));
    Error::argument("definition", format!("{place}: {problem}"))
}

thread_local!(static LAST: RefCell<Option<Rc<Audiences>>> = const { RefCell::new(None) });

/// Definitions that are ready to be evaluated.
pub struct Audiences {
    source: String,
    names: Option<Vec<String>>,
    plan: Plan,
    lines: Plan,
}

impl Audiences {
    /// A table that [`table::pack`] has packed.
    pub fn unpacked(packed: &str) -> Result<Rc<Self>> {
        if let Some(same) = Self::remembered(packed) {
            return Ok(same);
        }
        let foreign = || Error::argument("definitions", "were not packed by this extension");
        let audiences = table::unpack(packed).ok_or_else(foreign)?;
        let plan = Plan::new(&audiences);
        let names = audiences.into_iter().map(|audience| audience.name);
        Ok(Self::remember(Self {
            source: packed.to_owned(),
            lines: Plan::of_lines(plan.products()),
            plan,
            names: Some(names.collect()),
        }))
    }

    /// The table and the day of all rows of a chunk; `None` where one of them is NULL.
    ///
    /// # Errors
    ///
    /// When they are not the same in every row.
    pub fn of_all<'a>(
        definitions: &<Cow<'a, str> as Read<'a>>::Column,
        days: &<Date as Read<'a>>::Column,
        rows: usize,
    ) -> Result<Option<(Rc<Self>, Date)>> {
        let (Some(packed), Some(as_of)) = (Cow::<str>::read(definitions, 0), Date::read(days, 0))
        else {
            return Ok(None);
        };
        if !Date::are_same(days, rows) || !Cow::<str>::are_same(definitions, rows) {
            return Err(Error::argument(
                "as_of",
                "must be the same in every row; call it once for each day",
            ));
        }
        Ok(Some((Self::unpacked(&packed)?, as_of)))
    }

    /// The last one, if it is of this source: definitions come with every chunk and are usually
    /// the same in all of them. A table is a JSON list and a definition an object, so one is
    /// never taken for the other.
    fn remembered(source: &str) -> Option<Rc<Self>> {
        LAST.with_borrow(|last| {
            let same = last.as_ref().filter(|last| last.source == source);
            same.cloned()
        })
    }

    fn remember(self) -> Rc<Self> {
        let new = Rc::new(self);
        LAST.set(Some(Rc::clone(&new)));
        new
    }

    /// A single definition, which cannot refer to others.
    pub fn one(json: &str) -> Result<Rc<Self>> {
        if let Some(same) = Self::remembered(json) {
            return Ok(same);
        }
        let (definition, references) = single(json)?;
        if let Some(Reference { path, name }) = references.first() {
            let problem = format!(
                "refers to the audience {}, which only audience.members can",
                quoted(name)
            );
            return Err(error(None, path, &problem));
        }
        let audience = Audience {
            name: String::new(),
            definition: Some(definition),
            references,
        };
        let plan = Plan::new(&[audience]);
        Ok(Self::remember(Self {
            source: json.to_owned(),
            names: None,
            lines: Plan::of_lines(plan.products()),
            plan,
        }))
    }

    /// Which rows belong to which audience. What is asked about products cannot be answered.
    pub fn matches(&self, customers: &Rows, as_of: Date) -> Result<Matches> {
        if let Some(place) = self.plan.products().first_place() {
            return Err(self.error_at(place, "asks about products, as only audience.members can"));
        }
        self.matches_with(customers, as_of, &[])
    }

    /// Which rows belong to which audience, with the rows on which the answer to each question
    /// about products is yes.
    pub fn matches_with(
        &self,
        customers: &Rows,
        as_of: Date,
        answers: &[Vec<usize>],
    ) -> Result<Matches> {
        self.evaluate("customer", &self.plan, customers, as_of, answers)
            .map_err(|(place, problem)| self.error_at(&place, &problem))?
    }

    /// Which order lines belong to which set of products.
    pub fn products_of(&self, lines: &Rows, as_of: Date) -> Result<Matches> {
        self.evaluate("line", &self.lines, lines, as_of, &[])
            .map_err(|(place, problem)| {
                self.error_at(&place, &format!("of the order lines, {problem}"))
            })?
    }

    fn evaluate(
        &self,
        argument: &'static str,
        plan: &Plan,
        relation: &Rows,
        as_of: Date,
        answers: &[Vec<usize>],
    ) -> std::result::Result<Result<Matches>, (Place, String)> {
        let ready = finite_day("as_of", as_of.0).and_then(|_| {
            let names = relation.names();
            let names = names.ok_or_else(|| Error::argument(argument, "must be a row or a STRUCT"));
            Ok((names?, plan.room(relation.len())?))
        });
        match ready {
            Ok((names, room)) => {
                let open = |index| relation.column(index);
                plan.evaluate(names, open, as_of.0, relation.len(), room, answers)
                    .map(Ok)
            }
            Err(error) => Ok(Err(error)),
        }
    }

    /// For each question about products, the rows in whose lists of numbers it is.
    pub fn answers<'a>(
        &self,
        lists: impl Iterator<Item = Option<List<'a, i32>>>,
    ) -> Result<Vec<Vec<usize>>> {
        let mut answers = filled(Vec::new(), self.products().questions())?;
        if let Some(place) = self.products().first_place() {
            for (row, list) in lists.enumerate() {
                let Some(list) = list else {
                    return Err(self.error_at(place, "asks about products, so lines must be given"));
                };
                for number in list.iter() {
                    let number = number.and_then(|number| usize::try_from(number).ok());
                    let rows = number.and_then(|number| answers.get_mut(number));
                    let foreign = || Error::argument("answers", "are to other questions");
                    push(rows.ok_or_else(foreign)?, row)?;
                }
            }
        }
        Ok(answers)
    }

    /// What is asked about products.
    pub fn products(&self) -> &Products {
        self.plan.products()
    }

    /// An audience, as a message names it, and a path in its definition.
    pub fn shown(&self, place: &Place) -> String {
        let name = |names: &Vec<String>| quoted(&names[place.audience]);
        let name = self.names.as_ref().map(name);
        name.map_or(place.path.clone(), |name| format!("{name}, {}", place.path))
    }

    fn error_at(&self, place: &Place, problem: &str) -> Error {
        Error::argument("definition", format!("{}: {problem}", self.shown(place)))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.names.as_ref().map_or(1, Vec::len)
    }
}

/// The numbers of what each row belongs to, from `first` on: of each row one after the other, and
/// where they begin, with the end of all.
pub fn numbers(
    found: &Matches,
    count: usize,
    rows: usize,
    first: i32,
) -> Result<(Vec<i32>, Vec<usize>)> {
    // Where the list of each row begins, then, as it is filled, ends.
    let mut ends = filled(0, rows + 1)?;
    for one in 0..count {
        for (end, is_member) in ends[1..].iter_mut().zip(found.of(one)) {
            *end += usize::from(is_member);
        }
    }
    for row in 0..rows {
        ends[row + 1] += ends[row];
    }
    let mut numbers = filled(0, ends[rows])?;
    for (one, number) in (0..count).zip(first..) {
        for (end, is_member) in ends.iter_mut().zip(found.of(one)) {
            if is_member {
                numbers[*end] = number;
                *end += 1;
            }
        }
    }
    ends.truncate(rows);
    Ok((numbers, ends))
}

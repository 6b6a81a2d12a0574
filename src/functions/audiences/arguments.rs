//! What the functions over audience definitions share: definitions as arguments, and their
//! evaluation on the rows of a chunk.

use crate::duckdb::{Date, Rows};
use crate::error::{Error, Result};
use crate::models::audiences::definition::parse::{Reference, parse};
use crate::models::audiences::definition::plan::{Matches, Plan};
use crate::models::audiences::definition::table::{self, Audience, Finding};
use crate::models::audiences::definition::{Definition, Problem, Severity, quoted};
use crate::models::numerics::checks::finite_day;
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
            plan,
            names: Some(names.collect()),
        }))
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
        Ok(Self::remember(Self {
            source: json.to_owned(),
            names: None,
            plan: Plan::new(&[audience]),
        }))
    }

    /// Which rows belong to which audience.
    pub fn matches(&self, customers: &Rows, as_of: Date) -> Result<Matches> {
        finite_day("as_of", as_of.0)?;
        let Some(names) = customers.names() else {
            return Err(Error::argument("customer", "must be a row or a STRUCT"));
        };
        let open = |index| customers.column(index);
        let rows = customers.len();
        let room = self.plan.room(rows)?;
        let found = self.plan.evaluate(names, open, as_of.0, rows, room);
        found.map_err(|(place, problem)| {
            let name = self
                .names
                .as_ref()
                .map(|names| names[place.audience].as_str());
            error(name, &place.path, &problem)
        })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.names.as_ref().map_or(1, Vec::len)
    }
}

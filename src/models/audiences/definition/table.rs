//! A table of named definitions, which may refer to each other.

use super::parse::{Parsed, Reference, parse};
use super::{Definition, Problem, Severity, quoted, suggestion};
use crate::models::numerics::packed_rows::{PackedRow, missing_last};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::cmp::Ordering;
use std::collections::HashMap;

/// A row of the table, as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The audience's name.
    pub name: Option<String>,
    /// The JSON document.
    pub definition: Option<String>,
}

impl PackedRow for Entry {
    const ARGUMENT: &'static str = "definitions";
    fn order(&self, other: &Self) -> Ordering {
        missing_last(&self.name, &other.name)
            .then_with(|| missing_last(&self.definition, &other.definition))
    }
}

/// A named definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// Its name.
    pub name: String,
    /// Who belongs to it; `None` if the document has errors.
    pub definition: Option<Definition>,
    /// The audiences that it refers to.
    pub references: Vec<Reference>,
}

/// What is wrong with a row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The audience, if it has a name.
    pub name: Option<String>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Everything that is wrong with a table.
pub fn check(entries: &[Entry]) -> Vec<Finding> {
    read(entries).1
}

/// The audiences of a table that have a name of their own, and everything that is wrong with it.
fn read(entries: &[Entry]) -> (Vec<Audience>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut audiences: Vec<Audience> = Vec::new();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for entry in entries {
        let mut found = |path: &str, problem: String| {
            let path = path.to_owned();
            findings.push(Finding {
                name: entry.name.clone(),
                problem: Problem {
                    severity: Severity::Error,
                    path,
                    problem,
                },
            });
        };
        let name = match entry.name.as_deref() {
            None => {
                found("$", "the audience has no name".into());
                None
            }
            Some(name) if name.trim().is_empty() => {
                found("$", "the audience's name is empty".into());
                None
            }
            Some(name) => {
                let uses = uses.entry(name).or_insert(0);
                *uses += 1;
                if *uses == 2 {
                    found("$", "the name is used more than once".into());
                }
                (*uses == 1).then_some(name)
            }
        };
        let Some(json) = &entry.definition else {
            found("$", "the definition is NULL".into());
            continue;
        };
        let Parsed {
            definition,
            references,
            problems,
        } = parse(json);
        findings.extend(problems.into_iter().map(|problem| Finding {
            name: entry.name.clone(),
            problem,
        }));
        if let Some(name) = name {
            audiences.push(Audience {
                name: name.to_owned(),
                definition,
                references,
            });
        }
    }
    check_references(&audiences, &uses, &mut findings);
    (audiences, findings)
}

fn check_references(
    audiences: &[Audience],
    names: &HashMap<&str, usize>,
    findings: &mut Vec<Finding>,
) {
    let mut report = |audience: &Audience, path: &str, problem: String| {
        let path = path.to_owned();
        findings.push(Finding {
            name: Some(audience.name.clone()),
            problem: Problem {
                severity: Severity::Error,
                path,
                problem,
            },
        });
    };
    let mut sorted: Vec<_> = names.keys().copied().collect();
    sorted.sort_unstable();
    // A suggestion looks at every name, so only the first findings get one.
    let mut suggestions = 0..100;
    for audience in audiences {
        for Reference { path, name } in &audience.references {
            if !names.contains_key(name.as_str()) {
                let suggestion = match suggestions.next() {
                    Some(_) => suggestion(name, sorted.iter().copied()),
                    None => String::new(),
                };
                report(
                    audience,
                    path,
                    format!("there is no audience {}{suggestion}", quoted(name)),
                );
            }
        }
    }
    for cycle in in_order(audiences).1 {
        let name = |&index: &usize| audiences[index].name.as_str();
        let (first, next) = (&audiences[cycle[0]], name(&cycle[1 % cycle.len()]));
        let path = first
            .references
            .iter()
            .find(|reference| reference.name == next);
        let names: Vec<_> = cycle
            .iter()
            .chain(&cycle[..1])
            .map(name)
            .map(quoted)
            .collect();
        let problem = format!("refers to itself: {}", names.join(" → "));
        report(
            first,
            path.map_or("$", |reference| &reference.path),
            problem,
        );
    }
}

/// The audiences in an order in which each follows those it refers to, and the cycles among
/// the rest. Without recursion, because a chain of references has no limit.
pub(super) fn in_order(audiences: &[Audience]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let numbers: HashMap<&str, usize> = audiences
        .iter()
        .enumerate()
        .map(|(index, audience)| (audience.name.as_str(), index))
        .collect();
    let targets: Vec<Vec<usize>> = audiences
        .iter()
        .map(|audience| {
            let names = audience
                .references
                .iter()
                .map(|reference| reference.name.as_str());
            names
                .filter_map(|name| numbers.get(name).copied())
                .collect()
        })
        .collect();
    let mut users = vec![Vec::new(); audiences.len()];
    for (user, targets) in targets.iter().enumerate() {
        for &target in targets {
            users[target].push(user);
        }
    }
    let mut waiting: Vec<usize> = targets.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..audiences.len())
        .filter(|&index| waiting[index] == 0)
        .collect();
    let mut next = 0;
    while let Some(&done) = order.get(next) {
        next += 1;
        for &user in &users[done] {
            waiting[user] -= 1;
            if waiting[user] == 0 {
                order.push(user);
            }
        }
    }
    (order, cycles(&targets, &waiting))
}

/// Every audience that still waits for others leads into a cycle.
fn cycles(targets: &[Vec<usize>], waiting: &[usize]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    // From which start each audience was reached.
    let mut seen = vec![UNSEEN; targets.len()];
    let mut cycles = Vec::new();
    for start in (0..targets.len()).filter(|&index| waiting[index] > 0) {
        let mut walk = Vec::new();
        let mut here = start;
        while seen[here] == UNSEEN {
            seen[here] = start;
            walk.push(here);
            match targets[here].iter().find(|&&target| waiting[target] > 0) {
                Some(&target) => here = target,
                None => break,
            }
        }
        if seen[here] == start
            && let Some(from) = walk.iter().position(|&step| step == here)
            && targets[walk[walk.len() - 1]].contains(&here)
        {
            cycles.push(walk.split_off(from));
        }
    }
    cycles
}

/// A checked table in one text, which [`unpack`] reads.
pub fn pack(entries: &[Entry]) -> String {
    let pair = |entry: &Entry| {
        let name = serde_json::Value::from(entry.name.as_deref()?);
        Some(format!("[{name},{}]", entry.definition.as_ref()?))
    };
    let pairs: Vec<_> = entries.iter().filter_map(pair).collect();
    format!("[{}]", pairs.join(","))
}

/// The definitions in a packed table; `None` if it is none, or has errors, which no packed table
/// has.
pub fn unpack(packed: &str) -> Option<Vec<Audience>> {
    let pairs: Vec<(String, &RawValue)> = serde_json::from_str(packed).ok()?;
    let entry = |(name, raw): (String, &RawValue)| Entry {
        name: Some(name),
        definition: Some(raw.get().to_owned()),
    };
    let entries: Vec<Entry> = pairs.into_iter().map(entry).collect();
    let (audiences, findings) = read(&entries);
    let has_errors = (findings.iter()).any(|finding| finding.problem.severity == Severity::Error);
    (!has_errors).then_some(audiences)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::numerics::packed_rows::tests::comes_back;

    #[test]
    fn only_a_checked_table_is_unpacked() {
        let entry = |name: &str, definition: &str| Entry {
            name: Some(name.to_owned()),
            definition: Some(definition.to_owned()),
        };
        let condition = r#"{"column": "a", ">": 3}"#;
        let table = [entry("A", condition), entry("B", r#"{"audience": "A"}"#)];
        let names = |audiences: Vec<Audience>| audiences.into_iter().map(|a| a.name);
        let unpacked = unpack(&pack(&table)).expect("it was packed");
        assert_eq!(names(unpacked).collect::<Vec<_>>(), ["A", "B"]);
        for bad in [
            "",
            "null",
            r#"[["A", 5]]"#,
            r#"[["A", {"audience": "A"}]]"#,
            r#"[["A", {"audience": "B"}]]"#,
            r#"[["A", {"column": "a", ">": 3}], ["A", {"column": "a", ">": 3}]]"#,
        ] {
            assert!(unpack(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_table_of_definitions_comes_back_in_order() {
        let entry = |name: Option<&str>, definition: Option<&str>| Entry {
            name: name.map(str::to_owned),
            definition: definition.map(str::to_owned),
        };
        comes_back(&[
            entry(Some("A"), Some("[")),
            entry(Some("A"), None),
            entry(Some("B"), Some("{}")),
            entry(None, Some("{}")),
        ]);
    }
}

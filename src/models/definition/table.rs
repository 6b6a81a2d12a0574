//! A table of named definitions, which may refer to each other.

use super::parse::parse;
use super::{Definition, Problem, Severity, suggestion};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// A row of the table, as it came.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The audience's name.
    pub name: Option<String>,
    /// The JSON document.
    pub definition: Option<String>,
}

/// A named definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// Its name.
    pub name: String,
    /// Who belongs to it.
    pub definition: Definition,
}

/// What is wrong with a row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The audience, if it has a name.
    pub name: Option<String>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Everything that is wrong with a table, and the definitions that could be read.
pub fn check(entries: &[Entry]) -> (Vec<Audience>, Vec<Finding>) {
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
        let (definition, problems) = parse(json);
        findings.extend(problems.into_iter().map(|problem| Finding {
            name: entry.name.clone(),
            problem,
        }));
        if let (Some(name), Some(definition)) = (name, definition) {
            audiences.push(Audience {
                name: name.to_owned(),
                definition,
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
    let mut report = |audience: &Audience, path: String, problem: String| {
        findings.push(Finding {
            name: Some(audience.name.clone()),
            problem: Problem {
                severity: Severity::Error,
                path,
                problem,
            },
        });
    };
    for audience in audiences {
        for (path, name) in references(&audience.definition) {
            if !names.contains_key(name) {
                let mut sorted: Vec<_> = names.keys().copied().collect();
                sorted.sort_unstable();
                report(
                    audience,
                    path,
                    format!("there is no audience {name:?}{}", suggestion(name, sorted)),
                );
            }
        }
    }
    for cycle in in_order(audiences).1 {
        let first = &audiences[cycle[0]];
        let next = &audiences[cycle[1 % cycle.len()]].name;
        let path = references(&first.definition)
            .into_iter()
            .find(|(_, name)| name == next);
        let names: Vec<_> = cycle
            .iter()
            .chain(&cycle[..1])
            .map(|&index| format!("{:?}", audiences[index].name))
            .collect();
        report(
            first,
            path.map_or("$".into(), |(path, _)| path),
            format!("refers to itself: {}", names.join(" → ")),
        );
    }
}

/// The audiences a definition refers to, with their paths.
pub fn references(definition: &Definition) -> Vec<(String, &str)> {
    fn collect<'a>(definition: &'a Definition, path: &str, found: &mut Vec<(String, &'a str)>) {
        match definition {
            Definition::All(parts) | Definition::Any(parts) => {
                let key = if matches!(definition, Definition::All(_)) {
                    "all"
                } else {
                    "any"
                };
                for (index, part) in parts.iter().enumerate() {
                    collect(part, &format!("{path}.{key}[{index}]"), found);
                }
            }
            Definition::Not(part) => collect(part, &format!("{path}.not"), found),
            Definition::Audience(name) => found.push((format!("{path}.audience"), name)),
            Definition::Condition(_) => {}
        }
    }
    let mut found = Vec::new();
    collect(definition, "$", &mut found);
    found
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
            let names = references(&audience.definition);
            names
                .iter()
                .filter_map(|(_, name)| numbers.get(name).copied())
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

/// A checked table in one text, in the order of the names, which [`unpack`] reads.
pub fn pack(entries: &[Entry]) -> String {
    let mut sorted: Vec<_> = entries
        .iter()
        .filter_map(|entry| Some((entry.name.as_ref()?, entry.definition.as_ref()?)))
        .collect();
    sorted.sort_unstable();
    let pairs = sorted.into_iter().map(|(name, definition)| {
        format!("[{},{definition}]", serde_json::Value::from(name.as_str()))
    });
    format!("[{}]", pairs.collect::<Vec<_>>().join(","))
}

/// The definitions in a packed table.
pub fn unpack(packed: &str) -> Vec<Audience> {
    let pairs: Vec<(String, &RawValue)> = serde_json::from_str(packed).unwrap_or_default();
    let audience = |(name, raw): (String, &RawValue)| {
        parse(raw.get())
            .0
            .map(|definition| Audience { name, definition })
    };
    pairs.into_iter().filter_map(audience).collect()
}

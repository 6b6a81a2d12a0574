//! A grid of segments over recency and frequency scores, given by the analyst.

use crate::error::{Error, Result};

/// The most bins: the scores are single digits, or 10.
const MOST_BINS: i32 = 10;

/// How many cells an error message lists.
const LISTED: usize = 5;

/// Rectangles of cells with names, which cover every cell exactly once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    names: Vec<String>,
    /// Index into `names` by row of r and column of f.
    cells: Vec<usize>,
    bins: i32,
}

impl Grid {
    /// A grid of rectangles `(name, r_min, r_max, f_min, f_max)`, bounds
    /// included. Several rectangles may share a name.
    ///
    /// # Errors
    ///
    /// When a name is empty, a bound is outside 1 to `bins` or the smaller
    /// above the larger, or cells are left out or covered twice; the message
    /// names them.
    pub fn new(rectangles: &[(&str, i32, i32, i32, i32)], bins: i32) -> Result<Self> {
        if !(2..=MOST_BINS).contains(&bins) {
            return Err(Error::argument(
                "bins",
                format!("must be 2 to {MOST_BINS}, got {bins}"),
            ));
        }
        let mut owners: Vec<Vec<usize>> = vec![Vec::new(); (bins * bins) as usize];
        for (index, &(name, r_min, r_max, f_min, f_max)) in rectangles.iter().enumerate() {
            if name.trim().is_empty() {
                return Err(grid_error(format!(
                    "has no name for its entry {}",
                    index + 1
                )));
            }
            for (dimension, min, max) in [('r', r_min, r_max), ('f', f_min, f_max)] {
                if min < 1 || max > bins || min > max {
                    return Err(grid_error(format!(
                        "needs 1 <= {dimension}_min <= {dimension}_max <= {bins} for '{name}', \
                         got {min} and {max}"
                    )));
                }
            }
            for r in r_min..=r_max {
                for f in f_min..=f_max {
                    owners[cell(r, f, bins)].push(index);
                }
            }
        }
        refuse("leaves out", &owners, bins, Vec::is_empty)?;
        refuse("covers more than once", &owners, bins, |cell| {
            cell.len() > 1
        })?;
        Ok(Self {
            names: rectangles
                .iter()
                .map(|rectangle| rectangle.0.to_owned())
                .collect(),
            cells: owners.into_iter().flatten().collect(),
            bins,
        })
    }

    /// The name of a cell; scores beyond the grid count as its nearest edge.
    pub fn name(&self, r: i32, f: i32) -> &str {
        let (r, f) = (r.clamp(1, self.bins), f.clamp(1, self.bins));
        &self.names[self.cells[cell(r, f, self.bins)]]
    }
}

fn cell(r: i32, f: i32, bins: i32) -> usize {
    ((r - 1) * bins + f - 1) as usize
}

fn refuse(
    what: &str,
    owners: &[Vec<usize>],
    bins: i32,
    wrong: impl Fn(&Vec<usize>) -> bool,
) -> Result<()> {
    let cells: Vec<String> = (1..=bins)
        .flat_map(|r| (1..=bins).map(move |f| (r, f)))
        .filter(|&(r, f)| wrong(&owners[cell(r, f, bins)]))
        .map(|(r, f)| format!("R{r} F{f}"))
        .collect();
    if cells.is_empty() {
        return Ok(());
    }
    let mut problem = format!("{what} {}", cells[..cells.len().min(LISTED)].join(", "));
    if cells.len() > LISTED {
        problem.push_str(&format!(" and {} more", cells.len() - LISTED));
    }
    Err(grid_error(problem))
}

fn grid_error(problem: String) -> Error {
    Error::argument("grid", problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(rectangles: &[(&str, i32, i32, i32, i32)], bins: i32) -> String {
        Grid::new(rectangles, bins)
            .expect_err("a bad grid")
            .to_string()
    }

    #[test]
    fn a_partition_names_every_cell() {
        let grid = Grid::new(
            &[
                ("new", 3, 3, 1, 2),
                ("old", 1, 2, 1, 3),
                ("top", 3, 3, 3, 3),
            ],
            3,
        );
        let grid = grid.expect("a partition");
        assert_eq!(grid.name(3, 1), "new");
        assert_eq!(grid.name(2, 3), "old");
        assert_eq!(grid.name(3, 3), "top");
        assert_eq!(grid.name(9, 9), "top");
    }

    #[test]
    fn gaps_and_overlaps_are_named() {
        assert_eq!(
            problem(&[("a", 1, 2, 1, 1)], 2),
            "grid leaves out R1 F2, R2 F2"
        );
        assert_eq!(
            problem(&[("a", 1, 2, 1, 2), ("b", 2, 2, 2, 2)], 2),
            "grid covers more than once R2 F2"
        );
        assert_eq!(
            problem(&[], 3),
            "grid leaves out R1 F1, R1 F2, R1 F3, R2 F1, R2 F2 and 4 more"
        );
    }

    #[test]
    fn bad_entries_are_named() {
        assert!(problem(&[(" ", 1, 2, 1, 2)], 2).contains("entry 1"));
        assert!(problem(&[("a", 0, 2, 1, 2)], 2).contains("r_min"));
        assert!(problem(&[("a", 1, 2, 2, 1)], 2).contains("f_min"));
        assert!(problem(&[("a", 1, 2, 1, 3)], 2).contains("f_max"));
        assert!(problem(&[], 1).starts_with("bins must be 2 to 10"));
        assert!(problem(&[], i32::MAX).starts_with("bins"));
    }
}

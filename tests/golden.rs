//! Published, peer and own reference values against the models.
//!
//! Every file in `tests/golden` has the columns source, inputs, expected and, for numbers,
//! tolerance; lines with # say where the values come from.

use audience::models::backtest::ranking::pooled_auc;
use audience::models::exports::country::country_code;
use audience::models::lifecycle::lifecycle::assess;
use audience::models::lifecycle::rules::{LifecycleStage, StageOptions};
use audience::models::numerics::ridge_logistic::{Example, RidgeLogistic};
use audience::models::prediction::mbg_nbd::{Customer, Dropout, Parameters};
use audience::models::prediction::mbg_nbd_fit::{Fit, Observation, fit};
use audience::models::prediction::model::PurchaseModel;
use audience::models::purchases::purchases::PurchaseHistory;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// One line of a golden file, by column.
struct Row(HashMap<String, String>);

impl Row {
    fn text(&self, column: &str) -> &str {
        self.0
            .get(column)
            .unwrap_or_else(|| panic!("no column {column} in {:?}", self.0))
    }

    fn number(&self, column: &str) -> f64 {
        let text = self.text(column);
        text.parse()
            .unwrap_or_else(|_| panic!("{column} is no number in {:?}", self.0))
    }

    fn dropout(&self) -> Dropout {
        match self.text("dropout") {
            "mbg_nbd" => Dropout::AfterEveryPurchase,
            "bg_nbd" => Dropout::AfterRepeatPurchases,
            other => panic!("no such model: {other}"),
        }
    }

    fn check(&self, actual: f64) {
        let (expected, tolerance) = (self.number("expected"), self.number("tolerance"));
        assert!(
            (actual - expected).abs() <= tolerance,
            "{actual} against {:?}",
            self.0
        );
    }
}

fn rows(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), header.len(), "{line}");
            Row(header
                .iter()
                .zip(cells)
                .map(|(h, c)| (h.to_string(), c.to_string()))
                .collect())
        })
        .collect()
}

fn golden(name: &str) -> Vec<Row> {
    rows(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(name),
    )
}

/// Data that is downloaded rather than kept in the repository.
fn test_data(name: &str) -> Vec<Observation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("build/testdata")
        .join(name);
    assert!(
        path.exists(),
        "{} is missing: run `make configure` first",
        path.display()
    );
    rows(&path)
        .iter()
        .map(|row| Observation {
            x: row.number("frequency") as u32,
            t: row.number("recency"),
            total: row.number("T"),
            weight: 1.0,
        })
        .collect()
}

#[test]
fn customers() {
    for row in golden("customer.csv") {
        let [r, alpha, a, b] = ["r", "alpha", "a", "b"].map(|column| row.number(column));
        let parameters = Parameters::new(r, alpha, a, b).expect("in range");
        let x = row.number("x") as u32;
        let customer = Customer::new(
            &parameters,
            row.dropout(),
            x,
            row.number("t"),
            row.number("u"),
        );
        row.check(match row.text("quantity") {
            "silence_survival" => customer.silence_survival(),
            "alive_probability" => customer.alive_probability(),
            "return_probability" => customer.return_probability(row.number("days")),
            "next_return_days" => customer.next_return_days(row.number("days")),
            "expected_purchases" => customer.expected_purchases(row.number("days")),
            other => panic!("no such quantity: {other}"),
        });
    }
}

#[test]
fn lifecycle_stages() {
    let model = PurchaseModel {
        r: 0.6,
        alpha: 56.0,
        a: 0.64,
        b: 1.18,
        typical_gap_days: 62.0,
        order_value: None,
    };
    for row in golden("lifecycle.csv") {
        let days = purchase_days(row.text("purchase_days"));
        let history = PurchaseHistory::from_days(days.into_iter(), i32::MAX - 1)
            .expect("room")
            .expect("days");
        let as_of = history.last_day + row.number("silence") as i32;
        let lifecycle =
            assess(&history, &model, as_of, StageOptions::default(), 180).expect("valid");
        let label = LifecycleStage::LABELS[lifecycle.stage as usize];
        assert_eq!(label, row.text("expected"), "{:?}", row.0);
        if !row.text("usual_gap").is_empty() {
            let gap = row.number("usual_gap");
            assert!((lifecycle.usual_gap_days - gap).abs() <= row.number("tolerance"));
        }
    }
}

/// `0:10:100 130` is 0, 10, …, 100, 130.
fn purchase_days(text: &str) -> Vec<i32> {
    let number = |text: &str| text.parse::<i32>().expect("a day");
    text.split(' ')
        .flat_map(|run| match run.split(':').collect::<Vec<_>>()[..] {
            [first, step, last] => (number(first)..=number(last))
                .step_by(number(step) as usize)
                .collect(),
            _ => vec![number(run)],
        })
        .collect()
}

#[test]
fn fits() {
    let mut done: HashMap<(String, String), Fit> = HashMap::new();
    for row in golden("fit.csv") {
        let key = (
            row.text("data").to_string(),
            row.text("dropout").to_string(),
        );
        let fit = done.entry(key).or_insert_with(|| {
            fit(
                &test_data(&format!("{}.csv", row.text("data"))),
                row.dropout(),
                None,
            )
        });
        row.check(match row.text("quantity") {
            "r" => fit.parameters.r,
            "alpha" => fit.parameters.alpha,
            "a" => fit.parameters.a,
            "b" => fit.parameters.b,
            "log_likelihood" => fit.log_likelihood,
            other => panic!("no such quantity: {other}"),
        });
    }
}

/// The golden interval is auc ± 1.96 standard errors within 0 to 1.
#[test]
fn variances_of_the_auc() {
    for row in golden("auc.csv") {
        let scores = |column| {
            let numbers = row.text(column).split(' ').map(str::parse);
            numbers.collect::<Result<Vec<f64>, _>>().expect("numbers")
        };
        let rankings = [(scores("positive"), scores("negative"))];
        let found = pooled_auc(&rankings).expect("room").expect("an estimate");
        let margin = 1.959_963_984_540_054 * found.variance.sqrt();
        row.check(match row.text("quantity") {
            "auc" => found.auc,
            "lower" => (found.auc - margin).max(0.0),
            "upper" => (found.auc + margin).min(1.0),
            other => panic!("no such quantity: {other}"),
        });
    }
}

/// The made-up data that the golden values of scikit-learn are for, the same as in
/// tests/peers/test_lookalike_models.py.
fn examples(name: &str) -> Vec<Example<4>> {
    let mut state = 42_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let count = if name == "rare" { 2_000 } else { 300 };
    let mut example = || {
        let [a, b, c, chance] = std::array::from_fn(|_| random());
        let shared = [a, (10.0 * b).floor(), 1000.0 * c * c, a + b];
        let likely = 0.1 + 0.5 * a + 0.3 * c;
        let (features, outcome) = match name {
            "plain" => (shared, chance < likely),
            "separated" => (shared, a > 0.6),
            "constant" => ([a, 7.0, 1000.0 * c * c, a], chance < likely),
            "rare" => (shared, chance < 0.01 * likely),
            "offset" => ([1e6 + a, b, 1e-6 * c, a + b], chance < likely),
            other => panic!("no such data: {other}"),
        };
        Example { features, outcome }
    };
    (0..count).map(|_| example()).collect()
}

#[test]
fn ridge_logistic_regression() {
    for row in golden("ridge_logistic.csv") {
        let examples = examples(row.text("data"));
        let first = examples[0].features;
        let model = RidgeLogistic::fit(examples, row.number("precision"))
            .expect("valid")
            .expect("both outcomes");
        row.check(match row.text("quantity") {
            "intercept" => model.intercept,
            "first_probability" => model.probability(&first),
            weight => model.weights[weight.parse::<usize>().expect("a number")],
        });
    }
}

#[test]
fn countries_by_their_names() {
    for row in golden("countries.csv") {
        let found = country_code(row.text("text"));
        let expected = row.text("expected").as_bytes();
        assert_eq!(
            found.as_ref().map(<[u8; 2]>::as_slice),
            Some(expected),
            "{}",
            row.text("text")
        );
    }
}

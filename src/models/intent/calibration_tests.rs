//! The histogram's intercept, compared with the plain sums.

use super::*;
use crate::models::intent::scales::open_both;
use crate::models::numerics::bytes::Writer;

/// Σp + mean(p) of the numbers themselves.
fn balance(log_odds: &[f64], intercept: f64) -> f64 {
    let sum: f64 = log_odds.iter().map(|z| logistic(z + intercept)).sum();
    sum + sum / log_odds.len() as f64
}

fn histogram(log_odds: &[f64]) -> Histogram {
    let mut histogram = Histogram::default();
    log_odds
        .iter()
        .for_each(|&z| histogram.add(z).expect("room"));
    histogram
}

#[test]
fn the_intercept_balances_the_numbers_themselves() {
    // Spread evenly, skewed, all alike, beyond the bins; one customer; all or none positive.
    let even: Vec<f64> = (0..5000).map(|i| f64::from(i) / 500.0 - 5.0).collect();
    let skewed: Vec<f64> = (1..3000).map(|i| -(3000.0 / f64::from(i)).ln()).collect();
    for log_odds in [
        even,
        skewed,
        vec![0.7; 40],
        vec![-50.0, 0.0, 50.0],
        vec![1.5],
    ] {
        let customers = log_odds.len() as u32;
        for positives in [0, 1, customers / 3, customers - 1, customers] {
            let intercept = histogram(&log_odds).intercept(positives);
            let intercept = intercept.expect("there are customers");
            let expected = f64::from(positives) + 0.5;
            let balance = balance(&log_odds, intercept);
            assert!(
                (balance / expected - 1.0).abs() < 5e-5,
                "{customers} customers, {positives} positives: {balance}"
            );
        }
    }
    assert_eq!(Histogram::default().intercept(0), None);
}

#[test]
fn both_levels_are_lowered_alike_to_what_is_supported() {
    let calendar = Calendar::new(1000, 940);
    let mut label = LabelCounts {
        today: [0.0, 2.0].map(|mean| histogram(&[mean - 1.0, mean, mean + 1.5, mean + 4.0])),
        earlier: [0.0, 2.0].map(|mean| histogram(&[mean, mean])),
        positives: [2, 1],
        ..LabelCounts::default()
    };
    // Nobody bought it, so half a buyer is supported; then 99 did.
    let low = label.calibrate(&Launch::default(), &calendar);
    (0..99).for_each(|_| label.demand.add([990].into_iter(), &calendar));
    let free = label.calibrate(&Launch::default(), &calendar);
    let sum =
        |label: &LabelCounts, found: Calibration| label.expected(found.intercepts.map(Some), 0.0).0;
    assert!(sum(&label, free) > 4.0);
    assert!((sum(&label, low) - 0.5).abs() < 1e-9);
    assert!((low.mean_probability - 0.5 / 8.0).abs() < 1e-9);
    let new = label.today[0].probabilities(low.intercepts[0]).0;
    assert!((low.mean_new_probability - new / 4.0).abs() < 1e-12);
    let shifts = [0, 1].map(|group| free.intercepts[group] - low.intercepts[group]);
    assert!(shifts[0] > 1.0 && (shifts[0] - shifts[1]).abs() < 1e-9);
}

#[test]
fn weights_of_two_days_have_the_same_labels() {
    let weights = |labels: [usize; 2]| {
        let packed = || -> Result<Vec<u8>> {
            let mut writer = Writer::default();
            for labels in labels {
                writer.value(0_i32)?;
                writer.value(0_u32)?;
                writer.value(0.0_f64)?;
                writer.value(0.0_f64)?;
                writer.value(0_u32)?;
                writer.slice(vec![0_u32; labels].into_iter())?;
                // Buyers by product, that terms are listed, and where they end, they, their buyers.
                writer.slice(std::iter::empty::<u32>())?;
                writer.value(0_u8)?;
                (0..3).try_for_each(|_| writer.slice(std::iter::empty::<u32>()))?;
            }
            Ok(writer.finish())
        };
        packed().expect("room")
    };
    assert!(open_both(&weights([2, 2])).is_ok());
    assert!(open_both(&weights([2, 3])).is_err());
    assert!(open_both(&weights([1_001, 1_001])).is_err());
    assert!(open_both(&[weights([2, 2]), vec![0]].concat()).is_err());
}

#[test]
fn numbers_that_no_customers_give_are_refused() {
    let with_median = |means: [f64; 2], median: f64| {
        let mut writer = Writer::default();
        means
            .iter()
            .for_each(|&mean| writer.slice([mean].into_iter()).expect("room"));
        writer.slice([median].into_iter()).expect("room");
        Scales::open(&writer.finish()).is_ok()
    };
    let scales = |means| with_median(means, f64::NAN);
    assert!(scales([0.0, 3.5]) && with_median([0.0, 3.5], 5.0));
    assert!(!with_median([0.0, 3.5], 0.0) && !with_median([0.0, 3.5], f64::INFINITY));
    assert!(!scales([0.0, f64::NAN]) && !scales([f64::INFINITY, 0.0]) && !scales([-1.0, 0.0]));

    let with_purchases = |intercept, mean_probability, purchases| {
        let mut writer = Writer::default();
        let calibration = Calibration {
            intercepts: [0.0, intercept],
            positives: [1, 1],
            mean_probability,
            mean_new_probability: 0.5,
            is_new: false,
            years_on_record: 0,
            purchases: [1.0, purchases],
            typical_spend: f64::NAN,
        };
        writer.slice([calibration].into_iter()).expect("room");
        Calibration::open_all(&writer.finish()).is_ok()
    };
    let calibration = |intercept, mean| with_purchases(intercept, mean, 1.5);
    assert!(!with_purchases(0.0, 0.1, 0.9) && !with_purchases(0.0, 0.1, f64::NAN));
    assert!(calibration(-3.0, 0.1) && calibration(f64::NAN, f64::NAN));
    assert!(calibration(-128.0, 0.1) && !calibration(-129.0, 0.1));
    assert!(!calibration(65.0, 0.1) && !calibration(0.0, -0.1) && !calibration(0.0, 1.1));
}

#[test]
fn only_blocks_in_use_take_room() {
    let mut part = histogram(&[-0.1, 0.1]);
    part.merge(&histogram(&[-1e9, 0.2])).expect("room");
    let used = part.blocks.iter().filter(|block| !block.is_empty());
    assert_eq!((used.count(), part.customers), (3, 4));
}

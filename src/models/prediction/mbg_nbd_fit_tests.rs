use super::*;

fn customer(x: u32, t: f64, total: f64) -> Observation {
    Observation {
        x,
        t,
        total,
        weight: 1.0,
    }
}

fn population() -> Vec<Observation> {
    (0..400u32)
        .map(|i| {
            let x = (i % 7).saturating_sub(3) * (1 + i % 5);
            let t = if x == 0 {
                0.0
            } else {
                f64::from(20 + (i * 37) % 300)
            };
            customer(x, t, t + f64::from((i * 53) % 250))
        })
        .collect()
}

#[test]
fn the_gradient_is_the_slope_of_the_value() {
    let observations = grouped(&population());
    let theta = [-0.3, 4.0, -0.7, 0.6];
    for dropout in [Dropout::AfterEveryPurchase, Dropout::AfterRepeatPurchases] {
        let gradient = log_likelihood(&observations, dropout, &theta).1;
        for i in 0..4 {
            let at = |step: f64| {
                let mut moved = theta;
                moved[i] += step;
                log_likelihood(&observations, dropout, &moved).0
            };
            let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!(
                (slope - gradient[i]).abs() < 1e-5 * (1.0 + slope.abs()),
                "{i}: {slope} {}",
                gradient[i]
            );
        }
    }
}

#[test]
fn weights_are_repetitions_and_order_does_not_matter() {
    let once = population();
    let mut twice = [once.clone(), once.clone()].concat();
    twice.reverse();
    let weighted: Vec<_> = once
        .iter()
        .map(|o| Observation { weight: 2.0, ..*o })
        .collect();
    let prior = Some(&Prior::DAYS);
    let left = fit(&twice, Dropout::AfterEveryPurchase, prior);
    assert_eq!(left, fit(&weighted, Dropout::AfterEveryPurchase, prior));
}

/// A population without information on the parameters must still give usable ones.
#[test]
fn degenerate_populations_stay_finite() {
    let populations: [Vec<Observation>; 8] = [
        Vec::new(),
        vec![customer(0, 0.0, 0.0)],
        vec![customer(0, 0.0, 50.0); 10],
        vec![Observation {
            weight: 200_000.0,
            ..customer(0, 0.0, 400.0)
        }],
        vec![customer(4, 120.0, 150.0); 10],
        vec![customer(0, 0.0, 0.0); 1_000],
        vec![customer(4_999, 5_000.0, 5_010.0)],
        vec![customer(1_000_000, 2e6, 3.6e6), customer(0, 0.0, 3.6e6)],
    ];
    for observations in populations {
        for dropout in [Dropout::AfterEveryPurchase, Dropout::AfterRepeatPurchases] {
            let fit = fit(&observations, dropout, Some(&Prior::DAYS));
            let Parameters { r, alpha, a, b } = fit.parameters;
            assert!(Parameters::new(r, alpha, a, b).is_ok(), "{fit:?}");
            assert!(fit.log_likelihood.is_finite());
        }
    }
}

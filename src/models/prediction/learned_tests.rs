use super::*;

/// What purchases of high value tell.
pub(crate) fn learned() -> Learned {
    let mut features = [Weighing::default(); FEATURES];
    features[2] = Weighing {
        mean: 4.0,
        deviation: 1.0,
        weight: -0.2,
    };
    features[VALUE] = Weighing {
        mean: 0.0,
        deviation: 0.5,
        weight: 0.3,
    };
    Learned {
        horizon_days: 180,
        windows: 2,
        level: -0.1,
        purchases_factor: 0.95,
        features,
    }
}

#[test]
fn a_bad_number_is_named() {
    assert_eq!(learned().validate(), Ok(()));
    let with = |place: usize, weighing: Weighing| {
        let mut learned = learned();
        learned.features[place] = weighing;
        learned
    };
    let sound = learned().features[2];
    for (bad, name) in [
        (
            Learned {
                horizon_days: 0,
                ..learned()
            },
            "learned.horizon_days",
        ),
        (
            Learned {
                windows: 0,
                ..learned()
            },
            "learned.windows",
        ),
        (
            Learned {
                level: f64::NAN,
                ..learned()
            },
            "learned.level",
        ),
        (
            Learned {
                purchases_factor: 0.0,
                ..learned()
            },
            "learned.purchases_factor",
        ),
        (
            with(
                0,
                Weighing {
                    deviation: -1.0,
                    ..sound
                },
            ),
            "deviation of learned.return_odds",
        ),
        (
            with(
                2,
                Weighing {
                    deviation: 1e-12,
                    ..sound
                },
            ),
            "deviation of learned.silence",
        ),
        (
            with(
                10,
                Weighing {
                    weight: f64::INFINITY,
                    ..sound
                },
            ),
            "weight of learned.customer_a_year_ago",
        ),
        (
            with(
                6,
                Weighing {
                    mean: f64::NAN,
                    ..sound
                },
            ),
            "mean of learned.purchases_365_days",
        ),
    ] {
        let error = bad.validate().expect_err(name).to_string();
        assert!(
            error.starts_with("model needs") && error.contains(name),
            "{error}"
        );
    }
}

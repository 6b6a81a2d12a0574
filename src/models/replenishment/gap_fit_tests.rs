use super::*;
use crate::models::numerics::mix::mix;
use crate::models::purchases::packed_gaps::packed_gaps;

/// A shop of products that are drawn from the model: everybody's days up to 365.
fn shop(model: &GapModel, customers: u64) -> Vec<Vec<i32>> {
    (0..customers)
        .map(|customer| {
            let mut state = mix(customer);
            let mut uniform = || {
                state = mix(state);
                ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
            };
            // Shapes of 1: a rate is exponential, and leaving uniform to a power.
            let rate = -uniform().ln() / model.rate_scale;
            let leaves = 1.0 - uniform().powf(1.0 / model.staying);
            let mut day = uniform() * 100.0;
            let mut days = vec![];
            while day < 365.0 {
                if days.last() != Some(&(day as i32)) {
                    days.push(day as i32);
                }
                if uniform() < leaves {
                    break;
                }
                day += (-uniform().ln() / rate).powf(1.0 / model.shape);
            }
            days
        })
        .collect()
}

fn fit(shop: &[Vec<i32>]) -> GapFit {
    let mut fit = GapFit::default();
    for days in shop {
        let gaps = packed_gaps(days).expect("ascending");
        let last = days[days.len() - 1];
        fit.add(last, &gaps, 365, (0.0, 0.0)).expect("room");
    }
    fit
}

const TRUE: GapModel = GapModel {
    shape: 1.5,
    rate_shape: 1.0,
    // A typical gap of 40 days.
    rate_scale: 252.98,
    leaving: 1.0,
    staying: 3.0,
    quantity_power: 0.0,
};

#[test]
fn parameters_are_found_again() {
    let found = fit(&shop(&TRUE, 20_000))
        .finish()
        .expect("room")
        .expect("customers");
    for (name, found, expected, tolerance) in [
        ("shape", found.shape, TRUE.shape, 0.05),
        ("rate_shape", found.rate_shape, TRUE.rate_shape, 0.1),
        (
            "leaving",
            found.leaving / (found.leaving + found.staying),
            0.25,
            0.03,
        ),
    ] {
        assert!((found - expected).abs() < tolerance, "{name}: {found}");
    }
    let gap = (found.rate_scale / found.rate_shape).powf(1.0 / found.shape);
    assert!((gap - 40.0).abs() < 3.0, "{gap}");
}

#[test]
fn the_gradient_is_the_derivative() {
    let mut fit = fit(&shop(&TRUE, 300));
    let seen = fit.waits(365).expect("room");
    let theta = [0.2, 3.0, 0.3, -0.5, 0.8];
    let (_, gradient) = seen.log_likelihood(&theta);
    for i in 0..5 {
        let at = |step: f64| {
            let mut moved = theta;
            moved[i] += step;
            seen.log_likelihood(&moved).0
        };
        let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!(
            (gradient[i] - slope).abs() < 1e-4 * slope.abs().max(1.0),
            "{i}: {} is not {slope}",
            gradient[i]
        );
    }
}

#[test]
fn few_customers_stay_at_the_prior_and_none_have_no_model() {
    assert_eq!(GapFit::default().finish(), Ok(None));
    let found = fit(&[vec![0, 30]])
        .finish()
        .expect("room")
        .expect("a customer");
    assert_eq!(found.checked(), Ok(found));
    assert!((0.5..2.0).contains(&found.shape));
}

#[test]
fn what_is_far_ends_and_what_is_impossible_is_refused() {
    let mut fit = GapFit::default();
    let far = packed_gaps(&[-2_147_483_646, 2_147_483_646]).expect("ascending");
    for _ in 0..50 {
        fit.add(2_147_483_646, &far, 2_147_483_646, (1.0, 0.5))
            .expect("room");
    }
    let found = fit.finish().expect("room").expect("customers");
    assert_eq!(found.checked(), Ok(found));
    assert_eq!(found.quantity_power, 0.5);
    assert!(fit.add(5, &[], 4, (0.0, 0.0)).is_err());
    assert!(fit.add(5, &[0], 2_147_483_646, (0.0, 0.0)).is_err());
    assert!(fit.add(5, &[1], 2_147_483_646, (f64::NAN, 0.0)).is_err());
}

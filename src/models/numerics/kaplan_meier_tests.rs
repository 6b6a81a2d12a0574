use super::*;
use proptest::prelude::*;

fn curve(waits: &[(u32, bool)]) -> KaplanMeier {
    let waits = waits.iter().map(|&(days, ended)| Waits {
        days,
        ended: ended.into(),
        open: (!ended).into(),
    });
    KaplanMeier::new(waits.collect()).expect("room")
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * (1.0 + a.abs().max(b.abs()))
}

/// Y and d: 6 and 1 on day 1, 5 and 2 on day 3, 2 and 0 on day 4, 1 and 1 on day 6.
const SMALL: [(u32, bool); 6] = [
    (3, false),
    (1, true),
    (6, true),
    (3, true),
    (4, false),
    (3, true),
];

#[test]
fn ties_and_waits_last_seen_on_an_event_day_by_hand() {
    let curve = curve(&SMALL);
    let shares = [0, 1, 2, 3, 5, 6].map(|days| curve.share(days).expect("within the data"));
    let expected = [0.0, 1.0 / 6.0, 1.0 / 6.0, 0.5, 0.5, 1.0];
    assert!(
        shares.iter().zip(expected).all(|(&a, b)| close(a, b)),
        "{shares:?}"
    );
    // The longest wait ended, but others are open.
    assert_eq!(curve.share(7), None);
    assert_eq!(
        [0.1, 0.5, 0.51].map(|p| curve.quantile(p)),
        [Some(1), Some(3), Some(6)]
    );
    assert!(close(
        curve.greenwood_variance(5),
        0.25 * (1.0 / 30.0 + 2.0 / 15.0)
    ));
    assert_eq!(curve.greenwood_variance(0), 0.0);
    assert_eq!(curve.greenwood_variance(6), 0.0);
    assert_eq!(
        [1, 2, 5, 6, 7].map(|n| curve.longest_with(n)),
        [Some(6), Some(4), Some(3), Some(1), None]
    );
    // Of 1, 3, 3 and 6.
    assert_eq!(
        [0.0, 0.25, 0.5, 1.0].map(|p| curve.ended_quantile(p)),
        [1.0, 2.5, 3.0, 6.0].map(Some)
    );
}

#[test]
fn remission_times_of_freireich_1963_as_published() {
    // Kleinbaum & Klein, Survival Analysis (3rd ed. 2012), tables 2.3 and 2.4: weeks in
    // remission under 6-MP; standard errors of Greenwood.
    let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    let open = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    let waits = ended
        .map(|t| (t, true))
        .into_iter()
        .chain(open.map(|t| (t, false)));
    let curve = curve(&waits.collect::<Vec<_>>());
    for (weeks, survival, error) in [
        (6, 0.8571, 0.0764),
        (7, 0.8067, 0.0869),
        (10, 0.7529, 0.0963),
        (13, 0.6902, 0.1068),
        (16, 0.6275, 0.1141),
        (22, 0.5378, 0.1282),
        (23, 0.4482, 0.1346),
    ] {
        let share = curve.share(weeks).expect("within the data");
        assert!(
            (1.0 - share - survival).abs() < 5e-5,
            "S({weeks}) = {}",
            1.0 - share
        );
        assert!((curve.greenwood_variance(weeks).sqrt() - error).abs() < 5e-5);
    }
    assert_eq!(curve.quantile(0.5), Some(23));
    assert_eq!(curve.quantile(0.6), None);
}

#[test]
fn without_waits_there_is_nothing_to_say() {
    let nothing = curve(&[]);
    assert_eq!((nothing.share(0), nothing.quantile(0.5)), (None, None));
    assert_eq!(
        (nothing.longest_with(1), nothing.ended_quantile(0.5)),
        (None, None)
    );
    assert_eq!(nothing.greenwood_variance(9), 0.0);
    assert!(nothing.influence(9).expect("room").is_empty());
}

#[test]
fn waits_that_have_all_ended_are_known_for_ever() {
    assert_eq!(curve(&[(2, true), (9, true)]).share(365), Some(1.0));
    assert_eq!(curve(&[(2, true), (9, false)]).share(365), None);
}

#[test]
fn waits_of_no_days_were_never_at_risk() {
    let curve = curve(&[(0, false), (0, false), (4, true), (8, false)]);
    assert_eq!(curve.share(4), Some(0.5));
    assert_eq!(curve.longest_with(4), None);
}

/// The influence of a wait of so many days on the share at `at`.
fn influence(curve: &KaplanMeier, at: u32, days: u32) -> Influence {
    let place = curve.shares().position(|(length, _)| length == days);
    curve.influence(at).expect("room")[place.expect("a length of the curve")]
}

fn waits() -> impl Strategy<Value = Vec<(u32, bool)>> {
    prop::collection::vec((0..25u32, prop::bool::ANY), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_curve_follows_the_definition(waits in waits(), days in 0..30u32, p in 0.0..1.0f64) {
        let curve = curve(&waits);
        let factor = |u: u32| {
            let at_risk = waits.iter().filter(|wait| wait.0 >= u).count().max(1) as f64;
            let ended = waits.iter().filter(|&&wait| wait == (u, true)).count() as f64;
            1.0 - ended / at_risk
        };
        let survival: f64 = (0..=days).map(factor).product();
        let longest = waits.iter().map(|wait| wait.0).max().expect("at least one");
        match curve.share(days) {
            Some(share) => prop_assert!(close(1.0 - share, survival)),
            None => prop_assert!(days > longest && waits.iter().any(|wait| !wait.1)),
        }
        if let Some(found) = curve.quantile(p) {
            prop_assert!(curve.share(found).expect("a length that occurs") >= p - ROUNDING);
            prop_assert!(found == 0 || curve.share(found - 1).expect("before it") < p);
        }

        let mut ended: Vec<u32> = waits.iter().filter(|wait| wait.1).map(|wait| wait.0).collect();
        ended.sort_unstable();
        let quantile = ended.len().checked_sub(1).map(|last| {
            let rank = last as f64 * p;
            let (low, high) = (ended[rank.floor() as usize], ended[rank.ceil() as usize]);
            f64::from(low) + f64::from(high - low) * rank.fract()
        });
        prop_assert_eq!(curve.ended_quantile(p), quantile);
    }

    #[test]
    fn influences_cancel_and_their_squares_are_greenwoods_variance(waits in waits(), days in 0..30u32) {
        let curve = curve(&waits);
        let own = |&(length, ended): &(u32, bool)| {
            let influence = influence(&curve, days, length);
            if ended { influence.ended } else { influence.open }
        };
        prop_assert!(close(waits.iter().map(own).sum(), 0.0));
        let squares: f64 = waits.iter().map(|wait| own(wait).powi(2)).sum();
        prop_assert!(close(squares, curve.greenwood_variance(days)));
    }

    #[test]
    fn influence_is_the_derivative_by_a_waits_weight(waits in waits(), days in 1..25u32, at in 0..60usize) {
        const WEIGHT: u64 = 1_000_000;
        let weigh = |extra: u64| {
            let chosen = at % waits.len();
            KaplanMeier::new((0..).zip(&waits).map(|(i, &(days, ended))| {
                let weight = WEIGHT + if i == chosen { extra } else { 0 };
                Waits { days, ended: if ended { weight } else { 0 }, open: if ended { 0 } else { weight } }
            }).collect()).expect("room")
        };
        let (before, after) = (weigh(0), weigh(1));
        prop_assume!(before.share(days).is_some_and(|share| share < 1.0));
        let moved = after.share(days).expect("as before") - before.share(days).expect("known");
        let (length, ended) = waits[at % waits.len()];
        let influence = influence(&curve(&waits), days, length);
        let influence = if ended { influence.ended } else { influence.open };
        prop_assert!((moved * WEIGHT as f64 - influence).abs() < 1e-5, "{moved} {influence}");
    }
}

use super::*;
use crate::models::numerics::calendar::MONTHS;
use crate::models::prediction::features::VALUE;
use crate::models::prediction::learned::tests::learned;
use crate::models::prediction::traits::Trait;

fn shop() -> ShopModel {
    ShopModel {
        model: PurchaseModel {
            order_value: Some(20.0),
            ..PurchaseModel::CDNOW
        },
        seasons: None,
        learned: Some(learned()),
    }
}

fn history(days: &[i32], revenue: Option<f64>) -> PurchaseHistory {
    let history = PurchaseHistory::from_days(days.iter().copied(), 10_000);
    PurchaseHistory {
        revenue,
        ..history.expect("room").expect("days")
    }
}

#[test]
fn the_log_odds_move_by_what_the_features_add() {
    let days = [0, 40, 90];
    let history = history(&days, Some(600.0));
    let shop = shop();
    let prospect = shop.prospect(&history, Some(&days), 200).expect("valid");
    let alone = prospect.customer().return_probability(180.0);
    let value = (201.0_f64 / 21.0).ln() / 0.5;
    let shift = -0.1 - 0.2 * (111.0_f64.ln() - 4.0) + 0.3 * value.min(3.0);
    let odds = alone / (1.0 - alone) * shift.exp();
    let found = prospect.return_probability(180.0);
    assert!((found - odds / (1.0 + odds)).abs() < 1e-12, "{found}");
    let rate = |p: f64| -(1.0 - p.min(0.9)).ln();
    let expected =
        prospect.customer().expected_purchases(365.0) * (rate(found) / rate(alone)).sqrt() * 0.95;
    assert!((prospect.expected_purchases(365.0) - expected).abs() < 1e-12);
    assert_eq!(prospect.traits().0, [Some(Trait::new(VALUE, true)), None]);
}

#[test]
fn without_days_or_lessons_it_is_mbg_nbd() {
    let days = [0, 40, 90];
    let history = history(&days, Some(600.0));
    let alone = ShopModel {
        learned: None,
        ..shop()
    };
    for prospect in [
        shop().prospect(&history, None, 200),
        alone.prospect(&history, Some(&days), 200),
    ] {
        let prospect = prospect.expect("valid");
        let customer = prospect.customer();
        for days in [0.0, 30.0, 365.0] {
            assert_eq!(
                prospect.return_probability(days),
                customer.return_probability(days)
            );
            assert_eq!(
                prospect.expected_purchases(days),
                customer.expected_purchases(days)
            );
        }
        assert_eq!(prospect.traits(), Traits::default());
    }
}

#[test]
fn probabilities_grow_with_the_days() {
    for silence in [0, 100, 5_000] {
        let days = [0, 3, 6, 9];
        let shop = shop();
        let prospect = shop
            .prospect(&history(&days, None), Some(&days), 9 + silence)
            .expect("valid");
        let mut before = prospect.return_probability(0.0);
        assert_eq!(before, 0.0);
        for days in [1.0, 30.0, 179.0, 180.0, 181.0, 3_650.0] {
            let now = prospect.return_probability(days);
            assert!((before..1.0).contains(&now), "{days}: {before}, {now}");
            before = now;
        }
        assert!(prospect.expected_purchases(365.0).is_finite());
    }
}

#[test]
fn at_least_the_chance_of_one_purchase_is_expected() {
    let days: Vec<i32> = (0..60).collect();
    let history = history(&days, Some(600.0));
    let shop = shop();
    let prospect = shop.prospect(&history, Some(&days), 860).expect("valid");
    assert!(prospect.customer().expected_purchases(365.0) < 1e-9);
    for days in [30.0, 180.0, 365.0] {
        let chance = prospect.return_probability(days);
        assert!(chance > 1e-6);
        assert_eq!(prospect.expected_purchases(days), chance);
    }
    assert!(prospect.expected_purchases(365.0) >= prospect.return_probability(180.0));
}

#[test]
fn seasons_stretch_what_lies_ahead_and_nothing_else() {
    let mut index = [0.8; MONTHS];
    index[11] = 3.0;
    let seasons = Seasons::new(index).expect("sound");
    let seasonal = ShopModel {
        seasons: Some(seasons),
        ..shop()
    };
    let days = [0, 40, 90];
    let history = history(&days, Some(600.0));
    // 1970-11-30, before the month of which much is bought.
    let as_of = 333;
    let even = shop();
    let found = |shop: &ShopModel, within| {
        let prospect = shop.prospect(&history, Some(&days), as_of).expect("valid");
        (
            prospect.return_probability(within),
            prospect.expected_purchases(within),
            prospect.next_return_days(within),
        )
    };
    let shift = |shop: &ShopModel, within: f64, ahead: f64| {
        let alone = shop
            .model
            .customer(&history, as_of)
            .expect("valid")
            .return_probability(ahead);
        log_odds(found(shop, within).0) - log_odds(alone)
    };
    let december = seasons.ahead(as_of, 31.0);
    assert!((december - 93.0).abs() < 1e-9);
    assert!((shift(&seasonal, 31.0, december) - shift(&even, 31.0, 31.0)).abs() < 1e-3);
    assert!(found(&seasonal, 31.0).1 > found(&even, 31.0).1);
    assert!(found(&seasonal, 180.0).2 < found(&even, 180.0).2);
    assert!(found(&seasonal, 180.0).2 > 0.0);
    assert_eq!(
        seasonal
            .model
            .customer(&history, as_of)
            .expect("valid")
            .alive_probability(),
        even.model
            .customer(&history, as_of)
            .expect("valid")
            .alive_probability()
    );
}

//! The time of each model per customer, on the customers of the demo shop: `cargo bench`. `make bench BENCH=--instructions`
//! counts their instructions instead, see `benches/peers/instructions.py`.

use audience::models::demo::demo::{LAST_DAY, demo_customer};
use audience::models::lifecycle::lifecycle::{assess, stage};
use audience::models::lifecycle::reason::lifecycle_reason;
use audience::models::lifecycle::rules::StageOptions;
use audience::models::prediction::model::PurchaseModel;
use audience::models::prediction::model_fit::ModelFit;
use audience::models::purchases::purchases::{PurchaseDays, PurchaseHistory};
use audience::models::value::reason::{ImportanceFacts, ImportanceMoney, importance_reason};
use audience::models::value::tiers::ImportanceTier;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::cell::RefCell;
use std::hint::black_box;

const CUSTOMERS: u64 = 20_000;
const AS_OF: i32 = LAST_DAY;
const MODEL: PurchaseModel = PurchaseModel {
    r: 0.6,
    alpha: 56.0,
    a: 0.64,
    b: 1.18,
    typical_gap_days: 62.0,
    order_value: Some(40.0),
};

fn days_of(customer: u64) -> PurchaseDays {
    let mut days = PurchaseDays::default();
    for order in demo_customer(customer, 1) {
        days.add(order.day, Some(order.amount)).expect("room");
    }
    days
}

fn histories() -> Vec<PurchaseHistory> {
    dated_histories()
        .into_iter()
        .map(|(history, _)| history)
        .collect()
}

fn dated_histories() -> Vec<(PurchaseHistory, Vec<i32>)> {
    (0..CUSTOMERS)
        .filter_map(|customer| days_of(customer).dated_history().ok().flatten())
        .collect()
}

/// Runs `body` once per customer, so that the time per element is that of one.
fn per_customer<T, R>(
    criterion: &mut Criterion,
    name: &str,
    customers: &[T],
    mut body: impl FnMut(&T) -> R,
) {
    let mut group = criterion.benchmark_group("per customer");
    group.throughput(Throughput::Elements(customers.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            counted(|| {
                for customer in customers {
                    black_box(body(customer));
                }
            })
        })
    });
}

/// What instructions are counted of: callgrind counts within the function of this name.
#[inline(never)]
fn counted<R>(mut work: impl FnMut() -> R) -> R {
    work()
}

fn purchase_days(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("PurchaseDays::add");
    for count in [1, 5, 15, 50, 500] {
        let ascending: Vec<i32> = (0..count).map(|i| 15_000 + 3 * i).collect();
        // A multiplier without a common factor visits every day once, all over the place.
        let shuffled: Vec<i32> = (0..count).map(|i| 15_000 + 3 * (i * 7 % count)).collect();
        group.throughput(Throughput::Elements(count as u64));
        for (order, days) in [("ascending", ascending), ("shuffled", shuffled)] {
            group.bench_function(format!("{count} days, {order}"), |bencher| {
                bencher.iter(|| {
                    counted(|| {
                        let mut state = PurchaseDays::default();
                        for &day in &days {
                            state.add(black_box(day), Some(1.5)).expect("room");
                        }
                        state
                    })
                })
            });
        }
    }
    group.finish();

    let customers: Vec<PurchaseDays> = (0..CUSTOMERS).map(days_of).collect();
    per_customer(criterion, "PurchaseDays::merge", &customers, |days| {
        let mut merged = PurchaseDays::default();
        merged.merge(days).expect("room");
        merged
    });
    let customers: Vec<_> = customers.into_iter().map(RefCell::new).collect();
    per_customer(criterion, "PurchaseDays::history", &customers, |days| {
        days.borrow_mut().history()
    });
}

fn scores(criterion: &mut Criterion) {
    let histories = histories();
    per_customer(criterion, "assess", &histories, |history| {
        assess(history, &MODEL, AS_OF, StageOptions::default(), 180)
    });
    per_customer(criterion, "stage", &histories, |history| {
        stage(history, &MODEL, AS_OF, StageOptions::default())
    });
    per_customer(criterion, "return_probability", &histories, |history| {
        MODEL
            .customer(history, AS_OF)
            .map(|customer| customer.return_probability(180.0))
    });
    per_customer(criterion, "expected_purchases", &histories, |history| {
        MODEL
            .customer(history, AS_OF)
            .map(|customer| customer.expected_purchases(365.0))
    });
}

fn reasons(criterion: &mut Criterion) {
    let judged: Vec<_> = histories()
        .into_iter()
        .filter_map(|history| {
            Some((
                assess(&history, &MODEL, AS_OF, StageOptions::default(), 180).ok()?,
                history,
            ))
        })
        .collect();
    let mut text = String::new();
    per_customer(
        criterion,
        "lifecycle_reason",
        &judged,
        |(lifecycle, history)| {
            lifecycle_reason(&mut text, lifecycle, history, 180);
            text.len()
        },
    );
    let facts = ImportanceFacts {
        tier: ImportanceTier::FrequentBuyer,
        purchases: 12,
        money: Some(ImportanceMoney {
            revenue: 1240.3,
            expected_revenue: 310.0,
            rank: 14,
            customers: 2357,
        }),
        usual_gap_days: 22.0,
        typical_gap_days: 62.0,
    };
    let mut text = String::new();
    per_customer(criterion, "importance_reason", &[facts], |facts| {
        importance_reason(&mut text, black_box(facts));
        text.len()
    });
}

fn fits(criterion: &mut Criterion) {
    let histories = dated_histories();
    per_customer(criterion, "ModelFit::add", &histories, {
        let mut fit = ModelFit::default();
        move |(history, days)| fit.add(history, Some(days), Some(AS_OF))
    });

    let mut group = criterion.benchmark_group("ModelFit::finish");
    group.sample_size(10);
    for copies in [1, 50] {
        let mut collected = ModelFit::default();
        for shift in 0..copies {
            for (history, days) in &histories {
                let days: Vec<i32> = days.iter().map(|day| day - shift).collect();
                let shifted = PurchaseHistory {
                    first_day: history.first_day - shift,
                    last_day: history.last_day - shift,
                    fourth_last_day: history.fourth_last_day.map(|day| day - shift),
                    ..*history
                };
                collected
                    .add(&shifted, Some(&days), Some(AS_OF))
                    .expect("room");
            }
        }
        let customers = histories.len() * copies as usize;
        group.bench_function(format!("{customers} customers"), |bencher| {
            bencher.iter(|| counted(|| collected.finish(180, true)))
        });
    }
}

fn demo(criterion: &mut Criterion) {
    let customers: Vec<u64> = (0..CUSTOMERS).collect();
    per_customer(criterion, "demo_customer", &customers, |&customer| {
        demo_customer(customer, 1)
    });
}

criterion_group!(models, purchase_days, scores, reasons, fits, demo);
criterion_main!(models);

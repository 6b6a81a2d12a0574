use super::*;
use crate::models::prediction::model_fit::ModelFit;
use proptest::prelude::*;

const DATES: [i32; 6] = [3, 10, 11, 40, 41, 70];

fn log(days: &[(i32, bool)]) -> Vec<LogDay> {
    let day = |&(day, is_purchase): &(i32, bool)| LogDay {
        day,
        is_purchase,
        revenue: Some(f64::from(day) / 7.0 * if is_purchase { 1.0 } else { -1.0 }),
    };
    days.iter().map(day).collect()
}

fn history(logs: &[Vec<LogDay>]) -> ModelHistory {
    let mut history = ModelHistory::default();
    history
        .set_dates(DATES.len(), || Ok(DATES.to_vec()))
        .expect("few dates");
    history.learn_on(|_| true).expect("few dates");
    for log in logs {
        history
            .add(log.iter().copied().map(Ok))
            .expect("small amounts");
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_date_has_the_model_of_the_customers_up_to_it(
        logs in prop::collection::vec(prop::collection::btree_map(0..80_i32, any::<bool>(), 0..9), 0..60),
        at in 0..60usize,
    ) {
        let logs: Vec<_> = logs.into_iter().map(|days| log(&Vec::from_iter(days))).collect();
        let mut fits = DATES.map(|_| ModelFit::default());
        for log in &logs {
            histories_at(log.iter().copied().map(Ok), DATES.into_iter(), |index, history| {
                let bought: Vec<i32> = log.iter()
                    .filter(|day| day.is_purchase && day.day <= DATES[index])
                    .map(|day| day.day)
                    .collect();
                fits[index].add(history, Some(&bought), Some(DATES[index]))
            }).expect("small amounts");
        }
        let expected: Vec<_> = fits.iter_mut().map(|fit| fit.finish(5, true).expect("a fit").model).collect();
        let alone: Vec<_> = expected.iter().map(|shop: &ShopModel| shop.model).collect();
        let (left, right) = logs.split_at(at.min(logs.len()));
        let (mut merged, source) = (history(right), history(left));
        merged.merge(&source).expect("room");
        prop_assert_eq!(merged.shop_models(5, true), Ok(expected.clone()));
        prop_assert_eq!(merged.models(), Ok(alone));
        prop_assert_eq!(merged.shop_models(5, true), Ok(expected));
        let mut source = source;
        prop_assert_eq!(source.shop_models(5, true), history(left).shop_models(5, true));
    }
}

#[test]
fn a_silence_without_refunds_is_counted_once() {
    let history = history(&[
        log(&[(0, true), (5, true), (42, false)]),
        log(&[(10, true)]),
        log(&[(80, true)]),
    ]);
    // Two who came, one who was another after the second purchase; and the mean after the refund.
    let counted = |history: &ModelHistory| {
        (
            history.histories.total(),
            history.means.total(),
            history.entries,
        )
    };
    assert_eq!(counted(&history), (4, 6, 11));
    let mut other = ModelHistory::default();
    other.merge(&history).expect("room");
    assert_eq!(counted(&other), (4, 6, 11));
    assert!(
        ModelHistory::default()
            .set_dates(70_000, || Ok(vec![]))
            .is_err()
    );
}

#[test]
fn where_nothing_is_learned_no_days_are_kept() {
    let logs = [log(&[(0, true), (5, true)]), log(&[(2, true)])];
    let mut alone = ModelHistory::default();
    alone
        .set_dates(DATES.len(), || Ok(DATES.to_vec()))
        .expect("few dates");
    for log in &logs {
        alone
            .add(log.iter().copied().map(Ok))
            .expect("small amounts");
    }
    assert!(alone.customer.days.is_empty());
    assert_eq!(alone.models(), history(&logs).models());
    let shops = alone.shop_models(5, true).expect("room");
    assert!(shops.iter().all(|shop| shop.learned.is_none()));
}

fn written(history: &ModelHistory) -> Vec<u8> {
    let mut writer = Writer::default();
    history.write(&mut writer).expect("short");
    writer.finish()
}

fn read(bytes: &[u8]) -> Result<ModelHistory> {
    let mut reader = Reader::new(bytes);
    let history = ModelHistory::read(&mut reader)?;
    reader.end().map(|()| history)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn states_add_up_to_the_models_of_all(
        logs in prop::collection::vec(prop::collection::btree_map(0..80_i32, any::<bool>(), 0..9), 0..40),
        at in 0..40usize,
        place in any::<prop::sample::Index>(),
        bit in 0..8u32,
    ) {
        let logs: Vec<_> = logs.into_iter().map(|days| log(&Vec::from_iter(days))).collect();
        let (left, right) = logs.split_at(at.min(logs.len()));
        let mut sum = read(&written(&ModelHistory::default())).expect("sound");
        for part in [left, right] {
            sum.merge(&read(&written(&history(part))).expect("sound")).expect("room");
        }
        let models = sum.dated_models().expect("sound");
        let alone: Vec<_> = models.iter().map(|dated| dated.shop.model).collect();
        prop_assert_eq!(history(&logs).models(), Ok(alone));
        let first_day = logs.iter().flatten().filter(|day| day.is_purchase && day.day <= 70).map(|day| day.day).min();
        prop_assert_eq!(models[DATES.len() - 1].first_day, first_day);

        // Whatever has become of it is refused, or of some customers.
        let mut bytes = written(&history(&logs));
        let place = place.index(bytes.len());
        prop_assert!(read(&bytes[..place]).is_err());
        bytes[place] ^= 1 << bit;
        if let Ok(models) = read(&bytes).and_then(|mut damaged| damaged.dated_models()) {
            for dated in models {
                prop_assert!(PurchaseModel::validate(&dated.shop.model).is_ok());
            }
        }
    }
}

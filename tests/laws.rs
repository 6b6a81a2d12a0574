//! The laws of every SQL aggregate, as `audience::duckdb::Aggregate` states them. DuckDB
//! relies on them wherever it splits rows over threads or slides a window.
//!
//! Results are compared bit for bit. Aggregates over lists can only be called by DuckDB;
//! tests/test_behaviour.py has them.

use audience::duckdb::{Aggregate, Constant, Date, Unchecked};
use audience::functions::backtest::ranking::Ranking;
use audience::functions::backtest::score_order::ScoreOrder;
use audience::functions::campaigns::campaign_uplift::CampaignUplift;
use audience::functions::campaigns::rule_table::RuleTable;
use audience::functions::gaps::lapse_days::LapseDays;
use audience::functions::history::History;
use audience::functions::intent::basket::Basket as BasketAggregate;
use audience::functions::intent::label_members::LabelMembers;
use audience::functions::lookalikes::lookalike_fit::LookalikeFit;
use audience::functions::prediction::first_lost_date::FirstLostDate;
use audience::functions::prediction::packed_model_fit::PackedModelFit;
use audience::functions::prediction::purchase_model_fit::PurchaseModelFit;
use audience::functions::prediction::seasonality::Seasonality;
use audience::functions::prediction::typical_gap::TypicalGap;
use audience::functions::purchases::dated_history::DatedHistory;
use audience::functions::purchases::exact_sum::ExactSum;
use audience::functions::purchases::purchase_days::PurchaseDays;
use audience::functions::purchases::purchase_history::PurchaseHistory as HistoryAggregate;
use audience::functions::purchases::purchase_log::PurchaseLog;
use audience::functions::segments::score_cuts::ScoreCuts;
use audience::functions::segments::score_outline::ScoreOutline;
use audience::functions::shop_model::Model;
use audience::functions::value::importance::Importance;
use audience::functions::value::importance_outline::ImportanceOutline;
use audience::models::campaigns::triggers::RawRule;
use audience::models::intent::basket::{Basket, BasketBuilder};
use audience::models::intent::counts::{CountFrame, Counts, pack_pairs};
use audience::models::intent::reading::Reading;
use audience::models::intent::scales::open_both;
use audience::models::intent::weighing;
use audience::models::prediction::model::PurchaseModel;
use audience::models::purchases::packed_gaps::packed_gaps;
use audience::models::purchases::purchases::PurchaseHistory;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

/// A test for every aggregate: its name, the aggregate, how many sets of rows to try if not
/// [`Case::CASES`], the rows and how to draw one, and the arguments that a row stands for.
macro_rules! laws {
    ($(
        $name:ident: $aggregate:ty $([$cases:literal])?,
        $row:ty = $strategy:expr,
        |$pattern:pat_param| $args:expr;
    )+) => {$(
        pub(crate) mod $name {
            #[allow(unused_imports)]
            use super::*;

            pub(crate) struct Table;

            impl Case for Table {
                type Aggregate = $aggregate;
                type Row = $row;
                $(const CASES: u32 = $cases;)?

                fn row() -> impl Strategy<Value = Self::Row> {
                    $strategy
                }
                fn args($pattern: &Self::Row) -> <Self::Aggregate as Aggregate>::Args<'_> {
                    $args
                }
            }

            #[test]
            fn keeps_the_laws() {
                laws::<Table>();
            }
        }
    )+};
}

#[path = "laws/audiences.rs"]
mod audiences;
#[path = "laws/intent.rs"]
mod intent;
#[path = "laws/recommend.rs"]
mod recommend;
#[path = "laws/replenishment.rs"]
mod replenishment;
#[path = "laws/states.rs"]
mod states;

/// An aggregate and rows to feed it with; see [`laws!`].
trait Case {
    /// What the laws are about.
    type Aggregate: Aggregate;
    /// The arguments of one row, owned.
    type Row: Clone + Debug;
    /// How many sets of rows to try.
    const CASES: u32 = 150;

    fn row() -> impl Strategy<Value = Self::Row>;
    fn args(row: &Self::Row) -> <Self::Aggregate as Aggregate>::Args<'_>;
}

type State<C> = <<C as Case>::Aggregate as Aggregate>::State;

/// A result in a form that is equal only for equal bits: Debug writes floats exactly, and
/// tells -0 from 0.
fn finish<C: Case>(state: &mut State<C>) -> String
where
    <C::Aggregate as Aggregate>::Out: Debug,
{
    match C::Aggregate::finish(state) {
        Ok(out) => format!("{out:?}"),
        Err(error) => format!("error: {error}"),
    }
}

fn update<C: Case>(state: &mut State<C>, rows: &[C::Row]) {
    for row in rows {
        C::Aggregate::update(state, C::args(row)).expect("the rows are valid");
    }
}

fn combine<C: Case>(into: &mut State<C>, from: &State<C>) {
    C::Aggregate::combine(into, from).expect("valid states combine");
}

fn state<C: Case>(rows: &[C::Row]) -> State<C> {
    let mut state = State::<C>::default();
    update::<C>(&mut state, rows);
    state
}

/// Rows, the same rows in another order, where to cut them, and how to combine the parts.
type Rows<C> = (
    Vec<<C as Case>::Row>,
    Vec<<C as Case>::Row>,
    Vec<prop::sample::Index>,
    Vec<prop::sample::Index>,
);

fn rows<C: Case>() -> impl Strategy<Value = Rows<C>>
where
    C::Row: 'static,
{
    let cuts = || prop::collection::vec(any::<prop::sample::Index>(), 0..6);
    prop::collection::vec(C::row(), 0..40).prop_flat_map(move |rows| {
        (
            Just(rows.clone()),
            Just(rows).prop_shuffle(),
            cuts(),
            cuts(),
        )
    })
}

/// Cuts the rows into parts, some of them empty.
fn parts<'a, R>(rows: &'a [R], cuts: &[prop::sample::Index]) -> Vec<&'a [R]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(rows.len() + 1)).collect();
    places.extend([0, rows.len()]);
    places.sort_unstable();
    (places.windows(2).map(|ends| &rows[ends[0]..ends[1]])).collect()
}

/// Combines the states in any tree of calls.
fn merged<C: Case>(mut states: Vec<State<C>>, choices: &[prop::sample::Index]) -> State<C> {
    let mut choices = choices.iter();
    while states.len() > 1 {
        let mut pick = |length: usize| choices.next().map_or(0, |choice| choice.index(length));
        let from = states.swap_remove(pick(states.len()));
        let into = pick(states.len());
        combine::<C>(&mut states[into], &from);
    }
    states.pop().unwrap_or_default()
}

fn laws<C: Case>()
where
    C::Row: 'static,
    <C::Aggregate as Aggregate>::Out: Debug,
{
    let config = ProptestConfig::with_cases(C::CASES);
    let law = |(rows, shuffled, cuts, choices): Rows<C>| -> Result<(), TestCaseError> {
        let expected = finish::<C>(&mut state::<C>(&rows));
        let half = rows.len() / 2;
        let (first, second) = rows.split_at(half);

        // A default state is the identity of combine, on both sides.
        let mut whole = state::<C>(&rows);
        combine::<C>(&mut whole, &State::<C>::default());
        prop_assert_eq!(&finish::<C>(&mut whole), &expected, "right identity");
        let mut whole = State::<C>::default();
        combine::<C>(&mut whole, &state::<C>(&rows));
        prop_assert_eq!(&finish::<C>(&mut whole), &expected, "left identity");

        // Neither the order of the rows, nor how they are split, nor the order in which
        // the parts are combined decides.
        prop_assert_eq!(&finish::<C>(&mut state::<C>(&shuffled)), &expected, "order");
        let states = parts(&shuffled, &cuts)
            .into_iter()
            .map(state::<C>)
            .collect();
        prop_assert_eq!(
            &finish::<C>(&mut merged::<C>(states, &choices)),
            &expected,
            "split"
        );

        // combine leaves its source as it was: it has the same result, goes into other
        // states, and takes more rows.
        let mut source = state::<C>(second);
        for _ in 0..2 {
            let mut target = state::<C>(first);
            combine::<C>(&mut target, &source);
            prop_assert_eq!(&finish::<C>(&mut target), &expected, "reused source");
        }
        let untouched = finish::<C>(&mut state::<C>(second));
        prop_assert_eq!(finish::<C>(&mut source), untouched, "unchanged source");
        let mut target = State::<C>::default();
        combine::<C>(&mut target, &source);
        update::<C>(&mut target, first);
        prop_assert_eq!(&finish::<C>(&mut target), &expected, "updated target");
        update::<C>(&mut source, first);
        prop_assert_eq!(&finish::<C>(&mut source), &expected, "updated source");

        // finish can be repeated, and the state updated and combined afterwards.
        let mut running = state::<C>(first);
        let before = finish::<C>(&mut running);
        prop_assert_eq!(&finish::<C>(&mut running), &before, "repeated finish");
        let mut target = state::<C>(second);
        finish::<C>(&mut target);
        combine::<C>(&mut target, &running);
        prop_assert_eq!(&finish::<C>(&mut target), &expected, "combined afterwards");
        update::<C>(&mut running, second);
        prop_assert_eq!(&finish::<C>(&mut running), &expected, "updated afterwards");
        prop_assert_eq!(&finish::<C>(&mut running), &expected, "finished again");
        Ok(())
    };
    TestRunner::new(config)
        .run(&rows::<C>(), law)
        .unwrap_or_else(|failure| panic!("{}: {failure}", C::Aggregate::NAME));
}

/// Days as shops have them, and the ones they should not have: far, infinite.
fn day() -> impl Strategy<Value = i32> {
    prop_oneof![
        6 => 19_000..19_060,
        3 => 10_000..20_000,
        1 => any::<i32>(),
        1 => Just(i32::MAX),
        1 => Just(-i32::MAX),
    ]
}

/// Amounts as shops have them, and the ones they should not have. The sum of 40 of them
/// stays finite, and huge ones do not cancel: sums carry about 106 bits, so what is left of
/// 1e300 - 1e300 + 0.1 depends on the order.
fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (-50_000..200_000i32).prop_map(|cents| f64::from(cents) / 100.0),
        1 => Just(0.0),
        1 => Just(-0.0),
        1 => Just(1e300),
        1 => Just(1e-300),
        1 => Just(0.1),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
    ]
}

/// Histories up to day 20,000.
fn history() -> impl Strategy<Value = History> {
    dated_history().prop_map(|(history, _)| history)
}

/// The same with their days, which some lack.
fn dated_history() -> impl Strategy<Value = (History, Option<Vec<u8>>)> {
    let days = prop::collection::vec(prop_oneof![18_000..20_000, 19_900..19_950], 1..12);
    let revenue = prop::option::of((-5_000..200_000i32).prop_map(|cents| f64::from(cents) / 100.0));
    let is_dated = prop::bool::weighted(0.9);
    (days, revenue, is_dated).prop_map(|(days, revenue, is_dated)| {
        let (history, days) = PurchaseHistory::with_days(days.into_iter(), 20_000)
            .expect("room")
            .expect("finite days");
        let gaps = packed_gaps(&days).expect("ascending");
        let history = Unchecked(PurchaseHistory { revenue, ..history });
        (history, is_dated.then_some(gaps))
    })
}

/// Sets of audiences, the empty one and large ones too.
/// A history as of a day, which is sometimes before the purchases: that is an error, whatever the order.
fn seen_history() -> impl Strategy<Value = (History, Option<Vec<u8>>, Option<i32>)> {
    let as_of = prop_oneof![8 => Just(20_000), 1 => 19_990..20_100, 1 => Just(18_000)];
    (dated_history(), prop::option::of(as_of))
        .prop_map(|((history, gaps), as_of)| (history, gaps, as_of))
}

fn seed_weights() -> Vec<u8> {
    let mut counts = Counts::default();
    for customer in 0..40 {
        let mut basket = BasketBuilder::default();
        basket
            .add(Some(customer % 3), 19_900, (customer % 4 == 0).then_some(0))
            .expect("room");
        basket.add(Some(customer % 2), 19_950, None).expect("room");
        let frame = CountFrame {
            members: &pack_pairs(&mut Vec::new()).expect("room"),
            products: 3,
            labels: 1,
            as_of: 20_000,
            horizon: 365,
        };
        let basket = basket.pack().expect("room");
        (counts.add(Basket::open(&basket).expect("packed"), frame)).expect("few pairs");
    }
    weighing::pack(&counts).expect("room").expect("customers")
}

laws! {
    purchase_history: HistoryAggregate,
        (i32, Option<f64>) = (day(), prop::option::of(amount())),
        |&(day, amount)| (Date(day), amount);
    purchase_days: PurchaseDays,
        (i32, Option<f64>) = (day(), prop::option::of(amount())),
        |&(day, amount)| (Date(day), amount);
    purchase_log: PurchaseLog,
        (i32, Option<f64>) = (day(), prop::option::of(amount())),
        |&(day, amount)| (Date(day), amount);
    // A case fits the model about twenty times.
    purchase_model_fit: PurchaseModelFit [40],
        (History, Option<Vec<u8>>, Option<i32>) = seen_history(),
        |(history, gaps, as_of)| (*history, gaps.as_deref(), as_of.map(Date), 180, true);
    packed_model_fit: PackedModelFit [20],
        (History, Option<Vec<u8>>, Option<i32>) = seen_history(),
        |(history, gaps, as_of)| (*history, gaps.as_deref(), as_of.map(Date), 180, true);
    seasonality: Seasonality [40],
        (History, Option<Vec<u8>>, Option<i32>) = seen_history(),
        |(history, gaps, as_of)| (*history, gaps.as_deref(), as_of.map(Date));
    dated_history: DatedHistory,
        (i32, Option<f64>, Option<f64>) = (day(), prop::option::of(amount()), prop::option::of(amount())),
        |&(day, amount, value)| (Date(day), amount, value);
    first_lost_date: FirstLostDate,
        History = history(),
        |history| (*history, Model::from(&PurchaseModel::PRIOR));
    typical_gap: TypicalGap,
        History = history(),
        |history| (*history,);
    lapse_days: LapseDays,
        (History, Vec<u8>, i32) = (dated_history(), 20_000..60_000)
            .prop_filter_map("undated", |((history, gaps), as_of)| Some((history, gaps?, as_of))),
        |(history, gaps, as_of)| (*history, Some(gaps.as_slice()), Date(*as_of));
    importance_outline: ImportanceOutline,
        (bool, f64) = (any::<bool>(), amount()),
        |&row| row;
    // Without blocks in it nothing is closed: the outline is that of any rows.
    importance: Importance,
        (bool, f64) = (any::<bool>(), amount()),
        |&(repeat, value)| (repeat, value, &[0; 8][..]);
    score_cuts: ScoreCuts,
        f64 = prop_oneof![amount(), (-3..4i32).prop_map(f64::from)],
        |&value| (value, 5, &[0; 4][..]);
    score_outline: ScoreOutline,
        f64 = prop_oneof![amount(), (-3..4i32).prop_map(f64::from)],
        |&value| (value, 5);
    ranking: Ranking,
        (f64, bool) = {
            let score = prop_oneof![
                0.0..=1.0,
                (0..=4u8).prop_map(|n| f64::from(n) / 4.0),
                Just(-0.0)
            ];
            (score, any::<bool>())
        },
        |&row| row;
    exact_sum: ExactSum,
        f64 = amount(),
        |&value| (value,);
    rule_table: RuleTable,
        RawRule = {
            let texts = prop::option::of(prop::collection::vec(prop::option::of("[ab]?"), 0..3));
            let number = || prop::option::of(-1..2i32);
            (prop::option::of("[AB]?"), number(), number(), texts).prop_map(
                |(name, silence_days, min_purchases, channels)| RawRule {
                    name,
                    silence_days,
                    min_purchases,
                    channels,
                    ..RawRule::default()
                },
            )
        },
        |rule| (Unchecked(rule.clone()),);
    campaign_uplift: CampaignUplift,
        (bool, Option<bool>, Option<f64>) = {
            let money = (-50_000..200_000i32).prop_map(|cents| f64::from(cents) / 100.0);
            let revenue = prop_oneof![6 => money, 1 => Just(0.0), 1 => Just(-0.0), 1 => Just(1e12)];
            (
                any::<bool>(),
                prop::option::of(any::<bool>()),
                prop::option::of(revenue),
            )
        },
        |&(held_out, converted, revenue)| (Some(held_out), converted, revenue);
    label_members: LabelMembers,
        (i32, i32) = (0..5i32, 0..5i32),
        |&row| row;
    // Every row brings the same weights: of three products for a seed without folds.
    lookalike_fit: LookalikeFit,
        (i64, Vec<u8>, History, Vec<u8>) = {
            let products = prop::collection::vec((0..3u32, 19_000..20_000i32), 0..5);
            (0..50i64, products, any::<bool>(), history()).prop_map(
                |(key, products, is_seed, history)| {
                    let mut basket = BasketBuilder::default();
                    basket
                        .add(None, 20_000, is_seed.then_some(0))
                        .expect("room");
                    for (product, day) in products {
                        basket.add(Some(product), day, None).expect("room");
                    }
                    (key, basket.pack().expect("room"), history, seed_weights())
                },
            )
        },
        |(key, basket, history, weights)| {
            thread_local!(static READING: Constant<Reading> = Constant::from(Reading::new(365)));
            let reading = READING.with(Constant::clone);
            let weights = open_both(weights).expect("packed").into();
            (*key, basket, *history, weights, reading)
        };
    score_order: ScoreOrder,
        (f64, bool) = {
            let score = prop_oneof![-1e12..1e12, (-2..=2i8).prop_map(f64::from), Just(-0.0)];
            (score, any::<bool>())
        },
        |&row| row;
    basket: BasketAggregate,
        (Option<i32>, Option<i32>, Option<i32>, Option<f64>) = {
            let product = prop_oneof![9 => 0..12, 1 => 0..=i32::MAX];
            let label = prop_oneof![9 => 0..3, 1 => 0..=i32::MAX];
            (
                prop::option::of(product),
                prop::option::of(day()),
                prop::option::of(label),
                prop::option::of(amount()),
            )
        },
        |&(product, day, label, amount)| (product, day.map(Date), label, amount);
}

/// An aggregate without a law above would go unnoticed.
#[test]
fn every_aggregate_is_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let laws = [
        "laws.rs",
        "laws/audiences.rs",
        "laws/intent.rs",
        "laws/recommend.rs",
        "laws/replenishment.rs",
    ]
    .map(|path| fs::read_to_string(root.join("tests").join(path)).expect("the laws"))
    .concat();
    let files = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let rooms = files(&root.join("src/functions")).filter(|path| path.is_dir());
    for path in rooms.flat_map(|room| files(&room)) {
        let source = fs::read_to_string(&path).expect("a source file");
        let name = path.file_stem().expect("a name").to_string_lossy();
        let mut arguments = source
            .split("type Args<'a>")
            .skip(1)
            .filter_map(|rest| rest.split(';').next());
        let takes_lists = arguments.any(|arguments| arguments.contains("List<"));
        if source.contains("impl Aggregate for") && !takes_lists {
            let call = format!("\n    {name}: ");
            assert!(laws.contains(&call), "no laws for {name}");
        }
    }
}

//! The laws of states that are stored: whoever adds them up gets the result of all rows, and bytes that nobody wrote
//! are an error, or some other state that is as sound.

use super::{Case, Rows, State, finish, parts, rows, state};
use audience::duckdb::{Aggregate, Blob};
use audience::functions::mergeable::{Mergeable, Merged, StateOf, Summed};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::fmt::Debug;

/// A test for every aggregate whose state can be stored.
macro_rules! stored {
    ($($name:ident: $table:ty;)+) => {$(
        #[test]
        fn $name() {
            laws::<$table>();
        }
    )+};
}

stored! {
    intent_weights: super::intent::intent_weights::Table;
    intent_scales: super::intent::intent_scales::Table;
    intent_calibration: super::intent::intent_calibration::Table;
    lookalike_fit: super::lookalike_fit::Table;
}

fn written<C: Case<Aggregate: Mergeable>>(state: &mut State<C>) -> Vec<u8> {
    let Ok(Some(Blob(bytes))) = StateOf::<C::Aggregate>::finish(state) else {
        panic!("a state can be written")
    };
    bytes
}

fn add<C: Case<Aggregate: Mergeable>>(into: &mut State<C>, bytes: &[u8]) -> Result<(), String> {
    Merged::<C::Aggregate>::update(into, (bytes,)).map_err(|error| error.to_string())
}

fn read<C: Case<Aggregate: Mergeable>>(bytes: &[u8]) -> State<C> {
    let mut state = State::<C>::default();
    add::<C>(&mut state, bytes).expect("it was written");
    state
}

/// Where to cut the bytes off, and a bit to change.
type Damage = (prop::sample::Index, prop::sample::Index, u8);

fn laws<C: Case<Aggregate: Mergeable>>()
where
    C::Row: 'static,
    <C::Aggregate as Aggregate>::Out: Debug,
{
    let damage = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..8_u8,
    );
    let law = |((rows, shuffled, cuts, _), damage): (Rows<C>, Damage)| {
        let expected = finish::<C>(&mut state::<C>(&rows));
        let mut states: Vec<_> = parts(&shuffled, &cuts)
            .into_iter()
            .map(state::<C>)
            .collect();
        let bytes: Vec<_> = states.iter_mut().map(written::<C>).collect();

        // Read in any order, and some of it on another thread, it is the result of all rows.
        let (mut merged, mut other) = (State::<C>::default(), State::<C>::default());
        for (index, bytes) in bytes.iter().enumerate() {
            let into = if index % 3 == 1 {
                &mut other
            } else {
                &mut merged
            };
            add::<C>(into, bytes).map_err(TestCaseError::fail)?;
        }
        C::Aggregate::combine(&mut merged, &other).expect("valid states combine");
        prop_assert_eq!(&finish::<C>(&mut merged), &expected, "merged");

        // So is their sum, which is a state like any other.
        let mut sum = State::<C>::default();
        for bytes in &bytes {
            let added = Summed::<C::Aggregate>::update(&mut sum, (bytes,));
            added.map_err(|error| TestCaseError::fail(error.to_string()))?;
        }
        let Ok(Some(Blob(sum))) = Summed::<C::Aggregate>::finish(&mut sum) else {
            panic!("a sum can be written")
        };
        prop_assert_eq!(&finish::<C>(&mut read::<C>(&sum)), &expected, "summed");

        // What was read is written as it was.
        let whole = written::<C>(&mut merged);
        prop_assert_eq!(
            &written::<C>(&mut read::<C>(&whole)),
            &whole,
            "written again"
        );

        // Nothing is missing, and nothing follows.
        let (cut, place, bit) = damage;
        let cut = &whole[..cut.index(whole.len())];
        prop_assert!(
            add::<C>(&mut State::<C>::default(), cut).is_err(),
            "cut off"
        );
        prop_assert!(add::<C>(&mut State::<C>::default(), &[&whole[..], &[0]].concat()).is_err());

        // What is changed is refused, or as sound as any state: it goes into another one, and has a result.
        let mut changed = whole.clone();
        changed[place.index(whole.len())] ^= 1 << bit;
        let mut target = state::<C>(&rows);
        if add::<C>(&mut target, &changed).is_ok() {
            finish::<C>(&mut target);
        }
        Ok(())
    };
    TestRunner::new(ProptestConfig::with_cases(C::CASES.min(100)))
        .run(&(rows::<C>(), damage), law)
        .unwrap_or_else(|failure| panic!("{}: {failure}", C::Aggregate::NAME));
}

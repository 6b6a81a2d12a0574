use super::*;
use crate::models::intent::basket::BasketBuilder;
use crate::models::recommend::matrix::{MatrixBuilder, MatrixFrame};
use crate::models::recommend::neighbours::pack_weights;

const AS_OF: i32 = 20_000;
const OPTIONS: Options = Options {
    as_of: AS_OF,
    horizon: 60,
    top: 4,
    most_own: 4,
    most_per_category: 4,
};

fn basket(lines: &[(u32, i32)]) -> Vec<u8> {
    let mut basket = BasketBuilder::default();
    for &(product, day) in lines {
        basket.add(Some(product), day, None).expect("room");
    }
    basket.pack().expect("room")
}

/// Of four products, bought by 1, 2, 3 and 4 of four customers.
fn catalogue(options: Options, allowed: [bool; 4]) -> Vec<u8> {
    let frame = MatrixFrame {
        products: 4,
        width: 4,
        as_of: AS_OF,
        horizon: 60,
        cap: 10,
    };
    let mut matrix = MatrixBuilder::default();
    for customer in 0..4 {
        let lines: Vec<_> = (3 - customer..4).map(|product| (product, AS_OF)).collect();
        let packed = basket(&lines);
        let opened = Basket::open(&packed).expect("a basket");
        matrix.add(opened, frame).expect("room");
    }
    let packed = matrix.pack().expect("room").expect("customers");
    let matrix = Matrix::open(&packed).expect("a matrix");
    let categories = [Some(0), Some(1), Some(1), None].into_iter();
    pack_catalogue(options, &matrix, allowed.into_iter().map(Some), categories).expect("room")
}

/// What is offered to a customer who bought products 0 and 1, where nothing is similar.
fn offered(options: Options, allowed: [bool; 4]) -> Vec<(u32, Source)> {
    let packed = catalogue(options, allowed);
    let catalogue = Catalogue::open(&packed).expect("a catalogue");
    let lines = basket(&[(0, AS_OF), (1, AS_OF - 30)]);
    let lines = Basket::open(&lines).expect("a basket");
    let weights = pack_weights(&mut [], 4).expect("room");
    let weights = NeighbourWeights::open(&weights).expect("weights");
    let reading = OfferReading::new(options);
    offers(
        lines,
        &weights,
        &catalogue,
        &reading,
        &mut Scratch::default(),
    )
    .expect("offers")
    .into_iter()
    .map(|offer| (offer.product, offer.source))
    .collect()
}

#[test]
fn what_was_bought_is_offered_again_where_it_may_be() {
    let (own, popular) = (Source::Own, Source::Popular);
    let new = Options {
        most_own: 0,
        ..OPTIONS
    };
    assert_eq!(
        offered(OPTIONS, [true; 4]),
        [(1, own), (0, own), (3, popular), (2, popular)]
    );
    assert_eq!(
        offered(OPTIONS, [false, true, true, true]),
        [(1, own), (3, popular), (2, popular)]
    );
    assert_eq!(offered(new, [true; 4]), [(3, popular), (2, popular)]);
    assert_eq!(offered(new, [true, true, false, true]), [(3, popular)]);
}

#[test]
fn a_mix_has_the_best_of_each() {
    let (own, popular) = (Source::Own, Source::Popular);
    let one_own = Options {
        most_own: 1,
        ..OPTIONS
    };
    assert_eq!(
        offered(one_own, [true; 4]),
        [(1, own), (3, popular), (2, popular)]
    );
    let few = Options {
        most_per_category: 1,
        ..OPTIONS
    };
    assert_eq!(
        offered(few, [true; 4]),
        [(1, own), (0, own), (3, popular)],
        "2 is of the category of 1"
    );
    let both = Options { most_own: 1, ..few };
    assert_eq!(offered(both, [true; 4]), [(1, own), (3, popular)]);
    let packed = catalogue(few, [true; 4]);
    let opened = Catalogue::open(&packed).expect("a catalogue");
    assert_eq!(
        opened.options.top, 3,
        "one of each category and the one without"
    );
}

#[test]
fn no_more_than_asked_for_and_the_best_of_them() {
    let offer = |product, score| Offer {
        product,
        score,
        because: None,
        source: Source::Own,
    };
    // Of these, 1 and 2 are of one category.
    let all = [offer(0, 1.0), offer(1, 3.0), offer(2, 2.0), offer(3, 3.0)];
    let packed = catalogue(OPTIONS, [true; 4]);
    let catalogue = Catalogue::open(&packed).expect("a catalogue");
    for (count, most, expected) in [
        (0, 4, &[][..]),
        (1, 4, &[1]),
        (3, 4, &[1, 3, 2]),
        (4, 4, &[1, 3, 2, 0]),
        (9, 4, &[1, 3, 2, 0]),
        (2, 1, &[1, 3]),
        (3, 1, &[1, 3, 0]),
        (9, 1, &[1, 3, 0]),
    ] {
        let (mut offers, mut room) = (Vec::new(), CategoryRoom::default());
        room.prepare(4, most).expect("room");
        add_best(&mut offers, &mut all.to_vec(), count, &catalogue, &mut room).expect("room");
        let kept: Vec<_> = offers.iter().map(|offer| offer.product).collect();
        assert_eq!(kept, expected);
    }
}

#[test]
fn a_catalogue_whose_lists_do_not_fit_is_refused() {
    let pack = |categories: usize, trend: usize, popularity: usize, popular: u32| {
        let mut writer = Writer::default();
        writer.value(OPTIONS.as_of).expect("room");
        writer.value(OPTIONS.horizon).expect("room");
        writer.value(OPTIONS.top).expect("room");
        writer.value(OPTIONS.most_own).expect("room");
        writer.value(OPTIONS.most_per_category).expect("room");
        writer.slice([1_u32, 1].into_iter()).expect("room");
        writer
            .slice(vec![0_u32; categories].into_iter())
            .expect("room");
        writer.slice(vec![0.5; trend].into_iter()).expect("room");
        writer
            .slice(vec![1.0; popularity].into_iter())
            .expect("room");
        writer.slice(0..popular).expect("room");
        Catalogue::open(&writer.finish()).is_ok()
    };
    assert!(pack(2, 2, 2, 2) && pack(2, 2, 1, 1) && pack(2, 2, 0, 0));
    assert!(!pack(1, 2, 2, 2), "a category is missing");
    assert!(!pack(2, 1, 2, 2), "a trend is missing");
    assert!(
        !pack(2, 2, 1, 2) && !pack(2, 2, 2, 1),
        "a popularity is missing"
    );
    assert!(!pack(2, 2, 3, 3), "more are popular than there are");
}

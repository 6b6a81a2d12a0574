//! From numbers to places on a chart.

/// A linear scale, from 0 or from a least value on.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    most: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// 0 is at `from`, and `most` at `to`.
    pub fn new(most: f64, from: f64, to: f64) -> Self {
        // Where everything is 0, it all stands at the beginning.
        let most = if most > 0.0 { most } else { 1.0 };
        Self { most, from, to }
    }

    /// Where a number stands, to a tenth of a unit, which is what an eye can tell.
    pub fn at(&self, number: f64) -> f64 {
        let place = self.from + number / self.most * (self.to - self.from);
        (place * 10.0).round() / 10.0
    }
}

/// The marks of an axis from 0 to at least `most`: round numbers, about `count` of them. The last
/// is the end of the axis.
pub fn ticks(most: f64, count: usize) -> Vec<f64> {
    if !(most > 0.0 && most.is_finite()) {
        return vec![0.0, 1.0];
    }
    let rough = most / count.max(1) as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power);
    let steps = (most / step * (1.0 - 1e-9)).ceil() as usize;
    // Multiples, not sums, so that no error adds up.
    (0..=steps).map(|index| index as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_reach_far_enough() {
        assert_eq!(
            ticks(23_570.0, 5),
            [0.0, 5000.0, 10000.0, 15000.0, 20000.0, 25000.0]
        );
        assert_eq!(ticks(10.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks(0.0, 5), [0.0, 1.0]);
        assert_eq!(ticks(f64::NAN, 5), [0.0, 1.0]);
        for most in [1e-9, 0.034, 0.1, 1.0, 7.0, 365.0, 1e12] {
            let ticks = ticks(most, 5);
            let end = *ticks.last().expect("marks");
            assert!(
                (2..=7).contains(&ticks.len()) && end >= most * 0.999_999,
                "{most}: {ticks:?}"
            );
        }
    }

    #[test]
    fn places() {
        let scale = Scale::new(50.0, 280.0, 30.0);
        assert_eq!(
            (scale.at(0.0), scale.at(50.0), scale.at(25.0)),
            (280.0, 30.0, 155.0)
        );
        assert_eq!(Scale::new(0.0, 0.0, 9.0).at(0.0), 0.0);
    }
}

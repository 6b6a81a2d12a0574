//! Purchases count less the longer ago they are.

/// 2^(−age / half-life), from a table.
#[derive(Clone, Debug)]
pub struct Decay {
    half_life: f64,
    table: Vec<f64>,
}

impl Decay {
    /// A table for ages of up to eleven years.
    pub fn new(half_life: f64) -> Self {
        let table = (0..4096).map(|age| decayed(f64::from(age), half_life));
        Self {
            half_life,
            table: table.collect(),
        }
    }

    /// In days.
    pub fn half_life(&self) -> f64 {
        self.half_life
    }

    /// The weight of a purchase on `day`, as of `now`, which is not before it.
    #[inline]
    pub fn of(&self, day: i32, now: i32) -> f64 {
        let age = i64::from(now) - i64::from(day);
        match self.table.get(age as usize) {
            Some(&weight) => weight,
            None => decayed(age as f64, self.half_life),
        }
    }
}

fn decayed(age: f64, half_life: f64) -> f64 {
    (-age / half_life).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_with_every_half_life_within_and_beyond_the_table() {
        let decay = Decay::new(60.0);
        assert_eq!(decay.of(100, 100), 1.0);
        assert_eq!(decay.of(40, 100), 0.5);
        assert_eq!(decay.of(-60_000, 0), (-1000.0_f64).exp2());
        assert_eq!(decay.of(-4200, 0), (-70.0_f64).exp2());
    }
}

//! How many buyers the past of a label supports: its launch, the last horizon, and the same
//! season a year ago.

use crate::error::Result;
use crate::models::numerics::bytes::{Reader, Writer, sound};

/// So many buyers make a launch. A single early line may be a test or a mistake.
const FIRST_BUYERS: usize = 5;
/// In days.
const YEAR: i64 = 365;
/// Added to both seasons of a year ago: a handful of buyers is no season.
const PSEUDO_BUYERS: f64 = 5.0;
/// So much of what a label lost at this time a year ago it loses again, as a share of the
/// logarithm: most of it was no season.
const RECURRING: f64 = 0.3;

/// The day on which something began to be bought: that of its fifth customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Launch([i32; FIRST_BUYERS]);

impl Default for Launch {
    fn default() -> Self {
        Self([i32::MAX; FIRST_BUYERS])
    }
}

impl Launch {
    /// Adds the first day of a customer.
    pub fn add(&mut self, day: i32) {
        let place = self.0.partition_point(|&earlier| earlier <= day);
        if place < FIRST_BUYERS {
            self.0.copy_within(place..FIRST_BUYERS - 1, place + 1);
            self.0[place] = day;
        }
    }

    /// Adds everything that `other` has.
    pub fn merge(&mut self, other: &Self) {
        other.0.iter().for_each(|&day| self.add(day));
    }

    pub(super) fn write(&self, to: &mut Writer) -> Result<()> {
        self.0.iter().try_for_each(|&day| to.value(day))
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self> {
        let days = from.array()?;
        sound(days.is_sorted())?;
        Ok(Self(days))
    }

    /// The day; `None` with fewer customers.
    fn day(&self) -> Option<i64> {
        let last = self.0[FIRST_BUYERS - 1];
        (last != i32::MAX).then_some(last.into())
    }
}

/// The days that are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    today: i64,
    horizon: i64,
}

impl Calendar {
    /// Of today and the day one horizon ago.
    pub fn new(today: i32, earlier: i32) -> Self {
        Self {
            today: today.into(),
            horizon: (i64::from(today) - i64::from(earlier)).max(1),
        }
    }

    pub(super) fn write(&self, to: &mut Writer) -> Result<()> {
        to.value(self.today)?;
        to.value(self.horizon)
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self> {
        let [today, horizon] = from.array()?;
        sound(i32::try_from(today).is_ok() && (1..=i64::from(u32::MAX)).contains(&horizon))?;
        Ok(Self { today, horizon })
    }

    /// The later half of the horizon.
    fn half(&self) -> i64 {
        (self.horizon / 2).max(1)
    }

    /// Whether the last horizon and the next one, a year earlier, end before the last one began.
    fn has_seasons(&self) -> bool {
        2 * self.horizon <= YEAR
    }
}

/// Who bought a label when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demand {
    launch: Launch,
    /// Customers who bought it within the last horizon.
    recent: u32,
    /// Customers who bought it within the later half of that.
    latest: u32,
    /// The same days a year ago, and the horizon after them.
    year_ago: [u32; 2],
}

impl Demand {
    /// Adds the days on which a customer bought the label, ascending, up to today.
    pub fn add(&mut self, days: impl Iterator<Item = i32>, calendar: &Calendar) {
        let Calendar { today, horizon } = *calendar;
        let mut first = None;
        let (mut recent, mut latest, mut year_ago) = (false, false, [false; 2]);
        for day in days {
            first = first.or(Some(day));
            let age = today - i64::from(day);
            recent |= age < horizon;
            latest |= age < calendar.half();
            year_ago[0] |= (YEAR..YEAR + horizon).contains(&age);
            year_ago[1] |= (YEAR - horizon..YEAR).contains(&age);
        }
        first.into_iter().for_each(|day| self.launch.add(day));
        self.recent += u32::from(recent);
        self.latest += u32::from(latest);
        for (count, bought) in self.year_ago.iter_mut().zip(year_ago) {
            *count += u32::from(bought);
        }
    }

    /// Adds everything that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        self.launch.merge(&other.launch);
        self.recent += other.recent;
        self.latest += other.latest;
        for (mine, theirs) in self.year_ago.iter_mut().zip(other.year_ago) {
            *mine += theirs;
        }
    }

    pub(super) fn write(&self, to: &mut Writer) -> Result<()> {
        self.launch.write(to)?;
        let [year_ago, a_year_later] = self.year_ago;
        let counts = [self.recent, self.latest, year_ago, a_year_later];
        counts.into_iter().try_for_each(|count| to.value(count))
    }

    /// Of no more buyers than `buyers`.
    pub(super) fn read(from: &mut Reader<'_>, buyers: u32) -> Result<Self> {
        let launch = Launch::read(from)?;
        let counts: [u32; 4] = from.array()?;
        sound(counts.iter().all(|&count| count <= buyers))?;
        let [recent, latest, year_ago @ ..] = counts;
        Ok(Self {
            launch,
            recent,
            latest,
            year_ago,
        })
    }

    /// Whether fewer than five customers had bought it two horizons ago, and more have since.
    pub fn is_new(&self, calendar: &Calendar) -> bool {
        let launch = self.launch.day();
        launch.is_some_and(|launch| calendar.today - launch < 2 * calendar.horizon)
    }

    /// At most so many buyers are to be expected within the next horizon.
    ///
    /// # Formula
    ///
    /// min[(B_H + ½)·min(1, g(H))·s, (B_h + ½)·g(h)], where B_w customers bought the label within
    /// the last w days, h = H/2, the half is that of the intercepts, and
    ///
    /// - g(w) = H/w where nothing is known of a launch; otherwise buyers grow with the square
    ///   root of the label's age a: g(w) = (√(a + H) − √a) / (√a − √(a − min(w, a)));
    /// - s = min(1, (Y₁ + 5)/(Y₀ + 5))^0.3, where Y₀ customers bought it in the days of the last
    ///   horizon a year ago, and Y₁ in the horizon after them; 1 for what is not so old.
    ///
    /// Who wants something new most buys it first, so buyers come ever more slowly; docs/intent.md
    /// has how far that holds. And never more than within the last horizon.
    pub fn support(&self, shop: &Launch, calendar: &Calendar) -> f64 {
        let age = self.age_of_launch(shop, calendar);
        let [horizon, half] = [calendar.horizon, calendar.half()];
        let [by_horizon, by_half] = [horizon, half].map(|window| growth(age, window, calendar));
        let recent = (f64::from(self.recent) + 0.5) * by_horizon.min(1.0) * self.season(calendar);
        recent.min((f64::from(self.latest) + 0.5) * by_half)
    }

    /// Its days, unless it is about as old as the shop: then it may have been there before the
    /// first line.
    fn age_of_launch(&self, shop: &Launch, calendar: &Calendar) -> Option<i64> {
        let (launch, opening) = (self.launch.day()?, shop.day()?);
        (launch - opening >= calendar.half()).then_some(calendar.today - launch + 1)
    }

    fn season(&self, calendar: &Calendar) -> f64 {
        let Calendar { today, horizon } = *calendar;
        let launch = self.launch.day();
        if !calendar.has_seasons() || launch.is_none_or(|day| today - day < YEAR + horizon) {
            return 1.0;
        }
        let [same, next] = self
            .year_ago
            .map(|buyers| f64::from(buyers) + PSEUDO_BUYERS);
        (next / same).min(1.0).powf(RECURRING)
    }

    /// Whole years since its fifth customer: of so many a season could be known.
    pub fn years_on_record(&self, calendar: &Calendar) -> u32 {
        let launch = self.launch.day();
        launch.map_or(0, |launch| ((calendar.today - launch) / YEAR) as u32)
    }
}

/// Buyers within the next horizon over those within the last `window` days.
fn growth(age: Option<i64>, window: i64, calendar: &Calendar) -> f64 {
    let horizon = calendar.horizon as f64;
    let Some(age) = age else {
        return horizon / window as f64;
    };
    let (age, window) = (age as f64, window.min(age) as f64);
    // The same as the difference of roots, without taking a small one.
    horizon / window * (age.sqrt() + (age - window).sqrt()) / ((age + horizon).sqrt() + age.sqrt())
}

#[cfg(test)]
#[path = "support_tests.rs"]
mod tests;

//! The customers that the model is fitted to.

use super::FOLDS;
use super::model::Lookalike;
use super::profile::{FEATURES, FIGURES, Profile, features};
use crate::error::Result;
use crate::models::numerics::bytes::{Reader, Writer, sound};
use crate::models::numerics::memory::{append, collected, filled, push};
use crate::models::numerics::ridge_logistic::{Example, RidgeLogistic};
use crate::models::numerics::stored::Storable;

/// The precision of the normal prior of each weight.
const PRECISION: f64 = 1.0;

/// The most customers that are kept of the seed, and of the others.
const MOST: usize = 1 << 16;

/// All seeds, then the seeds but for each fold.
pub const LABELS: usize = 1 + FOLDS;

/// Collects customers in any order and any number of parts, and keeps a bounded part of them.
#[derive(Debug)]
pub struct Sample {
    most: usize,
    /// The others and the seeds.
    groups: [Group; 2],
}

/// Customers who are all seeds, or all not.
#[derive(Debug, Default)]
pub struct Group {
    /// How many there are in all.
    pub customers: u64,
    /// How many of them bought what only seeds did.
    pub exclusive: u64,
    /// One of 2^level customers is kept: those of whose key so many last bits are 0.
    level: u32,
    /// Those.
    pub members: Vec<Member>,
}

/// A customer of the sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    key: u64,
    /// The figures of the [`Profile`].
    pub figures: [f64; FIGURES],
    tastes: [f64; LABELS],
    /// Bit by label: whether the customer has it.
    labels: u8,
}

impl Default for Sample {
    fn default() -> Self {
        Self::of_at_most(MOST)
    }
}

impl Sample {
    /// Keeps at most so many seeds, and as many others.
    pub fn of_at_most(most: usize) -> Self {
        Self {
            most,
            groups: Default::default(),
        }
    }

    /// Adds a customer. `key` is a number that is theirs whoever else there is, and without a
    /// pattern in its bits.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn add(&mut self, key: u64, profile: &Profile) -> Result<()> {
        let mut member = Member {
            key,
            figures: profile.figures,
            tastes: [0.0; LABELS],
            labels: 0,
        };
        for (index, label) in profile.intent.labels.iter().take(LABELS).enumerate() {
            member.tastes[index] = label.similarity;
            member.labels |= u8::from(label.bought.is_some()) << index;
        }
        let group = &mut self.groups[usize::from(member.has(0))];
        group.customers += 1;
        group.exclusive += u64::from(profile.exclusive);
        if member.is_of(group.level) {
            push(&mut group.members, member)?;
            group.shrink(self.most);
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        for (mine, theirs) in self.groups.iter_mut().zip(&other.groups) {
            mine.customers += theirs.customers;
            mine.exclusive += theirs.exclusive;
            mine.level = mine.level.max(theirs.level);
            append(&mut mine.members, &theirs.members)?;
            let level = mine.level;
            mine.members.retain(|member| member.is_of(level));
            mine.shrink(self.most);
        }
        Ok(())
    }

    /// Puts the customers into an order that does not depend on how they came.
    pub fn sort(&mut self) {
        for group in &mut self.groups {
            group.members.sort_unstable_by_key(Member::place);
        }
    }

    /// The customers who are no seeds.
    pub fn others(&self) -> &Group {
        &self.groups[0]
    }

    /// The customers who are.
    pub fn seeds(&self) -> &Group {
        &self.groups[1]
    }

    /// The model that tells those who have the label from all others; `None` where nobody has it,
    /// or everybody.
    ///
    /// # Formula
    ///
    /// Where only a part of the seeds or of the others was kept, the intercept is corrected to all
    /// customers: King & Zeng (2001), "Logistic regression in rare events data", *Political
    /// Analysis* 9, equation 7.
    ///
    /// # Errors
    ///
    /// When a figure is not finite.
    pub fn fit(&self, label: usize) -> Result<Option<RidgeLogistic<FEATURES>>> {
        let examples = self.groups.iter().flat_map(|group| &group.members);
        let examples = examples.map(|member| Example {
            features: member.features(label),
            outcome: member.has(label),
        });
        let mut model = RidgeLogistic::fit(collected(examples)?, PRECISION)?;
        if let Some(model) = &mut model {
            let levels = f64::from(self.seeds().level) - f64::from(self.others().level);
            model.intercept += levels * std::f64::consts::LN_2;
        }
        Ok(model)
    }

    /// The model of all seeds; `None` where nobody is one, or everybody.
    ///
    /// # Errors
    ///
    /// When a figure is not finite.
    pub fn model(&self) -> Result<Option<Lookalike>> {
        let [others, seeds] = self.groups.each_ref().map(Group::medians);
        let (others, seeds) = (others?, seeds?);
        Ok(self.fit(0)?.map(|ridge| Lookalike {
            ridge,
            seeds,
            others,
        }))
    }
}

impl Group {
    /// The level that is reached is the same in whatever order customers come: the lowest at
    /// which there is room for all of them.
    fn shrink(&mut self, most: usize) {
        while self.members.len() > most && self.level < u64::BITS {
            self.level += 1;
            let level = self.level;
            self.members.retain(|member| member.is_of(level));
        }
    }

    /// The median of each figure, 0 without customers.
    fn medians(&self) -> Result<[f64; FIGURES]> {
        let mut medians = [0.0; FIGURES];
        for (figure, median) in medians.iter_mut().enumerate() {
            let mut values = collected(self.members.iter().map(|m| m.figures[figure]))?;
            values.sort_unstable_by(f64::total_cmp);
            let middle = |index: usize| values.get(index).copied().unwrap_or(0.0);
            *median = middle(values.len() / 2).midpoint(middle(values.len().saturating_sub(1) / 2));
        }
        Ok(medians)
    }
}

impl Storable for Sample {
    const FORMAT: u32 = 1;

    fn write(&self, to: &mut Writer) -> Result<()> {
        self.groups.iter().try_for_each(|group| group.write(to))
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let groups = [Group::read(from)?, Group::read(from)?];
        for (is_seed, group) in [false, true].into_iter().zip(&groups) {
            let mut members = group.members.iter();
            sound(members.all(|member| member.has(0) == is_seed))?;
        }
        Ok(Self { most: MOST, groups })
    }
}

impl Group {
    /// Column by column, in an order that does not depend on how the customers came. Of the tastes
    /// only as many as there are labels.
    fn write(&self, to: &mut Writer) -> Result<()> {
        let mut members = collected(self.members.iter())?;
        members.sort_unstable_by_key(|member| member.place());
        let members = members.iter();
        let labels = members.clone().map(|member| member.used_labels()).max();
        to.value(self.customers)?;
        to.value(self.exclusive)?;
        to.value(self.level)?;
        to.slice(members.clone().map(|member| member.key))?;
        to.slice(members.clone().map(|member| member.labels))?;
        for figure in 0..FIGURES {
            to.slice(members.clone().map(|member| member.figures[figure]))?;
        }
        to.value(labels.unwrap_or(0) as u32)?;
        (0..labels.unwrap_or(0))
            .try_for_each(|label| to.slice(members.clone().map(|member| member.tastes[label])))
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let [customers, exclusive] = from.array()?;
        let level = from.value()?;
        let (keys, labels) = (from.slice::<u64>()?, from.slice::<u8>()?);
        let mut members = filled(Member::default(), keys.len().min(MOST))?;
        sound(keys.len() == members.len() && labels.len() == members.len())?;
        for (member, (key, labels)) in members.iter_mut().zip(keys.iter().zip(labels.iter())) {
            (member.key, member.labels) = (key, labels);
            sound(member.is_of(level) && labels < 1 << LABELS)?;
        }
        for figure in 0..FIGURES {
            column(from, &mut members, |member| &mut member.figures[figure])?;
        }
        let used = from.value::<u32>()? as usize;
        sound(used <= LABELS)?;
        for label in 0..used {
            column(from, &mut members, |member| &mut member.tastes[label])?;
        }
        // As many as the weights have customers; all of them are kept until there are too many.
        let kept = members.len() as u64;
        sound(customers <= u64::from(u32::MAX) && exclusive <= customers && level <= u64::BITS)?;
        sound(kept <= customers && (level > 0 || kept == customers))?;
        Ok(Self {
            customers,
            exclusive,
            level,
            members,
        })
    }
}

/// Reads a number of every member.
fn column(
    from: &mut Reader<'_>,
    members: &mut [Member],
    of: impl Fn(&mut Member) -> &mut f64,
) -> Result<()> {
    let values = from.slice::<f64>()?;
    sound(values.len() == members.len() && values.iter().all(f64::is_finite))?;
    let numbers = members.iter_mut().map(of).zip(values.iter());
    numbers.for_each(|(number, value)| *number = value);
    Ok(())
}

impl Member {
    /// By what members are sorted: all that they have.
    fn place(&self) -> (u64, u8, [u64; FIGURES], [u64; LABELS]) {
        let figures = self.figures.map(f64::to_bits);
        (
            self.key,
            self.labels,
            figures,
            self.tastes.map(f64::to_bits),
        )
    }

    /// How many labels from the first on say something.
    fn used_labels(&self) -> usize {
        let used = |&label: &usize| self.has(label) || self.tastes[label].to_bits() != 0;
        (0..LABELS).rev().find(used).map_or(0, |label| label + 1)
    }

    fn is_of(&self, level: u32) -> bool {
        self.key.trailing_zeros() >= level
    }

    /// Whether the customer has the label.
    pub fn has(&self, label: usize) -> bool {
        self.labels >> label & 1 == 1
    }

    /// What the model of the label reads.
    pub fn features(&self, label: usize) -> [f64; FEATURES] {
        features(&self.figures, self.tastes[label])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::intent::features::{Features, LabelFeatures};
    use crate::models::numerics::mix::mix;

    /// A seventh are seeds, who spend more.
    fn profile(key: u64) -> Profile {
        let is_seed = key.is_multiple_of(7);
        let revenue = (key % 31) as f64 + if is_seed { 20.0 } else { 0.0 };
        Profile {
            figures: [(key % 100) as f64, (key % 5) as f64, revenue, 100.0],
            intent: Features {
                activity: 0.0,
                presence: 1.0,
                labels: vec![LabelFeatures {
                    bought: is_seed.then_some((1, 0)),
                    ..LabelFeatures::default()
                }],
            },
            exclusive: false,
        }
    }

    fn sample(most: usize, keys: impl Iterator<Item = u64>) -> Sample {
        let mut sample = Sample::of_at_most(most);
        for key in keys {
            sample.add(mix(key), &profile(key)).expect("room");
        }
        sample
    }

    #[test]
    fn the_median_is_the_middle_one_or_between_the_two() {
        let median = |keys: std::ops::Range<u64>| {
            let sample = sample(1000, keys);
            let group = sample.groups.iter().max_by_key(|group| group.members.len());
            group.expect("groups").medians().expect("room")[0]
        };
        assert_eq!([median(1..5), median(1..6), median(0..0)], [2.5, 3.0, 0.0]);
    }

    #[test]
    fn the_kept_part_is_bounded_and_does_not_depend_on_the_order() {
        let mut forward = sample(1000, 1..40_001);
        let mut parts = sample(1000, (20_001..40_001).rev());
        parts.merge(&sample(1000, 1..20_001)).expect("room");
        for sample in [&mut forward, &mut parts] {
            sample.sort();
        }
        for (a, b) in forward.groups.iter().zip(&parts.groups) {
            assert_eq!((a.customers, a.level), (b.customers, b.level));
            assert_eq!(a.members, b.members);
            assert!(
                (400..=1000).contains(&a.members.len()),
                "{}",
                a.members.len()
            );
        }
        assert_eq!(forward.seeds().customers, 5714);
        assert_eq!(forward.others().customers, 34_286);
        assert!(forward.others().level > forward.seeds().level);
    }

    #[test]
    fn what_was_written_is_read_and_adds_up() {
        let mut all = sample(MOST, 1..90_001);
        let mut added = sample(MOST, 0..0);
        for part in [85_001..90_001, 0..0, 1..5, 5..85_001] {
            let mut writer = Writer::default();
            sample(MOST, part).write(&mut writer).expect("room");
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes);
            added
                .merge(&Sample::read(&mut reader).expect("it was written"))
                .expect("room");
            assert_eq!(reader.end(), Ok(()));
        }
        for sample in [&mut all, &mut added] {
            sample.sort();
        }
        assert!(all.others().level > 0);
        for (a, b) in all.groups.iter().zip(&added.groups) {
            assert_eq!((a.customers, a.level), (b.customers, b.level));
            assert_eq!(a.members, b.members);
        }
    }

    #[test]
    fn what_cannot_have_been_counted_is_not_read() {
        let refused = |change: &dyn Fn(&mut Sample)| {
            let mut sample = sample(MOST, 1..100);
            change(&mut sample);
            let mut writer = Writer::default();
            sample.write(&mut writer).expect("room");
            Sample::read(&mut Reader::new(&writer.finish())).is_err()
        };
        assert!(!refused(&|_| ()));
        assert!(refused(&|sample| sample.groups.swap(0, 1)));
        assert!(refused(&|sample| sample.groups[0].customers += 1));
        assert!(refused(&|sample| sample.groups[0].exclusive = 100));
        assert!(refused(&|sample| sample.groups[0].level = 1));
        assert!(refused(&|sample| sample.groups[0].members[0].labels = 128));
        assert!(refused(&|sample| {
            sample.groups[0].members[0].figures[2] = f64::INFINITY;
        }));
        assert!(refused(&|sample| {
            sample.groups[1].members[0].tastes[5] = f64::NAN;
        }));
    }

    #[test]
    fn a_part_has_the_probabilities_of_all() {
        let everybody = sample(100_000, 1..40_001);
        let part = sample(8000, 1..40_001);
        let [whole, part] = [everybody, part].map(|sample| {
            let model = sample.fit(0).expect("finite").expect("both outcomes");
            [3, 14, 28, 29].map(|key| model.probability(&features(&profile(key).figures, 0.0)))
        });
        for (a, b) in whole.iter().zip(part) {
            assert!((a - b).abs() < 0.02 + 0.15 * a, "{whole:?} {part:?}");
        }
    }
}

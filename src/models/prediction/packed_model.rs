//! A shop's whole model packed into bytes, as the table functions hand it to every row. As a STRUCT
//! it has sixty fields, and each costs DuckDB a vector in every step that the rows go through.

use super::features::FEATURES;
use super::learned::{Learned, Weighing};
use super::model::PurchaseModel;
use super::seasons::Seasons;
use super::shop_model::ShopModel;
use crate::error::Result;
use crate::models::numerics::bytes::{Packed, Reader, Slice, Writer, sound};
use crate::models::numerics::calendar::MONTHS;

/// The numbers of a feature.
const WEIGHING: usize = 3;

impl ShopModel {
    /// The bytes.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn packed(&self) -> Result<Vec<u8>> {
        let PurchaseModel {
            r,
            alpha,
            a,
            b,
            typical_gap_days,
            order_value,
        } = self.model;
        let mut to = Writer::default();
        for number in [r, alpha, a, b, typical_gap_days] {
            to.value(number)?;
        }
        // What may be missing is a slice, which is empty then.
        to.slice(order_value.into_iter())?;
        let months = self.seasons.as_ref().map(Seasons::index);
        to.slice(months.map_or(&[][..], |months| months).iter().copied())?;
        let learned = self.learned.as_ref();
        to.slice(
            learned
                .map(|learned| (learned.horizon_days, learned.windows))
                .into_iter(),
        )?;
        to.slice(
            learned
                .map(|learned| (learned.level, learned.purchases_factor))
                .into_iter(),
        )?;
        let features = learned.map_or(&[][..], |learned| &learned.features);
        let numbers = features
            .iter()
            .flat_map(|of| [of.mean, of.deviation, of.weight]);
        to.values(features.len() * WEIGHING, numbers)?;
        Ok(to.finish())
    }

    /// The model of the bytes.
    ///
    /// # Errors
    ///
    /// When they are not those of a model that may be.
    pub fn unpacked(bytes: &[u8]) -> Result<Self> {
        let mut from = Reader::new(bytes);
        let [r, alpha, a, b, typical_gap_days] = from.array()?;
        let model = PurchaseModel {
            r,
            alpha,
            a,
            b,
            typical_gap_days,
            order_value: only(from.slice()?)?,
        };
        model.validate()?;
        let months = from.slice()?;
        let seasons = (!months.is_empty()).then(|| Seasons::new(exactly::<MONTHS>(months)?));
        let counts = only::<(i32, i32)>(from.slice()?)?;
        let factors = only::<(f64, f64)>(from.slice()?)?;
        let features = from.slice()?;
        from.end()?;
        sound(counts.is_some() == factors.is_some())?;
        let learned = counts.zip(factors).map(|(counts, factors)| {
            let numbers = exactly::<{ FEATURES * WEIGHING }>(features)?;
            let (numbers, _) = numbers.as_chunks::<WEIGHING>();
            let mut learned = Learned {
                horizon_days: counts.0,
                windows: counts.1,
                level: factors.0,
                purchases_factor: factors.1,
                features: [Weighing::default(); FEATURES],
            };
            for (feature, &[mean, deviation, weight]) in learned.features.iter_mut().zip(numbers) {
                *feature = Weighing {
                    mean,
                    deviation,
                    weight,
                };
            }
            learned.validate()?;
            Ok(learned)
        });
        sound(learned.is_some() || features.is_empty())?;
        Ok(Self {
            model,
            seasons: seasons.transpose()?,
            learned: learned.transpose()?,
        })
    }
}

/// The value, if there is one.
fn only<T: Packed>(values: Slice<'_, T>) -> Result<Option<T>> {
    sound(values.len() <= 1)?;
    Ok(values.get(0))
}

/// All numbers, which must be so many.
fn exactly<const N: usize>(values: Slice<'_, f64>) -> Result<[f64; N]> {
    sound(values.len() == N)?;
    let mut numbers = [0.0; N];
    for (number, value) in numbers.iter_mut().zip(values.iter()) {
        *number = value;
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> ShopModel {
        let feature = |place: usize| Weighing {
            mean: place as f64,
            deviation: 0.5,
            weight: -0.25 * place as f64,
        };
        ShopModel {
            model: PurchaseModel {
                order_value: Some(40.0),
                ..PurchaseModel::CDNOW
            },
            seasons: Some(
                Seasons::new(std::array::from_fn(|month| 0.5 + month as f64)).expect("sound"),
            ),
            learned: Some(Learned {
                horizon_days: 180,
                windows: 3,
                level: 0.125,
                purchases_factor: 1.5,
                features: std::array::from_fn(feature),
            }),
        }
    }

    #[test]
    fn a_model_comes_back_as_it_was() {
        let all = whole();
        let parts = [
            ShopModel::PRIOR,
            all,
            ShopModel {
                seasons: None,
                ..all
            },
            ShopModel {
                learned: None,
                ..all
            },
        ];
        for model in parts {
            let bytes = model.packed().expect("there is memory");
            assert_eq!(ShopModel::unpacked(&bytes), Ok(model));
        }
    }

    #[test]
    fn what_is_cut_off_lengthened_or_out_of_range_is_an_error() {
        let bytes = whole().packed().expect("there is memory");
        for length in 0..bytes.len() {
            assert!(ShopModel::unpacked(&bytes[..length]).is_err(), "{length}");
        }
        assert!(ShopModel::unpacked(&[&bytes[..], &[0]].concat()).is_err());
        let mut wrong = bytes;
        wrong[..8].copy_from_slice(&f64::NAN.to_le_bytes());
        assert!(ShopModel::unpacked(&wrong).is_err());
    }
}

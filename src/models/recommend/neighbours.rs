//! Regression weights: what owning one product adds to the score of another.

use super::matrix::Matrix;
use super::together::{Together, similarity};
use crate::error::{Error, Result};
use crate::models::numerics::bytes::{Lists, Packed, Reader, Slice, Writer, foreign, sound};
use crate::models::numerics::checks::within;
use crate::models::numerics::linear::solve;
use crate::models::numerics::memory::{collected, filled, grow_map, push, try_collected};
use std::collections::HashMap;
use std::sync::Arc;

/// Candidates per product. `benches/peers/recommend_coefficients.py` varies this number, the ridge, and
/// what [`super::together`] and [`super::offer`] have.
const NEIGHBOURS: usize = 50;
/// The most products of which common buyers are counted, which takes 72 MB.
pub const MOST_PRODUCTS: u32 = 6_000;
/// The ridge, in buyers.
const RIDGE: f64 = 300.0;

/// Collects the rows of the Gram matrix of common buyers, in any order and any number of
/// parts.
#[derive(Default)]
pub struct GramBuilder {
    /// Parts that are merged share their rows, which are most of the memory.
    rows: HashMap<u32, Arc<Vec<u32>>>,
    together: Together,
}

impl GramBuilder {
    /// Adds a product's row, up to the diagonal. A product that is added again has the same.
    ///
    /// # Errors
    ///
    /// When the matrix does not have the product, or too many others, or is not sound, or there is
    /// no memory for the row.
    pub fn add(&mut self, matrix: &Matrix, product: u32) -> Result<()> {
        let width = within("products", matrix.width, 1..=MOST_PRODUCTS)?;
        within("product", product, 0..=width - 1)?;
        if !self.rows.contains_key(&product) {
            let mut row = filled(0, product as usize + 1)?;
            self.together.up_to(matrix, product, |other, both| {
                row[other as usize] = both;
                Ok(())
            })?;
            grow_map(&mut self.rows)?;
            self.rows.insert(product, Arc::new(row));
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        for (&product, row) in &other.rows {
            grow_map(&mut self.rows)?;
            self.rows.entry(product).or_insert_with(|| Arc::clone(row));
        }
        Ok(())
    }

    /// Packs the lower triangle of all products up to the last that was added.
    ///
    /// # Errors
    ///
    /// When one before it is missing, or there is no memory for it.
    pub fn pack(&self) -> Result<Vec<u8>> {
        let products = self.rows.len() as u32;
        let missing = || Error::argument("product", "must be every product up to the last");
        let rows = (0..products).map(|product| self.rows.get(&product).ok_or_else(missing));
        let rows = try_collected(rows)?;
        let cells = rows.iter().map(|row| row.len()).sum();
        let mut writer = Writer::default();
        writer.value(products)?;
        writer.values(cells, rows.iter().flat_map(|row| row.iter()).copied())?;
        Ok(writer.finish())
    }
}

/// A packed Gram matrix.
#[derive(Clone, Copy)]
pub struct Gram<'a> {
    products: u32,
    cells: Slice<'a, u32>,
}

impl<'a> Gram<'a> {
    /// Opens what [`GramBuilder::pack`] packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let (products, cells) = (reader.value::<u32>()?, reader.slice()?);
        reader.end()?;
        let triangle = u64::from(products) * (u64::from(products) + 1) / 2;
        sound(products <= MOST_PRODUCTS && triangle == cells.len() as u64)?;
        Ok(Self { products, cells })
    }

    /// How many products there are.
    pub fn products(&self) -> u32 {
        self.products
    }

    /// Common buyers; of a product with itself, its buyers.
    #[inline]
    fn get(&self, a: u32, b: u32) -> u32 {
        let (low, high) = (a.min(b) as usize, a.max(b) as usize);
        self.cells
            .get(high * (high + 1) / 2 + low)
            .unwrap_or_default()
    }

    /// The products with the largest similarity to `product`, with their regression weights.
    ///
    /// # Formula
    ///
    /// C = the 50 others with the highest G_ij/√(G_ii·G_jj) · G_ij/(G_ij + 10);
    /// β = (G_CC + λ·I)⁻¹ G_Ci, λ = 300.
    ///
    /// Ridge regression of owning the product on owning each of C, from counts alone: unlike
    /// plain similarities, the weights know that neighbours say the same thing twice. EASE,
    /// Steck (2019), "Embarrassingly shallow autoencoders for sparse data", WWW, solves the
    /// same system over all products at once.
    ///
    /// # Errors
    ///
    /// When the cells are no common buyers, or there is no memory for the candidates.
    pub fn weights(&self, product: u32) -> Result<Vec<Weight>> {
        let own = self.get(product, product);
        let mut candidates: Vec<(f64, u32)> = Vec::new();
        for other in (0..self.products).filter(|&other| other != product) {
            let (both, buyers) = (self.get(product, other), self.get(other, other));
            sound(both <= own.min(buyers))?;
            if both > 0 {
                push(&mut candidates, (similarity(both, own, buyers), other))?;
            }
        }
        let strongest = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if candidates.len() > NEIGHBOURS {
            candidates.select_nth_unstable_by(NEIGHBOURS, strongest);
            candidates.truncate(NEIGHBOURS);
        }
        candidates.sort_unstable_by(strongest);
        let sources: Vec<u32> = candidates.into_iter().map(|(_, other)| other).collect();
        let ridge = |a, b| if a == b { RIDGE } else { 0.0 };
        let row = |&a: &u32| sources.iter().map(move |&b| (a, b));
        let system = sources
            .iter()
            .flat_map(row)
            .map(|(a, b)| f64::from(self.get(a, b)) + ridge(a, b))
            .collect();
        let right = sources
            .iter()
            .map(|&a| self.get(a, product).into())
            .collect();
        // A Gram matrix and a ridge are positive definite.
        let solution = solve(system, right).ok_or_else(foreign)?;
        sound(solution.iter().all(|weight| weight.is_finite()))?;
        let weights = sources.into_iter().zip(solution);
        collected(weights.map(|(source, weight)| Weight {
            source,
            product,
            weight,
        }))
    }
}

/// What owning `source` adds to the score of `product`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// The product that is owned.
    pub source: u32,
    /// The product that is offered.
    pub product: u32,
    /// How much; may be negative.
    pub weight: f64,
}

impl Packed for Weight {
    const SIZE: usize = 16;
    fn append(self, to: &mut Vec<u8>) {
        self.source.append(to);
        self.product.append(to);
        self.weight.append(to);
    }
    #[inline]
    fn parse(bytes: &[u8]) -> Self {
        Self {
            source: u32::parse(&bytes[..4]),
            product: u32::parse(&bytes[4..8]),
            weight: f64::parse(&bytes[8..16]),
        }
    }
}

/// Packs weights by the product that is owned.
///
/// # Errors
///
/// When there is no memory for it.
pub fn pack_weights(weights: &mut [Weight], width: u32) -> Result<Vec<u8>> {
    weights.sort_unstable_by_key(|weight| (weight.source, weight.product));
    let ends =
        (0..width).map(|source| weights.partition_point(|weight| weight.source <= source) as u32);
    let mut writer = Writer::default();
    writer.slice(ends)?;
    writer.slice(weights.iter().copied())?;
    Ok(writer.finish())
}

/// Packed weights.
#[derive(Clone, Copy)]
pub struct NeighbourWeights<'a>(Lists<'a, Weight>);

impl<'a> NeighbourWeights<'a> {
    /// Opens what [`pack_weights`] packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let lists = Lists::<Weight>::open(&mut reader)?;
        reader.end()?;
        let is_sound =
            |weight: Weight| (weight.product as usize) < lists.len() && weight.weight.is_finite();
        sound(lists.len() <= MOST_PRODUCTS as usize && lists.values().iter().all(is_sound))?;
        Ok(Self(lists))
    }

    /// The weights of owning `source`, by ascending product.
    #[inline]
    pub fn of(self, source: u32) -> impl Iterator<Item = Weight> + 'a {
        self.0.get(source as usize).iter()
    }

    /// How many products there are.
    pub fn width(self) -> usize {
        self.0.len()
    }
}

//! A picture folded onto one tile: what lies on the same cell is added up.

use fuin_core::TILE_CELLS;
use rustfft::num_complex::Complex32;

use crate::{
    geometry::Geometry,
    plane::{Plane, Window},
    spectrum::Spectrum,
};

/// Parts of a cell, along each side, that are told apart.
const PARTS: usize = 2;
const FINE: usize = TILE_CELLS * PARTS;

/// A tile, in parts of cells.
pub(crate) struct Folded(Vec<f32>);

impl Folded {
    pub(crate) fn new(plane: &Plane, window: Window, geometry: &Geometry) -> Self {
        let mut sums = vec![(0.0f32, 0u32); FINE * FINE];
        for y in window.lines() {
            let line = &plane.values[y * plane.width..];
            geometry.along(y, window.pixels(), |x, u, v| {
                let part = |n: f32| (n * PARTS as f32) as usize % FINE;
                let sum = &mut sums[part(v) * FINE + part(u)];
                *sum = (sum.0 + line[x], sum.1 + 1);
            });
        }
        // As sure as what lies on it is much.
        Self(
            sums.iter()
                .map(|(sum, count)| if *count > 0 { sum / (*count as f32).sqrt() } else { 0.0 })
                .collect(),
        )
    }

    /// Whole cells that begin at a part of one.
    pub(crate) fn cells(&self, right: usize, down: usize) -> Vec<f32> {
        let cell = |at: usize| {
            let (x, y) = (at % TILE_CELLS * PARTS + right, at / TILE_CELLS * PARTS + down);
            let part = |n: usize| {
                let (x, y) = ((x + n % PARTS) % FINE, (y + n / PARTS) % FINE);
                self.0[y * FINE + x]
            };
            (0..PARTS * PARTS).map(part).sum()
        };
        (0..TILE_CELLS * TILE_CELLS).map(cell).collect()
    }

    /// All beginnings: parts to the right and down, and the whitened spectrum of the cells.
    pub(crate) fn phases(&self) -> Vec<(usize, usize, Vec<Complex32>)> {
        let phase = |n: usize| {
            let (right, down) = (n % PARTS, n / PARTS);
            let tile = (TILE_CELLS, TILE_CELLS);
            let mut spectrum = Spectrum::padded(&self.cells(right, down), tile, tile);
            spectrum.whiten(f32::INFINITY);
            (right, down, spectrum.values)
        };
        (0..PARTS * PARTS).map(phase).collect()
    }
}

/// How far a beginning lies in the tile, in cells.
pub(crate) fn part(n: usize) -> f32 {
    n as f32 / PARTS as f32
}

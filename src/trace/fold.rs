//! A picture folded onto one tile: what lies on the same cell is added up.

use fuin_core::TILE_CELLS;
use rustfft::num_complex::Complex32;

use crate::{
    geometry::Geometry,
    plane::{Plane, Window},
    spectrum::Transform,
};

/// Parts of a cell, along each side, that are told apart.
const PARTS: usize = 2;
const FINE: usize = TILE_CELLS * PARTS;

/// What lies on each cell of a tile, row by row: of every so manieth line of a part of a picture.
pub(crate) fn cells(plane: &Plane, window: Window, every: usize, geometry: &Geometry) -> Vec<f32> {
    let mut cells = vec![0.0; TILE_CELLS * TILE_CELLS];
    lay::<1>(plane, window, every, geometry, |cell, value| cells[cell] += value);
    cells
}

/// Goes through a part of a picture, and gives the part of a cell on which each pixel lies, with its value.
fn lay<const PARTS: usize>(
    plane: &Plane,
    window: Window,
    every: usize,
    geometry: &Geometry,
    mut each: impl FnMut(usize, f32),
) {
    let side = const { TILE_CELLS * PARTS };
    let part = |cells: f32| (cells * PARTS as f32) as usize % side;
    for y in window.lines().step_by(every) {
        let line = &plane.values[y * plane.width..];
        geometry.along(y, window.pixels(), |x, u, v| each(part(v) * side + part(u), line[x]));
    }
}

/// A tile, in parts of cells.
pub(crate) struct Folded(Vec<f32>);

impl Folded {
    pub(crate) fn new(plane: &Plane, window: Window, geometry: &Geometry) -> Self {
        let mut sums = vec![(0.0f32, 0u32); FINE * FINE];
        lay::<PARTS>(plane, window, 1, geometry, |part, value| {
            let sum = &mut sums[part];
            *sum = (sum.0 + value, sum.1 + 1);
        });
        // As sure as what lies on it is much.
        Self(
            sums.iter()
                .map(|(sum, count)| if *count > 0 { sum / (*count as f32).sqrt() } else { 0.0 })
                .collect(),
        )
    }

    /// Whole cells that begin at a part of one.
    fn cells(&self, right: usize, down: usize) -> Vec<f32> {
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
    pub(crate) fn phases(&self, tile: &Transform) -> Vec<(usize, usize, Vec<Complex32>)> {
        let phase = |n: usize| {
            let (right, down) = (n % PARTS, n / PARTS);
            let mut spectrum = tile.of(&self.cells(right, down), TILE_CELLS);
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

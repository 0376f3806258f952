//! How pixels of a picture lie on the tiles of a mark.

use std::ops::Range;

use fuin_core::TILE_CELLS;

use crate::plane::Window;

/// Cells, a multiple of a tile's, by which places are moved so that none is negative.
const AHEAD: f32 = TILE_CELLS as f32 * 128.0;

/// Where a pixel is, in cells: a projective map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Geometry {
    /// Cells to the right and down, for a pixel to the right and down: row by row.
    pub(crate) matrix: [f32; 4],
    /// Cells at the centre.
    pub(crate) offset: [f32; 2],
    /// By how much farther things are, for a pixel to the right and down.
    pub(crate) tilt: [f32; 2],
    /// The middle of what is looked at, in pixels.
    pub(crate) centre: [f32; 2],
}

impl Geometry {
    pub(crate) fn flat(matrix: [f32; 4], window: Window) -> Self {
        let middle = |from: usize, side: usize| from as f32 + side as f32 / 2.0;
        let centre = [middle(window.left, window.width), middle(window.top, window.height)];
        Self { matrix, offset: [0.0; 2], tilt: [0.0; 2], centre }
    }

    /// The pixel at so many cells from the beginning of the tile in which the middle is.
    pub(crate) fn pixel(&self, right: f32, down: f32) -> (f32, f32) {
        let (u, v) = (right - self.offset[0], down - self.offset[1]);
        let [a, b, c, d] = self.matrix;
        let (a, b) = (a - u * self.tilt[0], b - u * self.tilt[1]);
        let (c, d) = (c - v * self.tilt[0], d - v * self.tilt[1]);
        let area = a * d - b * c;
        ((u * d - v * b) / area + self.centre[0], (a * v - c * u) / area + self.centre[1])
    }

    /// Where the tile in which the middle is may begin in a frame of so many cells, or `beside` it by that many frames:
    /// in cells to the right and down.
    pub(crate) fn tiles(&self, (wide, high): (f32, f32), beside: f32) -> Vec<(f32, f32)> {
        let tile = TILE_CELLS as f32;
        // The middle lies at `offset` in the tile.
        let begins = |offset: f32, side: f32| {
            let first = ((-offset - beside * side) / tile).ceil();
            (0..)
                .map(move |n| tile * (first + n as f32))
                .take_while(move |begin| begin + offset <= (1.0 + beside) * side)
        };
        begins(self.offset[0], wide)
            .flat_map(|right| begins(self.offset[1], high).map(move |down| (right, down)))
            .collect()
    }

    /// Goes along a line, and gives the place of each pixel's middle, in cells to the right and down of a beginning of
    /// some tile: never negative.
    pub(crate) fn along(&self, line: usize, pixels: Range<usize>, mut each: impl FnMut(usize, f32, f32)) {
        let y = line as f32 + 0.5 - self.centre[1];
        let [a, b, c, d] = self.matrix;
        let begin = (self.offset[0] + AHEAD, self.offset[1] + AHEAD);
        for n in pixels {
            let x = n as f32 + 0.5 - self.centre[0];
            let far = 1.0 / (1.0 + self.tilt[0] * x + self.tilt[1] * y);
            each(n, ((a * x + b * y) * far + begin.0).max(0.0), ((c * x + d * y) * far + begin.1).max(0.0));
        }
    }
}

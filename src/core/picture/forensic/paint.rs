//! Painting the mark into a picture's lightness: stronger where the picture is busy and hides it.

use super::{
    layout::{MarkLayout, TILE_CELLS},
    session::SessionId,
};

/// Steps of a level of lightness in which strengths are counted.
const STEPS: i16 = 16;
/// Strength where the picture is smooth, in those steps.
const SMOOTH: u32 = 11;
/// The strongest: 43 dB below white (PSNR) if a whole picture had it.
const BUSY: u32 = 30;
/// Side of the squares in which it is measured how busy the picture is.
const SQUARE_PX: usize = 8;
/// Sums of a square's differences by which the strength grows by a step.
const PER_STEP: u32 = 18;

/// Thresholds by which a strength between two levels becomes one of them, in steps (Bayer's matrix).
const DITHER: [[i16; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// A pattern, for pictures of one size.
pub struct ForensicMark {
    size: (usize, usize),
    cell_px: usize,
    /// 1 where it is light and −1 where it is dark, for each pixel of a row of the picture; one for each row of cells.
    rows: Vec<Vec<i16>>,
    /// The rows of [`DITHER`], as long as a row of the picture.
    dither: [Vec<i16>; 4],
}

/// Side of a cell, in pixels of the picture: about a 130th of its shorter side, so that a picture of any size has
/// several tiles.
fn cell_px((width, height): (u32, u32)) -> usize {
    let fitting = (f64::from(width.min(height)) / 130.0).round() as usize;
    fitting.clamp(2, 16)
}

impl ForensicMark {
    /// The pattern of a session, for pictures of this size.
    pub fn new(layout: &MarkLayout, session: SessionId, size: (u32, u32)) -> Self {
        let (cell_px, width) = (cell_px(size), size.0 as usize);
        let tile = layout.tile(session);
        let row = |cells: &[bool]| {
            let is_light = |x: usize| cells.get(x / cell_px % TILE_CELLS).copied().unwrap_or(false);
            (0..width).map(|x| if is_light(x) { 1 } else { -1 }).collect()
        };
        let rows = tile.chunks_exact(TILE_CELLS).map(row).collect();
        let dither = DITHER.map(|four| four.into_iter().cycle().take(width).collect());
        Self { size: (width, size.1 as usize), cell_px, rows, dither }
    }

    /// Marks a plane of lightness in which a row has `stride` bytes. What is missing of it stays unmarked.
    pub fn mark_luma(&self, plane: &mut [u8], stride: usize) {
        let (width, height) = self.size;
        let mut strengths = vec![0i16; width];
        let mut sums = vec![0u16; width];
        for top in (0..height).step_by(SQUARE_PX) {
            let rows = SQUARE_PX.min(height - top);
            let Some(band) = plane.get_mut(top * stride..) else { return };
            if band.len() < (rows - 1) * stride + width {
                return;
            }
            measure(band, stride, rows, &mut sums, &mut strengths);
            for (n, line) in band.chunks_mut(stride).take(rows).enumerate() {
                let y = top + n;
                let Some(signs) = self.rows.get(y / self.cell_px % TILE_CELLS) else { continue };
                apply(&mut line[..width], signs, &strengths, &self.dither[y % DITHER.len()]);
            }
        }
    }
}

/// How strong the mark is in each column of a band of squares.
fn measure(band: &[u8], stride: usize, rows: usize, sums: &mut [u16], strengths: &mut [i16]) {
    let width = sums.len();
    sums.fill(0);
    for y in 0..rows {
        let line = &band[y * stride..y * stride + width];
        let under = if y + 1 < rows { &band[(y + 1) * stride..(y + 1) * stride + width] } else { line };
        let beside = &line[1.min(width)..];
        for ((sum, here), under) in sums.iter_mut().zip(line).zip(under) {
            *sum += u16::from(here.abs_diff(*under));
        }
        for ((sum, here), beside) in sums.iter_mut().zip(line).zip(beside) {
            *sum += u16::from(here.abs_diff(*beside));
        }
    }
    for (strengths, sums) in strengths.chunks_mut(SQUARE_PX).zip(sums.chunks(SQUARE_PX)) {
        let busy: u32 = sums.iter().map(|sum| u32::from(*sum)).sum();
        strengths.fill((SMOOTH + busy / PER_STEP).min(BUSY) as i16);
    }
}

fn apply(line: &mut [u8], signs: &[i16], strengths: &[i16], dither: &[i16]) {
    for (((pixel, sign), strength), dither) in line.iter_mut().zip(signs).zip(strengths).zip(dither) {
        let change = (sign * strength + dither) >> STEPS.trailing_zeros();
        *pixel = (i16::from(*pixel) + change).clamp(0, 255) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Secret32;

    fn mark(size: (u32, u32)) -> Result<ForensicMark, crate::NoSession> {
        Ok(ForensicMark::new(&MarkLayout::new(&Secret32::new([5; 32])), "K3Q7ABCD".parse()?, size))
    }

    /// The mark is faint, as strong as agreed on average, and stronger in busy places.
    #[test]
    fn a_mark_is_faint_and_stronger_where_it_is_busy() -> Result<(), crate::NoSession> {
        let (width, height) = (640usize, 480usize);
        let mark = mark((640, 480))?;
        let mean = |busy: bool| {
            let plain: Vec<u8> =
                (0..width * height).map(|at| if busy { 100 + (at * 7919 % 41) as u8 } else { 100 }).collect();
            let mut marked = plain.clone();
            mark.mark_luma(&mut marked, width);
            let changes: Vec<i32> =
                marked.iter().zip(&plain).map(|(a, b)| i32::from(*a) - i32::from(*b)).collect();
            assert!(changes.iter().all(|change| change.abs() <= 2));
            // About as many cells are light as dark.
            let sum = changes.iter().sum::<i32>();
            assert!(sum.abs() < (width * height) as i32 / 8, "as light as before: {sum}");
            changes.iter().map(|change| change.abs()).sum::<i32>() as f64 / (width * height) as f64
        };
        assert!((mean(false) - f64::from(SMOOTH) / f64::from(STEPS)).abs() < 0.02, "{}", mean(false));
        assert!((mean(true) - f64::from(BUSY) / f64::from(STEPS)).abs() < 0.02, "{}", mean(true));
        Ok(())
    }

    #[test]
    fn odd_sizes_padded_rows_and_short_planes_are_met() -> Result<(), crate::NoSession> {
        for (width, height) in [(1, 1), (7, 3), (9, 17), (333, 211)] {
            let mark = mark((width, height))?;
            let stride = width as usize + 5;
            let mut plane = vec![128; stride * height as usize];
            mark.mark_luma(&mut plane, stride);
            let padding = plane.chunks(stride).flat_map(|line| &line[width as usize..]);
            assert!(padding.copied().all(|value| value == 128));
            mark.mark_luma(&mut plane[..width as usize / 2], stride);
        }
        Ok(())
    }
}

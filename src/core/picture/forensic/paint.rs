//! Painting the mark into a picture's lightness: stronger where the picture is busy and hides it.

use wide::u8x16;

use super::layout::{MarkLayout, TILE_CELLS};
use crate::{bundle::SessionId, media::Turn};

/// Steps of a level of lightness in which strengths are counted.
const STEPS: u8 = 16;
/// Strength where the picture is smooth, in those steps.
const SMOOTH: u32 = 11;
/// The strongest: 43 dB below white (PSNR) if a whole picture had it.
const BUSY: u32 = 30;
/// Side of the squares in which it is measured how busy the picture is.
const SQUARE_PX: usize = 8;
/// Sums of a square's differences by which the strength grows by a step.
const PER_STEP: u32 = 18;
/// Pixels that are worked on at once.
const LANES: usize = 16;

/// Thresholds by which a strength between two levels becomes one of them, in steps (Bayer's matrix).
const DITHER: [[u8; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// A pattern, for pictures of one size.
pub struct ForensicMark {
    size: (usize, usize),
    cell_px: usize,
    /// One for each row of cells.
    rows: Vec<CellRow>,
}

/// What is the same in all lines of a row of cells.
struct CellRow {
    /// All bits where it becomes lighter, and none where it becomes darker.
    light: Vec<u8x16>,
    /// From which strength on a pixel changes by one level, in steps; from 16 more on by two. For each row of
    /// [`DITHER`].
    thresholds: [Vec<u8x16>; 4],
}

impl CellRow {
    fn new(width: usize, is_light: impl Fn(usize) -> bool) -> Self {
        let lanes = |of: &dyn Fn(usize) -> u8| {
            let block = |at: usize| u8x16::new(std::array::from_fn(|lane| of(at * LANES + lane)));
            (0..width.div_ceil(LANES)).map(block).collect::<Vec<_>>()
        };
        let thresholds = DITHER.map(|four| {
            lanes(&|x| {
                let dither = four[x % four.len()];
                if is_light(x) { STEPS - dither } else { dither + 1 }
            })
        });
        Self { light: lanes(&|x| if is_light(x) { u8::MAX } else { 0 }), thresholds }
    }
}

/// Which cell of an upright tile a cell of a picture becomes when that is turned; where a tile begins does not matter.
fn upright(turn: Turn, (column, row): (usize, usize)) -> usize {
    let end = TILE_CELLS - 1;
    let column = if turn.mirrored { end - column } else { column };
    let (column, row) = match turn.degrees {
        90 => (end - row, column),
        180 => (end - column, end - row),
        270 => (row, end - column),
        _ => (column, row),
    };
    row * TILE_CELLS + column
}

impl ForensicMark {
    /// Side of a cell, in pixels of a picture of this size: about a 130th of its shorter side, so that a picture of any
    /// size has several tiles.
    pub fn cell_px((width, height): (u32, u32)) -> usize {
        let fitting = (f64::from(width.min(height)) / 130.0).round() as usize;
        fitting.clamp(2, 16)
    }

    /// The pattern of a session, for pictures of this size that are turned when they are shown.
    pub fn new(layout: &MarkLayout, session: SessionId, size: (u32, u32), turn: Turn) -> Self {
        let (cell_px, width) = (Self::cell_px(size), size.0 as usize);
        let tile = layout.tile(session);
        let row = |row: usize| {
            CellRow::new(width, |x| {
                let cell = upright(turn, (x / cell_px % TILE_CELLS, row));
                tile.get(cell).copied().unwrap_or(false)
            })
        };
        Self { size: (width, size.1 as usize), cell_px, rows: (0..TILE_CELLS).map(row).collect() }
    }

    /// Marks a plane of lightness in which a row has `stride` bytes. What is missing of it stays unmarked.
    pub fn mark_luma(&self, plane: &mut [u8], stride: usize) {
        let (width, height) = self.size;
        let blocks = width.div_ceil(LANES);
        let (mut strengths, mut sums) = (vec![u8x16::default(); blocks], vec![u8x16::default(); blocks]);
        for top in (0..height).step_by(SQUARE_PX) {
            let rows = SQUARE_PX.min(height - top);
            let Some(band) = plane.get_mut(top * stride..) else { return };
            if band.len() < (rows - 1) * stride + width {
                return;
            }
            measure(band, (stride, width, rows), &mut sums, &mut strengths);
            for (n, line) in band.chunks_mut(stride).take(rows).enumerate() {
                let y = top + n;
                let Some(row) = self.rows.get(y / self.cell_px % TILE_CELLS) else { continue };
                apply(&mut line[..width], &row.light, &row.thresholds[y % DITHER.len()], &strengths);
            }
        }
    }

    /// Marks a picture of four bytes a pixel, of which green is the second and the last one is left alone.
    pub fn mark_packed(&self, pixels: &mut [u8], stride: usize) {
        let (width, height) = self.size;
        let mut luma = vec![0; width * height];
        for (line, of) in luma.chunks_exact_mut(width.max(1)).zip(pixels.chunks(stride.max(1))) {
            for (luma, pixel) in line.iter_mut().zip(of.chunks_exact(4)) {
                let sum = u16::from(pixel[0]) + 2 * u16::from(pixel[1]) + u16::from(pixel[2]);
                *luma = (sum / 4) as u8;
            }
        }
        let mut marked = luma.clone();
        self.mark_luma(&mut marked, width);
        let lines = luma.chunks_exact(width.max(1)).zip(marked.chunks_exact(width.max(1)));
        for ((before, after), of) in lines.zip(pixels.chunks_mut(stride.max(1))) {
            for ((before, after), pixel) in before.iter().zip(after).zip(of.chunks_exact_mut(4)) {
                let change = i16::from(*after) - i16::from(*before);
                for channel in pixel.iter_mut().take(3) {
                    *channel = channel.saturating_add_signed(change as i8);
                }
            }
        }
    }
}

/// Sixteen bytes from a place in a line on; the last one is repeated behind the end.
fn load(line: &[u8], at: usize) -> u8x16 {
    match line.get(at..).and_then(|rest| rest.first_chunk::<LANES>()) {
        Some(block) => u8x16::new(*block),
        None => {
            let last = line.last().copied().unwrap_or(0);
            u8x16::new(std::array::from_fn(|lane| line.get(at + lane).copied().unwrap_or(last)))
        }
    }
}

/// Adds how much sixteen pixels differ from those below and beside them.
fn add_differences(sum: &mut u8x16, here: u8x16, below: u8x16, beside: u8x16) {
    let difference = |other: u8x16| here.saturating_sub(other) | other.saturating_sub(here);
    *sum = sum.saturating_add(difference(below)).saturating_add(difference(beside));
}

/// How strong the mark is in each column of a band of squares, from the differences between neighbours.
fn measure(
    band: &[u8],
    (stride, width, rows): (usize, usize, usize),
    sums: &mut [u8x16],
    strengths: &mut [u8x16],
) {
    sums.fill(u8x16::default());
    for y in 0..rows {
        let line = &band[y * stride..y * stride + width];
        let under = if y + 1 < rows { &band[(y + 1) * stride..(y + 1) * stride + width] } else { line };
        let (here, _) = line.as_chunks::<LANES>();
        let (below, _) = under.as_chunks::<LANES>();
        let (beside, _) = line.get(1..).unwrap_or_default().as_chunks::<LANES>();
        let whole = beside.len();
        for (sum, ((here, below), beside)) in sums.iter_mut().zip(here.iter().zip(below).zip(beside)) {
            add_differences(sum, u8x16::new(*here), u8x16::new(*below), u8x16::new(*beside));
        }
        for (n, sum) in sums.iter_mut().enumerate().skip(whole) {
            let at = n * LANES;
            add_differences(sum, load(line, at), load(under, at), load(line, at + 1));
        }
    }
    for (strengths, sums) in strengths.iter_mut().zip(sums) {
        let sums = sums.to_array();
        let of_square = |square: &[u8]| {
            let busy: u32 = square.iter().map(|sum| u32::from(*sum)).sum();
            (SMOOTH + busy / PER_STEP).min(BUSY) as u8
        };
        let (first, second) = sums.split_at(SQUARE_PX);
        let (first, second) = (of_square(first), of_square(second));
        *strengths = u8x16::new(std::array::from_fn(|lane| if lane < SQUARE_PX { first } else { second }));
    }
}

/// Changes a line: whole blocks of sixteen pixels where they stand, and what is left at its end.
fn apply(line: &mut [u8], light: &[u8x16], thresholds: &[u8x16], strengths: &[u8x16]) {
    let (blocks, rest) = line.as_chunks_mut::<LANES>();
    let mut ways = light.iter().zip(thresholds).zip(strengths);
    for (pixels, way) in blocks.iter_mut().zip(&mut ways) {
        *pixels = changed(u8x16::new(*pixels), way).to_array();
    }
    if let Some(way) = ways.next() {
        let changed = changed(load(rest, 0), way).to_array();
        rest.iter_mut().zip(changed).for_each(|(pixel, changed)| *pixel = changed);
    }
}

/// Sixteen pixels, lighter or darker by as many levels as their strength reaches.
fn changed(pixels: u8x16, ((light, threshold), strength): ((&u8x16, &u8x16), &u8x16)) -> u8x16 {
    let reaches = |threshold: u8x16| strength.max(threshold).simd_eq(*strength) & u8x16::splat(1);
    let change = reaches(*threshold) + reaches(*threshold + u8x16::splat(STEPS));
    pixels.saturating_add(change & *light).saturating_sub(change & !*light)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Secret32;

    fn mark(size: (u32, u32)) -> Result<ForensicMark, crate::NoSession> {
        Ok(ForensicMark::new(
            &MarkLayout::new(&Secret32::new([5; 32])),
            "K3Q7ABCD".parse()?,
            size,
            Turn::default(),
        ))
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

    /// Who sees a turned picture sees an upright tile.
    #[test]
    fn the_pattern_stands_upright_when_the_picture_is_turned() -> Result<(), crate::NoSession> {
        // Two tiles of cells of two pixels, so that every turn begins with a whole one.
        let side = 192usize;
        let layout = MarkLayout::new(&Secret32::new([5; 32]));
        let shown = |turn: Turn| -> Result<Vec<bool>, crate::NoSession> {
            let mark = ForensicMark::new(&layout, "K3Q7ABCD".parse()?, (192, 192), turn);
            let mut plane = vec![128; side * side];
            mark.mark_luma(&mut plane, side);
            let mut sums = vec![0i32; side / 2 * side / 2];
            for (at, value) in plane.iter().enumerate() {
                // First mirrored, then turned clockwise, as it is painted.
                let (x, y) = (if turn.mirrored { side - 1 - at % side } else { at % side }, at / side);
                let (x, y) = match turn.degrees {
                    90 => (side - 1 - y, x),
                    180 => (side - 1 - x, side - 1 - y),
                    270 => (y, side - 1 - x),
                    _ => (x, y),
                };
                sums[y / 2 * side / 2 + x / 2] += i32::from(*value) - 128;
            }
            Ok(sums.into_iter().map(|sum| sum > 0).collect())
        };
        let upright = shown(Turn::default())?;
        for degrees in [0, 90, 180, 270] {
            for mirrored in [false, true] {
                let turn = Turn { degrees, mirrored };
                assert_eq!(shown(turn)?, upright, "{turn:?}");
            }
        }
        Ok(())
    }

    /// A picture in colour becomes lighter where its lightness does, and keeps its transparency.
    #[test]
    fn a_picture_in_colour_gets_the_same_mark() -> Result<(), crate::NoSession> {
        let (width, height) = (160usize, 130usize);
        let mark = mark((160, 130))?;
        let grey: Vec<u8> = (0..width * height).map(|at| 60 + (at * 31 % 97) as u8).collect();
        let stride = 4 * width + 8;
        let mut packed = vec![77; stride * height];
        for (line, of) in packed.chunks_mut(stride).zip(grey.chunks(width)) {
            for (pixel, value) in line.chunks_mut(4).zip(of) {
                pixel[..3].fill(*value);
            }
        }
        let mut marked = grey.clone();
        mark.mark_luma(&mut marked, width);
        mark.mark_packed(&mut packed, stride);
        assert_ne!(grey, marked);
        for (line, of) in packed.chunks(stride).zip(marked.chunks(width)) {
            assert!(line.chunks(4).zip(of).all(|(pixel, value)| pixel == [*value, *value, *value, 77]));
            assert!(line[4 * width..].iter().all(|rest| *rest == 77));
        }
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

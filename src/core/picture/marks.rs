//! Where the visible marks stand on a picture: a block of words, repeated so closely that every window of an agreed
//! size has one whole, at places and with tints that follow from a secret of the bundle (FORMAT.md §7.10).
//!
//! Entry points: [`MarkPattern::new`], [`MarkPattern::places`]. A picture of one number always has its marks in
//! the same places, so that nobody sees it without them by looking twice. Absent: writing; the forensic mark.

use super::{drawn::Drawn, words::MarkBlock};
use crate::{bundle::MarkStyle, crypto::Secret32};

/// So many stamps of a block are written, each with a tint and a grain of its own.
pub const STAMPS: usize = 3;
/// So many cells of the lattice, along each side, differ from each other.
const CELLS: usize = 8;
/// By this share of a window a block stands away from its place in the lattice, either way.
const JITTER: f64 = 0.02;
/// Pictures in which the marks move on by the width of a window, about.
const DRIFT_PICTURES: f64 = 1500.0;
/// The faintest that a block becomes, as a share of what was agreed.
const FAINTEST: f64 = 0.85;

/// How one stamp of the block is coloured.
pub struct MarkStamp {
    /// Red, green and blue of the letters: light.
    pub tint: [u8; 3],
    grain: Drawn,
}

impl MarkStamp {
    /// Of what a stamp takes away of its opacity, for one grain after the other, as shares of 255: at most a third.
    pub fn grain(mut self) -> impl Iterator<Item = u8> {
        std::iter::repeat_with(move || self.grain.byte() / 3)
    }
}

/// What of a cell never changes.
struct Cell {
    offset: (f64, f64),
    stamp: usize,
    /// How its opacity swings: pictures of a period, and where in it it begins.
    swing: (f64, f64),
}

/// The marks of a bundle, for pictures of one size.
pub struct MarkPattern {
    period: (f64, f64),
    picture: (f64, f64),
    block: (f64, f64),
    begin: (f64, f64),
    drift: (f64, f64),
    opacity: f64,
    cells: Vec<Cell>,
}

/// One mark on a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkPlace {
    /// Left end of the block, in output pixels.
    pub x: f64,
    /// Its top.
    pub y: f64,
    /// From 0 to 1; at most what was agreed.
    pub opacity: f64,
    /// Which of the stamps.
    pub stamp: usize,
}

impl MarkPattern {
    /// For pictures of this size that bear this block.
    pub fn new(secret: &Secret32, (width, height): (u32, u32), block: &MarkBlock, style: MarkStyle) -> Self {
        let mut stream = Drawn::new(secret, &[b"places"]);
        let per_side = f64::from(style.repeat);
        let window = (f64::from(width) / per_side, f64::from(height) / per_side);
        // A window always holds a whole block where it is as long as a period, a block and the jitter together. Blocks
        // that are too large for that stand side by side.
        let period =
            |window: f64, block: f64| (window * (1.0 - 2.0 * JITTER) - block).max(block * 1.05).max(1.0);
        let period = (period(window.0, block.size.0), period(window.1, block.size.1));
        let begin = (stream.unit() * period.0, stream.unit() * period.1);
        let (sin, cos) = stream.between(0.0, std::f64::consts::TAU).sin_cos();
        let drift = (cos * window.0 / DRIFT_PICTURES, sin * window.1 / DRIFT_PICTURES);
        let mut cell = |_| Cell {
            offset: (stream.between(-JITTER, JITTER) * window.0, stream.between(-JITTER, JITTER) * window.1),
            stamp: usize::from(stream.byte()) % STAMPS,
            swing: (stream.between(60.0, 300.0), stream.unit()),
        };
        let cells = (0..CELLS * CELLS).map(&mut cell).collect();
        let picture = (f64::from(width), f64::from(height));
        let opacity = f64::from(style.opacity) / 100.0;
        Self { period, picture, block: block.size, begin, drift, opacity, cells }
    }

    /// How the stamps are coloured.
    pub fn stamps(secret: &Secret32) -> [MarkStamp; STAMPS] {
        std::array::from_fn(|stamp| {
            let mut stream = Drawn::new(secret, &[b"stamp", &[stamp as u8]]);
            let tint = std::array::from_fn(|_| 255 - stream.byte() / 4);
            MarkStamp { tint, grain: stream }
        })
    }

    /// The marks of picture number `picture`, from 0: all that touch it.
    pub fn places(&self, picture: usize) -> Vec<MarkPlace> {
        let time = picture as f64;
        let begin = (self.begin.0 + self.drift.0 * time, self.begin.1 + self.drift.1 * time);
        let columns = span(begin.0, self.period.0, self.block.0, self.picture.0);
        let rows = span(begin.1, self.period.1, self.block.1, self.picture.1);
        let place = |column: i64, row: i64| {
            let wrapped = |n: i64| n.rem_euclid(CELLS as i64) as usize;
            let cell = self.cells.get(wrapped(row) * CELLS + wrapped(column))?;
            let swing = (std::f64::consts::TAU * (time / cell.swing.0 + cell.swing.1)).sin();
            let share = 1.0 - (1.0 - FAINTEST) * (0.5 + 0.5 * swing);
            Some(MarkPlace {
                x: begin.0 + column as f64 * self.period.0 + cell.offset.0,
                y: begin.1 + row as f64 * self.period.1 + cell.offset.1,
                opacity: self.opacity * share,
                stamp: cell.stamp,
            })
        };
        rows.flat_map(|row| columns.clone().filter_map(move |column| place(column, row))).collect()
    }
}

/// Which cells touch a picture: one before and one behind, for the jitter.
fn span(begin: f64, period: f64, block: f64, picture: f64) -> std::ops::RangeInclusive<i64> {
    let first = ((-block - begin) / period).floor() as i64 - 1;
    let last = ((picture - begin) / period).ceil() as i64 + 1;
    first..=last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::words::MarkWords;

    fn ems(text: &str) -> f64 {
        text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
    }

    fn block(size: (u32, u32), style: MarkStyle) -> MarkBlock {
        let lead = ["R8-0001-7K3Q", "令和8年11月22日 10:00", "巡査部長 例示花子"].map(str::to_owned).to_vec();
        let words =
            MarkWords { lead, recipient: "見本警察署 刑事課 巡査部長 例示花子".into() };
        MarkBlock::new(&words, size, style, ems)
    }

    fn secret(n: u8) -> Secret32 {
        Secret32::new([n; 32])
    }

    /// Wherever a window of the agreed size is cut out of a picture, at any time, a whole block is in it.
    #[test]
    fn every_window_has_a_whole_block() {
        for size in [(320, 240), (640, 480), (768, 432), (1080, 1920), (1920, 1080), (3840, 2160)] {
            for repeat in [2, 3] {
                let style = MarkStyle { repeat, ..MarkStyle::default() };
                let block = block(size, style);
                let window = (f64::from(size.0) / f64::from(repeat), f64::from(size.1) / f64::from(repeat));
                for n in 0..6 {
                    let pattern = MarkPattern::new(&secret(n), size, &block, style);
                    for picture in [0, 1, 777, 100_000, 10_000_000] {
                        let places = pattern.places(picture);
                        let has_one = |x0: f64, y0: f64| {
                            let is_in = |place: &MarkPlace| {
                                place.x >= x0
                                    && place.x + block.size.0 <= x0 + window.0
                                    && place.y >= y0
                                    && place.y + block.size.1 <= y0 + window.1
                            };
                            places.iter().any(is_in)
                        };
                        for step in 0..400 {
                            let (x, y) = (f64::from(step % 20) / 19.0, f64::from(step / 20) / 19.0);
                            let x0 = x * (f64::from(size.0) - window.0);
                            let y0 = y * (f64::from(size.1) - window.1);
                            assert!(has_one(x0, y0), "{size:?} {repeat} {n} {picture}: {x0} {y0}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn marks_follow_the_secret_and_the_picture_and_hide_no_more_than_agreed() {
        let (size, style) = ((1920, 1080), MarkStyle::default());
        let block = block(size, style);
        let places = |n: u8, picture| MarkPattern::new(&secret(n), size, &block, style).places(picture);
        assert_eq!(places(1, 5), places(1, 5), "who looks twice sees the same");
        for other in [places(2, 5), places(1, 6)] {
            assert_ne!(places(1, 5), other);
        }
        // They move slowly: less than three pixels from one picture to the next.
        let (before, after) = (places(1, 5)[0], places(1, 6)[0]);
        assert!((before.x - after.x).abs() < 3.0 && (before.y - after.y).abs() < 3.0);
        for picture in 0..500 {
            for place in places(1, picture) {
                assert!((0.2..=0.3).contains(&place.opacity), "{}", place.opacity);
            }
        }
        let tints = MarkPattern::stamps(&secret(1)).map(|stamp| stamp.tint);
        assert_ne!(tints, MarkPattern::stamps(&secret(2)).map(|stamp| stamp.tint));
        assert!(tints.concat().iter().all(|light| *light >= 192));
    }
}

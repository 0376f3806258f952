//! The lattice on which a mark's tile repeats: peaks of the picture's autocorrelation.

use std::iter::successors;

use fuin_core::TILE_CELLS;

use crate::{
    plane::Plane,
    spectrum::{Transform, quick_length},
};

/// Sides of tiles that are looked for, in pixels.
const SIDES: (f32, f32) = (96.0, 1100.0);
/// Pixels between two sides of tiles that are tried.
const STEP: f32 = 1.5;
/// How many times as long as the other a side of a tile is, at least and at most, in a picture from the side.
const SHAPES: (f32, f32) = (0.75, 1.34);
/// Turns that are looked for, in degrees either way.
const TURN: f32 = 15.0;
/// How strong a frequency is at most, over the average: the lines of a mark are some five times as strong.
const CEILING: f32 = 16.0;
/// Lattices that are tried.
const TRIED: usize = 24;

/// The autocorrelation of a picture.
struct Correlation {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Correlation {
    fn of(plane: &Plane) -> Self {
        let reach = |side: usize| quick_length(side + (side / 2).min(SIDES.1 as usize));
        let (width, height) = (reach(plane.width), reach(plane.height));
        let transform = Transform::new((width, height));
        let mut spectrum = transform.of(&plane.values, plane.width);
        spectrum.whiten(CEILING);
        let powers = spectrum.values.iter().map(|value| value.norm_sqr().into()).collect();
        let mut values: Vec<f32> = transform.back(powers).iter().map(|value| value.re).collect();
        // Fewer pixels lie on each other the farther they are apart: the noise is made even.
        for (at, value) in values.iter_mut().enumerate() {
            let lag = |n: usize, of: usize| n.min(of - n);
            let common = |lag: usize, side: usize| side.saturating_sub(lag).max(1) as f32;
            let pixels =
                common(lag(at % width, width), plane.width) * common(lag(at / width, height), plane.height);
            *value /= pixels.sqrt();
        }
        let mut correlation = Self { width, height, values };
        correlation.scale();
        correlation
    }

    /// So that the noise is 1.
    fn scale(&mut self) {
        let mut sizes: Vec<f32> = self.values.iter().step_by(7).map(|value| value.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        // The median of a normal distribution's size is 0.6745 standard deviations.
        let noise = sizes.get(sizes.len() / 2).copied().unwrap_or(1.0) / 0.6745;
        self.values.iter_mut().for_each(|value| *value /= noise.max(f32::MIN_POSITIVE));
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let wrapped = |n: f32, side: usize| (n.round() as i64).rem_euclid(side as i64) as usize;
        self.values[wrapped(y, self.height) * self.width + wrapped(x, self.width)]
    }

    fn reaches(&self, x: f32, y: f32) -> bool {
        x.abs() < self.width as f32 / 2.0 - 4.0 && y.abs() < self.height as f32 / 2.0 - 4.0
    }

    /// How much stands out at the places of a lattice.
    fn score(&self, tile: &Tile) -> f32 {
        let (mut sum, mut count) = (0.0, 0.0f32);
        for (right, down) in NEIGHBOURS {
            let (x, y) = tile.at(right, down);
            if self.reaches(x, y) {
                (sum, count) = (sum + self.at(x, y).min(20.0), count + 1.0);
            }
        }
        if count >= 1.0 { sum / count.sqrt() } else { 0.0 }
    }

    /// A tile whose sides end where most stands out near by.
    fn refine(&self, tile: &Tile) -> Tile {
        let side = |at: (f32, f32)| {
            let (x, y, height) = self.peak(at, 4);
            if height > 3.5 { (x, y) } else { at }
        };
        Tile { right: side(tile.right), down: side(tile.down) }
    }

    /// The places that stand out most, to the right of the middle or below it, farther away than the smallest tile.
    fn peaks(&self) -> Vec<((f32, f32), f32)> {
        let reach = |side: usize| (side / 2).saturating_sub(5).min(SIDES.1 as usize) as i32;
        let (across, down) = (reach(self.width), reach(self.height));
        let mut peaks: Vec<((f32, f32), f32)> = Vec::new();
        for y in -down..=down {
            for x in 0..=across {
                let (x, y) = (x as f32, y as f32);
                let value = self.at(x, y);
                if value < 4.0 || x.hypot(y) < SIDES.0 || self.peak((x, y), 3).2 > value {
                    continue;
                }
                let (x, y, _) = self.peak((x, y), 0);
                peaks.push(((x, y), value));
            }
        }
        peaks.sort_by(|a, b| b.1.total_cmp(&a.1));
        peaks.truncate(PEAKS);
        peaks
    }

    /// The best place near this one.
    fn peak(&self, (x, y): (f32, f32), radius: i32) -> (f32, f32, f32) {
        let mut best = (x, y, f32::MIN);
        for dy in -radius..=radius {
            for dx in -radius..=radius {
                let (x, y) = ((x + dx as f32).round(), (y + dy as f32).round());
                let value = self.at(x, y);
                if value > best.2 {
                    best = (x, y, value);
                }
            }
        }
        let (x, y, value) = best;
        // The top of a parabola through three values.
        let top = |before: f32, after: f32| {
            let bend = before + after - 2.0 * value;
            if bend < 0.0 { ((before - after) / (2.0 * bend)).clamp(-0.5, 0.5) } else { 0.0 }
        };
        let along = top(self.at(x - 1.0, y), self.at(x + 1.0, y));
        let down = top(self.at(x, y - 1.0), self.at(x, y + 1.0));
        (x + along, y + down, value)
    }
}

/// Peaks of which pairs are made.
const PEAKS: usize = 60;

/// The two sides of a tile, in pixels.
#[derive(Debug, Clone, Copy)]
struct Tile {
    right: (f32, f32),
    down: (f32, f32),
}

impl Tile {
    fn square(side: f32, degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self { right: (side * cos, side * sin), down: (-side * sin, side * cos) }
    }

    fn at(&self, right: f32, down: f32) -> (f32, f32) {
        (right * self.right.0 + down * self.down.0, right * self.right.1 + down * self.down.1)
    }

    /// How many cells a pixel is to the right and down; none if the sides are no tile's.
    fn cells(&self) -> Option<[f32; 4]> {
        let (a, b, c, d) = (self.right.0, self.down.0, self.right.1, self.down.1);
        let area = a * d - b * c;
        let cells = TILE_CELLS as f32 / area;
        (area > 1.0).then(|| [d * cells, -b * cells, -c * cells, a * cells])
    }
}

/// Places of a lattice whose correlation is summed: half of those around one, as the others are the same.
const NEIGHBOURS: [(f32, f32); 10] = [
    (1.0, 0.0),
    (0.0, 1.0),
    (1.0, 1.0),
    (1.0, -1.0),
    (2.0, 0.0),
    (0.0, 2.0),
    (2.0, 1.0),
    (1.0, 2.0),
    (2.0, -1.0),
    (1.0, -2.0),
];

/// The likeliest lattices of a flat picture, as cells for a pixel.
pub(crate) fn lattices(plane: &Plane) -> Vec<[f32; 4]> {
    let correlation = Correlation::of(plane);
    let kinds = [squares(&correlation), upright(&correlation), pairs(&correlation)];
    let half = plane.width.max(plane.height) as f32 / 2.0;
    let mut all: Vec<[f32; 4]> = Vec::new();
    for matrix in kinds.iter().flatten().filter_map(Tile::cells) {
        // At the picture's edge two that are the same lie less than half a cell apart.
        let is_it = |known: &[f32; 4]| known.iter().zip(matrix).all(|(a, b)| (a - b).abs() * half < 0.5);
        if !all.iter().any(is_it) {
            all.push(matrix);
        }
    }
    all
}

/// Cells along the shorter side of a frame of up to 2,384 lines ([`fuin_core::ForensicMark::cell_px`]).
const FRAME_CELLS: (f32, f32) = (116.0, 149.0);
/// How much wider a frame is than it looks where it was cut out of a photograph by its corners, at least and at most.
const SKEW: (f32, f32) = (0.88, 1.13);
/// How many times as long as the shorter side of a frame its longer one is at most.
const LONGEST: f32 = 2.5;
/// Between two lattices that are tried: near enough for cells of a part about the middle.
const NEAR: f32 = 1.025;

/// Lattices of a picture that is a whole frame, by its own sides: what repeats in it more strongly than a mark, such as
/// the words over it, hides none of them.
pub(crate) fn of_whole_frame((width, height): (usize, usize)) -> Vec<[f32; 4]> {
    if width.max(height) as f32 > LONGEST * width.min(height) as f32 {
        return Vec::new();
    }
    let steps =
        |(from, to): (f32, f32)| successors(Some(from), |at| Some(at * NEAR)).take_while(move |at| *at < to);
    let shorter = width.min(height).max(1) as f32;
    let cells = steps(FRAME_CELLS).map(|cells| cells / shorter);
    cells
        .flat_map(|cells| {
            steps(SKEW).map(move |skew| match width >= height {
                true => [cells * skew, 0.0, 0.0, cells],
                false => [cells, 0.0, 0.0, cells * skew],
            })
        })
        .collect()
}

/// Sides of tiles that are tried, between two.
fn sides((from, to): (f32, f32)) -> impl Iterator<Item = f32> {
    successors(Some(from), |side| Some(side + STEP)).take_while(move |side| *side < to)
}

/// Square tiles, turned a little: pictures that were cut, scaled and turned.
fn squares(correlation: &Correlation) -> Vec<Tile> {
    let mut seen: Vec<(f32, Tile)> = Vec::new();
    for side in sides(SIDES) {
        // A pixel or two at the end of a side.
        let steps = (TURN.to_radians() * side / 1.5).ceil() as i32;
        for step in -steps..=steps {
            let tile = Tile::square(side, TURN * step as f32 / steps as f32);
            seen.push((correlation.score(&tile), tile));
        }
    }
    distinct(seen).iter().flat_map(|tile| [correlation.refine(tile), *tile]).collect()
}

/// Upright rectangles: a screen that was cut out of a photograph by its corners, or a picture made wider or narrower.
fn upright(correlation: &Correlation) -> Vec<Tile> {
    let tiles = sides(SIDES).flat_map(|wide| {
        let high = (SIDES.0.max(wide * SHAPES.0), SIDES.1.min(wide * SHAPES.1));
        sides(high).map(move |high| Tile { right: (wide, 0.0), down: (0.0, high) })
    });
    let seen = tiles.map(|tile| (correlation.score(&tile), tile)).collect();
    distinct(seen).iter().map(|tile| correlation.refine(tile)).collect()
}

/// Tiles of two peaks: pictures that were taken from the side.
fn pairs(correlation: &Correlation) -> Vec<Tile> {
    let peaks = correlation.peaks();
    let length = |(x, y): (f32, f32)| x.hypot(y);
    let mut seen: Vec<(f32, Tile)> = Vec::new();
    for (right, first) in peaks.iter().filter(|(at, _)| at.0 > 2.0 * at.1.abs()) {
        for (down, second) in
            peaks.iter().map(|(at, value)| (if at.1 < 0.0 { (-at.0, -at.1) } else { *at }, value))
        {
            let (a, b) = (length(*right), length(down));
            let across = (right.0 * down.0 + right.1 * down.1) / (a * b);
            if down.1 <= 2.0 * down.0.abs() || !(SHAPES.0..SHAPES.1).contains(&(a / b)) || across.abs() > 0.3
            {
                continue;
            }
            let tile = Tile { right: *right, down };
            let beside = [(1.0, 1.0), (1.0, -1.0)].map(|(r, d)| {
                let (x, y) = tile.at(r, d);
                if correlation.reaches(x, y) { correlation.peak((x, y), 3).2 - 2.5 } else { 0.0 }
            });
            seen.push((first + second + beside[0] + beside[1], tile));
        }
    }
    distinct(seen)
}

/// The best, no two of which are much alike.
fn distinct(mut seen: Vec<(f32, Tile)>) -> Vec<Tile> {
    seen.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut chosen: Vec<Tile> = Vec::new();
    for (_, tile) in seen.iter().take(4000) {
        let apart = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).abs() + (a.1 - b.1).abs();
        let is_near =
            |other: &Tile| apart(tile.right, other.right) < 5.0 && apart(tile.down, other.down) < 5.0;
        if !chosen.iter().any(is_near) {
            chosen.push(*tile);
            if chosen.len() == TRIED {
                break;
            }
        }
    }
    chosen
}

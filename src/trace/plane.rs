//! A picture's lightness, and what of it can bear a mark.

use fuin_core::Turn;

/// Lightness, row by row.
#[derive(Debug, Clone)]
pub struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f32>,
    /// Width and height of the picture before it was made smaller.
    pub(crate) original: (u32, u32),
}

/// Shorter side of the largest pictures that are looked at as they are, in pixels: a tile of a larger one is large
/// enough at half its size, and time grows with the area.
const LARGEST: usize = 1500;

/// Pixels of the largest.
const MOST: usize = 8 << 20;
/// Shorter side of a picture made small, in pixels, at most.
const SMALL: usize = 200;

/// A part of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Window {
    /// A part around the middle; `share` is that of each side.
    pub(crate) fn middle(plane: &Plane, share: f32) -> Self {
        let side = |whole: usize| ((whole as f32 * share) as usize).clamp(1, whole);
        let (width, height) = (side(plane.width), side(plane.height));
        Self { left: (plane.width - width) / 2, top: (plane.height - height) / 2, width, height }
    }

    /// The numbers of its lines.
    pub(crate) fn lines(self) -> std::ops::Range<usize> {
        self.top..self.top + self.height
    }

    /// Its pixels in a line.
    pub(crate) fn pixels(self) -> std::ops::Range<usize> {
        self.left..self.left + self.width
    }
}

/// Deviations beyond this, in standard deviations of their surroundings, count as this much.
const CLIP: f32 = 2.0;
/// Standard deviation, in levels, below which a place counts as flat: noise is not made larger than the mark.
const FLAT: f32 = 1.5;

/// As [`FLAT`], among those that are about as light.
const FAINT: f32 = 0.5;
/// Places around a pixel that are looked at along each side, in steps; the pixel is the middle one.
const AROUND: std::ops::RangeInclusive<usize> = 0..=6;
/// As many of them make a pixel's place sure.
const ENOUGH: f32 = 12.0;
/// Times the noise by which a place may differ from the pixel, and how many levels these are at least and at most.
const LIKE: f32 = 2.0;
const LIKE_LEVELS: (f32, f32) = (10.0, 60.0);

/// What is about as light as a pixel, of that which is around it: differences from it.
#[derive(Debug, Clone, Copy, Default)]
struct Alike {
    count: f32,
    sum: f32,
    square: f32,
}

impl Alike {
    fn add(&mut self, difference: f32, like: f32) {
        let counts = if difference.abs() <= like { 1.0 } else { 0.0 };
        self.count += counts;
        self.sum += counts * difference;
        self.square += counts * difference * difference;
    }

    /// The pixel's own deviation from the mean, over the standard deviation.
    fn deviation(&self) -> f32 {
        let mean = self.sum / self.count;
        let deviation = (self.square / self.count - mean * mean).max(0.0).sqrt();
        // A pixel of an edge is like few.
        let sure = (self.count / ENOUGH).min(1.0);
        sure * (-mean / (deviation + FAINT)).clamp(-CLIP, CLIP)
    }
}

impl Plane {
    /// From a row of bytes for each line; what is missing is black, and no picture is smaller than a pixel. Large ones
    /// are made half as large.
    pub fn new(width: usize, height: usize, luma: &[u8]) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let mut values: Vec<f32> = luma.iter().take(width * height).map(|value| f32::from(*value)).collect();
        values.resize(width * height, 0.0);
        let mut plane = Self { width, height, values, original: (width as u32, height as u32) };
        while plane.width.min(plane.height) > LARGEST
            || (plane.values.len() > MOST && plane.width.min(plane.height) > 1)
        {
            plane = plane.halved();
        }
        plane
    }

    /// As it is shown: first mirrored, then turned clockwise.
    pub fn turned(&self, turn: Turn) -> Self {
        let (width, height) =
            if turn.is_sideways() { (self.height, self.width) } else { (self.width, self.height) };
        let from = |n: usize| {
            let (x, y) = (n % width, n / width);
            let (x, y) = match turn.degrees {
                90 => (y, self.height - 1 - x),
                180 => (self.width - 1 - x, self.height - 1 - y),
                270 => (self.width - 1 - y, x),
                _ => (x, y),
            };
            let x = if turn.mirrored { self.width - 1 - x } else { x };
            self.values[y * self.width + x]
        };
        let original = if turn.is_sideways() { (self.original.1, self.original.0) } else { self.original };
        Self { width, height, values: (0..width * height).map(from).collect(), original }
    }

    /// Half as wide and high: the mean of every four pixels.
    pub(crate) fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mean = |at: usize| {
            let from = 2 * (at / width) * self.width + 2 * (at % width);
            let rows = [from, from + self.width];
            rows.map(|row| self.values[row] + self.values[row + 1]).iter().sum::<f32>() / 4.0
        };
        Self { width, height, values: (0..width * height).map(mean).collect(), original: self.original }
    }

    /// Every pixel's deviation from the mean of its surroundings, over their standard deviation: what is picture is
    /// mostly gone, and the mark is as strong everywhere.
    pub(crate) fn flat(&self) -> Self {
        let radius = (self.width.min(self.height) / 120).clamp(3, 12);
        let mean = self.blurred(radius, |value| value);
        let square = self.blurred(radius, |value| value * value);
        let flat = |((value, mean), square): ((&f32, &f32), &f32)| {
            let deviation = (square - mean * mean).max(0.0).sqrt();
            ((value - mean) / (deviation + FLAT)).clamp(-CLIP, CLIP)
        };
        let values = self.values.iter().zip(&mean).zip(&square).map(flat).collect();
        Self { width: self.width, height: self.height, values, original: self.original }
    }

    /// Every pixel's deviation from the mean of those around it that are about as light, over their standard deviation:
    /// a mark is as strong beside an edge as elsewhere.
    pub(crate) fn faint(&self) -> Self {
        let step = (self.width.min(self.height) / 360).clamp(1, 4);
        let like = (LIKE * self.noise()).clamp(LIKE_LEVELS.0, LIKE_LEVELS.1);
        let mut values = Vec::with_capacity(self.values.len());
        let mut alike = vec![Alike::default(); self.width];
        for y in 0..self.height {
            let line = self.line(y);
            alike.fill(Alike::default());
            for down in AROUND {
                let other = (y + down * step).saturating_sub(AROUND.end() / 2 * step).min(self.height - 1);
                let other = self.beyond(other, AROUND.end() / 2 * step);
                for right in AROUND {
                    let there = &other[right * step..][..self.width];
                    for ((alike, here), there) in alike.iter_mut().zip(line).zip(there) {
                        alike.add(there - here, like);
                    }
                }
            }
            values.extend(alike.iter().map(Alike::deviation));
        }
        Self { values, ..*self }
    }

    fn line(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..][..self.width]
    }

    /// A line, with its first and last pixel repeated so often.
    fn beyond(&self, y: usize, pixels: usize) -> Vec<f32> {
        let line = self.line(y);
        let edge = |pixel: f32| std::iter::repeat_n(pixel, pixels);
        edge(line[0]).chain(line.iter().copied()).chain(edge(line[self.width - 1])).collect()
    }

    /// The standard deviation of what differs from one pixel to the next but one, in levels.
    fn noise(&self) -> f32 {
        let next = |at: usize| (self.values[at] - self.values[at + 2]).abs();
        let mut all: Vec<f32> = (0..self.values.len().saturating_sub(2)).step_by(97).map(next).collect();
        all.sort_by(f32::total_cmp);
        // Of two, each of which has it.
        all.get(all.len() / 2).copied().unwrap_or(0.0) / 0.6745 / 2f32.sqrt()
    }

    /// Whether another one has as many lines, of as many pixels.
    pub(crate) fn is_as_large_as(&self, other: &Self) -> bool {
        (self.width, self.height) == (other.width, other.height)
    }

    /// A part of it.
    pub(crate) fn part(&self, window: Window) -> Self {
        let line = |y: usize| &self.values[y * self.width..][window.pixels()];
        let values = window.lines().flat_map(line).copied().collect();
        Self { width: window.width, height: window.height, values, original: self.original }
    }

    /// The sum of those that are as large as the first.
    pub(crate) fn sum(planes: &[Self]) -> Option<Self> {
        let mut sum = planes.first()?.clone();
        for plane in &planes[1..] {
            if plane.is_as_large_as(&sum) {
                sum.values.iter_mut().zip(&plane.values).for_each(|(sum, value)| *sum += value);
            }
        }
        Some(sum)
    }

    /// Made so small that noise and a codec's faults are gone.
    pub(crate) fn small(&self) -> Self {
        let mut small = self.clone();
        while small.width.min(small.height) > SMALL {
            small = small.halved();
        }
        small
    }

    /// As if seen out of focus, by so many pixels.
    pub(crate) fn softened(&self, radius: usize) -> Self {
        Self { values: self.blurred(radius, |value| value), ..self.clone() }
    }

    /// The value between pixels; not a number beyond the edge.
    pub(crate) fn between(&self, x: f32, y: f32) -> f32 {
        let inside = |n: f32, side: usize| (-0.5..side as f32 - 0.5).contains(&n);
        if !inside(x, self.width) || !inside(y, self.height) {
            return f32::NAN;
        }
        let (left, top) = (x.floor(), y.floor());
        let column = |n: f32| (n.max(0.0) as usize).min(self.width - 1);
        let row = |n: f32| (n.max(0.0) as usize).min(self.height - 1) * self.width;
        let (along, down) = (x - left, y - top);
        let (first, second) = (column(left), column(left + 1.0));
        let line = |row: usize| self.values[row + first] * (1.0 - along) + self.values[row + second] * along;
        line(row(top)) * (1.0 - down) + line(row(top + 1.0)) * down
    }

    /// The mean over a square around each pixel, of what `of` makes of them.
    fn blurred(&self, radius: usize, of: impl Fn(f32) -> f32) -> Vec<f32> {
        let (width, height) = (self.width, self.height);
        let mut along = vec![0.0; width * height];
        for (line, out) in self.values.chunks_exact(width).zip(along.chunks_exact_mut(width)) {
            slide(width, radius, |x| f64::from(of(line[x])), |x, mean| out[x] = mean as f32);
        }
        let mut both = vec![0.0; width * height];
        for x in 0..width {
            let read = |y: usize| f64::from(along[y * width + x]);
            slide(height, radius, read, |y, mean| both[y * width + x] = mean as f32);
        }
        both
    }
}

/// The mean over a window that slides along `length` values; narrower at the ends.
fn slide(length: usize, radius: usize, read: impl Fn(usize) -> f64, mut write: impl FnMut(usize, f64)) {
    let (mut sum, mut from, mut to) = (0.0, 0, 0);
    for at in 0..length {
        while to < (at + radius + 1).min(length) {
            sum += read(to);
            to += 1;
        }
        while from + radius < at {
            sum -= read(from);
            from += 1;
        }
        write(at, sum / (to - from) as f64);
    }
}

//! With the original at hand: the picture is laid over the frame that it was made of, and the frame is taken away.
//! What is left is mark and noise, which shows marks that a picture alone does not; and a picture that no frame is like
//! bears a mark that was copied into it.
//!
//! Entry points: [`Laid::on`], [`Laid::likeness`], [`without_frames`]. Absent: reading clips.

use fuin_core::ForensicMark;

use crate::{
    geometry::Geometry,
    plane::Plane,
    search::{Found, Traced},
    spectrum::{Transform, quick_length},
};

/// Columns and rows of the blocks in which a picture is compared with a frame.
const BLOCKS: (usize, usize) = (16, 9);
/// Standard deviation, in levels, from which a block of a frame made small has something to compare: noise has less.
const TEXTURED: f64 = 4.0;
/// Blocks that are compared at least; fewer say nothing.
const ENOUGH: usize = 8;
/// Standard deviations by which the place of a part of a frame stands out.
const PLACED: f32 = 8.0;

/// Closeness from which a picture surely lies where it was laid.
const NEAR: f32 = 0.5;
/// Correlation from which a block is the same in two frames.
const STILL: f32 = 0.8;
/// Quarters of the largest zoom that is tried; the viewer zooms in such steps.
const MAX_ZOOM_QUARTERS: u8 = 32;
/// Pixels of the shorter side of the smallest part of a frame that is looked for.
const MIN_PART: usize = 48;
/// Pixels of a picture's shorter side from which it is fine enough at half its size to be placed.
const FINE_ENOUGH: usize = 300;

/// From pixels of a frame to pixels of a picture of it.
#[derive(Debug, Clone, Copy)]
enum Map {
    /// Scales, and the place of the frame's corner.
    Straight { scale: (f32, f32), corner: (f32, f32) },
    /// By the mark in the picture: where its tile lies, how large a cell is in the frame, and in which tile of the
    /// frame the picture's middle is.
    Mark { geometry: Geometry, cell_px: f32, tile: (f32, f32) },
}

/// Where tiles lie in a picture, for marks that were read.
fn geometries(marks: &[Found]) -> impl Iterator<Item = Geometry> {
    marks.iter().filter(|found| found.session.is_some()).filter_map(|found| found.geometry)
}

/// Side of a mark's cell in a frame, which may have been made smaller.
fn cell_px(frame: &Plane) -> f32 {
    ForensicMark::cell_px(frame.original) as f32 * frame.width as f32 / frame.original.0 as f32
}

impl Map {
    /// By a mark, with the picture's middle in the frame or `beside` it by that many frames.
    fn by_mark(geometry: Geometry, frame: &Plane, beside: f32) -> Vec<Self> {
        let cell_px = cell_px(frame);
        let tiles = geometry.tiles((frame.width as f32 / cell_px, frame.height as f32 / cell_px), beside);
        tiles.into_iter().map(|tile| Self::Mark { geometry, cell_px, tile }).collect()
    }

    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        match self {
            Self::Straight { scale, corner } => (corner.0 + x * scale.0, corner.1 + y * scale.1),
            Self::Mark { geometry, cell_px, tile } => {
                geometry.pixel(x / cell_px - tile.0, y / cell_px - tile.1)
            }
        }
    }
}

/// A picture on the pixels of a frame; what it does not cover is not a number.
pub struct Laid {
    values: Plane,
    /// The same on those of the frame made small.
    small: Plane,
    /// As it would lie elsewhere by the marks in it.
    rivals: Vec<Plane>,
}

impl Laid {
    /// The ways in which a picture may lie on a frame: as the marks in it say, whole, or as a part of it at its own
    /// size.
    fn maps(picture: &Plane, frame: &Plane, marks: &[Found]) -> Vec<Map> {
        let mut maps = Vec::new();
        let (wide, high) =
            (picture.width as f32 / frame.width as f32, picture.height as f32 / frame.height as f32);
        if (wide / high - 1.0).abs() < 0.03 {
            maps.push(Map::Straight { scale: (wide, high), corner: (0.0, 0.0) });
        } else if high > wide {
            // A still, with lines of words below.
            maps.push(Map::Straight { scale: (wide, wide), corner: (0.0, 0.0) });
        }
        if let Some(corner) = part_of(picture, frame) {
            maps.push(Map::Straight { scale: (1.0, 1.0), corner });
        }
        maps.extend(geometries(marks).flat_map(|geometry| Map::by_mark(geometry, frame, 0.0)));
        maps
    }

    /// A picture on a frame, in the way in which it is most like it.
    pub fn on(picture: &Plane, frame: &Plane, marks: &[Found]) -> Option<Self> {
        let small = frame.small();
        let finer = finer(picture);
        let laid_by = |map: Map| {
            let laid = lay_small(&finer, (frame, &small), &map);
            (closeness(&blocks(&laid, &small)), laid, map)
        };
        let nearest = |maps: Vec<Map>| maps.into_iter().map(laid_by).max_by(|a, b| a.0.total_cmp(&b.0));
        let mut best = nearest(Self::maps(picture, frame, marks));
        if best.as_ref().is_none_or(|(closeness, ..)| *closeness < NEAR) {
            // So many other places are tried that chance makes one a little alike: it must be surely the one.
            let others = geometries(marks).flat_map(|geometry| {
                let mut maps = zoomed_parts(&finer, frame, geometry);
                maps.extend(Map::by_mark(geometry, frame, 1.0));
                maps
            });
            best = nearest(others.collect()).filter(|(closeness, ..)| *closeness >= NEAR).or(best);
        }
        let (_, small, map) = best?;
        let rivals = geometries(marks).flat_map(|geometry| Map::by_mark(geometry, frame, 0.0));
        let rivals = rivals.map(|rival| laid_by(rival).1).collect();
        Some(Self { values: lay(picture, (frame.width, frame.height), |x, y| map.at(x, y)), small, rivals })
    }

    /// How alike picture and frame are: the mean correlation of those blocks in which there is something to see that is
    /// the same in all `stills`, other frames of the clip, and how many they are. None where these are too few, here or
    /// at any other place that the marks leave open: what moves, or is flat, is no witness.
    pub fn likeness(&self, frame: &Plane, stills: &[Plane]) -> Option<(f32, usize)> {
        let small = frame.small();
        let mut is_still = [true; BLOCKS.0 * BLOCKS.1];
        for still in stills {
            for (is_still, seen) in is_still.iter_mut().zip(each_block(&still.small(), &small)) {
                *is_still &= seen.is_some_and(|seen| seen > STILL);
            }
        }
        let mean = |laid: &Plane| {
            let all = each_block(laid, &small).into_iter().zip(is_still);
            let seen: Vec<f32> = all.filter_map(|(seen, is_still)| seen.filter(|_| is_still)).collect();
            (seen.len() >= ENOUGH).then(|| (seen.iter().sum::<f32>() / seen.len() as f32, seen.len()))
        };
        let here = mean(&self.small)?;
        if here.0 >= NEAR {
            return Some(here);
        }
        let rivals: Option<Vec<(f32, usize)>> = self.rivals.iter().map(mean).collect();
        rivals?.into_iter().chain([here]).max_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// How like a frame the picture is, for choosing one: the mean correlation of its blocks, less where few are
    /// covered.
    pub fn closeness(&self, frame: &Plane) -> f32 {
        closeness(&blocks(&self.small, &frame.small()))
    }

    /// What is left of the picture when the frame is taken away, as far as sharpness, contrast and brightness of the
    /// frame can be made those of the picture.
    fn residue(&self, frame: &Plane) -> Option<Plane> {
        if !self.values.is_as_large_as(frame) {
            return None;
        }
        let forms = [frame.clone(), frame.softened(1), frame.softened(3)];
        let weights = fit(&forms, &self.values);
        let mut left = frame.clone();
        for (at, value) in left.values.iter_mut().enumerate() {
            let picture = self.values.values[at];
            let made: f32 = forms.iter().zip(&weights).map(|(form, weight)| form.values[at] * weight).sum();
            *value = if picture.is_finite() { picture - made - weights[forms.len()] } else { 0.0 };
        }
        Some(left)
    }
}

fn closeness(blocks: &[f32]) -> f32 {
    blocks.iter().sum::<f32>() / (blocks.len() as f32 + 6.0)
}

fn blocks(laid: &Plane, frame: &Plane) -> Vec<f32> {
    each_block(laid, frame).into_iter().flatten().collect()
}

/// The correlation of each block of a small frame that has something to see and is covered; nothing where the two are
/// not of one size.
fn each_block(laid: &Plane, frame: &Plane) -> Vec<Option<f32>> {
    if !laid.is_as_large_as(frame) {
        return Vec::new();
    }
    let (wide, high) = (frame.width.div_ceil(BLOCKS.0), frame.height.div_ceil(BLOCKS.1));
    let block = |n: usize| {
        let (left, top) = (n % BLOCKS.0 * wide, n / BLOCKS.0 * high);
        let mut sums = Sums::default();
        let mut count = 0;
        for y in top..(top + high).min(frame.height) {
            let columns = left.min(frame.width)..(left + wide).min(frame.width);
            for at in columns.map(|x| y * frame.width + x) {
                count += 1;
                if laid.values[at].is_finite() {
                    sums.add(frame.values[at], laid.values[at]);
                }
            }
        }
        let is_covered = sums.count > 0.8 * f64::from(count) && count > 16;
        (is_covered && sums.deviation() > TEXTURED).then(|| sums.correlation())
    };
    (0..BLOCKS.0 * BLOCKS.1).map(block).collect()
}

/// What is left of pictures on their frames, all of one size, to be searched where the tiles must lie.
pub fn without_frames(pairs: &[(&Laid, &Plane)]) -> Option<Traced> {
    let frame = pairs.first()?.1;
    let left: Vec<Plane> = pairs.iter().filter_map(|(laid, frame)| laid.residue(frame)).collect();
    Traced::at_cells(&left, cell_px(frame))
}

/// Where a picture may lie that the viewer showed larger: its mark is in the pixels of the canvas, so it says how large
/// these are, and a part of the frame is looked for at each zoom.
fn zoomed_parts(finer: &[Plane], frame: &Plane, geometry: Geometry) -> Vec<Map> {
    let [a, b, c, d] = geometry.matrix;
    let cell_px = cell_px(frame);
    let canvas_px = 1.0 / (cell_px * (a * d - b * c).abs().sqrt().max(f32::MIN_POSITIVE));
    let part = |quarter: u8| {
        let scale = canvas_px * f32::from(quarter) / 4.0;
        let level = (scale.max(1.0).log2() as usize).min(finer.len() - 1);
        let picture = &finer[level];
        let step = scale / (1 << level) as f32;
        let size = [picture.width, picture.height].map(|side| (side as f32 / step) as usize);
        if size[0].min(size[1]) < MIN_PART {
            return None;
        }
        let part = lay(picture, (size[0], size[1]), |x, y| (x * step, y * step));
        let (x, y) = part_of(&part, frame)?;
        Some(Map::Straight { scale: (scale, scale), corner: (x * scale, y * scale) })
    };
    (5..=MAX_ZOOM_QUARTERS).filter_map(part).collect()
}

/// A picture on a grid of pixels.
fn lay(picture: &Plane, (width, height): (usize, usize), map: impl Fn(f32, f32) -> (f32, f32)) -> Plane {
    let mut values = Vec::with_capacity(width * height);
    for n in 0..width * height {
        let (x, y) = map((n % width) as f32 + 0.5, (n / width) as f32 + 0.5);
        values.push(picture.between(x - 0.5, y - 0.5));
    }
    Plane { width, height, values, original: (width as u32, height as u32) }
}

/// A picture, and the same made half as large again and again.
fn finer(picture: &Plane) -> Vec<Plane> {
    let mut all = vec![picture.clone()];
    while let Some(last) = all.last().filter(|last| last.width.min(last.height) >= 32) {
        all.push(last.halved());
    }
    all
}

/// A picture on a frame made small: of the picture that is about as fine as that.
fn lay_small(finer: &[Plane], (frame, small): (&Plane, &Plane), map: &Map) -> Plane {
    let shrink = frame.width as f32 / small.width as f32;
    let (x, y) = (frame.width as f32 / 2.0, frame.height as f32 / 2.0);
    let (here, beside) = (map.at(x, y), map.at(x + shrink, y));
    let step = (here.0 - beside.0).hypot(here.1 - beside.1).max(1.0);
    let level = (step.log2() as usize).min(finer.len() - 1);
    let less = f32::powi(0.5, level as i32);
    lay(&finer[level], (small.width, small.height), |x, y| {
        let (x, y) = map.at(x * shrink, y * shrink);
        (x * less, y * less)
    })
}

/// Where a picture of a part of a frame lies on it, at the frame's own size: the place of the frame's corner in the
/// picture.
fn part_of(picture: &Plane, frame: &Plane) -> Option<(f32, f32)> {
    if picture.width > frame.width || picture.height > frame.height {
        return None;
    }
    if picture.width.min(picture.height) > FINE_ENOUGH {
        let (x, y) = part_of(&picture.halved(), &frame.halved())?;
        return Some((2.0 * x, 2.0 * y));
    }
    let (width, height) =
        (quick_length(frame.width + picture.width), quick_length(frame.height + picture.height));
    let transform = Transform::new((width, height));
    let mut whole = transform.of(&frame.flat().values, frame.width);
    let part = transform.of(&picture.flat().values, picture.width);
    for (whole, part) in whole.values.iter_mut().zip(&part.values) {
        *whole *= part.conj();
    }
    let fits = transform.back(whole.values);
    let noise = (fits.iter().map(|fit| fit.re * fit.re).sum::<f32>() / fits.len() as f32).sqrt();
    let (at, best) = fits.iter().map(|fit| fit.re).enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let (x, y) = (at % width, at / width);
    let is_inside = x + picture.width <= frame.width && y + picture.height <= frame.height;
    (is_inside && best > PLACED * noise).then_some((-(x as f32), -(y as f32)))
}

/// Weights of several forms of a frame, and a constant, by which their sum is nearest to a picture (least squares).
fn fit(forms: &[Plane; 3], picture: &Plane) -> [f32; 4] {
    let mut normal = [[0.0f64; 5]; 4];
    for (at, value) in picture.values.iter().enumerate().step_by(3).filter(|(_, value)| value.is_finite()) {
        let row = [forms[0].values[at], forms[1].values[at], forms[2].values[at], 1.0].map(f64::from);
        for (line, a) in normal.iter_mut().zip(row) {
            for (sum, b) in line.iter_mut().zip(row) {
                *sum += a * b;
            }
            line[4] += a * f64::from(*value);
        }
    }
    for (n, line) in normal.iter_mut().enumerate() {
        // A flat frame is the same in all forms.
        line[n] += 1.0;
    }
    solve(normal).map(|weight| weight as f32)
}

/// Gauss's elimination with pivots.
fn solve(mut lines: [[f64; 5]; 4]) -> [f64; 4] {
    for n in 0..4 {
        let pivot = (n..4).max_by(|a, b| lines[*a][n].abs().total_cmp(&lines[*b][n].abs())).unwrap_or(n);
        lines.swap(n, pivot);
        let with = lines[n];
        for (_, line) in lines.iter_mut().enumerate().filter(|(other, _)| *other != n) {
            let factor = line[n] / with[n];
            line.iter_mut().zip(with).for_each(|(value, pivot)| *value -= factor * pivot);
        }
    }
    std::array::from_fn(|n| lines[n][4] / lines[n][n])
}

/// Sums over pairs of values.
#[derive(Default)]
struct Sums {
    count: f64,
    first: f64,
    second: f64,
    firsts: f64,
    seconds: f64,
    products: f64,
}

impl Sums {
    fn add(&mut self, first: f32, second: f32) {
        let (first, second) = (f64::from(first), f64::from(second));
        self.count += 1.0;
        self.first += first;
        self.second += second;
        self.firsts += first * first;
        self.seconds += second * second;
        self.products += first * second;
    }

    /// Standard deviation of the first.
    fn deviation(&self) -> f64 {
        let mean = self.first / self.count;
        (self.firsts / self.count - mean * mean).max(0.0).sqrt()
    }

    fn correlation(&self) -> f32 {
        let of = |sum: f64, square: f64| (square - sum * sum / self.count).max(1e-6);
        let together = self.products - self.first * self.second / self.count;
        (together / (of(self.first, self.firsts) * of(self.second, self.seconds)).sqrt()) as f32
    }
}

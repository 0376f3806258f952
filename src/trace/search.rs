//! Which key's mark is in a picture, and which session it says.

use fuin_core::{MarkLayout, SessionId, TILE_CELLS};
use rustfft::num_complex::Complex32;

use crate::{
    fold::{Folded, cells, part},
    geometry::Geometry,
    lattice::lattices,
    plane::{Plane, Window},
    spectrum::Transform,
};

const CELLS: usize = TILE_CELLS * TILE_CELLS;
/// Standard deviations from which a place is looked at closely.
const CLOSER: f32 = 4.8;
/// Standard deviations that a mark has at least when it was looked at closely.
const SURER: f32 = 6.0;
/// Places that are looked at closely.
const LOOKED_AT: usize = 5;

/// A mark that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which of the keys.
    pub key: usize,
    /// By how many standard deviations its pilots stand out.
    pub deviations: f32,
    /// What it says, if its MAC is right.
    pub session: Option<SessionId>,
}

/// A picture, or several of one size, made flat.
pub struct Traced(Plane);

/// Where a key's pilots stand out.
struct Place {
    key: usize,
    deviations: f32,
    geometry: Geometry,
    window: Window,
}

/// Parts around the middle that are looked at, as shares of each side: where a picture was taken from the side, tiles
/// fit onto each other only near by.
const SHARES: [f32; 3] = [1.0, 0.6, 0.4];

impl Traced {
    /// Makes pictures flat. None without a picture; of another size than the first none counts.
    pub fn look(pictures: &[Plane]) -> Option<Self> {
        let flat: Vec<Plane> = pictures.iter().map(Plane::flat).collect();
        Plane::sum(&flat).map(Self)
    }

    /// The marks of these keys that are in the picture, the surest first.
    pub fn find(&self, keys: &[MarkLayout]) -> Vec<Found> {
        let tile = Transform::new((TILE_CELLS, TILE_CELLS));
        let pilots: Vec<Vec<Complex32>> =
            keys.iter().map(|key| tile.of(&key.pilots(), TILE_CELLS).values).collect();
        let mut found: Vec<Found> = Vec::new();
        for share in SHARES {
            let places = self.places(Window::middle(&self.0, share), &tile, &pilots);
            for place in places.iter().take(LOOKED_AT) {
                let Some(key) = keys.get(place.key) else { continue };
                let known = found.iter().position(|found| found.key == place.key);
                if known.is_some_and(|at| found[at].session.is_some()) {
                    continue;
                }
                let read = self.read(place, key);
                match known {
                    Some(at) if read.deviations > found[at].deviations => found[at] = read,
                    Some(_) => {}
                    None => found.push(read),
                }
            }
            if found.iter().any(|found| found.session.is_some()) {
                break;
            }
        }
        found.sort_by(|a, b| b.deviations.total_cmp(&a.deviations));
        found
    }

    /// Where pilots stand out in a part of the picture, the farthest first.
    fn places(&self, window: Window, tile: &Transform, pilots: &[Vec<Complex32>]) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for matrix in lattices(&self.0.part(window)) {
            let geometry = Geometry::flat(matrix, window);
            for (right, down, cells) in Folded::new(&self.0, window, &geometry).phases(tile) {
                for (key, pilots) in pilots.iter().enumerate() {
                    let (x, y, deviations) = best_shift(tile, &cells, pilots);
                    if deviations > CLOSER {
                        // The tile begins where its pilots lie.
                        let offset = [-(x as f32 + part(right)), -(y as f32 + part(down))];
                        let geometry = Geometry { offset, ..geometry };
                        places.push(Place { key, deviations, geometry, window });
                    }
                }
            }
        }
        places.sort_by(|a, b| b.deviations.total_cmp(&a.deviations));
        places
    }

    /// Looks closely, and reads the payload.
    fn read(&self, place: &Place, key: &MarkLayout) -> Found {
        let pilots = key.pilots();
        let mut window = place.window;
        let mut geometry = self.settle(place.geometry, window, &pilots);
        let mut seen = cells(&self.0, window, 1, &geometry);
        let share = window.width as f32 / self.0.width as f32;
        // What does not stand out near by does not from afar either.
        if standing(&seen, &pilots) > SURER {
            for wider in [0.5, 0.65, 0.8, 1.0].into_iter().filter(|wider| *wider > share + 0.05) {
                window = Window::middle(&self.0, wider);
                geometry = self.settle(geometry, window, &pilots);
            }
            seen = cells(&self.0, window, 1, &geometry);
        }
        let deviations = standing(&seen, &pilots);
        let session = key.read(&seen);
        Found { key: place.key, deviations, session }
    }

    /// Turns, moves, stretches and tilts until the pilots fit best.
    fn settle(&self, begin: Geometry, window: Window, pilots: &[f32]) -> Geometry {
        let fit = |geometry: &Geometry| agreement(&cells(&self.0, window, 3, geometry), pilots);
        let half = window.width.max(window.height) as f32 / 2.0;
        let (mut best, mut height) = (begin, fit(&begin));
        // Cells by which the picture's edge moves at each step.
        let mut step = 0.8f32;
        while step > 0.08 {
            let before = height;
            for n in 0..8 {
                for sign in [step, -step] {
                    let mut tried = best;
                    match n {
                        0 | 1 => tried.offset[n] += sign / 2.0,
                        2..=5 => tried.matrix[n - 2] += sign / half,
                        _ => tried.tilt[n - 6] += sign / half / half / best.matrix[0].abs().max(1e-3),
                    }
                    let fits = fit(&tried);
                    if fits > height {
                        (best, height) = (tried, fits);
                    }
                }
            }
            if height - before <= 0.002 * before.abs() {
                step /= 2.0;
            }
        }
        best
    }
}

/// How far cells agree with pilots.
fn agreement(cells: &[f32], pilots: &[f32]) -> f32 {
    cells.iter().zip(pilots).map(|(cell, pilot)| cell * pilot).sum()
}

/// By how many standard deviations cells agree with pilots.
fn standing(cells: &[f32], pilots: &[f32]) -> f32 {
    let noise: f32 = cells.iter().zip(pilots).map(|(cell, pilot)| (cell * pilot).powi(2)).sum();
    agreement(cells, pilots) / noise.sqrt().max(f32::MIN_POSITIVE)
}

/// By how many cells pilots are moved where they agree best, and how far that stands out.
fn best_shift(tile: &Transform, cells: &[Complex32], pilots: &[Complex32]) -> (usize, usize, f32) {
    let fits = tile.back(cells.iter().zip(pilots).map(|(cell, pilot)| cell * pilot.conj()).collect());
    let noise = (fits.iter().map(|fit| fit * fit).sum::<f32>() / CELLS as f32).sqrt();
    let best = fits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or((0, 0, 0.0), |(at, fit)| {
        (at % TILE_CELLS, at / TILE_CELLS, fit / noise.max(f32::MIN_POSITIVE))
    })
}

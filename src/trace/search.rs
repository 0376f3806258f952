//! Which key's mark is in a picture, and which session it says.

use fuin_core::{MarkLayout, SessionId, TILE_CELLS};
use rustfft::num_complex::Complex32;
use serde::{Deserialize, Serialize};

use crate::{
    fold::{Folded, cells, part},
    geometry::Geometry,
    lattice::{lattices, of_whole_frame},
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Found {
    /// Which of the keys.
    pub key: usize,
    /// By how many standard deviations its pilots stand out.
    pub deviations: f32,
    /// What it says, if its MAC is right.
    pub session: Option<SessionId>,
    /// Where its tiles lie in the picture.
    #[serde(skip)]
    pub(crate) geometry: Option<Geometry>,
}

/// What is faint in a picture, or in several of one size.
pub struct Traced {
    plane: Plane,
    /// Cells for a pixel, where that is known.
    matrix: Option<[f32; 4]>,
}

/// What was found, and how often a payload was read for it: of so many random ones each is taken for right once in 2²⁴
/// (FORMAT.md §7.11).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Search {
    /// The marks.
    pub found: Vec<Found>,
    /// Payloads that were read.
    pub readings: u32,
}

impl Search {
    /// What two searches of the same picture found.
    pub fn with(mut self, other: Self) -> Self {
        self.readings += other.readings;
        for found in other.found {
            let is_it = |known: &Found| (known.key, known.session) == (found.key, found.session);
            match self.found.iter_mut().find(|known| is_it(known)) {
                Some(known) if known.deviations < found.deviations => *known = found,
                Some(_) => {}
                None => self.found.push(found),
            }
        }
        self.found.sort_by(|a, b| b.deviations.total_cmp(&a.deviations));
        self
    }
}

/// Pairs of keys between two reports of progress.
const AT_ONCE: usize = 32;

/// The spectra of the keys' pilots: of two keys at a time, as real and imaginary part, since one transform back then
/// does for both.
struct Pilots(Vec<Vec<Complex32>>);

impl Pilots {
    fn of(keys: &[MarkLayout], tile: &Transform) -> Self {
        let pair = |pair: &[MarkLayout]| {
            let second = pair.get(1).map_or_else(|| vec![0.0; CELLS], MarkLayout::pilots);
            let values = pair.iter().take(1).flat_map(MarkLayout::pilots).zip(second);
            tile.of_complex(values.map(|(re, im)| Complex32 { re, im }).collect())
        };
        Self(keys.chunks(2).map(pair).collect())
    }
}

/// Whole cells of a picture that was folded onto a tile, as a spectrum.
struct Beginning {
    geometry: Geometry,
    right: usize,
    down: usize,
    cells: Vec<Complex32>,
}

impl Beginning {
    /// The place of a key, if it stands out there.
    fn place(&self, key: usize, (x, y, deviations): (usize, usize, f32), window: Window) -> Option<Place> {
        // The tile begins where its pilots lie.
        let offset = [-(x as f32 + part(self.right)), -(y as f32 + part(self.down))];
        let geometry = Geometry { offset, ..self.geometry };
        (deviations > CLOSER).then_some(Place { key, deviations, geometry, window })
    }
}

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
    /// Keeps what is faint in pictures. None without a picture; of another size than the first none counts.
    pub fn look(pictures: &[Plane]) -> Option<Self> {
        let faint: Vec<Plane> = pictures.iter().map(Plane::faint).collect();
        Plane::sum(&faint).map(|plane| Self { plane, matrix: None })
    }

    /// As [`Self::look`], of pictures in which a cell is an upright square of so many pixels.
    pub(crate) fn at_cells(pictures: &[Plane], cell_px: f32) -> Option<Self> {
        let matrix = Some([1.0 / cell_px, 0.0, 0.0, 1.0 / cell_px]);
        Some(Self { matrix, ..Self::look(pictures)? })
    }

    /// The marks of these keys that are in the picture, the surest first. `on_progress` hears how far it is, from 0 to
    /// 1; none if that says to stop.
    pub fn find(&self, keys: &[MarkLayout], on_progress: &mut dyn FnMut(f32) -> bool) -> Option<Search> {
        let tile = Transform::new((TILE_CELLS, TILE_CELLS));
        let pilots = Pilots::of(keys, &tile);
        let mut search = Search { found: Vec::new(), readings: 0 };
        for (n, share) in SHARES.into_iter().enumerate() {
            let begin = n as f32 / SHARES.len() as f32;
            let mut on_part = |part: f32| on_progress(begin + part / SHARES.len() as f32);
            let window = Window::middle(&self.plane, share);
            let lattices = self.lattices(window, n + 1 == SHARES.len());
            let places = self.places((window, lattices), &tile, &pilots, &mut on_part)?;
            let mut looked = 0;
            for place in &places {
                let Some(key) = keys.get(place.key).filter(|_| looked < LOOKED_AT) else { break };
                let known = search.found.iter().position(|found| found.key == place.key);
                if known.is_some_and(|at| search.found[at].session.is_some()) {
                    continue;
                }
                let read = self.read(place, key);
                looked += 1;
                search.readings += 1;
                match known {
                    Some(at) if read.deviations > search.found[at].deviations => search.found[at] = read,
                    Some(_) => {}
                    None => search.found.push(read),
                }
            }
            if search.found.iter().any(|found| found.session.is_some()) {
                break;
            }
        }
        search.found.sort_by(|a, b| b.deviations.total_cmp(&a.deviations));
        Some(search)
    }

    /// Lattices on which a mark may lie in a part of the picture, as cells for a pixel. Those of a whole frame are near
    /// enough only in the smallest part.
    fn lattices(&self, window: Window, smallest: bool) -> Vec<[f32; 4]> {
        if let Some(matrix) = self.matrix {
            return vec![matrix];
        }
        let whole = if smallest { of_whole_frame((self.plane.width, self.plane.height)) } else { Vec::new() };
        lattices(&self.plane.part(window)).into_iter().chain(whole).collect()
    }

    /// Where pilots stand out in a part of the picture, the farthest first.
    fn places(
        &self,
        (window, lattices): (Window, Vec<[f32; 4]>),
        tile: &Transform,
        pilots: &Pilots,
        on_part: &mut dyn FnMut(f32) -> bool,
    ) -> Option<Vec<Place>> {
        let beginnings: Vec<Beginning> = lattices
            .into_iter()
            .flat_map(|matrix| {
                let geometry = Geometry::flat(matrix, window);
                let phases = Folded::new(&self.plane, window, &geometry).phases(tile);
                phases.into_iter().map(move |(right, down, cells)| Beginning { geometry, right, down, cells })
            })
            .collect();
        let mut places: Vec<Place> = Vec::new();
        for (first, some) in (0..).step_by(AT_ONCE).zip(pilots.0.chunks(AT_ONCE)) {
            if !on_part(first as f32 / pilots.0.len() as f32) {
                return None;
            }
            let of_pair = |n: usize| -> Vec<Place> {
                let place = |beginning: &Beginning| {
                    let shifts = best_shifts(tile, &beginning.cells, &some[n]);
                    [0, 1].map(|which| beginning.place(2 * (first + n) + which, shifts[which], window))
                };
                beginnings.iter().flat_map(place).flatten().collect()
            };
            places.extend(each(some.len(), of_pair).into_iter().flatten());
        }
        places.sort_by(|a, b| b.deviations.total_cmp(&a.deviations));
        Some(places)
    }

    /// Looks closely, and reads the payload.
    fn read(&self, place: &Place, key: &MarkLayout) -> Found {
        let pilots = key.pilots();
        let mut window = place.window;
        let mut geometry = self.settle(place.geometry, window, &pilots);
        let mut seen = cells(&self.plane, window, 1, &geometry);
        let share = window.width as f32 / self.plane.width as f32;
        // What does not stand out near by does not from afar either.
        if standing(&seen, &pilots) > SURER {
            for wider in [0.5, 0.65, 0.8, 1.0].into_iter().filter(|wider| *wider > share + 0.05) {
                window = Window::middle(&self.plane, wider);
                geometry = self.settle(geometry, window, &pilots);
            }
            seen = cells(&self.plane, window, 1, &geometry);
        }
        let deviations = standing(&seen, &pilots);
        let session = key.read(&seen);
        Found { key: place.key, deviations, session, geometry: Some(geometry) }
    }

    /// Turns, moves, stretches and tilts until the pilots fit best.
    fn settle(&self, begin: Geometry, window: Window, pilots: &[f32]) -> Geometry {
        let fit = |geometry: &Geometry| agreement(&cells(&self.plane, window, 3, geometry), pilots);
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

/// Pilots of a pair of keys that are moved over the cells: by how many they agree best, and how far that stands out.
fn best_shifts(tile: &Transform, cells: &[Complex32], pair: &[Complex32]) -> [(usize, usize, f32); 2] {
    let fits = tile.back(cells.iter().zip(pair).map(|(cell, pilot)| cell * pilot.conj()).collect());
    // What agrees with the second key of a pair is the imaginary part, with the other sign.
    [|fit: &Complex32| fit.re, |fit: &Complex32| -fit.im].map(|part| {
        let noise = (fits.iter().map(|fit| part(fit) * part(fit)).sum::<f32>() / CELLS as f32).sqrt();
        let best = fits.iter().map(part).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        best.map_or((0, 0, 0.0), |(at, fit)| {
            (at % TILE_CELLS, at / TILE_CELLS, fit / noise.max(f32::MIN_POSITIVE))
        })
    })
}

/// What `of` makes of every number below `count`, on all cores where that is possible.
fn each<T: Send>(count: usize, of: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::{IntoParallelIterator, ParallelIterator};
        (0..count).into_par_iter().map(of).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        (0..count).map(of).collect()
    }
}

//! Fourier transforms of pictures.

use std::sync::Arc;

use rustfft::{Fft, FftPlanner, num_complex::Complex32};

/// The transforms of pictures of one size, which are planned once.
pub(crate) struct Transform {
    width: usize,
    height: usize,
    /// Along a row, and down a column.
    forward: [Arc<dyn Fft<f32>>; 2],
    inverse: [Arc<dyn Fft<f32>>; 2],
}

impl Transform {
    pub(crate) fn new((width, height): (usize, usize)) -> Self {
        let mut planner = FftPlanner::new();
        let forward = [width, height].map(|side| planner.plan_fft_forward(side));
        let inverse = [width, height].map(|side| planner.plan_fft_inverse(side));
        Self { width, height, forward, inverse }
    }

    /// The spectrum of real values in rows of `row`, which are padded with zeros.
    pub(crate) fn of(&self, values: &[f32], row: usize) -> Spectrum {
        let mut padded = vec![Complex32::default(); self.width * self.height];
        for (line, out) in values.chunks_exact(row).zip(padded.chunks_exact_mut(self.width)) {
            for (value, out) in line.iter().zip(out) {
                out.re = *value;
            }
        }
        Spectrum { width: self.width, height: self.height, values: self.of_complex(padded) }
    }

    /// The spectrum of as many values as there are.
    pub(crate) fn of_complex(&self, values: Vec<Complex32>) -> Vec<Complex32> {
        self.run(&self.forward, values)
    }

    /// Back to a picture; larger by the number of values.
    pub(crate) fn back(&self, values: Vec<Complex32>) -> Vec<Complex32> {
        self.run(&self.inverse, values)
    }

    fn run(&self, [along, down]: &[Arc<dyn Fft<f32>>; 2], mut values: Vec<Complex32>) -> Vec<Complex32> {
        along.process(&mut values);
        let mut turned = turn(&values, self.width);
        down.process(&mut turned);
        turn(&turned, self.height)
    }
}

/// The frequencies of a picture.
pub(crate) struct Spectrum {
    width: usize,
    height: usize,
    pub(crate) values: Vec<Complex32>,
}

impl Spectrum {
    /// Makes all frequencies about as strong, by what those of the same fineness have on average: what is picture is
    /// strong in the coarse ones. None is left more than `ceiling` times as strong as that: what repeats without being
    /// a tile (the squares of JPEG, moiré, letters) stands in few of them.
    pub(crate) fn whiten(&mut self, ceiling: f32) {
        const BINS: usize = 256;
        let (width, height) = (self.width, self.height);
        let bin = |at: usize| {
            let fine = |n: usize, of: usize| n.min(of - n) as f32 / of as f32;
            let (x, y) = (fine(at % width, width), fine(at / width, height));
            ((x * x + y * y).sqrt() * 1.4 * BINS as f32) as usize
        };
        let mut sums = vec![(0.0f64, 0.0f64); BINS];
        for (at, value) in self.values.iter().enumerate() {
            if let Some(sum) = sums.get_mut(bin(at)) {
                *sum = (sum.0 + f64::from(value.norm_sqr()), sum.1 + 1.0);
            }
        }
        let gains: Vec<f32> = sums
            .iter()
            .map(|(sum, count)| if *sum > 0.0 { (count / sum).sqrt() as f32 } else { 0.0 })
            .collect();
        for (at, value) in self.values.iter_mut().enumerate() {
            *value *= gains.get(bin(at)).copied().unwrap_or(0.0);
            let strength = value.norm_sqr();
            if strength > ceiling {
                *value *= (ceiling / strength).sqrt();
            }
        }
    }
}

fn turn(values: &[Complex32], width: usize) -> Vec<Complex32> {
    let height = values.len() / width;
    let mut turned = vec![Complex32::default(); values.len()];
    const BLOCK: usize = 16;
    for top in (0..height).step_by(BLOCK) {
        for left in (0..width).step_by(BLOCK) {
            for y in top..(top + BLOCK).min(height) {
                for x in left..(left + BLOCK).min(width) {
                    turned[x * height + y] = values[y * width + x];
                }
            }
        }
    }
    turned
}

/// A length at least `length` whose transform is quick: 2 and 3 are its only prime factors.
pub(crate) fn quick_length(length: usize) -> usize {
    let is_quick = |n: usize| {
        let mut n = n;
        for prime in [2, 3] {
            while n.is_multiple_of(prime) {
                n /= prime;
            }
        }
        n == 1
    };
    (length.max(1)..).find(|n| is_quick(*n)).unwrap_or(length)
}

//! Decoded frames, and parts of them: a field is every second line of its frame.
//!
//! Entry points: [`Frame`], [`View`].

use super::head::{Sequence, Structure};
use crate::Chroma;

/// Samples of light or of one colour, in whole macroblocks.
#[derive(Clone)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u8>,
}

/// A frame.
#[derive(Clone)]
pub(super) struct Frame {
    /// Light, then the two colours.
    pub planes: [Plane; 3],
}

/// By how many bits colour has fewer columns and lines.
pub(super) fn thinner(chroma: Chroma) -> (usize, usize) {
    match chroma {
        Chroma::Quarter | Chroma::Grey => (1, 1),
        Chroma::Half => (1, 0),
        Chroma::Full => (0, 0),
    }
}

impl Frame {
    /// A black frame of a sequence.
    pub(super) fn new(sequence: &Sequence) -> Self {
        let (columns, rows) = sequence.macroblocks();
        let (across, down) = thinner(sequence.chroma);
        let plane = |width: usize, height: usize, value| Plane {
            width,
            height,
            samples: vec![value; width * height],
        };
        let colour = plane(columns * (16 >> across), rows * (16 >> down), 128);
        Self { planes: [plane(16 * columns, 16 * rows, 16), colour.clone(), colour] }
    }

    /// Whether it is as large as frames of a sequence.
    pub(super) fn fits(&self, sequence: &Sequence) -> bool {
        let (columns, rows) = sequence.macroblocks();
        let (across, down) = thinner(sequence.chroma);
        let [light, colour, _] = &self.planes;
        (light.width, light.height) == (16 * columns, 16 * rows)
            && (colour.width, colour.height) == (columns * (16 >> across), rows * (16 >> down))
    }
}

/// Lines of a plane: all of them, or every second one.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// Where the first line begins, and samples from line to line.
    pub offset: usize,
    pub stride: usize,
    pub lines: usize,
}

impl View {
    /// Of a plane, as a picture of this structure has it.
    pub(super) fn of(plane: &Plane, structure: Structure) -> Self {
        let Plane { width, height, .. } = *plane;
        match structure {
            Structure::Frame => Self { offset: 0, stride: width, lines: height },
            Structure::Field(first) => Self { offset: first * width, stride: 2 * width, lines: height / 2 },
        }
    }
}

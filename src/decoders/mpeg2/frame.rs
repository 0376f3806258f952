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

/// By how many bits a component has fewer columns and lines than light (0); 1 and 2 are the colours.
pub(super) fn thinner(chroma: Chroma, component: usize) -> (usize, usize) {
    match chroma {
        _ if component == 0 => (0, 0),
        Chroma::Quarter | Chroma::Grey => (1, 1),
        Chroma::Half => (1, 0),
        Chroma::Full => (0, 0),
    }
}

impl Frame {
    /// Width and height of the planes of a sequence's frames.
    fn sizes(sequence: &Sequence) -> [(usize, usize); 3] {
        let (columns, rows) = sequence.macroblocks();
        [0, 1, 2].map(|component| {
            let (across, down) = thinner(sequence.chroma, component);
            (columns * (16 >> across), rows * (16 >> down))
        })
    }

    /// A black frame of a sequence.
    pub(super) fn new(sequence: &Sequence) -> Self {
        let plane = |((width, height), value)| Plane { width, height, samples: vec![value; width * height] };
        let [light, blue, red] = Self::sizes(sequence);
        Self { planes: [(light, 16), (blue, 128), (red, 128)].map(plane) }
    }

    /// Whether it is as large as frames of a sequence.
    pub(super) fn fits(&self, sequence: &Sequence) -> bool {
        self.planes.each_ref().map(|plane| (plane.width, plane.height)) == Self::sizes(sequence)
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

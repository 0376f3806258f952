//! What the page wants of the player: which clips and tracks, and where to go first; and what it takes out.

use fuin_core::Timestamp;

use crate::fault::Code;

/// Where to go as soon as the first camera is ready.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Then {
    /// To a picture of it.
    Picture(usize),
    /// To a time of the time line, in microseconds.
    Time(i64),
}

/// Which clips and tracks are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct SetUp {
    /// Clip and track of each camera.
    pub clips: Vec<(usize, usize)>,
    /// On one time line.
    pub together: bool,
    /// Where to go first.
    pub then: Option<Then>,
}

impl SetUp {
    /// One clip.
    pub fn alone(clip: usize, track: usize) -> Self {
        Self { clips: vec![(clip, track)], together: false, then: None }
    }
}

/// A picture that is to be printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    /// The picture with its strip of facts, as a PNG in base64.
    pub png: String,
    /// SHA-256 of the PNG, in hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// How far an original was taken out.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Export {
    /// Not asked for.
    #[default]
    Idle,
    /// The person is asked.
    Asked,
    /// Part done, 0 to 1.
    Running(f64),
    /// It is out.
    Done {
        /// Under this name.
        name: String,
        /// With this SHA-256, in hexadecimal.
        sha256: String,
    },
    /// It is not.
    Failed(Code),
}

//! What the page wants of the player: which clips and tracks, and where to go first.

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

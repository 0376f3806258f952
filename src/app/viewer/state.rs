//! What the page knows of the player at one moment.

use fuin_core::PictureKind;

/// What is on a canvas.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// Width and height of the picture, without the band of marks.
    pub size: (u32, u32),
    /// The picture's number, from 0.
    pub picture: usize,
    /// Its time in microseconds of the clip.
    pub micros: i64,
    /// Its time in the clip's own units.
    pub pts: i64,
    /// How it was coded, if known.
    pub kind: Option<PictureKind>,
    /// The picture that is seen because this one cannot be.
    pub stands_in: Option<usize>,
    /// There is no picture at this time.
    pub hidden: bool,
    /// Pictures that the decoder did not give, so far.
    pub lost: usize,
    /// Pictures passed over, so far.
    pub passed_over: u64,
}

/// Where the time line stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Time {
    /// Microseconds.
    pub micros: i64,
    /// Whether it runs.
    pub playing: bool,
    /// How fast.
    pub speed: f64,
    /// Only key pictures are shown.
    pub keys_only: bool,
    /// Because this computer is too slow.
    pub slow: bool,
    /// A picture is being waited for.
    pub waiting: bool,
}

impl Time {
    /// At the beginning, standing.
    pub const START: Self =
        Self { micros: 0, playing: false, speed: 1.0, keys_only: false, slow: false, waiting: false };
}

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

//! Where the recipient stands, and what the page wants of the player: which clips and tracks, where to go first, what
//! is taken out.

use fuin_core::Timestamp;

use super::record::Bookmark;
use crate::fault::Code;

/// The screens V0 to V6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// V0.
    Start,
    /// 申請書・誓約書をつくる.
    Request,
    /// V1.
    Key,
    /// Between V1 and V2: whether the clock is right.
    Clock,
    /// V2.
    Verdict,
    /// V3.
    Undertaking,
    /// V4.
    Play,
    /// V5, the form.
    Procedure,
    /// V5, the result.
    Done,
    /// V6.
    Stop,
}

/// How far the check of all bytes has come.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Check {
    /// Not asked for.
    #[default]
    Idle,
    /// Part done, 0 to 1.
    Running(f64),
    /// All good.
    Done,
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

/// Why nothing was opened, though something was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongFile {
    /// Several bundles at once.
    Several,
    /// This file is no bundle.
    NoBundle(String),
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

/// One bookmark, and its picture's address; none, where printing was not granted or nothing can be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Exhibit {
    /// The bookmark.
    pub mark: Bookmark,
    /// The picture.
    pub picture: Option<String>,
}

/// How far that is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Exhibits {
    /// Nobody asked for them.
    #[default]
    None,
    /// They are fetched.
    Fetching {
        /// Those that are there.
        done: Vec<Exhibit>,
        /// Those that are not, the next one last.
        left: Vec<Bookmark>,
        /// The picture of the next one was asked for.
        asked: bool,
    },
    /// They are all there.
    Ready(Vec<Exhibit>),
}

/// An original that is taken out.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportTaken {
    /// Which clip, from 0.
    pub clip: u32,
    /// When it began.
    pub at: Timestamp,
    /// SHA-256 of the original, in hexadecimal.
    pub sha256: String,
}

/// How far an original was taken out.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Export {
    /// Not asked for.
    #[default]
    Idle,
    /// The person is asked.
    Asked,
    /// On its way.
    Running {
        /// Part done, 0 to 1.
        part: f64,
        /// What the log says of it.
        taken: ExportTaken,
    },
    /// Called off; the worker has not stopped yet.
    Stopping {
        /// What the log says of it.
        taken: ExportTaken,
    },
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

impl Export {
    /// What the log says of the one on its way.
    pub fn taken(&self) -> Option<ExportTaken> {
        match self {
            Self::Running { taken, .. } | Self::Stopping { taken } => Some(taken.clone()),
            Self::Idle | Self::Asked | Self::Done { .. } | Self::Failed(_) => None,
        }
    }

    /// Which part of it is out.
    pub fn part(&self) -> f64 {
        if let Self::Running { part, .. } = self { *part } else { 0.0 }
    }

    /// Whether the worker is at it.
    pub fn is_on_its_way(&self) -> bool {
        self.taken().is_some()
    }
}

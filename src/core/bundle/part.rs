//! What a bundle is made of: its format's name, and the entries in their order (FORMAT.md §1.2, §2.2).
//!
//! Entry point: [`Part`]. Absent: bytes; `container` knows where they lie.

use super::id::BundleId;

/// Version of the format that this crate reads and writes (§1.2).
pub(crate) const FORMAT: &str = "fuin/1";
/// The content of the first entry (§2.2).
pub(super) const MIMETYPE: &str = "application/vnd.fuin.bundle";
/// The most clips that a bundle may hold (§2.2).
pub(super) const MAX_CLIPS: usize = 999;

/// The longest index of a clip (§12.1).
pub(super) const MAX_INDEX: usize = 144 << 20;

/// One entry of a bundle (§2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `mimetype`.
    Mimetype,
    /// `header.json`.
    Header,
    /// `manifest.cob`.
    Manifest,
    /// `undertaking.cob`.
    Undertaking,
    /// `index/1.cob` and so on, each before its clip; clips count from 0 here.
    Index(usize),
    /// `clips/1.cob` and so on.
    Clip(usize),
    /// `manifest.tst`, behind so many clips: a time stamp, where one was got.
    TimeStamp(usize),
}

impl Part {
    /// The number of entries before those of the first clip.
    pub(super) const BEFORE_CLIPS: usize = 4;

    /// The entry that stands in this place, from 0, unless it is a time stamp.
    pub(super) fn at(place: usize) -> Self {
        match place {
            0 => Self::Mimetype,
            1 => Self::Header,
            2 => Self::Manifest,
            3 => Self::Undertaking,
            _ => match place - Self::BEFORE_CLIPS {
                pair if pair.is_multiple_of(2) => Self::Index(pair / 2),
                pair => Self::Clip(pair / 2),
            },
        }
    }

    /// Its place among the entries, from 0.
    pub(super) fn place(self) -> usize {
        match self {
            Self::Mimetype => 0,
            Self::Header => 1,
            Self::Manifest => 2,
            Self::Undertaking => 3,
            Self::Index(clip) => Self::BEFORE_CLIPS + 2 * clip,
            Self::Clip(clip) => Self::BEFORE_CLIPS + 2 * clip + 1,
            Self::TimeStamp(clips) => Self::BEFORE_CLIPS + 2 * clips,
        }
    }

    /// Its name in the container.
    pub(super) fn name(self) -> String {
        match self {
            Self::Mimetype => "mimetype".into(),
            Self::Header => "header.json".into(),
            Self::Manifest => "manifest.cob".into(),
            Self::Undertaking => "undertaking.cob".into(),
            Self::Index(clip) => format!("index/{}.cob", clip + 1),
            Self::Clip(clip) => format!("clips/{}.cob", clip + 1),
            Self::TimeStamp(_) => "manifest.tst".into(),
        }
    }

    /// What its encryption is bound to: format, bundle and entry name (§4.1).
    pub(super) fn context(self, bundle_id: &BundleId) -> Vec<u8> {
        [FORMAT.as_bytes(), b"\0", bundle_id.as_str().as_bytes(), b"\0", self.name().as_bytes()].concat()
    }
}

//! Why a clip cannot be played.
//!
//! Entry points: [`MediaError`], and [`Refusal`] as an index says it. Absent: words for people; its codes have them.

use std::{borrow::Cow, io};

use serde::{Deserialize, Serialize};

use crate::port::Coded;

/// Why a clip cannot be played.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// Its parts contradict each other, or it is no footage at all.
    #[error("the clip is no footage, or is damaged: {0}")]
    Malformed(&'static str),
    /// The file has no picture track.
    #[error("the clip has no picture track")]
    NoVideo,
    /// The recorder did not write it to its end.
    #[error("the recording was not closed: its tables are missing")]
    NotClosed,
    /// A codec that nothing here can play.
    #[error("the clip uses the codec {0}, which this version does not play")]
    Codec(String),
    /// A kind of file that nothing here can read.
    #[error("the clip is a file of the kind {0}, which this version does not read")]
    Format(String),
    /// More samples than any clip of a camera has.
    #[error("the clip claims more than {0} pictures")]
    TooLong(usize),
    /// The index was made of it, and says why it cannot be played.
    #[error("{0}")]
    Refused(Refusal),
    /// The index itself breaks FORMAT.md §12.
    #[error("the index of the clip contradicts itself: {0} (FORMAT.md §12)")]
    Index(&'static str),
    /// The index is of a later version.
    #[error("the index of the clip was made by a later version: {0} (FORMAT.md §12.2)")]
    Later(String),
    /// Nobody waits for it any more.
    #[error("it was called off")]
    Stopped,
    /// The bytes could not be read.
    #[error("the clip could not be read: {0}")]
    Read(#[from] io::Error),
}

impl Coded for MediaError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::Refused(Refusal::Malformed(_)) => "media_malformed",
            Self::NoVideo | Self::Refused(Refusal::NoVideo) => "media_no_video",
            Self::NotClosed | Self::Refused(Refusal::NotClosed) => "media_not_closed",
            Self::Codec(_) | Self::Refused(Refusal::Codec(_)) => "media_codec",
            Self::Format(_) | Self::Refused(Refusal::Format(_)) => "media_format",
            Self::TooLong(_) | Self::Refused(Refusal::TooLong) => "media_too_long",
            Self::Index(_) => "media_index",
            Self::Later(_) => "later_version",
            Self::Stopped => "media_stopped",
            Self::Read(_) => "read_failed",
        }
    }

    fn names(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Codec(name) | Self::Format(name) => Some(name.into()),
            Self::Refused(Refusal::Codec(name) | Refusal::Format(name)) => Some(name.into()),
            _ => None,
        }
    }
}

/// Why a clip cannot be played, as its index says it (FORMAT.md §12.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "detail", rename_all = "snake_case")]
pub enum Refusal {
    /// [`MediaError::Malformed`].
    #[error("the clip is no footage, or is damaged: {0}")]
    Malformed(String),
    /// [`MediaError::NoVideo`].
    #[error("the clip has no picture track")]
    NoVideo,
    /// [`MediaError::NotClosed`].
    #[error("the recording was not closed: its tables are missing")]
    NotClosed,
    /// [`MediaError::Codec`]: which.
    #[error("the clip uses the codec {0}, which this version does not play")]
    Codec(String),
    /// [`MediaError::Format`]: which.
    #[error("the clip is a file of the kind {0}, which this version does not read")]
    Format(String),
    /// [`MediaError::TooLong`].
    #[error("the clip claims too many pictures")]
    TooLong,
}

impl From<&MediaError> for Refusal {
    fn from(error: &MediaError) -> Self {
        match error {
            MediaError::NoVideo => Self::NoVideo,
            MediaError::NotClosed => Self::NotClosed,
            MediaError::Codec(name) => Self::Codec(name.clone()),
            MediaError::Format(name) => Self::Format(name.clone()),
            MediaError::TooLong(_) => Self::TooLong,
            MediaError::Refused(refusal) => refusal.clone(),
            MediaError::Malformed(detail) | MediaError::Index(detail) => {
                Self::Malformed((*detail).to_owned())
            }
            MediaError::Stopped | MediaError::Later(_) | MediaError::Read(_) => {
                Self::Malformed(error.to_string())
            }
        }
    }
}

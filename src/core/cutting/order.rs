//! What is to be cut out, and why it cannot be.
//!
//! Entry points: [`CutOrder`], [`CutError`].

use std::borrow::Cow;

use crate::{bundle::CutRecord, media::MediaError, port::Coded};

/// What is to be cut out, in microseconds of the clip's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutOrder {
    /// From the last key picture that is shown at or before this time.
    pub from: i64,
    /// To here; what begins then is not in it.
    pub to: i64,
    /// With its sound, if it has some.
    pub sound: bool,
}

impl From<&CutRecord> for CutOrder {
    /// The order by which a part was cut: it gives the same part again.
    fn from(record: &CutRecord) -> Self {
        Self { from: record.asked_from, to: record.asked_to, sound: record.sound }
    }
}

/// Why a part cannot be cut out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CutError {
    /// The beginning is not before the end.
    #[error("the part must begin before it ends")]
    Order,
    /// The clip shows nothing then.
    #[error("the clip shows no picture in this part")]
    Empty,
    /// An MP4 file has no name for pictures that are coded so.
    #[error("pictures coded as {0} cannot be put into an MP4 file")]
    Codec(String),
    /// Nor for such sound.
    #[error("sound coded as {0} cannot be put into an MP4 file")]
    Sound(String),
    /// The clip itself.
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl Coded for CutError {
    fn code(&self) -> &'static str {
        match self {
            Self::Order => "cut_order",
            Self::Empty => "cut_empty",
            Self::Codec(_) => "cut_codec",
            Self::Sound(_) => "cut_sound",
            Self::Media(error) => error.code(),
        }
    }

    fn names(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Codec(name) | Self::Sound(name) => Some(name.into()),
            Self::Media(error) => error.names(),
            Self::Order | Self::Empty => None,
        }
    }
}

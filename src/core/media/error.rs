//! Why a clip cannot be played.
//!
//! Entry point: [`MediaError`]. Absent: words for people; its codes have them.

use std::io;

use crate::port::Coded;

/// Why a clip cannot be played.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// Not an MP4 file, or its boxes contradict each other (ISO/IEC 14496-12 §4.2).
    #[error("the clip is no MP4 file, or is damaged: {0}")]
    Malformed(&'static str),
    /// The file has no picture track.
    #[error("the clip has no picture track")]
    NoVideo,
    /// A codec that nothing here can play.
    #[error("the clip uses the codec {0}, which this version does not play")]
    Codec(String),
    /// More samples than any clip of a camera has.
    #[error("the clip claims more than {0} pictures")]
    TooLong(usize),
    /// The bytes could not be read.
    #[error("the clip could not be read: {0}")]
    Read(#[from] io::Error),
}

impl Coded for MediaError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "media_malformed",
            Self::NoVideo => "media_no_video",
            Self::Codec(_) => "media_codec",
            Self::TooLong(_) => "media_too_long",
            Self::Read(_) => "read_failed",
        }
    }
}

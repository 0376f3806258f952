//! What is in a clip: an index of its samples over random access. Nothing is decoded here but G.711 and PCM.
//!
//! Entry points: [`Index::read`] or [`Scan`], then [`Pictures`]. Layers, each small: [`boxes`] walks the box tree, `scan`
//! finds `moov` and `moof`, the `mp4` crate reads the tables of a `moov` that holds nothing else, `tables` and
//! `fragments` make samples of them with checked arithmetic, [`codec`] names the codec, [`nal`] looks into samples.
//! Absent: the crate's own sample reading.

mod audio;
pub mod boxes;
pub mod codec;
mod fragments;
mod index;
mod look;
pub mod nal;
mod pictures;
pub mod position;
mod scan;
mod tables;

use std::io;

pub use audio::{AudioCodec, AudioTrack, Packet};
pub use codec::{Codec, Colour};
pub use index::{Index, Sample, VideoTrack};
pub use look::Look;
pub use nal::{Decodable, PictureKind};
pub use pictures::Pictures;
pub use scan::Scan;

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

/// Timescale units as microseconds.
fn micros(units: i64, timescale: u32) -> i64 {
    let micros = i128::from(units) * 1_000_000 / i128::from(timescale.max(1));
    micros.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

//! What is in a clip: an index of its samples over random access. Nothing is decoded here but G.711 and PCM.
//!
//! Entry points: [`Index::read`] or [`Scan`], then [`Pictures`]. Layers, each small: `boxes` walks the box tree, `scan`
//! finds `moov` and `moof`, the `mp4` crate reads the tables of a `moov` that holds nothing else, `tables` and
//! `fragments` make samples of them with checked arithmetic, `codec` names the codec, `nal` looks into samples,
//! `parameter_sets` into the sets that a decoder begins with.
//! Absent: the crate's own sample reading.

mod audio;
mod bits;
mod boxes;
mod codec;
mod colour;
mod error;
mod fragments;
mod index;
mod nal;
mod parameter_sets;
mod pictures;
mod scan;
mod tables;
mod timescale;

pub use audio::{AudioCodec, AudioTrack};
pub use codec::Codec;
pub use colour::Colour;
pub use error::MediaError;
pub use index::{Index, Sample, VideoTrack};
pub use nal::{Decodable, PictureKind};
pub use pictures::Pictures;
pub use scan::Scan;

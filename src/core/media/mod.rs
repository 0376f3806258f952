//! What is in a clip, as whoever plays it knows it: the index of its pictures and sound. Nothing is decoded here but
//! sound that browsers do not know.
//!
//! Entry points: [`Index`] and its bytes ([`Index::parse`], [`Index::to_bytes`], FORMAT.md §12), then [`Pictures`];
//! [`Codec::prepare`] looks into samples (`nal`), `parameter_sets` into the sets that a decoder begins with.
//! Absent: files ([`crate::builders`]).

mod adpcm;
mod audio;
mod bits;
mod codec;
mod colour;
mod error;
mod index;
mod limits;
mod nal;
mod packed;
mod parameter_sets;
mod pictures;
mod pieces;
mod plain;
mod rows;
pub(crate) mod start_codes;
mod tables;
mod timescale;
mod track;
mod turn;
mod whole;

pub(crate) use adpcm::{Adpcm, QUICKTIME_BLOCK};
pub(crate) use audio::Packet;
pub use audio::{AudioCodec, AudioTrack};
pub(crate) use bits::Bits;
pub use codec::{Codec, Family};
pub use colour::Colour;
pub(crate) use colour::sensible;
pub use error::{MediaError, Refusal};
pub(crate) use index::Unused;
pub use index::{Index, IndexBeginning};
pub(crate) use limits::{MAX_PICTURES, MAX_SAMPLE_BYTES, MAX_SECONDS, MAX_TRACKS};
pub(crate) use nal::by_length;
pub use nal::{Decodable, PictureKind};
pub(crate) use parameter_sets::{AvcSequence, HevcPictureSet, HevcSequence, MpegSequence, SequenceFacts};
pub use pictures::Pictures;
pub use pieces::Pieces;
pub(crate) use pieces::{Run, push_piece};
pub use plain::PlainSound;
pub(crate) use timescale::{gcd, micros, rescaled};
pub use track::{Sample, VideoTrack};
pub use turn::Turn;

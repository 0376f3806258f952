//! What the page is told of a bundle, of a clip, and of the player at one moment.
//!
//! Absent: anything secret.

use fuin_core::{
    B64, BundleId, Manifest, OfficeLabel, PictureKind, TimeStampRecord, Timestamp, UndertakingDocument,
};
use serde::{Deserialize, Serialize};

use super::module::Module;
use crate::fault::Code;

/// The outside of a bundle, or of the ticket for it, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// SHA-256 of the header: what this browser remembers the bundle by, for anybody can write a 管理番号.
    pub header_sha256: B64<32>,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// 発行課.
    pub office: OfficeLabel,
    /// Of a ticket, the bundle that it is for.
    pub ticket_of: Option<BundleId>,
    /// Whether that bundle is still to be chosen.
    pub wants_bundle: bool,
    /// Whether a passphrase opens it.
    pub takes_passphrase: bool,
    /// Whether the key of this browser opens it.
    pub takes_device_key: bool,
    /// The passkey that gives that key's passphrase, where one does.
    pub passkey: Option<String>,
}

/// What was sealed, without anything secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inside {
    /// The manifest: of a ticket, with the clips of its bundle.
    pub manifest: Manifest,
    /// SHA-256 of the signed manifest.
    pub manifest_sha256: B64<32>,
    /// The undertaking.
    pub undertaking: UndertakingDocument,
    /// Thumbprint of the signing key.
    pub office_key: String,
    /// Its words.
    pub words: String,
    /// Its words in Latin letters.
    pub words_latin: String,
    /// The keys that the office had before, the oldest first.
    pub keys_before: Vec<KeyBefore>,
    /// The time stamp of the signed manifest.
    pub time_stamp: Option<TimeStampRecord>,
}

/// A key that an office does not use any more, as the bundle of a later key says (FORMAT.md §6.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyBefore {
    /// Its thumbprint.
    pub thumbprint: String,
    /// Until when it was used.
    pub until: Timestamp,
    /// Whether somebody else may have it.
    pub exposed: bool,
}

/// What is in a clip.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClipFacts {
    /// Where its first moment stands on the time line, in microseconds.
    pub offset: i64,
    /// Beginning of the first and end of the last picture, in microseconds of the clip.
    pub span: (i64, i64),
    /// The moment of `starts_at`, in microseconds of the clip.
    pub begins: i64,
    /// Number of pictures.
    pub pictures: usize,
    /// Units per second of `pts`.
    pub timescale: u32,
    /// The codec, as people and as RFC 6381 name it.
    pub codec: String,
    /// Kind of file, as its index names it.
    pub format: String,
    /// Size in the camera's pixels, as it is shown upright.
    pub size: (u32, u32),
    /// Width to height of one pixel as it is shown upright.
    pub pixel_aspect: (u32, u32),
    /// Whether pictures may be made of two fields.
    pub interlaced: bool,
    /// Decoded by our own software.
    pub software: bool,
    /// Stretches without pictures, in microseconds of the clip.
    pub gaps: Vec<(i64, i64)>,
    /// How much happens, stretch by stretch ([`fuin_model::Activity`]).
    pub activity: Vec<u8>,
    /// Number of picture tracks.
    pub tracks: usize,
    /// Samples that the file names and does not hold.
    pub missing: usize,
    /// The file ends inside a box.
    pub cut_off: bool,
    /// Pictures that the edit list leaves out and that are shown all the same.
    pub left_out: usize,
    /// The edit list puts several stretches together.
    pub has_cuts: bool,
    /// Sound: its codec.
    pub audio: Option<String>,
    /// Sound that cannot be played: its codec.
    pub audio_refused: Option<String>,
    /// Its index is still read: times, gaps, sound and the kind of file are not known yet.
    pub reading: bool,
}

/// What is on a canvas.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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

/// What a file is that is to be sealed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LookedAt {
    /// Its number on the page.
    pub clip: usize,
    /// RFC 6381 name of the codec.
    pub codec: String,
    /// Kind of file, as its index names it.
    pub format: String,
    /// How many pictures it has.
    pub pictures: usize,
    /// The decoder of ours that some browsers need for it, or all.
    pub module: Option<Module>,
    /// How many times too slow that is on an ordinary computer, where it is.
    pub slow_by: Option<f64>,
    /// Its length in microseconds.
    pub micros: i64,
    /// When its first picture is shown, in microseconds of the file's own time.
    pub begins: i64,
    /// Places without pictures.
    pub gaps: usize,
    /// When the file says that it was made.
    pub created: Option<Timestamp>,
    /// Why it cannot be played: a code, and the codec or kind of file that it is about.
    pub error: Option<(Code, String)>,
}

impl LookedAt {
    /// What is said of a file at which the worker died.
    pub fn unreadable(clip: usize) -> Self {
        let error = Some((Code::WorkerStopped, String::new()));
        Self {
            clip,
            codec: String::new(),
            format: String::new(),
            pictures: 0,
            module: None,
            slow_by: None,
            micros: 0,
            begins: 0,
            gaps: 0,
            created: None,
            error,
        }
    }
}

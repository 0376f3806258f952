//! The worker's side: opening, decrypting, decoding, marking, painting; and the messages it exchanges with the page.
//!
//! Entry point: [`worker::run`]. The page sends a [`Command`] and gets [`Event`]s; it never sees a key or a
//! decrypted picture. From the outside in: `worker` takes commands, `opening` opens bundles, `showing` sets cameras up,
//! `deck` and `running` are time, `lane` one camera, `feed` and `decoder` its way from samples to pictures, `easel` the canvas, `clip`
//! the decrypted and checked bytes. Absent: buttons and words.

mod ahead;
mod clip;
mod deck;
mod decoder;
mod easel;
mod feed;
mod lane;
pub mod office_keys;
mod opening;
mod running;
pub mod sealing;
mod showing;
mod sound;
mod still;
mod thumbs;
mod warm_up;
pub mod worker;

use fuin_core::{
    B64, BundleId, Look, Manifest, OfficeLabel, ReceiptKind, Report, SealedEvent, Timestamp,
    UndertakingDocument, ViewingLog,
};
use serde::{Deserialize, Serialize};

/// What the page asks for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Read the outside of the file that comes along.
    Open,
    /// Open it with a passphrase.
    UnlockWithPassphrase {
        /// As typed.
        passphrase: String,
    },
    /// Open it with the key that this browser keeps.
    UnlockWithDeviceKey,
    /// Start watching: the undertaking was affirmed.
    Admit {
        /// Who watches.
        name: String,
        /// The latest time this browser knows of.
        now: Timestamp,
    },
    /// Take all cameras away, before others are set up.
    Clear,
    /// Show a clip on the canvas that comes along.
    Load {
        /// Number of the camera. No number is used twice, so that what belongs to an earlier one is known as such.
        lane: usize,
        /// Which clip, from 0.
        clip: usize,
        /// Which of its picture tracks, from 0.
        track: usize,
        /// Whether several cameras share one time line.
        together: bool,
        /// Whether its sound is heard.
        heard: bool,
        /// The latest time this browser knows of.
        now: Timestamp,
    },
    /// A decoder in software is ready for a camera; its port comes along.
    Software {
        /// As in [`Event::NeedsSoftware`].
        lane: usize,
        /// Likewise.
        small: bool,
    },
    /// The decoder in software died.
    SoftwareDied {
        /// As in [`Event::NeedsSoftware`].
        lane: usize,
        /// Why.
        cause: String,
    },
    /// Paint small pictures for the time bar on the canvas that comes along.
    Thumbs {
        /// Number of the camera.
        lane: usize,
        /// How many.
        count: usize,
        /// The latest time this browser knows of.
        now: Timestamp,
    },
    /// Run.
    Play,
    /// Stand still.
    Pause,
    /// So fast; backwards, if negative.
    Speed {
        /// Times real time.
        times: f64,
    },
    /// Go to a time.
    Seek {
        /// On the time line.
        micros: i64,
    },
    /// Go to one picture of one camera.
    GoTo {
        /// Number of the camera.
        lane: usize,
        /// From 0, in order of presentation.
        picture: usize,
    },
    /// Go so many pictures forward, or back if negative.
    Step {
        /// Number of the camera.
        lane: usize,
        /// How many pictures.
        by: i64,
    },
    /// Repeat a stretch of the time line, or none.
    Repeat {
        /// Beginning and end.
        range: Option<(i64, i64)>,
    },
    /// Show a camera in another way.
    SetLook {
        /// Number of the camera.
        lane: usize,
        /// How.
        look: Look,
    },
    /// What is heard, by the loudspeaker's clock.
    Heard {
        /// On the time line.
        micros: f64,
        /// On the clock that page and worker share.
        shared_ms: f64,
    },
    /// Save what a camera shows.
    Still {
        /// Number of the camera.
        lane: usize,
    },
    /// Answer at once: are you alive? What may no longer be shown goes on this occasion.
    Ping,
    /// Check every byte of every clip.
    CheckAll,
    /// Decrypt one clip as fast as possible and throw the result away (for `make bench`).
    MeasureDecrypt {
        /// Which one.
        clip: usize,
    },
    /// Stop checking.
    CancelCheck,
    /// Write and sign a receipt.
    MakeReceipt {
        /// What is reported.
        kind: ReceiptKind,
        /// When, by this computer's clock.
        at: Timestamp,
        /// In words.
        report: Report,
        /// What the viewer noted.
        log: ViewingLog,
    },
    /// Say what the file that comes along is.
    LookAt {
        /// Its number on the page.
        clip: usize,
    },
    /// Seal the files that come along.
    Seal {
        /// How.
        order: Box<sealing::SealOrder>,
    },
    /// Stop sealing; no file comes to be.
    CancelSeal,
    /// The ledger knows the sealed bundle: it may have its name.
    PublishBundle,
    /// Forget keys and pictures.
    Close,
    /// Put an office's keys from its key file into this browser.
    ImportOfficeKey {
        /// `office.key` as stored.
        key_file: String,
        /// As typed.
        passphrase: String,
    },
    /// Open an office's key file and keep nothing of it.
    CheckOfficeKey {
        /// `office.key` as stored.
        key_file: String,
        /// As typed.
        passphrase: String,
    },
    /// Make a new office in this browser.
    FoundOffice {
        /// 発行課 and contact.
        office: OfficeLabel,
        /// Rule set.
        rules: String,
        /// As typed.
        passphrase: String,
    },
}

/// The outside of a bundle, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// 管理番号.
    pub bundle_id: BundleId,
    /// 発行課.
    pub office: OfficeLabel,
    /// Whether a passphrase opens it.
    pub takes_passphrase: bool,
    /// Whether the key of this browser opens it.
    pub takes_device_key: bool,
}

/// What was sealed, without anything secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inside {
    /// The manifest; its receipt secret is blanked.
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
}

/// What is in a clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// RFC 6381 name of the codec.
    pub codec: String,
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
}

/// What the worker reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Event {
    /// The outside was read.
    Outside(Outside),
    /// The key is being derived.
    Deriving,
    /// Signature and content were verified.
    Inside(Box<Inside>),
    /// Something was refused.
    Refused {
        /// Stable code.
        code: String,
        /// The cause, in English, for 「くわしく」.
        cause: String,
    },
    /// Watching is allowed.
    Admitted,
    /// How far the reading of a clip's tables has come, from 0 to 1.
    Indexing {
        /// Number of the camera.
        lane: usize,
        /// Part done.
        part: f64,
    },
    /// A camera needs the decoder in software.
    NeedsSoftware {
        /// Number of the camera.
        lane: usize,
        /// For the small pictures of the time bar.
        small: bool,
    },
    /// What is in a clip.
    Facts {
        /// Number of the camera.
        lane: usize,
        /// What is in it.
        facts: Box<ClipFacts>,
    },
    /// A camera takes commands.
    Ready {
        /// Number of the camera.
        lane: usize,
    },
    /// A clip cannot be shown; other cameras can.
    NotShown {
        /// Number of the camera.
        lane: usize,
        /// Stable code.
        code: String,
        /// Cause, in English.
        cause: String,
    },
    /// A picture is on a canvas.
    Shown {
        /// Number of the camera.
        lane: usize,
        /// Width and height as it was painted, without the band of marks.
        size: (u32, u32),
        /// The picture's number, from 0, in order of presentation.
        picture: usize,
        /// Its time, in microseconds of the clip.
        micros: i64,
        /// Its time in the clip's own units.
        pts: i64,
        /// `key`, `intra`, `predicted`, `bipredicted`, `dependent`, or nothing if unknown.
        kind: String,
        /// The picture that is seen because this one cannot be.
        stands_in: Option<usize>,
        /// There is no picture of this camera at this time.
        hidden: bool,
        /// Pictures that the decoder did not give, so far.
        lost: usize,
        /// Pictures passed over because painting was late, so far.
        passed_over: f64,
    },
    /// Where the time line stands.
    Time {
        /// Microseconds.
        micros: i64,
        /// Whether it runs.
        playing: bool,
        /// How fast.
        speed: f64,
        /// Only key pictures are shown.
        keys_only: bool,
        /// Because this computer is too slow for all of them.
        slow: bool,
        /// A picture is being waited for, for more than a moment.
        waiting: bool,
    },
    /// Sound stops.
    Silence,
    /// There is no sound, and why.
    SoundFailed {
        /// Cause.
        cause: String,
    },
    /// The small pictures are painted.
    Strip {
        /// Number of the camera.
        lane: usize,
    },
    /// A still was taken; the file comes along.
    Still {
        /// Which clip, from 0.
        clip: usize,
        /// Picture number, from 1.
        picture: usize,
        /// When.
        at: Timestamp,
        /// SHA-256 of the file, in hexadecimal.
        sha256: String,
        /// The facts beside it.
        json: String,
        /// The file in base64.
        png: String,
    },
    /// A still was refused.
    NoStill {
        /// Stable code.
        code: String,
    },
    /// Alive.
    Pong,
    /// How far the check of all bytes has come.
    Checking {
        /// Bytes done.
        done: f64,
        /// Bytes in all.
        total: f64,
    },
    /// Every byte was checked.
    Checked,
    /// What [`Command::MeasureDecrypt`] measured.
    Measured {
        /// Bytes decrypted.
        bytes: f64,
        /// Milliseconds it took.
        ms: f64,
    },
    /// A receipt was signed.
    Receipt {
        /// What it reports.
        kind: ReceiptKind,
        /// The file.
        jws: String,
        /// The typed code.
        code: String,
    },
    /// What a file is.
    LookedAt {
        /// Its number on the page.
        clip: usize,
        /// RFC 6381 name of the codec.
        codec: String,
        /// Most browsers need our own decoder for it.
        hevc: bool,
        /// Its length in microseconds.
        micros: i64,
        /// When the file says that it was made.
        created: Option<Timestamp>,
        /// Why it cannot be played, as a code.
        error: Option<String>,
    },
    /// How far sealing has come.
    SealingPart {
        /// Bytes done.
        done: f64,
        /// Bytes in all.
        total: f64,
    },
    /// Sealing was called off.
    SealCancelled,
    /// A bundle is written and waits for its name.
    BundleSealed {
        /// For the ledger.
        event: Box<SealedEvent>,
        /// For the letter to the recipient.
        passphrase: String,
    },
    /// The bundle has its name.
    BundlePublished,
    /// Keys and pictures are gone.
    Closed,
    /// The office's keys are in this browser.
    OfficeKey {
        /// The key file: the backup.
        key_file: String,
    },
    /// A key file was opened.
    OfficeKeyChecked {
        /// Thumbprint of the signing key in it.
        key: String,
    },
}

//! The worker's side: opening, decrypting, decoding, marking, painting; and the messages it exchanges with the page.
//!
//! Entry point: [`worker::run`]. The page sends a [`Command`] and gets [`Event`]s; it never sees a key or a
//! decrypted byte. Absent: buttons and words.

mod clip;
mod office_keys;
mod playback;
pub mod worker;

use fuin_core::{
    bundle::{BundleId, Manifest, OfficeLabel},
    calendar::Timestamp,
    crypto::envelope::B64,
    records::{
        receipt::{ReceiptKind, Report, ViewingLog},
        undertaking::UndertakingDocument,
    },
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
    /// Start watching: the undertaking was affirmed. A canvas comes along.
    Admit {
        /// Who watches.
        name: String,
        /// The latest time this browser knows of.
        now: Timestamp,
    },
    /// Show a clip.
    Load {
        /// Which one, from 0.
        clip: usize,
        /// The latest time this browser knows of.
        now: Timestamp,
    },
    /// Run.
    Play,
    /// Stand still.
    Pause,
    /// Go to a time.
    Seek {
        /// From the beginning of the clip.
        micros: i64,
    },
    /// Go to the next (1) or previous (−1) picture.
    Step {
        /// How many pictures.
        by: i64,
    },
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
    /// Forget keys and pictures.
    Close,
    /// Put an office's keys from its key file into this browser.
    ImportOfficeKey {
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipFacts {
    /// Length in microseconds.
    pub duration_micros: i64,
    /// Number of pictures.
    pub pictures: usize,
    /// RFC 6381 name of the codec.
    pub codec: String,
    /// Coded size.
    pub size: (u32, u32),
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
    /// A clip is ready.
    Ready(ClipFacts),
    /// A picture is on the canvas.
    Shown {
        /// Its time.
        micros: i64,
        /// Its number, from 0, in order of presentation.
        picture: usize,
        /// Whether it runs.
        playing: bool,
    },
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
    /// Keys and pictures are gone.
    Closed,
    /// The office's keys are in this browser.
    OfficeKey {
        /// The key file: the backup.
        key_file: String,
    },
}

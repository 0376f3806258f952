//! What the worker reports to the page.
//!
//! Entry point: [`Event`]. Absent: keys and decrypted pictures. The one secret is the passphrase of a bundle
//! that was just sealed, in a type that prints nothing.

use fuin_core::{Day, KeptKey, ReceiptKind, RecipientPublicKeys, SealedEvent, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    facts::{ClipFacts, Inside, LookedAt, Outside, Shown, Time},
    module::Module,
    secret::Typed,
};
use crate::fault::{Code, Fault};

/// What the worker reports, by the part of it that does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Something was refused.
    Refused {
        /// Stable code.
        code: Code,
        /// The cause, in English, for 「くわしく」.
        cause: String,
    },
    /// About the bundle.
    View(ViewEvent),
    /// About the player.
    Play(PlayEvent),
    /// About sealing.
    Seal(SealEvent),
    /// About keys that this browser keeps under a passphrase.
    Key(KeyEvent),
}

/// What is reported of the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewEvent {
    /// The outside was read.
    Outside(Outside),
    /// The key is being derived.
    Deriving,
    /// Signature and content were verified.
    Inside(Box<Inside>),
    /// The period was extended.
    Extended {
        /// Last instant at which it may be watched.
        not_after: Timestamp,
        /// 返却期限.
        return_due: Day,
        /// The code, as it is kept for the next opening.
        code: String,
    },
    /// A typed extension was refused; everything else is as it was.
    NotExtended {
        /// Stable code.
        code: Code,
    },
    /// Watching is allowed.
    Admitted {
        /// The number in the forensic marks of what is shown from now on.
        session: SessionId,
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
    /// What [`super::ViewCommand::MeasureDecrypt`] measured.
    Measured {
        /// Bytes decrypted.
        bytes: f64,
        /// Milliseconds it took.
        ms: f64,
    },
    /// How far an original was taken out, from 0 to 1.
    Exporting {
        /// Part done.
        part: f64,
    },
    /// An original was taken out and matched to the last byte.
    Exported {
        /// The file's name.
        name: String,
    },
    /// It was called off; no file came to be.
    ExportCancelled,
    /// It failed; no file came to be.
    ExportFailed {
        /// Stable code.
        code: Code,
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
}

/// What is reported of the player.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayEvent {
    /// A camera needs the decoder in software.
    NeedsSoftware {
        /// Number of the camera.
        camera: usize,
        /// For the small pictures of the time bar.
        small: bool,
        /// Which.
        module: Module,
    },
    /// What is in a clip.
    Facts {
        /// Number of the camera.
        camera: usize,
        /// What is in it.
        facts: Box<ClipFacts>,
    },
    /// A camera takes commands.
    Ready {
        /// Number of the camera.
        camera: usize,
    },
    /// A clip cannot be shown; other cameras can.
    NotShown {
        /// Number of the camera.
        camera: usize,
        /// Stable code.
        code: Code,
        /// Cause, in English.
        cause: String,
    },
    /// A picture is on a canvas.
    Shown {
        /// Number of the camera.
        camera: usize,
        /// Which.
        shown: Shown,
    },
    /// Where the time line stands.
    Time(Time),
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
        camera: usize,
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
        /// To be printed, and not saved.
        print: bool,
    },
    /// A still was refused.
    NoStill {
        /// Stable code.
        code: Code,
    },
}

/// What is reported of sealing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealEvent {
    /// The key is being derived.
    Deriving,
    /// What a file is.
    LookedAt(LookedAt),
    /// What is seen at the beginning or at the end of a file.
    Glimpsed {
        /// Its number on the page.
        clip: usize,
        /// At its end.
        at_end: bool,
        /// The picture's address.
        picture: String,
    },
    /// A file's first picture with its marks.
    Previewed {
        /// Its number on the page.
        clip: usize,
        /// The picture's address; nothing, where the browser decodes none.
        picture: Option<String>,
    },
    /// How far sealing has come.
    Progress {
        /// Bytes done.
        done: f64,
        /// Bytes in all.
        total: f64,
    },
    /// Sealing was called off.
    Cancelled,
    /// A bundle is written and waits for its name.
    Sealed {
        /// For the ledger.
        event: Box<SealedEvent>,
        /// For the letter to the recipient.
        passphrase: Typed,
        /// The bundle's key for later tickets; a ticket has none of its own.
        kept: Option<KeptKey>,
    },
    /// The bundle has its name.
    Published,
}

/// What is reported of keys that this browser keeps under a passphrase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyEvent {
    /// The office's keys are open; handles on them came before.
    Unlocked,
    /// A key file was opened.
    Checked {
        /// Thumbprint of the signing key in it.
        key: String,
    },
    /// A new key of the office was made; handles on it came before.
    Changed {
        /// `office.key` of the new key.
        key_file: String,
        /// What the old key says of it.
        change: String,
    },
    /// The keys of this device were made.
    Device {
        /// The key for which bundles are sealed.
        keys: RecipientPublicKeys,
    },
    /// A request file was signed.
    Request {
        /// The file.
        jws: String,
    },
}

impl From<Fault> for Event {
    fn from(Fault { code, cause }: Fault) -> Self {
        Self::Refused { code, cause }
    }
}

impl From<ViewEvent> for Event {
    fn from(event: ViewEvent) -> Self {
        Self::View(event)
    }
}

impl From<PlayEvent> for Event {
    fn from(event: PlayEvent) -> Self {
        Self::Play(event)
    }
}

impl From<SealEvent> for Event {
    fn from(event: SealEvent) -> Self {
        Self::Seal(event)
    }
}

impl From<KeyEvent> for Event {
    fn from(event: KeyEvent) -> Self {
        Self::Key(event)
    }
}

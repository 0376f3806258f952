//! What the page asks of the worker.
//!
//! Entry point: [`Command`]. A file, a canvas or a port travels beside it
//! ([`crate::platform::cargo::Cargo`]). Absent: answers.

use fuin_core::{CutRecord, Look, OfficeLabel, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    order::{PreviewOrder, ReportOrder, RequestOrder, SealOrder},
    secret::Typed,
};

/// What the page asks for, by the part of the worker that does it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Of the bundle.
    View(ViewCommand),
    /// Of the player.
    Play(PlayCommand),
    /// Of sealing.
    Seal(SealCommand),
    /// Of keys that this browser keeps under a passphrase.
    Key(KeyCommand),
}

/// What is asked of the bundle.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewCommand {
    /// Read the outside of the file that comes along: a bundle or a ticket.
    Open {
        /// Whether the other one of the two follows at once; then nothing is reported before that.
        more: bool,
    },
    /// Read the outside of the other one of the two.
    OpenBeside,
    /// Take a code by which the office extended the period.
    Extend {
        /// As typed.
        code: String,
    },
    /// Open it with a passphrase.
    UnlockWithPassphrase {
        /// As typed.
        passphrase: Typed,
    },
    /// Open it with the key that this browser keeps.
    UnlockWithDeviceKey {
        /// The passphrase of that key, as typed.
        passphrase: Typed,
    },
    /// Start watching: the undertaking was affirmed.
    Admit {
        /// Who watches.
        name: String,
        /// The latest time this browser knows of.
        now: Timestamp,
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
    /// Take the original of a clip out, into the file that comes along, if one does. The viewing log has it already.
    /// Ends with [`super::ViewEvent::Exported`], `ExportCancelled` or `ExportFailed`.
    Export {
        /// Which one.
        clip: usize,
    },
    /// Stop taking it out; no file comes to be.
    CancelExport,
    /// Write and sign a receipt.
    MakeReceipt(Box<ReportOrder>),
    /// Answer at once: are you alive? What may no longer be shown goes on this occasion.
    Ping,
    /// Forget keys and pictures.
    Close,
}

/// A clip that is to be shown.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Load {
    /// Number of the camera. No number is used twice, so that what belongs to an earlier one is known as such.
    pub camera: usize,
    /// Which clip, from 0.
    pub clip: usize,
    /// Which of its picture tracks, from 0.
    pub track: usize,
    /// Whether several cameras share one time line.
    pub together: bool,
    /// Whether its sound is heard.
    pub heard: bool,
    /// The latest time this browser knows of.
    pub now: Timestamp,
}

/// What is asked of the player.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayCommand {
    /// Take all cameras away, before others are set up.
    Clear,
    /// Show a clip on the canvas that comes along.
    Load(Load),
    /// A decoder in software is ready for a camera; its port comes along.
    Software {
        /// As in [`super::PlayEvent::NeedsSoftware`].
        camera: usize,
        /// Likewise.
        small: bool,
    },
    /// The decoder in software died.
    SoftwareDied {
        /// As in [`super::PlayEvent::NeedsSoftware`].
        camera: usize,
        /// Why.
        cause: String,
    },
    /// Paint small pictures for the time bar on the canvas that comes along.
    Thumbs {
        /// Number of the camera.
        camera: usize,
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
        camera: usize,
        /// From 0, in order of presentation.
        picture: usize,
    },
    /// Go this number of pictures forward, or back if negative.
    Step {
        /// Number of the camera.
        camera: usize,
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
        camera: usize,
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
    /// Make a picture of what a camera shows.
    Still {
        /// Number of the camera.
        camera: usize,
        /// To be printed, and not saved.
        print: bool,
    },
}

/// What is asked of sealing.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealCommand {
    /// Say what the clip that comes along is.
    LookAt {
        /// Its number on the page.
        clip: usize,
        /// Which part of the file it is, if it is one.
        cut: Option<Box<CutRecord>>,
    },
    /// Show the first picture of the clip that comes along with its marks.
    Preview {
        /// How.
        order: Box<PreviewOrder>,
    },
    /// Seal the clips that come along.
    Seal {
        /// How.
        order: Box<SealOrder>,
    },
    /// Stop sealing; no file comes to be.
    Cancel,
    /// The ledger knows the sealed bundle: it may have its name.
    Publish,
}

/// What is asked of keys that this browser keeps under a passphrase.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyCommand {
    /// Open the office's keys, which this browser keeps.
    Unlock {
        /// As typed.
        passphrase: Typed,
    },
    /// Keep an office's key file in this browser, and open it.
    Import {
        /// `office.key` as stored.
        key_file: String,
        /// As typed.
        passphrase: Typed,
    },
    /// Open an office's key file and keep nothing of it.
    Check {
        /// `office.key` as stored.
        key_file: String,
        /// As typed.
        passphrase: Typed,
    },
    /// Make a new office in this browser.
    Found {
        /// 発行課 and contact.
        office: OfficeLabel,
        /// Rule set.
        rules: String,
        /// Its own rule file, if it does not use a built-in set.
        own: Option<String>,
        /// As typed.
        passphrase: Typed,
    },
    /// Make a new key for the office, which the old one vouches for. Nothing is kept yet.
    Change {
        /// The office's passphrase, as typed.
        passphrase: Typed,
        /// That of the new key, as typed.
        new_passphrase: Typed,
        /// Whether somebody else may have the old key.
        exposed: bool,
    },
    /// Make the keys of this device.
    MakeDevice {
        /// As typed, or as a passkey gives it.
        passphrase: Typed,
        /// The name of that passkey.
        passkey: Option<String>,
    },
    /// Write and sign a request file.
    WriteRequest(Box<RequestOrder>),
}

impl From<ViewCommand> for Command {
    fn from(command: ViewCommand) -> Self {
        Self::View(command)
    }
}

impl From<PlayCommand> for Command {
    fn from(command: PlayCommand) -> Self {
        Self::Play(command)
    }
}

impl From<SealCommand> for Command {
    fn from(command: SealCommand) -> Self {
        Self::Seal(command)
    }
}

impl From<KeyCommand> for Command {
    fn from(command: KeyCommand) -> Self {
        Self::Key(command)
    }
}

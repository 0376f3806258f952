//! The names under which this browser keeps things, for the worker and both doors: each stands here once.
//!
//! Bundles are kept by the SHA-256 of their header, documents by their SHA-256, ledger lines by their number. Absent:
//! reading and writing (`db.rs`, `reminder.rs`).

use fuin_core::B64;

/// The high-water mark of every time seen (settings).
pub const HIGH_WATER: &str = "high_water";
/// The language of the page (settings).
pub const LANGUAGE: &str = "language";
/// The office's key file, under its passphrase, with its card (settings).
pub const OFFICE_KEY_FILE: &str = "office-key";
/// The name of the office that is or was here (`localStorage`, outside of the database).
pub const OFFICE_REMINDER: &str = "fuin-office";
/// Who works at the desk, sealed (settings).
pub const OFFICE_ACTOR: &str = "office-actor";
/// What was typed of a request and not recorded yet, sealed (settings).
pub const OFFICE_UNSENT: &str = "office-unsent";
/// Whether the office's founding is not finished: its backup, its first lines in the ledger (settings).
pub const OFFICE_FOUNDING: &str = "office-founding";
/// The rule file of an office that is being founded, if it has its own (settings).
pub const OFFICE_FOUNDING_RULES: &str = "office-founding-rules";
/// Whether the office's key was changed, and its new file is still to be handed out (settings).
pub const OFFICE_KEY_NEW: &str = "office-key-new";
/// The file of a key to which the office's is being changed, until it is known that it was (settings).
pub const OFFICE_KEY_COMING: &str = "office-key-coming";
/// When the key backup was last read back (settings).
pub const OFFICE_KEY_CHECKED: &str = "office-key-checked";
/// The key of this desk, where a ledger is shared with others; sealed (settings).
pub const DESK_KEY: &str = "desk-key";
/// SHA-256 of the viewer's file, as a person had it computed last (settings).
pub const VIEWER_SHA256: &str = "viewer-sha256";
/// The handle of the mirror's folder (settings).
pub const MIRROR: &str = "mirror";
/// The key file of the recipient's device, under its passphrase (settings).
pub const DEVICE_KEY_FILE: &str = "device-key";

/// The passkey that gives that passphrase, where one does (settings).
pub const DEVICE_PASSKEY: &str = "device-passkey";

/// The record of the bundle with this hash of its header (bundles).
pub fn bundle(header_sha256: &B64<32>) -> String {
    data_encoding::HEXLOWER.encode(&header_sha256.0)
}

/// The key that an office whose name has this skeleton was seen with (settings).
pub fn office_key(skeleton: &str) -> String {
    format!("office {skeleton}")
}

/// Whether something is kept under this name that [`office_key`] gives.
pub fn is_office_key(name: &str) -> bool {
    name.starts_with("office ")
}

//! The names under which this browser keeps things, for the worker and both doors: each stands here once.
//!
//! Bundles are kept by the SHA-256 of their header, documents by their SHA-256, ledger lines by their number. Absent:
//! reading and writing (`db.rs`).

/// The high-water mark of every time seen (settings).
pub const HIGH_WATER: &str = "high_water";
/// The language of the page (settings).
pub const LANGUAGE: &str = "language";
/// The office's card, as it is signed (settings).
pub const OFFICE_CARD: &str = "office-card";
/// The key file of an office that is being founded (settings).
pub const OFFICE_FOUNDING: &str = "office-founding";
/// The rule file of an office that is being founded, if it has its own (settings).
pub const OFFICE_FOUNDING_RULES: &str = "office-founding-rules";
/// When the key backup was last read back (settings).
pub const OFFICE_KEY_CHECKED: &str = "office-key-checked";
/// The handle of the mirror's folder (settings).
pub const MIRROR: &str = "mirror";
/// The office's signing key (keys).
pub const OFFICE_SIGNING: &str = "office-signing";
/// The device's signing key (keys).
pub const DEVICE_SIGNING: &str = "signing";
/// The device's key agreement key (keys).
pub const DEVICE_AGREEMENT: &str = "agreement";
/// The master of receipt secrets (keys).
pub const OFFICE_RECEIPTS: &str = "office-receipts";

/// The key that an office whose name has this skeleton was seen with (settings).
pub fn office_key(skeleton: &str) -> String {
    format!("office {skeleton}")
}

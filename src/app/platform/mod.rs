//! The only place that touches the browser: files, WebCrypto, IndexedDB, WebCodecs, clock, page, worker.
//!
//! Each file wraps one browser facility behind plain Rust types. Absent: decisions of any kind.

pub mod cargo;
pub mod channel;
pub mod clock;
pub mod crypto;
pub mod db;
pub mod device;
pub mod entropy;
pub mod file_system;
pub mod files;
pub mod folder;
pub mod hosted;
pub mod in_turn;
pub mod indexer;
pub mod jpeg;
pub mod json;
pub mod kept;
pub mod letters;
pub mod module;
pub mod own_file;
pub mod page;
pub mod passkey;
pub mod picture;
pub mod profile;
pub mod proxy;
pub mod qr;
pub mod relight;
pub mod reminder;
pub mod save;
pub mod software;
pub mod sound;
pub mod support;
pub mod surface;
mod symbols;
pub mod tracer;
pub mod unicode;
pub mod video;
pub mod webcam;
pub mod worker;

use fuin_core::Coded;
use wasm_bindgen::JsValue;

/// Something that the browser refused, in its own words. The words never hold secrets: none are passed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserError {
    /// The words.
    pub words: String,
    kind: BrowserFault,
}

/// What of the browser refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BrowserFault {
    /// Anything but the storage.
    Other,
    /// The storage, for a reason that it does not tell.
    Storage,
    /// The browser keeps nothing for this page: by its settings, or in a private window.
    StorageBlocked,
    /// There is no room.
    StorageFull,
    /// Another window wrote in between.
    Clash,
    /// Its workers read no files, and this one is too large to be read for them.
    Blind,
}

impl BrowserError {
    /// In these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), kind: BrowserFault::Other }
    }

    /// One that was told by its code.
    fn of_code(code: &str, words: String) -> Self {
        use BrowserFault::{Clash, Other, Storage, StorageBlocked, StorageFull};
        let kinds = [Storage, StorageBlocked, StorageFull, Clash];
        let kind = kinds.into_iter().find(|kind| kind.code() == code).unwrap_or(Other);
        Self { words, kind }
    }

    /// A file that the worker can read in no way.
    fn blind() -> Self {
        Self { words: "no worker of this page can read the file".to_owned(), kind: BrowserFault::Blind }
    }

    /// Another window was quicker.
    fn clash(words: &str) -> Self {
        Self { words: words.to_owned(), kind: BrowserFault::Clash }
    }
}

impl From<JsValue> for BrowserError {
    fn from(value: JsValue) -> Self {
        let text =
            js_sys::Reflect::get(&value, &"message".into()).ok().and_then(|message| message.as_string());
        Self::new(text.or_else(|| value.as_string()).unwrap_or_else(|| "unknown".to_owned()))
    }
}

impl From<serde_json::Error> for BrowserError {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<rexie::Error> for BrowserError {
    fn from(error: rexie::Error) -> Self {
        let words = match &error {
            rexie::Error::IdbError(inner) => inner.to_string(),
            other => other.to_string(),
        };
        let kind = match &error {
            rexie::Error::IdbError(idb::Error::IndexedDbNotFound(_) | idb::Error::IndexedDbOpenFailed(_)) => {
                BrowserFault::StorageBlocked
            }
            // The name of the DOMException is the first word of it.
            _ if words.contains("QuotaExceededError") => BrowserFault::StorageFull,
            _ if words.contains("SecurityError") => BrowserFault::StorageBlocked,
            _ => BrowserFault::Storage,
        };
        Self { words, kind }
    }
}

impl std::fmt::Display for BrowserError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl BrowserFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Other => "read_failed",
            Self::Storage => "storage",
            Self::StorageBlocked => "storage_blocked",
            Self::StorageFull => "storage_full",
            Self::Clash => "ledger_busy",
            Self::Blind => "read_blind",
        }
    }
}

impl Coded for BrowserError {
    fn code(&self) -> &'static str {
        self.kind.code()
    }
}

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
pub mod hevc;
pub mod kept;
pub mod letters;
pub mod page;
pub mod profile;
pub mod qr;
pub mod save;
pub mod sound;
pub mod surface;
pub mod video;
pub mod webcam;
pub mod worker;

use fuin_core::Coded;
use wasm_bindgen::JsValue;

/// Something that the browser refused, in its own words. The words never hold secrets: none are passed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserError(pub String);

impl From<JsValue> for BrowserError {
    fn from(value: JsValue) -> Self {
        let text =
            js_sys::Reflect::get(&value, &"message".into()).ok().and_then(|message| message.as_string());
        Self(text.or_else(|| value.as_string()).unwrap_or_else(|| "unknown".to_owned()))
    }
}

impl From<rexie::Error> for BrowserError {
    fn from(error: rexie::Error) -> Self {
        Self(error.to_string())
    }
}

impl std::fmt::Display for BrowserError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Coded for BrowserError {
    fn code(&self) -> &'static str {
        "read_failed"
    }
}

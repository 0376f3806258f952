//! The file that this page is. A page that was opened from a file cannot read it; but a browser writes what it read as
//! the build wrote it, and the hash in it tells whether that is so.
//!
//! Entry points: [`own_file`], [`own_sha256`].

use std::cell::OnceCell;

use js_sys::{Function, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};

/// The file's name.
pub const OWN_NAME: &str = "fuin.html";

/// What stands for the hash while it is taken (`src/fold/main.rs`).
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 of the file in hexadecimal. The whole page is written for it, so it is taken once.
pub fn own_sha256() -> Option<String> {
    thread_local! {
        static SHA256: OnceCell<Option<String>> = const { OnceCell::new() };
    }
    let take = || own_file().map(|file| fuin_core::sha256_hex(file.as_bytes()));
    SHA256.with(|sha256| sha256.get_or_init(take).clone())
}

/// The file, byte for byte; `None` if something changed the page, as an extension of the browser may, or whoever serves
/// it.
pub fn own_file() -> Option<String> {
    let write = Reflect::get(&global(), &"fuinOwnFile".into()).ok()?;
    let write: Function = write.dyn_into().ok()?;
    let text = write.call0(&JsValue::NULL).ok()?.as_string()?;
    let (_, rest) = text.split_once("\"fuin-own-sha256\" content=\"")?;
    let known = rest.get(..ZEROS.len())?;
    (fuin_core::sha256_hex(text.replacen(known, ZEROS, 1).as_bytes()) == known).then_some(text)
}

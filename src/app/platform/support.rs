//! What this browser lacks, asked before anything is opened; and which one it is, where one has a fault of its own.

use js_sys::{Reflect, global};
use wasm_bindgen::JsValue;

/// What is missing; nothing, in a browser that has all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// WebCrypto: nothing can be opened.
    Crypto,
    /// A canvas that a worker paints: nothing can be shown.
    Canvas,
    /// WebCodecs: pictures are decoded in software, where there is a decoder of ours.
    Decoder,
}

/// The first of these that is missing, the gravest first.
pub fn missing() -> Option<Missing> {
    let global: JsValue = global().into();
    let has = |path: &[&str]| {
        let found = path.iter().try_fold(global.clone(), |at, name| {
            Reflect::get(&at, &(*name).into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
        });
        found.is_some()
    };
    if !has(&["crypto", "subtle"]) {
        Some(Missing::Crypto)
    } else if !has(&["OffscreenCanvas"])
        || !has(&["HTMLCanvasElement", "prototype", "transferControlToOffscreen"])
    {
        Some(Missing::Canvas)
    } else {
        (!has(&["VideoDecoder"])).then_some(Missing::Decoder)
    }
}

/// Whether this is WebKit: Safari, or what GNOME has.
pub fn is_webkit() -> bool {
    let said = |at: &JsValue, name: &str| Reflect::get(at, &name.into()).unwrap_or_default();
    let agent = said(&said(&global().into(), "navigator"), "userAgent").as_string().unwrap_or_default();
    agent.contains("AppleWebKit") && !agent.contains("Chrome")
}

//! The module in which the desk looks for forensic marks: a worker of its own, which is ended when nobody waits for it
//! any more. It gets the keys of marks and a picture in lightness, and no other secret.
//!
//! One message in: `{keys: 32 bytes for each, width, height, luma: a byte for each pixel}`. Out: `{part: from 0 to 1}`
//! while it looks, then `{found: JSON of fuin_trace::Search}`. Absent: files, the ledger, words.

mod channel;

use fuin_core::{MarkLayout, Secret32};
use fuin_trace::{Plane, Search, Traced};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

fn main() {
    channel::answer(|message, port| {
        let found = search(message, &mut |part| channel::say(port, [("part", part.into())]));
        let json = found.and_then(|found| serde_json::to_string(&found).ok()).unwrap_or_default();
        channel::say(port, [("found", json.into())]);
    });
}

/// What is in the picture of a message; none if that is not as it should be.
fn search(message: &JsValue, on_part: &mut dyn FnMut(f32)) -> Option<Search> {
    let field = |name: &str| Reflect::get(message, &name.into()).ok();
    let bytes = |name: &str| Some(field(name)?.dyn_into::<Uint8Array>().ok()?.to_vec());
    let side = |name: &str| Some(field(name)?.as_f64()? as usize);
    let keys: Vec<MarkLayout> = bytes("keys")?
        .chunks_exact(32)
        .filter_map(|key| Some(MarkLayout::new(&Secret32::from_slice(key)?)))
        .collect();
    let plane = Plane::new(side("width")?, side("height")?, &bytes("luma")?);
    Traced::look(&[plane])?.find(&keys, &mut |part| {
        on_part(part);
        true
    })
}

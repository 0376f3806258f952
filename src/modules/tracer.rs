//! The module in which the desk looks for forensic marks: a worker of its own, which is ended when nobody waits for it
//! any more. It gets the keys of marks and a picture in lightness, and no other secret.
//!
//! One message in: `{keys: 32 bytes for each, width, height, luma: a byte for each pixel}`. Out: `{part: from 0 to 1}`
//! while it looks, then `{found: JSON of fuin_trace::Search}`. Absent: files, the ledger, words.

use fuin_core::{MarkLayout, Secret32};
use fuin_trace::{Plane, Search, Traced};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

fn main() {
    console_error_panic_hook::set_once();
    // The page put it there before it started this module.
    let port = Reflect::get(&js_sys::global(), &"fuinPort".into()).ok().and_then(|port| port.dyn_into().ok());
    let Some(port): Option<MessagePort> = port else { return };
    let answers = port.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let found = search(&message.data(), &mut |part| say(&answers, "part", &part.into()));
        let json = found.and_then(|found| serde_json::to_string(&found).ok()).unwrap_or_default();
        say(&answers, "found", &json.into());
    });
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    on_message.forget();
}

fn say(port: &MessagePort, name: &str, value: &JsValue) {
    let message = Object::new();
    if Reflect::set(&message, &name.into(), value).is_ok() {
        // If the other end is gone, there is no one to tell.
        let _ = port.post_message(&message);
    }
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

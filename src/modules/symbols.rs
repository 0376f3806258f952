//! The module in which the desk reads QR symbols (ISO/IEC 18004): a worker of its own, which gets pictures in lightness
//! and no secret.
//!
//! A message in: `{width, height, luma: a byte for each pixel}`. A message out, in the order of those that came in:
//! `{read: what each symbol says}`. Absent: getting the pixels, which the browser does, and what a symbol means.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

fn main() {
    console_error_panic_hook::set_once();
    // The page put it there before it started this module.
    let port = Reflect::get(&js_sys::global(), &"fuinPort".into()).ok().and_then(|port| port.dyn_into().ok());
    let Some(port): Option<MessagePort> = port else { return };
    let answers = port.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let read = read(&message.data()).unwrap_or_default();
        let answer = Object::new();
        let texts: Array = read.into_iter().map(JsValue::from).collect();
        if Reflect::set(&answer, &"read".into(), &texts).is_ok() {
            // If the other end is gone, there is no one to tell.
            let _ = answers.post_message(&answer);
        }
    });
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    on_message.forget();
}

/// What the symbols of a message's picture say; none if that is not as it should be.
fn read(message: &JsValue) -> Option<Vec<String>> {
    let field = |name: &str| Reflect::get(message, &name.into()).ok();
    let side = |name: &str| Some(field(name)?.as_f64()? as u32);
    let luma = field("luma")?.dyn_into::<Uint8Array>().ok()?.to_vec();
    Some(fuin_model::read_qrs(side("width")?, side("height")?, luma))
}

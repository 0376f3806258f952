//! The module in which the desk reads QR symbols (ISO/IEC 18004): a worker of its own, which gets pictures in lightness
//! and no secret.
//!
//! A message in: `{width, height, luma: a byte for each pixel}`. A message out, in the order of those that came in:
//! `{read: what each symbol says}`. Absent: getting the pixels, which the browser does, and what a symbol means.

mod channel;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

fn main() {
    channel::answer(|message, port| {
        let texts: Array = read(message).unwrap_or_default().into_iter().map(JsValue::from).collect();
        channel::say(port, [("read", texts.into())]);
    });
}

/// What the symbols of a message's picture say; none if that is not as it should be.
fn read(message: &JsValue) -> Option<Vec<String>> {
    let field = |name: &str| Reflect::get(message, &name.into()).ok();
    let side = |name: &str| Some(field(name)?.as_f64()? as u32);
    let luma = field("luma")?.dyn_into::<Uint8Array>().ok()?.to_vec();
    Some(fuin_model::read_qrs(side("width")?, side("height")?, luma))
}

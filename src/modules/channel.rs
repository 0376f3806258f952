//! How a module of the desk speaks with the page: objects, through a port that the page made.
//!
//! Entry points: [`answer`], [`say`]. Absent: decoders, which have a channel of their own (`src/decoders/port.rs`).

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

/// Has every message answered by `to`, as long as the worker lives.
pub(crate) fn answer(mut to: impl FnMut(&JsValue, &MessagePort) + 'static) {
    console_error_panic_hook::set_once();
    // The page put it there before it started this module.
    let port = Reflect::get(&js_sys::global(), &"fuinPort".into()).ok().and_then(|port| port.dyn_into().ok());
    let Some(port): Option<MessagePort> = port else { return };
    let answers = port.clone();
    let on_message =
        Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| to(&message.data(), &answers));
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    on_message.forget();
}

/// Sends an object of these names and values.
pub(crate) fn say<'a>(port: &MessagePort, all: impl IntoIterator<Item = (&'a str, JsValue)>) {
    let message = Object::new();
    let mut all = all.into_iter();
    // If the other end is gone, there is no one to tell.
    if all.all(|(name, value)| Reflect::set(&message, &name.into(), &value).is_ok()) {
        let _ = port.post_message(&message);
    }
}

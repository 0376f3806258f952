//! What the page does for a worker of WebKit's, of a page that was opened from a file: it reads the worker's Blobs, and
//! reads and writes what the browser keeps, of which such a worker has a place of its own that the page does not see.
//!
//! Entry points: [`is_needed`] and [`ask`] in the worker, [`answers`] in the page. Absent: picked files, which go along
//! with what is asked of the worker (`worker.rs`); the storage (`db.rs`).

use std::cell::Cell;

use fuin_core::Coded as _;
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use super::BrowserError;

thread_local! {
    /// In the page, whether its worker can read no file; in the worker, whether it cannot itself.
    static IS_BLIND: Cell<bool> = const { Cell::new(false) };
}

/// Whether the worker can read no file.
pub fn is_blind() -> bool {
    IS_BLIND.get()
}

/// Notes whether the worker can read no file.
pub fn set_blind(is_blind: bool) {
    IS_BLIND.set(is_blind);
}

/// Whether this is a worker that can read none.
pub fn is_needed() -> bool {
    is_blind() && js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>()
}

/// Has the page do something; `question` is a Blob to be read, or something for the storage.
pub async fn ask(question: &JsValue) -> Result<JsValue, BrowserError> {
    let scope: DedicatedWorkerGlobalScope =
        js_sys::global().dyn_into().map_err(|_| BrowserError::new("not a worker"))?;
    let channel = MessageChannel::new()?;
    let message = Array::of2(question, &channel.port2());
    scope.post_message_with_transfer(&message, &Array::of1(&channel.port2()))?;
    let answered = Promise::new(&mut |done, _| {
        let heard = Closure::once_into_js(move |message: MessageEvent| {
            // A promise's own function does not fail.
            let _ = done.call1(&JsValue::NULL, &message.data());
        });
        channel.port1().set_onmessage(Some(heard.unchecked_ref()));
    });
    let answer = Array::from(&JsFuture::from(answered).await?);
    match answer.get(1).as_string() {
        Some(code) => Err(BrowserError::of_code(&code, answer.get(2).as_string().unwrap_or_default())),
        None => Ok(answer.get(0)),
    }
}

/// Does what the worker asks for, if the message asks for something; `stores` is what does it with the storage.
pub fn answers<D>(data: &JsValue, stores: fn(Array) -> D) -> bool
where
    D: Future<Output = Result<JsValue, BrowserError>> + 'static,
{
    let Some(pair) = data.dyn_ref::<Array>() else { return false };
    let Ok(port) = pair.get(1).dyn_into::<MessagePort>() else { return false };
    let question = pair.get(0);
    spawn_local(async move {
        let done = match question.dyn_ref::<Blob>() {
            Some(blob) => JsFuture::from(blob.array_buffer()).await.map_err(BrowserError::from),
            None => stores(Array::from(&question)).await,
        };
        let answer = match done {
            Ok(value) => Array::of1(&value),
            Err(error) => Array::of3(&JsValue::NULL, &error.code().into(), &error.words.into()),
        };
        // A worker that is gone wants no answer.
        let _ = port.post_message(&answer);
    });
    true
}

//! The worker: the same wasm module again, started from the glue script that is already in the page.
//!
//! Messages are JSON text; a file or a canvas travels beside it. The worker answers `"ready"` once it listens, or
//! `"blind"` where it can read no file (`src/blobs`): then the page reads them for it. Of a bundle that came with the
//! page the worker hears where it is.

use js_sys::{Array, Object, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, File, MessageEvent, Url, Worker, WorkerOptions,
};

use super::{
    BrowserError,
    cargo::Cargo,
    db, files,
    in_turn::InTurn,
    json, profile, proxy,
    sound::{Heard, as_sound},
};

/// What the blob begins with: wait for the module, then start it.
const START: &str = "self.onmessage=e=>{self.onmessage=null;wasm_bindgen({module_or_path:e.data})};";

/// What the worker says once it listens.
const READY: &str = "ready";
/// The same, of one that can read no file.
const BLIND: &str = "blind";

/// Commands that wait, with what goes along.
type Pending = InTurn<(String, Option<Cargo>)>;

/// The page's end of the line.
pub struct WorkerHandle {
    worker: Worker,
    pending: Pending,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::ErrorEvent)>,
}

impl WorkerHandle {
    /// Starts a worker; `on_event` gets everything it reports, `on_cargo` what comes beside it, `on_sound` its sound;
    /// `on_crash` is called when it dies.
    pub fn start<E: DeserializeOwned>(
        mut on_event: impl FnMut(E) + 'static,
        mut on_cargo: impl FnMut(Cargo) + 'static,
        mut on_sound: impl FnMut(Heard) + 'static,
        mut on_crash: impl FnMut(String) + 'static,
    ) -> Result<Self, BrowserError> {
        let glue = super::page::document().and_then(|document| document.get_element_by_id("fuin-glue"));
        let glue = glue
            .and_then(|element| element.text_content())
            .ok_or(BrowserError::new("glue script missing"))?;
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        let blob =
            Blob::new_with_str_sequence_and_options(&Array::of2(&glue.into(), &START.into()), &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        let options = WorkerOptions::new();
        options.set_name(if profile::is_practice() { profile::WORKER } else { "" });
        let worker = Worker::new_with_options(&url, &options)?;
        let pending = Pending::waiting();
        let on_message = {
            let (pending, worker) = (pending.clone(), worker.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let data = message.data();
                let Some(text) = data.as_string() else {
                    if proxy::answers(&data, db::answer) || files::take_parcel(&data) {
                        return;
                    }
                    if let Some(sound) = as_sound(&data) {
                        on_sound(sound);
                    } else if let Some(cargo) = Cargo::from_js(data) {
                        on_cargo(cargo);
                    }
                    return;
                };
                if text == READY || text == BLIND {
                    proxy::set_blind(text == BLIND);
                    // Sooner, WebKit would give the worker no storage. An address that is gone is no error.
                    let _ = Url::revoke_object_url(&url);
                    wasm_bindgen_futures::spawn_local(send_all(worker.clone(), pending.clone()));
                } else if let Ok(event) = json::read(&text) {
                    on_event(event);
                }
            })
        };
        let on_error = Closure::<dyn FnMut(web_sys::ErrorEvent)>::new(move |error: web_sys::ErrorEvent| {
            on_crash(error.message());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let module = Reflect::get(&js_sys::global(), &"fuinModule".into())?;
        worker.post_message(&module)?;
        Ok(Self { worker, pending, _on_message: on_message, _on_error: on_error })
    }

    /// Whether something waits for the worker to begin, or for files that are read for it.
    pub fn is_waited_for(&self) -> bool {
        self.pending.is_worked_on()
    }

    /// Sends a command, with cargo if need be.
    pub fn send<C: Serialize>(&self, command: &C, cargo: Option<Cargo>) {
        let Ok(text) = serde_json::to_string(command) else { return };
        let is_told = |file: &&File| proxy::is_blind() || files::place(file).is_some();
        let is_read_for = cargo.as_ref().is_some_and(|cargo| cargo.files().iter().any(is_told));
        if !self.is_waited_for() && !is_read_for {
            // Fails only for a worker that is gone, which `on_crash` reports.
            let _ = post(&self.worker, &text, cargo.as_ref(), &Array::new());
        } else if self.pending.add((text, cargo)) {
            wasm_bindgen_futures::spawn_local(send_all(self.worker.clone(), self.pending.clone()));
        }
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        // Nothing is read any more for a worker that goes, and no keys wait for it.
        self.pending.end();
        // Messages that are already on their way must not reach closures that are gone.
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Sends what waits, one after the other; a worker that can read no file gets their bytes beside them.
async fn send_all(worker: Worker, pending: Pending) {
    while let Some((text, cargo)) = pending.next() {
        let waits = || pending.is_worked_on();
        let held = held_of(cargo.as_ref(), &waits).await;
        if !waits() {
            return;
        }
        // A worker that was heard from takes messages.
        let _ = post(&worker, &text, cargo.as_ref(), &held);
    }
}

/// Where the bundle is that came with the page; or what is read for a blind worker, an entry for each file: its pieces,
/// why it cannot be read, or null for what would be too much together. Nothing for files that it reads itself.
async fn held_of(cargo: Option<&Cargo>, goes_on: &impl Fn() -> bool) -> Array {
    let picked = cargo.map(Cargo::files).unwrap_or_default();
    let places: Array = picked.iter().filter_map(|file| files::place(file)).collect();
    if places.length() > 0 || !proxy::is_blind() {
        return places;
    }
    let is_too_much = picked.iter().map(|file| file.size()).sum::<f64>() > fuin_blobs::MAX_HELD;
    let held = Array::new();
    for file in picked {
        held.push(&match is_too_much {
            true => JsValue::NULL,
            false => match fuin_blobs::hold(file, goes_on).await {
                Ok(pieces) => pieces.into(),
                Err(error) => error.to_string().into(),
            },
        });
    }
    held
}

fn post(worker: &Worker, text: &str, cargo: Option<&Cargo>, held: &Array) -> Result<(), JsValue> {
    let message = Object::new();
    Reflect::set(&message, &"text".into(), &text.into())?;
    let mut transfer = Array::new();
    if held.length() > 0 {
        Reflect::set(&message, &"held".into(), held)?;
        let pieces = held.iter().filter(Array::is_array).flat_map(|pieces| Array::from(&pieces).to_vec());
        transfer.extend(pieces.filter(JsValue::is_object));
    }
    if let Some(cargo) = cargo {
        let value = cargo.to_js()?;
        Reflect::set(&message, &"cargo".into(), &value)?;
        if cargo.is_transferred() {
            transfer.push(&value);
        }
    }
    worker.post_message_with_transfer(&message, &transfer)
}

/// Whether this code runs in the worker.
pub fn is_worker() -> bool {
    js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>()
}

/// Listens for commands, in the worker.
pub fn listen<C: DeserializeOwned>(
    mut on_command: impl FnMut(C, Option<Cargo>) + 'static,
) -> Result<(), BrowserError> {
    let scope: DedicatedWorkerGlobalScope =
        js_sys::global().dyn_into().map_err(|_| BrowserError::new("not a worker"))?;
    let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let data = message.data();
        let text = Reflect::get(&data, &"text".into()).ok().and_then(|text| text.as_string());
        let cargo = Reflect::get(&data, &"cargo".into()).ok().and_then(Cargo::from_js);
        let held = Reflect::get(&data, &"held".into()).ok().and_then(|held| held.dyn_into::<Array>().ok());
        if let Some((held, cargo)) = held.zip(cargo.as_ref()) {
            files::keep_held(&cargo.files(), &held);
        }
        if let Some(command) = text.and_then(|text| json::read(&text).ok()) {
            on_command(command, cargo);
        }
    });
    scope.set_onmessage(Some(closure.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    closure.forget();
    proxy::set_blind(fuin_blobs::is_blind());
    scope.post_message(&if proxy::is_blind() { BLIND } else { READY }.into())?;
    Ok(())
}

/// Hands a file to the user, from the worker: an address made here would be no use to the page.
pub fn hand_out(name: &str, blob: &Blob) {
    if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        // Posting fails only when the page is gone.
        let _ = scope.post_message(&files::parcel(name, blob));
    }
}

/// Gives the page something beside what is reported next, from the worker.
pub fn hand_over(cargo: &Cargo) {
    if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>()
        && let Ok(value) = cargo.to_js()
    {
        // Posting fails only when the page is gone.
        let _ = scope.post_message(&value);
    }
}

/// Reports to the page, from the worker.
pub fn report<E: Serialize>(event: &E) {
    let scope = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>();
    if let (Ok(scope), Ok(text)) = (scope, serde_json::to_string(event)) {
        // Posting a string fails only when the page is gone.
        let _ = scope.post_message(&text.into());
    }
}

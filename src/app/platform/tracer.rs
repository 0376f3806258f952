//! The search for forensic marks in its own worker. Messages: see `src/modules/tracer.rs`.
//!
//! Entry point: [`Tracer::start`]. Absent: what follows from what was found.

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::MessageEvent;

use super::{
    BrowserError,
    module::{self, ModulePort, ModuleWorker},
};

/// Id of the element of the page that holds the module.
const ELEMENT: &str = "fuin-tracer";

/// What a search says.
pub enum Said {
    /// How far it is, from 0 to 1.
    Part(f64),
    /// It is over: JSON of what was found.
    Found(String),
    /// It died.
    Died(String),
}

/// A search under way; it ends when dropped.
pub struct Tracer {
    _worker: ModuleWorker,
    port: ModulePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Tracer {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
    }
}

impl Tracer {
    /// Looks for the marks of `keys`, of 32 bytes each, in a picture in lightness.
    pub fn start(
        keys: &[u8],
        (width, height): (usize, usize),
        luma: &[u8],
        say: impl Fn(Said) + Clone + 'static,
    ) -> Result<Self, BrowserError> {
        let died = say.clone();
        let (worker, port) = module::start(ELEMENT, move |why| died(Said::Died(why)))?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let field = |name: &str| Reflect::get(&message.data(), &name.into()).ok();
            if let Some(part) = field("part").and_then(|part| part.as_f64()) {
                say(Said::Part(part));
            } else if let Some(found) = field("found").and_then(|found| found.as_string()) {
                say(Said::Found(found));
            }
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let order = Object::new();
        let entries = [
            ("keys", Uint8Array::from(keys).into()),
            ("width", (width as f64).into()),
            ("height", (height as f64).into()),
            ("luma", Uint8Array::from(luma).into()),
        ];
        for (name, value) in entries {
            Reflect::set(&order, &name.into(), &value)?;
        }
        port.post_message(&order)?;
        Ok(Self { _worker: worker, port, _on_message: on_message })
    }
}

//! Reading QR symbols (ISO/IEC 18004) in a worker of its own. Messages: see `src/modules/symbols.rs`.
//!
//! Entry point: [`SymbolReader::start`]. Absent: getting pictures ([`super::qr`], [`super::webcam`]).

use std::{cell::RefCell, rc::Rc};

use futures_channel::oneshot;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::MessageEvent;

use super::{
    BrowserError,
    module::{self, ModulePort, ModuleWorker},
};

/// Id of the element of the page that holds the module.
const ELEMENT: &str = "fuin-symbols";

type Answer = Result<Vec<String>, BrowserError>;

/// Who waits for what the symbols of a picture say.
type Waiting = Rc<RefCell<Option<oneshot::Sender<Answer>>>>;

/// What reads symbols; it ends when dropped.
pub(super) struct SymbolReader {
    _worker: ModuleWorker,
    port: ModulePort,
    waiting: Waiting,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for SymbolReader {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
    }
}

fn answer(waiting: &Waiting, answer: Answer) {
    if let Some(waiting) = waiting.borrow_mut().take() {
        // Whoever asked may wait no longer.
        let _ = waiting.send(answer);
    }
}

impl SymbolReader {
    /// Unpacks the module and starts it.
    pub(super) fn start() -> Result<Self, BrowserError> {
        let waiting = Waiting::default();
        let died = waiting.clone();
        let (worker, port) = module::start(ELEMENT, move |why| answer(&died, Err(BrowserError::new(why))))?;
        let told = waiting.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let read = Reflect::get(&message.data(), &"read".into()).ok();
            let read: Array = read.and_then(|read| read.dyn_into().ok()).unwrap_or_default();
            answer(&told, Ok(read.iter().filter_map(|text| text.as_string()).collect()));
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { _worker: worker, port, waiting, _on_message: on_message })
    }

    /// What the symbols in a picture of `width` × `height` pixels say; `luma` is the brightness of each, row by row.
    pub(super) async fn read(&mut self, width: u32, height: u32, luma: &[u8]) -> Answer {
        let order = Object::new();
        let entries =
            [("width", width.into()), ("height", height.into()), ("luma", Uint8Array::from(luma).into())];
        for (name, value) in entries {
            Reflect::set(&order, &name.into(), &value)?;
        }
        let (waiting, answered) = oneshot::channel();
        self.waiting.replace(Some(waiting));
        self.port.post_message(&order)?;
        answered.await.unwrap_or_else(|_| Err(BrowserError::new("the reader of symbols ended")))
    }
}

//! Indexes and parts of clips, made in a worker of their own. Messages: see `src/modules/indexer.rs`.
//!
//! Entry points: [`Indexer::start`], [`Indexer::index`]. Absent: what is done with them.

use fuin_core::{CutOrder, CutRecord};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::MessageEvent;

use super::{
    BrowserError,
    files::{PickedFile, RawBytes},
    in_turn::InTurn,
    module::{self, ModulePort, ModuleWorker},
    proxy,
};

/// Id of the element of the page that holds the module.
const ELEMENT: &str = "fuin-indexer";

/// What was made of a file.
#[derive(Debug, Clone)]
pub struct Indexed {
    /// The index of what is sealed.
    pub index: RawBytes,
    /// Of a part: the index of its file, and what is written down of it.
    pub part: Option<(RawBytes, CutRecord)>,
    /// Why no part could be cut out, if one was wanted: a code, and the codec that it is about.
    pub refused: Option<(String, String)>,
}

/// What is heard of a file, by the number of its clip.
pub enum IndexSaid {
    /// How far it is, from 0 to 1.
    Part(usize, f64),
    /// It is over.
    Done(usize, Box<Indexed>),
    /// It died, or could not read the file.
    Died,
}

/// The worker; it ends when dropped.
pub struct Indexer {
    _worker: ModuleWorker,
    port: ModulePort,
    orders: Orders,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.orders.end();
    }
}

impl Indexer {
    /// Starts it.
    pub fn start(mut say: impl FnMut(IndexSaid) + Clone + 'static) -> Result<Self, BrowserError> {
        let died = say.clone();
        let (worker, port) = module::start(ELEMENT, move |_| died.clone()(IndexSaid::Died))?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            say(heard(&message.data()).unwrap_or(IndexSaid::Died));
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { _worker: worker, port, orders: Orders::idle(), _on_message: on_message })
    }

    /// Has a file gone through, for all of it or a part.
    pub fn index(&self, clip: usize, file: &PickedFile, part: Option<CutOrder>) -> Result<(), BrowserError> {
        let order = Object::new();
        let mut entries = vec![("clip", (clip as f64).into()), ("file", JsValue::from(file))];
        if let Some(CutOrder { from, to, sound }) = part {
            let times = [("from", (from as f64).into()), ("to", (to as f64).into())];
            entries.extend(times.into_iter().chain([("sound", sound.into()), ("name", file.name().into())]));
        }
        for (name, value) in entries {
            Reflect::set(&order, &name.into(), &value)?;
        }
        if !proxy::is_blind() {
            return Ok(self.port.post_message(&order)?);
        }
        if self.orders.add((order, file.clone())) {
            wasm_bindgen_futures::spawn_local(read_for(self.port.clone(), self.orders.clone()));
        }
        Ok(())
    }
}

/// Orders that wait until their file was read for a worker that cannot.
type Orders = InTurn<(Object, PickedFile)>;

/// Reads one file after the other, and gives each order with its file's pieces.
async fn read_for(port: ModulePort, orders: Orders) {
    while let Some((order, file)) = orders.next() {
        let waits = || orders.is_worked_on();
        let held = match file.size() > fuin_blobs::MAX_HELD {
            true => None,
            false => fuin_blobs::hold(&file, waits).await.ok(),
        };
        if !waits() {
            return;
        }
        // What could not be read, the indexer says it cannot read. If it is gone, nobody wants it.
        let pieces = held.unwrap_or_default();
        if pieces.length() > 0 && Reflect::set(&order, &"file".into(), &pieces).is_err() {
            continue;
        }
        let _ = port.post_message_with_transferable(&order, &pieces);
    }
}

/// What a message says; `None` where a file could not be read.
fn heard(message: &JsValue) -> Option<IndexSaid> {
    let field = |name: &str| Reflect::get(message, &name.into()).ok();
    let text = |name: &str| field(name)?.as_string();
    let bytes = |name: &str| field(name)?.dyn_into::<RawBytes>().ok();
    let clip = field("clip")?.as_f64()? as usize;
    if let Some(part) = field("part").and_then(|part| part.as_f64()) {
        return Some(IndexSaid::Part(clip, part));
    }
    let record = text("cut").and_then(|cut| serde_json::from_str(&cut).ok());
    Some(IndexSaid::Done(
        clip,
        Box::new(Indexed {
            index: bytes("index")?,
            part: bytes("whole").zip(record),
            refused: text("refused").zip(text("names")),
        }),
    ))
}

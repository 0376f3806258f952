//! The decoders in software: each another wasm module in another worker (`src/decoders`), which gets coded pictures of
//! one clip and gives back frames. It never sees a key or a bundle.
//!
//! The page starts that worker ([`super::module`]) and hands one end of a channel to the player's worker, which talks
//! through [`SoftwareDecoder`]. Messages: see `src/decoders/lib.rs`.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, VideoFrame};

use fuin_core::Colour;

use super::{BrowserError, module::ModulePort, video::Frame};

thread_local! {
    /// No run of any decoder has the number of another: what comes late is known as such.
    static RUNS: Cell<f64> = const { Cell::new(0.0) };
}

type Waiting = Rc<RefCell<Option<js_sys::Function>>>;

/// The player's end of the channel. One decoder at a time uses it.
pub struct SoftwareDecoder {
    port: ModulePort,
    run: Rc<Cell<f64>>,
    flushed: Waiting,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl SoftwareDecoder {
    /// Takes over the channel. The closures are those of [`super::video::Decoder::new`]; `on_dequeue` gets
    /// the number of the sample, whose picture came before, if there is one.
    pub fn new(
        port: ModulePort,
        mut on_frame: impl FnMut(Frame) + 'static,
        mut on_error: impl FnMut(BrowserError) + 'static,
        mut on_dequeue: impl FnMut(usize) + 'static,
    ) -> Self {
        let run = Rc::new(Cell::new(0.0));
        let flushed = Waiting::default();
        let (current, waiting) = (run.clone(), flushed.clone());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let data = message.data();
            let field = |name: &str| Reflect::get(&data, &name.into()).unwrap_or(JsValue::UNDEFINED);
            let frame = field("frame").dyn_into::<VideoFrame>().ok().map(Frame::from_raw);
            if field("run").as_f64() != Some(current.get()) {
                // What an earlier run left over closes itself.
                return;
            }
            if let Some(frame) = frame {
                on_frame(frame);
            } else if let Some(error) = field("error").as_string() {
                on_error(BrowserError::new(error));
            } else if field("flushed").is_truthy() {
                let resolve = waiting.borrow_mut().take();
                if let Some(resolve) = resolve {
                    // Resolving a promise does not fail.
                    let _ = resolve.call0(&JsValue::NULL);
                }
            } else if let Some(number) = field("took").as_f64() {
                on_dequeue(number as usize);
            }
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self { port, run, flushed, _on_message: on_message }
    }

    fn post(&self, what: &str, value: &JsValue, more: &[(&str, JsValue)]) -> Result<(), BrowserError> {
        let message = Object::new();
        Reflect::set(&message, &"run".into(), &self.run.get().into())?;
        Reflect::set(&message, &what.into(), value)?;
        for (name, value) in more {
            Reflect::set(&message, &(*name).into(), value)?;
        }
        Ok(self.port.post_message(&message)?)
    }

    /// Forgets everything and starts anew at a sync sample; `description` is the body of `hvcC` and the like.
    pub fn restart(&self, description: &[u8], colour: Option<Colour>) -> Result<(), BrowserError> {
        self.run.set(RUNS.replace(RUNS.get() + 1.0));
        self.flushed.borrow_mut().take();
        let colour = colour.map(|c| [c.primaries, c.transfer, c.matrix, u8::from(c.full_range)]);
        let colour = colour.map_or(JsValue::UNDEFINED, |points| Uint8Array::from(points.as_slice()).into());
        self.post("configure", &Uint8Array::from(description), &[("colour", colour)])
    }

    /// Gives it one sample.
    pub fn decode(&self, data: &[u8], number: usize) -> Result<(), BrowserError> {
        self.post("decode", &Uint8Array::from(data), &[("number", (number as f64).into())])
    }

    /// As [`super::video::Decoder::flush`]; never ends if the decoder is restarted in between.
    pub fn flush(&self) -> Result<JsFuture<JsValue>, BrowserError> {
        let waiting = self.flushed.clone();
        let promise = Promise::new(&mut move |resolve, _| *waiting.borrow_mut() = Some(resolve));
        self.post("flush", &JsValue::TRUE, &[])?;
        Ok(JsFuture::from(promise))
    }
}

impl Drop for SoftwareDecoder {
    fn drop(&mut self) {
        // A message that is already on its way must not reach a closure that is gone.
        self.port.set_onmessage(None);
    }
}

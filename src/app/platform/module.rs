//! Further wasm modules of the page, each unpacked only when it is needed and run in a worker of its own: the decoders
//! in software, the search for forensic marks, what makes indexes, and what reads QR symbols.
//!
//! Entry point: [`start`]. Absent: what is said through the channel ([`super::software`], [`super::tracer`],
//! [`super::indexer`], [`super::symbols`]).

use js_sys::{Array, Function, Object, Reflect, global};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageChannel, MessageEvent, MessagePort, Url, Worker};

use super::{BrowserError, page};

/// What the blob begins with: wait for the packed module and the channel, then start.
const START: &str = "self.onmessage=async e=>{self.onmessage=null;const{packed,port}=e.data;try{\
const u=new Response(packed).body.pipeThrough(new DecompressionStream('gzip'));\
self.fuinPort=port;\
await wasm_bindgen({module_or_path:await new Response(u).arrayBuffer()});\
}catch(x){postMessage(String(x))}};";

/// The end of a channel on which a module listens.
pub type ModulePort = MessagePort;

/// The worker with the module, kept by the page; it ends when dropped.
pub struct ModuleWorker {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Drop for ModuleWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The packed module in an element of the page (`src/fold/boot.js`).
fn packed(name: &str) -> Result<JsValue, BrowserError> {
    let unpack = Reflect::get(&global(), &"fuinPacked".into())?;
    let unpack: Function = unpack.dyn_into().map_err(|_| BrowserError::new("nothing is packed"))?;
    Ok(unpack.call1(&JsValue::NULL, &name.into())?)
}

/// Starts the worker of the module in the page's element `name`. Gives it and the end of the channel on which to talk
/// with it. `on_death` hears why, should it not start or end by itself.
pub fn start(
    name: &str,
    on_death: impl Fn(String) + Clone + 'static,
) -> Result<(ModuleWorker, ModulePort), BrowserError> {
    let text = |id: &str| {
        let element = page::document().and_then(|document| document.get_element_by_id(id));
        element.and_then(|e| e.text_content()).ok_or(BrowserError::new(format!("{id} is missing")))
    };
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let parts = Array::of2(&text(&format!("{name}-glue"))?.into(), &START.into());
    let url = Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&parts, &options)?)?;
    let worker = Worker::new(&url)?;
    Url::revoke_object_url(&url)?;
    let told = on_death.clone();
    // On its own line the worker says nothing but that it could not start.
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        told(message.data().as_string().unwrap_or_default());
    });
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| on_death(error.message()));
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    let channel = MessageChannel::new()?;
    let message = Object::new();
    Reflect::set(&message, &"packed".into(), &packed(name)?)?;
    Reflect::set(&message, &"port".into(), &JsValue::from(channel.port2()))?;
    worker.post_message_with_transfer(&message, &Array::of1(&channel.port2()))?;
    let worker = ModuleWorker { worker, _on_message: on_message, _on_error: on_error };
    Ok((worker, channel.port1()))
}

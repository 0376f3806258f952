//! What travels beside a message to the worker and is no text: files, a canvas, one end of a channel.
//!
//! Entry point: [`Cargo`]. Absent: the message.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, FileSystemFileHandle, MessagePort, OffscreenCanvas};

/// One thing beside a message.
#[derive(Debug, Clone)]
pub enum Cargo {
    /// A file that the user picked.
    File(File),
    /// A canvas whose painting goes over to the worker.
    Canvas(OffscreenCanvas),
    /// One end of a channel.
    Port(MessagePort),
    /// Files to be sealed, and the file that the bundle goes into where the user chose one.
    Files(Vec<File>, Option<FileSystemFileHandle>),
}

const FILES: &str = "files";
const HANDLE: &str = "handle";

impl Cargo {
    /// As a value for the browser's message.
    pub(super) fn to_js(&self) -> Result<JsValue, JsValue> {
        Ok(match self {
            Self::File(file) => file.into(),
            Self::Canvas(canvas) => canvas.into(),
            Self::Port(port) => port.into(),
            Self::Files(files, handle) => {
                let object = Object::new();
                Reflect::set(&object, &FILES.into(), &files.iter().collect::<Array>())?;
                Reflect::set(&object, &HANDLE.into(), &handle.as_ref().into())?;
                object.into()
            }
        })
    }

    /// Out of the browser's message; `None` for anything else.
    pub(super) fn from_js(value: JsValue) -> Option<Self> {
        if let Some(file) = value.dyn_ref::<File>() {
            return Some(Self::File(file.clone()));
        }
        if let Some(canvas) = value.dyn_ref::<OffscreenCanvas>() {
            return Some(Self::Canvas(canvas.clone()));
        }
        if let Some(port) = value.dyn_ref::<MessagePort>() {
            return Some(Self::Port(port.clone()));
        }
        let files: Array = Reflect::get(&value, &FILES.into()).ok()?.dyn_into().ok()?;
        let files = files.iter().map(JsCast::dyn_into::<File>).collect::<Result<_, _>>().ok()?;
        let handle = Reflect::get(&value, &HANDLE.into()).ok()?.dyn_into().ok();
        Some(Self::Files(files, handle))
    }

    /// Whether it changes hands: then the sender has it no more.
    pub(super) fn is_transferred(&self) -> bool {
        matches!(self, Self::Canvas(_) | Self::Port(_))
    }
}

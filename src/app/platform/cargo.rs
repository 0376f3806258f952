//! What travels beside a message between page and worker and is no text: files, a canvas, one end of a channel, handles
//! on keys.
//!
//! Entry point: [`Cargo`]. Absent: the message.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, FileSystemFileHandle, MessagePort, OffscreenCanvas};

use super::crypto::{OfficeHandles, StorageKey};

/// One thing beside a message.
#[derive(Debug, Clone)]
pub enum Cargo {
    /// A file that the user picked.
    File(File),
    /// A canvas whose painting goes over to the worker.
    Canvas(OffscreenCanvas),
    /// One end of a channel.
    Port(MessagePort),
    /// The file that something goes into.
    Destination(FileSystemFileHandle),
    /// What a bundle is sealed from, and where it goes.
    Sealing(Sealing),
    /// The keys of an office that was opened.
    Office(OfficeHandles),
    /// The key under which the page keeps what belongs to the open bundle.
    Storage(StorageKey),
    /// The index of a clip.
    Index(Uint8Array),
}

/// What a bundle is sealed from, and where it goes.
#[derive(Debug, Clone)]
pub struct Sealing {
    /// The clips.
    pub files: Vec<File>,
    /// Their indexes; one that could not be made is empty.
    pub indexes: Vec<Uint8Array>,
    /// The file that the bundle goes into, where the user chose one.
    pub handle: Option<FileSystemFileHandle>,
    /// The office's keys.
    pub keys: OfficeHandles,
}

const FILES: &str = "files";
const INDEXES: &str = "indexes";
const HANDLE: &str = "handle";
const KEYS: &str = "keys";

impl Cargo {
    /// As a value for the browser's message.
    pub(super) fn to_js(&self) -> Result<JsValue, JsValue> {
        Ok(match self {
            Self::File(file) => file.into(),
            Self::Canvas(canvas) => canvas.into(),
            Self::Port(port) => port.into(),
            Self::Destination(handle) => handle.into(),
            Self::Sealing(Sealing { files, indexes, handle, keys }) => {
                let object = Object::new();
                Reflect::set(&object, &FILES.into(), &files.iter().collect::<Array>())?;
                Reflect::set(&object, &INDEXES.into(), &indexes.iter().collect::<Array>())?;
                Reflect::set(&object, &HANDLE.into(), &handle.as_ref().into())?;
                Reflect::set(&object, &KEYS.into(), &keys.to_js())?;
                object.into()
            }
            Self::Office(keys) => keys.to_js().into(),
            Self::Storage(key) => key.to_js(),
            Self::Index(bytes) => bytes.into(),
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
        if let Some(handle) = value.dyn_ref::<FileSystemFileHandle>() {
            return Some(Self::Destination(handle.clone()));
        }
        if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
            return Some(Self::Index(bytes.clone()));
        }
        if let Some(key) = StorageKey::from_js(&value) {
            return Some(Self::Storage(key));
        }
        if let Some(keys) = OfficeHandles::from_js(&value) {
            return Some(Self::Office(keys));
        }
        let files = list(&value, FILES)?;
        let indexes = list(&value, INDEXES)?;
        let handle = Reflect::get(&value, &HANDLE.into()).ok()?.dyn_into().ok();
        let keys = OfficeHandles::from_js(&Reflect::get(&value, &KEYS.into()).ok()?)?;
        Some(Self::Sealing(Sealing { files, indexes, handle, keys }))
    }

    /// Whether it changes hands: then the sender has it no more.
    pub(super) fn is_transferred(&self) -> bool {
        matches!(self, Self::Canvas(_) | Self::Port(_))
    }
}

/// The list that stands in a message under this name.
fn list<T: JsCast>(value: &JsValue, name: &str) -> Option<Vec<T>> {
    let list: Array = Reflect::get(value, &name.into()).ok()?.dyn_into().ok()?;
    list.iter().map(JsCast::dyn_into::<T>).collect::<Result<_, _>>().ok()
}

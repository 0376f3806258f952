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
    /// A clip that is looked at.
    Clip(ClipCargo),
}

/// A clip that is looked at or sealed.
#[derive(Debug, Clone)]
pub struct ClipCargo {
    /// Its file.
    pub file: File,
    /// The index of what is sealed of it; empty where none could be made.
    pub index: Uint8Array,
    /// The index of the file, if only a part of it is sealed; otherwise empty.
    pub whole: Uint8Array,
}

impl ClipCargo {
    fn to_js(&self) -> JsValue {
        Array::of3(&self.file, &self.index, &self.whole).into()
    }

    fn from_js(value: &JsValue) -> Option<Self> {
        let parts = value.dyn_ref::<Array>()?;
        let bytes = |n: u32| parts.get(n).dyn_into::<Uint8Array>().ok();
        Some(Self { file: parts.get(0).dyn_into().ok()?, index: bytes(1)?, whole: bytes(2)? })
    }
}

/// What a bundle is sealed from, and where it goes.
#[derive(Debug, Clone)]
pub struct Sealing {
    /// The clips.
    pub clips: Vec<ClipCargo>,
    /// The file that the bundle goes into, where the user chose one.
    pub handle: Option<FileSystemFileHandle>,
    /// The office's keys.
    pub keys: OfficeHandles,
}

const CLIPS: &str = "clips";
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
            Self::Sealing(Sealing { clips, handle, keys }) => {
                let object = Object::new();
                Reflect::set(&object, &CLIPS.into(), &clips.iter().map(ClipCargo::to_js).collect::<Array>())?;
                Reflect::set(&object, &HANDLE.into(), &handle.as_ref().into())?;
                Reflect::set(&object, &KEYS.into(), &keys.to_js())?;
                object.into()
            }
            Self::Office(keys) => keys.to_js().into(),
            Self::Storage(key) => key.to_js(),
            Self::Clip(clip) => clip.to_js(),
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
        if let Some(clip) = ClipCargo::from_js(&value) {
            return Some(Self::Clip(clip));
        }
        if let Some(key) = StorageKey::from_js(&value) {
            return Some(Self::Storage(key));
        }
        if let Some(keys) = OfficeHandles::from_js(&value) {
            return Some(Self::Office(keys));
        }
        let clips: Array = Reflect::get(&value, &CLIPS.into()).ok()?.dyn_into().ok()?;
        let clips = clips.iter().map(|clip| ClipCargo::from_js(&clip)).collect::<Option<_>>()?;
        let handle = Reflect::get(&value, &HANDLE.into()).ok()?.dyn_into().ok();
        let keys = OfficeHandles::from_js(&Reflect::get(&value, &KEYS.into()).ok()?)?;
        Some(Self::Sealing(Sealing { clips, handle, keys }))
    }

    /// The picked files in it.
    pub(super) fn files(&self) -> Vec<&File> {
        match self {
            Self::File(file) => vec![file],
            Self::Clip(clip) => vec![&clip.file],
            Self::Sealing(sealing) => sealing.clips.iter().map(|clip| &clip.file).collect(),
            Self::Canvas(_) | Self::Port(_) | Self::Destination(_) | Self::Office(_) | Self::Storage(_) => {
                vec![]
            }
        }
    }

    /// Whether it changes hands: then the sender has it no more.
    pub(super) fn is_transferred(&self) -> bool {
        matches!(self, Self::Canvas(_) | Self::Port(_))
    }
}

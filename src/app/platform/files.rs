//! Files that the user picked, and files handed to the user.

use std::io;

use fuin_core::port::RandomAccess;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FileReaderSync, HtmlAnchorElement, HtmlInputElement, Url};

use super::BrowserError;

/// A picked file, read synchronously. Only workers can do that.
pub struct BlobSource {
    blob: Blob,
    reader: FileReaderSync,
}

impl BlobSource {
    /// Wraps a file; fails outside a worker.
    pub fn new(blob: Blob) -> Result<Self, BrowserError> {
        Ok(Self { blob, reader: FileReaderSync::new()? })
    }

    /// Bytes as a JavaScript array, without a copy into wasm memory.
    pub fn read(&self, offset: u64, len: usize) -> Result<Uint8Array, BrowserError> {
        let slice = self.blob.slice_with_f64_and_f64(offset as f64, offset as f64 + len as f64)?;
        let bytes = Uint8Array::new(&self.reader.read_as_array_buffer(&slice)?.into());
        if bytes.length() as usize == len {
            Ok(bytes)
        } else {
            Err(BrowserError("the file is shorter than it was".into()))
        }
    }
}

impl RandomAccess for BlobSource {
    fn len(&self) -> u64 {
        self.blob.size() as u64
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        let bytes = self.read(offset, buf.len()).map_err(|error| io::Error::other(error.0))?;
        bytes.copy_to(buf);
        Ok(())
    }
}

/// A file that the user picked.
pub type PickedFile = File;

/// Reads a small text file.
pub async fn read_text(file: &File) -> Result<String, BrowserError> {
    if file.size() > f64::from(64 << 20) {
        return Err(BrowserError("larger than 64 MiB".into()));
    }
    Ok(JsFuture::from(file.text()).await?.as_string().unwrap_or_default())
}

/// Reads a file whole, for hashing.
pub async fn read_bytes(file: &File) -> Result<Vec<u8>, BrowserError> {
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The first file of a file input; the input is cleared so that the same file can be picked again.
pub fn picked(event: &web_sys::Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0);
    input.set_value("");
    file
}

/// All files of a file input; the input is cleared so that the same files can be picked again.
pub fn picked_all(event: &web_sys::Event) -> Vec<File> {
    let input: Option<HtmlInputElement> = event.target().and_then(|target| target.dyn_into().ok());
    let Some(input) = input else { return Vec::new() };
    let files = input.files();
    let all = files.map(|list| (0..list.length()).filter_map(|n| list.get(n)).collect()).unwrap_or_default();
    input.set_value("");
    all
}

/// Files, and where the result goes, as one value for the worker.
pub fn bundle_of(files: &[File], handle: &JsValue) -> JsValue {
    let list = Array::new();
    files.iter().for_each(|file| {
        list.push(file);
    });
    let object = js_sys::Object::new();
    // Setting a field of a fresh object does not fail.
    let _ = js_sys::Reflect::set(&object, &"files".into(), &list);
    let _ = js_sys::Reflect::set(&object, &"handle".into(), handle);
    object.into()
}

/// What [`bundle_of`] put together.
pub fn parts_of(bundle: &JsValue) -> (Vec<File>, JsValue) {
    let field = |name: &str| js_sys::Reflect::get(bundle, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let files = field("files")
        .dyn_into::<Array>()
        .map(|list| list.iter().filter_map(|file| as_file(&file)).collect());
    (files.unwrap_or_default(), field("handle"))
}

/// The first file of a drop.
pub fn dropped(event: &web_sys::DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}

/// Hands a file to the user as a download.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), BrowserError> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let document = super::page::document().ok_or(BrowserError("no document".into()))?;
    let anchor: HtmlAnchorElement =
        document.create_element("a")?.dyn_into().map_err(|_| BrowserError("no anchor".into()))?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The browser holds its own reference once the click was handled.
    Url::revoke_object_url(&url)?;
    Ok(())
}

/// A JavaScript value that is a file.
pub fn as_file(value: &JsValue) -> Option<File> {
    value.dyn_ref::<File>().cloned()
}

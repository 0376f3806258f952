//! Files that the user picked, and files handed to the user.

use std::cell::RefCell;

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, HtmlInputElement, Url};

use super::{BrowserError, page, proxy};

/// Bytes that are still JavaScript's.
pub type RawBytes = Uint8Array;

/// How a worker reads a file that was picked.
pub use fuin_blobs::BlobSource;

thread_local! {
    /// In a worker, what the page says of files that it cannot read itself, the latest last: pieces, where it is and
    /// how many bytes it has, or why there is nothing.
    static HELD: RefCell<Vec<(File, JsValue)>> = const { RefCell::new(Vec::new()) };
    /// In the page, the bundle that came with it.
    static SERVED: RefCell<Option<File>> = const { RefCell::new(None) };
}

/// The bundle that whoever serves the page gives out beside it (`fuin view`), as if somebody had picked it.
pub fn served() -> Option<PickedFile> {
    if let Some(known) = SERVED.with_borrow(Clone::clone) {
        return Some(known);
    }
    let file = File::new_with_str_sequence(&Array::new(), &page::served_bundle()?.1).ok()?;
    SERVED.set(Some(file.clone()));
    Some(file)
}

/// Where a worker finds a file, if it is the one that came with the page.
pub(super) fn place(file: &File) -> Option<JsValue> {
    let is_it = SERVED.with_borrow(|served| served.as_ref().is_some_and(|served| Object::is(served, file)));
    let bytes = page::served_bundle().filter(|_| is_it)?.0;
    let address = page::window()?.location().href().ok()?;
    let folder = address.split(['#', '?']).next()?;
    Some(Array::of2(&format!("{folder}bundle").into(), &bytes.into()).into())
}

/// Keeps what the page read of the files of one message, in their order. What came before goes if it looks like one of
/// these, or if there is no room for both.
pub(super) fn keep_held(files: &[&File], held: &Array) {
    HELD.with_borrow_mut(|all| {
        all.retain(|(known, _)| !files.iter().any(|file| looks_like(known, file)));
        let before = all.len();
        all.extend(files.iter().map(|&file| file.clone()).zip(held.iter()));
        let size = |all: &[(File, JsValue)]| all.iter().map(|(file, _)| file.size()).sum::<f64>();
        for _ in 0..before {
            if size(all) > fuin_blobs::MAX_HELD {
                all.remove(0);
            }
        }
    });
}

fn looks_like(one: &File, other: &File) -> bool {
    let of = |file: &File| (file.name(), file.size(), file.last_modified());
    of(one) == of(other)
}

/// Opens a picked file to be read synchronously, in the worker. One that the page read for it is known by being the
/// very object that came with it: two files may have one name, size and time.
pub fn source_of(file: &File) -> Result<BlobSource, BrowserError> {
    let is_it = |known: &File| Object::is(known, file);
    let held =
        HELD.with_borrow(|all| all.iter().find(|(known, _)| is_it(known)).map(|(_, held)| held.clone()));
    if held.is_none() && !proxy::is_blind() {
        return BlobSource::new(file.clone().into()).map_err(|error| BrowserError::new(error.to_string()));
    }
    let held = held.ok_or_else(BrowserError::blind)?;
    match held.dyn_into::<Array>() {
        Ok(held) => Ok(match (held.get(0).as_string(), held.get(1).as_f64()) {
            (Some(address), Some(bytes)) => BlobSource::served(address, bytes as u64),
            _ => BlobSource::held(held),
        }),
        Err(why) => Err(why.as_string().map_or_else(BrowserError::blind, BrowserError::new)),
    }
}

/// Bytes of a Blob that was made here; the page reads it for a worker that cannot.
pub async fn bytes_of(blob: &Blob) -> Result<Vec<u8>, BrowserError> {
    let buffer = if proxy::is_needed() {
        proxy::ask(blob).await?
    } else {
        JsFuture::from(blob.array_buffer()).await?
    };
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A file that the user picked.
pub type PickedFile = File;

/// Whether the name of a file has one of these endings, in letters of either size.
pub fn is_named(file: &PickedFile, endings: &[&str]) -> bool {
    let name = file.name().to_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

/// Bytes of the longest text that is read but a ledger or a receipt.
pub const MAX_TEXT: u32 = 8 << 20;

/// Reads a text file of at most `max` bytes; `None` if it has more. A byte that is no UTF-8 becomes U+FFFD.
pub async fn read_text(file: &File, max: u32) -> Result<Option<String>, BrowserError> {
    if file.size() > f64::from(max) {
        return Ok(None);
    }
    Ok(Some(JsFuture::from(file.text()).await?.as_string().unwrap_or_default()))
}

/// Reads a file of at most `max` bytes whole; `None` if it has more.
pub async fn read_bytes(file: &File, max: u32) -> Result<Option<Vec<u8>>, BrowserError> {
    if file.size() > f64::from(max) {
        return Ok(None);
    }
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(Some(Uint8Array::new(&buffer).to_vec()))
}

/// The bytes of a file from one place to another.
pub async fn read_slice(file: &File, from: f64, to: f64) -> Result<Vec<u8>, BrowserError> {
    let slice = file.slice_with_f64_and_f64(from, to)?;
    let buffer = JsFuture::from(slice.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A file that comes in pieces. The browser holds them, on the disk where they are many.
#[derive(Default)]
pub struct Arriving(Array, f64);

impl Arriving {
    /// Takes the next piece in.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), BrowserError> {
        let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(piece)))?;
        self.1 += blob.size();
        self.0.push(&blob.into());
        Ok(())
    }

    /// Bytes so far.
    pub fn len(&self) -> f64 {
        self.1
    }

    /// Hands all of it to the user as a download.
    pub fn download(&self, name: &str) -> Result<(), BrowserError> {
        let options = BlobPropertyBag::new();
        options.set_type("application/octet-stream");
        save(name, &Blob::new_with_blob_sequence_and_options(&self.0, &options)?)
    }
}

/// Bytes as the browser's storage keeps them.
pub fn to_js(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// What [`to_js`] made; empty for anything else.
pub fn from_js(value: &JsValue) -> Vec<u8> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default()
}

/// The first file of a file input; the input is cleared so that the same file can be picked again.
pub fn picked(event: &web_sys::Event) -> Option<File> {
    picked_all(event).into_iter().next()
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

/// The files of a drop.
pub fn dropped(event: &web_sys::DragEvent) -> Vec<File> {
    let files = event.data_transfer().and_then(|transfer| transfer.files());
    files.map(|list| (0..list.length()).filter_map(|n| list.get(n)).collect()).unwrap_or_default()
}

/// The files that were picked, of which the parts `NAME.001`, `NAME.002`… are joined to one, in whatever order they
/// came. Returns `None` when a part is missing or they are not of one file.
pub fn joined(files: Vec<File>) -> Option<Vec<File>> {
    let numbered = |file: &File| {
        let (stem, ending) =
            file.name().rsplit_once('.').map(|(stem, end)| (stem.to_owned(), end.to_owned()))?;
        (ending.len() == 3).then_some(())?;
        Some((stem, ending.parse::<usize>().ok()?))
    };
    let (mut parts, mut whole): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| numbered(file).is_some());
    parts.sort_by_key(File::name);
    if let Some((stem, _)) = parts.first().and_then(numbered) {
        let fits = |(n, file): (usize, &File)| numbered(file) == Some((stem.clone(), n + 1));
        if !parts.iter().enumerate().all(fits) {
            return None;
        }
        let blobs = Array::new();
        parts.iter().for_each(|file| {
            blobs.push(file);
        });
        whole.insert(0, File::new_with_blob_sequence(&blobs, &stem).ok()?);
    }
    Some(whole)
}

/// Bytes as a file that somebody might have picked.
pub fn file_of(name: &str, bytes: &[u8]) -> Result<PickedFile, BrowserError> {
    Ok(File::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)), name)?)
}

/// Hands a file to the user as a download.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), BrowserError> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    save(name, &Blob::new_with_u8_array_sequence_and_options(&parts, &options)?)
}

fn save(name: &str, blob: &Blob) -> Result<(), BrowserError> {
    let url = Url::create_object_url_with_blob(blob)?;
    let document = page::document().ok_or(BrowserError::new("no document"))?;
    let anchor: HtmlAnchorElement =
        document.create_element("a")?.dyn_into().map_err(|_| BrowserError::new("no anchor"))?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The browser holds its own reference once the click was handled.
    Url::revoke_object_url(&url)?;
    Ok(())
}

/// A file on its way from the worker to the user.
pub(super) fn parcel(name: &str, blob: &Blob) -> JsValue {
    let object = Object::new();
    // Setting a field of a fresh object does not fail.
    let _ = js_sys::Reflect::set(&object, &"download".into(), &name.into());
    let _ = js_sys::Reflect::set(&object, &"blob".into(), blob);
    object.into()
}

/// Hands a parcel to the user; `false` if the value holds no parcel.
pub(super) fn take_parcel(data: &JsValue) -> bool {
    let field = |name: &str| js_sys::Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
    match (field("download").as_string(), field("blob").dyn_into::<Blob>()) {
        // A click on a link does not fail.
        (Some(name), Ok(blob)) => save(&name, &blob).is_ok(),
        _ => false,
    }
}

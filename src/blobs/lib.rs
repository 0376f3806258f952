//! A picked file, as a worker reads it: synchronously from the browser, or from pieces that the page read before.
//! WebKit lets no worker of a page that was opened from a file read any Blob, be it one of the worker's own; the page
//! can. Or a file that whoever serves the page gives out (`fuin view`).
//!
//! Entry points: [`BlobSource`] and [`is_blind`] in a worker, [`hold`] in the page.

use std::{fmt, io};

use fuin_core::{Coded, RandomAccess};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileReaderSync, XmlHttpRequest, XmlHttpRequestResponseType};

/// Bytes of a piece that is held or asked for, but the last.
const PIECE: u32 = 16 << 20;
/// Bytes of all files that are held at most: they are in memory, whole.
pub const MAX_HELD: f64 = 2_147_483_648.0;

/// Whether this worker can read no file: it tries with one of its own.
pub fn is_blind() -> bool {
    let look = || {
        let blob = Blob::new_with_str_sequence(&Array::of1(&"look".into()))?;
        FileReaderSync::new()?.read_as_array_buffer(&blob)
    };
    look().is_err()
}

/// Reads a file for a worker that cannot, in pieces as [`BlobSource::held`] takes them; fewer once `goes_on` says that
/// nobody wants them any more.
pub async fn hold(blob: &Blob, goes_on: impl Fn() -> bool) -> Result<Array, BlobError> {
    let (pieces, mut at) = (Array::new(), 0.0);
    while at < blob.size() && goes_on() {
        let end = (at + f64::from(PIECE)).min(blob.size());
        pieces.push(&JsFuture::from(blob.slice_with_f64_and_f64(at, end)?.array_buffer()).await?);
        at = end;
    }
    Ok(pieces)
}

/// Why a file cannot be read, in the browser's words.
#[derive(Debug, Clone)]
pub struct BlobError(String);

impl From<JsValue> for BlobError {
    fn from(value: JsValue) -> Self {
        let message = Reflect::get(&value, &"message".into()).ok().and_then(|message| message.as_string());
        Self(message.unwrap_or_else(|| "the browser cannot read it".to_owned()))
    }
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Coded for BlobError {
    fn code(&self) -> &'static str {
        "read_failed"
    }
}

/// A file, read synchronously. Only workers can do that.
pub struct BlobSource(Bytes);

enum Bytes {
    /// The browser reads it.
    Browser(Blob, FileReaderSync),
    /// ArrayBuffers of [`PIECE`] bytes, the last of fewer, and how many these are together.
    Held(Array, u64),
    /// The address of a file, and how many bytes it has.
    Served(String, u64),
}

impl BlobSource {
    /// A file that this worker can read; fails outside a worker.
    pub fn new(blob: Blob) -> Result<Self, BlobError> {
        Ok(Self(Bytes::Browser(blob, FileReaderSync::new()?)))
    }

    /// A file in pieces, as [`hold`] makes them.
    pub fn held(pieces: Array) -> Self {
        let bytes = pieces.iter().map(|piece| u64::from(Uint8Array::new(&piece).length())).sum();
        Self(Bytes::Held(pieces, bytes))
    }

    /// A file that has an address, where parts of it are given out (RFC 9110 §14).
    pub fn served(address: String, bytes: u64) -> Self {
        Self(Bytes::Served(address, bytes))
    }

    /// Bytes as a JavaScript array, without a copy into wasm memory. Fails where there are fewer.
    pub fn read(&self, offset: u64, len: usize) -> Result<Uint8Array, BlobError> {
        match &self.0 {
            Bytes::Browser(blob, reader) => {
                let bytes = reader.read_as_array_buffer(&slice(blob, offset, len)?)?;
                whole(Uint8Array::new(&bytes.into()), len)
            }
            Bytes::Held(pieces, bytes) => {
                if offset.checked_add(len as u64).is_none_or(|end| end > *bytes) {
                    return Err(shorter());
                }
                Ok(copied(pieces, offset, len))
            }
            Bytes::Served(address, _) => asked(address, offset, len),
        }
    }

    /// Begins to read; the bytes come while this thread does something else.
    pub fn begin_read(
        &self,
        offset: u64,
        len: usize,
    ) -> Result<impl Future<Output = Result<Uint8Array, BlobError>> + use<>, BlobError> {
        let reading = match &self.0 {
            Bytes::Browser(blob, _) => Ok(slice(blob, offset, len)?.array_buffer()),
            Bytes::Held(..) | Bytes::Served(..) => Err(self.read(offset, len)?),
        };
        Ok(async move {
            match reading {
                Ok(reading) => whole(Uint8Array::new(&JsFuture::from(reading).await?), len),
                Err(bytes) => Ok(bytes),
            }
        })
    }
}

fn slice(blob: &Blob, offset: u64, len: usize) -> Result<Blob, JsValue> {
    blob.slice_with_f64_and_f64(offset as f64, offset as f64 + len as f64)
}

/// Bytes of a served file.
fn asked(address: &str, offset: u64, len: usize) -> Result<Uint8Array, BlobError> {
    let bytes = Uint8Array::new_with_length(len as u32);
    let (mut at, end) = (offset, offset + len as u64);
    while at < end {
        let to = end.min(at + u64::from(PIECE));
        let request = XmlHttpRequest::new()?;
        request.open_with_async("GET", address, false)?;
        request.set_request_header("range", &format!("bytes={at}-{}", to - 1))?;
        request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
        request.send()?;
        if request.status()? != PARTIAL_CONTENT {
            return Err(BlobError(
                "whoever gave the page out does not give out the file any more".to_owned(),
            ));
        }
        let piece = whole(Uint8Array::new(&request.response()?), (to - at) as usize)?;
        bytes.set(&piece, (at - offset) as u32);
        at = to;
    }
    Ok(bytes)
}

/// RFC 9110 §15.3.7.
const PARTIAL_CONTENT: u16 = 206;

fn shorter() -> BlobError {
    BlobError("the file is shorter than it was".to_owned())
}

fn whole(bytes: Uint8Array, len: usize) -> Result<Uint8Array, BlobError> {
    if bytes.length() as usize == len { Ok(bytes) } else { Err(shorter()) }
}

/// A copy, which may be given away, of bytes that are there.
fn copied(pieces: &Array, offset: u64, len: usize) -> Uint8Array {
    let bytes = Uint8Array::new_with_length(len as u32);
    let piece = u64::from(PIECE);
    let (mut at, end) = (offset, offset + len as u64);
    while at < end {
        let to = end.min((at / piece + 1) * piece);
        let held = Uint8Array::new(&pieces.get((at / piece) as u32));
        let within = at / piece * piece;
        bytes.set(&held.subarray((at - within) as u32, (to - within) as u32), (at - offset) as u32);
        at = to;
    }
    bytes
}

impl RandomAccess for BlobSource {
    fn len(&self) -> u64 {
        match &self.0 {
            Bytes::Browser(blob, _) => blob.size() as u64,
            Bytes::Held(_, bytes) | Bytes::Served(_, bytes) => *bytes,
        }
    }

    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        let bytes = self.read(offset, buf.len()).map_err(|error| io::Error::other(error.0))?;
        bytes.copy_to(buf);
        Ok(())
    }
}

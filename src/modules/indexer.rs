//! The module in which the desk makes indexes, and cuts parts out of clips: a worker of its own. It meets files of
//! anybody, so it has no key and no other secret, and what it gives back is checked by whoever uses it.
//!
//! Messages in: `{clip: number, file: Blob, or its pieces as `fuin_blobs` holds them}`, for a part also `{name: the
//! file's, from, to: in microseconds, sound: bool}`. Out: `{clip, part: from 0 to 1}` while it works, then `{clip,
//! index}`, and for a part also `{whole: index of the file, cut: JSON of fuin_core::CutRecord}`, or where no part can
//! be cut `{refused: code, names}`; `{clip, unread: why}` where the file cannot be read. Absent: decoding, sealing.

mod channel;

use std::{cell::Cell, io};

use data_encoding::HEXLOWER;
use fuin_blobs::BlobSource;
use fuin_core::{
    ClipHash, Coded, Cut, CutError, CutOrder, CutSource, Index, MediaError, PIECE_BYTES, RandomAccess,
    builders,
};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, MessagePort};

fn main() {
    channel::answer(|message, port| {
        if let Some(order) = Order::read(message) {
            order.answer(port);
        }
    });
}

/// What a message asks for.
struct Order {
    clip: JsValue,
    file: File,
    part: Option<(CutOrder, String)>,
}

/// What is gone through.
enum File {
    /// As it was picked.
    Picked(Blob),
    /// As the page read it, for a worker that reads none.
    Held(Array),
}

/// What is given back: names, and values.
type Answer = Vec<(&'static str, JsValue)>;

impl Order {
    fn read(message: &JsValue) -> Option<Self> {
        let field = |name: &str| Reflect::get(message, &name.into()).ok();
        let time = |name: &str| Some(field(name)?.as_f64()? as i64);
        let order = |sound| Some(CutOrder { from: time("from")?, to: time("to")?, sound });
        let part = field("sound").and_then(|sound| order(sound.as_bool()?));
        let part = part.zip(field("name").and_then(|name| name.as_string()));
        let file = match field("file")?.dyn_into::<Blob>() {
            Ok(blob) => File::Picked(blob),
            Err(pieces) => File::Held(pieces.dyn_into().ok()?),
        };
        Some(Self { clip: field("clip")?, file, part })
    }

    fn answer(self, port: &MessagePort) {
        let say = |answer: Answer| {
            channel::say(port, answer.into_iter().chain([("clip", self.clip.clone())]));
        };
        let told = Cell::new(0.0);
        let mut on_part = |part: f64| {
            // A hundredth at a time, also from 1 back to 0.
            if (part - told.get()).abs() >= 0.01 {
                told.set(part);
                say(vec![("part", part.into())]);
            }
            true
        };
        say(self.work(&mut on_part).unwrap_or_else(|why| vec![("unread", why.to_string().into())]));
    }

    fn work(&self, on_part: &mut dyn FnMut(f64) -> bool) -> Result<Answer, MediaError> {
        let cannot = |_| io::Error::other("no worker");
        let file = match &self.file {
            File::Picked(blob) => BlobSource::new(blob.clone()).map_err(cannot)?,
            File::Held(pieces) => BlobSource::held(pieces.clone()),
        };
        let index = builders::build(&file, on_part)?;
        let bytes = |index: &Index| JsValue::from(Uint8Array::from(index.to_bytes().as_slice()));
        let Some((order, name)) = &self.part else { return Ok(vec![("index", bytes(&index))]) };
        match Cut::new(&file, index.clone(), order, on_part) {
            Ok(cut) => {
                let record = cut.record(CutSource {
                    file_name: name.clone(),
                    bytes: file.len(),
                    sha256: sha256(&file, on_part)?,
                });
                let record = serde_json::to_string(&record).map_err(io::Error::other)?;
                let of_part = builders::build(&cut, on_part)?;
                Ok(vec![("index", bytes(&of_part)), ("whole", bytes(&index)), ("cut", record.into())])
            }
            Err(CutError::Media(error @ (MediaError::Read(_) | MediaError::Stopped))) => Err(error),
            Err(error) => Ok(vec![
                ("index", bytes(&index)),
                ("refused", error.code().into()),
                ("names", error.names().unwrap_or_default().as_ref().into()),
            ]),
        }
    }
}

/// In hexadecimal.
fn sha256(file: &BlobSource, on_part: &mut dyn FnMut(f64) -> bool) -> Result<String, MediaError> {
    let mut hash = ClipHash::default();
    let (mut at, mut piece) = (0, vec![0; PIECE_BYTES]);
    while at < file.len() {
        on_part(at as f64 / file.len() as f64);
        piece.truncate((file.len() - at).min(PIECE_BYTES as u64) as usize);
        file.read_exact_at(at, &mut piece)?;
        hash.update(&piece);
        at += piece.len() as u64;
    }
    Ok(HEXLOWER.encode(&hash.finish().sha256))
}

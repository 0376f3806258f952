//! Writing a large file from a worker: into a stream that the user chose where there is one, else into pieces
//! that become downloads. Nothing has its final name before [`Target::publish`].

use std::{cell::RefCell, collections::VecDeque, io, rc::Rc};

use fuin_core::Sink;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileSystemFileHandle, FileSystemWritableFileStream};

use super::{
    BrowserError,
    file_system::{open_stream, settled, write_at},
    worker::hand_out,
};

/// Larger pieces go to the browser's own storage at once; smaller ones stay changeable.
const CHANGEABLE_BYTES: usize = 1 << 16;

/// What was written and has not been taken away: offset and bytes.
#[derive(Default)]
struct Queue {
    end: u64,
    waiting: VecDeque<(u64, Vec<u8>)>,
}

/// A sink whose bytes are carried on by [`Target::take`].
#[derive(Clone, Default)]
pub struct Outbox(Rc<RefCell<Queue>>);

impl Sink for Outbox {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut queue = self.0.borrow_mut();
        let at = queue.end;
        queue.end += bytes.len() as u64;
        queue.waiting.push_back((at, bytes.to_vec()));
        Ok(())
    }

    fn overwrite(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().waiting.push_back((offset, bytes.to_vec()));
        Ok(())
    }
}

enum Piece {
    Bytes(Vec<u8>),
    Blob(Blob, u64),
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Blob(_, len) => *len,
        }
    }
}

/// Where a file goes.
pub enum Target {
    /// The browser writes beside the file and renames on close.
    Stream(FileSystemWritableFileStream),
    /// Pieces in memory and in the browser's storage.
    Pieces(Pieces),
}

/// A file in pieces.
#[derive(Default)]
pub struct Pieces(Vec<Piece>);

impl Target {
    /// A stream into the file that the user chose on the page, or pieces.
    pub async fn open(handle: Option<&FileSystemFileHandle>) -> Result<Self, BrowserError> {
        Ok(match handle {
            Some(handle) => Self::Stream(open_stream(handle, false).await?),
            None => Self::Pieces(Pieces::default()),
        })
    }

    /// Carries on what is in the outbox.
    pub async fn take(&mut self, outbox: &Outbox) -> Result<(), BrowserError> {
        loop {
            let next = outbox.0.borrow_mut().waiting.pop_front();
            let Some((offset, bytes)) = next else { return Ok(()) };
            match self {
                Self::Stream(stream) => write_at(stream, offset, &bytes).await?,
                Self::Pieces(pieces) => pieces.write(offset, bytes)?,
            }
        }
    }

    /// Drops everything: no file comes to be.
    pub async fn abort(self) {
        if let Self::Stream(stream) = self {
            // What cannot even be aborted never gets its name either.
            let _ = settled::<JsValue>(stream.abort()).await;
        }
    }

    /// Gives the file its name. Pieces become downloads of at most `part_bytes` each; a stream needs none.
    pub async fn publish(self, name: &str, part_bytes: u64) -> Result<(), BrowserError> {
        match self {
            Self::Stream(stream) => settled::<JsValue>(stream.close()).await.map(drop),
            Self::Pieces(pieces) => pieces.publish(name, part_bytes),
        }
    }
}

impl Pieces {
    fn write(&mut self, offset: u64, bytes: Vec<u8>) -> Result<(), BrowserError> {
        let end: u64 = self.0.iter().map(Piece::len).sum();
        if offset == end {
            if bytes.len() > CHANGEABLE_BYTES {
                let blob =
                    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes.as_slice())))?;
                self.0.push(Piece::Blob(blob, bytes.len() as u64));
            } else if let Some(Piece::Bytes(last)) = self.0.last_mut() {
                last.extend_from_slice(&bytes);
            } else {
                self.0.push(Piece::Bytes(bytes));
            }
            return Ok(());
        }
        let mut start = 0;
        for piece in &mut self.0 {
            let len = piece.len();
            if let Piece::Bytes(known) = piece
                && offset >= start
                && offset + bytes.len() as u64 <= start + len
            {
                let from = (offset - start) as usize;
                known[from..from + bytes.len()].copy_from_slice(&bytes);
                return Ok(());
            }
            start += len;
        }
        Err(BrowserError::new("this part of the file cannot be changed any more"))
    }

    fn publish(self, name: &str, part_bytes: u64) -> Result<(), BrowserError> {
        let all = Array::new();
        for piece in self.0 {
            match piece {
                Piece::Bytes(bytes) => all.push(&Uint8Array::from(bytes.as_slice())),
                Piece::Blob(blob, _) => all.push(&blob),
            };
        }
        let whole = Blob::new_with_blob_sequence(&all)?;
        let size = whole.size() as u64;
        let parts = size.div_ceil(part_bytes.max(1)).max(1);
        for part in 0..parts {
            let (from, to) = (part * part_bytes, size.min((part + 1) * part_bytes));
            let slice = whole.slice_with_f64_and_f64(from as f64, to as f64)?;
            let name = if parts == 1 { name.to_owned() } else { format!("{name}.{:03}", part + 1) };
            hand_out(&name, &slice);
        }
        Ok(())
    }
}

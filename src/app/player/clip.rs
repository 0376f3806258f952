//! The plaintext of one clip, a verified segment at a time, with a cache of bounded size.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use fuin_core::{
    Coded,
    bundle::{Clip, ClipPlace, SEGMENT_BYTES, SEGMENT_CHUNKS, segment_span},
    media::{Index, MediaError, Scan},
};

use crate::platform::{BrowserError, crypto::ChunkCipher, files::BlobSource};

/// Segments kept: 24 MiB.
const CACHE_SEGMENTS: usize = 24;

/// Why a piece of a clip cannot be had: stable code, and the cause in English.
#[derive(Debug, Clone)]
pub struct ClipFault {
    /// Stable code.
    pub code: &'static str,
    /// Cause.
    pub cause: String,
}

impl From<MediaError> for ClipFault {
    fn from(error: MediaError) -> Self {
        Self { code: error.code(), cause: error.to_string() }
    }
}

impl From<BrowserError> for ClipFault {
    fn from(error: BrowserError) -> Self {
        Self { code: "read_failed", cause: error.0 }
    }
}

/// One clip of an admitted bundle.
pub struct ClipSource {
    blob: BlobSource,
    cipher: ChunkCipher,
    place: ClipPlace,
    clip: Clip,
    cache: RefCell<VecDeque<(u64, Rc<Vec<u8>>)>>,
}

impl ClipSource {
    /// A clip with its key.
    pub fn new(blob: BlobSource, cipher: ChunkCipher, place: ClipPlace, clip: Clip) -> Self {
        Self { blob, cipher, place, clip, cache: RefCell::default() }
    }

    /// Number of segments.
    pub fn segment_count(&self) -> u64 {
        self.clip.segment_count()
    }

    /// Bytes of the clip.
    pub fn len(&self) -> u64 {
        self.clip.bytes
    }

    /// Decrypts one segment without checking it against the manifest or keeping it.
    pub async fn decrypt(&self, index: u64) -> Result<Vec<u8>, ClipFault> {
        let missing = || ClipFault { code: "entry_length", cause: "outside the clip".into() };
        let (offset, len) = segment_span(self.clip.bytes, index).ok_or_else(missing)?;
        let sealed = self.blob.read(self.place.offset + offset, len)?;
        let altered =
            |_| ClipFault { code: "entry_altered", cause: format!("segment {index} does not decrypt") };
        self.cipher.open_run(index * SEGMENT_CHUNKS, &sealed).await.map_err(altered)
    }

    /// One segment, checked against the signed manifest.
    pub async fn segment(&self, index: u64) -> Result<Rc<Vec<u8>>, ClipFault> {
        if let Some((_, hit)) = self.cache.borrow().iter().find(|(at, _)| *at == index) {
            return Ok(hit.clone());
        }
        let plain = self.decrypt(index).await?;
        if !self.clip.segment_matches(index, &plain) {
            return Err(ClipFault {
                code: "segment_altered",
                cause: format!("segment {index} is not as it was sealed"),
            });
        }
        let plain = Rc::new(plain);
        let mut cache = self.cache.borrow_mut();
        cache.push_back((index, plain.clone()));
        if cache.len() > CACHE_SEGMENTS {
            cache.pop_front();
        }
        Ok(plain)
    }

    /// Plaintext bytes, from as many segments as it takes.
    pub async fn read(&self, offset: u64, len: usize) -> Result<Vec<u8>, ClipFault> {
        let mut out = Vec::with_capacity(len);
        while out.len() < len {
            let at = offset + out.len() as u64;
            let segment = self.segment(at / SEGMENT_BYTES as u64).await?;
            let from = (at % SEGMENT_BYTES as u64) as usize;
            let to = segment.len().min(from + len - out.len());
            let piece = segment.get(from..to).filter(|piece| !piece.is_empty());
            out.extend_from_slice(
                piece.ok_or(MediaError::Malformed("a box or picture lies outside the file"))?,
            );
        }
        Ok(out)
    }

    /// Reads the index; `go_on` hears how far it has come, which matters for fragmented clips, and may end it.
    pub async fn index(&self, mut go_on: impl FnMut(f64) -> bool) -> Result<Index, ClipFault> {
        let mut scan = Scan::new(self.clip.bytes);
        while let Some((offset, len)) = scan.want() {
            let bytes = self.read(offset, len).await?;
            scan.give(&bytes)?;
            if !go_on(scan.part_done()) {
                return Err(ClipFault { code: "read_failed", cause: "nobody asks any more".into() });
            }
        }
        Ok(scan.finish()?)
    }
}

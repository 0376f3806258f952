//! The plaintext of one clip, a verified segment at a time, with a cache of bounded size.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use fuin_core::{
    CHUNK_BYTES, Clip, ClipPlace, Coded, Index, MediaError, PIECE_SEGMENTS, SEALED_CHUNK_BYTES,
    SEGMENT_BYTES, SEGMENT_CHUNKS, Scan, segments_span,
};

use super::worker::Refused;
use crate::platform::{
    BrowserError,
    crypto::ChunkCipher,
    files::{BlobSource, RawBytes},
};

/// So many segments may be used before they are checked.
const MOST_OWED: usize = 24;
/// Segments kept: 24 MiB.
const CACHE_SEGMENTS: usize = 96;

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

/// Pieces of a segment, and where in it they begin.
type Used = Vec<(usize, Vec<u8>)>;

/// One clip of an admitted bundle.
pub struct ClipSource {
    blob: BlobSource,
    cipher: ChunkCipher,
    place: ClipPlace,
    clip: Clip,
    cache: RefCell<VecDeque<(u64, Rc<Vec<u8>>)>>,
    /// What was used of segments before they were checked, and where in them; `None` once that is over.
    owed: RefCell<Option<BTreeMap<u64, Used>>>,
}

impl ClipSource {
    /// A clip with its key.
    pub fn new(blob: BlobSource, cipher: ChunkCipher, place: ClipPlace, clip: Clip) -> Self {
        let owed = RefCell::new(Some(BTreeMap::new()));
        Self { blob, cipher, place, clip, cache: RefCell::default(), owed }
    }

    /// Number of pieces.
    pub fn piece_count(&self) -> u64 {
        self.clip.piece_count()
    }

    /// Bytes of the clip.
    pub fn len(&self) -> u64 {
        self.clip.bytes
    }

    /// Where sealed segments lie in the file: offset and length.
    fn span(&self, index: u64, count: u64) -> Result<(u64, usize), ClipFault> {
        let missing = || ClipFault { code: "entry_length", cause: "outside the clip".into() };
        let (offset, len) = segments_span(self.clip.bytes, index, count).ok_or_else(missing)?;
        Ok((self.place.offset + offset, len))
    }

    /// Decrypts consecutive chunks, the first of which is chunk `first` of the clip.
    async fn open_run(&self, first: u64, sealed: &RawBytes) -> Result<Vec<u8>, ClipFault> {
        let segment = first / SEGMENT_CHUNKS;
        let altered =
            |_| ClipFault { code: "entry_altered", cause: format!("segment {segment} does not decrypt") };
        self.cipher.open_run(first, sealed).await.map_err(altered)
    }

    /// Consecutive segments, sealed and decrypted, not checked against the manifest.
    async fn decrypt(&self, index: u64, count: u64) -> Result<(RawBytes, Vec<u8>), ClipFault> {
        let (offset, len) = self.span(index, count)?;
        let sealed = self.blob.read(offset, len)?;
        let plain = self.open_run(index * SEGMENT_CHUNKS, &sealed).await?;
        Ok((sealed, plain))
    }

    /// One piece, sealed and decrypted, not checked against the manifest.
    pub async fn piece(&self, piece: u64) -> Result<(RawBytes, Vec<u8>), ClipFault> {
        self.decrypt(piece * PIECE_SEGMENTS, PIECE_SEGMENTS).await
    }

    fn kept(&self, index: u64) -> Option<Rc<Vec<u8>>> {
        self.cache.borrow().iter().find(|(at, _)| *at == index).map(|(_, hit)| hit.clone())
    }

    /// Checks a segment against the signed manifest and keeps it.
    fn check(&self, index: u64, plain: Vec<u8>) -> Result<Rc<Vec<u8>>, ClipFault> {
        self.clip.check_segments(index, &plain).map_err(Refused)?;
        let plain = Rc::new(plain);
        let mut cache = self.cache.borrow_mut();
        cache.push_back((index, plain.clone()));
        if cache.len() > CACHE_SEGMENTS {
            cache.pop_front();
        }
        Ok(plain)
    }

    /// One segment, checked against the signed manifest.
    pub async fn segment(&self, index: u64) -> Result<Rc<Vec<u8>>, ClipFault> {
        if let Some(hit) = self.kept(index) {
            return Ok(hit);
        }
        let (_, plain) = self.decrypt(index, 1).await?;
        self.check(index, plain)
    }

    /// The chunks of a segment in which `len` bytes from `from` lie, decrypted and not yet checked against the manifest; and
    /// where in the segment they begin.
    async fn early(&self, index: u64, from: usize, len: usize) -> Result<(usize, Vec<u8>), ClipFault> {
        let outside = || ClipFault { code: "media_malformed", cause: "a box lies outside the file".into() };
        let (offset, sealed_len) = segments_span(self.clip.bytes, index, 1).ok_or_else(outside)?;
        let (first, last) = (from / CHUNK_BYTES, (from + len - 1) / CHUNK_BYTES);
        let start = first * SEALED_CHUNK_BYTES;
        let end = sealed_len.min((last + 1) * SEALED_CHUNK_BYTES);
        let length = end.checked_sub(start).ok_or_else(outside)?;
        let sealed = self.blob.read(self.place.offset + offset + start as u64, length)?;
        let run = index * SEGMENT_CHUNKS + first as u64;
        Ok((first * CHUNK_BYTES, self.open_run(run, &sealed).await?))
    }

    /// At most `len` bytes of a segment from `from` on, if they were used before and are not checked yet.
    fn used(&self, index: u64, from: usize, len: usize) -> Option<Vec<u8>> {
        let owed = self.owed.borrow();
        owed.as_ref()?.get(&index)?.iter().find_map(|(start, bytes)| {
            let rest = bytes.get(from.checked_sub(*start)?..).filter(|rest| !rest.is_empty())?;
            Some(rest.get(..len).unwrap_or(rest).to_vec())
        })
    }

    /// Whether a segment may be used before it is checked, which is noted.
    fn borrow(&self, index: u64) -> bool {
        if self.kept(index).is_some() {
            return false;
        }
        match self.owed.borrow_mut().as_mut() {
            Some(owed) if owed.len() < MOST_OWED || owed.contains_key(&index) => {
                owed.entry(index).or_default();
                true
            }
            _ => false,
        }
    }

    /// Whether everything is checked before it is used from now on.
    pub fn is_settled(&self) -> bool {
        self.owed.borrow().is_none()
    }

    /// Checks what was used before it was checked. Nothing may be shown before this is good; from then on, everything is
    /// checked first.
    pub async fn settle(&self) -> Result<(), ClipFault> {
        loop {
            let owed: Vec<u64> = self.owed.borrow().iter().flat_map(BTreeMap::keys).copied().collect();
            if owed.is_empty() {
                break;
            }
            // All are asked for at once; they come while the decoder works.
            let mut reads = Vec::with_capacity(owed.len());
            for &index in &owed {
                let (offset, len) = self.span(index, 1)?;
                reads.push(self.blob.begin_read(offset, len)?);
            }
            for (index, sealed) in owed.into_iter().zip(reads) {
                let sealed = sealed.await?;
                let checked = match self.kept(index) {
                    Some(kept) => kept,
                    None => {
                        let plain = self.open_run(index * SEGMENT_CHUNKS, &sealed).await?;
                        self.check(index, plain)?
                    }
                };
                let same =
                    |(from, bytes): &(usize, Vec<u8>)| checked.get(*from..from + bytes.len()) == Some(bytes);
                let fits = self.owed.borrow().iter().filter_map(|owed| owed.get(&index)).flatten().all(same);
                // What does not fit stays owed: nobody gets past it.
                if !fits {
                    return Err(ClipFault {
                        code: "segment_altered",
                        cause: format!("segment {index} changed while it was read"),
                    });
                }
                if let Some(owed) = self.owed.borrow_mut().as_mut() {
                    owed.remove(&index);
                }
            }
        }
        self.owed.borrow_mut().take();
        Ok(())
    }

    /// Plaintext bytes, from as many segments as it takes. As long as nothing is shown ([`Self::settle`]), a few of them are
    /// used before they are checked: the check goes on while the decoder works.
    pub async fn read(&self, offset: u64, len: usize) -> Result<Vec<u8>, ClipFault> {
        let mut out = Vec::with_capacity(len);
        while out.len() < len {
            let at = offset + out.len() as u64;
            let index = at / SEGMENT_BYTES as u64;
            let from = (at % SEGMENT_BYTES as u64) as usize;
            if self.borrow(index) {
                let wanted = (len - out.len()).min(SEGMENT_BYTES - from);
                if let Some(piece) = self.used(index, from, wanted) {
                    out.extend_from_slice(&piece);
                    continue;
                }
                let (start, piece) = self.early(index, from, wanted).await?;
                if start + piece.len() <= from {
                    return Err(MediaError::Malformed("a box or picture lies outside the file").into());
                }
                // If the check was over before this came, it is read again from what was checked.
                if let Some(used) = self.owed.borrow_mut().as_mut().and_then(|owed| owed.get_mut(&index)) {
                    used.push((start, piece));
                }
                continue;
            }
            let segment = self.segment(index).await?;
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
        Ok(Index::of(scan)?)
    }
}

//! The plaintext of one clip, a verified segment at a time, with a cache of bounded size.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use fuin_core::{
    CHUNK_BYTES, Content, EntryPlace, MediaError, MessageKey, PIECE_SEGMENTS, SEALED_CHUNK_BYTES,
    SEGMENT_BYTES, SEGMENT_CHUNKS, Timestamp, segments_span,
};

use super::unchecked::Unchecked;
use crate::{
    fault::{Code, Fault},
    platform::{
        crypto::ChunkCipher,
        files::{BlobSource, RawBytes},
    },
    worker::vault::Vault,
};

/// Segments kept: 24 MiB.
const CACHE_SEGMENTS: usize = 96;

/// One clip of an admitted bundle, or the index of one.
pub struct ClipSource {
    blob: BlobSource,
    cipher: ChunkCipher,
    place: EntryPlace,
    content: Content,
    cache: RefCell<VecDeque<(u64, Rc<Vec<u8>>)>>,
    unchecked: Unchecked,
}

impl ClipSource {
    /// Clip `clip` of the admitted bundle; refused outside the period.
    pub async fn open(vault: &Vault, clip: usize, now: Timestamp) -> Result<Self, Fault> {
        let (admitted, blob) = vault.admitted()?;
        let (key, place, clip) = admitted.clip(clip, now)?;
        Self::of(blob, key, place, clip.content.clone()).await
    }

    /// The index of clip `clip`; refused outside the period.
    pub async fn open_index(vault: &Vault, clip: usize, now: Timestamp) -> Result<Self, Fault> {
        let (admitted, blob) = vault.admitted()?;
        let (key, place, content) = admitted.index(clip, now)?;
        Self::of(blob, key, place, content.clone()).await
    }

    async fn of(
        blob: BlobSource,
        key: MessageKey,
        place: EntryPlace,
        content: Content,
    ) -> Result<Self, Fault> {
        let cipher = ChunkCipher::new(key).await?;
        Ok(Self { blob, cipher, place, content, cache: RefCell::default(), unchecked: Unchecked::new() })
    }

    /// Number of segments.
    pub fn segment_count(&self) -> u64 {
        self.content.segment_count()
    }

    /// Number of pieces.
    pub fn piece_count(&self) -> u64 {
        self.content.piece_count()
    }

    /// Bytes of the clip.
    pub fn len(&self) -> u64 {
        self.content.bytes
    }

    /// Where sealed segments lie in the file: offset and length.
    fn span(&self, index: u64, count: u64) -> Result<(u64, usize), Fault> {
        let missing = || Fault::new(Code::EntryLength, "outside the clip");
        let (offset, len) = segments_span(self.content.bytes, index, count).ok_or_else(missing)?;
        Ok((self.place.offset + offset, len))
    }

    /// Decrypts consecutive chunks, the first of which is chunk `first` of the clip.
    async fn open_run(&self, first: u64, sealed: &RawBytes) -> Result<Vec<u8>, Fault> {
        let segment = first / SEGMENT_CHUNKS;
        let altered = |_| Fault::new(Code::EntryAltered, format!("segment {segment} does not decrypt"));
        self.cipher.open_run(first, sealed).await.map_err(altered)
    }

    /// Consecutive segments, sealed and decrypted, not checked against the manifest.
    async fn decrypt(&self, index: u64, count: u64) -> Result<(RawBytes, Vec<u8>), Fault> {
        let (offset, len) = self.span(index, count)?;
        let sealed = self.blob.read(offset, len)?;
        let plain = self.open_run(index * SEGMENT_CHUNKS, &sealed).await?;
        Ok((sealed, plain))
    }

    /// One piece, sealed and decrypted, not checked against the manifest.
    pub async fn piece(&self, piece: u64) -> Result<(RawBytes, Vec<u8>), Fault> {
        self.decrypt(piece * PIECE_SEGMENTS, PIECE_SEGMENTS).await
    }

    fn kept(&self, index: u64) -> Option<Rc<Vec<u8>>> {
        self.cache.borrow().iter().find(|(at, _)| *at == index).map(|(_, hit)| hit.clone())
    }

    /// Checks a segment against the signed manifest and keeps it.
    fn check(&self, index: u64, plain: Vec<u8>) -> Result<Rc<Vec<u8>>, Fault> {
        self.content.check_segments(index, &plain)?;
        let plain = Rc::new(plain);
        let mut cache = self.cache.borrow_mut();
        cache.push_back((index, plain.clone()));
        if cache.len() > CACHE_SEGMENTS {
            cache.pop_front();
        }
        Ok(plain)
    }

    /// One segment, checked against the signed manifest.
    pub async fn segment(&self, index: u64) -> Result<Rc<Vec<u8>>, Fault> {
        if let Some(hit) = self.kept(index) {
            return Ok(hit);
        }
        let (_, plain) = self.decrypt(index, 1).await?;
        self.check(index, plain)
    }

    /// The chunks of a segment in which `len` bytes from `from` lie, decrypted and not yet checked against
    /// the manifest; and where in the segment they begin.
    async fn early(&self, index: u64, from: usize, len: usize) -> Result<(usize, Vec<u8>), Fault> {
        let outside = || Fault::new(Code::MediaMalformed, "a picture lies outside the file");
        let (offset, sealed_len) = segments_span(self.content.bytes, index, 1).ok_or_else(outside)?;
        let (first, last) = (from / CHUNK_BYTES, (from + len - 1) / CHUNK_BYTES);
        let start = first * SEALED_CHUNK_BYTES;
        let end = sealed_len.min((last + 1) * SEALED_CHUNK_BYTES);
        let length = end.checked_sub(start).ok_or_else(outside)?;
        let sealed = self.blob.read(self.place.offset + offset + start as u64, length)?;
        let run = index * SEGMENT_CHUNKS + first as u64;
        Ok((first * CHUNK_BYTES, self.open_run(run, &sealed).await?))
    }

    /// Whether everything is checked before it is used from now on.
    pub fn is_settled(&self) -> bool {
        self.unchecked.is_over()
    }

    /// Checks what was used before it was checked. Nothing may be shown before this is good; from then on,
    /// everything is checked first.
    pub async fn settle(&self) -> Result<(), Fault> {
        loop {
            let unchecked = self.unchecked.segments();
            if unchecked.is_empty() {
                break;
            }
            // All are asked for at once; they come while the decoder works.
            let mut reads = Vec::with_capacity(unchecked.len());
            for &index in &unchecked {
                let (offset, len) = self.span(index, 1)?;
                reads.push(self.blob.begin_read(offset, len)?);
            }
            for (index, sealed) in unchecked.into_iter().zip(reads) {
                let sealed = sealed.await?;
                let checked = match self.kept(index) {
                    Some(kept) => kept,
                    None => {
                        let plain = self.open_run(index * SEGMENT_CHUNKS, &sealed).await?;
                        self.check(index, plain)?
                    }
                };
                // What does not fit stays unchecked, and nothing is shown.
                if !self.unchecked.agree(index, &checked) {
                    let cause = format!("segment {index} changed while it was read");
                    return Err(Fault::new(Code::SegmentAltered, cause));
                }
            }
        }
        self.unchecked.end();
        Ok(())
    }

    /// Plaintext bytes, from as many segments as it takes. As long as nothing is shown ([`Self::settle`]), a
    /// few of them are used before they are checked: the check goes on while the decoder works.
    pub async fn read(&self, offset: u64, len: usize) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::with_capacity(len);
        while out.len() < len {
            let at = offset + out.len() as u64;
            let index = at / SEGMENT_BYTES as u64;
            let from = (at % SEGMENT_BYTES as u64) as usize;
            if self.kept(index).is_none() && self.unchecked.may_use(index) {
                let wanted = (len - out.len()).min(SEGMENT_BYTES - from);
                if let Some(piece) = self.unchecked.used(index, from, wanted) {
                    out.extend_from_slice(&piece);
                    continue;
                }
                let (start, piece) = self.early(index, from, wanted).await?;
                if start + piece.len() <= from {
                    return Err(MediaError::Malformed("a picture or packet lies outside the file").into());
                }
                // If the check was over before this came, it is read again from what was checked.
                self.unchecked.note(index, start, piece);
                continue;
            }
            let segment = self.segment(index).await?;
            let to = segment.len().min(from + len - out.len());
            let piece = segment.get(from..to).filter(|piece| !piece.is_empty());
            out.extend_from_slice(
                piece.ok_or(MediaError::Malformed("a picture or packet lies outside the file"))?,
            );
        }
        Ok(out)
    }
}

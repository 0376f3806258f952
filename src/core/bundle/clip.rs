//! One clip on its way in or out, a segment at a time (FORMAT.md §4, §7.4).
//!
//! A segment is 1 MiB of the clip, which is 64 chunks of its message; its SHA-256 is in the signed manifest, so
//! a reader that seeks can check what it shows without reading the rest. The SHA-256 of the whole clip is
//! computed by the caller beside it, on another core if there is one.
//! Absent: threads and files; the command line and the worker bring their own.

use crate::{
    bundle::Clip,
    crypto::{
        Secret32,
        cobblestone::{CHUNK_BYTES, DecryptError, Encryptor, MessageKey, PREFIX_BYTES, sealed_span},
        sha256,
    },
    port::{Coded, Entropy},
};

/// Plaintext bytes of a segment.
pub const SEGMENT_BYTES: usize = 1 << 20;
/// Chunks in a segment.
pub const SEGMENT_CHUNKS: u64 = (SEGMENT_BYTES / CHUNK_BYTES) as u64;

/// How a clip differs from what was sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClipError {
    /// The message does not decrypt.
    #[error(transparent)]
    Decrypt(#[from] DecryptError),
    /// A segment decrypts, but is not the one that was signed: somebody with the key altered it (§7.4).
    #[error("segment {0} is not the one that was sealed (FORMAT.md §7.4)")]
    Segment(u64),
    /// The clip as a whole has another SHA-256 than was signed (§7.4).
    #[error("the clip's SHA-256 is not the one that was sealed (FORMAT.md §7.4)")]
    Whole,
    /// CRC-32 in the ZIP directory is wrong (§2.8).
    #[error("the entry's CRC-32 does not match (FORMAT.md §2.8)")]
    Crc,
}

impl Coded for ClipError {
    fn code(&self) -> &'static str {
        match self {
            Self::Decrypt(error) => error.code(),
            Self::Segment(_) => "segment_altered",
            Self::Whole => "clip_altered",
            Self::Crc => "container_crc",
        }
    }
}

/// Encrypts one clip.
pub struct ClipSealer {
    encryptor: Encryptor,
    segments: Vec<u8>,
    crc: crc32fast::Hasher,
    bytes: u64,
}

/// What a sealed clip adds to manifest and directory.
pub struct SealedClip {
    /// Bytes of the clip.
    pub bytes: u64,
    /// Segment digests.
    pub segments: Vec<u8>,
    /// CRC-32 of the entry.
    pub crc32: u32,
}

impl ClipSealer {
    /// Starts the clip's message and writes its prefix to `out`.
    pub fn new(entropy: &impl Entropy, bundle_key: &Secret32, context: &[u8], out: &mut Vec<u8>) -> Self {
        let (encryptor, prefix) = Encryptor::new(entropy, bundle_key, context);
        let mut crc = crc32fast::Hasher::new();
        crc.update(&prefix);
        out.extend_from_slice(&prefix);
        Self { encryptor, segments: Vec::new(), crc, bytes: 0 }
    }

    /// Encrypts one segment, full unless it is the last, and appends it to `out`.
    pub fn segment(&mut self, plain: &[u8], out: &mut Vec<u8>) {
        debug_assert!(self.bytes.is_multiple_of(SEGMENT_BYTES as u64), "only the last segment is short");
        self.segments.extend_from_slice(&sha256(plain));
        self.bytes += plain.len() as u64;
        let start = out.len();
        self.encryptor.update(plain, out);
        self.crc.update(&out[start..]);
    }

    /// Writes the last chunk.
    pub fn finish(self, out: &mut Vec<u8>) -> SealedClip {
        let Self { encryptor, segments, mut crc, bytes } = self;
        let start = out.len();
        encryptor.finish(out);
        crc.update(&out[start..]);
        SealedClip { bytes, segments, crc32: crc.finalize() }
    }
}

/// Checks one clip from beginning to end.
pub struct ClipCheck<'a> {
    clip: &'a Clip,
    key: MessageKey,
    crc: crc32fast::Hasher,
    next: u64,
}

impl<'a> ClipCheck<'a> {
    pub(super) fn new(clip: &'a Clip, key: MessageKey, prefix: &[u8; PREFIX_BYTES]) -> Self {
        let mut crc = crc32fast::Hasher::new();
        crc.update(prefix);
        Self { clip, key, crc, next: 0 }
    }

    /// Where the next segment lies in the message: offset and length; `None` when there is no more.
    pub fn next_span(&self) -> Option<(u64, usize)> {
        segment_span(self.clip.bytes, self.next)
    }

    /// Decrypts and checks the next segment in place: sealed bytes in, plaintext out.
    pub fn segment(&mut self, buf: &mut Vec<u8>) -> Result<(), ClipError> {
        self.crc.update(buf);
        self.key.open_run(self.next * SEGMENT_CHUNKS, buf)?;
        // The last span of a clip of whole segments holds only the empty last chunk, which no digest covers.
        if !buf.is_empty() && !self.clip.segment_matches(self.next, buf) {
            return Err(ClipError::Segment(self.next));
        }
        self.next += 1;
        Ok(())
    }

    /// Compares what only the end can tell; `whole` is SHA-256 of all plaintext.
    pub fn finish(self, whole: [u8; 32], crc32: u32) -> Result<(), ClipError> {
        if data_encoding::HEXLOWER.encode(&whole) != self.clip.sha256 {
            return Err(ClipError::Whole);
        }
        if self.crc.finalize() != crc32 { Err(ClipError::Crc) } else { Ok(()) }
    }
}

/// Where segment `index` of a clip of `bytes` bytes lies in its message; `None` behind the last chunk.
pub fn segment_span(bytes: u64, index: u64) -> Option<(u64, usize)> {
    let first = index.checked_mul(SEGMENT_CHUNKS)?;
    let final_chunk = bytes / CHUNK_BYTES as u64;
    sealed_span(bytes, first, final_chunk.min(first + SEGMENT_CHUNKS - 1))
}

//! One clip on its way in or out, a segment at a time (FORMAT.md §4, §7.4).
//!
//! A segment is 256 KiB of the clip, which is 16 chunks of its message. The signed manifest holds the state of SHA-256
//! after every segment, so each segment can be checked by itself, in any order and on any core, and all of them
//! together prove the SHA-256 of the whole: a reader that seeks never shows bytes that were not sealed.
//! Absent: threads and files; the command line and the worker bring their own.

use sha2::block_api::compress256;

use crate::{
    bundle::Clip,
    crypto::{
        Secret32,
        cobblestone::{
            CHUNK_BYTES, DecryptError, Encryptor, MessageKey, PREFIX_BYTES, danger, message_len, sealed_span,
        },
    },
    port::{Coded, Entropy},
};

/// Plaintext bytes of a segment.
pub const SEGMENT_BYTES: usize = 1 << 18;
/// Chunks in a segment.
pub const SEGMENT_CHUNKS: u64 = (SEGMENT_BYTES / CHUNK_BYTES) as u64;
/// Segments in a piece: who reads or writes a whole clip takes so many at a time.
pub const PIECE_SEGMENTS: u64 = 4;
/// Plaintext bytes of a piece.
pub const PIECE_BYTES: usize = PIECE_SEGMENTS as usize * SEGMENT_BYTES;

/// The initial hash value of SHA-256 (FIPS 180-4 §5.3.3).
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

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
    /// CRC-32 in the ZIP directory is wrong (§2.8).
    #[error("the entry's CRC-32 does not match (FORMAT.md §2.8)")]
    Crc,
}

impl Coded for ClipError {
    fn code(&self) -> &'static str {
        match self {
            Self::Decrypt(error) => error.code(),
            Self::Segment(_) => "segment_altered",
            Self::Crc => "container_crc",
        }
    }
}

/// Applies SHA-256's compression to bytes whose number is a multiple of 64.
fn compress(state: &mut [u32; 8], bytes: &[u8]) {
    let (blocks, _) = bytes.as_chunks::<64>();
    compress256(state, blocks);
}

/// Ends a SHA-256: what is left of the message, padding and length (FIPS 180-4 §5.1.1).
fn finish(mut state: [u32; 8], rest: &[u8], total_bytes: u64) -> [u8; 32] {
    let whole = rest.len() / 64 * 64;
    compress(&mut state, &rest[..whole]);
    let mut tail = rest[whole..].to_vec();
    tail.push(0x80);
    tail.resize(if tail.len() > 56 { 120 } else { 56 }, 0);
    tail.extend_from_slice(&(total_bytes * 8).to_be_bytes());
    compress(&mut state, &tail);
    state_bytes(&state)
}

fn state_bytes(state: &[u32; 8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (four, word) in bytes.chunks_exact_mut(4).zip(state) {
        four.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

fn state_words(bytes: &[u8; 32]) -> [u32; 8] {
    let (words, _) = bytes.as_chunks::<4>();
    std::array::from_fn(|i| words.get(i).map_or(0, |four| u32::from_be_bytes(*four)))
}

/// What a clip's bytes leave in the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipDigest {
    /// SHA-256 of the clip.
    pub sha256: [u8; 32],
    /// The states of SHA-256 after every segment but the last, concatenated.
    pub checkpoints: Vec<u8>,
    /// Bytes of the clip.
    pub bytes: u64,
}

/// Hashes a clip and notes the state after each segment.
pub struct ClipHash {
    state: [u32; 8],
    checkpoints: Vec<u8>,
    bytes: u64,
    last: Option<[u8; 32]>,
}

impl Default for ClipHash {
    fn default() -> Self {
        Self { state: INITIAL, checkpoints: Vec::new(), bytes: 0, last: None }
    }
}

impl ClipHash {
    /// Takes the next segments, all of them full unless they are the last.
    pub fn update(&mut self, plain: &[u8]) {
        debug_assert!(self.bytes.is_multiple_of(SEGMENT_BYTES as u64), "only the last segment is short");
        for segment in plain.chunks(SEGMENT_BYTES) {
            if self.bytes > 0 {
                self.checkpoints.extend_from_slice(&state_bytes(&self.state));
            }
            self.bytes += segment.len() as u64;
            if segment.len() == SEGMENT_BYTES {
                compress(&mut self.state, segment);
            } else {
                self.last = Some(finish(self.state, segment, self.bytes));
            }
        }
    }

    /// The digest of all segments.
    pub fn finish(self) -> ClipDigest {
        let sha256 = self.last.unwrap_or_else(|| finish(self.state, &[], self.bytes));
        ClipDigest { sha256, checkpoints: self.checkpoints, bytes: self.bytes }
    }
}

impl Clip {
    /// Number of pieces; all of them together are the message behind its prefix.
    pub fn piece_count(&self) -> u64 {
        self.bytes / PIECE_BYTES as u64 + 1
    }

    /// Checks the segments of a clip from `first` on against what was signed (§7.4): [`ClipError::Segment`].
    pub fn check_segments(&self, first: u64, plain: &[u8]) -> Result<(), ClipError> {
        for (index, segment) in (first..).zip(plain.chunks(SEGMENT_BYTES)) {
            if !self.segment_matches(index, segment) {
                return Err(ClipError::Segment(index));
            }
        }
        Ok(())
    }

    /// Whether `plain` is segment `index` of the clip that was signed (§7.4).
    fn segment_matches(&self, index: u64, plain: &[u8]) -> bool {
        let (checkpoints, _) = self.checkpoints.as_chunks::<32>();
        let checkpoint = |i: u64| usize::try_from(i).ok().and_then(|i| checkpoints.get(i));
        let mut state = match index.checked_sub(1) {
            None => INITIAL,
            Some(before) => match checkpoint(before) {
                Some(bytes) => state_words(bytes),
                None => return false,
            },
        };
        match checkpoint(index) {
            Some(after) => {
                compress(&mut state, plain);
                plain.len() == SEGMENT_BYTES && state_bytes(&state) == *after
            }
            None => {
                let hash = finish(state, plain, self.bytes);
                let is_last = index * SEGMENT_BYTES as u64 + plain.len() as u64 == self.bytes;
                is_last && data_encoding::HEXLOWER.encode(&hash) == self.sha256
            }
        }
    }
}

/// Encrypts one clip.
pub struct ClipSealer {
    encryptor: Encryptor,
    crc: crc32fast::Hasher,
}

impl ClipSealer {
    /// Starts the clip's message and writes its prefix to `out`.
    pub fn new(entropy: &impl Entropy, bundle_key: &Secret32, context: &[u8], out: &mut Vec<u8>) -> Self {
        let (encryptor, prefix) = Encryptor::new(entropy, bundle_key, context);
        let mut crc = crc32fast::Hasher::new();
        crc.update(&prefix);
        out.extend_from_slice(&prefix);
        Self { encryptor, crc }
    }

    /// Encrypts the next piece and appends it to `out`.
    pub fn update(&mut self, plain: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        self.encryptor.update(plain, out);
        self.crc.update(&out[start..]);
    }

    /// Writes the last chunk and gives the CRC-32 of the entry.
    pub fn finish(self, out: &mut Vec<u8>) -> u32 {
        let Self { encryptor, mut crc } = self;
        let start = out.len();
        encryptor.finish(out);
        crc.update(&out[start..]);
        crc.finalize()
    }
}

/// A clip whose chunks the platform encrypts: the key, and the CRC-32 of what it gave.
pub struct OutsideSealer {
    key: Option<MessageKey>,
    crc: crc32fast::Hasher,
    sealed: u64,
    bytes: u64,
}

impl ClipSealer {
    /// Leaves the encryption of all `bytes` bytes of the clip to the platform. Nothing may have been encrypted yet.
    pub fn outside(self, bytes: u64) -> OutsideSealer {
        let key = Some(danger::message_key(self.encryptor));
        OutsideSealer { key, crc: self.crc, sealed: 0, bytes }
    }
}

impl OutsideSealer {
    /// The message's key, once: whoever has it seals chunk after chunk.
    pub fn take_key(&mut self) -> Option<MessageKey> {
        self.key.take()
    }

    /// Plaintext lengths of the chunks of a segment of `len` bytes that begins at `at`; the last chunk of the clip is always
    /// shorter than the others, and may be empty (FORMAT.md §4.3).
    pub fn chunk_lengths(&self, at: u64, len: usize) -> Vec<usize> {
        let mut lengths = vec![CHUNK_BYTES; len / CHUNK_BYTES];
        if at + len as u64 == self.bytes {
            lengths.push(len % CHUNK_BYTES);
        }
        lengths
    }

    /// Takes sealed chunks in their order.
    pub fn take(&mut self, sealed: &[u8]) {
        self.crc.update(sealed);
        self.sealed += sealed.len() as u64;
    }

    /// The CRC-32 of the entry; nothing if the chunks are not all there.
    pub fn finish(self) -> Option<u32> {
        let expected = message_len(self.bytes)?.checked_sub(PREFIX_BYTES as u64)?;
        (self.sealed == expected).then(|| self.crc.finalize())
    }
}

/// CRC-32 of one piece of an entry, to be combined in order.
pub struct PieceCrc(crc32fast::Hasher);

/// Checks one clip, piece by piece, in any order.
pub struct ClipCheck<'a> {
    clip: &'a Clip,
    key: MessageKey,
    prefix: crc32fast::Hasher,
}

impl<'a> ClipCheck<'a> {
    pub(super) fn new(clip: &'a Clip, key: MessageKey, prefix: &[u8; PREFIX_BYTES]) -> Self {
        let mut crc = crc32fast::Hasher::new();
        crc.update(prefix);
        Self { clip, key, prefix: crc }
    }

    /// Number of pieces.
    pub fn piece_count(&self) -> u64 {
        self.clip.piece_count()
    }

    /// Where piece `index` lies in the message: offset and length.
    pub fn span(&self, index: u64) -> Option<(u64, usize)> {
        segments_span(self.clip.bytes, index.checked_mul(PIECE_SEGMENTS)?, PIECE_SEGMENTS)
    }

    /// Decrypts and checks one piece in place: sealed bytes in, plaintext out.
    pub fn open(&self, index: u64, buf: &mut Vec<u8>) -> Result<PieceCrc, ClipError> {
        let mut crc = crc32fast::Hasher::new();
        crc.update(buf);
        self.key.open_run(index * PIECE_SEGMENTS * SEGMENT_CHUNKS, buf)?;
        self.check(index, buf, crc)
    }

    /// As [`Self::open`], for a piece that the platform decrypted.
    pub fn opened(&self, index: u64, sealed: &[u8], plain: &[u8]) -> Result<PieceCrc, ClipError> {
        let mut crc = crc32fast::Hasher::new();
        crc.update(sealed);
        self.check(index, plain, crc)
    }

    fn check(&self, index: u64, plain: &[u8], crc: crc32fast::Hasher) -> Result<PieceCrc, ClipError> {
        // The last piece of a clip of whole pieces holds only the empty last chunk, and no segment.
        self.clip.check_segments(index * PIECE_SEGMENTS, plain)?;
        Ok(PieceCrc(crc))
    }

    /// Compares the CRC-32 of the entry; `pieces` are those of all pieces in order.
    pub fn finish(self, pieces: impl IntoIterator<Item = PieceCrc>, crc32: u32) -> Result<(), ClipError> {
        let mut crc = self.prefix;
        for PieceCrc(piece) in pieces {
            crc.combine(&piece);
        }
        if crc.finalize() == crc32 { Ok(()) } else { Err(ClipError::Crc) }
    }
}

/// Where `count` segments from `index` on of a clip of `bytes` bytes lie in its message, fewer at its end; `None` behind the
/// last chunk.
pub fn segments_span(bytes: u64, index: u64, count: u64) -> Option<(u64, usize)> {
    let first = index.checked_mul(SEGMENT_CHUNKS)?;
    let final_chunk = bytes / CHUNK_BYTES as u64;
    let chunks = count.checked_mul(SEGMENT_CHUNKS)?;
    sealed_span(bytes, first, final_chunk.min(first.checked_add(chunks)?.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sha256;

    #[test]
    fn a_clip_digest_is_sha256_at_every_length() {
        let bytes: Vec<u8> = (0..3 * SEGMENT_BYTES + 200).map(|i| (i * 7 + i / 251) as u8).collect();
        let lengths = [
            1,
            55,
            56,
            63,
            64,
            65,
            119,
            120,
            SEGMENT_BYTES - 1,
            SEGMENT_BYTES,
            SEGMENT_BYTES + 1,
            2 * SEGMENT_BYTES,
            3 * SEGMENT_BYTES + 200,
        ];
        for len in lengths {
            let mut hash = ClipHash::default();
            bytes[..len].chunks(2 * SEGMENT_BYTES).for_each(|piece| hash.update(piece));
            let digest = hash.finish();
            assert_eq!(digest.sha256, sha256(&bytes[..len]), "{len}");
            assert_eq!(digest.checkpoints.len(), 32 * ((len - 1) / SEGMENT_BYTES), "{len}");
        }
    }
}

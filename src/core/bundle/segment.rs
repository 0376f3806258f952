//! Segments: the 256 KiB of a clip that are checked together (FORMAT.md §7.4).
//!
//! A segment is 16 chunks of the clip's message. The signed manifest holds the state of SHA-256 after every
//! segment, so each segment can be checked by itself, in any order and on any core, and all of them together
//! prove the SHA-256 of the whole. Entry points: [`ClipHash`] when sealing, [`is_segment`] when checking.
//! Absent: decryption.

use sha2::block_api::compress256;

use crate::{
    crypto::{CHUNK_BYTES, DecryptError, sealed_span},
    port::Coded,
};

/// Plaintext bytes of a segment.
pub const SEGMENT_BYTES: usize = 1 << 18;
/// Chunks in a segment.
pub const SEGMENT_CHUNKS: u64 = (SEGMENT_BYTES / CHUNK_BYTES) as u64;
/// Segments in a piece, which is what a reader or writer of a whole clip takes at a time.
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

/// Where `count` segments from `index` on of a clip of `bytes` bytes lie in its message, fewer at its end;
/// `None` behind the last chunk.
pub fn segments_span(bytes: u64, index: u64, count: u64) -> Option<(u64, usize)> {
    let first = index.checked_mul(SEGMENT_CHUNKS)?;
    let final_chunk = bytes / CHUNK_BYTES as u64;
    let chunks = count.checked_mul(SEGMENT_CHUNKS)?;
    sealed_span(bytes, first, final_chunk.min(first.checked_add(chunks)?.checked_sub(1)?))
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

/// Whether `plain` is segment `index` of a clip of `clip_bytes` bytes with these checkpoints and this SHA-256 (§7.4).
pub(super) fn is_segment(
    index: u64,
    plain: &[u8],
    checkpoints: &[u8],
    clip_bytes: u64,
    clip_sha256: &str,
) -> bool {
    let (checkpoints, _) = checkpoints.as_chunks::<32>();
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
            let hash = finish(state, plain, clip_bytes);
            let is_last = index * SEGMENT_BYTES as u64 + plain.len() as u64 == clip_bytes;
            is_last && data_encoding::HEXLOWER.encode(&hash) == clip_sha256
        }
    }
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

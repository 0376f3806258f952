//! What the plaintext of an entry must be, a segment at a time (FORMAT.md §7.4): a clip's, and its index's.
//!
//! Entry point: [`Content::check_segments`]. Absent: decryption.

use serde::{Deserialize, Serialize};

use super::segment::{ClipDigest, ClipError, PIECE_BYTES, SEGMENT_BYTES, is_segment};
use crate::crypto::{b64_vec, message_len, read_sha256_hex};

/// A plaintext as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its bytes, at least 1.
    pub bytes: u64,
    /// Its SHA-256, as `sha256sum` prints it.
    #[serde(deserialize_with = "read_sha256_hex")]
    pub sha256: String,
    /// The states of SHA-256 after every segment but the last, concatenated (§7.4).
    #[serde(with = "b64_vec")]
    pub checkpoints: Vec<u8>,
}

impl From<ClipDigest> for Content {
    fn from(digest: ClipDigest) -> Self {
        let sha256 = data_encoding::HEXLOWER.encode(&digest.sha256);
        Self { bytes: digest.bytes, sha256, checkpoints: digest.checkpoints }
    }
}

impl Content {
    /// Number of pieces; all of them together are the message behind its prefix.
    pub fn piece_count(&self) -> u64 {
        self.bytes / PIECE_BYTES as u64 + 1
    }

    /// Number of segments.
    pub fn segment_count(&self) -> u64 {
        self.bytes.div_ceil(SEGMENT_BYTES as u64)
    }

    /// Checks segments from `first` on against what was signed (§7.4): [`ClipError::Segment`].
    pub fn check_segments(&self, first: u64, plain: &[u8]) -> Result<(), ClipError> {
        for (index, segment) in (first..).zip(plain.chunks(SEGMENT_BYTES)) {
            if !is_segment(index, segment, &self.checkpoints, self.bytes, &self.sha256) {
                return Err(ClipError::Segment(index));
            }
        }
        Ok(())
    }

    /// Whether length and states go together, in an entry of `length` bytes.
    pub(super) fn is_consistent(&self, length: u64) -> bool {
        let checkpoints = self.segment_count().checked_sub(1).and_then(|n| n.checked_mul(32));
        message_len(self.bytes) == Some(length) && checkpoints == Some(self.checkpoints.len() as u64)
    }
}

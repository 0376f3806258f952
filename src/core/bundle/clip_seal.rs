//! One clip on its way into a bundle, a segment at a time (FORMAT.md §4).
//!
//! Entry points: [`ClipSealer`], and [`OutsideSealer`] where the platform encrypts. Absent: hashing
//! ([`super::segment`]), files.

use crate::{
    crypto::{CHUNK_BYTES, Encryptor, MessageKey, PREFIX_BYTES, Secret32, danger, message_len},
    port::Entropy,
};

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

    /// Plaintext lengths of the chunks of a segment of `len` bytes that begins at `at`; the last chunk of the
    /// clip is always shorter than the others, and may be empty (FORMAT.md §4.3).
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

    /// The CRC-32 of the entry; `None` if chunks are missing.
    pub fn finish(self) -> Option<u32> {
        let expected = message_len(self.bytes)?.checked_sub(PREFIX_BYTES as u64)?;
        (self.sealed == expected).then(|| self.crc.finalize())
    }
}

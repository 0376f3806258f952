//! Cobblestone-256: C2SP chunked-encryption with AES-256-GCM and HKDF-Expand-SHA-512 (FORMAT.md §4).
//!
//! Message = salt (24) ‖ commitment (32) ‖ sealed chunks. Each chunk holds 16 KiB of plaintext and a tag; the
//! last one is always shorter, possibly empty, and that is what marks the end. Entry points: [`Encryptor`]
//! for a stream, [`MessageKey::open_run`] with [`sealed_span`] for random access.
//! Absent: the raw mode of the specification.

use std::io;

use hkdf::Hkdf;
use sha2::Sha512;

use super::{
    aes::{ChunkCipher, TAG_BYTES},
    hash::same,
    secret::Secret32,
};
use crate::port::{Coded, Entropy};

/// Plaintext bytes in every chunk but the last.
pub const CHUNK_BYTES: usize = 16 * 1024;
/// Bytes of a full chunk with its tag.
pub const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;
/// Salt and commitment in front of the chunks.
pub const PREFIX_BYTES: usize = 56;
/// Bytes of the salt.
const SALT_BYTES: usize = 24;
/// Chunks are numbered below 2^38.
const MAX_CHUNKS: u64 = 1 << 38;

const INFO_PREFIX: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00";

/// Why a message cannot be decrypted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecryptError {
    /// The ciphertext has a length that no message has: cut or extended (§4.3).
    #[error("the ciphertext was cut or extended (FORMAT.md §4.3)")]
    Length,
    /// The commitment does not belong to this key, salt and context (§4.2).
    #[error("the key does not belong to this entry (FORMAT.md §4.2)")]
    Commitment,
    /// A chunk was altered (§4.4).
    #[error("chunk {0} was altered (FORMAT.md §4.4)")]
    Chunk(u64),
    /// The bytes could not be read.
    #[error("the file could not be read: {0}")]
    Read(#[from] io::Error),
}

impl Coded for DecryptError {
    fn code(&self) -> &'static str {
        match self {
            Self::Length => "entry_length",
            Self::Commitment => "entry_commitment",
            Self::Chunk(_) => "entry_altered",
            Self::Read(_) => "read_failed",
        }
    }
}

/// The length of the message for `plaintext_bytes` bytes; `None` above 2^38 chunks.
pub fn message_len(plaintext_bytes: u64) -> Option<u64> {
    let chunks = plaintext_bytes / CHUNK_BYTES as u64 + 1;
    (chunks <= MAX_CHUNKS).then(|| PREFIX_BYTES as u64 + plaintext_bytes + chunks * TAG_BYTES as u64)
}

/// The plaintext length of a message of `message_bytes` bytes (§4.3).
fn plaintext_len(message_bytes: u64) -> Result<u64, DecryptError> {
    let body = message_bytes.checked_sub(PREFIX_BYTES as u64).ok_or(DecryptError::Length)?;
    let full = body / SEALED_CHUNK_BYTES as u64;
    let last = body % SEALED_CHUNK_BYTES as u64;
    // `last` is below a full sealed chunk, so the short-last-chunk rule needs only the lower bound.
    if last < TAG_BYTES as u64 || full >= MAX_CHUNKS {
        return Err(DecryptError::Length);
    }
    Ok(full * CHUNK_BYTES as u64 + last - TAG_BYTES as u64)
}

/// The key and base nonce of one message, derived and matched with its commitment.
pub struct MessageKey {
    cipher: ChunkCipher,
    key: Secret32,
    base_nonce: [u8; 12],
}

impl MessageKey {
    fn derive(input_key: &Secret32, salt: &[u8; SALT_BYTES], context: &[u8]) -> (Self, [u8; 32]) {
        // RustCrypto asks for a PRK of hash length; HMAC pads a shorter key with zeros, so this is the same PRK.
        let mut prk = zeroize::Zeroizing::new([0u8; 64]);
        prk[..32].copy_from_slice(input_key.expose());
        let mut okm = zeroize::Zeroizing::new([0u8; 76]);
        #[expect(clippy::expect_used, reason = "64 bytes is SHA-512's length and 76 is below 255 of it")]
        Hkdf::<Sha512>::from_prk(prk.as_slice())
            .expect("PRK of hash length")
            .expand_multi_info(&[INFO_PREFIX, salt, context], okm.as_mut_slice())
            .expect("76 bytes of output");
        let mut key = [0; 32];
        let mut base_nonce = [0; 12];
        let mut commitment = [0; 32];
        key.copy_from_slice(&okm[..32]);
        base_nonce.copy_from_slice(&okm[32..44]);
        commitment.copy_from_slice(&okm[44..]);
        let cipher = ChunkCipher::new(&key);
        (Self { cipher, key: Secret32::new(key), base_nonce }, commitment)
    }

    /// Derives the key of the message that begins with `prefix` and checks its commitment (§4.2).
    pub fn for_message(
        input_key: &Secret32,
        context: &[u8],
        prefix: &[u8; PREFIX_BYTES],
    ) -> Result<Self, DecryptError> {
        let mut salt = [0; SALT_BYTES];
        salt.copy_from_slice(&prefix[..SALT_BYTES]);
        let (key, commitment) = Self::derive(input_key, &salt, context);
        if same(&commitment, &prefix[SALT_BYTES..]) { Ok(key) } else { Err(DecryptError::Commitment) }
    }

    /// The nonce of chunk `index`: the base nonce XOR the index (§4.4).
    pub fn nonce(&self, index: u64) -> [u8; 12] {
        let mut nonce = self.base_nonce;
        for (byte, counter) in nonce[4..].iter_mut().zip(index.to_be_bytes()) {
            *byte ^= counter;
        }
        nonce
    }

    /// Decrypts one sealed chunk in place and returns its plaintext.
    fn open_chunk<'a>(&self, index: u64, sealed: &'a mut [u8]) -> Result<&'a mut [u8], DecryptError> {
        if !(TAG_BYTES..=SEALED_CHUNK_BYTES).contains(&sealed.len()) || index >= MAX_CHUNKS {
            return Err(DecryptError::Length);
        }
        self.cipher.open(self.nonce(index), sealed).ok_or(DecryptError::Chunk(index))
    }

    /// Decrypts consecutive sealed chunks in place and closes the gaps that their tags leave; `buf` then holds
    /// the plaintext. Every chunk but the last of `buf` must be full.
    pub fn open_run(&self, first: u64, buf: &mut Vec<u8>) -> Result<(), DecryptError> {
        let (mut read, mut write, mut index) = (0, 0, first);
        while read < buf.len() {
            let end = buf.len().min(read + SEALED_CHUNK_BYTES);
            let plain = self.open_chunk(index, &mut buf[read..end])?.len();
            buf.copy_within(read..read + plain, write);
            (read, write, index) = (end, write + plain, index + 1);
        }
        buf.truncate(write);
        Ok(())
    }

    fn seal_chunk(&self, index: u64, plain: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(plain);
        #[expect(clippy::expect_used, reason = "16 KiB is far below AES-GCM's limit of 64 GiB")]
        let tag = self.cipher.seal(self.nonce(index), &mut out[start..]).expect("a chunk is short enough");
        out.extend_from_slice(&tag);
    }
}

impl std::fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageKey(..)")
    }
}

/// Escape hatch for front-ends whose platform encrypts and decrypts faster than this crate.
pub mod danger {
    use super::{Encryptor, MessageKey};

    /// The raw AES-256 key of a message, for WebCrypto. Import it non-extractable and drop the copy.
    pub fn aes_key(key: &MessageKey) -> &[u8; 32] {
        key.key.expose()
    }

    /// The key of a message of which nothing was encrypted yet, for WebCrypto. Every chunk must be sealed
    /// exactly once, under its own nonce ([`MessageKey::nonce`]): a nonce used twice gives the key stream
    /// away.
    pub(crate) fn message_key(encryptor: Encryptor) -> MessageKey {
        encryptor.key
    }
}

/// Encrypts one message piece by piece.
pub struct Encryptor {
    key: MessageKey,
    pending: Vec<u8>,
    index: u64,
}

impl Encryptor {
    /// Starts a message; the returned prefix goes in front of everything that [`Self::update`] yields.
    pub fn new(entropy: &impl Entropy, input_key: &Secret32, context: &[u8]) -> (Self, [u8; PREFIX_BYTES]) {
        let salt: [u8; SALT_BYTES] = entropy.array();
        let (key, commitment) = MessageKey::derive(input_key, &salt, context);
        let mut prefix = [0; PREFIX_BYTES];
        prefix[..SALT_BYTES].copy_from_slice(&salt);
        prefix[SALT_BYTES..].copy_from_slice(&commitment);
        (Self { key, pending: Vec::new(), index: 0 }, prefix)
    }

    /// Encrypts as many full chunks as there are and appends them to `out`.
    pub fn update(&mut self, mut plain: &[u8], out: &mut Vec<u8>) {
        if !self.pending.is_empty() {
            let take = plain.len().min(CHUNK_BYTES - self.pending.len());
            let (head, rest) = plain.split_at(take);
            self.pending.extend_from_slice(head);
            plain = rest;
            if self.pending.len() < CHUNK_BYTES {
                return;
            }
            let full = std::mem::take(&mut self.pending);
            self.key.seal_chunk(self.index, &full, out);
            self.index += 1;
        }
        let (chunks, rest) = plain.as_chunks::<CHUNK_BYTES>();
        for chunk in chunks {
            self.key.seal_chunk(self.index, chunk, out);
            self.index += 1;
        }
        self.pending.extend_from_slice(rest);
    }

    /// Writes the last, short chunk.
    pub fn finish(self, out: &mut Vec<u8>) {
        self.key.seal_chunk(self.index, &self.pending, out);
    }
}

/// Encrypts a whole message that is already in memory.
pub fn encrypt_message(
    entropy: &impl Entropy,
    input_key: &Secret32,
    context: &[u8],
    plain: &[u8],
) -> Vec<u8> {
    let (mut encryptor, prefix) = Encryptor::new(entropy, input_key, context);
    let mut out = prefix.to_vec();
    encryptor.update(plain, &mut out);
    encryptor.finish(&mut out);
    out
}

/// Decrypts a whole message that is already in memory.
pub fn decrypt_message(
    input_key: &Secret32,
    context: &[u8],
    message: &[u8],
) -> Result<Vec<u8>, DecryptError> {
    plaintext_len(message.len() as u64)?;
    let (prefix, body) = message.split_first_chunk::<PREFIX_BYTES>().ok_or(DecryptError::Length)?;
    let mut buf = body.to_vec();
    MessageKey::for_message(input_key, context, prefix)?.open_run(0, &mut buf)?;
    Ok(buf)
}

/// Where the sealed chunks `first..=last` of a message lie: offset from its start, and length in bytes.
pub fn sealed_span(plaintext_bytes: u64, first: u64, last: u64) -> Option<(u64, usize)> {
    let final_chunk = plaintext_bytes / CHUNK_BYTES as u64;
    if first > last || last > final_chunk {
        return None;
    }
    let start = PREFIX_BYTES as u64 + first * SEALED_CHUNK_BYTES as u64;
    let full_end = PREFIX_BYTES as u64 + (last + 1) * SEALED_CHUNK_BYTES as u64;
    let end = full_end.min(message_len(plaintext_bytes)?);
    Some((start, usize::try_from(end - start).ok()?))
}

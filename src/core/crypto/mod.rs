//! Cryptography of the bundle format: chunk stream, key slots, signatures.
//!
//! Entry points: [`Encryptor`] and [`MessageKey`] (FORMAT.md §4), [`Slot`] (§5), [`Jws`] and [`SigningKey`]
//! (§6). The raw primitives below them are private. Absent: randomness (it comes in through
//! [`crate::port::Entropy`]) and any algorithm negotiation.

mod aes;
mod b64;
mod cobblestone;
mod envelope;
mod hash;
mod hpke;
mod key;
mod secret;
mod signing;

pub use aes::TAG_BYTES;
pub use b64::B64;
pub(crate) use b64::b64_vec;
pub use cobblestone::{
    CHUNK_BYTES, DecryptError, Encryptor, MessageKey, PREFIX_BYTES, SEALED_CHUNK_BYTES, danger,
    decrypt_message, encrypt_message, message_len, sealed_span,
};
pub use envelope::{Passphrase, RecipientKey, Slot, SlotKeys};
pub(crate) use envelope::{PassphraseBox, SlotError};
pub(crate) use hash::{hmac_sha256, read_sha256_hex, same};
pub use hash::{sha256, sha256_hex};
pub(crate) use key::InvalidKey;
pub use key::Jwk;
pub use key::PublicKey;
pub use secret::Secret32;
pub use signing::{Jws, SigningKey, Typ, Unsigned};
pub(crate) use signing::{SignatureError, to_der};

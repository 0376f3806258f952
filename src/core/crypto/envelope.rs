//! Key slots: how a bundle key is wrapped for a passphrase or for a recipient's key (FORMAT.md §5).
//!
//! Entry points: [`Slot::for_passphrase`], [`Slot::for_recipient`], and their `unwrap` sides. The same
//! passphrase wrapping also protects the office's key file ([`PassphraseBox`]).
//! Absent: any hint about which passphrase it was.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use argon2::{Algorithm, Argon2, Params, Version};
use p256::{PublicKey as P256Public, SecretKey as P256Secret};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    b64::{B64, b64_vec},
    hpke,
    key::PublicKey,
    secret::Secret32,
};
use crate::{
    port::{Coded, Entropy},
    text::letters,
};

/// Argon2id memory for new slots: 64 MiB (RFC 9106 §4, second recommended option).
const DEFAULT_MEMORY_KIB: u32 = 64 * 1024;
const DEFAULT_PASSES: u32 = 3;
const DEFAULT_LANES: u32 = 4;
/// What a reader accepts in all passphrase slots of a header together, as memory in KiB times passes (§5.2): anybody
/// can write a header, and somebody waits while it is worked through.
const MAX_WORK: u64 = 4 * DEFAULT_MEMORY_KIB as u64 * DEFAULT_PASSES as u64;
const MAX_LANES: u32 = 4;
const MAX_PASSPHRASE_SLOTS: usize = 4;
/// The shortest passphrase that a bundle may be sealed with, counted after normalisation.
const MIN_PASSPHRASE_CHARS: usize = 12;
/// Different characters in it: one digit twelve times is no secret.
const MIN_DIFFERENT_CHARS: usize = 5;

/// Why a slot gave no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SlotError {
    /// No slot of this kind is in the header.
    #[error("the bundle has no key slot of this kind (FORMAT.md §5.1)")]
    NoSlot,
    /// The passphrase or key is not the one (§5.2, §5.3).
    #[error("the passphrase or key does not open this bundle (FORMAT.md §5)")]
    WrongKey,
    /// The slot asks for more work than a reader accepts (§5.2).
    #[error("the key slot asks for an unreasonable amount of work (FORMAT.md §5.2)")]
    Parameters,
    /// The passphrase is too short to seal with.
    #[error("the passphrase has fewer than {MIN_PASSPHRASE_CHARS} characters, or nearly all of them alike")]
    TooShort,
}

impl Coded for SlotError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoSlot => "no_slot",
            Self::WrongKey => "wrong_key",
            Self::Parameters => "slot_parameters",
            Self::TooShort => "passphrase_too_short",
        }
    }
}

/// A passphrase as typed, brought to one form: full-width ASCII becomes half-width, letters small, and
/// spaces, hyphens and unseen letters are dropped, so that it can be read out on the phone (§5.2).
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Normalises what was typed.
    pub fn new(typed: &str) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(typed.len()));
        for half in letters(typed) {
            if !half.is_whitespace() && half != '-' {
                text.push(half.to_ascii_lowercase());
            }
        }
        Self(text)
    }

    /// A new passphrase of 24 digits in six groups (79 bits), easy to print and to say.
    pub fn generate(entropy: &impl Entropy) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(29));
        let mut digits = 0;
        while digits < 24 {
            let [byte] = entropy.array::<1>();
            // 250 is the largest multiple of ten below 256: above it digits would not be equally likely.
            if byte >= 250 {
                continue;
            }
            if digits > 0 && digits % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(b'0' + byte % 10));
            digits += 1;
        }
        text
    }

    /// Refuses a passphrase too short to seal with.
    pub fn strong_enough(self) -> Result<Self, SlotError> {
        let different = self.0.chars().collect::<std::collections::BTreeSet<char>>().len();
        let strong = self.0.chars().count() >= MIN_PASSPHRASE_CHARS && different >= MIN_DIFFERENT_CHARS;
        if strong { Ok(self) } else { Err(SlotError::TooShort) }
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Bytes sealed under a passphrase: Argon2id (RFC 9106) and AES-256-GCM (§5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseBox {
    /// Argon2 memory in KiB.
    pub m_kib: u32,
    /// Argon2 passes.
    pub t: u32,
    /// Argon2 lanes.
    pub p: u32,
    /// Argon2 salt.
    pub salt: B64<16>,
    /// AES-GCM nonce.
    pub nonce: B64<12>,
    /// Ciphertext and tag.
    #[serde(with = "b64_vec")]
    pub sealed: Vec<u8>,
}

impl PassphraseBox {
    /// Seals `plain` under the passphrase; `binding` must be given again to open.
    pub fn seal(
        entropy: &impl Entropy,
        passphrase: &Passphrase,
        binding: &[u8],
        plain: &[u8],
    ) -> Result<Self, SlotError> {
        let (m_kib, t, p) = (DEFAULT_MEMORY_KIB, DEFAULT_PASSES, DEFAULT_LANES);
        let salt = B64(entropy.array());
        let nonce = B64(entropy.array());
        let cipher = Self::cipher(passphrase, &salt.0, m_kib, t, p)?;
        let payload = Payload { msg: plain, aad: binding };
        let sealed = cipher.encrypt(&nonce.0.into(), payload).map_err(|_| SlotError::Parameters)?;
        Ok(Self { m_kib, t, p, salt, nonce, sealed })
    }

    /// The work that opening asks for, in KiB times passes; refused where a reader does not do it (§5.2).
    fn work(&self) -> Result<u64, SlotError> {
        // RFC 9106 §3.1: at least 8 KiB for each lane.
        let lanes = (1..=MAX_LANES).contains(&self.p) && u64::from(self.m_kib) >= 8 * u64::from(self.p);
        let work = u64::from(self.m_kib) * u64::from(self.t);
        if lanes && self.t > 0 && work <= MAX_WORK { Ok(work) } else { Err(SlotError::Parameters) }
    }

    /// Opens the box.
    pub fn open(&self, passphrase: &Passphrase, binding: &[u8]) -> Result<Zeroizing<Vec<u8>>, SlotError> {
        self.work()?;
        let cipher = Self::cipher(passphrase, &self.salt.0, self.m_kib, self.t, self.p)?;
        let payload = Payload { msg: self.sealed.as_slice(), aad: binding };
        cipher.decrypt(&self.nonce.0.into(), payload).map(Zeroizing::new).map_err(|_| SlotError::WrongKey)
    }

    fn cipher(
        passphrase: &Passphrase,
        salt: &[u8; 16],
        m_kib: u32,
        t: u32,
        p: u32,
    ) -> Result<Aes256Gcm, SlotError> {
        let params = Params::new(m_kib, t, p, Some(32)).map_err(|_| SlotError::Parameters)?;
        let mut kek = Zeroizing::new([0u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.0.as_bytes(), salt, kek.as_mut_slice())
            .map_err(|_| SlotError::Parameters)?;
        Ok(Aes256Gcm::new(&(*kek).into()))
    }
}

/// One key slot of a bundle header (§5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Slot {
    /// The bundle key under a passphrase.
    Passphrase(PassphraseBox),
    /// The bundle key under a recipient's P-256 key.
    RecipientKey(RecipientSlot),
}

/// The bundle key encrypted with HPKE to one recipient key (§5.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientSlot {
    /// RFC 7638 thumbprint of the recipient's key.
    pub kid: String,
    /// The encapsulated key.
    pub enc: B64<65>,
    /// Ciphertext and tag.
    #[serde(with = "b64_vec")]
    pub sealed: Vec<u8>,
}

fn binding(label: &str, bundle_id: &str) -> Vec<u8> {
    [label.as_bytes(), b"\0", bundle_id.as_bytes()].concat()
}

impl Slot {
    /// Wraps `bundle_key` for a passphrase.
    pub fn for_passphrase(
        entropy: &impl Entropy,
        passphrase: &Passphrase,
        bundle_id: &str,
        bundle_key: &Secret32,
    ) -> Result<Self, SlotError> {
        let binding = binding("fuin/1 passphrase slot", bundle_id);
        PassphraseBox::seal(entropy, passphrase, &binding, bundle_key.expose()).map(Self::Passphrase)
    }

    /// Wraps `bundle_key` for a recipient's public key.
    pub fn for_recipient(
        entropy: &impl Entropy,
        recipient: &PublicKey,
        bundle_id: &str,
        bundle_key: &Secret32,
    ) -> Self {
        let ephemeral = loop {
            // A random scalar is out of range once in 2^32 tries; then another is drawn.
            if let Ok(key) = P256Secret::from_slice(&entropy.array::<32>()) {
                break key;
            }
        };
        let info = binding("fuin/1 recipient slot", bundle_id);
        let (enc, sealed) = hpke::seal(&ephemeral, &recipient.to_p256(), &info, bundle_key.expose());
        Self::RecipientKey(RecipientSlot { kid: recipient.thumbprint(), enc: B64(enc), sealed })
    }

    /// Refuses slots that together ask for more work than a reader does (§5.2).
    pub(crate) fn check_work(slots: &[Self]) -> Result<(), SlotError> {
        let boxes = slots.iter().filter_map(|slot| match slot {
            Self::Passphrase(sealed) => Some(sealed.work()),
            Self::RecipientKey(_) => None,
        });
        let work = boxes.collect::<Result<Vec<u64>, _>>()?;
        let few = work.len() <= MAX_PASSPHRASE_SLOTS;
        if few && work.iter().sum::<u64>() <= MAX_WORK { Ok(()) } else { Err(SlotError::Parameters) }
    }

    /// Opens the passphrase slots of a header one after the other, until one gives the bundle key.
    pub fn open_any(slots: &[Self], passphrase: &Passphrase, bundle_id: &str) -> Result<Secret32, SlotError> {
        let binding = binding("fuin/1 passphrase slot", bundle_id);
        let mut outcome = SlotError::NoSlot;
        for slot in slots {
            let Self::Passphrase(sealed) = slot else { continue };
            match sealed.open(passphrase, &binding) {
                Ok(key) => return Secret32::from_slice(&key).ok_or(SlotError::WrongKey),
                Err(error) => outcome = error,
            }
        }
        Err(outcome)
    }

    /// The slot made for the recipient key with this thumbprint.
    pub(crate) fn for_thumbprint<'a>(slots: &'a [Self], thumbprint: &str) -> Option<&'a RecipientSlot> {
        slots.iter().find_map(|slot| match slot {
            Self::RecipientKey(slot) if slot.kid == thumbprint => Some(slot),
            _ => None,
        })
    }
}

impl RecipientSlot {
    /// Unwraps with the recipient's private key.
    fn open(&self, recipient: &RecipientKey, bundle_id: &str) -> Result<Secret32, SlotError> {
        let sender = P256Public::from_sec1_bytes(&self.enc.0).map_err(|_| SlotError::WrongKey)?;
        let dh = recipient.diffie_hellman(&PublicKey::from_p256(&sender));
        let info = binding("fuin/1 recipient slot", bundle_id);
        let key = hpke::open(dh.expose(), &self.enc.0, &recipient.0.public_key(), &info, &self.sealed)
            .map_err(|_| SlotError::WrongKey)?;
        Secret32::from_slice(&key).ok_or(SlotError::WrongKey)
    }
}

/// A recipient's private P-256 key held in memory.
pub struct RecipientKey(P256Secret);

impl RecipientKey {
    /// A new random key.
    pub fn generate(entropy: &impl Entropy) -> Self {
        loop {
            if let Ok(key) = P256Secret::from_slice(&entropy.array::<32>()) {
                return Self(key);
            }
        }
    }

    /// From its 32-byte scalar.
    pub fn from_scalar(scalar: &Secret32) -> Result<Self, SlotError> {
        P256Secret::from_slice(scalar.expose()).map(Self).map_err(|_| SlotError::WrongKey)
    }

    /// Its 32-byte scalar.
    pub fn scalar(&self) -> Secret32 {
        Secret32::new(self.0.to_bytes().into())
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey::from_p256(&self.0.public_key())
    }

    /// Diffie-Hellman with another party's key: the x coordinate (SP 800-56A §5.7.1.2).
    pub fn diffie_hellman(&self, other: &PublicKey) -> Secret32 {
        Secret32::new((*self.0.diffie_hellman(&other.to_p256()).raw_secret_bytes()).into())
    }

    /// Opens the slot that was made for this key.
    pub fn open_slot(&self, slots: &[Slot], bundle_id: &str) -> Result<Secret32, SlotError> {
        let slot = Slot::for_thumbprint(slots, &self.public().thumbprint()).ok_or(SlotError::NoSlot)?;
        slot.open(self, bundle_id)
    }
}

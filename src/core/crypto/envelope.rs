//! Key slots: how a bundle key is wrapped for a passphrase or for a recipient's key (FORMAT.md §5).
//!
//! Entry points: [`Slot::for_passphrase`], [`Slot::for_recipient`], and their `open_with` sides. The same
//! passphrase wrapping also protects key files ([`PassphraseBox`]).
//! Absent: any hint about which passphrase it was.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use argon2::{Algorithm, Argon2, Params, Version};
use p256::{PublicKey as P256Public, SecretKey as P256Secret};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{b64::B64, hash::sha256, hpke, key::PublicKey, secret::Secret32};
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
    /// A slot asks for more work than a reader does, or names no point of the curve (§5.2, §5.3).
    #[error("a key slot asks for what a reader does not do (FORMAT.md §5.2, §5.3)")]
    Parameters,
    /// Only a later version may know the slot (§5.4).
    #[error(
        "the bundle may be opened by a later version: it has a key slot of another kind (FORMAT.md §5.4)"
    )]
    Later,
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
            Self::Later => "later_version",
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

/// Two secrets of 32 bytes, sealed under a passphrase: Argon2id (RFC 9106) and AES-256-GCM (§5.2).
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
    pub sealed: B64<SEALED_PAIR_BYTES>,
}

/// Bytes of two sealed secrets: both, and the tag.
const SEALED_PAIR_BYTES: usize = 80;

/// Two secrets that are wrapped together.
pub(crate) type SecretPair = (Secret32, Secret32);

fn joined((first, second): (&Secret32, &Secret32)) -> Zeroizing<[u8; 64]> {
    let mut both = Zeroizing::new([0; 64]);
    both[..32].copy_from_slice(first.expose());
    both[32..].copy_from_slice(second.expose());
    both
}

fn parted(both: &[u8]) -> Result<SecretPair, SlotError> {
    let (first, second) = both.split_at_checked(32).ok_or(SlotError::WrongKey)?;
    Secret32::from_slice(first).zip(Secret32::from_slice(second)).ok_or(SlotError::WrongKey)
}

impl PassphraseBox {
    /// Seals two secrets under the passphrase; `binding` must be given again to open.
    pub fn seal(
        entropy: &impl Entropy,
        passphrase: &Passphrase,
        binding: &[u8],
        pair: (&Secret32, &Secret32),
    ) -> Result<Self, SlotError> {
        let (m_kib, t, p) = (DEFAULT_MEMORY_KIB, DEFAULT_PASSES, DEFAULT_LANES);
        let salt = B64(entropy.array());
        let nonce = B64(entropy.array());
        let cipher = Self::cipher(passphrase, &salt.0, m_kib, t, p)?;
        let both = joined(pair);
        let payload = Payload { msg: both.as_slice(), aad: binding };
        let sealed = cipher.encrypt(&nonce.0.into(), payload).ok().and_then(|sealed| sealed.try_into().ok());
        Ok(Self { m_kib, t, p, salt, nonce, sealed: B64(sealed.ok_or(SlotError::Parameters)?) })
    }

    /// The work that opening asks for, in KiB times passes; refused where a reader does not do it (§5.2).
    fn work(&self) -> Result<u64, SlotError> {
        // RFC 9106 §3.1: at least 8 KiB for each lane.
        let lanes = (1..=MAX_LANES).contains(&self.p) && u64::from(self.m_kib) >= 8 * u64::from(self.p);
        let work = u64::from(self.m_kib) * u64::from(self.t);
        if lanes && self.t > 0 && work <= MAX_WORK { Ok(work) } else { Err(SlotError::Parameters) }
    }

    /// Opens the box.
    pub fn open(&self, passphrase: &Passphrase, binding: &[u8]) -> Result<SecretPair, SlotError> {
        self.work()?;
        let cipher = Self::cipher(passphrase, &self.salt.0, self.m_kib, self.t, self.p)?;
        let payload = Payload { msg: self.sealed.0.as_slice(), aad: binding };
        let both = cipher.decrypt(&self.nonce.0.into(), payload).map_err(|_| SlotError::WrongKey)?;
        parted(&Zeroizing::new(both))
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

/// What a key slot wraps (§5.1).
#[derive(Debug, Clone)]
pub struct SlotKeys {
    /// The key of everything in the bundle, the same in every slot.
    pub bundle_key: Secret32,
    /// The key of receipt codes and proofs, another in each slot: whoever opens one cannot report for another (§8.2).
    pub receipt_secret: Secret32,
}

impl SlotKeys {
    fn pair(&self) -> (&Secret32, &Secret32) {
        (&self.bundle_key, &self.receipt_secret)
    }

    fn from_pair((bundle_key, receipt_secret): SecretPair) -> Self {
        Self { bundle_key, receipt_secret }
    }
}

/// One key slot of a bundle header (§5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Slot {
    /// The keys under a passphrase.
    Passphrase(PassphraseBox),
    /// The keys under a recipient's P-256 key.
    RecipientKey(RecipientSlot),
    /// A slot of a later version, as it is written.
    #[serde(untagged)]
    Later(serde_json::Map<String, serde_json::Value>),
}

impl<'de> Deserialize<'de> for Slot {
    /// What this version does not know is kept, and opened by nobody (§5.4).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Type {
            r#type: String,
        }
        #[derive(Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Known {
            Passphrase(PassphraseBox),
            RecipientKey(RecipientSlot),
        }
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let Type { r#type } = serde_json::from_slice(raw.get().as_bytes()).map_err(D::Error::custom)?;
        if !["passphrase", "recipient_key"].contains(&r#type.as_str()) {
            return serde_json::from_slice(raw.get().as_bytes()).map(Self::Later).map_err(D::Error::custom);
        }
        Ok(match serde_json::from_slice(raw.get().as_bytes()).map_err(D::Error::custom)? {
            Known::Passphrase(sealed) => Self::Passphrase(sealed),
            Known::RecipientKey(slot) => Self::RecipientKey(slot),
        })
    }
}

/// The keys encrypted with HPKE to one recipient key (§5.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientSlot {
    /// Tells whoever has the key that this slot is made for it, and nobody else ([`kid`]).
    pub kid: B64<32>,
    /// The encapsulated key.
    pub enc: B64<65>,
    /// Ciphertext and tag.
    pub sealed: B64<SEALED_PAIR_BYTES>,
}

fn binding(label: &str, bundle_id: &str) -> Vec<u8> {
    [label.as_bytes(), b"\0", bundle_id.as_bytes()].concat()
}

/// The name of a recipient's key in one bundle: two bundles for one key do not show that they are (§5.3).
fn kid(recipient: &PublicKey, bundle_id: &str) -> B64<32> {
    let thumbprint = recipient.thumbprint();
    B64(sha256(&[&binding("fuin/1 slot key", bundle_id), b"\0".as_slice(), thumbprint.as_bytes()].concat()))
}

impl Slot {
    /// Wraps the keys for a passphrase.
    pub fn for_passphrase(
        entropy: &impl Entropy,
        passphrase: &Passphrase,
        bundle_id: &str,
        keys: &SlotKeys,
    ) -> Result<Self, SlotError> {
        let binding = binding("fuin/1 passphrase slot", bundle_id);
        PassphraseBox::seal(entropy, passphrase, &binding, keys.pair()).map(Self::Passphrase)
    }

    /// Wraps the keys for a recipient's public key.
    pub fn for_recipient(
        entropy: &impl Entropy,
        recipient: &PublicKey,
        bundle_id: &str,
        keys: &SlotKeys,
    ) -> Self {
        let ephemeral = loop {
            // A random scalar is out of range once in 2^32 tries; then another is drawn.
            if let Ok(key) = P256Secret::from_slice(&entropy.array::<32>()) {
                break key;
            }
        };
        let info = binding("fuin/1 recipient slot", bundle_id);
        let (enc, sealed) = hpke::seal(&ephemeral, &recipient.to_p256(), &info, &*joined(keys.pair()));
        #[expect(clippy::expect_used, reason = "AES-GCM adds a tag of 16 bytes to 64")]
        let sealed = B64(sealed.try_into().expect("80 bytes"));
        Self::RecipientKey(RecipientSlot { kid: kid(recipient, bundle_id), enc: B64(enc), sealed })
    }

    /// Refuses slots that a reader does not try (§5.2, §5.3).
    pub(crate) fn check_all(slots: &[Self]) -> Result<(), SlotError> {
        let mut work = Vec::new();
        for slot in slots {
            match slot {
                Self::Passphrase(sealed) => work.push(sealed.work()?),
                Self::RecipientKey(slot) => drop(slot.sender()?),
                Self::Later(_) => {}
            }
        }
        let few = work.len() <= MAX_PASSPHRASE_SLOTS;
        if few && work.iter().sum::<u64>() <= MAX_WORK { Ok(()) } else { Err(SlotError::Parameters) }
    }

    /// Opens the slot with a passphrase; `None` if it is of another kind.
    pub fn open_with_passphrase(
        &self,
        passphrase: &Passphrase,
        bundle_id: &str,
    ) -> Option<Result<SlotKeys, SlotError>> {
        let Self::Passphrase(sealed) = self else { return None };
        let binding = binding("fuin/1 passphrase slot", bundle_id);
        Some(sealed.open(passphrase, &binding).map(SlotKeys::from_pair))
    }

    /// Opens the slot with a recipient's key; `None` if it is not made for it.
    pub fn open_with_key(&self, key: &RecipientKey, bundle_id: &str) -> Option<Result<SlotKeys, SlotError>> {
        match self {
            Self::RecipientKey(slot) if self.is_for(&key.public(), bundle_id) => {
                Some(slot.open(key, bundle_id))
            }
            _ => None,
        }
    }

    /// Whether the slot says that it is made for a recipient's key.
    pub fn is_for(&self, recipient: &PublicKey, bundle_id: &str) -> bool {
        matches!(self, Self::RecipientKey(slot) if slot.kid == kid(recipient, bundle_id))
    }
}

impl RecipientSlot {
    fn sender(&self) -> Result<P256Public, SlotError> {
        P256Public::from_sec1_bytes(&self.enc.0).map_err(|_| SlotError::Parameters)
    }

    /// Unwraps with the recipient's private key.
    fn open(&self, recipient: &RecipientKey, bundle_id: &str) -> Result<SlotKeys, SlotError> {
        let dh = recipient.diffie_hellman(&PublicKey::from_p256(&self.sender()?));
        let info = binding("fuin/1 recipient slot", bundle_id);
        let both = hpke::open(dh.expose(), &self.enc.0, &recipient.0.public_key(), &info, &self.sealed.0)
            .map_err(|_| SlotError::WrongKey)?;
        parted(&both).map(SlotKeys::from_pair)
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
}

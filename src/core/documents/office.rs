//! The office: its card (public key, name, contact) and its key file under a passphrase.
//!
//! Entry points: [`Office::found`] for a new one, [`OfficeKeyFile::open`] for one that exists. The key file is also
//! the backup; a browser keeps the file, and its keys only as long as a desk is open.
//! Absent: personal keys. The key belongs to the office and is handed on with it.

use serde::{Deserialize, Serialize};

use crate::{
    bundle::{BundleId, Extensions, Holder, KeyChange, KeyHistory, OfficeLabel, extension_seed_input},
    crypto::{
        B64, Jws, Passphrase, PassphraseBox, PublicKey, Secret32, SignatureError, SigningKey, SlotError, Typ,
        Unsigned, decrypt_message, encrypt_message, hmac_sha256,
    },
    port::{Coded, Entropy},
    text::{
        NameError, Timestamp,
        json::{Document, DocumentError, read_document, write_document},
    },
};

/// What an office hands out about itself, signed by its own key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeCard {
    /// `fuin-office-card/1`.
    pub format: String,
    /// 発行課 and contact.
    pub office: OfficeLabel,
    /// Its rule set.
    pub rules: String,
    /// When it was made: with the key, or when name or contact changed.
    pub created_at: Timestamp,
    /// Thumbprint (RFC 7638) of the key that this one takes the place of; null for an office's first.
    pub follows: Option<B64<32>>,
}

impl Document for OfficeCard {
    const FORMAT: &'static str = "fuin-office-card/1";
}

impl OfficeCard {
    /// Verifies a card; the signature shows that whoever made it holds the key, nothing more.
    pub fn verify(jws: &Jws) -> Result<(Self, PublicKey), SignatureError> {
        let verified = jws.verify(Typ::OfficeCard)?;
        Ok((verified.parse()?, verified.signer))
    }

    /// The card of the same office under the same key with another name or contact, to be signed by that key. Fails if
    /// it could not stand on bundles and papers (FORMAT.md §1.5).
    pub fn renamed(
        &self,
        office: OfficeLabel,
        now: Timestamp,
        key: &PublicKey,
    ) -> Result<Unsigned, NameError> {
        office.check()?;
        let card = Self { office, created_at: now, ..self.clone() };
        Ok(Unsigned::new(Typ::OfficeCard, key, &write_document(&card)))
    }
}

/// The office's secrets, in memory.
pub struct OfficeKeys {
    /// Signs manifests and ledger events.
    pub signing: SigningKey,
    /// One for each key that the office had, the oldest first: bundles stay with the one under which they were sealed.
    masters: Vec<ReceiptMaster>,
}

impl OfficeKeys {
    /// New ones.
    pub fn generate(entropy: &impl Entropy) -> Self {
        let masters = vec![ReceiptMaster(Secret32::random(entropy))];
        Self { signing: SigningKey::generate(entropy), masters }
    }

    /// New ones behind these.
    pub fn next(&self, entropy: &impl Entropy) -> Result<Self, OfficeKeyError> {
        if self.masters.len() > KeyHistory::MAX_CHANGES {
            return Err(OfficeKeyError::TooManyKeys);
        }
        let mut next = Self::generate(entropy);
        next.masters.splice(..0, self.masters.iter().cloned());
        Ok(next)
    }

    /// The receipt masters of all keys that the office had, the oldest first.
    pub fn masters(&self) -> &[ReceiptMaster] {
        &self.masters
    }

    /// The receipt master in force.
    #[expect(clippy::indexing_slicing, reason = "there is always one")]
    pub fn master(&self) -> &ReceiptMaster {
        &self.masters[self.masters.len() - 1]
    }

    /// The key under which a desk keeps ledger and documents: HMAC-SHA-256(first receipt master, label ‖ 0). It is the
    /// same on every PC and under every key of the office, and no document holds it.
    #[expect(clippy::indexing_slicing, reason = "there is always one")]
    pub fn storage_key(&self) -> Secret32 {
        Secret32::new(hmac_sha256(&self.masters[0].0, &[b"fuin/1 desk storage\0"]))
    }
}

/// From which the secrets of bundles follow (§8.2).
#[derive(Clone)]
pub struct ReceiptMaster(Secret32);

impl ReceiptMaster {
    /// The secret itself, for WebCrypto.
    pub fn secret(&self) -> &Secret32 {
        &self.0
    }

    /// The receipt secret of one slot of a bundle.
    pub fn receipt_secret(&self, bundle_id: &BundleId, holder: &Holder) -> Secret32 {
        receipt_secret(&self.0, bundle_id, holder)
    }

    /// The key under which an office keeps the keys of its bundles (§11.8).
    pub fn keeper(&self) -> Secret32 {
        Secret32::new(hmac_sha256(&self.0, &[KEEPER_INPUT]))
    }

    /// The extensions of one bundle (§7.8).
    pub fn extensions<'a>(&self, bundle_id: &'a BundleId) -> Extensions<'a> {
        Extensions::new(bundle_id, &hmac_sha256(&self.0, &[&extension_seed_input(bundle_id)]))
    }

    /// The key under which a key file keeps the master before (§11.7).
    fn former(&self) -> Secret32 {
        Secret32::new(hmac_sha256(&self.0, &[b"fuin/1 former receipt master\0"]))
    }
}

/// What the receipt master is applied to, by HMAC-SHA-256, for [`ReceiptMaster::keeper`].
pub const KEEPER_INPUT: &[u8] = b"fuin/1 bundle keys\0";

/// HMAC-SHA-256(receipt master, label ‖ 0 ‖ 管理番号 ‖ 0 ‖ holder) (§8.2).
pub(crate) fn receipt_secret(master: &Secret32, bundle_id: &BundleId, holder: &Holder) -> Secret32 {
    Secret32::new(hmac_sha256(master, &[&receipt_secret_input(bundle_id, holder)]))
}

/// What the receipt master is applied to, for a master that lives in WebCrypto.
pub fn receipt_secret_input(bundle_id: &BundleId, holder: &Holder) -> Vec<u8> {
    format!("fuin/1 receipt secret\0{bundle_id}\0{holder}").into_bytes()
}

/// Why an office's key file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeKeyError {
    /// Not an office key file.
    #[error("this is not an office key file: {0}")]
    Form(String),
    /// Of a later version.
    #[error("the office key file was made by a later version: {0}")]
    Later(String),
    /// The passphrase is wrong, or too short for a new file.
    #[error(transparent)]
    Passphrase(#[from] SlotError),
    /// The office's name or contact cannot stand on bundles and papers (FORMAT.md §1.5).
    #[error("the office cannot be named so: {0}")]
    Name(NameError),
    /// The key was changed too often.
    #[error("the office had too many keys before: found a new office")]
    TooManyKeys,
    /// The card in it does not verify, or belongs to another key.
    #[error("the office card in the key file does not belong to its key")]
    Card,
}

impl From<DocumentError> for OfficeKeyError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Later(what) => Self::Later(what),
            DocumentError::Form(why) => Self::Form(why),
        }
    }
}

impl Coded for OfficeKeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name(_) => "office_name",
            Self::Form(_) => "office_key_form",
            Self::Later(_) => "later_version",
            Self::Passphrase(SlotError::WrongKey) => "office_passphrase_wrong",
            Self::Passphrase(error) => error.code(),
            Self::TooManyKeys => "office_keys",
            Self::Card => "office_card",
        }
    }
}

/// The office's keys under a passphrase, with its card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeKeyFile {
    /// `fuin-office-key/1`.
    pub format: String,
    /// The office's card.
    pub card: Jws,
    /// Signing scalar ‖ receipt master, sealed.
    pub keys: PassphraseBox,
    /// The receipt masters of the keys before, the latest first, each sealed under the one behind it.
    pub former: Vec<B64<104>>,
}

/// A new office: what to store and what to use.
pub struct Office {
    /// To be stored.
    pub key_file: OfficeKeyFile,
    /// To be used.
    pub keys: OfficeKeys,
}

impl Office {
    /// Makes an office with new keys.
    pub fn found(
        entropy: &impl Entropy,
        office: OfficeLabel,
        rules: &str,
        passphrase: Passphrase,
        now: Timestamp,
    ) -> Result<Self, OfficeKeyError> {
        let passphrase = passphrase.strong_enough()?;
        // What no bundle could be sealed under later.
        office.check().map_err(OfficeKeyError::Name)?;
        let keys = OfficeKeys::generate(entropy);
        let format = OfficeCard::FORMAT.into();
        let card = OfficeCard { format, office, rules: rules.to_owned(), created_at: now, follows: None };
        Self::seal(entropy, keys, &card, &passphrase)
    }

    /// The same office with a new key in the place of the old one, and what the old one signs of it ([`KeyChange`]):
    /// `exposed`, if somebody else may have the old key.
    pub fn with_new_key(
        entropy: &impl Entropy,
        old: &OfficeKeys,
        card: &OfficeCard,
        passphrase: Passphrase,
        (now, exposed): (Timestamp, bool),
    ) -> Result<(Self, Jws), OfficeKeyError> {
        let passphrase = passphrase.strong_enough()?;
        let follows = Some(B64(old.signing.public().thumbprint_bytes()));
        let keys = old.next(entropy)?;
        let change = KeyChange::sign(&old.signing, &keys.signing.public(), now, exposed);
        let card = OfficeCard { created_at: now, follows, ..card.clone() };
        Ok((Self::seal(entropy, keys, &card, &passphrase)?, change))
    }

    fn seal(
        entropy: &impl Entropy,
        keys: OfficeKeys,
        card: &OfficeCard,
        passphrase: &Passphrase,
    ) -> Result<Self, OfficeKeyError> {
        let card = keys.signing.sign(Typ::OfficeCard, &write_document(card));
        let key = keys.signing.public();
        let pair = (&keys.signing.scalar(), &keys.master().0);
        let sealed = PassphraseBox::seal(entropy, passphrase, &binding(&key), pair)?;
        let seal = |pair: &[ReceiptMaster]| match pair {
            [former, later] => seal_former(entropy, &later.former(), former),
            _ => None,
        };
        let former = keys.masters.windows(2).rev().filter_map(seal).collect();
        let key_file = OfficeKeyFile { format: OfficeKeyFile::FORMAT.into(), card, keys: sealed, former };
        Ok(Self { key_file, keys })
    }
}

/// The context of a message that holds the master before (§11.7).
const FORMER_PLACE: &[u8] = b"fuin/1\0office\0receipt.master";

fn seal_former(entropy: &impl Entropy, key: &Secret32, former: &ReceiptMaster) -> Option<B64<104>> {
    encrypt_message(entropy, key, FORMER_PLACE, former.0.expose()).try_into().ok().map(B64)
}

fn open_former(key: &Secret32, sealed: &B64<104>) -> Option<ReceiptMaster> {
    let plain = decrypt_message(key, FORMER_PLACE, &sealed.0).ok()?;
    Secret32::from_slice(&plain).map(ReceiptMaster)
}

fn binding(key: &PublicKey) -> Vec<u8> {
    [b"fuin/1 office key\0", key.thumbprint().as_bytes()].concat()
}

impl Document for OfficeKeyFile {
    const FORMAT: &'static str = "fuin-office-key/1";
}

impl OfficeKeyFile {
    /// Version of the file.
    pub const FORMAT: &str = <Self as Document>::FORMAT;

    /// Reads the file without opening it.
    pub fn parse(json: &str) -> Result<Self, OfficeKeyError> {
        Ok(read_document(json.as_bytes())?)
    }

    /// The same keys with a card of another name or contact; `None` for the same card, and for one that is not of this
    /// key, or says anything else anew.
    pub fn with_card(&self, card: &Jws) -> Option<Self> {
        let (old, key) = OfficeCard::verify(&self.card).ok().filter(|_| self.card != *card)?;
        let (new, signer) = OfficeCard::verify(card).ok()?;
        let is_same = signer == key && new.rules == old.rules && new.follows == old.follows;
        is_same.then(|| Self { card: card.clone(), ..self.clone() })
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Opens the keys and checks that the card belongs to them.
    pub fn open(&self, passphrase: &Passphrase) -> Result<(OfficeKeys, OfficeCard), OfficeKeyError> {
        let (card, key) = OfficeCard::verify(&self.card).map_err(|_| OfficeKeyError::Card)?;
        let (scalar, receipt_master) = self.keys.open(passphrase, &binding(&key))?;
        let signing = SigningKey::from_scalar(&scalar).map_err(|_| OfficeKeyError::Card)?;
        // An office's first key follows none, and any other has the masters of all before it.
        if signing.public() != key || card.follows.is_some() == self.former.is_empty() {
            return Err(OfficeKeyError::Card);
        }
        let mut masters = vec![ReceiptMaster(receipt_master)];
        for sealed in &self.former {
            let later = masters.last().ok_or(OfficeKeyError::Card)?.former();
            masters.push(open_former(&later, sealed).ok_or(OfficeKeyError::Card)?);
        }
        masters.reverse();
        Ok((OfficeKeys { signing, masters }, card))
    }
}

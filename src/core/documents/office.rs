//! The office: its card (public key, name, contact) and its key file under a passphrase.
//!
//! Entry points: [`Office::found`] for a new one, [`OfficeKeyFile::open`] for one that exists. The key file is also
//! the backup; a browser keeps the file, and its keys only as long as a desk is open.
//! Absent: personal keys. The key belongs to the office and is handed on with it.

use serde::{Deserialize, Serialize};

use crate::{
    bundle::{BundleId, Extensions, Holder, OfficeLabel, extension_seed_input},
    crypto::{
        Jws, Passphrase, PassphraseBox, PublicKey, Secret32, SignatureError, SigningKey, SlotError, Typ,
        hmac_sha256,
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
    /// When the key was made.
    pub created_at: Timestamp,
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
}

/// The office's secrets, in memory.
pub struct OfficeKeys {
    /// Signs manifests and ledger events.
    pub signing: SigningKey,
    /// Every bundle's receipt secret is derived from this (§8.2).
    pub receipt_master: Secret32,
}

impl OfficeKeys {
    /// The receipt secret of one slot of a bundle.
    pub fn receipt_secret(&self, bundle_id: &BundleId, holder: &Holder) -> Secret32 {
        receipt_secret(&self.receipt_master, bundle_id, holder)
    }

    /// The key under which an office keeps the keys of its bundles (§11.8).
    pub fn keeper(&self) -> Secret32 {
        Secret32::new(hmac_sha256(&self.receipt_master, &[KEEPER_INPUT]))
    }

    /// The extensions of one bundle (§7.8).
    pub fn extensions<'a>(&self, bundle_id: &'a BundleId) -> Extensions<'a> {
        Extensions::new(bundle_id, &hmac_sha256(&self.receipt_master, &[&extension_seed_input(bundle_id)]))
    }

    /// The key under which a desk keeps ledger and documents: HMAC-SHA-256(receipt master, label ‖ 0). It is the same
    /// on every PC, and no document holds it.
    pub fn storage_key(&self) -> Secret32 {
        Secret32::new(hmac_sha256(&self.receipt_master, &[b"fuin/1 desk storage\0"]))
    }
}

/// What the receipt master is applied to, by HMAC-SHA-256, for [`OfficeKeys::keeper`].
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
        let keys =
            OfficeKeys { signing: SigningKey::generate(entropy), receipt_master: Secret32::random(entropy) };
        let format = OfficeCard::FORMAT.into();
        let card = OfficeCard { format, office, rules: rules.to_owned(), created_at: now };
        let card = keys.signing.sign(Typ::OfficeCard, &write_document(&card));
        let pair = (&keys.signing.scalar(), &keys.receipt_master);
        let sealed = PassphraseBox::seal(entropy, &passphrase, &binding(&keys.signing.public()), pair)?;
        let key_file = OfficeKeyFile { format: OfficeKeyFile::FORMAT.into(), card, keys: sealed };
        Ok(Self { key_file, keys })
    }
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

    /// As it is stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Opens the keys and checks that the card belongs to them.
    pub fn open(&self, passphrase: &Passphrase) -> Result<(OfficeKeys, OfficeCard), OfficeKeyError> {
        let (card, key) = OfficeCard::verify(&self.card).map_err(|_| OfficeKeyError::Card)?;
        let (scalar, receipt_master) = self.keys.open(passphrase, &binding(&key))?;
        let signing = SigningKey::from_scalar(&scalar).map_err(|_| OfficeKeyError::Card)?;
        if signing.public() != key {
            return Err(OfficeKeyError::Card);
        }
        Ok((OfficeKeys { signing, receipt_master }, card))
    }
}

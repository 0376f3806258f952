//! A recipient's keys: one for which bundles are sealed, one that signs what the recipient hands in, and the file that
//! keeps both under a passphrase (FORMAT.md §11.5).
//!
//! Entry points: [`RecipientKeys::generate`], [`RecipientKeyFile::seal`], [`RecipientKeyFile::open`]. Absent: who the
//! recipient is; the office finds that out by calling back.

use serde::{Deserialize, Serialize};

use super::request_file::DeviceKeys;
use crate::{
    crypto::{B64, Jwk, Passphrase, PassphraseBox, PublicKey, RecipientKey, SigningKey, SlotError},
    port::{Coded, Entropy},
    text::json::{Document, DocumentError, read_document, write_document},
};

/// The keys themselves, in memory.
pub struct RecipientKeys {
    /// Bundles are sealed for this one (§5.3).
    pub agreement: RecipientKey,
    /// Signs requests and receipts (§8.1, §11.1).
    pub signing: SigningKey,
}

impl RecipientKeys {
    /// New random keys.
    pub fn generate(entropy: &impl Entropy) -> Self {
        Self { agreement: RecipientKey::generate(entropy), signing: SigningKey::generate(entropy) }
    }
}

/// Why a recipient's key file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipientKeyError {
    /// Not a recipient's key file, or one whose halves do not belong together.
    #[error("this is not a recipient's key file (FORMAT.md §11.5)")]
    Form,
    /// Of a later version.
    #[error("the recipient's key file was made by a later version: {0}")]
    Later(String),
    /// The passphrase is wrong, or too short for a new file.
    #[error(transparent)]
    Passphrase(#[from] SlotError),
}

impl From<DocumentError> for RecipientKeyError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Later(what) => Self::Later(what),
            DocumentError::Form(_) => Self::Form,
        }
    }
}

impl Coded for RecipientKeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form => "recipient_key_form",
            Self::Later(_) => "later_version",
            Self::Passphrase(SlotError::WrongKey) => "recipient_key_passphrase",
            Self::Passphrase(error) => error.code(),
        }
    }
}

/// The public halves of a recipient's keys, as a file for the office (FORMAT.md §11.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientPublicKeys {
    /// `fuin-recipient-public-keys/1`.
    pub format: String,
    /// Bundles are sealed for this one.
    pub agreement: Jwk,
    /// Signs requests and receipts.
    pub signing: Jwk,
}

impl Document for RecipientPublicKeys {
    const FORMAT: &'static str = "fuin-recipient-public-keys/1";
}

impl RecipientPublicKeys {
    /// As it is stored.
    pub fn to_json(&self) -> String {
        String::from_utf8(write_document(self)).unwrap_or_default()
    }

    /// Reads the file, as the ledger keeps the keys.
    pub fn parse(json: &str) -> Result<DeviceKeys, RecipientKeyError> {
        let Self { agreement, signing, .. } = read_document(json.as_bytes())?;
        let form = RecipientKeyError::Form;
        PublicKey::from_jwk(&agreement).map_err(|_| form.clone())?;
        let signing = PublicKey::from_jwk(&signing).map_err(|_| form)?;
        Ok(DeviceKeys { agreement, signing: B64(signing.thumbprint_bytes()) })
    }
}

/// A recipient's keys under a passphrase, with their public halves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientKeyFile {
    /// `fuin-recipient-key/1`.
    pub format: String,
    /// Public half of the key for which bundles are sealed.
    pub agreement: Jwk,
    /// Public half of the signing key.
    pub signing: Jwk,
    /// Scalar of the agreement key ‖ scalar of the signing key, sealed.
    pub keys: PassphraseBox,
}

fn binding(agreement: &PublicKey, signing: &PublicKey) -> Vec<u8> {
    let (agreement, signing) = (agreement.thumbprint(), signing.thumbprint());
    [b"fuin/1 recipient keys\0", agreement.as_bytes(), b"\0", signing.as_bytes()].concat()
}

impl Document for RecipientKeyFile {
    const FORMAT: &'static str = "fuin-recipient-key/1";
}

impl RecipientKeyFile {
    /// Seals keys under a passphrase, which must be strong enough to seal with.
    pub fn seal(
        entropy: &impl Entropy,
        keys: &RecipientKeys,
        passphrase: Passphrase,
    ) -> Result<Self, RecipientKeyError> {
        let passphrase = passphrase.strong_enough()?;
        let (agreement, signing) = (keys.agreement.public(), keys.signing.public());
        let scalars = (&keys.agreement.scalar(), &keys.signing.scalar());
        let sealed = PassphraseBox::seal(entropy, &passphrase, &binding(&agreement, &signing), scalars)?;
        Ok(Self {
            format: Self::FORMAT.into(),
            agreement: agreement.jwk(),
            signing: signing.jwk(),
            keys: sealed,
        })
    }

    /// Reads the file without opening it.
    pub fn parse(json: &str) -> Result<Self, RecipientKeyError> {
        Ok(read_document(json.as_bytes())?)
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The public halves, for the office.
    pub fn public_keys(&self) -> RecipientPublicKeys {
        let (agreement, signing) = (self.agreement.clone(), self.signing.clone());
        RecipientPublicKeys { format: RecipientPublicKeys::FORMAT.into(), agreement, signing }
    }

    /// The public half of the key for which bundles are sealed.
    pub fn agreement_key(&self) -> Result<PublicKey, RecipientKeyError> {
        PublicKey::from_jwk(&self.agreement).map_err(|_| RecipientKeyError::Form)
    }

    /// Opens the keys and checks that the public halves belong to them.
    pub fn open(&self, passphrase: &Passphrase) -> Result<RecipientKeys, RecipientKeyError> {
        let form = RecipientKeyError::Form;
        let signing = PublicKey::from_jwk(&self.signing).map_err(|_| form.clone())?;
        let agreement = self.agreement_key()?;
        let (first, second) = self.keys.open(passphrase, &binding(&agreement, &signing))?;
        let keys = RecipientKeys {
            agreement: RecipientKey::from_scalar(&first).map_err(|_| form.clone())?,
            signing: SigningKey::from_scalar(&second).map_err(|_| form.clone())?,
        };
        let belong = keys.agreement.public() == agreement && keys.signing.public() == signing;
        if belong { Ok(keys) } else { Err(form) }
    }
}

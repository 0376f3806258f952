//! The key of a bundle as its office keeps it, for tickets: sealed under a key that follows from the office's
//! (FORMAT.md §11.8).
//!
//! Entry points: [`KeptKey::seal`], [`KeptKey::open`]. It is a file of its own and no line of the ledger: with the
//! office's copy of the footage it goes, and then nobody can issue a ticket. Absent: files.

use serde::{Deserialize, Serialize};

use super::{id::BundleId, part::FORMAT};
use crate::{
    crypto::{B64, Secret32, decrypt_message, encrypt_message},
    port::{Coded, Entropy},
    text::json::{Document, DocumentError, read_document},
};

/// Why a bundle's kept key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeptKeyError {
    /// Not such a file.
    #[error("this is not a bundle's kept key: {0} (FORMAT.md §11.8)")]
    Form(String),
    /// Of a later version.
    #[error("the bundle's kept key was made by a later version: {0}")]
    Later(String),
    /// Of another office or bundle, or altered.
    #[error("the kept key is of another office or bundle, or was altered (FORMAT.md §11.8)")]
    Other,
}

impl From<DocumentError> for KeptKeyError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Later(what) => Self::Later(what),
            DocumentError::Form(why) => Self::Form(why),
        }
    }
}

impl Coded for KeptKeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "bundle_key_form",
            Self::Later(_) => "later_version",
            Self::Other => "bundle_key_other",
        }
    }
}

/// A bundle's key under the office's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptKey {
    /// `fuin-bundle-key/1`.
    pub format: String,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// The message (§4.2) whose plaintext is the key.
    pub sealed: B64<104>,
}

impl Document for KeptKey {
    const FORMAT: &'static str = "fuin-bundle-key/1";
}

fn context(bundle_id: &BundleId) -> Vec<u8> {
    [FORMAT.as_bytes(), b"\0", bundle_id.as_str().as_bytes(), b"\0bundle.key"].concat()
}

impl KeptKey {
    /// Seals a bundle's key; `keeper` is [`crate::OfficeKeys::keeper`].
    pub fn seal(entropy: &impl Entropy, keeper: &Secret32, bundle_id: &BundleId, key: &Secret32) -> Self {
        let message = encrypt_message(entropy, keeper, &context(bundle_id), key.expose());
        #[expect(clippy::expect_used, reason = "§4.3: 56 bytes before 32, and one tag")]
        let sealed = B64(message.try_into().expect("104 bytes"));
        Self { format: Self::FORMAT.into(), bundle_id: bundle_id.clone(), sealed }
    }

    /// Reads the file.
    pub fn parse(json: &str) -> Result<Self, KeptKeyError> {
        Ok(read_document(json.as_bytes())?)
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The key of the bundle that the caller means.
    pub fn open(&self, keeper: &Secret32, bundle_id: &BundleId) -> Result<Secret32, KeptKeyError> {
        let plain = decrypt_message(keeper, &context(bundle_id), &self.sealed.0);
        let key = plain.ok().filter(|_| self.bundle_id == *bundle_id);
        key.and_then(|key| Secret32::from_slice(&key)).ok_or(KeptKeyError::Other)
    }
}

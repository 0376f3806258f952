//! `header.json`: all that the finder of a lost stick can read (FORMAT.md §3).
//!
//! Absent: recipient, case, place and time of the footage.

use serde::{Deserialize, Serialize};

use super::{holder::MAX_SLOTS, id::BundleId, part::FORMAT};
use crate::{
    crypto::{PublicKey, Slot, SlotError},
    port::Coded,
    text::{
        NameError, check_name, check_shown,
        json::{Document, DocumentError, read_document},
    },
};

/// Why a header cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The header is not what §3.1 says.
    #[error("the header cannot be read: {0} (FORMAT.md §3.1)")]
    Form(String),
    /// The passphrase slots ask for too much work (§5.2).
    #[error(transparent)]
    Slots(#[from] SlotError),
    /// A later version of the format (§1.2, §1.4).
    #[error("the bundle was made by a later version: {0} (FORMAT.md §1.2)")]
    Version(String),
}

impl Coded for HeaderError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "header_form",
            Self::Slots(error) => error.code(),
            Self::Version(_) => "header_version",
        }
    }
}

impl From<DocumentError> for HeaderError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Later(what) => Self::Version(what),
            DocumentError::Form(why) => Self::Form(why),
        }
    }
}

/// Who issued a bundle, as shown on the outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeLabel {
    /// 発行課: the office's name.
    pub name: String,
    /// Where a question or a found stick goes: telephone, address.
    pub contact: String,
}

impl OfficeLabel {
    /// Checks the name by the rule for names (§1.5), and that the contact shows all that it holds.
    pub(crate) fn check(&self) -> Result<(), NameError> {
        check_name(&self.name)?;
        check_shown(&self.contact)
    }
}

/// The outside of a bundle (§3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// `fuin/1`.
    pub format: String,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// Of a ticket, the bundle that it is for (§7.9); null in a bundle.
    pub ticket_of: Option<BundleId>,
    /// 発行課.
    pub office: OfficeLabel,
    /// The ways to the bundle key.
    pub slots: Vec<Slot>,
}

impl Document for Header {
    const FORMAT: &'static str = FORMAT;
}

impl Header {
    /// Reads `header.json`.
    pub fn parse(json: &[u8]) -> Result<Self, HeaderError> {
        let header: Self = read_document(json)?;
        if header.slots.is_empty() || header.slots.len() > MAX_SLOTS as usize {
            return Err(HeaderError::Form("number of key slots".into()));
        }
        Slot::check_all(&header.slots)?;
        header.office.check().map_err(|error| HeaderError::Form(format!("office: {error}")))?;
        Ok(header)
    }

    /// Refuses a header all slots of which are of later versions: nothing that can be typed here opens it (§5.4).
    pub fn check_known(&self) -> Result<(), HeaderError> {
        let all_later = self.slots.iter().all(|slot| matches!(slot, Slot::Later(_)));
        if all_later { Err(SlotError::Later.into()) } else { Ok(()) }
    }

    /// Whether a slot says that it is made for this recipient's key.
    pub fn is_for(&self, recipient: &PublicKey) -> bool {
        self.slots.iter().any(|slot| slot.is_for(recipient, self.bundle_id.as_str()))
    }
}

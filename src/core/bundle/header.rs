//! `header.json`: all that the finder of a lost stick can read (FORMAT.md §3).
//!
//! Absent: recipient, case, place and time of the footage.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{FORMAT, OpenError};
use crate::{calendar::Day, crypto::envelope::Slot, port::Entropy, typed::half_width};

/// 管理番号: the name of a bundle, printed, spoken and typed (§3.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BundleId(String);

/// Crockford's base32 alphabet: no I, L, O or U.
pub(crate) const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl BundleId {
    /// A new number: fiscal year, running number of the office, four random characters (`R8-0012-7K3Q`).
    pub fn generate(entropy: &impl Entropy, day: Day, running: u64) -> Self {
        let random: String =
            entropy.array::<4>().iter().map(|b| char::from(CROCKFORD[usize::from(b & 31)])).collect();
        Self(format!("{}-{running:04}-{random}", day.fiscal_year_code()))
    }

    /// Reads a number as typed: full-width and small letters are forgiven, and O, I, L read as 0, 1, 1 in the
    /// random part.
    pub fn parse_typed(typed: &str) -> Option<Self> {
        let text: String = typed
            .trim()
            .chars()
            .map(half_width)
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_ascii_uppercase();
        let (front, random) = text.rsplit_once('-')?;
        let random: String = random
            .chars()
            .map(|c| match c {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            })
            .collect();
        Self::try_from(format!("{front}-{random}")).ok()
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BundleId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        if (6..=32).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err("a 管理番号 is 6 to 32 of A-Z, 0-9 and -")
        }
    }
}

impl From<BundleId> for String {
    fn from(id: BundleId) -> Self {
        id.0
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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

/// The outside of a bundle (§3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// `fuin/1`.
    pub format: String,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// 発行課.
    pub office: OfficeLabel,
    /// The ways to the bundle key.
    pub slots: Vec<Slot>,
}

impl Header {
    /// At most so many slots (§3.1).
    const MAX_SLOTS: usize = 64;

    /// Reads `header.json`.
    pub fn parse(json: &[u8]) -> Result<Self, OpenError> {
        #[derive(Deserialize)]
        struct Version {
            format: String,
        }
        let form = |error: serde_json::Error| OpenError::HeaderForm(error.to_string());
        let version: Version = serde_json::from_slice(json).map_err(form)?;
        if version.format != FORMAT {
            return Err(OpenError::Version(version.format.chars().take(20).collect()));
        }
        let header: Self = serde_json::from_slice(json).map_err(form)?;
        if header.slots.is_empty() || header.slots.len() > Self::MAX_SLOTS {
            return Err(OpenError::HeaderForm("number of key slots".into()));
        }
        Ok(header)
    }
}

//! Extension codes: a later end of the period, in 24 letters that can be read out on the telephone (FORMAT.md §7.8).
//!
//! Entry points: [`Extensions`] for the office, [`ExtensionCode`] for the recipient. Whoever has a code can make none
//! of a later day: the codes of a bundle are a chain of hashes, given out from its end. Absent: the ledger, which
//! says why.

use std::fmt;

use super::id::BundleId;
use crate::{
    crypto::{B64, same, sha256},
    port::Coded,
    text::crockford::{self, CodeFault},
};

/// By how many days a period can be extended: ten years.
const MAX_DAYS: u16 = 3660;
const LABEL: &[u8] = b"fuin/1 extension\0";

type Link = [u8; 12];

/// What the receipt master is applied to, by HMAC-SHA-256, for the last link of a bundle's chain.
pub fn extension_seed_input(bundle_id: &BundleId) -> Vec<u8> {
    [LABEL, bundle_id.as_str().as_bytes()].concat()
}

/// The link of the day before `day`.
fn before(bundle_id: &BundleId, day: u16, link: Link) -> Link {
    let id = bundle_id.as_str().as_bytes();
    first(&sha256(&[LABEL, id, b"\0", &day.to_be_bytes(), &link].concat()))
}

fn first(hash: &[u8; 32]) -> Link {
    std::array::from_fn(|i| hash[i])
}

/// All extensions of one bundle, as its office can give them.
pub struct Extensions<'a> {
    bundle_id: &'a BundleId,
    last: Link,
}

impl<'a> Extensions<'a> {
    /// `seed` is HMAC-SHA-256(receipt master, [`extension_seed_input`]).
    pub fn new(bundle_id: &'a BundleId, seed: &[u8; 32]) -> Self {
        Self { bundle_id, last: first(seed) }
    }

    fn link(&self, days: u16) -> Link {
        (days + 1..=MAX_DAYS).rev().fold(self.last, |link, day| before(self.bundle_id, day, link))
    }

    /// What the manifest says, by which every code is recognised.
    pub fn anchor(&self) -> B64<12> {
        B64(self.link(0))
    }

    /// The code of a period that ends so many days later; `None` beyond ten years, and for none.
    pub fn code(&self, days: i64) -> Option<ExtensionCode> {
        let days = u16::try_from(days).ok().filter(|days| (1..=MAX_DAYS).contains(days))?;
        Some(ExtensionCode { days, link: self.link(days) })
    }
}

/// Why a typed extension code is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtensionError {
    /// Not 24 characters of the alphabet, or of no such day.
    #[error("an extension code has 24 letters and digits (FORMAT.md §7.8)")]
    Form,
    /// A typing mistake.
    #[error("the extension code was mistyped: its check character does not fit (FORMAT.md §7.8)")]
    CheckCharacter,
    /// Not of this bundle.
    #[error("the extension code does not belong to this bundle (FORMAT.md §7.8)")]
    Other,
    /// The period ends as late already.
    #[error("the period was extended as far before (FORMAT.md §7.8)")]
    NotLater,
}

impl From<CodeFault> for ExtensionError {
    fn from(fault: CodeFault) -> Self {
        match fault {
            CodeFault::Form => Self::Form,
            CodeFault::CheckSymbol => Self::CheckCharacter,
        }
    }
}

impl Coded for ExtensionError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form => "extension_form",
            Self::CheckCharacter => "extension_mistyped",
            Self::Other => "extension_other",
            Self::NotLater => "extension_not_later",
        }
    }
}

/// An extension as 24 characters: days in 19 bits, the link of that day in 96, a check character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtensionCode {
    days: u16,
    link: Link,
}

impl ExtensionCode {
    /// Reads a code as typed, as forgiving as receipt codes are (§8.2).
    pub fn parse(typed: &str) -> Result<Self, ExtensionError> {
        let body = crockford::read_code::<23>(typed)?;
        let value = body.iter().fold(0u128, |value, &symbol| value << 5 | u128::from(symbol));
        let days = u16::try_from(value >> 96).map_err(|_| ExtensionError::Form)?;
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(ExtensionError::Form);
        }
        let mut link = Link::default();
        link.copy_from_slice(&value.to_be_bytes()[4..]);
        Ok(Self { days, link })
    }

    /// By how many days the bundle with this anchor is extended. Fails if it is another bundle's.
    pub(super) fn days(&self, bundle_id: &BundleId, anchor: &B64<12>) -> Result<i64, ExtensionError> {
        let link = (1..=self.days).rev().fold(self.link, |link, day| before(bundle_id, day, link));
        if same(&link, &anchor.0) { Ok(self.days.into()) } else { Err(ExtensionError::Other) }
    }
}

impl fmt::Display for ExtensionCode {
    /// Six groups of four.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = self.link.iter().fold(0u128, |value, &byte| value << 8 | u128::from(byte));
        let value = u128::from(self.days) << 96 | link;
        let body: [u8; 23] = std::array::from_fn(|i| (value >> (5 * (22 - i)) & 31) as u8);
        crockford::write_code(f, &body)
    }
}

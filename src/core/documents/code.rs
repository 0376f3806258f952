//! Receipt codes: what a receipt reports in 20 characters that can be read out (FORMAT.md §8.2, §8.3).
//!
//! Entry points: [`ReceiptCode::new`], [`ReceiptCode::parse`] and [`ReceiptCode::verify`]. Absent: the report in words.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{
    bundle::BundleId,
    crypto::{Secret32, hmac_sha256, same},
    port::Coded,
    text::{
        Day,
        crockford::{self, CodeFault},
    },
};

/// What a receipt reports (§8.1). The number goes into typed codes.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    VariantArray,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ReceiptKind {
    /// 受領.
    Delivery = 0,
    /// 返却.
    Return = 1,
    /// 消去.
    Erasure = 2,
    /// 廃棄.
    Disposal = 3,
    /// 継続保有・期限延長.
    Retention = 4,
    /// 送致・引継ぎ.
    OnwardTransfer = 5,
    /// 一部返却.
    PartialReturn = 6,
    /// 紛失.
    Loss = 7,
}

impl ReceiptKind {
    /// All kinds, by number.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The word that forms use.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Delivery => "受領",
            Self::Return => "返却",
            Self::Erasure => "消去",
            Self::Disposal => "廃棄",
            Self::Retention => "継続保有・期限延長",
            Self::OnwardTransfer => "送致・引継ぎ",
            Self::PartialReturn => "一部返却",
            Self::Loss => "紛失",
        }
    }

    /// Whether the recipient keeps nothing afterwards, so that the viewer erases its key.
    pub fn erases_key(self) -> bool {
        matches!(self, Self::Return | Self::Erasure | Self::Disposal)
    }

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Why a typed code is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// Not 20 characters of the alphabet.
    #[error("a receipt code has 20 letters and digits (FORMAT.md §8.2)")]
    Form,
    /// The check character does not fit: a typing mistake.
    #[error("the code was mistyped: its check character does not fit (FORMAT.md §8.3)")]
    CheckCharacter,
    /// The code was not made from this bundle.
    #[error("the code does not belong to this bundle (FORMAT.md §8.2)")]
    Mac,
    /// The date cannot be written into a code.
    #[error("the date lies outside 2020 to 2199 (FORMAT.md §8.2)")]
    Day,
    /// Too many reports of one kind on one day.
    #[error("a code says one of {MAX_ORDINAL} reports of a kind and day (FORMAT.md §8.2)")]
    Ordinal,
}

impl From<CodeFault> for CodeError {
    fn from(fault: CodeFault) -> Self {
        match fault {
            CodeFault::Form => Self::Form,
            CodeFault::CheckSymbol => Self::CheckCharacter,
        }
    }
}

impl Coded for CodeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form => "code_form",
            Self::CheckCharacter => "code_mistyped",
            Self::Mac => "code_wrong",
            Self::Day => "code_day",
            Self::Ordinal => "code_ordinal",
        }
    }
}

/// What receipts and codes of a bundle are made from.
pub struct ReceiptFacts<'a> {
    /// 管理番号.
    pub bundle_id: &'a BundleId,
    /// The name of the signed manifest (§6.6).
    pub manifest_sha256: [u8; 32],
    /// The receipt secret of the slot with which its maker opens the bundle.
    pub secret: &'a Secret32,
}

/// What a code says of a report, by which it is known (§8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reported {
    /// What is reported.
    pub kind: ReceiptKind,
    /// On which day.
    pub day: Day,
    /// Which report of this kind on this day, from 1.
    pub ordinal: u8,
}

/// The most reports of one kind on one day.
pub(crate) const MAX_ORDINAL: u8 = 16;

/// A receipt as 20 characters: kind, day, which one of the day, and a truncated MAC, with a check character (§8.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptCode {
    said: Reported,
    /// The 14 symbols of the MAC.
    mac: [u8; 14],
}

impl ReceiptCode {
    /// The code of a report. Fails where its day or its ordinal has no number in it.
    pub fn new(facts: &ReceiptFacts<'_>, said: Reported) -> Result<Self, CodeError> {
        if !(1..=MAX_ORDINAL).contains(&said.ordinal) {
            return Err(CodeError::Ordinal);
        }
        said.day.receipt_number().ok_or(CodeError::Day)?;
        Ok(Self { said, mac: Self::mac(facts, Self::front(said)) })
    }

    /// Kind in 5 bits, ordinal − 1 in 4, day number in 16.
    fn front(said: Reported) -> u32 {
        let day = said.day.receipt_number().unwrap_or_default();
        (said.kind as u32) << 20 | u32::from(said.ordinal - 1) << 16 | u32::from(day)
    }

    fn mac(facts: &ReceiptFacts<'_>, front: u32) -> [u8; 14] {
        let label: &[u8] = b"fuin/1 receipt code\0";
        let id = facts.bundle_id.as_str().as_bytes();
        let mac =
            hmac_sha256(facts.secret, &[label, id, b"\0", &facts.manifest_sha256, &front.to_be_bytes()]);
        std::array::from_fn(|i| {
            let bit = i * 5;
            let pair = u16::from_be_bytes([mac[bit / 8], mac[bit / 8 + 1]]);
            ((pair >> (11 - bit % 8)) & 31) as u8
        })
    }

    /// Reads a code as typed: spaces, hyphens, full-width and small letters are forgiven; O reads as 0, I and L as 1.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        let body = crockford::read_code::<19>(typed)?;
        let front = body.iter().take(5).fold(0u32, |value, &symbol| value << 5 | u32::from(symbol));
        let kind = ReceiptKind::ALL.get((front >> 20) as usize).copied().ok_or(CodeError::Form)?;
        let ordinal = (front >> 16 & 15) as u8 + 1;
        let said = Reported { kind, day: Day::from_receipt_number((front & 0xFFFF) as u16), ordinal };
        let mut mac = [0; 14];
        mac.copy_from_slice(&body[5..]);
        Ok(Self { said, mac })
    }

    /// 管理番号 and code out of the text of a sheet's QR symbol, `FUIN1:R8-0001-0X5M:ABCD-…`; `None` if it is
    /// another text.
    pub fn from_qr_text(text: &str) -> Option<(&str, &str)> {
        text.trim().strip_prefix("FUIN1:")?.split_once(':')
    }

    /// What the QR symbol of a sheet says of a bundle and the code as it is written.
    pub fn qr_text(bundle_id: &BundleId, code: &str) -> String {
        format!("FUIN1:{bundle_id}:{code}")
    }

    /// Checks the code against a bundle and the secret of one who holds it.
    pub fn verify(self, facts: &ReceiptFacts<'_>) -> Result<Reported, CodeError> {
        let mac = Self::mac(facts, Self::front(self.said));
        if same(&mac, &self.mac) { Ok(self.said) } else { Err(CodeError::Mac) }
    }
}

impl fmt::Display for ReceiptCode {
    /// Five groups of four.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let front = Self::front(self.said);
        let mut body = [0u8; 19];
        for (i, symbol) in body.iter_mut().take(5).enumerate() {
            *symbol = ((front >> (20 - 5 * i)) & 31) as u8;
        }
        body[5..].copy_from_slice(&self.mac);
        crockford::write_code(f, &body)
    }
}

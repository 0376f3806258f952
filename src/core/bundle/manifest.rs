//! The manifest: what is in a bundle, for whom, until when, under which conditions (FORMAT.md §7).
//!
//! It is a signed document and the only authority on the content; the ZIP directory merely has to agree.
//! Absent: defaults. Every field is written out.

use serde::{Deserialize, Serialize};

use super::{BundleId, FORMAT, OfficeLabel, SEGMENT_BYTES};
use crate::{
    calendar::{Day, Timestamp},
    crypto::{
        cobblestone,
        envelope::{B64, b64_vec},
    },
    port::Coded,
};

/// Why a signed manifest does not fit its bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It belongs to another header (§7.2).
    #[error("the outside of the bundle was altered (FORMAT.md §7.2)")]
    Header,
    /// The entries are not those it lists (§7.3).
    #[error("the entries are not those that were sealed (FORMAT.md §7.3)")]
    Entries,
    /// A clip's checkpoints do not fit its length (§7.4).
    #[error("the list of checkpoints does not fit the clip (FORMAT.md §7.4)")]
    Checkpoints,
    /// Its dates contradict each other (§7.5).
    #[error("the dates contradict each other (FORMAT.md §7.5)")]
    Dates,
    /// The undertaking is not the one that was sealed (§7.6).
    #[error("the undertaking was altered (FORMAT.md §7.6)")]
    Undertaking,
}

impl Coded for ManifestError {
    fn code(&self) -> &'static str {
        match self {
            Self::Header => "manifest_header",
            Self::Entries => "manifest_entries",
            Self::Checkpoints => "manifest_checkpoints",
            Self::Dates => "manifest_dates",
            Self::Undertaking => "manifest_undertaking",
        }
    }
}

/// 提供先: to whom the footage was disclosed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// 機関名.
    pub organization: String,
    /// 部署.
    pub department: String,
    /// 担当者 (職氏名).
    pub person: String,
}

impl Recipient {
    /// The three parts in one line, as watermarks and letters show them.
    pub fn line(&self) -> String {
        [&self.organization, &self.department, &self.person]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// What the recipient may do beyond watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Grant {
    /// 静止画: save a marked still.
    Still,
    /// 印刷許可: print.
    Print,
    /// 原本の書き出し: take the clip out of the bundle.
    Export,
}

/// 記録媒体: what the bundle was handed over on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medium {
    /// USBメモリ, DVD-R, …
    pub kind: String,
    /// The number on its label.
    pub number: String,
}

/// The undertaking's entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undertaking {
    /// Bytes of `undertaking.cob`.
    pub length: u64,
    /// SHA-256 of its plaintext.
    pub sha256: B64<32>,
}

/// One clip, unaltered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clip {
    /// Name of the entry, `clips/1.cob`.
    pub entry: String,
    /// Bytes of the entry.
    pub length: u64,
    /// Bytes of the clip itself.
    pub bytes: u64,
    /// SHA-256 of the clip, as `sha256sum` prints it.
    pub sha256: String,
    /// The states of SHA-256 after every segment but the last, concatenated (§7.4).
    #[serde(with = "b64_vec")]
    pub checkpoints: Vec<u8>,
    /// The file's name before sealing.
    pub file_name: String,
    /// 設置カメラ.
    pub camera: String,
    /// What the camera's clock showed at the first frame, if recorded.
    pub starts_at: Option<Timestamp>,
    /// Seconds that the camera's clock ran ahead of the true time (negative: behind).
    pub clock_error_secs: i64,
}

impl Clip {
    /// What the camera's clock showed, and the true time, so many microseconds after the first picture that the clip shows, if
    /// known (§7.1).
    pub fn clocks(&self, micros: i64) -> Option<(Timestamp, Timestamp)> {
        // Times of pictures are cut off at microseconds; a whole second must not become the one before.
        let shown = self.starts_at?.plus_secs(micros.saturating_add(500).div_euclid(1_000_000));
        Some((shown, shown.plus_secs(-self.clock_error_secs)))
    }

    /// Number of segments.
    fn segment_count(&self) -> u64 {
        self.bytes.div_ceil(SEGMENT_BYTES as u64)
    }

    fn is_consistent(&self) -> bool {
        let checkpoints = self.segment_count().checked_sub(1).and_then(|n| n.checked_mul(32));
        cobblestone::message_len(self.bytes) == Some(self.length)
            && checkpoints == Some(self.checkpoints.len() as u64)
            && self.sha256.len() == 64
            && self.sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    }
}

/// The signed manifest (§7.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `fuin/1`.
    pub format: String,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// SHA-256 of `header.json`.
    pub header_sha256: B64<32>,
    /// When it was sealed.
    pub issued_at: Timestamp,
    /// 発行課.
    pub office: OfficeLabel,
    /// The office's rule set, e.g. `minato`.
    pub rules: String,
    /// 提供先.
    pub recipient: Recipient,
    /// 根拠: code of the legal basis, e.g. `CCP_197_2`.
    pub legal_basis: String,
    /// 文書番号 of the request.
    pub document_number: String,
    /// 利用目的.
    pub purpose: String,
    /// 画像の範囲, in words.
    pub range: String,
    /// First instant at which it may be watched.
    pub not_before: Timestamp,
    /// Last instant at which it may be watched.
    pub not_after: Timestamp,
    /// 返却期限.
    pub return_due: Day,
    /// What is permitted beyond watching.
    pub grants: Vec<Grant>,
    /// Conditions that the provider set, in words.
    pub conditions: Vec<String>,
    /// 記録媒体.
    pub medium: Medium,
    /// The undertaking.
    pub undertaking: Undertaking,
    /// The clips, in order.
    pub clips: Vec<Clip>,
    /// The key of receipt codes (§8.2); only who could open the bundle knows it.
    pub receipt_secret: B64<32>,
}

impl Manifest {
    /// Whether a permission was given.
    pub fn grants(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    /// Checks what a manifest can be checked for by itself (§7.4, §7.5).
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        if self.format != FORMAT {
            return Err(ManifestError::Header);
        }
        if !self.clips.iter().all(Clip::is_consistent) {
            return Err(ManifestError::Checkpoints);
        }
        if self.not_before > self.not_after || self.issued_at > self.not_after {
            return Err(ManifestError::Dates);
        }
        Ok(())
    }
}

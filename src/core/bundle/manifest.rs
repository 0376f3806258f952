//! The manifest: what is in a bundle, for whom, until when, under which conditions (FORMAT.md §7).
//!
//! It is a signed document and the only authority on the content; the ZIP directory merely has to agree.
//! Absent: defaults. Every field is written out.

use serde::{Deserialize, Serialize};

use super::{
    content::Content,
    header::OfficeLabel,
    id::BundleId,
    part::{FORMAT, MAX_INDEX},
    terms::{ClipNote, Recipient, Terms},
};
use crate::{
    crypto::{B64, Jws},
    port::Coded,
    text::{NameError, Timestamp, check_shown, is_invisible, json::Document},
    x509::CertificationRecord,
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
    /// It is no manifest, or a member says what it may not say (§7.1).
    #[error("the manifest is not understood: {0} (FORMAT.md §7.1)")]
    Form(String),
    /// The changes of the office's key do not lead to the key that signed it (§6.7).
    #[error("the changes of the office's key do not lead to this one (FORMAT.md §6.7)")]
    KeyChanges,
    /// A clip's checkpoints do not fit its length (§7.4).
    #[error("the list of checkpoints does not fit the clip (FORMAT.md §7.4)")]
    Checkpoints,
    /// Its dates contradict each other (§7.5).
    #[error("the dates contradict each other (FORMAT.md §7.5)")]
    Dates,
    /// The recipient cannot be named on the marks (§1.5).
    #[error("the recipient's name cannot stand on a picture: {0} (FORMAT.md §1.5)")]
    Name(#[from] NameError),
    /// The index of a clip is not the one that was sealed (§7.7).
    #[error("the index of a clip was altered (FORMAT.md §7.7)")]
    Index,
    /// The undertaking is not the one that was sealed (§7.6).
    #[error("the undertaking was altered (FORMAT.md §7.6)")]
    Undertaking,
    /// The undertaking is no undertaking (§7.6).
    #[error("the undertaking is not understood: {0} (FORMAT.md §7.6)")]
    UndertakingForm(String),
    /// The undertaking is another recipient's, or for another purpose or date (§7.6).
    #[error("the undertaking does not belong to this disclosure (FORMAT.md §7.6)")]
    UndertakingOther,
    /// The ticket is for another bundle, or is a bundle itself (§7.9).
    #[error("the ticket does not belong to this bundle (FORMAT.md §7.9)")]
    TicketOther,
}

impl Coded for ManifestError {
    fn code(&self) -> &'static str {
        match self {
            Self::Header => "manifest_header",
            Self::Entries => "manifest_entries",
            Self::Form(_) => "manifest_form",
            Self::KeyChanges => "manifest_key_changes",
            Self::Checkpoints => "manifest_checkpoints",
            Self::Dates => "manifest_dates",
            Self::Name(_) => "manifest_name",
            Self::Index => "manifest_index",
            Self::Undertaking => "manifest_undertaking",
            Self::UndertakingForm(_) => "undertaking_form",
            Self::UndertakingOther => "undertaking_other",
            Self::TicketOther => "ticket_other",
        }
    }
}

/// The undertaking's entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndertakingEntry {
    /// Bytes of `undertaking.cob`.
    pub length: u64,
    /// SHA-256 of its plaintext.
    pub sha256: B64<32>,
}

/// The index of a clip (§12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexEntry {
    /// Name of the entry, `index/1.cob`.
    pub entry: String,
    /// Bytes of the entry.
    pub length: u64,
    /// The index itself.
    #[serde(flatten)]
    pub content: Content,
}

/// One clip, unaltered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clip {
    /// Name of the entry, `clips/1.cob`.
    pub entry: String,
    /// Bytes of the entry.
    pub length: u64,
    /// The clip itself.
    #[serde(flatten)]
    pub content: Content,
    /// Which of its bytes are which picture.
    pub index: IndexEntry,
    /// What the office knows of it.
    #[serde(flatten)]
    pub note: ClipNote,
}

/// The longest name of a file that is taken out, in bytes: file systems take 255, and the format has no limit.
const MAX_NAME_BYTES: usize = 200;

impl Clip {
    /// The name under which clip `index` is taken out. It comes from the bundle: nothing hidden, nothing that a shell
    /// or a file system would misread, not too long.
    pub fn export_name(&self, index: usize) -> String {
        let misread = |c: char| is_invisible(c) || r#":*?"<>|"#.contains(c);
        let clean: String = self.note.file_name.chars().map(|c| if misread(c) { '_' } else { c }).collect();
        let clean = clean.trim_start_matches('.').trim_end_matches(['.', ' ']);
        if clean.is_empty() {
            return format!("clip-{}.mp4", index + 1);
        }
        if clean.len() <= MAX_NAME_BYTES {
            return format!("{}-{clean}", index + 1);
        }
        let (stem, ending) = clean.rsplit_once('.').unwrap_or((clean, ""));
        let ending: String = ending.chars().take(8).collect();
        let point = if ending.is_empty() { "" } else { "." };
        let ends = stem.char_indices().map(|(at, c)| at + c.len_utf8());
        let cut = ends.take_while(|end| *end <= MAX_NAME_BYTES).last().unwrap_or(0);
        format!("{}-{}{point}{ending}", index + 1, stem.get(..cut).unwrap_or_default())
    }

    fn is_consistent(&self) -> bool {
        let index = &self.index;
        self.content.is_consistent(self.length)
            && index.content.is_consistent(index.length)
            && index.content.bytes <= MAX_INDEX as u64
    }
}

/// The bundle that a ticket is for (§7.9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketOf {
    /// 管理番号.
    pub bundle_id: BundleId,
    /// The name of its signed manifest (§6.6).
    pub manifest_sha256: B64<32>,
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
    /// SHA-256 of the ledger's last line then: whoever holds the bundle witnesses that the ledger had it (§10.8).
    pub ledger_head: B64<32>,
    /// The changes of the office's key, the oldest first; the last leads to the key that signs this (§6.7).
    pub key_changes: Vec<Jws>,
    /// Who certified the office's key, if somebody did (§14).
    pub certification: Option<CertificationRecord>,
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
    /// Period, return, permissions, conditions, medium.
    #[serde(flatten)]
    pub terms: Terms,
    /// By which extension codes are recognised (§7.8).
    pub extension: B64<12>,
    /// The undertaking.
    pub undertaking: UndertakingEntry,
    /// Of a ticket, the bundle that it is for; null in a bundle.
    pub ticket_of: Option<TicketOf>,
    /// The clips, in order; of a ticket, none.
    pub clips: Vec<Clip>,
}

impl Document for Manifest {
    const FORMAT: &'static str = FORMAT;
}

impl Manifest {
    /// Checks what a manifest can be checked for by itself (§7.1, §7.4, §7.5).
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        self.recipient.check()?;
        let said = |member: &str| ManifestError::Form(member.to_owned());
        if self.legal_basis.trim().is_empty() || check_shown(&self.legal_basis).is_err() {
            return Err(said("legal_basis"));
        }
        if self.terms.names_a_grant_twice() {
            return Err(said("grants"));
        }
        if !self.terms.marks.is_allowed() {
            return Err(said("marks"));
        }
        for clip in &self.clips {
            clip.note.check().map_err(said)?;
        }
        if !self.clips.iter().all(Clip::is_consistent) {
            return Err(ManifestError::Checkpoints);
        }
        if !self.terms.are_consistent(self.issued_at) {
            return Err(ManifestError::Dates);
        }
        Ok(())
    }
}

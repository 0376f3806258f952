//! A line of the ledger: a signed event, or what is left of one that was destroyed (FORMAT.md §10.10).
//!
//! Entry point: [`LedgerLine`]. Absent: the chain.

use serde::{Deserialize, Serialize};

use super::entry::LedgerEvent;
use crate::{
    bundle::KeyChange,
    crypto::{B64, Jws, PublicKey, sha256},
    text::json::{Document, read_document, write_document},
};

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerLine {
    /// A signed event.
    Whole(Jws),
    /// Its hashes alone.
    Destroyed(DestroyedLine),
}

/// A line whose signature, signer and place were checked, and that is not appended yet.
#[derive(Debug, Clone)]
pub struct CheckedLine {
    pub(super) line: Jws,
    pub(super) event: LedgerEvent,
    pub(super) signer: PublicKey,
    pub(super) key_change: Option<KeyChange>,
}

impl CheckedLine {
    /// What it says.
    pub fn event(&self) -> &LedgerEvent {
        &self.event
    }

    /// Who signed it.
    pub fn signer(&self) -> &PublicKey {
        &self.signer
    }
}

/// What is left of a line that was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestroyedLine {
    left: Left,
    /// As it is stored.
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Left {
    /// `fuin-destroyed/1`.
    format: String,
    /// SHA-256 of the line.
    sha256: B64<32>,
    /// Its leaf in the tree of lines (§10.9).
    leaf: B64<32>,
}

impl Document for Left {
    const FORMAT: &'static str = "fuin-destroyed/1";
}

/// The leaf of a line in the tree of lines (RFC 6962 §2.1).
fn leaf_of(line: &str) -> [u8; 32] {
    sha256(&[&[0], line.as_bytes()].concat())
}

impl LedgerLine {
    /// Reads what is left of a destroyed line; `None` for any other text.
    pub(super) fn read_destroyed(line: &[u8]) -> Option<DestroyedLine> {
        let left: Left = read_document(line).ok()?;
        // It has one form, as a line has.
        let text = String::from_utf8(write_document(&left)).ok()?;
        (text.as_bytes() == line).then_some(DestroyedLine { left, text })
    }

    /// A line as it is stored, without LF; nothing of it is checked.
    pub fn of(text: &str) -> Self {
        Self::read_destroyed(text.as_bytes()).map_or_else(|| Self::Whole(Jws::new(text)), Self::Destroyed)
    }

    /// As it is stored, without LF.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Whole(jws) => jws.as_str(),
            Self::Destroyed(line) => &line.text,
        }
    }

    /// SHA-256 of the line, as it was.
    pub(super) fn sha256(&self) -> [u8; 32] {
        match self {
            Self::Whole(jws) => jws.line_sha256(),
            Self::Destroyed(line) => line.left.sha256.0,
        }
    }

    /// Its leaf in the tree of lines (RFC 6962 §2.1).
    pub(super) fn leaf(&self) -> [u8; 32] {
        match self {
            Self::Whole(jws) => leaf_of(jws.as_str()),
            Self::Destroyed(line) => line.left.leaf.0,
        }
    }

    /// The signed event, if it is still there.
    pub(super) fn jws(&self) -> Option<&Jws> {
        match self {
            Self::Whole(jws) => Some(jws),
            Self::Destroyed(_) => None,
        }
    }

    /// What is left of it once it is destroyed.
    pub(super) fn destroyed(&self) -> DestroyedLine {
        let (sha256, leaf) = (B64(self.sha256()), B64(self.leaf()));
        let left = Left { format: Left::FORMAT.into(), sha256, leaf };
        let text = String::from_utf8_lossy(&write_document(&left)).into_owned();
        DestroyedLine { left, text }
    }
}

/// SHA-256 of a line, from 1; zeros where there is none.
pub(crate) fn sha256_at(lines: &[LedgerLine], number: u64) -> B64<32> {
    let at = number.checked_sub(1).and_then(|at| usize::try_from(at).ok());
    B64(at.and_then(|at| lines.get(at)).map_or([0; 32], LedgerLine::sha256))
}

/// Whether this is SHA-256 of a line, from 1.
pub(crate) fn has_line(lines: &[LedgerLine], number: u64, sha256: B64<32>) -> bool {
    (1..=lines.len() as u64).contains(&number) && sha256_at(lines, number) == sha256
}

/// How many lines two copies have in common before they go different ways, or one of them ends.
pub(crate) fn common(ours: &[LedgerLine], theirs: &[LedgerLine]) -> u64 {
    ours.iter().zip(theirs).take_while(|(ours, theirs)| ours.sha256() == theirs.sha256()).count() as u64
}

/// SHA-256 over the hashes of these lines (§10.10); of lines that are not there, nothing.
pub(crate) fn sha256_of(lines: &[LedgerLine], stretches: &[(u64, u64)]) -> B64<32> {
    let all = stretches.iter().flat_map(|&(first, last)| first..=last);
    let hashes = all.filter_map(|line| lines.get(usize::try_from(line.checked_sub(1)?).ok()?));
    B64(sha256(&hashes.flat_map(LedgerLine::sha256).collect::<Vec<u8>>()))
}

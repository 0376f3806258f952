//! A line of the ledger: a signed event, or what is left of one that was destroyed (FORMAT.md §10.10).
//!
//! Entry point: [`LedgerLine`]. Absent: the chain.

use serde::{Deserialize, Serialize};

use crate::{
    crypto::{B64, Jws, sha256},
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

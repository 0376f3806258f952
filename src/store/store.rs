//! What a store of ledgers does: it gives one desk after the other its turn, and appends all or nothing.
//!
//! Entry points: [`Store`], [`Turn`]. Absent: whether a line is good ([`crate::Books`]).

use std::fmt;

use async_trait::async_trait;
use fuin_core::{Jws, Typ};
use tokio::sync::mpsc;

use crate::fault::StoreFault;

/// An office: the thumbprint (RFC 7638) of the key that signed its first line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfficeId(String);

impl OfficeId {
    /// That of a ledger which begins with this line; `None` if it is no signed event.
    pub fn of_first(line: &Jws) -> Option<Self> {
        Some(Self(line.verify(Typ::Event).ok()?.signer.thumbprint()))
    }

    /// Reads one: 43 letters of base64url.
    pub fn parse(text: &str) -> Option<Self> {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (text.len() == 43 && text.chars().all(is_letter)).then(|| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OfficeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lines of a ledger, without LF, from some place on; and the head that was written last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The lines.
    pub lines: Vec<String>,
    /// The head, if any line was ever written.
    pub head: Option<String>,
}

/// A line that is appended.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// How many lines stand before it.
    pub at: u64,
    /// The line.
    pub line: &'a Jws,
    /// The head that counts it.
    pub head: &'a Jws,
    /// The office's card from this line on, where the line changes it.
    pub card: Option<&'a Jws>,
}

/// Hears of offices whose ledger grew.
pub type Growth = mpsc::UnboundedReceiver<OfficeId>;

/// Where ledgers are kept.
#[async_trait]
pub trait Store: Send + Sync {
    /// The offices.
    async fn offices(&self) -> Result<Vec<OfficeId>, StoreFault>;

    /// The lines of an office from `from` on, and its head; nothing for an office that is not kept here.
    async fn read(&self, office: &OfficeId, from: u64) -> Result<Stored, StoreFault>;

    /// A turn: until it is over, nobody else appends to the ledger of this office.
    async fn turn(&self, office: &OfficeId) -> Result<Box<dyn Turn>, StoreFault>;

    /// From now on hears of what is appended, by whoever works on the same store.
    async fn watch(&self) -> Result<Growth, StoreFault>;
}

/// A turn to append.
#[async_trait]
pub trait Turn: Send {
    /// As [`Store::read`].
    async fn read(&mut self, from: u64) -> Result<Stored, StoreFault>;

    /// Appends a line and its head, both or neither; when it returns they outlive a power cut. The turn is over. A
    /// place that is taken is [`StoreFault::Overtaken`].
    async fn append(self: Box<Self>, record: Record<'_>) -> Result<(), StoreFault>;

    /// Puts what is left of destroyed lines (FORMAT.md §10.10) in their place, by place and text, all or none; first
    /// the documents go that only they named, by SHA-256, where the store has them. The turn is over.
    async fn destroy(self: Box<Self>, left: &[(u64, String)], documents: &[String])
    -> Result<(), StoreFault>;
}

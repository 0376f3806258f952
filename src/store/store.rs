//! What a store of ledgers does: it gives one desk after the other its turn, and appends all or nothing.
//!
//! Entry points: [`Store`], [`Turn`]. Absent: whether a line is good ([`crate::Books`]); what an account may do.

use async_trait::async_trait;
use fuin_core::{Jws, LedgerLine};
use tokio::sync::mpsc;

use crate::{account::Account, fault::StoreFault, office_id::OfficeId};

/// Lines of a ledger, without LF, from some place on; and the head that was written last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The lines.
    pub lines: Vec<String>,
    /// The head, if any line was ever written.
    pub head: Option<String>,
}

/// Lines that are appended.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// How many lines stand before them, and the last of these.
    pub at: u64,
    pub after: Option<&'a LedgerLine>,
    /// The lines.
    pub lines: &'a [LedgerLine],
    /// The head that counts them.
    pub head: &'a Jws,
    /// The office's card from these lines on, where one of them changes it.
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

    /// Appends as a turn does, without reading first: where somebody was quicker, [`StoreFault::Overtaken`].
    async fn append(&self, office: &OfficeId, record: Record<'_>) -> Result<(), StoreFault> {
        self.turn(office).await?.append(record).await
    }

    /// Who may sign in.
    async fn accounts(&self) -> Result<Vec<Account>, StoreFault>;

    /// Keeps an account, in the place of the one with its id. When it returns it outlives a power cut.
    async fn keep_account(&self, account: &Account) -> Result<(), StoreFault>;

    /// From now on hears of what is appended, by whoever works on the same store.
    async fn watch(&self) -> Result<Growth, StoreFault>;
}

/// A turn to append.
#[async_trait]
pub trait Turn: Send {
    /// As [`Store::read`].
    async fn read(&mut self, from: u64) -> Result<Stored, StoreFault>;

    /// Appends lines and their head, all or nothing; when it returns they outlive a power cut. The turn is over. A
    /// place that is taken is [`StoreFault::Overtaken`].
    async fn append(self: Box<Self>, record: Record<'_>) -> Result<(), StoreFault>;

    /// Puts what is left of destroyed lines (FORMAT.md §10.10) in their place, by place and text, all or none; first
    /// the documents go that only they named, by SHA-256, where the store has them. The turn is over.
    async fn destroy(self: Box<Self>, left: &[(u64, String)], documents: &[String])
    -> Result<(), StoreFault>;
}

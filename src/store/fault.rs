//! Why a line was not appended, or a ledger not read.

use fuin_core::{Coded, LedgerFault, RulesError, StepError, Timestamp};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreFault {
    /// No office has this id here.
    #[error("no such office is kept here")]
    Office,
    /// Somebody else appended first: the line was prepared for another place.
    #[error("somebody else recorded first; the ledger has {lines} lines now")]
    Overtaken {
        /// How many lines there are now.
        lines: u64,
    },
    /// The line names somebody else than the person who signed in.
    #[error("the line says that {said} recorded it, who did not sign in")]
    Actor {
        /// Whom it names.
        said: String,
    },
    /// The desk is not enrolled, or was struck off; or another desk signed.
    #[error("this desk is not enrolled")]
    Desk,
    /// The desk's clock is wrong, or the server's.
    #[error("the desk says that it is {at}; here it is {now}")]
    Clock {
        /// What the line says.
        at: Timestamp,
        /// What it is here.
        now: Timestamp,
    },
    /// A line of a ledger from elsewhere could not have been recorded where it stands.
    #[error("line {line} could not have been recorded where it stands: {error}")]
    Unruly {
        /// Which line, from 1.
        line: u64,
        /// Why.
        error: StepError,
    },
    /// The line or its head is not good.
    #[error(transparent)]
    Ledger(#[from] LedgerFault),
    /// It may not be recorded now.
    #[error(transparent)]
    Step(#[from] StepError),
    /// What is stored does not verify: nothing is appended to it.
    #[error("the ledger that is stored is damaged: {0}")]
    Damaged(LedgerFault),
    /// The office's rules cannot be read.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// A document of no bytes, or of more than it may have.
    #[error("a document of this kind does not have so many bytes")]
    DocumentSize,
    /// No line of the ledger names the document, or not any more; or the bundle waits no longer.
    #[error("the ledger names no such document")]
    DocumentUnnamed,
    /// The office's documents would be more than its part of the disk.
    #[error("the documents of this office have no more room")]
    DocumentRoom,
    /// What came in pieces is not what was said first.
    #[error("the document did not come as it was sent")]
    DocumentHash,
    /// The folder could not be read or written.
    #[error("the folder could not be read or written: {0}")]
    Folder(#[from] std::io::Error),
    /// The database could not be reached, or refused.
    #[error("the database refused, or could not be reached: {0}")]
    Database(#[from] sqlx::Error),
    /// The database has the tables of another version.
    #[error("the tables in the database are of another version: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl Coded for StoreFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Office => "store_office",
            Self::Overtaken { .. } => "store_overtaken",
            Self::Actor { .. } => "store_actor",
            Self::Desk => "store_desk",
            Self::Clock { .. } => "store_clock",
            Self::Unruly { .. } => "store_unruly",
            Self::Ledger(fault) => fault.code(),
            Self::Step(error) => error.code(),
            Self::Damaged(_) => "store_damaged",
            Self::Rules(error) => error.code(),
            Self::DocumentSize => "document_size",
            Self::DocumentUnnamed => "document_unnamed",
            Self::DocumentRoom => "document_room",
            Self::DocumentHash => "document_hash",
            Self::Folder(_) => "store_folder",
            Self::Database(_) => "store_database",
            Self::Migration(_) => "store_migration",
        }
    }
}

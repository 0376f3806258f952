//! Why a line was not appended, or a ledger not read.

use fuin_core::{Coded, LedgerFault, RulesError, StepError};

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
    /// The folder could not be read or written.
    #[error("the folder could not be read or written: {0}")]
    Folder(#[from] std::io::Error),
    /// The database could not be reached, or refused.
    #[cfg(feature = "postgres")]
    #[error("the database refused, or could not be reached: {0}")]
    Database(#[from] sqlx::Error),
    /// The database has the tables of another version.
    #[cfg(feature = "postgres")]
    #[error("the tables in the database are of another version: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl Coded for StoreFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Office => "store_office",
            Self::Overtaken { .. } => "store_overtaken",
            Self::Ledger(fault) => fault.code(),
            Self::Step(error) => error.code(),
            Self::Damaged(_) => "store_damaged",
            Self::Rules(error) => error.code(),
            Self::Folder(_) => "store_folder",
            #[cfg(feature = "postgres")]
            Self::Database(_) => "store_database",
            #[cfg(feature = "postgres")]
            Self::Migration(_) => "store_migration",
        }
    }
}

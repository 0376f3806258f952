//! What can be wrong with a ledger.

use std::borrow::Cow;

use crate::port::Coded;

/// What is wrong with a ledger, and where. Lines count from 1, as editors do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerFault {
    /// A line is not a signed event, or its signature is wrong: altered bytes.
    #[error("line {line} was altered or is no event: {why} (FORMAT.md §10.2)")]
    Line {
        /// Which line.
        line: usize,
        /// Code of the reason.
        why: &'static str,
    },
    /// A line was signed by another key.
    #[error("line {line} was signed by another key (FORMAT.md §10.2)")]
    Signer {
        /// Which line.
        line: usize,
    },
    /// A line does not continue the one before: lines were removed, swapped or inserted.
    #[error("line {line} does not continue the line before it (FORMAT.md §10.3)")]
    Chain {
        /// Which line.
        line: usize,
    },
    /// The head remembers more lines than there are.
    #[error("the last {missing} lines are missing (FORMAT.md §10.4)")]
    TailLost {
        /// How many.
        missing: u64,
    },
    /// The head remembers another line in this place: two copies went different ways.
    #[error("this is another branch of the ledger from line {line} on (FORMAT.md §10.4)")]
    Fork {
        /// Which line.
        line: u64,
    },
    /// The head itself does not verify.
    #[error("the ledger head was altered (FORMAT.md §10.4)")]
    Head,
}

impl Coded for LedgerFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Line { .. } => "ledger_line",
            Self::Signer { .. } => "ledger_signer",
            Self::Chain { .. } => "ledger_chain",
            Self::TailLost { .. } => "ledger_tail_lost",
            Self::Fork { .. } => "ledger_fork",
            Self::Head => "ledger_head",
        }
    }

    fn names(&self) -> Option<Cow<'_, str>> {
        let place = match self {
            Self::Line { line, .. } | Self::Signer { line } | Self::Chain { line } => line.to_string(),
            Self::TailLost { missing } => missing.to_string(),
            Self::Fork { line } => line.to_string(),
            Self::Head => return None,
        };
        Some(place.into())
    }
}

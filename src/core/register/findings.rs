//! What is odd about a ledger as a whole.
//!
//! Entry point: [`LedgerFinding`]. Absent: what makes it unsound ([`crate::LedgerFault`]).

use serde::Serialize;

use crate::{bundle::BundleId, text::Timestamp};

/// Something that does not make a ledger unsound, and that whoever reads it should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum LedgerFinding {
    /// A line is dated before an earlier one: the clock of the desk was set back.
    TimeBackwards {
        /// Which line, from 1.
        line: u64,
        /// Its time.
        at: Timestamp,
        /// The latest time before it.
        after: Timestamp,
    },
    /// A recipient saw a head that this ledger never had: it was set back to an older copy, or went another way.
    Overtaken {
        /// Which line took the report in, from 1.
        line: u64,
        /// Of which bundle.
        bundle_id: BundleId,
    },
    /// A backup took the place of a damaged ledger.
    Restored {
        /// Which line says so, from 1.
        line: u64,
        /// Events that were lost.
        lost: u64,
    },
    /// A union brought a line that does not fit what was recorded here: it is kept, and counts for nothing.
    SetAside {
        /// Which line, from 1.
        line: u64,
        /// What kind of line it is.
        what: &'static str,
    },
}

impl LedgerFinding {
    /// In one line, as papers have it.
    pub fn japanese(&self) -> String {
        match self {
            Self::TimeBackwards { line, at, after } => {
                format!("{line}行目の時刻（{}）が、前の行（{}）より戻っています", at.wareki(), after.wareki())
            }
            Self::Overtaken { line, bundle_id } => format!(
                "{line}行目の報告（{bundle_id}）は、この記録簿にない行を見た人のものです。記録簿が古い写しに戻されたか、別の写しと分かれています"
            ),
            Self::Restored { line, lost } => {
                format!("{line}行目で、傷んだ記録簿をバックアップで置き換えました（失われた記録 {lost} 件）")
            }
            Self::SetAside { line, what } => format!(
                "{line}行目の「{what}」は、統合した記録簿のものですが、この記録簿の記録と合わないため効力がありません"
            ),
        }
    }
}

//! `fuin ledger`: the words for what is read out of the ledger, and for its copies.

use std::path::PathBuf;

use clap::Subcommand;
use fuin_core::{Book, LetterKind};

use super::{office::OfficePassphrase, values::one_of};

#[derive(Subcommand)]
pub(crate) enum LedgerCommand {
    /// List the disclosures.
    Show {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
    },
    /// Check every line, every link and the head.
    Verify {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
    },
    /// Write the ledger as one file, for backup or for the desk in the browser.
    Export {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        /// Where to.
        #[arg(long)]
        out: PathBuf,
    },
    /// Prove that a disclosure stands in the ledger, without showing the others.
    Prove {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        #[command(flatten)]
        passphrase: OfficePassphrase,
        /// 管理番号.
        bundle: String,
        /// Where to; the usual ending is `.tlog-proof`.
        #[arg(long)]
        out: PathBuf,
    },
    /// Check such a proof.
    Check {
        /// The proof.
        proof: PathBuf,
        /// The office's card; without it the signing key is only shown.
        #[arg(long)]
        office_card: Option<PathBuf>,
    },
    /// Take over a longer copy of this ledger, e.g. from the desk in the browser.
    Import {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        /// The exported file.
        file: PathBuf,
        /// Also take over what the rules of recording would not have admitted.
        #[arg(long)]
        anyway: bool,
        /// The new office.key, where the office's key was changed on the other PC.
        #[arg(long)]
        key_file: Option<PathBuf>,
        #[command(flatten)]
        passphrase: OfficePassphrase,
    },
    /// Bring in what another PC of this office recorded since the two went different ways (記録簿の統合).
    Unite(Unite),
    /// What is overdue, due within a week, or waits for somebody.
    Due {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
    },
    /// List every line with its number, its time and what it says.
    Lines {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
    },
    /// Print a book of a fiscal year (年度) as a table for spreadsheets: 提供記録簿, 運用状況記録簿, 事故記録簿, 媒体貸出簿.
    Book {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        /// Which book.
        #[arg(value_parser = one_of(Book::ALL, Book::name, Book::japanese))]
        book: Book,
        /// The Gregorian year in which the 年度 began (default: the present one).
        #[arg(long)]
        year: Option<i32>,
        /// Write it here.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// 文例: show what a letter says before anybody edits it, and which places in it are filled in.
    Letter {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        /// Which letter.
        #[arg(value_parser = one_of(LetterKind::ALL, LetterKind::name, LetterKind::japanese))]
        kind: LetterKind,
    },
    /// 担当者・端末: who works with the ledger, and the desks that have keys of their own.
    Desks {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
    },
    /// The counts of a fiscal year (年度) for the periodic report.
    Year {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        /// The Gregorian year in which it began (default: the present one).
        #[arg(long)]
        year: Option<i32>,
    },
}

#[derive(clap::Args)]
pub(crate) struct Unite {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    /// The other ledger as exported, or the other office's folder: then its documents and bundle keys come, too.
    pub other: PathBuf,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Who decided it.
    #[arg(long)]
    pub by: String,
    /// Only say what would be recorded.
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// Who records (取扱者), for the ledger.
    #[arg(long, default_value = "取扱者")]
    pub operator: String,
}

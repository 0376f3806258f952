//! `fuin stamp`: the words for time stamps.

use std::path::PathBuf;

use clap::Subcommand;

use super::{RecipientPassphrase, office::OfficePassphrase};

#[derive(Subcommand)]
pub(crate) enum StampCommand {
    /// Write what a time-stamping authority is asked (application/timestamp-query) for a bundle, a ticket or a
    /// receipt.
    Query {
        /// The bundle, ticket or receipt.
        file: PathBuf,
        #[command(flatten)]
        opened: Opened,
        /// Where to; the usual ending is `.tsq`.
        #[arg(long)]
        out: PathBuf,
    },
    /// Put what the authority answered into a bundle or a ticket.
    Bundle(StampBundle),
    /// Record what the authority answered for a receipt that was confirmed.
    Receipt(StampReceipt),
    /// Say of every receipt's time stamp in the ledger whether its authority leads to a root.
    Check(StampCheck),
}

#[derive(clap::Args)]
pub(crate) struct StampCheck {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    /// A root certificate; may be given several times.
    #[arg(long, required = true)]
    pub time_root: Vec<PathBuf>,
    /// A list of revoked certificates (CRL) or an OCSP answer; may be given several times.
    #[arg(long)]
    pub revocation: Vec<PathBuf>,
}

/// How a bundle is opened: by the key that its office keeps, or by a recipient's.
#[derive(clap::Args)]
pub(crate) struct Opened {
    /// The office's folder, where it is the office that asks.
    #[arg(long)]
    pub office: Option<PathBuf>,
    #[command(flatten)]
    pub office_passphrase: OfficePassphrase,
    #[command(flatten)]
    pub passphrase: RecipientPassphrase,
    /// The recipient's key file.
    #[arg(long)]
    pub identity: Option<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct StampBundle {
    /// The bundle or ticket; it is written anew, and is what it was until that is done.
    pub bundle: PathBuf,
    /// What the authority answered (application/timestamp-reply).
    pub reply: PathBuf,
    #[command(flatten)]
    pub opened: Opened,
    /// Put it in the place of the one that the bundle has, which is lost.
    #[arg(long)]
    pub replace: bool,
    /// A root certificate to which the authority has to lead; may be given several times.
    #[arg(long)]
    pub time_root: Vec<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct StampReceipt {
    /// The receipt file.
    pub receipt: PathBuf,
    /// What the authority answered.
    pub reply: PathBuf,
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// A root certificate to which the authority has to lead; may be given several times.
    #[arg(long)]
    pub time_root: Vec<PathBuf>,
    /// Who records it, for the ledger.
    #[arg(long, default_value = "取扱者")]
    pub operator: String,
}

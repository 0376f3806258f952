//! `fuin office`: the words for founding an office, adopting its rules and changing its key.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum OfficeCommand {
    /// Found an office: keys under a passphrase, a card to hand out, an empty ledger.
    New(OfficeNew),
    /// Adopt the office's own rule file, or a revised one; it is in force from then on.
    Rules {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        #[command(flatten)]
        passphrase: OfficePassphrase,
        /// Who adopts it, for the ledger.
        #[arg(long, default_value = "管理責任者")]
        operator: String,
        /// The rule file (src/core/rules/README.md says how to write one).
        file: PathBuf,
    },
    /// Give the office another name or contact. The key stays; bundles from then on say the new one.
    Rename {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        #[command(flatten)]
        passphrase: OfficePassphrase,
        /// 課の名称 (default: as it is).
        #[arg(long)]
        name: Option<String>,
        /// 連絡先 (default: as it is).
        #[arg(long)]
        contact: Option<String>,
        /// Who records it, for the ledger.
        #[arg(long, default_value = "管理責任者")]
        operator: String,
    },
    /// Give the office a new key. The old one vouches for it, in the ledger and in every bundle from then on.
    ChangeKey(ChangeKey),
    /// Have the office's key certified by the holder of a certificate, such as a 職責証明書. It stands in every bundle
    /// from then on.
    Certify {
        #[command(subcommand)]
        command: CertifyCommand,
    },
}

#[derive(Subcommand)]
pub(crate) enum CertifyCommand {
    /// Write what the certificate's holder has to sign, with SHA-256:
    /// `openssl dgst -sha256 -sign KEY -out SIGNATURE TO-SIGN`, or the card's own program.
    Prepare {
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
        /// The certificate and those of its issuers, in PEM one behind the other; or one alone in DER.
        #[arg(long)]
        certificate: PathBuf,
        /// Where to write what is to be signed.
        #[arg(long)]
        out: PathBuf,
    },
    /// Record the signature, and what the issuers say of the certificates now.
    Record(CertifyRecord),
}

#[derive(clap::Args)]
pub(crate) struct CertifyRecord {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// What was signed. Without it, lists and answers of the present certification are renewed.
    #[arg(long, requires = "signature")]
    pub signed: Option<PathBuf>,
    /// The signature.
    #[arg(long, requires = "signed")]
    pub signature: Option<PathBuf>,
    /// A list of revoked certificates (CRL) or an OCSP answer; may be given several times.
    #[arg(long)]
    pub revocation: Vec<PathBuf>,
    /// Who records it, for the ledger.
    #[arg(long, default_value = "管理責任者")]
    pub operator: String,
}

#[derive(clap::Args)]
pub(crate) struct ChangeKey {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// File with the passphrase of the new key; otherwise FUIN_NEW_OFFICE_PASSPHRASE or a prompt.
    #[arg(long)]
    pub new_passphrase_file: Option<PathBuf>,
    /// Who does it, for the ledger.
    #[arg(long, default_value = "管理責任者")]
    pub operator: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Somebody else may have the old key: viewers that learn of it refuse what only the old key has signed.
    #[arg(long)]
    pub exposed: bool,
}

#[derive(clap::Args)]
pub(crate) struct OfficeNew {
    /// Rule set: tajimi, fujisawa, minato, midori, asahikawa, or the office's own FILE.toml.
    #[arg(long)]
    pub rules: String,
    /// 発行課, e.g. 港区防災課.
    #[arg(long)]
    pub name: String,
    /// Where questions go, e.g. a telephone number.
    #[arg(long)]
    pub contact: String,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// The office's folder; made if it does not exist.
    pub dir: PathBuf,
}

/// Where the office's passphrase comes from; otherwise FUIN_OFFICE_PASSPHRASE or a prompt.
#[derive(clap::Args)]
pub(crate) struct OfficePassphrase {
    /// File with the office's passphrase.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
}

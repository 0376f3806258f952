//! `fuin serve`, `fuin server`: the words for one ledger and several desks.

use std::{net::SocketAddr, path::PathBuf};

use clap::Subcommand;

use super::values::parse_lifetime;

/// Where ledgers are kept.
#[derive(clap::Args)]
pub(crate) struct StoreAt {
    /// `folder:DIR`, the folder of one office; or `postgres://USER:PASSWORD@HOST/DATABASE`, for several.
    #[arg(long, env = "FUIN_STORE", hide_env_values = true)]
    pub store: String,
}

/// The page and the ledger, over HTTPS.
#[derive(clap::Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub at: StoreAt,
    /// Where it listens. Without a certificate, on this PC alone.
    #[arg(long, default_value = "127.0.0.1:8443")]
    pub listen: SocketAddr,
    /// The name in the certificate by which desks reach it.
    #[arg(long)]
    pub host: Option<String>,
    /// The certificate, and those that lead to its root, in PEM; SIGHUP reads it anew.
    #[arg(long, requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, in PEM.
    #[arg(long, requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Where documents are kept, as desks sealed them; with a folder, beside its ledger. Without a place desks keep
    /// their own.
    #[arg(long)]
    pub documents: Option<PathBuf>,
    /// GiB that the documents of one office may have together.
    #[arg(long, default_value = "1024", value_name = "GIB")]
    pub documents_room: u32,
    /// Where figures are read (OpenMetrics), such as 127.0.0.1:9464.
    #[arg(long)]
    pub metrics: Option<SocketAddr>,
    /// Minutes after which somebody who does nothing is signed out.
    #[arg(long, default_value = "60", value_parser = parse_lifetime)]
    pub idle_minutes: u64,
    /// Minutes after which everybody signs in anew.
    #[arg(long, default_value = "720", value_parser = parse_lifetime)]
    pub session_minutes: u64,
}

#[derive(Subcommand)]
pub(crate) enum ServerCommand {
    /// Make the tables in a database, or bring them up to this version, as the owner of the database.
    Migrate {
        #[command(flatten)]
        at: StoreAt,
    },
    /// Let somebody set a password, for the first time or anew: prints a word that is good for three days.
    Invite {
        #[command(flatten)]
        at: StoreAt,
        /// 氏名, as the ledger names the person.
        name: String,
        /// The office (`fuin server offices`); without one, somebody who founds an office or brings one here.
        #[arg(long, conflicts_with = "operator")]
        office: Option<String>,
        /// 情報システム: runs the server, and reads no ledger.
        #[arg(long)]
        operator: bool,
    },
    /// List the offices that are kept.
    Offices {
        #[command(flatten)]
        at: StoreAt,
    },
    /// Take an office's ledger over from its folder.
    Import {
        #[command(flatten)]
        at: StoreAt,
        /// The office's folder.
        #[arg(long)]
        office: PathBuf,
    },
    /// Write an office's ledger as `fuin ledger export` does.
    Export {
        #[command(flatten)]
        at: StoreAt,
        /// The office (`fuin server offices`).
        #[arg(long)]
        office: String,
        /// Where to.
        #[arg(long)]
        out: PathBuf,
    },
}

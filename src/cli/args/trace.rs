//! The words of `fuin trace`.

use std::path::PathBuf;

use super::office::OfficePassphrase;

/// A search for forensic marks.
#[derive(clap::Args)]
pub(crate) struct Trace {
    /// Pictures (PNG, JPEG, WebP) or videos that were found; each is looked at for itself.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// The original clip, or each of them: weaker marks are read with it, and a mark that was copied into another
    /// picture is noticed.
    #[arg(long)]
    pub clip: Vec<PathBuf>,
}

//! `fuin key`: a recipient's keys in a file under a passphrase (FORMAT.md §11.5), and the public half to give away.

use std::path::Path;

use fuin_core::{DeviceKeys, RecipientKeyFile, RecipientKeys, RecipientPublicKeys};
use serde_json::json;

use crate::{
    args::RecipientPassphrase,
    failure::{Failure, Outcome},
    files::{read_text, write_file, write_private_file},
    passphrase::{self, Whose},
    platform::OsEntropy,
    report::Report,
    words::said,
};

/// Makes a recipient's keys.
pub(crate) fn new(out: &Path, passphrase: &RecipientPassphrase) -> Outcome {
    let passphrase = passphrase::choose(Whose::Recipient, passphrase.recipient_passphrase_file.as_deref())?;
    let keys = RecipientKeys::generate(&OsEntropy);
    let file = RecipientKeyFile::seal(&OsEntropy, &keys, passphrase)?;
    let public = keys.agreement.public();
    let mut public_path = out.as_os_str().to_owned();
    public_path.push(".pub");
    let public_path = Path::new(&public_path);
    write_private_file(out, file.to_json().as_bytes(), false)?;
    write_file(public_path, file.public_keys().to_json().as_bytes(), false)?;
    let text = said!(
        "鍵（合言葉で守られています）：{}\n公開鍵（提供元に渡すもの）：{}",
        "Keys, under the passphrase: {}\nPublic keys, for the office: {}",
        out.display(),
        public_path.display()
    );
    Ok(Report::new(text, json!({ "ok": true, "kid": public.thumbprint() })))
}

/// Reads a recipient's public keys.
pub(crate) fn read_public(path: &Path) -> Result<DeviceKeys, Failure> {
    Ok(RecipientPublicKeys::parse(&read_text(path)?)?)
}

/// Opens a recipient's key file.
pub(crate) fn open(path: &Path, passphrase: &RecipientPassphrase) -> Result<RecipientKeys, Failure> {
    let file = RecipientKeyFile::parse(&read_text(path)?)?;
    let passphrase = passphrase::read(Whose::Recipient, passphrase.recipient_passphrase_file.as_deref())?;
    Ok(file.open(&passphrase)?)
}

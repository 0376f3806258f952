//! Where passphrases come from: a file, the environment, or a prompt without echo.

use std::{io::IsTerminal, path::Path};

use fuin_core::Passphrase;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{failure::Failure, files, platform::OsEntropy, report::Report};

/// Whose passphrase is meant.
#[derive(Clone, Copy)]
pub(crate) enum Whose {
    /// The office's, for its keys.
    Office,
    /// The recipient's, for a bundle.
    Recipient,
}

impl Whose {
    fn variable(self) -> &'static str {
        match self {
            Self::Office => "FUIN_OFFICE_PASSPHRASE",
            Self::Recipient => "FUIN_RECIPIENT_PASSPHRASE",
        }
    }

    fn prompt(self) -> &'static str {
        match self {
            Self::Office => "Office passphrase: ",
            Self::Recipient => "Recipient's passphrase: ",
        }
    }
}

/// Finds a passphrase. The first line of a file counts, without its line end.
pub(crate) fn read(whose: Whose, file: Option<&Path>) -> Result<Passphrase, Failure> {
    if let Some(path) = file {
        let text = Zeroizing::new(files::read_text(path)?);
        return Ok(Passphrase::new(text.lines().next().unwrap_or_default()));
    }
    if let Ok(text) = std::env::var(whose.variable()) {
        return Ok(Passphrase::new(&Zeroizing::new(text)));
    }
    let missing =
        || Failure::new("passphrase_missing", format!("no passphrase file, {} is not set", whose.variable()));
    if !std::io::stdin().is_terminal() {
        return Err(missing());
    }
    let typed = rpassword::prompt_password(whose.prompt()).map_err(|_| missing())?;
    Ok(Passphrase::new(&Zeroizing::new(typed)))
}

/// Prints a new passphrase.
pub(crate) fn generate() -> Report {
    let passphrase = Passphrase::generate(&OsEntropy);
    Report::new(passphrase.as_str(), json!({ "ok": true, "passphrase": passphrase.as_str() }))
}

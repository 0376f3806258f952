//! Where passphrases come from: a file, the environment, or a prompt without echo.

use std::{io::IsTerminal, path::Path};

use fuin_core::Passphrase;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{failure::Failure, files, platform::OsEntropy, report::Report, words::said};

/// Whose passphrase is meant.
#[derive(Clone, Copy)]
pub(crate) enum Whose {
    /// The office's, for its keys.
    Office,
    /// The office's, for the keys that take the place of the ones it has.
    NewOffice,
    /// The recipient's, for a bundle or for the recipient's own keys.
    Recipient,
}

impl Whose {
    fn variable(self) -> &'static str {
        match self {
            Self::Office => "FUIN_OFFICE_PASSPHRASE",
            Self::NewOffice => "FUIN_NEW_OFFICE_PASSPHRASE",
            Self::Recipient => "FUIN_RECIPIENT_PASSPHRASE",
        }
    }

    fn prompt(self) -> String {
        match self {
            Self::Office => said!("課の合言葉：", "Office passphrase: "),
            Self::NewOffice => said!("新しい鍵の合言葉：", "Passphrase of the new key: "),
            Self::Recipient => said!("受領者の合言葉：", "Recipient's passphrase: "),
        }
    }
}

/// Finds a passphrase. The first line of a file counts, without its line end.
pub(crate) fn read(whose: Whose, file: Option<&Path>) -> Result<Passphrase, Failure> {
    find(whose, file, false)
}

/// Finds the passphrase that something is going to be kept under: at a prompt it is asked for twice, because a slip
/// would lock it up for good.
pub(crate) fn choose(whose: Whose, file: Option<&Path>) -> Result<Passphrase, Failure> {
    find(whose, file, true)
}

fn find(whose: Whose, file: Option<&Path>, twice: bool) -> Result<Passphrase, Failure> {
    if let Some(path) = file {
        let text = Zeroizing::new(files::read_text(path)?);
        return Ok(Passphrase::new(text.lines().next().unwrap_or_default()));
    }
    if let Ok(text) = std::env::var(whose.variable()) {
        return Ok(Passphrase::new(&Zeroizing::new(text)));
    }
    let missing = || {
        Failure::new(
            "passphrase_missing",
            said!(
                "合言葉のファイルがなく、環境変数 {} もありません",
                "no passphrase file, {} is not set",
                whose.variable()
            ),
        )
    };
    if !std::io::stdin().is_terminal() {
        return Err(missing());
    }
    let ask = |prompt: &str| rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|_| missing());
    let typed = ask(&whose.prompt())?;
    if twice && ask(&said!("もう一度：", "The same again: "))? != typed {
        return Err(Failure::new(
            "passphrase_differs",
            said!(
                "2回の合言葉が違います。何も書いていません",
                "the two passphrases differ; nothing was written"
            ),
        ));
    }
    Ok(Passphrase::new(&typed))
}

/// Prints a new passphrase.
pub(crate) fn generate() -> Report {
    let passphrase = Passphrase::generate(&OsEntropy);
    Report::new(passphrase.as_str(), json!({ "ok": true, "passphrase": passphrase.as_str() }))
}

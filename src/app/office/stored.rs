//! The ledger as this browser keeps it: every line and the head sealed under a key that follows from the office's keys.
//! A line that was altered cannot be opened and is shown as damaged.
//!
//! Entry points: [`read`], [`append`], [`replace`]; [`read_setting`], [`write_setting`] for what is sealed beside it.
//! Absent: what the lines say (`desk.rs`).

use fuin_core::{Jws, LedgerLine, OfficeKeyFile};
use serde::{Serialize, de::DeserializeOwned};

use super::fault::DeskFault;
use crate::{
    fault::Fault,
    platform::{
        BrowserError,
        crypto::StorageKey,
        db::{self, SealedLedger, StoreName},
        files, kept,
    },
};

/// Lines that are opened at a time: the browser works on all of them at once.
const AT_ONCE: usize = 1000;

/// What is stored, as it is and opened.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// As it is.
    pub sealed: SealedLedger,
    /// Its lines. One that cannot be opened is a question mark and its bytes in base64url, which is no line of a
    /// ledger.
    pub lines: Vec<String>,
    /// Its head.
    pub head: Option<Jws>,
}

/// What a line is sealed as. Its place is no part of it: the chain tells where it belongs, and lines that were moved
/// can still be read.
const LINE: &str = "ledger line";
const HEAD: &str = "ledger head";

/// Reads and opens the ledger.
pub async fn read(key: &StorageKey) -> Result<Stored, DeskFault> {
    let sealed = db::read_ledger().await?;
    let mut lines = Vec::with_capacity(sealed.lines.len());
    for some in sealed.lines.chunks(AT_ONCE) {
        let opening = some.iter().map(async |line| {
            let plain = key.open(LINE, line).await?;
            let text = plain.and_then(|plain| String::from_utf8(plain).ok());
            Ok::<_, DeskFault>(
                text.unwrap_or_else(|| format!("?{}", data_encoding::BASE64URL_NOPAD.encode(line))),
            )
        });
        lines.extend(futures_util::future::try_join_all(opening).await?);
    }
    let head = match &sealed.head {
        Some(head) => key.open(HEAD, head).await?.and_then(|plain| String::from_utf8(plain).ok()),
        None => None,
    };
    Ok(Stored { sealed, lines, head: head.map(|head| Jws::new(&head)) })
}

async fn seal(key: &StorageKey, lines: &[LedgerLine], head: &Jws) -> Result<SealedLedger, DeskFault> {
    let mut sealed = SealedLedger::default();
    for line in lines {
        sealed.lines.push(key.seal(LINE, line.as_str().as_bytes()).await?);
    }
    sealed.head = Some(key.seal(HEAD, head.as_str().as_bytes()).await?);
    Ok(sealed)
}

/// A setting that was sealed for a place; nothing, where there is none or another key sealed it.
pub async fn read_setting<T: DeserializeOwned>(
    key: &StorageKey,
    name: &str,
    place: &str,
) -> Result<Option<T>, DeskFault> {
    let Some(stored) = db::read(StoreName::Settings, name).await? else { return Ok(None) };
    let plain = key.open(place, &files::from_js(&stored)).await?;
    Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
}

/// Keeps a setting, sealed for a place.
pub async fn write_setting<T: Serialize + ?Sized>(
    key: &StorageKey,
    name: &str,
    place: &str,
    value: &T,
) -> Result<(), DeskFault> {
    let sealed = key.seal(place, &serde_json::to_vec(value).map_err(BrowserError::from)?).await?;
    Ok(db::write(StoreName::Settings, name, &files::to_js(&sealed)).await?)
}

/// The office's key file, if there is an office in this browser.
pub async fn key_file() -> Result<Option<OfficeKeyFile>, DeskFault> {
    let text = db::read_json::<String>(StoreName::Settings, kept::OFFICE_KEY_FILE).await?;
    Ok(text.map(|text| OfficeKeyFile::parse(&text)).transpose().map_err(Fault::from)?)
}

/// Keeps the card that the ledger has in the place of another one under the same key: the office was renamed on another
/// PC. Whether it did.
pub async fn keep_card(card: &Jws) -> Result<bool, DeskFault> {
    let Some(file) = key_file().await?.and_then(|file| file.with_card(card)) else { return Ok(false) };
    db::write_json(StoreName::Settings, kept::OFFICE_KEY_FILE, &file.to_json()).await?;
    Ok(true)
}

/// What is written behind the lines that are stored, all of it or nothing.
pub struct Addition<'a> {
    /// The lines.
    pub lines: &'a [LedgerLine],
    /// The head that counts them.
    pub head: &'a Jws,
    /// The office's key file, where the lines say that its key was changed.
    pub key_file: Option<&'a OfficeKeyFile>,
}

/// Writes behind the first `known` lines, unless another tab wrote since `seen` was read as the sealed head. Gives the
/// sealed head that is stored then.
pub async fn append(
    key: &StorageKey,
    known: usize,
    seen: Option<&[u8]>,
    Addition { lines, head, key_file }: Addition<'_>,
) -> Result<Option<Vec<u8>>, DeskFault> {
    let added = seal(key, lines, head).await?;
    db::append_ledger(known, seen, &added, &settings_of(key_file)?).await?;
    Ok(added.head)
}

/// What is kept among the settings of a key that was changed.
fn settings_of(key_file: Option<&OfficeKeyFile>) -> Result<Vec<(&'static str, String)>, DeskFault> {
    let Some(file) = key_file else { return Ok(Vec::new()) };
    let text = serde_json::to_string(&file.to_json()).map_err(BrowserError::from)?;
    Ok(vec![(kept::OFFICE_KEY_FILE, text), (kept::OFFICE_KEY_NEW, "true".to_owned())])
}

/// Puts a whole ledger in the place of what is stored: of a damaged one, of one with lines that were destroyed, or of
/// one that is in it whole.
pub async fn replace(
    key: &StorageKey,
    before: &SealedLedger,
    Addition { lines, head, key_file }: Addition<'_>,
) -> Result<(), DeskFault> {
    let good = seal(key, lines, head).await?;
    Ok(db::replace_ledger(before, &good, &settings_of(key_file)?).await?)
}

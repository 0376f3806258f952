//! What this browser knows of an office's key, and how it takes the key of a bundle by that (FORMAT.md §6.5, §6.7).
//!
//! Entry points: [`KnownKey::of`], [`look_at`]. Absent: offices that were never seen; their words are compared with the
//! cover letter.

use fuin_core::{B64, Day, Timestamp, name_skeleton};
use serde::{Deserialize, Serialize};

use crate::{
    fault::{Code, Fault},
    platform::{
        BrowserError,
        db::{self, StoreName},
        kept, unicode,
    },
    wire::{Inside, KeyBefore},
};

/// An office's key as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownKey {
    /// The office's name as it was written then.
    pub name: String,
    /// RFC 7638 thumbprint.
    pub thumbprint: String,
    /// Its words.
    pub words: String,
    /// Its words in Latin letters.
    pub words_latin: String,
    /// The head of its ledger in the latest bundle that was opened here, and when that was issued.
    pub seen: (B64<32>, Timestamp),
    /// The keys that the office had before, as its bundles said.
    pub before: Vec<KeyBefore>,
}

impl KnownKey {
    /// Where the key of an office is kept: names that look alike share a place.
    fn place(name: &str) -> String {
        kept::office_key(&name_skeleton(&unicode::nfkc(name)))
    }

    /// The key that was accepted under the name of the office, or one that looks the same; `None` for the first time.
    pub async fn of(inside: &Inside) -> Result<Option<Self>, BrowserError> {
        db::read_json(StoreName::Settings, &Self::place(&inside.manifest.office.name)).await
    }

    /// Whether a bundle is of the office that was accepted: by its key, by one that follows it, or by one before it.
    pub fn is_of(&self, inside: &Inside) -> bool {
        let is_in = |keys: &[KeyBefore], key: &str| keys.iter().any(|before| before.thumbprint == key);
        self.thumbprint == inside.office_key
            || is_in(&inside.keys_before, &self.thumbprint)
            || is_in(&self.before, &inside.office_key)
    }

    /// The head of the office's ledger in the latest bundle of its keys that was opened here (FORMAT.md §10.8).
    pub async fn latest_head(inside: &Inside) -> Result<B64<32>, BrowserError> {
        let known = Self::of(inside).await?.filter(|known| known.is_of(inside));
        Ok(known.map_or(inside.manifest.ledger_head, |known| known.seen.0))
    }

    /// Whether an office that was accepted here, under whatever name, said that somebody else may have this key.
    pub async fn is_exposed(thumbprint: &str) -> Result<bool, BrowserError> {
        let names = db::keys(StoreName::Settings).await?;
        for name in names.iter().filter(|name| kept::is_office_key(name)) {
            let known: Option<Self> = db::read_json(StoreName::Settings, name).await?;
            let said = known.iter().flat_map(|known| &known.before);
            if said.filter(|before| before.exposed).any(|before| before.thumbprint == thumbprint) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps it.
    pub async fn keep(&self) -> Result<(), BrowserError> {
        db::write_json(StoreName::Settings, &Self::place(&self.name), self).await
    }
}

/// How the key of a bundle is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Familiar {
    /// It was seen before, or its words were compared.
    Same,
    /// It follows the one that was seen before, since that day.
    Follows(Day),
    /// It was followed by the one that was seen before, and the bundle is older than that day.
    Before(Day),
}

/// How a bundle's key is known; `None` for an office that was not seen before. A key that is not the office's, or not
/// any more, is a fault.
pub fn look_at(known: Option<&KnownKey>, inside: &Inside) -> Result<Option<Familiar>, Fault> {
    let Some(known) = known else { return Ok(None) };
    if known.thumbprint == inside.office_key {
        return Ok(Some(Familiar::Same));
    }
    if inside.keys_before.iter().any(|before| before.thumbprint == known.thumbprint) {
        let since = inside.keys_before.last().map(|before| before.until.day());
        return Ok(since.map(Familiar::Follows));
    }
    match known.before.iter().find(|before| before.thumbprint == inside.office_key) {
        // Whoever has the key can also write an earlier date: the office says what is genuine by a ticket.
        Some(before) if before.exposed => {
            Err(Fault::new(Code::OfficeKeyExposed, before.until.day().to_string()))
        }
        Some(before) if before.until < inside.manifest.issued_at => {
            Err(Fault::new(Code::OfficeKeyReplaced, before.until.day().to_string()))
        }
        Some(before) => Ok(Some(Familiar::Before(before.until.day()))),
        None => Err(Fault::new(Code::OfficeChanged, format!("another key under a name like {}", known.name))),
    }
}

//! By what a store knows an office, and how its ledger names it.
//!
//! Entry points: [`OfficeId`], [`office_name`]. Absent: all else that its card says.

use std::fmt;

use fuin_core::{Jws, Ledger, OfficeCard, Typ};
use serde::{Deserialize, Serialize};

/// An office: the thumbprint (RFC 7638) of the key that signed its first line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OfficeId(String);

impl OfficeId {
    /// That of a ledger which begins with this line; `None` if it is no signed event.
    pub fn of_first(line: &Jws) -> Option<Self> {
        Some(Self(line.verify(Typ::Event).ok()?.signer.thumbprint()))
    }

    /// Reads one: 43 letters of base64url.
    pub fn parse(text: &str) -> Option<Self> {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (text.len() == 43 && text.chars().all(is_letter)).then(|| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 課名, as the card in force says it; empty where there is none.
pub fn office_name(ledger: &Ledger) -> String {
    let card = ledger.card().and_then(|card| OfficeCard::verify(card).ok());
    card.map_or_else(String::new, |(card, _)| card.office.name)
}

impl TryFrom<String> for OfficeId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no id of an office")
    }
}

impl From<OfficeId> for String {
    fn from(id: OfficeId) -> Self {
        id.0
    }
}

impl fmt::Display for OfficeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

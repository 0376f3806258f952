//! Who may sign in at a server, and what proves it.
//!
//! Entry point: [`Account`]. Absent: how it is proved (`src/server`); what somebody may record, which the ledger says.

use fuin_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::office_id::OfficeId;

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// By which it is known; random.
    pub id: String,
    /// 氏名, as the ledger names the person.
    pub name: String,
    /// Of which office; none until the office is founded, and for who runs the server.
    pub office: Option<OfficeId>,
    /// 情報システム: runs the server, and reads no ledger.
    pub is_operator: bool,
    /// What Argon2id makes of the password (PHC string).
    pub password: Option<String>,
    /// Passkeys, as the relying party keeps them.
    pub passkeys: Vec<String>,
    /// A word with which a first password or passkey may be set.
    pub invitation: Option<Invitation>,
    /// Signs in no more.
    pub is_closed: bool,
}

/// A word that was handed to somebody, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// SHA-256 of the word, in hex.
    pub sha256: String,
    /// When it ends.
    pub until: Timestamp,
}

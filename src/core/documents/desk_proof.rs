//! What a desk signs to show a server which desk it is (FORMAT.md §11.9).
//!
//! Entry points: [`DeskProof::unsigned`], [`DeskProof::verify`]. Absent: whether the desk is enrolled, which the ledger
//! says.

use serde::{Deserialize, Serialize};

use crate::{
    crypto::{Jws, PublicKey, SignatureError, Typ, Unsigned},
    text::json::{Document, write_document},
};

/// A desk's answer to a server's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskProof {
    /// `fuin-desk-proof/1`.
    pub format: String,
    /// What the server asked with, once.
    pub challenge: String,
    /// The server, as the browser names its origin: a proof for another one is worth nothing here.
    pub origin: String,
    /// What people call the desk.
    pub name: String,
}

impl Document for DeskProof {
    const FORMAT: &'static str = "fuin-desk-proof/1";
}

impl DeskProof {
    /// One to be signed by the desk's key.
    pub fn unsigned(challenge: &str, origin: &str, name: &str, desk: &PublicKey) -> Unsigned {
        let (challenge, origin, name) = (challenge.to_owned(), origin.to_owned(), name.to_owned());
        let said = Self { format: Self::FORMAT.into(), challenge, origin, name };
        Unsigned::new(Typ::DeskProof, desk, &write_document(&said))
    }

    /// What was signed, and by which key.
    pub fn verify(jws: &Jws) -> Result<(Self, PublicKey), SignatureError> {
        let verified = jws.verify(Typ::DeskProof)?;
        Ok((verified.parse()?, verified.signer))
    }
}

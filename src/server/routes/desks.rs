//! Which desk somebody sits at: proved by the desk's key, and enrolled by another desk.
//!
//! Entry points: the handlers. Absent: enrolment, which is a line of the ledger.

use std::sync::Arc;

use axum::{Json, extract::State};
use fuin_core::{DeskProof, Jws};
use serde::{Deserialize, Serialize};

use crate::{
    guard::SignedIn,
    refusal::Refusal,
    sessions::DeskAt,
    state::{News, Server},
};

/// Letters of a desk's name at most.
const NAME: usize = 60;

/// What a desk signed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proved {
    proof: String,
}

/// Whether the desk may sign.
#[derive(Serialize)]
pub(crate) struct Standing {
    is_enrolled: bool,
}

/// A desk that waits to be enrolled.
#[derive(Serialize)]
pub(crate) struct Waiting {
    /// Its key, as a JSON Web Key.
    key: serde_json::Value,
    /// What its people call it.
    name: String,
    /// Who is signed in there.
    person: String,
    /// The words by which both sides compare the key.
    words: String,
}

/// Takes a desk's proof.
pub(crate) async fn prove(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Json(Proved { proof }): Json<Proved>,
) -> Result<Json<Standing>, Refusal> {
    let office = server.office_of(&session)?.clone();
    let (said, key) = DeskProof::verify(&Jws::new(&proof)).map_err(|_| Refusal::Proof)?;
    if said.challenge != session.challenge || said.origin != server.settings.origin {
        return Err(Refusal::Proof);
    }
    let name: String = said.name.trim().chars().take(NAME).collect();
    if name.is_empty() {
        return Err(Refusal::Form("name".into()));
    }
    let is_enrolled = server.look(&session, |seen| seen.is_enrolled(Some(&key))).await?;
    server.sessions.set_desk(&session.id, DeskAt { key, name })?;
    server.tell(News::Desks(office));
    Ok(Json(Standing { is_enrolled }))
}

/// The desks that wait.
pub(crate) async fn waiting(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
) -> Result<Json<Vec<Waiting>>, Refusal> {
    let office = server.office_of(&session)?.clone();
    let desks = server.look(&session, |seen| seen.ledger.desks().clone()).await?;
    let mut listed: Vec<(String, Waiting)> = Vec::new();
    for session in server.sessions.of_office(&office) {
        let Some(desk) = session.desk else { continue };
        let thumbprint = desk.key.thumbprint();
        // One that was struck off does not come again: it is another key then.
        let is_known = desks.all().iter().any(|known| known.key == desk.key);
        if is_known || listed.iter().any(|(known, _)| *known == thumbprint) {
            continue;
        }
        let key = serde_json::to_value(desk.key.jwk()).map_err(|error| Refusal::Inside(error.to_string()))?;
        let words = desk.key.fingerprint_words();
        listed.push((thumbprint, Waiting { key, name: desk.name, person: session.name, words }));
    }
    Ok(Json(listed.into_iter().map(|(_, waiting)| waiting).collect()))
}

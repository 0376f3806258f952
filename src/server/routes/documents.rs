//! Documents beside the ledger, as their desks sealed them: listed, taken in pieces, given out in pieces.
//!
//! Entry points: the handlers. Absent: opening them, which a desk alone can.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::header::CONTENT_TYPE,
    response::IntoResponse,
};
use fuin_core::PersonRole;
use fuin_store::{DocumentName, Documents, OfficeId, Piece, StoreFault};
use serde::{Deserialize, Serialize};

use crate::{
    guard::SignedIn,
    refusal::Refusal,
    sessions::Session,
    state::{Seen, Server},
};

/// Which piece of what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PieceOf {
    at: u64,
    of: u64,
    sha256: String,
}

/// From which byte on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FromByte {
    #[serde(default)]
    from: u64,
}

/// A document that is there.
#[derive(Serialize)]
pub(crate) struct Deposited {
    name: String,
    bytes: u64,
}

/// How far a document is.
#[derive(Serialize)]
pub(crate) struct Have {
    have: u64,
    is_whole: bool,
}

fn named(name: &str) -> Result<DocumentName, Refusal> {
    DocumentName::parse(name).ok_or(Refusal::Missing("such document"))
}

/// Why there is no document here.
const NO_PLACE: Refusal = Refusal::Missing("place for documents");

fn place(server: &Server) -> Result<&Documents, Refusal> {
    server.books.documents().ok_or(NO_PLACE)
}

/// The office of whoever may read its documents, which is who may read its ledger.
async fn reads(server: &Server, session: &Session) -> Result<OfficeId, Refusal> {
    server.look(session, |_| ()).await?;
    Ok(server.office_of(session)?.clone())
}

/// The office of whoever may change its documents: at an enrolled desk, and not to look alone.
async fn writes(server: &Server, session: &Session) -> Result<OfficeId, Refusal> {
    let look = |seen: &Seen<'_>| {
        let only_reads = seen.roles.is_some_and(|roles| roles == [PersonRole::Auditor]);
        (seen.is_enrolled(session.desk_key()), only_reads)
    };
    match server.look(session, look).await? {
        (false, _) => Err(StoreFault::Desk.into()),
        (true, true) => Err(Refusal::Role),
        (true, false) => Ok(server.office_of(session)?.clone()),
    }
}

/// What is there.
pub(crate) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
) -> Result<Json<Vec<Deposited>>, Refusal> {
    let office = reads(&server, &session).await?;
    let all = place(&server)?.list(&office).await?;
    Ok(Json(all.into_iter().map(|(name, bytes)| Deposited { name: name.to_string(), bytes }).collect()))
}

/// Takes a piece of what the ledger names.
pub(crate) async fn add(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Path(name): Path<String>,
    Query(PieceOf { at, of, sha256 }): Query<PieceOf>,
    bytes: Bytes,
) -> Result<Json<Have>, Refusal> {
    let office = writes(&server, &session).await?;
    let sha256 = hash(&sha256).ok_or(Refusal::Form("sha256".into()))?;
    let piece = Piece { at, of, sha256, bytes: bytes.to_vec() };
    let name = named(&name)?;
    // To its end, also where the desk goes away meanwhile: what is whole is looked at once more.
    let adding = tokio::spawn(async move { server.books.add_document(&office, &name, piece).await });
    let standing = adding.await.map_err(|error| Refusal::Inside(error.to_string()))??.ok_or(NO_PLACE)?;
    Ok(Json(Have { have: standing.have, is_whole: standing.is_whole }))
}

fn hash(text: &str) -> Option<[u8; 32]> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// Gives out a piece.
pub(crate) async fn read(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Path(name): Path<String>,
    Query(FromByte { from }): Query<FromByte>,
) -> Result<impl IntoResponse, Refusal> {
    let office = reads(&server, &session).await?;
    let bytes = place(&server)?.read(&office, &named(&name)?, from).await?;
    let bytes = bytes.ok_or(Refusal::Missing("such document"))?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes))
}

/// Takes away what is of a bundle that nobody waits for. Scans go with their year alone.
pub(crate) async fn remove(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Path(name): Path<String>,
) -> Result<Json<()>, Refusal> {
    let office = writes(&server, &session).await?;
    match server.books.remove_document(&office, &named(&name)?).await? {
        true => Ok(Json(())),
        false => Err(Refusal::Role),
    }
}

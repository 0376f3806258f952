//! Who may sign in to an office: invited and closed by whoever decides there; and who has no office, by whoever runs
//! the server: those who will found one.
//!
//! Entry points: the handlers. Absent: what somebody may record, which `person_set` in the ledger says.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json,
    extract::{ConnectInfo, State},
};
use fuin_core::Timestamp;
use fuin_store::{Account, OfficeId};
use serde::{Deserialize, Serialize};

use super::session::types_password;
use crate::{
    accounts::{self, Invited},
    guard::SignedIn,
    refusal::Refusal,
    sessions::Session,
    state::Server,
};

/// Somebody of the office.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    name: String,
    /// Of those without an office, one who runs the server.
    #[serde(default)]
    is_operator: bool,
    /// Of whoever runs the server, who is asked for it: an account lasts longer than his session.
    #[serde(default)]
    password: String,
}

/// What is told of an account.
#[derive(Serialize)]
pub(crate) struct Listed {
    name: String,
    is_operator: bool,
    is_closed: bool,
    has_password: bool,
    passkeys: usize,
    invited_until: Option<Timestamp>,
}

/// Whose accounts somebody looks after: those of the office where he decides; those without one, if he runs the
/// server.
async fn looks_after<'a>(server: &Server, session: &'a Session) -> Result<Option<&'a OfficeId>, Refusal> {
    if session.is_operator {
        return Ok(None);
    }
    server.decides(session).await?;
    server.office_of(session).map(Some)
}

/// As [`looks_after`], for who changes something; whoever runs the server types his password.
async fn changes<'a>(
    server: &Server,
    (from, session): (SocketAddr, &'a Session),
    password: String,
) -> Result<Option<&'a OfficeId>, Refusal> {
    let office = looks_after(server, session).await?;
    if office.is_none() {
        types_password(server, (from, session), password).await?;
    }
    Ok(office)
}

async fn accounts_of(server: &Server, office: Option<&OfficeId>) -> Result<Vec<Account>, Refusal> {
    let all = server.store().accounts().await?;
    Ok(all.into_iter().filter(|account| account.office.as_ref() == office).collect())
}

/// Who may sign in.
pub(crate) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
) -> Result<Json<Vec<Listed>>, Refusal> {
    let office = looks_after(&server, &session).await?;
    let listed = accounts_of(&server, office).await?.into_iter().map(|account| Listed {
        name: account.name,
        is_operator: account.is_operator,
        is_closed: account.is_closed,
        has_password: account.password.is_some(),
        passkeys: account.passkeys.len(),
        invited_until: account.invitation.map(|invitation| invitation.until),
    });
    Ok(Json(listed.collect()))
}

/// Invites somebody, or again somebody who forgot the password. Others who run the server are invited where it runs.
pub(crate) async fn invite(
    State(server): State<Arc<Server>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    SignedIn(session): SignedIn,
    Json(Named { name, is_operator, password }): Json<Named>,
) -> Result<Json<Invited>, Refusal> {
    let office = changes(&server, (from, &session), password).await?;
    if is_operator {
        return Err(Refusal::Role);
    }
    let _turn = server.account_turn.lock().await;
    Ok(Json(accounts::invite(server.store(), &name, office, false).await?))
}

/// Somebody signs in no more; what he has open ends at once. Nobody closes himself.
pub(crate) async fn close(
    State(server): State<Arc<Server>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    SignedIn(session): SignedIn,
    Json(Named { name, is_operator, password }): Json<Named>,
) -> Result<Json<serde_json::Value>, Refusal> {
    let office = changes(&server, (from, &session), password).await?;
    let _turn = server.account_turn.lock().await;
    let is_it = |account: &Account| account.name == name && account.is_operator == is_operator;
    let found = accounts_of(&server, office).await?.into_iter().find(is_it);
    let mut account = found.ok_or(Refusal::Missing("account"))?;
    if account.id == session.account {
        return Err(Refusal::Role);
    }
    account.is_closed = true;
    // Whoever is invited again sets another one.
    account.password = None;
    account.passkeys.clear();
    account.invitation = None;
    server.store().keep_account(&account).await?;
    server.sessions.end_all_of(&account.id);
    Ok(Json(serde_json::json!({ "ok": true })))
}

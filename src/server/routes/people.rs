//! Who may sign in to an office: invited and closed by whoever decides there.
//!
//! Entry points: the handlers. Absent: what somebody may record, which `person_set` in the ledger says.

use std::sync::Arc;

use axum::{Json, extract::State};
use fuin_core::Timestamp;
use fuin_store::Account;
use serde::{Deserialize, Serialize};

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
}

/// What is told of an account.
#[derive(Serialize)]
pub(crate) struct Listed {
    name: String,
    is_closed: bool,
    has_password: bool,
    passkeys: usize,
    invited_until: Option<Timestamp>,
}

/// The accounts of the office.
async fn of_office(server: &Server, session: &Session) -> Result<Vec<Account>, Refusal> {
    let office = server.office_of(session)?;
    let all = server.store().accounts().await?;
    Ok(all.into_iter().filter(|account| account.office.as_ref() == Some(office)).collect())
}

/// Who may sign in.
pub(crate) async fn list(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
) -> Result<Json<Vec<Listed>>, Refusal> {
    server.decides(&session).await?;
    let listed = of_office(&server, &session).await?.into_iter().map(|account| Listed {
        name: account.name,
        is_closed: account.is_closed,
        has_password: account.password.is_some(),
        passkeys: account.passkeys.len(),
        invited_until: account.invitation.map(|invitation| invitation.until),
    });
    Ok(Json(listed.collect()))
}

/// Invites somebody, or again somebody who forgot the password.
pub(crate) async fn invite(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Json(Named { name }): Json<Named>,
) -> Result<Json<Invited>, Refusal> {
    server.decides(&session).await?;
    let office = server.office_of(&session)?;
    let _turn = server.account_turn.lock().await;
    Ok(Json(accounts::invite(server.store(), &name, Some(office), false).await?))
}

/// Somebody signs in no more; what he has open ends at once. Nobody closes himself.
pub(crate) async fn close(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Json(Named { name }): Json<Named>,
) -> Result<Json<serde_json::Value>, Refusal> {
    server.decides(&session).await?;
    let _turn = server.account_turn.lock().await;
    let found = of_office(&server, &session).await?.into_iter().find(|account| account.name == name);
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

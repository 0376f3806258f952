//! Passkeys: a new one for whoever is signed in, and signing in with one.
//!
//! Entry points: the handlers. Absent: what is asked of devices ([`crate::passkeys`]).

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json,
    extract::{ConnectInfo, State},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::session::{begin_for, types_password, wrong};
use crate::{guard::SignedIn, refusal::Refusal, state::Server};

/// What a device is asked.
#[derive(Serialize)]
pub(crate) struct Question {
    /// By which the answer is known.
    word: String,
    /// PublicKeyCredentialRequestOptionsJSON or PublicKeyCredentialCreationOptionsJSON, as text: the page hands it on.
    question: String,
}

/// What a device answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    word: String,
    passkey: String,
}

/// The password of whoever wants a new one: a session that was taken from somebody must not last for ever.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    password: String,
}

/// How many passkeys somebody has.
#[derive(Serialize)]
pub(crate) struct Count {
    passkeys: usize,
    are_possible: bool,
}

/// How many passkeys whoever is signed in has.
pub(crate) async fn count(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
) -> Result<Json<Count>, Refusal> {
    let account = server.account(&session.account).await?;
    let are_possible = server.passkeys.are_possible();
    Ok(Json(Count { passkeys: account.passkeys.len(), are_possible }))
}

/// Asks for a new one; its answer is known by the session.
pub(crate) async fn ask_new(
    State(server): State<Arc<Server>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    SignedIn(session): SignedIn,
    Json(Proof { password }): Json<Proof>,
) -> Result<Json<Question>, Refusal> {
    let account = types_password(&server, (from, &session), password).await?;
    let question = server.passkeys.ask_new(session.id, &account)?;
    Ok(Json(Question { word: String::new(), question }))
}

/// Keeps a new one.
pub(crate) async fn add(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
    Json(Answer { passkey, .. }): Json<Answer>,
) -> Result<Json<Count>, Refusal> {
    let made = server.passkeys.take_new(session.id, &passkey)?;
    let _turn = server.account_turn.lock().await;
    // It may have been closed meanwhile.
    let mut account = server.open_account(&session.account).await?;
    account.passkeys.push(made);
    server.store().keep_account(&account).await?;
    Ok(Json(Count { passkeys: account.passkeys.len(), are_possible: true }))
}

/// Takes all of them away: a device was lost.
pub(crate) async fn remove(
    State(server): State<Arc<Server>>,
    SignedIn(session): SignedIn,
) -> Result<Json<Count>, Refusal> {
    let _turn = server.account_turn.lock().await;
    let mut account = server.account(&session.account).await?;
    account.passkeys.clear();
    server.store().keep_account(&account).await?;
    Ok(Json(Count { passkeys: 0, are_possible: server.passkeys.are_possible() }))
}

/// Asks for anybody's.
pub(crate) async fn ask(
    State(server): State<Arc<Server>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
) -> Result<Json<Question>, Refusal> {
    server.limits.tries(from.ip())?;
    let (word, question) = server.passkeys.ask()?;
    Ok(Json(Question { word, question }))
}

/// Signs in.
pub(crate) async fn begin(
    State(server): State<Arc<Server>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Json(Answer { word, passkey }): Json<Answer>,
) -> Result<Response, Refusal> {
    server.limits.tries(from.ip())?;
    let account = {
        // Its counter is compared and kept in one go.
        let _turn = server.account_turn.lock().await;
        let accounts = server.store().accounts().await?;
        let account = match server.passkeys.answered(&word, &passkey, accounts) {
            Err(Refusal::Passkey) => {
                wrong(&server);
                return Err(Refusal::Passkey);
            }
            answered => answered?,
        };
        server.store().keep_account(&account).await?;
        account
    };
    begin_for(&server, &account).await
}

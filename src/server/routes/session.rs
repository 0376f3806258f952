//! Signing in and out, and the first password.
//!
//! Entry points: the handlers. Absent: passkeys (`passkeys.rs`).

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::{HeaderMap, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use fuin_core::{PersonRole, PublicKey};
use fuin_store::Account;
use serde::{Deserialize, Serialize};

use crate::{
    accounts::{NAME, invited},
    guard::{COOKIE_NAME, SignedIn, token_of},
    password::Typed,
    refusal::Refusal,
    sessions::Session,
    state::{Seen, Server},
};

/// A name and what proves it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    name: String,
    password: String,
}

/// A word that was handed to somebody, and the password that he wants.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accept {
    word: String,
    password: String,
}

/// A password in the place of another.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    password: String,
    new_password: String,
}

/// What the page is told of who is signed in.
#[derive(Serialize)]
struct Who {
    name: String,
    /// 情報システム.
    is_operator: bool,
    /// The office, once there is one.
    office: Option<String>,
    /// What he may do; null where the office does not tell people apart.
    roles: Option<Vec<PersonRole>>,
    /// Lines of the office's ledger.
    lines: u64,
    /// What a desk signs to prove which one it is.
    challenge: String,
    /// The origin for which it signs.
    origin: String,
    /// The thumbprint of the desk's key, once it proved it.
    desk: Option<String>,
    /// Whether that desk may sign.
    is_enrolled: bool,
}

async fn told(server: &Server, session: &Session) -> Result<Who, Refusal> {
    let look =
        |seen: &Seen<'_>| (seen.lines(), seen.roles.map(<[_]>::to_vec), seen.is_enrolled(session.desk_key()));
    let has_ledger = !session.is_operator && session.office.is_some();
    let (lines, roles, is_enrolled) =
        if has_ledger { server.look(session, look).await? } else { (0, None, true) };
    Ok(Who {
        name: session.name.clone(),
        is_operator: session.is_operator,
        office: session.office.as_ref().map(ToString::to_string),
        roles,
        lines,
        challenge: session.challenge.clone(),
        origin: server.settings.origin.clone(),
        desk: session.desk_key().map(PublicKey::thumbprint),
        is_enrolled,
    })
}

/// The cookie: for this server alone, out of reach of scripts, and sent by no other page.
fn cookie(server: &Server, token: &str, seconds: u64) -> String {
    let secure = if server.settings.origin.starts_with("https:") { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

/// Begins a session, unless the account was closed while its proof was looked at.
pub(super) async fn begin_for(server: &Server, account: &Account) -> Result<Response, Refusal> {
    if server.account(&account.id).await?.is_closed {
        return Err(wrong(server));
    }
    let token = server.sessions.begin(account)?;
    let session = server.sessions.of(&token, true).ok_or(Refusal::SignedOut)?;
    let who = match told(server, &session).await {
        Ok(who) => who,
        Err(refusal) => {
            server.sessions.end(&session.id);
            return Err(refusal);
        }
    };
    let seconds = server.settings.lifetime.whole.as_secs();
    Ok(([(SET_COOKIE, cookie(server, &token, seconds))], Json(who)).into_response())
}

/// Who is signed in; null where nobody is, which is no error.
pub(crate) async fn who(
    State(server): State<Arc<Server>>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let session = token_of(&headers).and_then(|token| server.sessions.of(&token, false));
    Ok(Json(match session {
        Some(session) => Some(told(&server, &session).await?),
        None => None,
    }))
}

/// Somebody is at work, though he asks for nothing.
pub(crate) async fn stay(_: SignedIn) -> impl IntoResponse {
    Json(serde_json::json!({ "ok": true }))
}

/// Signs in.
pub(crate) async fn begin(
    State(server): State<Arc<Server>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Json(SignIn { name, password }): Json<SignIn>,
) -> Result<Response, Refusal> {
    if name.chars().count() > NAME {
        return Err(wrong(&server));
    }
    server.limits.signs_in(from.ip(), &name)?;
    let typed = Typed::new(password);
    let accounts = server.accounts_of(&name).await?;
    // The same work for a name that is not known.
    if accounts.is_empty() {
        server.passwords.is_right(typed, None).await?;
        return Err(wrong(&server));
    }
    for account in accounts {
        if server.passwords.is_right(typed.clone(), account.password.as_deref()).await? {
            return begin_for(&server, &account).await;
        }
    }
    Err(wrong(&server))
}

/// Nobody by that name, or not with that.
pub(super) fn wrong(server: &Server) -> Refusal {
    server.metrics.sign_ins_refused.inc();
    Refusal::Wrong
}

/// Takes an invitation: the password is set, and the word worth nothing any more.
pub(crate) async fn accept(
    State(server): State<Arc<Server>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Json(Accept { word, password }): Json<Accept>,
) -> Result<Response, Refusal> {
    server.limits.tries(from.ip())?;
    invited(server.store(), &word).await?;
    let password = server.passwords.hash(Typed::new(password)).await?;
    // Looked for again: hashing takes its time, and a word is taken once.
    let _turn = server.account_turn.lock().await;
    let mut account = invited(server.store(), &word).await?;
    account.password = Some(password);
    // Whoever needed a word may have lost the device as well.
    account.passkeys.clear();
    account.invitation = None;
    server.store().keep_account(&account).await?;
    server.sessions.end_all_of(&account.id);
    begin_for(&server, &account).await
}

/// The account of who is signed in, if he types its password once more, for what outlasts the session.
pub(super) async fn types_password(
    server: &Server,
    (from, session): (SocketAddr, &Session),
    password: String,
) -> Result<Account, Refusal> {
    server.limits.signs_in(from.ip(), &session.name)?;
    let account = server.account(&session.account).await?;
    let is_right = server.passwords.is_right(Typed::new(password), account.password.as_deref()).await?;
    if is_right { Ok(account) } else { Err(wrong(server)) }
}

/// Sets another password. All other sessions of the account end.
pub(crate) async fn change_password(
    State(server): State<Arc<Server>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    SignedIn(session): SignedIn,
    Json(ChangePassword { password, new_password }): Json<ChangePassword>,
) -> Result<Response, Refusal> {
    types_password(&server, (from, &session), password).await?;
    let password = server.passwords.hash(Typed::new(new_password)).await?;
    let _turn = server.account_turn.lock().await;
    // It may have been closed meanwhile.
    let mut account = server.open_account(&session.account).await?;
    account.password = Some(password);
    server.store().keep_account(&account).await?;
    server.sessions.end_all_of(&account.id);
    begin_for(&server, &account).await
}

/// Signs out.
pub(crate) async fn end(State(server): State<Arc<Server>>, headers: HeaderMap) -> impl IntoResponse {
    if let Some(session) = token_of(&headers).and_then(|token| server.sessions.of(&token, false)) {
        server.sessions.end(&session.id);
    }
    ([(SET_COOKIE, cookie(&server, "", 0))], Json(serde_json::json!({ "ok": true })))
}

//! Passkeys at the server: signing in with one, and those of whoever is signed in.
//!
//! Entry points: [`sign_in`], [`count`], [`add`], [`remove`]. Absent: what the device does (`platform/passkey.rs`).

use serde_json::Value;

use super::{
    Server,
    said::{AnsweredWith, NOTHING, PasskeyCount, Question, answered},
};
use crate::{office::fault::DeskFault, platform::passkey};

/// Signs in with a passkey of this device.
pub async fn sign_in(server: Server) -> Result<(), DeskFault> {
    let Question { word, question } = server.asked("POST", "/api/session/question", NOTHING).await?;
    let passkey = answered(passkey::get(&question.to_string()).await)?;
    let who = server.asked("POST", "/api/session/passkey", Some(&AnsweredWith { word, passkey })).await?;
    server.begins(who).await
}

/// How many passkeys whoever is signed in has.
pub async fn count(server: Server) -> Result<PasskeyCount, DeskFault> {
    server.asked("GET", "/api/passkey", NOTHING).await
}

/// Has this device make one more.
pub async fn add(server: Server) -> Result<PasskeyCount, DeskFault> {
    let question: Value = server.asked("POST", "/api/passkey/new", NOTHING).await?;
    let made = answered(passkey::create(&question.to_string()).await)?;
    server.asked("POST", "/api/passkey", Some(&made)).await
}

/// Takes all of them away.
pub async fn remove(server: Server) -> Result<PasskeyCount, DeskFault> {
    server.asked("DELETE", "/api/passkey", NOTHING).await
}

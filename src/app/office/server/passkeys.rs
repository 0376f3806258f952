//! Passkeys at the server: signing in with one, and those of whoever is signed in.
//!
//! Entry points: [`sign_in`], [`count`], [`add`], [`remove`]. Absent: what the device does (`platform/passkey.rs`).

use super::{
    Server,
    said::{AnsweredWith, NOTHING, PasskeyCount, Password, Question},
};
use crate::{
    fault::Code,
    office::fault::DeskFault,
    platform::passkey::{self, Asks},
};

/// Has this device answer a question; it may be called off, or have nothing to answer with.
async fn answered(asks: Asks, Question { word, question }: Question) -> Result<AnsweredWith, DeskFault> {
    let passkey = passkey::answer(asks, &question).await.map_err(|_| Code::PasskeyCalledOff)?;
    Ok(AnsweredWith { word, passkey })
}

/// Signs in with a passkey of this device.
pub async fn sign_in(server: Server) -> Result<(), DeskFault> {
    let question = server.asked("POST", "/api/session/question", NOTHING).await?;
    let answer = answered(Asks::ForOne, question).await?;
    let who = server.asked("POST", "/api/session/passkey", Some(&answer)).await?;
    server.begins(who).await
}

/// How many passkeys whoever is signed in has.
pub async fn count(server: Server) -> Result<PasskeyCount, DeskFault> {
    server.asked("GET", "/api/passkey", NOTHING).await
}

/// Has this device make one more; the password shows that whoever sits here is who signed in.
pub async fn add(server: Server, password: &str) -> Result<PasskeyCount, DeskFault> {
    let question = server.asked("POST", "/api/passkey/new", Some(&Password { password })).await?;
    let answer = answered(Asks::ForNew, question).await?;
    server.asked("POST", "/api/passkey", Some(&answer)).await
}

/// Takes all of them away.
pub async fn remove(server: Server) -> Result<PasskeyCount, DeskFault> {
    server.asked("DELETE", "/api/passkey", NOTHING).await
}

//! Who may sign in, and the server as whoever runs it sees it.
//!
//! Entry points: [`accounts`], [`invite`], [`close`], [`overview`]. Absent: what somebody may record, which the ledger
//! says.

use super::{
    Server,
    said::{AccountLine, Done, InvitedLine, NOTHING, Named, Overview},
};
use crate::office::fault::DeskFault;

/// Who may sign in: at the office, or without one for whoever runs the server.
pub async fn accounts(server: Server) -> Result<Vec<AccountLine>, DeskFault> {
    server.asked("GET", "/api/people", NOTHING).await
}

/// Invites somebody, or again somebody who forgot the password. `password` is that of whoever runs the server and
/// invites; of others nothing is asked.
pub async fn invite(server: Server, name: &str, password: &str) -> Result<InvitedLine, DeskFault> {
    server.asked("POST", "/api/people", Some(&Named { name, is_operator: false, password })).await
}

/// Somebody signs in no more; `is_operator` tells apart who runs the server and who will found an office.
pub async fn close(
    server: Server,
    (name, is_operator): (&str, bool),
    password: &str,
) -> Result<(), DeskFault> {
    let named = Named { name, is_operator, password };
    server.asked::<Done>("POST", "/api/people/close", Some(&named)).await.map(drop)
}

/// How the server is, and what each office keeps.
pub async fn overview(server: Server) -> Result<Overview, DeskFault> {
    server.asked("GET", "/api/overview", NOTHING).await
}

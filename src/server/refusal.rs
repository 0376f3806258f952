//! Why something was not done, as a status and a code with its cause (RFC 9110; `src/errors` has the words).
//!
//! Entry point: [`Refusal`]. Absent: secrets, and what a database or a disk said; that goes into the log.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use fuin_core::Coded;
use fuin_store::StoreFault;
use serde_json::json;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nobody is signed in, or not any more.
    #[error("nobody is signed in")]
    SignedOut,
    /// No account has this name and password.
    #[error("no account has this name and password")]
    Wrong,
    /// Too many tries.
    #[error("too many tries; wait")]
    Limited,
    /// No invitation is open with this word.
    #[error("no invitation is open with this word")]
    Invitation,
    /// The device's answer is not good, or of another question.
    #[error("no passkey of this server answered")]
    Passkey,
    /// A password that is too short, or one that everybody knows.
    #[error("a password has 12 letters or more")]
    PasswordShort,
    /// The person's role does not allow it.
    #[error("this person's role does not allow it")]
    Role,
    /// The request came from another page than the server's own.
    #[error("the request came from another page")]
    Foreign,
    /// What was sent is not what is asked for.
    #[error("this is not what is asked for: {0}")]
    Form(String),
    /// The desk's proof is not good, or of another question.
    #[error("the desk did not prove which one it is")]
    Proof,
    /// Something of that name is not there.
    #[error("there is no {0}")]
    Missing(&'static str),
    /// What the store said.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// Something of the server's own went wrong.
    #[error("{0}")]
    Inside(String),
}

impl Coded for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "server_signed_out",
            Self::Wrong => "server_wrong",
            Self::Limited => "server_limited",
            Self::Invitation => "server_invitation",
            Self::Passkey => "server_passkey",
            Self::PasswordShort => "server_password_short",
            Self::Role => "server_role",
            Self::Foreign => "server_foreign",
            Self::Form(_) => "server_form",
            Self::Proof => "server_proof",
            Self::Missing(_) => "server_missing",
            Self::Store(fault) => fault.code(),
            Self::Inside(_) => "server_inside",
        }
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut | Self::Wrong | Self::Invitation | Self::Passkey => StatusCode::UNAUTHORIZED,
            Self::Limited => StatusCode::TOO_MANY_REQUESTS,
            Self::Role | Self::Foreign | Self::Proof | Self::Store(StoreFault::Desk) => StatusCode::FORBIDDEN,
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Store(StoreFault::Overtaken { .. }) => StatusCode::CONFLICT,
            Self::Form(_) | Self::PasswordShort => StatusCode::BAD_REQUEST,
            Self::Store(fault) if is_inside(fault) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Inside(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What is told to whoever asked: of the server's own trouble, that there is some.
    fn told(&self) -> String {
        match self {
            Self::Inside(_) => "see the server's log".to_owned(),
            Self::Store(fault) if is_inside(fault) => "see the server's log".to_owned(),
            other => other.to_string(),
        }
    }
}

/// Whether a disk or a database is at fault, and not what was sent.
fn is_inside(fault: &StoreFault) -> bool {
    matches!(
        fault,
        StoreFault::Folder(_) | StoreFault::Database(_) | StoreFault::Migration(_) | StoreFault::Damaged(_)
    )
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        // What whoever runs the server has to mend.
        if status.is_server_error() || matches!(self, Self::Store(StoreFault::DocumentRoom)) {
            tracing::error!(code = self.code(), cause = %self, "refused");
        }
        let lines = match &self {
            Self::Store(StoreFault::Overtaken { lines }) => Some(*lines),
            _ => None,
        };
        let names = match &self {
            Self::Store(StoreFault::Step(error)) => error.names().map(|names| names.into_owned()),
            _ => None,
        };
        let body = json!({ "code": self.code(), "cause": self.told(), "names": names, "lines": lines });
        (status, Json(body)).into_response()
    }
}

//! A refusal: stable code, cause, and what to do next.

use std::{borrow::Cow, fmt};

use fuin_core::Coded;
use serde_json::json;

use crate::{
    report::Report,
    words::{self, said},
};

/// What every command gives back.
pub(crate) type Outcome = Result<Report, Failure>;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    cause: String,
}

impl Failure {
    /// A refusal that no core error stands for.
    pub(crate) fn new(code: &'static str, cause: impl Into<String>) -> Self {
        Self { code, cause: cause.into() }
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::NotFound => "file_not_found",
            std::io::ErrorKind::InvalidFilename => "file_name_long",
            _ => "file_error",
        };
        let path = path.display();
        let cause = match code {
            "file_not_found" => said!("{path} がありません", "{path}: {error}"),
            _ => said!("{path} を読み書きできません：{error}", "{path}: {error}"),
        };
        Self::new(code, cause)
    }

    /// What happened.
    pub(crate) fn cause(&self) -> &str {
        &self.cause
    }

    /// As `--json` prints it.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        json!({ "ok": false, "error": { "code": self.code, "cause": self.cause, "advice": self.advice() } })
    }

    fn advice(&self) -> String {
        words::advice(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refused = said!("拒否", "refused");
        write!(f, "{refused} [{}]: {}\n{}", self.code, self.cause, self.advice())
    }
}

impl<E: Coded + fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        let about = error.names().map_or_else(|| error.to_string(), Cow::into_owned);
        let cause = words::cause(error.code(), &about).unwrap_or_else(|| error.to_string());
        Self::new(error.code(), cause)
    }
}

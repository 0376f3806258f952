//! What can go wrong, as a stable code with its cause: shared by the worker and both doors.
//!
//! Entry point: [`Fault`]. [`Code`] is made by `build.rs` from the errors that `locales/` has words for, so a
//! code without words does not compile. Absent: the words (`locale.rs`).

use std::borrow::Cow;

use fuin_core::Coded;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

include!(concat!(env!("OUT_DIR"), "/code.rs"));

impl Serialize for Code {
    /// By name: a derived enum of this size costs the page tens of kilobytes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::named(&String::deserialize(deserializer)?))
    }
}

/// A code, and the cause in English for 「くわしく」.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable code.
    pub code: Code,
    /// Cause. It never holds a secret.
    pub cause: String,
}

impl Fault {
    /// A fault of our own.
    pub fn new(code: Code, cause: impl Into<String>) -> Self {
        Self { code, cause: cause.into() }
    }
}

impl<E: Coded + std::fmt::Display> From<E> for Fault {
    fn from(error: E) -> Self {
        let cause = error.names().map_or_else(|| error.to_string(), Cow::into_owned);
        Self::new(Code::named(error.code()), cause)
    }
}

//! Secrets on their way between page and worker.
//!
//! Entry point: [`Typed`]. It leaves memory when dropped and prints nothing. Absent: keys, which never cross.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A passphrase: as somebody typed it, or to be printed on its letter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(Zeroizing<String>);

impl Typed {
    /// Takes over a text that is secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Whoever calls this takes care of it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(..)")
    }
}

//! JSON that this program wrote itself, for its worker and its storage.
//!
//! Entry point: [`read`]. Absent: documents from outside; core reads those.

use serde::de::DeserializeOwned;

/// Reads a value. From bytes, as core does: what reads a type is compiled once more for every other source, and the
/// page is small.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_slice(text.as_bytes())
}

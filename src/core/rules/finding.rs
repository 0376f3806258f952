//! What rules say about a request, and how much it weighs.
//!
//! Entry point: [`Finding`]. Absent: the rules.

use serde::{Deserialize, Serialize};

/// What the rules say about a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// How much it weighs.
    pub weight: Weight,
    /// Stable code.
    pub code: String,
    /// In Japanese, as the desk shows it.
    pub text: String,
    /// The article.
    pub article: String,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The disclosure must not be made like this.
    Blocks,
    /// It may be made, but somebody should look.
    Warns,
    /// It is to be written down.
    Records,
}

impl Weight {
    pub(super) fn blocks() -> Self {
        Self::Blocks
    }
}

impl Finding {
    pub(super) fn new(weight: Weight, code: &str, text: &str, article: &str) -> Self {
        Self { weight, code: code.into(), text: text.into(), article: article.into() }
    }

    /// Whether it stops the disclosure.
    pub fn blocks(&self) -> bool {
        self.weight == Weight::Blocks
    }
}

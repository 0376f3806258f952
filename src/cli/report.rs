//! What a command prints when it has done its work.

/// What a command has to say, for people and for programs.
pub(crate) struct Report {
    /// The words.
    pub text: String,
    /// The same for programs.
    pub json: serde_json::Value,
}

impl Report {
    /// A report.
    pub(crate) fn new(text: impl Into<String>, json: serde_json::Value) -> Self {
        Self { text: text.into(), json }
    }
}

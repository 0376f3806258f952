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

    /// As `--json` prints it: with `warnings`, if there are any.
    pub(crate) fn to_json(&self, warnings: &[String]) -> serde_json::Value {
        let mut json = self.json.clone();
        if let (Some(members), false) = (json.as_object_mut(), warnings.is_empty()) {
            members.insert("warnings".into(), warnings.into());
        }
        json
    }
}

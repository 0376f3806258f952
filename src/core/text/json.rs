//! JSON documents that name their version (FORMAT.md §1.4): one way to read and to write all of them.
//!
//! Entry points: [`Document`], [`read_document`], [`write_document`]. Absent: signatures.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A document whose member `format` names what it is and in which version, as in `fuin-receipt/1`.
pub(crate) trait Document: Serialize + DeserializeOwned {
    /// The value of `format` in the version that this program knows.
    const FORMAT: &'static str;
}

/// Why a document is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    /// It says that it is of another version, or has a member or a word that this one does not have.
    #[error("made by a later version: {0}")]
    Later(String),
    /// It is no such document, or says something that no version may say.
    #[error("{0}")]
    Form(String),
}

/// Reads a document with exactly the members that its type has, each of them once (§1.4).
pub(crate) fn read_document<T: Document>(json: &[u8]) -> Result<T, DocumentError> {
    check_format(json, T::FORMAT)?;
    let document: T = serde_json::from_slice(json).map_err(|error| understood(&error))?;
    check_members(&write_document(&document), json)?;
    Ok(document)
}

/// Of the kind that is expected, and of its version. What does not depend on a document's type is compiled once.
fn check_format(json: &[u8], expected: &str) -> Result<(), DocumentError> {
    #[derive(Deserialize)]
    struct Version {
        format: String,
    }
    let Version { format } =
        serde_json::from_slice(json).map_err(|error| DocumentError::Form(error.to_string()))?;
    if format == expected {
        return Ok(());
    }
    let kind = |name: &str| name.rsplit_once('/').map(|(kind, _)| kind.to_owned());
    let format: String = format.chars().take(40).collect();
    match kind(&format) == kind(expected) {
        true => Err(DocumentError::Later(format)),
        false => Err(DocumentError::Form(format!("format is {format}"))),
    }
}

/// Whether serde met a name that the type does not have. Its error has no kind of its own for that, only these words.
fn understood(error: &serde_json::Error) -> DocumentError {
    let words = error.to_string();
    match words.starts_with("unknown field") || words.starts_with("unknown variant") {
        true => DocumentError::Later(words),
        false => DocumentError::Form(words),
    }
}

/// Whether every member was written, as `ours` has it, and none beside: reading alone takes a member that is null, or
/// has a value where people write the document, for written when it is not.
pub(crate) fn check_members(ours: &[u8], json: &[u8]) -> Result<(), DocumentError> {
    if has_long_number(json) {
        return Err(DocumentError::Form("a number is beyond 2^53".into()));
    }
    // Most documents come from this program, and are the same bytes.
    if ours == json {
        return Ok(());
    }
    let value = |json| serde_json::from_slice(json).map_err(|error| DocumentError::Form(error.to_string()));
    let (ours, said) = (value(ours)?, value(json)?);
    match unknown_member(&ours, &said) {
        Some(name) => Err(DocumentError::Later(format!("unknown field {name}"))),
        None if ours == said => Ok(()),
        None => Err(DocumentError::Form("a member is left out".into())),
    }
}

/// A member that is said and that we do not have.
fn unknown_member<'a>(ours: &Value, said: &'a Value) -> Option<&'a str> {
    match (ours, said) {
        (Value::Object(ours), Value::Object(said)) => {
            said.iter().find_map(|(name, value)| match ours.get(name) {
                Some(known) => unknown_member(known, value),
                None => Some(name.as_str()),
            })
        }
        (Value::Array(ours), Value::Array(said)) => {
            ours.iter().zip(said).find_map(|(known, value)| unknown_member(known, value))
        }
        _ => None,
    }
}

/// Whether a number is larger than every program holds exactly: 2⁵³ − 1 (RFC 7493 §2.2).
fn has_long_number(json: &[u8]) -> bool {
    const LARGEST: &[u8] = b"9007199254740991";
    let is_long =
        |digits: &[u8]| digits.len() > LARGEST.len() || (digits.len() == LARGEST.len() && digits > LARGEST);
    // Strings are every other part between quotation marks; one that is escaped does not end them.
    let mut in_text = false;
    let mut escaped = false;
    let outside = |&byte: &u8| {
        let quotes = byte == b'"' && !escaped;
        escaped = in_text && byte == b'\\' && !escaped;
        in_text ^= quotes;
        if in_text { b' ' } else { byte }
    };
    let bare: Vec<u8> = json.iter().map(outside).collect();
    bare.split(|byte| !byte.is_ascii_digit()).any(is_long)
}

/// The document as it is signed or stored.
pub(crate) fn write_document(document: &impl Document) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "plain structs with string keys always serialise")]
    serde_json::to_vec(document).expect("plain struct")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Note {
        format: String,
        number: i64,
        word: Option<Word>,
        #[serde(default)]
        list: Vec<u8>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        One,
    }

    impl Document for Note {
        const FORMAT: &'static str = "fuin-note/1";
    }

    #[test]
    fn a_document_says_each_member_once_and_what_is_unknown_is_later() {
        let read = |json: &str| read_document::<Note>(json.as_bytes());
        let note = Note { format: "fuin-note/1".into(), number: -3, word: None, list: vec![] };
        let written = String::from_utf8(write_document(&note)).unwrap_or_default();
        assert_eq!(read(&written), Ok(note));
        let largest = r#"{"format":"fuin-note/1","number":-9007199254740991,"word":null,"list":[]}"#;
        assert!(read(largest).is_ok());
        let rest = r#""word":"one","list":[]}"#;
        assert!(read(r#" { "list":[1], "word":null, "number":0, "format":"fuin-note\/1" } "#).is_ok());
        for later in [
            r#"{"format":"fuin-note/2"}"#.to_owned(),
            format!(r#"{{"format":"fuin-note/1","colour":1,"number":1,{rest}"#),
            r#"{"format":"fuin-note/1","number":1,"word":"two","list":[]}"#.to_owned(),
        ] {
            assert!(matches!(read(&later), Err(DocumentError::Later(_))), "{later}: {:?}", read(&later));
        }
        for wrong in [
            "".to_owned(),
            "[]".to_owned(),
            r#"{"format":"other/1"}"#.to_owned(),
            format!(r#"{{"format":"fuin-note/1",{rest}"#),
            format!(r#"{{"format":"fuin-note/1","number":1,"number":1,{rest}"#),
            format!(r#"{{"format":"fuin-note/1","number":-0,{rest}"#),
            format!(r#"{{"format":"fuin-note/1","number":1.0,{rest}"#),
            format!(r#"{{"format":"fuin-note/1","number":1e0,{rest}"#),
            format!(r#"{{"format":"fuin-note/1","number":"1",{rest}"#),
            format!("\u{FEFF}{written}"),
            format!(r#"{{"format":"fuin-note/1","number":9007199254740992,{rest}"#),
            r#"{"format":"fuin-note/1","number":1,"list":[]}"#.to_owned(),
            r#"{"format":"fuin-note/1","number":1,"word":null}"#.to_owned(),
        ] {
            assert!(matches!(read(&wrong), Err(DocumentError::Form(_))), "{wrong}: {:?}", read(&wrong));
        }
    }
}

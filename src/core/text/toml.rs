//! Files that people write: TOML, read by way of JSON, whose reader every document has already. A reader of TOML for
//! each type would take as much of the page as all its cryptography.
//!
//! Entry point: [`read_toml`]. Absent: dates of TOML; a date is a text.

use serde::de::DeserializeOwned;

/// Reads a file; otherwise what is wrong with it, and in which line where that can be told.
pub(crate) fn read_toml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let json = to_json(text)?;
    serde_json::from_slice(&json).map_err(|error| placed(text, &error))
}

fn to_json(text: &str) -> Result<Vec<u8>, String> {
    let table: ::toml::Table = text.parse().map_err(|error: ::toml::de::Error| error.to_string())?;
    serde_json::to_vec(&table).map_err(|error| error.to_string())
}

/// The place in the JSON is none in the file. A member that is named is looked for.
fn placed(text: &str, error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let stands = |name: &str| {
        let is_it = |line: &str| {
            line.trim_start()
                .strip_prefix(name)
                .is_some_and(|rest| rest.trim_start().starts_with(['=', '.', ']']))
        };
        text.lines().position(|line| is_it(line) || is_it(line.trim_start_matches('[')))
    };
    match said.split('`').nth(1).and_then(stands) {
        Some(line) => format!("line {}: {said}", line + 1),
        None => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Paper {
        title: String,
        #[serde(default)]
        days: u32,
    }

    #[test]
    fn a_file_is_read_and_what_is_wrong_has_its_line() {
        let read = read_toml::<Paper>("title = \"誓約書\"\ndays = 3\n");
        assert_eq!(read, Ok(Paper { title: "誓約書".into(), days: 3 }));
        let wrong = |text: &str| read_toml::<Paper>(text).err().unwrap_or_default();
        assert!(wrong("title = \"x\"\n\nday = 3\n").starts_with("line 3: unknown field `day`"));
        assert!(wrong("title = \"x\"\n[day]\n").starts_with("line 2: unknown field `day`"));
        assert_eq!(wrong("days = 3\n"), "missing field `title`");
        assert!(wrong("title = \"x\ndays = 3\n").contains("line 1"), "{}", wrong("title = \"x\ndays = 3\n"));
        assert!(wrong("title = 3\n").starts_with("invalid type: integer `3`"));
    }
}

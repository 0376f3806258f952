//! The texts of the page in one language: `locales/` and the words of the errors. For building alone: `build.rs` puts
//! the Japanese ones into the module, `src/fold` the English ones beside it, in the same order.

use std::{collections::BTreeMap, fs, path::Path};

/// All texts of a language, by their keys; `root` is the folder of this file.
pub(crate) fn read(root: &str, language: &str) -> Result<BTreeMap<String, String>, String> {
    let mut flat = BTreeMap::new();
    for (folder, prefix) in [("locales", ""), ("../errors", "error")] {
        let path = Path::new(root).join(folder).join(format!("{language}.toml"));
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
        flatten(prefix, &table, &mut flat)?;
    }
    Ok(flat)
}

fn flatten(prefix: &str, table: &toml::Table, flat: &mut BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, flat)?,
            toml::Value::String(text) if !text.contains('\n') => {
                flat.insert(key, text.clone());
            }
            _ => return Err(format!("{key} is no text of one line")),
        }
    }
    Ok(())
}

//! Turns `locales/*.toml` into constants. A key or placeholder that one language lacks fails the build.

use std::{collections::BTreeMap, env, fs, path::Path};

fn main() {
    match generate() {
        Ok(()) => {}
        Err(error) => println!("cargo::error={error}"),
    }
}

fn generate() -> Result<(), String> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?;
    let (ja, en) = (read(&root, "ja")?, read(&root, "en")?);
    for (one, other, name) in [(&ja, &en, "en"), (&en, &ja, "ja")] {
        if let Some(missing) = one.keys().find(|key| !other.contains_key(*key)) {
            return Err(format!("locales/{name}.toml lacks {missing}"));
        }
    }
    let mut code = String::from("pub mod k {\n    use super::Key;\n");
    let (mut ja_texts, mut en_texts, mut errors) = (String::new(), String::new(), String::new());
    for (index, (key, text)) in ja.iter().enumerate() {
        let english = en.get(key).map_or("", String::as_str);
        if placeholders(text) != placeholders(english) {
            return Err(format!("the placeholders of {key} differ between ja and en"));
        }
        ja_texts.push_str(&format!("    {text:?},\n"));
        en_texts.push_str(&format!("    {english:?},\n"));
        let mut parts = key.split('.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("error"), Some(name), Some("cause")) => {
                // Sorted order puts advice right before cause.
                errors.push_str(&format!("        {name:?} => Some((Key({index}), Key({}))),\n", index - 1));
            }
            (Some("error"), ..) => {}
            _ => {
                let name = key.replace('.', "_").to_uppercase();
                code.push_str(&format!("    pub const {name}: Key = Key({index});\n"));
            }
        }
    }
    let count = ja.len();
    code.push_str("}\n\n");
    code.push_str(&format!(
        "static JA: [&str; {count}] = [\n{ja_texts}];\n\nstatic EN: [&str; {count}] = [\n{en_texts}];\n\n"
    ));
    code.push_str("fn error_keys(code: &str) -> Option<(Key, Key)> {\n    match code {\n");
    code.push_str(&errors);
    code.push_str("        _ => None,\n    }\n}\n");
    let out = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    fs::write(Path::new(&out).join("locale.rs"), code).map_err(|error| error.to_string())
}

fn read(root: &str, language: &str) -> Result<BTreeMap<String, String>, String> {
    let path = Path::new(root).join("locales").join(format!("{language}.toml"));
    println!("cargo::rerun-if-changed={}", path.display());
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
    let mut flat = BTreeMap::new();
    flatten("", &table, &mut flat)?;
    Ok(flat)
}

fn flatten(prefix: &str, table: &toml::Table, flat: &mut BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, flat)?,
            toml::Value::String(text) => {
                flat.insert(key, text.clone());
            }
            _ => return Err(format!("{key} is no text")),
        }
    }
    Ok(())
}

fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    found.sort_unstable();
    found
}

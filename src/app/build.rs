//! Turns `locales/*.toml` into constants and the error codes of `src/errors` into an enum. A key or placeholder that
//! one language lacks fails the build, and so does an error code without words. The English texts are beside the
//! module, where `src/fold` puts them.

use std::{env, fs, path::Path};

#[path = "texts.rs"]
mod texts;

fn main() {
    match generate() {
        Ok(()) => {}
        Err(error) => println!("cargo::error={error}"),
    }
}

fn generate() -> Result<(), String> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?;
    for folder in ["locales", "../errors"] {
        println!("cargo::rerun-if-changed={root}/{folder}");
    }
    let (ja, en) = (texts::read(&root, "ja")?, texts::read(&root, "en")?);
    for (one, other, name) in [(&ja, &en, "en"), (&en, &ja, "ja")] {
        if let Some(missing) = one.keys().find(|key| !other.contains_key(*key)) {
            return Err(format!("locales/{name}.toml lacks {missing}"));
        }
    }
    let mut code = String::from("pub mod k {\n    use super::Key;\n");
    let mut texts = String::new();
    let mut errors = Vec::new();
    for (index, (key, text)) in ja.iter().enumerate() {
        let english = en.get(key).map_or("", String::as_str);
        if placeholders(text) != placeholders(english) {
            return Err(format!("the placeholders of {key} differ between ja and en"));
        }
        texts.push_str(&format!("    {text:?},\n"));
        let mut parts = key.split('.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("error"), Some(name), Some("cause")) => {
                // Sorted order puts advice right before cause.
                errors.push((name.to_owned(), index));
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
    code.push_str(&format!("static JA: [&str; {count}] = [\n{texts}];\n\n"));
    code.push_str("fn error_keys(code: Code) -> (Key, Key) {\n    match code {\n");
    for (name, index) in &errors {
        code.push_str(&format!("        Code::{} => (Key({index}), Key({})),\n", variant(name), index - 1));
    }
    code.push_str("    }\n}\n");
    let out = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    let write = |file: &str, text: String| {
        fs::write(Path::new(&out).join(file), text).map_err(|error| error.to_string())
    };
    write("locale.rs", code)?;
    write("code.rs", code_enum(&errors))
}

/// `enum Code`, a variant for each `[error.name]`.
fn code_enum(errors: &[(String, usize)]) -> String {
    let (mut variants, mut names, mut parsed) = (String::new(), String::new(), String::new());
    for (name, _) in errors {
        let variant = variant(name);
        variants.push_str(&format!("    /// `{name}`\n    {variant},\n"));
        names.push_str(&format!("            Self::{variant} => {name:?},\n"));
        parsed.push_str(&format!("            {name:?} => Self::{variant},\n"));
    }
    format!(
        "/// The stable codes of everything that can be refused; `locales/` has cause and advice for each.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]\n\
         #[allow(clippy::enum_variant_names, reason = \"the names are those of the codes\")]\n\
         pub enum Code {{\n{variants}}}\n\n\
         impl Code {{\n    \
             /// Its name in `locales/`, in the ledger and in core.\n    \
             pub fn name(self) -> &'static str {{\n        \
                 match self {{\n{names}        }}\n    \
             }}\n\n    \
             /// The code of this name; [`Code::Unknown`] if there is none.\n    \
             pub fn named(name: &str) -> Self {{\n        \
                 match name {{\n{parsed}            _ => Self::Unknown,\n        }}\n    \
             }}\n\
         }}\n"
    )
}

/// `wrong_key` as the name of a variant: `WrongKey`.
fn variant(name: &str) -> String {
    let word = |word: &str| {
        let (head, tail) = word.split_at(1.min(word.len()));
        format!("{}{tail}", head.to_uppercase())
    };
    name.split('_').map(word).collect()
}

fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    found.sort_unstable();
    found
}

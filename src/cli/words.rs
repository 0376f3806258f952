//! Which language the command line speaks, and its words for refusals.
//!
//! Entry points: [`choose`] before anything is printed, [`said!`] for a text that stands beside its code, [`cause`] and
//! [`advice`] for a code. Absent: the words of `--help` (`help.rs`).

use std::{env, ffi::OsString, sync::OnceLock};

use clap::ValueEnum;

/// A language of the command line: Japanese or English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Ja,
    En,
}

static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// What is spoken from here on: as `--lang` says, else as the operating system does.
pub(crate) fn choose() {
    let named = named_in(env::args_os()).and_then(|word| Language::from_str(&word, false).ok());
    let usual = || match sys_locale::get_locale() {
        Some(name) if name.to_ascii_lowercase().starts_with("ja") => Language::Ja,
        _ => Language::En,
    };
    let _ = LANGUAGE.set(named.unwrap_or_else(usual));
}

/// The word behind `--lang`, before the arguments are read: their own mistakes are told in that language.
fn named_in(args: impl Iterator<Item = OsString>) -> Option<String> {
    let words: Vec<_> = args.map(|word| word.to_string_lossy().into_owned()).collect();
    let apart = words.windows(2).rev().find_map(|pair| match pair {
        [name, value] if name == "--lang" => Some(value.clone()),
        _ => None,
    });
    apart.or_else(|| words.iter().rev().find_map(|word| word.strip_prefix("--lang=").map(str::to_owned)))
}

/// Whether Japanese is spoken.
pub(crate) fn is_japanese() -> bool {
    LANGUAGE.get() == Some(&Language::Ja)
}

/// A text in the language that is spoken: Japanese, English, and what stands in the braces of both.
macro_rules! said {
    ($japanese:literal, $english:literal $(, $value:expr)* $(,)?) => {
        if $crate::words::is_japanese() {
            format!($japanese $(, $value)*)
        } else {
            format!($english $(, $value)*)
        }
    };
}
pub(crate) use said;

/// The words that page and command line share, by code: cause and advice.
fn shared() -> toml::Table {
    let text =
        if is_japanese() { include_str!("../errors/ja.toml") } else { include_str!("../errors/en.toml") };
    text.parse().unwrap_or_default()
}

/// The cause in Japanese of what core refuses; `about` is what it is about. `None` where English is spoken, which core
/// speaks itself.
pub(crate) fn cause(code: &str, about: &str) -> Option<String> {
    let words = is_japanese().then(shared)?;
    let cause = words.get(code)?.get("cause")?.as_str()?;
    Some(cause.replace("{code}", about))
}

/// What to do next.
pub(crate) fn advice(code: &str) -> String {
    let own = if is_japanese() {
        include_str!("words/errors.ja.toml")
    } else {
        include_str!("words/errors.en.toml")
    };
    let own: toml::Table = own.parse().unwrap_or_default();
    let word = |code: &str| own.get(code)?.as_str().map(str::to_owned);
    let of_page = || shared().get(code)?.get("advice")?.as_str().map(str::to_owned);
    word(code).or_else(of_page).or_else(|| word("any")).unwrap_or_default()
}

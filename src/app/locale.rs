//! Words in Japanese and English. `build.rs` makes the keys from `locales/`; a missing one fails the build. The English
//! ones are unpacked when somebody wants them.

use std::sync::OnceLock;

use leptos::prelude::*;

use crate::{
    fault::Code,
    platform::{
        db::{self, StoreName},
        kept, page,
    },
};

include!(concat!(env!("OUT_DIR"), "/locale.rs"));

/// One text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(usize);

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 日本語.
    Japanese,
    /// English.
    English,
}

/// The language in use, shared by all components.
#[derive(Clone, Copy)]
pub struct Locale(RwSignal<Language>);

/// The English texts in the order of the Japanese ones, once they were unpacked.
static EN: OnceLock<Vec<&'static str>> = OnceLock::new();

/// Unpacks the English texts; says whether they are there.
async fn has_english() -> bool {
    if EN.get().is_none()
        && let Ok(text) = page::text("english").await
    {
        let texts: Vec<&str> = Box::leak(text.into_boxed_str()).split('\n').collect();
        if texts.len() == JA.len() {
            // Another call may have been faster.
            let _ = EN.set(texts);
        }
    }
    EN.get().is_some()
}

/// Makes the locale known and reads the remembered choice.
pub fn provide_locale() -> Locale {
    let locale = Locale(RwSignal::new(Language::Japanese));
    provide_context(locale);
    leptos::task::spawn_local(async move {
        // Without storage the page stays Japanese.
        let kept = db::read_json::<String>(StoreName::Settings, kept::LANGUAGE).await;
        if kept.is_ok_and(|kept| kept.is_some_and(|name| name == "en")) && has_english().await {
            locale.0.set(Language::English);
        }
    });
    locale
}

/// The locale of the page.
pub fn use_locale() -> Locale {
    expect_context()
}

impl Locale {
    /// A text.
    pub fn t(self, key: Key) -> &'static str {
        let english = self.is_english().then(|| EN.get()?.get(key.0)).flatten();
        english.or(JA.get(key.0)).copied().unwrap_or_default()
    }

    /// A text that follows the language, for fields and buttons.
    pub fn label(self, key: Key) -> Signal<String> {
        Signal::derive(move || self.t(key).to_owned())
    }

    /// A text with its placeholders filled in.
    pub fn f(self, key: Key, values: &[(&str, &str)]) -> String {
        values
            .iter()
            .fold(self.t(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// Cause and advice for an error code; `detail` fills the cause's placeholder.
    pub fn error(self, code: Code, detail: &str) -> (String, String) {
        let (cause, advice) = error_keys(code);
        (self.f(cause, &[("code", detail)]), self.t(advice).to_owned())
    }

    /// Whether the page is English now.
    pub fn is_english(self) -> bool {
        self.0.get() == Language::English
    }

    /// Changes to the other language and remembers it.
    pub fn switch(self) {
        let english = self.0.get_untracked() != Language::English;
        leptos::task::spawn_local(async move {
            if english && !has_english().await {
                return;
            }
            self.0.set(if english { Language::English } else { Language::Japanese });
            // A choice that cannot be remembered still holds for this visit.
            let _ =
                db::write_json(StoreName::Settings, kept::LANGUAGE, &if english { "en" } else { "ja" }).await;
        });
    }

    /// Describes the page to the browser in the language in use.
    pub fn describe(self, title: Key) {
        page::describe(if self.is_english() { "en" } else { "ja" }, self.t(title));
    }

    /// A day as the reader expects it: 元号 in Japanese.
    pub fn day(self, day: fuin_core::Day) -> String {
        if self.is_english() { day.to_string() } else { day.wareki() }
    }

    /// An instant as the reader expects it.
    pub fn time(self, at: fuin_core::Timestamp) -> String {
        if self.is_english() { at.plain() } else { at.wareki() }
    }

    /// An instant to the second: what a camera showed.
    pub fn time_exact(self, at: fuin_core::Timestamp) -> String {
        if self.is_english() { at.plain() } else { at.wareki_exact() }
    }
}

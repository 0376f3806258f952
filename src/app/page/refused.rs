//! The notices over a form: what was refused, and what is not filled in right.

use leptos::prelude::*;

use crate::{
    fault::Fault,
    locale::{Key, Locale, k, use_locale},
    ui::{Notice, Wrongs},
};

/// Cause and advice of a fault, as long as there is one.
#[component]
pub fn Refused(
    /// What was refused.
    #[prop(into)]
    fault: Signal<Option<Fault>>,
) -> impl IntoView {
    let l = use_locale();
    let words = move || fault.get().map(|fault| l.error(fault.code, &fault.cause)).unwrap_or_default();
    view! {
        <Show when=move || fault.get().is_some()>
            <Notice
                stop=true
                cause=Signal::derive(move || words().0)
                advice=Signal::derive(move || words().1)
            />
        </Show>
    }
}

/// What is wrong about a form, as long as something is.
#[component]
pub fn Wrong(
    /// The sentence that says it.
    #[prop(into)]
    words: Signal<Option<Key>>,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <Show when=move || words.get().is_some()>
            <Notice
                stop=true
                cause=Signal::derive(move || words.get().map_or("", |key| l.t(key)).to_owned())
            />
        </Show>
    }
}

/// A field of a form that is not filled in right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongField {
    /// The field's id.
    pub id: String,
    /// What is wrong, with `{field}` for its label.
    pub says: Key,
    /// Its label.
    pub label: Key,
}

impl WrongField {
    /// Nothing stands in it.
    pub fn missing(id: impl Into<String>, label: Key) -> Self {
        Self { id: id.into(), says: k::FORM_MISSING, label }
    }

    /// What stands in it cannot be used.
    pub fn odd(id: impl Into<String>, label: Key) -> Self {
        Self { id: id.into(), says: k::FORM_ODD, label }
    }

    /// What a form reads, where every field is right; else says what is wrong, each below its field.
    pub fn settle<T>(l: Locale, wrongs: Wrongs, read: Result<T, Vec<Self>>) -> Option<T> {
        let words = |wrong: Self| (wrong.id, l.f(wrong.says, &[("field", l.t(wrong.label))]));
        let (read, wrong) = match read {
            Ok(read) => (Some(read), Vec::new()),
            Err(wrong) => (None, wrong.into_iter().map(words).collect()),
        };
        wrongs.say(wrong);
        read
    }
}

/// How many fields of a form are not filled in right, and which, beside its button.
#[component]
pub fn WrongCount(
    /// The fields.
    wrongs: Wrongs,
) -> impl IntoView {
    let l = use_locale();
    let cause = move || l.f(k::FORM_WRONG, &[("n", &wrongs.count().to_string())]);
    view! {
        <Show when=move || { wrongs.count() > 0 }>
            <Notice
                stop=true
                cause=Signal::derive(cause)
                advice=Signal::derive(move || wrongs.words().join(" "))
            />
        </Show>
    }
}

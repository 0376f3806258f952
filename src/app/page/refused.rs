//! The notices over a form: what was refused, and what is not filled in right.

use leptos::prelude::*;

use crate::{
    fault::Fault,
    locale::{Key, k, use_locale},
    ui::Notice,
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

/// Which field of a form is not filled in right, as long as one is.
#[component]
pub fn WrongField(
    /// Its label.
    #[prop(into)]
    label: Signal<Option<Key>>,
) -> impl IntoView {
    let l = use_locale();
    let words = move || l.f(k::REQUEST_WRONG, &[("field", label.get().map_or("", |key| l.t(key)))]);
    view! {
        <Show when=move || label.get().is_some()>
            <Notice stop=true cause=Signal::derive(words) />
        </Show>
    }
}

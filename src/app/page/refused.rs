//! The one notice for something that was refused.

use leptos::prelude::*;

use crate::{fault::Fault, locale::use_locale, ui::Notice};

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

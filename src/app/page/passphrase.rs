//! A field for a passphrase, which can be shown, with a hint where capital letters are locked.

use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    ui::Field,
};

/// The field. Its content is the caller's to forget.
#[component]
pub fn PassphraseField(
    /// For `label` and `for`.
    id: &'static str,
    /// The label.
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// A hint below.
    #[prop(into, optional)]
    help: Signal<String>,
    /// What shows it is called; [`k::KEY_SHOW`] where nothing is said.
    #[prop(default = k::KEY_SHOW)]
    show: Key,
) -> impl IntoView {
    let l = use_locale();
    let visible = RwSignal::new(false);
    let caps = RwSignal::new(false);
    view! {
        <div on:keydown=move |event| caps.set(event.get_modifier_state("CapsLock"))>
            <Field
                id=id
                label=label
                kind=Signal::derive(move || if visible.get() { "text" } else { "password" })
                value=value
                help=Signal::derive(move || if caps.get() { l.t(k::KEY_CAPS).to_owned() } else { help.get() })
            />
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=visible
                    on:change=move |event| visible.set(event_target_checked(&event))
                />
                {move || l.t(show)}
            </label>
        </div>
    }
}

//! A key file and its passphrase, for whoever takes an office over or checks its backup. The passphrase is
//! forgotten as soon as it was handed on.

use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    office::{desk::use_desk, picked::text_of},
    ui::{Field, FilePicker},
};

/// The form.
#[component]
pub fn KeyForm(
    /// Id of the file input.
    file_id: &'static str,
    /// Id of the passphrase.
    passphrase_id: &'static str,
    /// Id of the button.
    button_id: &'static str,
    /// What the button says.
    button: Key,
    /// Whether it is the next step.
    #[prop(optional)]
    primary: bool,
    /// Gets the key file and the passphrase.
    on_submit: impl Fn(String, String) + Copy + 'static,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let key_file = RwSignal::new(None::<String>);
    let passphrase = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(key_file) = key_file.get_untracked() {
            on_submit(key_file, passphrase.get_untracked());
            passphrase.set(String::new());
        }
    };
    view! {
        <form on:submit=submit>
            <p>
                <FilePicker
                    id=file_id
                    label=l.label(k::OFFICE_KEY_FILE)
                    accept=".key,.json"
                    on_file=move |file| {
                        desk.run(async move {
                            key_file.set(Some(text_of(file).await?));
                            Ok(())
                        })
                    }
                />
                {move || key_file.get().map(|_| "○ office.key")}
            </p>
            <Field id=passphrase_id label=l.label(k::OFFICE_PASSPHRASE) kind="password" value=passphrase />
            <p class="actions">
                <button
                    id=button_id
                    class:primary=primary
                    type="submit"
                    disabled=move || key_file.get().is_none() || desk.working.get()
                >
                    {move || l.t(button)}
                </button>
            </p>
        </form>
    }
}

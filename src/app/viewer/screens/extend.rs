//! 延長コード: a later end of the period, typed as the office read it out.

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    page::Refused,
    ui::{Field, typed},
    viewer::session::use_session,
};

/// The field, folded away unless it is what is to be done next.
#[component]
pub fn ExtensionForm(
    /// Whether it is unfolded.
    open: bool,
) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let code = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        session.extend(typed(code));
    };
    view! {
        <details id="extension" open=open>
            <summary>{move || l.t(k::EXTEND_TITLE)}</summary>
            <form on:submit=submit>
                <Field
                    id="extension-code"
                    label=l.label(k::EXTEND_CODE)
                    value=code
                    help=l.label(k::EXTEND_HELP)
                />
                <Refused fault=session.not_extended />
                <p class="actions">
                    <button id="extend" type="submit">
                        {move || l.t(k::EXTEND_USE)}
                    </button>
                </p>
            </form>
        </details>
    }
}

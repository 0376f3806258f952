//! V3: the undertaking as it was submitted, affirmed by the person who is about to watch.

use fuin_core::Affirmation;
use leptos::prelude::*;

use super::verdict::{Noted, Summary};
use crate::{
    locale::{Key, k, use_locale},
    platform::clock,
    ui::{Field, Notice},
    viewer::{known_key::Familiar, session::use_session, state::Stage},
};

/// The undertaking.
#[component]
pub fn Affirm() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let inside = session.inside.get_untracked()?;
    let (manifest, undertaking) = (inside.manifest, inside.undertaking);
    let fact = move |label: Key, value: String| {
        (!value.is_empty()).then(|| {
            view! {
                <dt>{move || l.t(label)}</dt>
                <dd>{value}</dd>
            }
        })
    };
    let due = manifest.terms.return_due;
    let submission = undertaking.submission.clone();
    let items = undertaking.items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
    let without = submission.is_none();
    let nothing_new = session.office_known.get_untracked() == Some(Familiar::Same);
    let addressee = manifest.recipient.person.clone();
    Some(view! {
        <h1>{move || l.t(k::UNDERTAKING_TITLE)}</h1>
        {nothing_new
            .then(|| {
                view! {
                    <Summary open=true />
                    <Noted />
                }
            })}
        <article class="paper">
            <Show when=move || without>
                <p>{move || l.t(k::UNDERTAKING_NONE)}</p>
            </Show>
            <ol>{items}</ol>
            <dl>
                {fact(k::UNDERTAKING_ARTICLE, undertaking.article.clone())}
                {fact(k::UNDERTAKING_TO, undertaking.addressed_to.clone())}
                {fact(
                    k::UNDERTAKING_BY,
                    submission
                        .as_ref()
                        .map(|s| format!("{} {}", undertaking.recipient.organization, s.signed_by))
                        .unwrap_or_default(),
                )}
                {submission
                    .map(|s| {
                        view! {
                            <dt>{move || l.t(k::UNDERTAKING_ON)}</dt>
                            <dd>{move || l.day(s.submitted_on)}</dd>
                        }
                    })} {fact(k::UNDERTAKING_PURPOSE, undertaking.purpose.clone())}
                {fact(k::UNDERTAKING_RANGE, manifest.range.clone())}
                <dt>{move || l.t(k::UNDERTAKING_RETURN_DUE)}</dt><dd>{move || l.day(due)}</dd>
                {fact(k::UNDERTAKING_ONWARD, undertaking.onward_to.clone())}
                {fact(k::UNDERTAKING_CONDITIONS, manifest.terms.conditions.join("、"))}
            </dl>
        </article>
        <Promise addressee=addressee nothing_new=nothing_new />
    })
}

/// Who watches, and that he keeps to it.
#[component]
fn Promise(
    /// For whom it was sealed.
    addressee: String,
    /// The verdict was passed over: there is a way to it.
    nothing_new: bool,
) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let missing = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let is_name =
            session.viewer_name.with_untracked(|name| Affirmation::new(name, clock::now()).is_some());
        missing.set(!is_name);
        if is_name {
            session.stage.set(Stage::Play);
        }
    };
    let name = addressee.clone();
    view! {
        <form on:submit=submit>
            <Field
                id="viewer-name"
                label=Signal::derive(move || l.t(k::UNDERTAKING_NAME).to_owned())
                value=session.viewer_name
                help=Signal::derive(move || l.t(k::UNDERTAKING_NAME_HELP).to_owned())
            />
            <p>
                <button
                    type="button"
                    class="link"
                    id="addressee-watches"
                    on:click=move |_| session.viewer_name.set(addressee.clone())
                >
                    {move || l.f(k::UNDERTAKING_ADDRESSEE, &[("name", &name)])}
                </button>
            </p>
            <Show when=move || missing.get()>
                <Notice stop=true cause=Signal::derive(move || l.t(k::UNDERTAKING_NAME_MISSING).to_owned()) />
            </Show>
            <p class="actions">
                <button id="begin" class="primary" type="submit">
                    {move || l.t(k::UNDERTAKING_BEGIN)}
                </button>
                <button
                    type="button"
                    class="quiet"
                    id="to-verdict"
                    on:click=move |_| session.stage.set(Stage::Verdict)
                >
                    {move || l.t(if nothing_new { k::UNDERTAKING_TO_VERDICT } else { k::APP_BACK })}
                </button>
            </p>
        </form>
    }
}

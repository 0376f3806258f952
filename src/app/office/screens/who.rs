//! Who works here: asked before the first record of the day, shown above every screen, and remembered.

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::{actor, desk::use_desk, keys::use_keys, screen::Screen},
    ui::{Field, typed},
};

/// 「いま：係長 山田」, or the question.
#[component]
pub fn Who(
    /// Whether anybody is asked: a server knows who signed in.
    asks: bool,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let keys = use_keys();
    let asked = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let ask = move || desk.actor.get().is_none() || asked.get();
    let remembered = desk.actor_before;
    Effect::new(move |_| {
        if ask() {
            name.set(desk.actor.get_untracked().or(remembered.get()).unwrap_or_default());
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = typed(name);
        desk.run(async move {
            actor::works_now(desk, name).await?;
            asked.set(false);
            keys.go_on().await
        });
    };
    let look_on = move |_| {
        desk.message.set(None);
        desk.screen.set(Screen::Today);
        desk.reads_only.set(true);
    };
    view! {
        <Show when=move || desk.reads_only.get()>
            <p id="reads-only" class="notice">
                {move || l.t(k::WHO_READS_ONLY)}
            </p>
        </Show>
        <Show
            when=move || asks && !desk.reads_only.get() && ask()
            fallback=move || {
                (asks && !desk.reads_only.get()).then(|| view! {
                    <p id="who">
                        {move || l.f(k::WHO_NOW, &[("name", &desk.actor.get().unwrap_or_default())])} " "
                        <button id="change-who" class="link" on:click=move |_| asked.set(true)>
                            {move || l.t(k::WHO_CHANGE)}
                        </button>
                    </p>
                })
            }
        >
            <form id="ask-who" class="notice" on:submit=submit>
                <Field id="actor" label=l.label(k::WHO_ASK) value=name help=l.label(k::WHO_HELP) />
                <p class="actions">
                    <button id="is-who" class="primary" type="submit" disabled=desk.working>
                        {move || l.t(k::WHO_YES)}
                    </button>
                    <button id="look-on" class="quiet" type="button" on:click=look_on>
                        {move || l.t(k::WHO_LOOK_ON)}
                    </button>
                </p>
            </form>
        </Show>
    }
}

//! Going to a picture, a time or a time of day, and repeating a stretch.
//!
//! Entry point: [`GoToForm`]. Absent: what the typed text means, which the model knows.

use fuin_model::GoTo;
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    viewer::session::use_session,
};

/// What one can go to, as the choice has it.
const PLACES: [(GoTo, &str, Key); 3] = [
    (GoTo::Picture, "picture", k::PLAY_GO_PICTURE),
    (GoTo::Elapsed, "elapsed", k::PLAY_GO_ELAPSED),
    (GoTo::Clock, "clock", k::PLAY_GO_CLOCK),
];

/// Go to a picture, a time, or a time of day; repeat a stretch.
#[component]
pub fn GoToForm() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let (kind, text, wrong) =
        (RwSignal::new(GoTo::Picture), RwSignal::new(String::new()), RwSignal::new(false));
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let clip = player.focused_untracked().and_then(|camera| session.clip(camera.clip));
        wrong.set(!player.go_to(kind.get_untracked(), &text.get_untracked(), clip.as_ref()));
    };
    view! {
        <details class="more">
            <summary>{move || l.t(k::PLAY_MORE)}</summary>
            <form class="go-to" on:submit=go on:keydown=|event| event.stop_propagation()>
                <label>
                    {move || l.t(k::PLAY_GO_TO)} " "
                    <select
                        id="go-kind"
                        on:change=move |event| {
                            let value = event_target_value(&event);
                            if let Some((what, ..)) = PLACES.iter().find(|(_, name, _)| *name == value) {
                                kind.set(*what);
                            }
                        }
                    >
                        {PLACES
                            .map(|(_, name, label)| {
                                view! { <option value=name>{move || l.t(label)}</option> }
                            })}
                    </select>
                </label>
                <input
                    id="go-text"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-label=move || l.t(k::PLAY_GO_TEXT)
                    aria-invalid=move || wrong.get().to_string()
                    aria-describedby="go-help"
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                />
                <button id="go" type="submit">
                    {move || l.t(k::PLAY_GO)}
                </button>
                <p class="help" id="go-help" role="status">
                    {move || l.t(if wrong.get() { k::PLAY_GO_WRONG } else { k::PLAY_GO_HELP })}
                </p>
            </form>
            <p class="actions">
                <button id="repeat-a" on:click=move |_| player.mark_repeat(Some(false))>
                    {move || l.t(k::PLAY_REPEAT_A)}
                </button>
                <button id="repeat-b" on:click=move |_| player.mark_repeat(Some(true))>
                    {move || l.t(k::PLAY_REPEAT_B)}
                </button>
                <button id="repeat-off" on:click=move |_| player.mark_repeat(None)>
                    {move || l.t(k::PLAY_REPEAT_OFF)}
                </button>
            </p>
        </details>
    }
}

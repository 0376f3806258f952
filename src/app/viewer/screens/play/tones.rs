//! 画質: fields, zoom, brightness, contrast, gamma. The picture says when it is adjusted; the clip never changes.

use fuin_core::{Lines, Look};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    viewer::session::use_session,
};

/// Which lines are shown, and what that is called.
const LINES: [(Lines, Key); 3] =
    [(Lines::All, k::TONES_ALL), (Lines::Upper, k::TONES_UPPER), (Lines::Lower, k::TONES_LOWER)];

/// The tab.
#[component]
pub fn Tones() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let look = move || player.focused().map(|camera| camera.look.get()).unwrap_or_default();
    type Part = fn(&mut Look) -> &mut f64;
    let slider = move |id: &'static str, label: Key, range: (f64, f64, f64), part: Part| {
        let value = move || *part(&mut look());
        view! {
            <div class="field">
                <label for=id>
                    {move || l.t(label)} " " <output for=id>{move || format!("{:.2}", value())}</output>
                </label>
                <input
                    id=id
                    type="range"
                    min=range.0.to_string()
                    max=range.1.to_string()
                    step=range.2.to_string()
                    prop:value=move || value().to_string()
                    on:input=move |event| {
                        if let Ok(value) = event_target_value(&event).parse() {
                            player.change_look(|look| *part(look) = value);
                        }
                    }
                />
            </div>
        }
    };
    view! {
        <p class="help">{move || l.t(k::TONES_HELP)}</p>
        <div class="field">
            <label for="look-lines">{move || l.t(k::TONES_LINES)}</label>
            <select
                id="look-lines"
                prop:value=move || {
                    LINES.iter().position(|(lines, _)| *lines == look().lines).unwrap_or(0).to_string()
                }
                on:change=move |event| {
                    let chosen = event_target_value(&event).parse().ok().and_then(|n: usize| LINES.get(n));
                    if let Some((lines, _)) = chosen {
                        player.change_look(|look| look.lines = *lines);
                    }
                }
            >
                {LINES
                    .into_iter()
                    .enumerate()
                    .map(|(n, (_, name))| view! { <option value=n.to_string()>{move || l.t(name)}</option> })
                    .collect_view()}
            </select>
        </div>
        {slider("look-zoom", k::TONES_ZOOM, (1.0, Look::MAX_ZOOM, 0.25), |look| &mut look.zoom)}
        {slider("look-brightness", k::TONES_BRIGHTNESS, (-1.0, 1.0, 0.02), |look| &mut look.brightness)}
        {slider("look-contrast", k::TONES_CONTRAST, (0.0, 4.0, 0.05), |look| &mut look.contrast)}
        {slider("look-gamma", k::TONES_GAMMA, (0.2, 5.0, 0.05), |look| &mut look.gamma)}
        <p class="actions">
            <button id="look-reset" on:click=move |_| player.change_look(|look| *look = Look::default())>
                {move || l.t(k::TONES_RESET)}
            </button>
        </p>
        <p class="help mono">{move || l.t(k::TONES_FORMULA)}</p>
    }
}

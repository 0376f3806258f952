//! The time bar: position, a line for every camera, and the time in words.
//!
//! Entry point: [`Bar`]. Absent: what is on the lines (`lane`).

use fuin_core::elapsed;
use leptos::prelude::*;

use super::lane::{Lane, Preview, pointed_time};
use crate::{
    locale::{k, use_locale},
    viewer::{camera::CameraView, session::use_session},
    wire::PlayCommand,
};

/// The bar.
#[component]
pub fn Bar(
    /// Whether the list of keys is open.
    help: RwSignal<bool>,
) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let span = Memo::new(move |_| player.span());
    let pointed = RwSignal::new(None);
    let spoken = move || {
        let micros = player.time.get().micros;
        let camera = player.focused();
        let clip = camera.and_then(|camera| session.clip(camera.clip));
        let first =
            camera.and_then(|camera| camera.facts.get()).map_or(0, |facts| facts.offset + facts.begins);
        let clock = clip.and_then(|clip| clip.note.clocks(micros - first)).map(|(shown, _)| shown.clock());
        format!("{} {}", elapsed(micros), clock.unwrap_or_default())
    };
    let total = move || span.get().1;
    view! {
        <div class="bar-area" class:several=move || player.together.get()>
            <Preview span=span pointed=pointed />
            <For each=move || player.cameras.get() key=|camera| camera.id let:camera>
                <Lane camera=camera span=span pointed=pointed />
            </For>
            <input
                id="seek"
                type="range"
                step="any"
                min=move || span.get().0.to_string()
                max=move || total().to_string()
                prop:value=move || {
                    span.track();
                    player.time.get().micros.to_string()
                }
                aria-label=move || l.t(k::PLAY_SEEK)
                aria-valuetext=spoken
                on:input=move |event| {
                    let micros = event_target_value(&event).parse::<f64>().unwrap_or(0.0) as i64;
                    player.send(PlayCommand::Seek { micros });
                }
                on:pointermove=move |event| {
                    let micros = pointed_time(span.get_untracked(), &event);
                    pointed.set(player.focused_untracked().zip(micros));
                }
                on:pointerleave=move |_| pointed.set(None)
            />
        </div>
        <Times total=Signal::derive(total) help=help />
    }
}

/// Time, picture and speed in words.
#[component]
fn Times(
    /// The end of the time line in microseconds.
    total: Signal<i64>,
    help: RwSignal<bool>,
) -> impl IntoView {
    let l = use_locale();
    let player = use_session().player;
    view! {
        <p class="times">
            <span id="clip-time">
                {move || elapsed(player.time.get().micros)} " / " {move || elapsed(total.get())}
            </span>
            <span>
                {move || l.t(k::PLAY_FRAME)} " "
                <span id="picture-number">
                    {move || player.focused().map(CameraView::number)}
                </span> " / "
                {move || player.focused().and_then(|camera| camera.facts.get()).map(|facts| facts.pictures)}
            </span>
            <span id="speed-now">
                {move || {
                    let speed = player.time.get().speed;
                    let times = l.f(k::PLAY_SPEED_NOW, &[("times", &speed.abs().to_string())]);
                    let back = if speed < 0.0 { l.t(k::PLAY_BACKWARDS) } else { "" };
                    (speed != 1.0).then(|| format!("{back} {times}").trim().to_owned())
                }}
            </span>
            <button id="keys-help" class="link" on:click=move |_| help.set(true)>
                {move || l.t(k::PLAY_KEYS)}
            </button>
        </p>
    }
}

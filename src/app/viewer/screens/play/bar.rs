//! The time bar: position, a line of gaps, repetition and bookmarks for every camera, and small pictures.

use fuin_core::elapsed;
use leptos::{html, prelude::*};

use crate::{
    locale::{k, use_locale},
    platform::cargo::Cargo,
    viewer::{camera::CameraView, session::use_session},
    wire::PlayCommand,
};

/// Small pictures on the bar.
const TILES: usize = 12;
/// Their canvas in pixels; the page scales it to its width.
const STRIP: (u32, u32) = (1200, 60);

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let span = Memo::new(move |_| player.span());
    let part = move |micros: i64| {
        let (start, end) = span.get();
        (micros - start) as f64 / (end - start).max(1) as f64 * 100.0
    };
    let stretch = move |from: i64, to: i64| {
        let (left, right) = (part(from).clamp(0.0, 100.0), part(to).clamp(0.0, 100.0));
        (format!("{left}%"), format!("{}%", (right - left).max(0.2)))
    };
    let repeat = move || {
        let (a, b) = player.repeat.get();
        let (from, to) = a.or(b).zip(b.or(a))?;
        let (left, width) = stretch(from.min(to), from.max(to));
        Some(view! { <span class="repeat" style:left=left style:width=width></span> })
    };
    let bookmarks = move |camera: CameraView, offset: i64| {
        let record = session.record.get()?;
        let shown = (camera.clip, camera.track);
        let here = record.notes.bookmarks.into_iter().filter(|mark| (mark.clip, mark.track) == shown);
        let place = |micros: i64| format!("{}%", part(offset + micros));
        Some(
            here.map(|mark| view! { <span class="bookmark" style:left=place(mark.micros)></span> })
                .collect_view(),
        )
    };
    // A line for every camera: where it has no pictures, what is repeated, what is marked.
    let line = move |camera: CameraView| {
        let facts = camera.facts.get()?;
        let ((start, end), offset) = (span.get(), facts.offset);
        let mut gaps: Vec<_> = facts.gaps.iter().map(|gap| (offset + gap.0, offset + gap.1)).collect();
        if player.together.get() {
            gaps.extend([(start, offset + facts.span.0), (offset + facts.span.1, end)]);
        }
        let gaps = gaps.into_iter().filter(|(from, to)| from < to && *to > start).map(|(from, to)| {
            let (left, width) = stretch(from, to);
            view! { <span class="gap" style:left=left style:width=width title=move || l.t(k::PLAY_GAP)></span> }
        });
        Some(view! {
            <div class="lane-marks" aria-hidden="true">
                {gaps.collect_view()}
                {repeat}
                {bookmarks(camera, offset)}
            </div>
        })
    };
    let spoken = move || {
        let micros = player.time.get().micros;
        let camera = player.focused();
        let clip = camera.and_then(|camera| session.manifest()?.clips.get(camera.clip).cloned());
        let first =
            camera.and_then(|camera| camera.facts.get()).map_or(0, |facts| facts.offset + facts.begins);
        let clock = clip.and_then(|clip| clip.note.clocks(micros - first)).map(|(shown, _)| shown.clock());
        format!("{} {}", elapsed(micros), clock.unwrap_or_default())
    };
    let total = move || span.get().1;
    view! {
        <div class="bar-area">
            <Strip />
            {move || player.cameras.get().into_iter().map(line).collect_view()}
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
            />
        </div>
        <p class="times">
            <span id="clip-time">
                {move || elapsed(player.time.get().micros)} " / " {move || elapsed(total())}
            </span>
            <span>
                {move || l.t(k::PLAY_FRAME)} " "
                <span id="picture-number">
                    {move || {
                        let shown = player.focused()?.shown.get();
                        Some(if shown.hidden { "—".to_owned() } else { (shown.picture + 1).to_string() })
                    }}
                </span> " / "
                {move || player.focused().and_then(|camera| camera.facts.get()).map(|facts| facts.pictures)}
            </span>
            <span id="speed-now">
                {move || {
                    let time = player.time.get();
                    (time.speed != 1.0).then(|| l.f(k::PLAY_SPEED_NOW, &[("times", &time.speed.to_string())]))
                }}
            </span>
        </p>
    }
}

/// Small pictures, asked for when the first large one is there; anew for every set-up.
#[component]
fn Strip() -> impl IntoView {
    let player = use_session().player;
    let ready = Memo::new(move |_| {
        let alone = player.cameras.get().first().copied().filter(|_| !player.together.get());
        let is_shown = |camera: &CameraView| {
            camera.shown.get() != Default::default()
                || camera.facts.get().is_some_and(|facts| facts.pictures == 1)
        };
        alone.filter(is_shown).map(|camera| camera.id)
    });
    let strips = move || ready.get().into_iter().collect::<Vec<_>>();
    view! {
        <For each=strips key=|id| *id let:id>
            <StripCanvas id=id />
        </For>
    }
}

#[component]
fn StripCanvas(
    /// Number of the camera in the worker.
    id: usize,
) -> impl IntoView {
    let session = use_session();
    let canvas = NodeRef::<html::Canvas>::new();
    canvas.on_load(move |element| {
        let Ok(offscreen) = element.transfer_control_to_offscreen() else { return };
        // The large picture was painted, but is on its way to the screen still, and small ones would only
        // keep it waiting.
        request_animation_frame(move || {
            request_animation_frame(move || {
                session.with_time(move |now| {
                    let thumbs = PlayCommand::Thumbs { camera: id, count: TILES, now };
                    session.link.send_with(thumbs, Cargo::Canvas(offscreen));
                });
            });
        });
    });
    view! {
        <canvas
            class="strip"
            class:painted=move || session.player.strip.get()
            node_ref=canvas
            width=STRIP.0
            height=STRIP.1
            aria-hidden="true"
            draggable="false"
            on:contextmenu=|event| event.prevent_default()
        ></canvas>
    }
}

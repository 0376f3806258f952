//! One camera on the time bar: small pictures, how much happens, where it has no pictures, what is repeated and marked;
//! and a small picture larger, under the pointer.
//!
//! Entry points: [`Lane`], [`Preview`].

use fuin_core::elapsed;
use leptos::{ev::PointerEvent, html, prelude::*};

use crate::{
    locale::{k, use_locale},
    platform::{cargo::Cargo, page},
    viewer::{camera::CameraView, session::use_session},
    wire::{ClipFacts, PlayCommand},
};

/// Small pictures of one camera.
const TILES: usize = 12;
/// Their canvas in pixels; the page scales it to its width.
const STRIP: (u32, u32) = (2400, 120);
/// The small picture under the pointer, in pixels.
const PREVIEW: (u32, u32) = (200, 120);

/// What is under the pointer: a camera, and a time on the time line in microseconds.
pub type Pointed = RwSignal<Option<(CameraView, i64)>>;

/// Percent of the time line.
fn percent(span: (i64, i64), micros: i64) -> f64 {
    ((micros - span.0) as f64 / (span.1 - span.0).max(1) as f64 * 100.0).clamp(0.0, 100.0)
}

/// Left edge and width of a stretch, as styles.
fn stretch(span: (i64, i64), from: i64, to: i64) -> (String, String) {
    let (left, right) = (percent(span, from), percent(span, to));
    (format!("{left}%"), format!("{}%", (right - left).max(0.2)))
}

/// What a camera's strip covers of the time line.
fn strip_span(facts: &ClipFacts) -> (i64, i64) {
    (facts.offset + facts.span.0.min(0), facts.offset + facts.span.1)
}

/// Time on the time line under a pointer.
pub fn pointed_time(span: (i64, i64), event: &PointerEvent) -> Option<i64> {
    let (x, _) = page::share_of(event)?;
    Some(span.0 + ((span.1 - span.0) as f64 * x.clamp(0.0, 1.0)) as i64)
}

/// The line of a camera.
#[component]
pub fn Lane(camera: CameraView, span: Memo<(i64, i64)>, pointed: Pointed) -> impl IntoView {
    let session = use_session();
    let player = session.player;
    let own = Memo::new(move |_| camera.facts.with(|facts| facts.as_ref().map(strip_span)));
    let place = move || own.get().map(|(from, to)| stretch(span.get(), from, to));
    let name = move || {
        let clip = session.clip(camera.clip)?;
        player.together.get().then(|| view! { <span class="lane-name">{clip.note.camera}</span> })
    };
    view! {
        <div
            class="lane"
            aria-hidden="true"
            on:pointermove=move |event| {
                pointed.set(pointed_time(span.get_untracked(), &event).map(|micros| (camera, micros)));
            }
            on:pointerleave=move |_| pointed.set(None)
            on:click=move |_| {
                if let Some((_, micros)) = pointed.get_untracked() {
                    player.focus.set(camera.place);
                    player.send(PlayCommand::Seek { micros });
                }
            }
        >
            {name}
            <div
                class="lane-strip"
                style:margin-left=move || place().map(|place| place.0)
                style:width=move || place().map(|place| place.1)
            >
                <Strip camera=camera />
            </div>
            <Marks camera=camera span=span />
        </div>
    }
}

/// Activity, gaps, the repeated stretch and bookmarks.
#[component]
fn Marks(camera: CameraView, span: Memo<(i64, i64)>) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let repeat = move || {
        let (a, b) = player.repeat.get();
        let (from, to) = a.or(b).zip(b.or(a))?;
        let (left, width) = stretch(span.get(), from.min(to), from.max(to));
        Some(view! { <span class="repeat" style:left=left style:width=width></span> })
    };
    let bookmarks = move || {
        let (record, offset) = (session.record.get()?, camera.facts.get()?.offset);
        let shown = (camera.clip, camera.track);
        let here = record.notes.bookmarks.into_iter().filter(|mark| (mark.clip, mark.track) == shown);
        let place = |micros: i64| format!("{}%", percent(span.get(), offset + micros));
        Some(
            here.map(|mark| view! { <span class="bookmark" style:left=place(mark.micros)></span> })
                .collect_view(),
        )
    };
    let gaps = move || {
        let facts = camera.facts.get()?;
        let ((start, end), offset) = (span.get(), facts.offset);
        let mut gaps: Vec<_> = facts.gaps.iter().map(|gap| (offset + gap.0, offset + gap.1)).collect();
        if player.together.get() {
            gaps.extend([(start, offset + facts.span.0), (offset + facts.span.1, end)]);
        }
        let gaps = gaps.into_iter().filter(|(from, to)| from < to && *to > start).map(|(from, to)| {
            let (left, width) = stretch((start, end), from, to);
            view! { <span class="gap" style:left=left style:width=width title=move || l.t(k::PLAY_GAP)></span> }
        });
        Some(gaps.collect_view())
    };
    let activity = move || {
        let facts = camera.facts.get()?;
        let (left, width) = stretch(span.get(), facts.offset + facts.span.0, facts.offset + facts.span.1);
        let shape = curve(&facts.activity)?;
        Some(view! {
            <svg
                class="activity"
                style:left=left
                style:width=width
                viewBox=format!("0 0 {} 255", facts.activity.len())
                preserveAspectRatio="none"
            >
                <path d=shape />
            </svg>
        })
    };
    view! { <div class="lane-marks">{activity} {gaps} {repeat} {bookmarks}</div> }
}

/// The outline of the levels, standing on the line; nothing where there are none.
fn curve(levels: &[u8]) -> Option<String> {
    let steps = levels.iter().enumerate().map(|(n, level)| format!("V{}H{}", 255 - level, n + 1));
    (!levels.is_empty()).then(|| format!("M0 255{}V255z", steps.collect::<String>()))
}

/// Small pictures, asked for when the first large one is there; anew for every set-up.
#[component]
fn Strip(camera: CameraView) -> impl IntoView {
    let player = use_session().player;
    let ready = Memo::new(move |_| {
        // A decoder in software for each of several cameras would keep the large pictures waiting.
        let is_software = camera.facts.get().is_some_and(|facts| facts.software);
        if player.together.get() && is_software {
            return false;
        }
        camera.shown.get().is_some()
    });
    move || ready.get().then(|| view! { <StripCanvas camera=camera /> })
}

/// Id of a camera's strip.
fn strip_id(camera: CameraView) -> String {
    format!("strip-{}", camera.place)
}

#[component]
fn StripCanvas(camera: CameraView) -> impl IntoView {
    let session = use_session();
    let canvas = NodeRef::<html::Canvas>::new();
    canvas.on_load(move |element| {
        let Ok(offscreen) = element.transfer_control_to_offscreen() else { return };
        // The large picture was painted, but is on its way to the screen still, and small ones would only
        // keep it waiting.
        request_animation_frame(move || {
            request_animation_frame(move || {
                session.with_time(move |now| {
                    let thumbs = PlayCommand::Thumbs { camera: camera.id, count: TILES, now };
                    session.link.send_with(thumbs, Cargo::Canvas(offscreen));
                });
            });
        });
    });
    view! {
        <canvas
            class="strip"
            class:painted=move || camera.strip.get()
            id=strip_id(camera)
            node_ref=canvas
            width=STRIP.0
            height=STRIP.1
            draggable="false"
            on:contextmenu=|event| event.prevent_default()
        ></canvas>
    }
}

/// What the strip has for the pointed time, larger, with the time and the camera.
#[component]
pub fn Preview(span: Memo<(i64, i64)>, pointed: Pointed) -> impl IntoView {
    let session = use_session();
    let canvas = NodeRef::<html::Canvas>::new();
    let tile = move || {
        let (camera, micros) = pointed.get()?;
        let own = camera.facts.with(|facts| facts.as_ref().map(strip_span))?;
        let share = (micros - own.0) as f64 / (own.1 - own.0).max(1) as f64;
        let has = camera.strip.get() && (0.0..=1.0).contains(&share);
        has.then(|| (camera, ((share * TILES as f64) as usize).min(TILES - 1)))
    };
    let tile = Memo::new(move |_| tile());
    Effect::new(move |_| {
        if let (Some((camera, tile)), Some(to)) = (tile.get(), canvas.get()) {
            page::copy_tile(&strip_id(camera), (tile, TILES), &to);
        }
    });
    let words = move || {
        let (camera, micros) = pointed.get()?;
        let (clip, facts) = (session.clip(camera.clip)?, camera.facts.get()?);
        let clocks = clip.note.clocks(micros - facts.offset - facts.begins);
        let clock = clocks.map(|(shown, _)| shown.clock()).unwrap_or_default();
        let name = if session.player.together.get() { clip.note.camera } else { String::new() };
        Some(format!("{name} {} {clock}", elapsed(micros)))
    };
    let left = move || pointed.get().map(|(_, micros)| format!("{}%", percent(span.get(), micros)));
    view! {
        <div class="preview" hidden=move || pointed.get().is_none() style:left=left aria-hidden="true">
            <canvas
                node_ref=canvas
                width=PREVIEW.0
                height=PREVIEW.1
                hidden=move || tile.get().is_none()
            ></canvas>
            <span>{words}</span>
        </div>
    }
}

//! O10 画像の出所: whose copy a picture shows, and a sheet that says so.
//!
//! Absent: the search (`office/tracing.rs`), and what its result says (`fuin_trace`).

use leptos::{ev, prelude::*};

use crate::{
    fault::Code,
    locale::{Key, k, use_locale},
    office::{
        desk::use_desk,
        tracing::{Found, Tracing, use_tracing},
    },
    page::papers,
    platform::page,
    ui::FilePicker,
};

/// The screen.
#[component]
pub fn TraceView() -> impl IntoView {
    let l = use_locale();
    let (desk, tracing) = (use_desk(), use_tracing());
    let is_running = move || tracing.part.with(Option::is_some);
    view! {
        <section aria-labelledby="trace-title">
            <div class="no-print">
                <h2 id="trace-title">{move || l.t(k::TRACE_TITLE)}</h2>
                <p>{move || l.t(k::TRACE_HELP)}</p>
                <p class="actions">
                    <FilePicker
                        id="pick-traced"
                        label=l.label(k::TRACE_PICK)
                        accept="image/png,image/jpeg,image/webp"
                        on_file=move |file| {
                            desk.message.set(None);
                            desk.run(async move { tracing.take(file.ok_or(Code::PartsMissing)?).await });
                        }
                    />
                </p>
                {move || tracing.picture.get().map(|picture| view! { <Picture picture=picture /> })}
                <Show when=move || tracing.picture.with(Option::is_some)>
                    <p class="actions">
                        <button
                            id="trace-search"
                            class="primary"
                            disabled=move || is_running() || desk.working.get()
                            on:click=move |_| desk.run(async move { tracing.search().await })
                        >
                            {move || l.t(k::TRACE_SEARCH)}
                        </button>
                    </p>
                </Show>
                <div role="status">
                    <Show when=is_running>
                        <p>
                            <progress
                                max="1"
                                value=move || tracing.part.get().unwrap_or_default().to_string()
                                aria-label=move || l.t(k::TRACE_SEARCHING)
                            ></progress>
                            " "
                            {move || l.t(k::TRACE_SEARCHING)}
                        </p>
                        <p class="actions">
                            <button id="trace-stop" on:click=move |_| tracing.stop()>
                                {move || l.t(k::PLAY_CANCEL)}
                            </button>
                        </p>
                    </Show>
                </div>
            </div>
            <Outcome tracing=tracing />
        </section>
    }
}

/// Names of the corners, in their order.
const CORNERS: [Key; 4] =
    [k::TRACE_TOP_LEFT, k::TRACE_TOP_RIGHT, k::TRACE_BOTTOM_RIGHT, k::TRACE_BOTTOM_LEFT];
/// By how much an arrow key moves a corner, as a share of the picture; with shift, ten times as much.
const STEP: f64 = 0.005;

/// The picture, with a handle on each corner of what is looked at.
#[component]
fn Picture(picture: Found) -> impl IntoView {
    let l = use_locale();
    let tracing = use_tracing();
    let held = RwSignal::new(None::<usize>);
    // Until the picture has its size, a corner would be taken where it does not stay.
    let is_laid_out = RwSignal::new(false);
    let name = picture.name.clone();
    let outline = move || {
        let point = |n| {
            let (x, y) = tracing.corners.with(|corners| corners.at(n));
            format!("{:.2},{:.2}", 100.0 * x, 100.0 * y)
        };
        [point(0), point(1), point(2), point(3)].join(" ")
    };
    let on_move = move |event: ev::PointerEvent| {
        if event.buttons() == 0 {
            // It was let go outside of the picture.
            held.set(None);
        }
        if let (Some(corner), Some(to)) = (held.get_untracked(), page::share_of(&event)) {
            tracing.move_corner(corner, to);
        }
    };
    view! {
        <p class="help">{move || l.t(k::TRACE_CORNERS)}</p>
        <div
            class="traced"
            id="traced-picture"
            on:pointermove=on_move
            on:pointerup=move |_| held.set(None)
        >
            <img
                src=picture.address
                alt=name
                draggable="false"
                on:load=move |_| is_laid_out.set(true)
            />
            <Show when=move || is_laid_out.get()>
                <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                    <polygon points=outline></polygon>
                </svg>
                {CORNERS
                    .into_iter()
                    .enumerate()
                    .map(|(n, name)| view! { <Handle corner=n name=name held=held /> })
                    .collect_view()}
            </Show>
        </div>
        <p class="sheet-note">
            {picture.name.clone()} "　SHA-256 " <span class="mono">{picture.sha256.clone()}</span>
        </p>
    }
}

#[component]
fn Handle(corner: usize, name: Key, held: RwSignal<Option<usize>>) -> impl IntoView {
    let l = use_locale();
    let tracing = use_tracing();
    let at = move || tracing.corners.with(|corners| corners.at(corner));
    let share = |of: f64| format!("{:.2}%", 100.0 * of);
    let on_key = move |event: ev::KeyboardEvent| {
        let step = if event.shift_key() { 10.0 * STEP } else { STEP };
        let (x, y) = at();
        let to = match event.key().as_str() {
            "ArrowLeft" => (x - step, y),
            "ArrowRight" => (x + step, y),
            "ArrowUp" => (x, y - step),
            "ArrowDown" => (x, y + step),
            _ => return,
        };
        event.prevent_default();
        tracing.move_corner(corner, to);
    };
    view! {
        <button
            type="button"
            class="corner"
            id=format!("corner-{corner}")
            style:left=move || share(at().0)
            style:top=move || share(at().1)
            aria-label=move || {
                let (x, y) = at();
                format!("{}　{:.1}%, {:.1}%", l.t(name), 100.0 * x, 100.0 * y)
            }
            on:pointerdown=move |event| {
                event.prevent_default();
                held.set(Some(corner));
            }
            on:keydown=on_key
        ></button>
    }
}

/// What was found: on the screen, and as a sheet.
#[component]
fn Outcome(tracing: Tracing) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let office = move || desk.card.get().map(|(card, _)| card.office);
    move || {
        let (picture, traced) = (tracing.picture.get()?, tracing.traced.get()?);
        let is_found = !traced.verdict.named.is_empty();
        let title = if is_found { k::TRACE_FOUND } else { k::TRACE_NOT_FOUND };
        let sheet = papers::traced(
            &office()?,
            &picture.name,
            &picture.sha256,
            &traced.verdict,
            traced.at,
            traced.is_part,
        );
        Some(view! {
            <div class="no-print" role="alert">
                <h3 id="trace-outcome">{move || l.t(title)}</h3>
            </div>
            <p class="actions no-print">
                <button id="print" class="primary" on:click=move |_| page::print()>
                    {move || l.t(k::PAPER_PRINT)}
                </button>
            </p>
            {sheet}
        })
    }
}

//! V4: the picture, its controls, and what is known about it.

use leptos::{html, prelude::*};

use super::session::{Check, Session, Stage, use_session};
use crate::{
    locale::{Key, k, use_locale},
    platform::clock,
    player::Command,
};

const FIVE_SECONDS: i64 = 5_000_000;

/// `1:02:03.4`.
fn clip_time(micros: i64) -> String {
    let tenths = micros.max(0) / 100_000;
    let (seconds, minutes, hours) = (tenths / 10 % 60, tenths / 600 % 60, tenths / 36_000);
    format!("{hours}:{minutes:02}:{seconds:02}.{}", tenths % 10)
}

fn toggle(session: Session) {
    let playing = session.shown.get_untracked().playing;
    session.command(if playing { &Command::Pause } else { &Command::Play });
}

fn seek_by(session: Session, micros: i64) {
    let target = session.shown.get_untracked().micros + micros;
    session.command(&Command::Seek { micros: target });
}

/// Single keys work only while the player has the focus.
fn on_key(session: Session, event: &leptos::ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    match event.key().as_str() {
        " " | "k" | "K" => toggle(session),
        "ArrowLeft" => seek_by(session, -FIVE_SECONDS),
        "ArrowRight" => seek_by(session, FIVE_SECONDS),
        "," => session.command(&Command::Step { by: -1 }),
        "." => session.command(&Command::Step { by: 1 }),
        "Home" => session.command(&Command::Seek { micros: 0 }),
        "End" => session.command(&Command::Seek { micros: i64::MAX }),
        _ => return,
    }
    event.prevent_default();
}

/// The player.
#[component]
pub fn Play() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let canvas = NodeRef::<html::Canvas>::new();
    canvas.on_load(move |element| {
        if let Ok(offscreen) = element.transfer_control_to_offscreen() {
            session.admit(offscreen.into());
        }
    });
    let manifest = session.manifest()?;
    let (recipient, not_after) = (manifest.recipient.line(), manifest.not_after);
    let clip_count = manifest.clips.len();
    let options = manifest.clips.iter().enumerate()
        .map(|(i, clip)| view! { <option value=i.to_string()>{clip.camera.clone()} "　" {clip.file_name.clone()}</option> })
        .collect_view();
    let duration = move || session.facts.get().map_or(0, |facts| facts.duration_micros);
    let camera_clock = {
        let clips = manifest.clips.clone();
        move || {
            let starts_at = clips.get(session.clip.get()).and_then(|clip| clip.starts_at)?;
            Some(starts_at.plus_secs(session.shown.get().micros / 1_000_000))
        }
    };
    let button = move |id: &'static str, label: Key, command: Command| {
        view! {
            <button id=id on:click=move |_| session.command(&command)>{move || l.t(label)}</button>
        }
    };
    Some(view! {
        <h1 class="visually-hidden">{move || l.t(k::PLAY_TITLE)}</h1>
        <p class="disclosed">{move || {
            let days = not_after.day().days_since(clock::now().day()).to_string();
            l.f(k::PLAY_DISCLOSED_TO, &[("recipient", &recipient), ("day", &l.time(not_after)), ("days", &days)])
        }}</p>
        <Show when=move || { clip_count > 1 }>
            <label class="clip-choice">{move || l.t(k::PLAY_CLIP)} " "
                <select on:change=move |event| session.load(event_target_value(&event).parse().unwrap_or(0))>{options.clone()}</select>
            </label>
        </Show>
        <div class="player" tabindex="0" role="group" aria-label=move || l.t(k::PLAY_TITLE) on:keydown=move |event| on_key(session, &event)>
            <div class="stage">
                <canvas id="picture" node_ref=canvas width="16" height="9" draggable="false"
                    on:contextmenu=|event| event.prevent_default()></canvas>
            </div>
            <div role="status"><Show when=move || session.facts.get().is_none()>
                <p>{move || l.t(k::PLAY_LOADING)}</p>
            </Show></div>
            <input
                id="seek" type="range" min="0" step="any"
                max=move || duration().to_string()
                prop:value=move || session.shown.get().micros.to_string()
                aria-label=move || l.t(k::PLAY_SEEK)
                aria-valuetext=move || clip_time(session.shown.get().micros)
                on:input=move |event| {
                    let micros = event_target_value(&event).parse::<f64>().unwrap_or(0.0) as i64;
                    session.command(&Command::Seek { micros });
                }
            />
            <p class="times">
                <span id="clip-time">{move || clip_time(session.shown.get().micros)} " / " {move || clip_time(duration())}</span>
                <span>{move || l.t(k::PLAY_FRAME)} " " <span id="picture-number">{move || session.shown.get().picture + 1}</span></span>
                {move || camera_clock().map(|at| view! { <span>{move || l.t(k::PLAY_CAMERA_CLOCK)} " " {at.clock()}</span> })}
            </p>
            <p class="actions">
                {button("step-back", k::PLAY_BACK, Command::Step { by: -1 })}
                <button id="play" class="primary" on:click=move |_| toggle(session)>
                    {move || l.t(if session.shown.get().playing { k::PLAY_PAUSE } else { k::PLAY_PLAY })}
                </button>
                {button("step-forward", k::PLAY_FORWARD, Command::Step { by: 1 })}
            </p>
            <p class="help">{move || l.t(k::PLAY_KEYS_HELP)}</p>
        </div>
        <CheckAll/>
        <Information/>
        <p class="actions"><button id="finished" on:click=move |_| session.stage.set(Stage::Procedure)>{move || l.t(k::PLAY_FINISHED)}</button></p>
    })
}

/// Checks every byte, with progress and cancel.
#[component]
fn CheckAll() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let cancel = move |_| {
        session.command(&Command::CancelCheck);
        session.check.set(Check::Idle);
    };
    view! {
        <section class="check-all" role="status">
            {move || match session.check.get() {
                Check::Idle => view! {
                    <button id="check-all" on:click=move |_| session.command(&Command::CheckAll)>{move || l.t(k::PLAY_CHECK)}</button>
                }.into_any(),
                Check::Running(part) => view! {
                    <span>{move || l.t(k::PLAY_CHECKING)} " " {format!("{:.0}%", part * 100.0)}</span> " "
                    <progress max="1" value=part aria-label=move || l.t(k::PLAY_CHECKING)></progress> " "
                    <button on:click=cancel>{move || l.t(k::PLAY_CANCEL)}</button>
                }.into_any(),
                Check::Done => view! { <p id="checked">"○ " {move || l.t(k::PLAY_CHECKED)}</p> }.into_any(),
            }}
        </section>
    }
}

/// 情報 and 記録.
#[component]
fn Information() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let clip =
        move || session.manifest().and_then(|manifest| manifest.clips.get(session.clip.get()).cloned());
    let row = move |label: Key, value: String| view! { <dt>{move || l.t(label)}</dt><dd>{value}</dd> };
    view! {
        <details>
            <summary>{move || l.t(k::PLAY_TAB_INFO)}</summary>
            <dl>
                {move || clip().map(|clip| view! {
                    {row(k::PLAY_FILE, clip.file_name)}
                    {row(k::PLAY_CAMERA, clip.camera)}
                    {row(k::PLAY_CLOCK_ERROR, l.f(k::PLAY_SECONDS, &[("n", &clip.clock_error_secs.to_string())]))}
                    <dt>"SHA-256"</dt><dd class="mono">{clip.sha256}</dd>
                })}
                {move || session.facts.get().map(|facts| view! {
                    {row(k::PLAY_CODEC, facts.codec)}
                    {row(k::PLAY_SIZE, format!("{} × {}", facts.size.0, facts.size.1))}
                    {row(k::PLAY_LENGTH, clip_time(facts.duration_micros))}
                })}
            </dl>
        </details>
        <details>
            <summary>{move || l.t(k::PLAY_TAB_RECORD)}</summary>
            <dl>
                {move || session.record.get().map(|record| view! {
                    {row(k::PLAY_OPENED_TIMES, record.log.times_opened.to_string())}
                    {record.log.first_opened.map(|at| row(k::PLAY_FIRST_OPENED, l.time(at)))}
                    {record.log.last_opened.map(|at| row(k::PLAY_LAST_OPENED, l.time(at)))}
                })}
            </dl>
        </details>
    }
}

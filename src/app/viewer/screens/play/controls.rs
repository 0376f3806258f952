//! Buttons and fields around the pictures: which clip, play, step, speed, sound, size, full screen, still.
//!
//! Entry points: [`Choice`], [`Controls`]. Absent: where to go (`go_to`).

use fuin_core::{Clip, Grant};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    platform::page,
    ui::{Icon, Notice, shape},
    viewer::{player::Player, session::use_session, state::SetUp},
    wire::PlayCommand,
};

/// Speeds to choose from.
const SPEEDS: [f64; 10] = [0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0, -1.0];

/// Which clip, which track, or all cameras together.
#[component]
pub fn Choice() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let manifest = session.manifest()?;
    let clips = manifest.clips;
    let count = clips.len();
    let names: Vec<String> = clips.iter().map(clip_name).collect();
    let options = move || {
        let option = |(i, name): (usize, &String)| {
            let disabled = move || player.killed.with(|killed| killed.contains(&i));
            view! {
                <option value=i.to_string() disabled=disabled>
                    {name.clone()}
                </option>
            }
        };
        names.iter().enumerate().map(option).collect_view()
    };
    let left_out = clips
        .into_iter()
        .enumerate()
        .map(|(i, clip)| {
            let name = clip_name(&clip);
            move || {
                let killed = player.killed.with(|killed| killed.contains(&i));
                let words = l.f(k::PLAY_KILLED, &[("clip", &name)]);
                killed.then(|| {
                    view! {
                        <div class="clip-killed">
                            <Notice stop=true cause=words />
                        </div>
                    }
                })
            }
        })
        .collect_view();
    let tracks =
        move || player.focused().and_then(|camera| camera.facts.get()).map_or(1, |facts| facts.tracks);
    let choose = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        match value.parse() {
            Ok(clip) => player.set_up(&SetUp::alone(clip, 0)),
            Err(_) => {
                let clips = (0..count).map(|clip| (clip, 0)).collect();
                player.set_up(&SetUp { clips, together: true, then: None });
            }
        }
    };
    let chosen = move || match player.together.get() {
        true => "all".to_owned(),
        false => player.focused().map_or(0, |camera| camera.clip).to_string(),
    };
    Some(view! {
        {left_out}
        <div class="clip-choice">
            <Show when=move || { count > 1 }>
                <label>
                    {move || l.t(k::PLAY_CLIP)} " "
                    <select id="choose-clip" prop:value=chosen on:change=choose>
                        {options.clone()}
                        <option value="all">{move || l.t(k::PLAY_TOGETHER)}</option>
                    </select>
                </label>
            </Show>
            <Show when=move || { tracks() > 1 && !player.together.get() }>
                <label>
                    {move || l.t(k::PLAY_TRACK)} " "
                    <select
                        id="choose-track"
                        on:change=move |event| {
                            let track = event_target_value(&event).parse().unwrap_or(0);
                            let clip = player.focused_untracked().map_or(0, |camera| camera.clip);
                            player.set_up(&SetUp::alone(clip, track));
                        }
                    >
                        {move || {
                            let now = player.focused().map_or(0, |camera| camera.track);
                            (0..tracks())
                                .map(|n| {
                                    view! {
                                        <option value=n.to_string() selected=n == now>
                                            {n + 1}
                                        </option>
                                    }
                                })
                                .collect_view()
                        }}
                    </select>
                </label>
            </Show>
        </div>
    })
}

fn clip_name(clip: &Clip) -> String {
    format!("{}　{}", clip.note.camera, clip.note.file_name)
}

/// The row of buttons under the bar.
#[component]
pub fn Controls() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let id = move || player.focused_untracked().map_or(0, |camera| camera.id);
    let step = move |by: i64| player.send(PlayCommand::Step { camera: id(), by });
    let facts = move || player.focused().and_then(|camera| camera.facts.get());
    let has_sound = move || facts().is_some_and(|facts| facts.audio.is_some());
    let has_activity = move || facts().is_some_and(|facts| !facts.activity.is_empty());
    let may_save = session.manifest().is_some_and(|manifest| manifest.terms.permits(Grant::Still));
    let playing = move || player.time.get().playing;
    let press = move |id: &'static str, shape: &'static str, label: Key, work: fn(Player)| {
        view! {
            <button id=id on:click=move |_| work(player)>
                <Icon shape=shape />
                {move || l.t(label)}
            </button>
        }
    };
    view! {
        <div class="controls">
            <button id="step-back" on:click=move |_| step(-1)>
                <Icon shape=shape::BACK />
                {move || l.t(k::PLAY_BACK)}
            </button>
            <button id="play" class="primary" on:click=move |_| player.toggle()>
                <Icon shape=Signal::derive(move || if playing() { shape::PAUSE } else { shape::PLAY }) />
                {move || l.t(if playing() { k::PLAY_PAUSE } else { k::PLAY_PLAY })}
            </button>
            <button id="step-forward" on:click=move |_| step(1)>
                <Icon shape=shape::FORWARD />
                {move || l.t(k::PLAY_FORWARD)}
            </button>
            <Show when=has_activity>
                {press("next-activity", shape::NEXT, k::PLAY_NEXT_ACTIVITY, Player::go_to_activity)}
            </Show>
            <Speeds />
            <Show when=has_sound>
                <button
                    id="mute"
                    aria-pressed=move || player.muted.get().to_string()
                    on:click=move |_| player.toggle_muted()
                >
                    <Icon shape=Signal::derive(move || {
                        if player.muted.get() { shape::SILENT } else { shape::LOUD }
                    }) />
                    {move || l.t(k::PLAY_MUTE)}
                </button>
            </Show>
            <button
                id="own-size"
                aria-pressed=move || player.at_own_size.get().to_string()
                on:click=move |_| player.toggle_own_size()
            >
                <Icon shape=shape::FIT />
                {move || l.t(k::PLAY_OWN_SIZE)}
            </button>
            <button id="fullscreen" on:click=move |_| page::toggle_fullscreen(".player")>
                <Icon shape=shape::FULL />
                {move || l.t(k::PLAY_FULLSCREEN)}
            </button>
            {press("screening", shape::SCREENING, k::PLAY_SCREENING, Player::screen)}
            <Show when=move || may_save>
                <button
                    id="still"
                    on:click=move |_| {
                        player.still.set(None);
                        player.send(PlayCommand::Still { camera: id(), print: false });
                    }
                >
                    <Icon shape=shape::STILL />
                    {move || l.t(k::PLAY_STILL)}
                </button>
            </Show>
        </div>
        <Status />
    }
}

/// How fast.
#[component]
fn Speeds() -> impl IntoView {
    let l = use_locale();
    let player = use_session().player;
    let name = move |speed: f64| {
        if speed < 0.0 {
            l.t(k::PLAY_BACKWARDS).to_owned()
        } else {
            l.f(k::PLAY_TIMES, &[("n", &speed.to_string())])
        }
    };
    let options = SPEEDS.into_iter().map(|speed| {
        view! {
            <option value=speed.to_string() selected=speed == 1.0>
                {move || name(speed)}
            </option>
        }
    });
    view! {
        <label class="inline">
            <span class="visually-hidden">{move || l.t(k::PLAY_SPEED)}</span>
            <select
                id="speed"
                prop:value=move || player.time.get().speed.to_string()
                on:change=move |event| {
                    let times = event_target_value(&event).parse().unwrap_or(1.0);
                    player.send(PlayCommand::Speed { times });
                }
            >
                {options.collect_view()}
            </select>
        </label>
    }
}

/// What became of the last press, which camera is meant, and why there is no sound.
#[component]
fn Status() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let still = move || {
        player.still.get().map(|still| match still {
            Ok(name) => l.f(k::PLAY_STILL_SAVED, &[("name", &name)]),
            Err(fault) => l.error(fault.code, &fault.cause).0,
        })
    };
    let focused = move || {
        let camera = player.focused().filter(|_| player.together.get())?;
        let name = session.clip(camera.clip)?.note.camera;
        Some(l.f(k::PLAY_FOCUSED, &[("number", &(camera.place + 1).to_string()), ("name", &name)]))
    };
    view! {
        <p role="status" class="help" id="player-status">
            {still}
            {focused}
            {move || player.all_quiet.get().then(|| l.t(k::PLAY_ALL_QUIET))}
            {move || player.sound_failed.get().map(|cause| l.f(k::PLAY_NO_SOUND, &[("cause", &cause)]))}
        </p>
    }
}

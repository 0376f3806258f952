//! Buttons and fields around the pictures: which clip, play, step, speed, repeat, go to, sound, full screen, still.

use fuin_core::{Clip, Grant};
use fuin_model::GoTo;
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    platform::page,
    ui::Notice,
    viewer::{session::use_session, state::SetUp},
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
    let options = clips
        .iter()
        .enumerate()
        .map(|(i, clip)| {
            let disabled = move || player.killed.with(|killed| killed.contains(&i));
            view! {
                <option value=i.to_string() disabled=disabled>
                    {clip_name(clip)}
                </option>
            }
        })
        .collect_view();
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
pub fn Controls(
    /// Whether the list of keys is open.
    help: RwSignal<bool>,
) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let id = move || player.focused_untracked().map_or(0, |camera| camera.id);
    let step = move |name: &'static str, label: Key, by: i64| {
        view! {
            <button
                id=name
                on:click=move |_| {
                    player
                        .send(PlayCommand::Step {
                            camera: id(),
                            by,
                        })
                }
            >
                {move || l.t(label)}
            </button>
        }
    };
    let playing = move || player.time.get().playing;
    let has_sound = move || {
        player.focused().and_then(|camera| camera.facts.get()).is_some_and(|facts| facts.audio.is_some())
    };
    let may_save = session.manifest().is_some_and(|manifest| manifest.terms.permits(Grant::Still));
    let speed_name = move |speed: f64| {
        if speed < 0.0 {
            l.t(k::PLAY_BACKWARDS).to_owned()
        } else {
            l.f(k::PLAY_TIMES, &[("n", &speed.to_string())])
        }
    };
    view! {
        <p class="actions">
            {step("step-back", k::PLAY_BACK, -1)}
            <button id="play" class="primary" on:click=move |_| player.toggle()>
                {move || l.t(if playing() { k::PLAY_PAUSE } else { k::PLAY_PLAY })}
            </button> {step("step-forward", k::PLAY_FORWARD, 1)}
            <label class="inline">
                {move || l.t(k::PLAY_SPEED)} " "
                <select
                    id="speed"
                    prop:value=move || player.time.get().speed.to_string()
                    on:change=move |event| {
                        let times = event_target_value(&event).parse().unwrap_or(1.0);
                        player.send(PlayCommand::Speed { times });
                    }
                >
                    {SPEEDS
                        .into_iter()
                        .map(|speed| {
                            view! {
                                <option value=speed.to_string() selected=speed == 1.0>
                                    {move || speed_name(speed)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label> <Show when=has_sound>
                <button
                    id="mute"
                    aria-pressed=move || player.muted.get().to_string()
                    on:click=move |_| player.toggle_muted()
                >
                    {move || l.t(k::PLAY_MUTE)}
                </button>
            </Show> <button id="fullscreen" on:click=move |_| page::toggle_fullscreen(".player")>
                {move || l.t(k::PLAY_FULLSCREEN)}
            </button> <Show when=move || may_save>
                <button
                    id="still"
                    on:click=move |_| {
                        player.still.set(None);
                        player
                            .send(PlayCommand::Still {
                                camera: id(),
                                print: false,
                            });
                    }
                >
                    {move || l.t(k::PLAY_STILL)}
                </button>
            </Show> <button id="keys-help" on:click=move |_| help.set(true)>
                {move || l.t(k::PLAY_KEYS)}
            </button>
        </p>
        <p role="status" class="help" id="player-status">
            {move || {
                player
                    .still
                    .get()
                    .map(|still| match still {
                        Ok(name) => l.f(k::PLAY_STILL_SAVED, &[("name", &name)]),
                        Err(fault) => l.error(fault.code, &fault.cause).0,
                    })
            }}
            {move || {
                player
                    .together
                    .get()
                    .then(|| {
                        let camera = player.focused()?;
                        let name = session.manifest()?.clips.get(camera.clip)?.note.camera.clone();
                        Some(
                            l
                                .f(
                                    k::PLAY_FOCUSED,
                                    &[("number", &(camera.place + 1).to_string()), ("name", &name)],
                                ),
                        )
                    })
            }}
            {move || player.sound_failed.get().map(|cause| l.f(k::PLAY_NO_SOUND, &[("cause", &cause)]))}
        </p>
        <GoToForm />
    }
}

/// What one can go to, as the choice has it.
const PLACES: [(GoTo, &str, Key); 3] = [
    (GoTo::Picture, "picture", k::PLAY_GO_PICTURE),
    (GoTo::Elapsed, "elapsed", k::PLAY_GO_ELAPSED),
    (GoTo::Clock, "clock", k::PLAY_GO_CLOCK),
];

/// Go to a picture, a time, or a time of day; repeat a stretch.
#[component]
fn GoToForm() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let (kind, text, wrong) =
        (RwSignal::new(GoTo::Picture), RwSignal::new(String::new()), RwSignal::new(false));
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let clip =
            player.focused_untracked().and_then(|camera| session.manifest()?.clips.get(camera.clip).cloned());
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

//! V4: the pictures, their controls, and what is known about them.
//!
//! Entry point: [`Play`]. Parts: `view` (canvas), `pointer` (mouse), `bar` and `lane` (time), `controls`, `keys`,
//! `fade` (full screen), `go_to`, and the tabs `facts`, `marks`, `tones`, `log`. Absent: playing itself, which the
//! worker does.

mod badges;
mod bar;
mod controls;
mod exhibits;
mod facts;
mod fade;
mod go_to;
mod keys;
mod lane;
mod log;
mod marks;
mod pointer;
mod take_out;
mod tones;
mod view;

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    platform::{clock, page},
    viewer::{
        back::report_instead,
        camera::CameraView,
        player::keep_in_step,
        session::use_session,
        state::{Check, Export},
    },
    wire::PlayCommand,
};

/// The player.
#[component]
pub fn Play() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let manifest = session.manifest()?;
    let (recipient, not_after) = (manifest.recipient.line(), manifest.terms.not_after);
    session.admit();
    let here = Rc::new(Cell::new(true));
    let still_here = here.clone();
    keep_in_step(player, move || still_here.get());
    let leave = send_wrapper::SendWrapper::new(here);
    on_cleanup(move || {
        leave.set(false);
        player.send(PlayCommand::Clear);
        player.clear();
    });
    let help = RwSignal::new(false);
    // What stands beside the picture does not keep it waiting.
    let beside = RwSignal::new(false);
    Effect::new(move |_| {
        // Once it is there nothing more is followed.
        if beside.get_untracked() {
            return;
        }
        let is_there = |camera: &CameraView| camera.settled.get() || camera.shown.get().is_some();
        if player.cameras.with(|cameras| cameras.iter().any(is_there)) {
            beside.set(true);
        }
    });
    let standing = move || {
        let time = player.time.get();
        let shown = player.focused().and_then(CameraView::seen);
        // While it runs, a screen reader must not read out every number.
        shown.filter(|_| !time.playing).map(|shown| {
            l.f(
                k::PLAY_AT,
                &[("picture", &(shown.picture + 1).to_string()), ("time", &fuin_core::elapsed(shown.micros))],
            )
        })
    };
    Some(view! {
        <h1 class="visually-hidden">{move || l.t(k::PLAY_TITLE)}</h1>
        <div class="watch" tabindex="-1" on:keydown=move |event| keys::on_key(session, help, &event)>
            <div class="watch-head">
                <p class="disclosed">
                    {move || {
                        let days = not_after.day().days_since(clock::now().day()).to_string();
                        l.f(
                            k::PLAY_DISCLOSED_TO,
                            &[("recipient", &recipient), ("day", &l.time(not_after)), ("days", &days)],
                        )
                    }}
                </p>
                <button
                    id="finished"
                    disabled=move || session.export.with(Export::is_on_its_way)
                    on:click=move |_| report_instead(session)
                >
                    {move || l.t(k::PLAY_FINISHED)}
                </button>
            </div>
            <controls::Choice />
            <div class="workspace">
                <Screen help=help />
                <section class="panel" aria-label=move || l.t(k::PLAY_TABS)>
                    <Show when=move || beside.get()>
                        <Tabs />
                        <go_to::GoToForm />
                        <CheckAll />
                        <take_out::TakeOut />
                    </Show>
                </section>
            </div>
        </div>
        <p class="visually-hidden" role="status">
            {standing}
        </p>
        <keys::Help open=help />
        <take_out::OnPaper />
        <exhibits::Exhibited />
    })
}

/// What can fill the screen: pictures, bar and buttons. It has the keyboard from the beginning.
#[component]
fn Screen(
    /// Whether the list of keys is open.
    help: RwSignal<bool>,
) -> impl IntoView {
    let l = use_locale();
    let player = use_session().player;
    let fade = fade::Fade::new();
    let here = NodeRef::<leptos::html::Div>::new();
    // The canvas is handed over first: moving the keyboard has the browser lay the page out.
    here.on_load(|_| request_animation_frame(|| page::arrive("player")));
    view! {
        <div
            class="player"
            id="player"
            node_ref=here
            class:screening=move || player.screening.get()
            class:quiet=move || fade.away.get()
            tabindex="0"
            role="group"
            aria-label=move || l.t(k::PLAY_TITLE)
            on:pointermove=move |_| fade.stir()
            on:keydown=move |_| fade.stir()
            on:fullscreenchange=move |_| {
                if !page::is_fullscreen() {
                    player.screening.set(false);
                }
            }
        >
            <view::Views />
            <div class="chrome">
                <bar::Bar help=help />
                <controls::Controls />
            </div>
        </div>
    }
}

/// 情報 / しおり / 画質 / 記録.
#[component]
fn Tabs() -> impl IntoView {
    let l = use_locale();
    let chosen = RwSignal::new(0usize);
    const NAMES: [(&str, Key); 4] = [
        ("info", k::PLAY_TAB_INFO),
        ("marks", k::PLAY_TAB_MARKS),
        ("tones", k::PLAY_TAB_TONES),
        ("log", k::PLAY_TAB_RECORD),
    ];
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let next = match event.key().as_str() {
            "ArrowRight" => chosen.get_untracked() + 1,
            "ArrowLeft" => chosen.get_untracked() + NAMES.len() - 1,
            _ => return,
        };
        event.prevent_default();
        chosen.set(next % NAMES.len());
        page::focus(&format!("tab-{}", NAMES[next % NAMES.len()].0));
    };
    let tab = move |(n, (id, name)): (usize, (&'static str, Key))| {
        view! {
            <button
                role="tab"
                id=format!("tab-{id}")
                aria-controls="tab-panel"
                aria-selected=move || (chosen.get() == n).to_string()
                tabindex=move || if chosen.get() == n { "0" } else { "-1" }
                on:click=move |_| chosen.set(n)
            >
                {move || l.t(name)}
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=move || l.t(k::PLAY_TABS) on:keydown=on_key>
            {NAMES.into_iter().enumerate().map(tab).collect_view()}
        </div>
        <div
            id="tab-panel"
            class="tab-panel"
            role="tabpanel"
            tabindex="0"
            aria-labelledby=move || format!("tab-{}", NAMES[chosen.get()].0)
        >
            {move || match chosen.get() {
                0 => view! { <facts::Facts /> }.into_any(),
                1 => view! { <marks::Marks /> }.into_any(),
                2 => view! { <tones::Tones /> }.into_any(),
                _ => view! { <log::Log /> }.into_any(),
            }}
        </div>
    }
}

/// Checks every byte, with progress and cancel.
#[component]
fn CheckAll() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    view! {
        <section class="check-all" role="status">
            {move || match session.check.get() {
                Check::Idle => {
                    view! {
                        <button id="check-all" on:click=move |_| session.check_all()>
                            {move || l.t(k::PLAY_CHECK)}
                        </button>
                    }
                        .into_any()
                }
                Check::Running(part) => {
                    view! {
                        <span>{move || l.t(k::PLAY_CHECKING)} " " {format!("{:.0}%", part * 100.0)}</span>
                        " "
                        <progress max="1" value=part aria-label=move || l.t(k::PLAY_CHECKING)></progress>
                        " "
                        <button on:click=move |_| {
                            session.cancel_check()
                        }>{move || l.t(k::PLAY_CANCEL)}</button>
                    }
                        .into_any()
                }
                Check::Done => view! { <p id="checked">"○ " {move || l.t(k::PLAY_CHECKED)}</p> }.into_any(),
            }}
        </section>
    }
}

//! Single keys, which work only while the player has the focus, and the list of them.

use leptos::{html, prelude::*};

use crate::{
    locale::{Key, k, use_locale},
    platform::page,
    viewer::session::Session,
    wire::PlayCommand,
};

const FIVE_SECONDS: i64 = 5_000_000;
const ZOOM_STEP: f64 = 1.25;
const PAN_STEP: f64 = 0.1;

/// What stands in the list.
const KEYS: [(&str, Key); 15] = [
    ("Space / K", k::KEYS_PLAY),
    ("J / L", k::KEYS_SHUTTLE),
    (", / .", k::KEYS_STEP),
    ("← / →", k::KEYS_FIVE),
    ("Home / End", k::KEYS_ENDS),
    ("[ / ]", k::KEYS_REPEAT),
    ("\\", k::KEYS_REPEAT_OFF),
    ("+ / − / 0", k::KEYS_ZOOM),
    ("Shift + ← ↑ ↓ →", k::KEYS_PAN),
    ("B", k::KEYS_BOOKMARK),
    ("S", k::KEYS_STILL),
    ("M", k::KEYS_MUTE),
    ("F", k::KEYS_FULLSCREEN),
    ("1 – 9", k::KEYS_CAMERA),
    ("?", k::KEYS_HELP),
];

/// Does what a key says.
pub fn on_key(session: Session, help: RwSignal<bool>, event: &leptos::ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || page::is_control(event) {
        return;
    }
    let player = session.player;
    let id = player.focused_untracked().map_or(0, |camera| camera.id);
    let time = player.time.get_untracked();
    let seek_by = |micros: i64| player.send(PlayCommand::Seek { micros: time.micros + micros });
    let pan = |x: f64, y: f64| {
        player.change_look(|look| {
            look.x += x / look.zoom;
            look.y += y / look.zoom;
        });
    };
    match (event.key().as_str(), event.shift_key()) {
        ("ArrowLeft", true) => pan(-PAN_STEP, 0.0),
        ("ArrowRight", true) => pan(PAN_STEP, 0.0),
        ("ArrowUp", true) => pan(0.0, -PAN_STEP),
        ("ArrowDown", true) => pan(0.0, PAN_STEP),
        ("ArrowLeft", _) => seek_by(-FIVE_SECONDS),
        ("ArrowRight", _) => seek_by(FIVE_SECONDS),
        (" ", _) => player.toggle(),
        ("k" | "K", _) if time.playing => player.stand(),
        ("k" | "K", _) => player.toggle(),
        ("j" | "J", _) => player.faster(-1.0),
        ("l" | "L", _) => player.faster(1.0),
        ("," | "、", _) => player.send(PlayCommand::Step { camera: id, by: -1 }),
        ("." | "。", _) => player.send(PlayCommand::Step { camera: id, by: 1 }),
        ("Home", _) => player.send(PlayCommand::Seek { micros: i64::MIN }),
        ("End", _) => player.send(PlayCommand::Seek { micros: i64::MAX }),
        ("[", _) => player.mark_repeat(Some(false)),
        ("]", _) => player.mark_repeat(Some(true)),
        ("\\" | "¥", _) => player.mark_repeat(None),
        ("+" | ";", _) => player.change_look(|look| look.zoom *= ZOOM_STEP),
        ("-", _) => player.change_look(|look| look.zoom /= ZOOM_STEP),
        ("0", _) => player.change_look(|look| look.zoom = 1.0),
        ("b" | "B", _) => super::marks::add(session),
        ("s" | "S", _) => player.send(PlayCommand::Still { camera: id, print: false }),
        ("m" | "M", _) => player.toggle_muted(),
        ("f" | "F", _) => page::toggle_fullscreen(".player"),
        ("?", _) => help.set(true),
        (digit, _) if player.together.get_untracked() && digit.len() == 1 && "123456789".contains(digit) => {
            let place = digit.parse::<usize>().unwrap_or(1) - 1;
            if player.cameras.with_untracked(|cameras| cameras.iter().any(|camera| camera.place == place)) {
                player.focus.set(place);
            }
        }
        _ => return,
    }
    event.prevent_default();
}

/// The list of keys.
#[component]
pub fn Help(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let l = use_locale();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            if open.get() {
                // Fails only if it is open already.
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
    });
    view! {
        <dialog id="keys" node_ref=dialog aria-labelledby="keys-title" on:close=move |_| open.set(false)>
            <h2 id="keys-title">{move || l.t(k::KEYS_TITLE)}</h2>
            <dl>
                {KEYS
                    .into_iter()
                    .map(|(keys, what)| {
                        view! {
                            <dt class="mono">{keys}</dt>
                            <dd>{move || l.t(what)}</dd>
                        }
                    })
                    .collect_view()}
            </dl>
            <p class="actions">
                <button id="keys-close" on:click=move |_| open.set(false)>
                    {move || l.t(k::KEYS_CLOSE)}
                </button>
            </p>
        </dialog>
    }
}

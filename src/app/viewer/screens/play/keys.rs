//! Single keys, which work only while the player has the focus, and the list of them.

use leptos::{html, prelude::*};

use crate::{
    locale::{Key, k, use_locale},
    platform::page,
    viewer::{player::Player, session::Session},
    wire::PlayCommand,
};

const FIVE_SECONDS: i64 = 5_000_000;
const ZOOM_STEP: f64 = 1.25;
/// Parts of what is seen.
const PAN_STEP: f64 = 0.1;
/// Pixels of the screen for one, where a picture at its own size is larger than its place.
const PAN_PIXELS: f64 = 600.0;

/// What stands in the list.
const KEYS: [(&str, Key); 18] = [
    ("Space / K", k::KEYS_PLAY),
    ("J / L", k::KEYS_SHUTTLE),
    (", / .", k::KEYS_STEP),
    ("← / →", k::KEYS_FIVE),
    ("Home / End", k::KEYS_ENDS),
    ("[ / ]", k::KEYS_REPEAT),
    ("\\", k::KEYS_REPEAT_OFF),
    ("+ / − / 0", k::KEYS_ZOOM),
    ("Shift + ← ↑ ↓ →", k::KEYS_PAN),
    ("N", k::KEYS_NEXT_ACTIVITY),
    ("B", k::KEYS_BOOKMARK),
    ("S", k::KEYS_STILL),
    ("M", k::KEYS_MUTE),
    ("Z", k::KEYS_OWN_SIZE),
    ("F", k::KEYS_FULLSCREEN),
    ("C", k::KEYS_SCREENING),
    ("1 – 9", k::KEYS_CAMERA),
    ("?", k::KEYS_HELP),
];

/// Does what a key says.
pub fn on_key(session: Session, help: RwSignal<bool>, event: &leptos::ev::KeyboardEvent) {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
    if modified || event.default_prevented() || page::is_control(event) {
        return;
    }
    let key = event.key();
    let is_ours = match key.as_str() {
        "?" => {
            help.set(true);
            true
        }
        "b" | "B" => {
            super::marks::add(session);
            true
        }
        key => {
            in_time(session.player, key, event.shift_key())
                || look(session.player, key, event.shift_key())
                || screen(session.player, key)
        }
    };
    if is_ours {
        event.prevent_default();
    }
}

/// Keys that play and move in time.
fn in_time(player: Player, key: &str, shift: bool) -> bool {
    let id = player.focused_untracked().map_or(0, |camera| camera.id);
    let time = player.time.get_untracked();
    let seek_by = |micros: i64| player.send(PlayCommand::Seek { micros: time.micros + micros });
    match key {
        "ArrowLeft" if !shift => seek_by(-FIVE_SECONDS),
        "ArrowRight" if !shift => seek_by(FIVE_SECONDS),
        " " => player.toggle(),
        "k" | "K" if time.playing => player.stand(),
        "k" | "K" => player.toggle(),
        "j" | "J" => player.faster(-1.0),
        "l" | "L" => player.faster(1.0),
        "," | "、" => player.send(PlayCommand::Step { camera: id, by: -1 }),
        "." | "。" => player.send(PlayCommand::Step { camera: id, by: 1 }),
        "Home" => player.send(PlayCommand::Seek { micros: i64::MIN }),
        "End" => player.send(PlayCommand::Seek { micros: i64::MAX }),
        "[" => player.mark_repeat(Some(false)),
        "]" => player.mark_repeat(Some(true)),
        "\\" | "¥" => player.mark_repeat(None),
        "n" | "N" => player.go_to_activity(),
        "s" | "S" => player.send(PlayCommand::Still { camera: id, print: false }),
        "m" | "M" => player.toggle_muted(),
        _ => return false,
    }
    true
}

/// Keys that change how the picture is seen.
fn look(player: Player, key: &str, shift: bool) -> bool {
    let pan = |x: f64, y: f64| {
        let Some(camera) = player.focused_untracked() else { return };
        if camera.look.get_untracked().zoom <= 1.0 {
            return page::scroll_by(&camera.frame_id(), x * PAN_PIXELS, y * PAN_PIXELS);
        }
        player.change_look(|look| {
            look.x += x / look.zoom;
            look.y += y / look.zoom;
        });
    };
    match (key, shift) {
        ("ArrowLeft", true) => pan(-PAN_STEP, 0.0),
        ("ArrowRight", true) => pan(PAN_STEP, 0.0),
        ("ArrowUp", true) => pan(0.0, -PAN_STEP),
        ("ArrowDown", true) => pan(0.0, PAN_STEP),
        ("+" | ";", _) => player.change_look(|look| look.zoom *= ZOOM_STEP),
        ("-", _) => player.change_look(|look| look.zoom /= ZOOM_STEP),
        ("0", _) => player.change_look(|look| look.zoom = 1.0),
        _ => return false,
    }
    true
}

/// Keys for the size on the screen, and for the camera that is meant.
fn screen(player: Player, key: &str) -> bool {
    let is_screening = player.screening.get_untracked();
    match key {
        "z" | "Z" => player.toggle_own_size(),
        "f" | "F" => page::toggle_fullscreen(".player"),
        // In the full screen the browser itself leaves by Escape.
        "c" | "C" | "Escape" if is_screening => player.end_screening(),
        "c" | "C" => player.screen(),
        digit if player.together.get_untracked() && digit.len() == 1 && "123456789".contains(digit) => {
            let place = digit.parse::<usize>().unwrap_or(1) - 1;
            if player.cameras.with_untracked(|cameras| cameras.iter().any(|camera| camera.place == place)) {
                player.focus.set(place);
            }
        }
        _ => return false,
    }
    true
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

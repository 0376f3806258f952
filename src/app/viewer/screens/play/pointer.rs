//! What the mouse does on a picture: a press plays and pauses, two fill the screen, the wheel makes it larger where the
//! pointer is, and what is larger than its place can be drawn about.
//!
//! Entry point: [`Pointer`]. Absent: keys (`keys`), which do the same and more.

use leptos::{
    ev::{MouseEvent, PointerEvent, WheelEvent},
    prelude::*,
};

use crate::{
    platform::page,
    viewer::{
        camera::{CameraView, canvas_size},
        player::Player,
    },
};

/// What one turn of the wheel makes of the size.
const WHEEL_STEP: f64 = 1.25;
/// Whoever moves less than this many pixels pressed, and drew nothing.
const MIN_DRAW: f64 = 4.0;

/// The mouse on one picture.
#[derive(Clone, Copy)]
pub struct Pointer {
    player: Player,
    camera: CameraView,
    /// Where it was last while it is down, and how far it came.
    drawn: StoredValue<Option<((f64, f64), f64)>>,
    /// The press that ends was a draw.
    was_draw: StoredValue<bool>,
}

impl Pointer {
    /// On the picture of a camera.
    pub fn new(player: Player, camera: CameraView) -> Self {
        Self { player, camera, drawn: StoredValue::new(None), was_draw: StoredValue::new(false) }
    }

    /// A button went down.
    pub fn down(self, event: &PointerEvent) {
        self.was_draw.set_value(false);
        let at = (event.client_x(), event.client_y());
        self.drawn.set_value(Some((at, 0.0)));
    }

    /// It moved.
    pub fn moved(self, event: &PointerEvent) {
        let Some(((x, y), far)) = self.drawn.get_value() else { return };
        let here = (event.client_x(), event.client_y());
        let (right, down) = (here.0 - x, here.1 - y);
        let far = far + right.abs() + down.abs();
        self.drawn.set_value(Some((here, far)));
        self.was_draw.set_value(far >= MIN_DRAW);
        if self.camera.look.get_untracked().zoom <= 1.0 {
            return page::scroll_by(&self.camera.frame_id(), -right, -down);
        }
        let Some((wide, high)) = page::size_of(event) else { return };
        self.player.focus.set(self.camera.place);
        self.player.change_look(|look| {
            look.x -= right / wide / look.zoom;
            look.y -= down / high / look.zoom;
        });
    }

    /// It came up, or left.
    pub fn up(self) {
        self.drawn.set_value(None);
    }

    /// A press is over. The first one on another camera only chooses it.
    pub fn pressed(self) {
        if self.was_draw.get_value() {
            return;
        }
        let chosen =
            !self.player.together.get_untracked() || self.player.focus.get_untracked() == self.camera.place;
        self.player.focus.set(self.camera.place);
        if chosen {
            self.player.toggle();
        }
    }

    /// The wheel was turned: larger upwards.
    pub fn wheeled(self, event: &WheelEvent) {
        // With this key the browser makes its page larger.
        let (Some(facts), false) = (self.camera.facts.get_untracked(), event.ctrl_key()) else { return };
        let turned: &MouseEvent = event;
        let Some((x, y)) = page::share_of(turned) else { return };
        event.prevent_default();
        self.player.focus.set(self.camera.place);
        let shown = untrack(|| self.camera.painted_size());
        // The band of marks below the picture stays as it is.
        let (_, high) = canvas_size(&facts, shown);
        let y = (y * high / f64::from(if shown.1 > 0 { shown.1 } else { facts.size.1 }.max(1))).min(1.0);
        let by = if event.delta_y() < 0.0 { WHEEL_STEP } else { 1.0 / WHEEL_STEP };
        self.player.change_look(|look| *look = look.magnified(by, (x, y)));
    }
}

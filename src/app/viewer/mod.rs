//! The recipient's side: choose, open, verify, promise, watch, report.
//!
//! Entry point: [`Viewer`]; where the recipient stands is [`state::Stage`]. Absent: keys and pictures, which
//! never leave the worker.

mod back;
mod camera;
mod erasure;
mod events;
mod exhibits;
mod exporting;
mod known_key;
mod link;
mod office_key;
mod player;
mod record;
mod screens;
mod seen;
mod session;
mod sheet;
mod state;
mod time;
mod watchdog;
mod watching;
mod words;

use leptos::prelude::*;

use crate::{
    page::idle::{self, LocksSoon},
    platform::{
        files, page,
        support::{Missing, missing},
    },
};

use session::{Session, provide_session};
use state::Stage;

/// Minutes without a key or a press, nothing playing, after which the viewer locks itself.
const IDLE_MINUTES: f64 = 30.0;

/// Opens the bundle that came with the page, unless the first screen has to say first what the browser lacks.
fn open_served(session: Session) {
    let Some(bundle) = files::served().filter(|_| matches!(missing(), None | Some(Missing::Decoder))) else {
        return;
    };
    leptos::task::spawn_local(async move {
        // What was cut off in the middle is ended first; if that fails the first screen says so.
        if erasure::resume().await.is_ok() && session.stage.get_untracked() == Stage::Start {
            session.open(vec![bundle]);
        }
    });
}

/// The viewer.
#[component]
pub fn Viewer() -> impl IntoView {
    let session = provide_session(events::on_event);
    erasure::watch(session);
    watching::watch(session);
    idle::watch(IDLE_MINUTES, session.locks_soon, move || session.can_lock(), move || session.lock());
    // A report that was not handed over is kept, and what was watched is noted; the person is asked all the same.
    Effect::new(move |_| {
        page::warn_before_leaving(session.unsaved.get() || session.stage.get() == Stage::Play)
    });
    Effect::new(move |_| {
        match session.stage.get() {
            // The player takes the keyboard itself.
            Stage::Play => {}
            // The field may come with this very change.
            Stage::Key => request_animation_frame(|| {
                page::arrive_at_first(&["passphrase", "device-passphrase", "unlock-device", "main"])
            }),
            _ => page::arrive("main"),
        }
    });
    open_served(session);
    view! {
        <LocksSoon soon=session.locks_soon />
        {move || match session.stage.get() {
            Stage::Start => view! { <screens::start::Start /> }.into_any(),
            Stage::Request => view! { <screens::request::MakeRequest /> }.into_any(),
            Stage::Key => view! { <screens::key::UseKey /> }.into_any(),
            Stage::Clock => view! { <screens::clock::AskClock /> }.into_any(),
            Stage::Verdict => view! { <screens::verdict::Verdict /> }.into_any(),
            Stage::Undertaking => view! { <screens::undertaking::Affirm /> }.into_any(),
            Stage::Play => view! { <screens::play::Play /> }.into_any(),
            Stage::Procedure => view! { <screens::procedure::Procedure /> }.into_any(),
            Stage::Done => view! { <screens::procedure::Done /> }.into_any(),
            Stage::Stop => view! { <screens::stop::Stop /> }.into_any(),
        }}
    }
}

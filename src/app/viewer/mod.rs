//! The recipient's side: choose, open, verify, promise, watch, report.
//!
//! Entry point: [`Viewer`]; where the recipient stands is [`session::Stage`]. Absent: keys and pictures, which
//! never leave the worker.

mod events;
mod key;
mod link;
mod play;
mod player;
mod procedure;
mod record;
mod request;
mod session;
mod sheet;
mod start;
mod state;
mod stop;
mod undertaking;
mod verdict;
mod watchdog;
mod words;

use leptos::prelude::*;

use crate::platform::page;

use session::{Stage, provide_session};

/// The viewer.
#[component]
pub fn Viewer() -> impl IntoView {
    let session = provide_session(events::on_event);
    Effect::new(move |_| {
        session.stage.track();
        page::arrive("main");
    });
    view! {
        {move || match session.stage.get() {
            Stage::Start => view! { <start::Start /> }.into_any(),
            Stage::Request => view! { <request::MakeRequest /> }.into_any(),
            Stage::Key => view! { <key::UseKey /> }.into_any(),
            Stage::Verdict => view! { <verdict::Verdict /> }.into_any(),
            Stage::Undertaking => view! { <undertaking::Affirm /> }.into_any(),
            Stage::Play => view! { <play::Play /> }.into_any(),
            Stage::Procedure => view! { <procedure::Procedure /> }.into_any(),
            Stage::Done => view! { <procedure::Done /> }.into_any(),
            Stage::Stop => view! { <stop::Stop /> }.into_any(),
        }}
    }
}

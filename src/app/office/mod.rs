//! The issuing office's desk: from the request to the yearly report.
//!
//! Entry point: [`Office`]. What the desk knows is in [`desk::Desk`]; each other part has a state of its own and is
//! given the desk. Everything on the screen follows from the ledger, which is read once the office's keys are open.

mod actor;
mod beside;
mod bundle_keys;
mod desk;
mod documents;
mod exchange;
mod fault;
mod keys;
mod mirror;
mod next_line;
mod paper;
mod picked;
mod reader;
mod receipts;
mod samples;
mod screen;
mod screens;
mod sealing;
mod server;
mod shared;
mod stored;
mod tracing;
mod union;
mod unsent;

use leptos::prelude::*;

use crate::{page::idle, platform::profile};
use desk::{Desk, provide_desk};
use exchange::provide_exchange;
use keys::provide_keys;
use mirror::provide_mirror;
use paper::provide_paper;
use reader::provide_reader;
use sealing::{SealWork, provide_seal_work};
use tracing::provide_tracing;

/// The desk.
#[component]
pub fn Office() -> impl IntoView {
    let desk = provide_desk();
    let reader = provide_reader();
    let server = server::provide_server(desk, reader);
    let keys = provide_keys(desk, provide_mirror(desk), server);
    provide_exchange(desk, reader, union::provide_union(desk));
    receipts::provide_receipts(desk);
    bundle_keys::watch(desk);
    lock_when_idle(desk, provide_seal_work(desk));
    provide_paper();
    provide_tracing(desk);
    desk.run(async move {
        desk.read_card().await?;
        if profile::is_practice() && desk.card.with_untracked(Option::is_some) {
            keys.unlock_practice();
        }
        Ok(())
    });
    view! { <screens::Screens /> }
}

/// Minutes without work after which the desk locks itself.
const IDLE_MINUTES: f64 = 15.0;

/// While it seals, somebody waits.
fn lock_when_idle(desk: Desk, work: SealWork) {
    let can_lock = move || {
        desk.unlocked.get_untracked()
            && !work.is_busy()
            && !desk.working.get_untracked()
            && !profile::is_practice()
    };
    idle::watch(IDLE_MINUTES, desk.locks_soon, can_lock, move || work.lock_desk());
}

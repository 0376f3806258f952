//! The issuing office's desk: from the request to the yearly report.
//!
//! Entry point: [`Office`]. What the desk knows is in [`desk::Desk`]; each other part has a state of its own
//! and is given the desk. Everything on the screen follows from the ledger.

mod desk;
mod documents;
mod exchange;
mod fault;
mod keys;
mod mirror;
mod paper;
mod samples;
mod screen;
mod screens;
mod sealing;

use leptos::prelude::*;

use desk::{Desk, provide_desk};
use exchange::provide_exchange;
use fault::DeskFault;
use keys::{Keys, provide_keys};
use mirror::{Mirror, provide_mirror};
use paper::provide_paper;
use sealing::provide_seal_work;

/// The desk.
#[component]
pub fn Office() -> impl IntoView {
    let desk = provide_desk();
    let mirror = provide_mirror(desk);
    let keys = provide_keys(desk);
    provide_exchange(desk);
    provide_seal_work(desk);
    provide_paper();
    desk.run(begin(desk, keys, mirror));
    view! { <screens::Screens /> }
}

/// Reads what this browser keeps, and goes on where a page that went in between stopped.
async fn begin(desk: Desk, keys: Keys, mirror: Mirror) -> Result<(), DeskFault> {
    let read = desk.reload().await;
    if desk.card.with_untracked(Option::is_some) && desk.sound.get_untracked() {
        keys.finish_founding().await?;
        keys.reload().await?;
        mirror.open().await?;
    }
    // Rules that were missing may have come with the rest of the founding.
    let known = desk.sound.get_untracked() && desk.rules.with_untracked(Option::is_some);
    if known { Ok(()) } else { read }
}

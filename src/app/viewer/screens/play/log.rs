//! 記録: what this browser noted, all of which goes into the signed report.

use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    page::Happenings,
    viewer::session::use_session,
};

/// The tab.
#[component]
pub fn Log() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let entries = Signal::derive(move || {
        session.record.with(|record| {
            record.as_ref().map(|record| record.notes.log.happenings().collect()).unwrap_or_default()
        })
    });
    view! {
        <p class="help">{move || l.t(k::PLAY_LOG_HELP)}</p>
        <Happenings entries=entries />
    }
}

//! 記録: what this browser noted, and what will go into a receipt.

use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    viewer::session::use_session,
};

/// The tab.
#[component]
pub fn Log() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let row = move |label: Key, value: String| {
        view! {
            <dt>{move || l.t(label)}</dt>
            <dd>{value}</dd>
        }
    };
    view! {
        {move || {
            session
                .record
                .get()
                .map(|record| {
                    view! {
                        <dl>
                            {row(k::PLAY_OPENED_TIMES, record.notes.log.times_opened.to_string())}
                            {record.notes.log.first_opened.map(|at| row(k::PLAY_FIRST_OPENED, l.time(at)))}
                            {record.notes.log.last_opened.map(|at| row(k::PLAY_LAST_OPENED, l.time(at)))}
                            {row(k::PLAY_STILLS, record.notes.log.stills.len().to_string())}
                            {row(k::PLAY_PRINTS, record.notes.log.prints.len().to_string())}
                            {row(k::PLAY_EXPORTS, record.notes.log.exports.len().to_string())}
                        </dl>
                        <ul id="stills">
                            {record
                                .notes
                                .log
                                .stills
                                .into_iter()
                                .map(|still| {
                                    view! {
                                        <li>
                                            {l.time(still.at)} " " {move || l.t(k::PLAY_FRAME)} " "
                                            {still.picture} " " <span class="mono">{still.sha256}</span>
                                        </li>
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                })
        }}
        <p class="help">{move || l.t(k::PLAY_LOG_HELP)}</p>
    }
}

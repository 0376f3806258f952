//! What the recipient's reports say, and what of it must be answered before 完了.
//!
//! Entry points: [`Reports`] on a case, [`Concerns`] where it is closed. Absent: judging them, which core does.

use fuin_core::{Concern, LogEntry, Maker, ReceivedReport, Stamped, Timestamp, ViewingLog};
use leptos::prelude::*;

use super::log_picture::LogPicture;
use crate::{
    locale::{Key, k, use_locale},
    page::Happenings,
};

/// Each report, word by word.
#[component]
pub fn Reports(
    /// The reports.
    reports: Vec<ReceivedReport>,
    /// When the bundle was sealed.
    sealed_at: Timestamp,
) -> impl IntoView {
    let l = use_locale();
    let one = move |report: ReceivedReport| {
        let title = format!("{}（{}）", report.said.kind.japanese(), l.day(report.said.day));
        let words = report.words.map(|words| {
            let rows = [
                (k::PROCEDURE_REPORTER, words.reporter),
                (k::PROCEDURE_WITNESS, words.witness),
                (k::PROCEDURE_METHOD, words.method),
                (k::PROCEDURE_COPIES, words.copies),
                (k::PROCEDURE_NOTE, words.note),
            ];
            let row = move |(label, said): (Key, String)| {
                view! {
                    <dt>{move || l.t(label)}</dt>
                    <dd>{said}</dd>
                }
            };
            rows.into_iter().filter(|(_, said)| !said.is_empty()).map(row).collect_view()
        });
        let log =
            report.log.zip(report.at).map(|(log, at)| view! { <Log log=log sealed_at=sealed_at at=at /> });
        let by_code = words.is_none().then(|| view! { <p>{move || l.t(k::OFFICE_REPORT_BY_CODE)}</p> });
        let stamped = report.time_stamp.map(|stamped| view! { <Stamp stamped=stamped /> });
        let maker = report.maker;
        let made_by = move || l.t(maker_key(maker));
        view! {
            <li>
                {title} {by_code} <p class="maker">{made_by} "（" {report.holder.to_string()} "）"</p> <dl>{words}</dl>
                {stamped} {log}
            </li>
        }
    };
    (!reports.is_empty()).then(|| {
        view! {
            <section>
                <h3>{move || l.t(k::OFFICE_REPORTS)}</h3>
                <ul id="reports">{reports.into_iter().map(one).collect_view()}</ul>
            </section>
        }
    })
}

/// What a time stamp says, whose authority nobody has looked at here.
#[component]
fn Stamp(stamped: Stamped) -> impl IntoView {
    let l = use_locale();
    let words = move || {
        l.f(k::OFFICE_REPORT_STAMPED, &[("time", &l.time(stamped.at)), ("authority", &stamped.authority)])
    };
    view! { <p class="stamped">{words}</p> }
}

/// What the viewer noted: in a line, as a picture, and word by word.
#[component]
fn Log(log: ViewingLog, sealed_at: Timestamp, at: Timestamp) -> impl IntoView {
    let l = use_locale();
    let tally = log.tally();
    let summary = match log.opened() {
        Some((first, last)) => l.f(
            k::OFFICE_REPORT_LOG,
            &[
                ("times", &tally.opened.to_string()),
                ("from", &l.time(first)),
                ("to", &l.time(last)),
                ("stills", &tally.stills.to_string()),
            ],
        ),
        None => l.t(k::OFFICE_REPORT_LOG_NONE).to_owned(),
    };
    let entries: Vec<LogEntry> = log.happenings().collect();
    let picture =
        (!entries.is_empty()).then(|| view! { <LogPicture entries=entries.clone() from=sealed_at to=at /> });
    view! {
        <p>{summary}</p>
        {picture}
        <details>
            <summary>{move || l.t(k::OFFICE_REPORT_LOG_WORDS)}</summary>
            <Happenings entries=Signal::stored(entries) />
        </details>
    }
}

/// Who can have made it.
fn maker_key(maker: Maker) -> Key {
    match maker {
        Maker::RecipientKey => k::OFFICE_MAKER_RECIPIENT_KEY,
        Maker::SlotOfKey => k::OFFICE_MAKER_SLOT_OF_KEY,
        Maker::Passphrase => k::OFFICE_MAKER_PASSPHRASE,
        Maker::OtherKey => k::OFFICE_MAKER_OTHER_KEY,
    }
}

/// What must be answered before the case is closed.
#[component]
pub fn Concerns(#[prop(into)] concerns: Signal<Vec<Concern>>) -> impl IntoView {
    let l = use_locale();
    view! {
        <Show when=move || concerns.with(|concerns| !concerns.is_empty())>
            <div class="notice stop" id="concerns">
                <p>{move || l.t(k::OFFICE_CONCERNS)}</p>
                <ul>
                    {move || {
                        concerns
                            .get()
                            .iter()
                            .map(|concern| view! { <li>{concern.japanese()}</li> })
                            .collect_view()
                    }}
                </ul>
            </div>
        </Show>
    }
}

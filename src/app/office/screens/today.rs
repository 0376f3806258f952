//! O1 今日の仕事: what is overdue, what is due, what waits for review, for sealing, for the check of its medium.

use fuin_core::{BundleId, Day, LedgerFinding, OwedReport, Today};
use leptos::prelude::*;

use super::{amend::HandIn, backup::KeyBackup, guide::Guide};
use crate::{
    locale::{Key, Locale, k, use_locale},
    office::{
        desk::{Desk, use_desk},
        keys::use_keys,
        screen::Screen,
    },
    platform::{clock, profile::is_practice},
};

/// Number of events without a backup that is worth a reminder.
const UNSAVED_EVENTS: u64 = 20;

/// One thing to do: its request, what it is called, for whom, what is due, and whom to call about it.
struct Row {
    number: u64,
    name: String,
    recipient: String,
    words: String,
    phone: String,
}

/// Things to do of one kind, if there are any.
fn section(l: Locale, desk: Desk, title: Key, id: &'static str, rows: Vec<Row>) -> Option<impl IntoView> {
    let line = move |row: Row| {
        let open = move |_| desk.screen.set(Screen::Case(row.number));
        view! {
            <li>
                <button class="link" on:click=open>
                    {row.name}
                </button>
                " "
                {row.recipient}
                " "
                <strong>{row.words}</strong>
                {(!row.phone.is_empty())
                    .then(|| view! { <span class="phone">{l.f(k::DESK_PHONE, &[("phone", &row.phone)])}</span> })}
            </li>
        }
    };
    // Said by a sign as well as by a colour.
    let is_late = matches!(title, k::DESK_OVERDUE | k::DESK_LOST);
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h3>{move || l.t(title)}</h3>
                <ul id=id class="work" class:late=is_late>
                    {rows.into_iter().map(line).collect_view()}
                </ul>
            </section>
        }
    })
}

/// 提出する報告書: since when each is owed, and where its handing in is recorded.
#[component]
fn Owed(owed: Vec<(OwedReport, Day)>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let to = desk.rules.with_untracked(|rules| rules.as_ref().map(|rules| rules.report_to.clone()));
    let line = move |(report, since): (OwedReport, Day)| {
        let (name, screen) = match report {
            OwedReport::Disclosure { number } => {
                (l.f(k::DESK_OWED_DISCLOSURE, &[("n", &number.to_string())]), Screen::Case(number))
            }
            OwedReport::Incident { line } => {
                (l.f(k::DESK_OWED_INCIDENT, &[("n", &line.to_string())]), Screen::Forms)
            }
            OwedReport::Yearly { year } => {
                let name = Day::name_of_fiscal_year(year);
                (l.f(k::DESK_OWED_YEARLY, &[("year", &name.unwrap_or_default())]), Screen::Forms)
            }
        };
        let since = l.f(k::DESK_OWED_SINCE, &[("day", &l.day(since))]);
        view! {
            <li>
                <button class="link" on:click=move |_| desk.screen.set(screen)>
                    {name}
                </button>
                " "
                <strong>{since}</strong>
                {(!desk.reads_only.get_untracked())
                    .then(|| view! { <HandIn report=report to=to.clone().unwrap_or_default() /> })}
            </li>
        }
    };
    (!owed.is_empty()).then(|| {
        view! {
            <section>
                <h3>{move || l.t(k::DESK_OWED)}</h3>
                <ul id="owed" class="work">
                    {owed.into_iter().map(line).collect_view()}
                </ul>
            </section>
        }
    })
}

/// The list of the day.
#[component]
pub fn TodayView() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let keys = use_keys();
    let list = Memo::new(move |_| {
        let today = clock::now().day();
        desk.rules.with(|rules| match rules {
            Some(rules) => desk.register.with(|register| Today::of(register, today, rules)),
            None => Today::default(),
        })
    });
    let bundles = move |title: Key, id: &'static str, rows: Vec<(BundleId, String)>| {
        let row = |(bundle, words): (BundleId, String)| {
            desk.register.with(|register| {
                let sealed = &register.disclosures.get(&bundle)?.sealed;
                let phone =
                    register.cases.get(&sealed.number).map(|case| case.request.applicant.phone.clone());
                Some(Row {
                    number: sealed.number,
                    name: bundle.to_string(),
                    recipient: sealed.recipient.line(),
                    words,
                    phone: phone.unwrap_or_default(),
                })
            })
        };
        section(l, desk, title, id, rows.into_iter().filter_map(row).collect())
    };
    let cases = move |title: Key, id: &'static str, rows: Vec<(u64, String)>| {
        let row = |(number, words): (u64, String)| {
            let (recipient, label) = desk.register.with(|r| {
                let case = r.cases.get(&number)?;
                Some((case.request.recipient().line(), case.label()))
            })?;
            let number_words = l.f(k::DESK_NUMBER, &[("n", &number.to_string())]);
            let name = format!("{number_words}（{label}）");
            Some(Row { number, name, recipient, words, phone: String::new() })
        };
        section(l, desk, title, id, rows.into_iter().filter_map(row).collect())
    };
    let days = move |key: Key, n: i64| l.f(key, &[("n", &n.to_string())]);
    view! {
        <h2>{move || l.t(k::DESK_TODAY)}</h2>
        <Guide />
        {move || {
            let list = list.get();
            let dated = |rows: &[(BundleId, i64)], key: Key| {
                rows.iter().map(|(id, n)| (id.clone(), days(key, *n))).collect::<Vec<_>>()
            };
            let since = |rows: &[(u64, Day)], key: Key| {
                rows.iter().map(|(n, day)| (*n, l.f(key, &[("day", &l.day(*day))]))).collect::<Vec<_>>()
            };
            let left = |(number, left): &(u64, i64)| match left {
                ..0 => (*number, l.t(k::DESK_FOOTAGE_OVER).to_owned()),
                _ => (*number, days(k::DESK_FOOTAGE_LEFT, *left)),
            };
            let footage = list.footage.iter().map(left).collect();
            let copies = list.copies_over.iter().map(|(id, until)| (id.clone(), l.day(*until))).collect();
            let lost = list.lost.iter().map(|id| (id.clone(), String::new())).collect();
            let to_close = list.to_close.iter().map(|id| (id.clone(), String::new())).collect();
            view! {
                {list.is_empty().then(|| view! { <p id="nothing-to-do">{move || l.t(k::DESK_NOTHING)}</p> })}
                {bundles(k::DESK_OVERDUE, "overdue", dated(&list.overdue, k::DESK_DAYS_OVER))}
                {bundles(k::DESK_DUE_SOON, "due-soon", dated(&list.due_soon, k::DESK_DAYS_LEFT))}
                {bundles(k::DESK_LOST, "lost-media", lost)}
                {bundles(k::DESK_TO_CLOSE, "to-close", to_close)}
                {cases(k::DESK_FOOTAGE, "footage", footage)}
                {cases(k::DESK_TO_REVIEW, "to-review", since(&list.to_review, k::DESK_RECEIVED_ON))}
                {cases(k::DESK_TO_SEAL, "to-seal", since(&list.to_seal, k::DESK_DECIDED_ON))}
                <Owed owed=list.owed.clone() />
                {bundles(k::DESK_COPIES_OVER, "copies-over", copies)}
                {cases(k::DESK_WATCHED_OVER, "watched-over", since(&list.watched_over, k::CASE_COPY_KEPT))}
                {desk
                    .register
                    .with(|register| {
                        let lines = register
                            .findings
                            .iter()
                            .map(LedgerFinding::japanese)
                            .map(|words| view! { <li>{words}</li> });
                        (!register.findings.is_empty())
                            .then(|| {
                                view! {
                                    <section>
                                        <h3>{move || l.t(k::DESK_FINDINGS)}</h3>
                                        <ul id="ledger-findings">{lines.collect_view()}</ul>
                                    </section>
                                }
                            })
                    })}
                {(list.unsaved >= UNSAVED_EVENTS)
                    .then(|| {
                        view! {
                            <p id="backup-reminder" class="warn">
                                {l.f(k::DESK_UNSAVED, &[("n", &list.unsaved.to_string())])}
                                " "
                                <button on:click=move |_| {
                                    desk.screen.set(Screen::Settings)
                                }>{move || l.t(k::DESK_SETTINGS)}</button>
                            </p>
                        }
                    })}
            }
        }}
        <Show when=move || !desk.reads_only.get()>
            <p class="actions">
                <button id="new-request" class="primary" on:click=move |_| desk.screen.set(Screen::Request)>
                    {move || l.t(k::DESK_NEW_REQUEST)}
                </button>
            </p>
            // A backup that nobody ever opened may be worth nothing: it is read back at once, or asked for each day.
            <Show when=move || keys.checked.get().is_none() && !is_practice()>
                <KeyBackup />
            </Show>
        </Show>
    }
}

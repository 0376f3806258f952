//! V2: what was verified, in plain words.

use fuin_core::{Grant, Manifest};
use leptos::prelude::*;

use super::{extend::ExtensionForm, outside::OutsideView};
use crate::{
    locale::{Key, Locale, k, use_locale},
    platform::clock,
    viewer::{known_key::Familiar, session::use_session, state::Stage},
};

/// Signed clauses, for 「くわしく」.
const CLAUSES: &str = "FORMAT.md §2 §3 §5 §6.4 §6.7 §7.2 §7.3 §7.4 §7.5 §7.6";

fn grants(l: Locale, grants: &[Grant]) -> String {
    let words: Vec<&str> = grants
        .iter()
        .map(|grant| match grant {
            Grant::Still => k::VERDICT_GRANT_STILL,
            Grant::Print => k::VERDICT_GRANT_PRINT,
            Grant::Export => k::VERDICT_GRANT_EXPORT,
        })
        .map(|key| l.t(key))
        .collect();
    if words.is_empty() { l.t(k::VERDICT_GRANTS_VIEW).to_owned() } else { words.join("、") }
}

fn days_left(l: Locale, manifest: &Manifest) -> String {
    let days = manifest.terms.not_after.day().days_since(clock::now().day()).to_string();
    l.f(k::VERDICT_PERIOD_GOOD, &[("to", &l.time(manifest.terms.not_after)), ("days", &days)])
}

fn outside_period(l: Locale, manifest: &Manifest) -> String {
    let (from, to) = (l.time(manifest.terms.not_before), l.time(manifest.terms.not_after));
    l.f(k::VERDICT_PERIOD_BAD, &[("from", &from), ("to", &to)])
}

/// One line of the verdict: sign and words.
#[component]
fn Line(
    label: Key,
    #[prop(into)] value: Signal<String>,
    /// Whether it stands in the way.
    #[prop(optional)]
    bad: bool,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <div class="verdict-line">
            <dt>
                <span class=if bad { "sign stop" } else { "sign good" } aria-hidden="true">
                    {if bad { "×" } else { "○" }}
                </span>
                {move || l.t(label)}
            </dt>
            <dd>{value}</dd>
        </div>
    }
}

/// Who sealed it and when: the verdict in one sentence.
#[component]
pub fn Summary(
    /// Whether it may be watched now.
    open: bool,
) -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let words = move || {
        let manifest = session.manifest()?;
        Some(match open {
            true => l.f(
                k::VERDICT_GOOD,
                &[("office", &manifest.office.name), ("day", &l.day(manifest.issued_at.day()))],
            ),
            false => l.t(k::VERDICT_OUTSIDE).to_owned(),
        })
    };
    view! {
        <p class=if open { "summary" } else { "summary stop" } id="verdict-summary" role="status">
            {words}
        </p>
    }
}

/// What of the clock and of this browser goes into the report.
#[component]
pub fn Noted() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let is_first_here =
        move || session.record.with(|record| record.as_ref().is_some_and(|r| r.notes.log.count <= 1));
    view! {
        <Show when=move || session.clock_is_behind.get()>
            <p class="notice stop" role="status" id="clock-is-behind">
                {move || l.t(k::VERDICT_CLOCK_BEHIND)}
            </p>
        </Show>
        <Show when=is_first_here>
            <p class="help" id="first-here">
                {move || l.t(k::VERDICT_FIRST_HERE)}
            </p>
        </Show>
    }
}

/// The verdict.
#[component]
pub fn Verdict() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let inside = session.inside.get_untracked()?;
    let manifest = StoredValue::new(inside.manifest.clone());
    let with =
        move |f: fn(Locale, &Manifest) -> String| Signal::derive(move || manifest.with_value(|m| f(l, m)));
    // By the latest time known, as the worker judges it; without a button for what it would refuse.
    let now = session.latest.get_value().unwrap_or_else(clock::now).max(clock::now());
    let terms = &inside.manifest.terms;
    let open = terms.not_before <= now && now <= terms.not_after;
    let (words, words_latin) = (inside.words.clone(), inside.words_latin.clone());
    let clips = inside
        .manifest
        .clips
        .iter()
        .map(|clip| view! { <li class="mono">{clip.content.sha256.clone()} " " {clip.note.file_name.clone()}</li> })
        .collect_view();
    Some(view! {
        <h1>{move || l.t(k::VERDICT_TITLE)}</h1>
        <Summary open=open />
        <dl class="verdict">
            <Line
                label=k::VERDICT_SIGNATURE
                value=with(|l, m| l.f(k::VERDICT_SIGNATURE_GOOD, &[("office", &m.office.name)]))
            />
            <Line label=k::VERDICT_INTEGRITY value=with(|l, _| l.t(k::VERDICT_INTEGRITY_GOOD).to_owned()) />
            <Line
                label=k::VERDICT_PERIOD
                bad=!open
                value=with(if open { days_left } else { outside_period })
            />
            <Line
                label=k::VERDICT_RECIPIENT
                value=with(|l, m| l.f(k::VERDICT_RECIPIENT_GOOD, &[("recipient", &m.recipient.line())]))
            />
            <Line label=k::VERDICT_GRANTS value=with(|l, m| grants(l, &m.terms.grants)) />
        </dl>
        <Noted />
        <section class="fingerprint" aria-labelledby="fingerprint-title">
            <h2 id="fingerprint-title">{move || l.t(k::VERDICT_FINGERPRINT)}</h2>
            <p class="words">{move || if l.is_english() { words_latin.clone() } else { words.clone() }}</p>
            <p id="key-familiar">
                {move || {
                    let on = |key, day| l.f(key, &[("day", &l.day(day))]);
                    match session.office_known.get() {
                        None => l.t(k::VERDICT_FINGERPRINT_HELP).to_owned(),
                        Some(Familiar::Same) => l.t(k::VERDICT_FINGERPRINT_KNOWN).to_owned(),
                        Some(Familiar::Follows(day)) => on(k::VERDICT_FINGERPRINT_FOLLOWS, day),
                        Some(Familiar::Before(day)) => on(k::VERDICT_FINGERPRINT_BEFORE, day),
                    }
                }}
            </p>
        </section>
        <p class="actions">
            {open
                .then(|| {
                    view! {
                        <button
                            id="to-undertaking"
                            class="primary"
                            on:click=move |_| session.stage.set(Stage::Undertaking)
                        >
                            {move || l.t(k::VERDICT_NEXT)}
                        </button>
                    }
                })}
            <button on:click=move |_| {
                session.stage.set(Stage::Procedure)
            }>{move || l.t(k::VERDICT_PROCEDURE)}</button>
        </p>
        <ExtensionForm open=false />
        <details>
            <summary>{move || l.t(k::APP_DETAILS)}</summary>
            <OutsideView />
            <h3>{move || l.t(k::VERDICT_HASHES)}</h3>
            <ul>{clips}</ul>
            <h3>{move || l.t(k::VERDICT_MANIFEST_HASH)}</h3>
            <p class="mono">{data_encoding::HEXLOWER.encode(&inside.manifest_sha256.0)}</p>
            <h3>{move || l.t(k::VERDICT_KEY_NAME)}</h3>
            <p class="mono">{inside.office_key.clone()}</p>
            <h3>{move || l.t(k::VERDICT_CLAUSES)}</h3>
            <p class="mono">{CLAUSES}</p>
        </details>
    })
}

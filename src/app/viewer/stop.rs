//! V6: what happened, what was not harmed, what to do next, whom to call.

use leptos::prelude::*;

use super::session::{Stage, use_session};
use crate::{
    locale::{k, use_locale},
    ui::Notice,
};

/// The full stop.
#[component]
pub fn Stop() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let refusal = session.refused.get_untracked()?;
    let (code, cause) = (refusal.code.clone(), refusal.cause.clone());
    let is_time = matches!(code.as_str(), "expired" | "not_yet_valid" | "clock_backwards");
    let (for_cause, for_advice) = (refusal.clone(), refusal);
    let contact = session.outside.get_untracked().map(|outside| outside.office);
    let verified = session.inside.get_untracked().is_some();
    let can_report = verified && code != "office_changed";
    let period = session.manifest().filter(|_| is_time).map(|m| (m.terms.not_before, m.terms.not_after));
    Some(view! {
        <h1>{move || l.t(if is_time { k::STOP_TITLE_TIME } else { k::STOP_TITLE })}</h1>
        <Notice
            stop=true
            cause=Signal::derive(move || l.error(&for_cause.code, &for_cause.cause).0)
            advice=Signal::derive(move || l.error(&for_advice.code, &for_advice.cause).1)
        />
        {period.map(|(from, to)| view! {
            <p>{move || l.f(k::VERDICT_PERIOD_BAD, &[("from", &l.time(from)), ("to", &l.time(to))])}</p>
        })}
        <p>{move || l.t(k::STOP_UNHARMED)}</p>
        {contact.map(|office| view! {
            <dl><dt>{move || l.t(k::STOP_CONTACT)}</dt><dd>{office.name} "　" {office.contact}</dd></dl>
        })}
        <p class="actions">
            <button class="primary" on:click=move |_| session.restart()>{move || l.t(k::STOP_AGAIN)}</button>
            {can_report.then(|| view! {
                <button id="to-procedure" on:click=move |_| session.stage.set(Stage::Procedure)>{move || l.t(k::VERDICT_PROCEDURE)}</button>
            })}
        </p>
        <details>
            <summary>{move || l.t(k::APP_DETAILS)}</summary>
            <dl><dt>{move || l.t(k::STOP_CODE)}</dt><dd class="mono" id="stop-code">{code}</dd></dl>
            <p class="mono" lang="en">{cause}</p>
        </details>
    })
}

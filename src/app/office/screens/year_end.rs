//! 年度の締め, and the destruction of its records after their time of keeping. What it leaves stands in the 年度締・廃棄記録簿.
//!
//! Entry point: [`YearEnd`]. Absent: which records may go, which core says.

use fuin_core::{Day, EventBody, StepError, YearDestruction, closing_of, destruction_of};
use leptos::prelude::*;

use crate::{
    fault::Fault,
    locale::{k, use_locale},
    office::desk::{Desk, use_desk},
    platform::clock,
    ui::{Field, Tick, typed},
};

/// What can be done with a 年度 that is over.
#[component]
pub fn YearEnd(
    /// The Gregorian year in which the 年度 began.
    year: Signal<Option<i32>>,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let stage = Memo::new(move |_| {
        let year = year.get().filter(|year| *year < clock::now().day().fiscal_year())?;
        let name = Day::name_of_fiscal_year(year)?;
        let stage = desk.register.with(|register| match register.closed.get(&year) {
            None => Stage::Open,
            Some(_) if register.destroyed.contains_key(&year) => Stage::Destroyed,
            Some(_) => Stage::Closed,
        });
        Some((year, name, stage))
    });
    move || {
        let (year, name, stage) = stage.get()?;
        let said = |key| l.f(key, &[("year", &name)]);
        Some(match stage {
            Stage::Open => view! { <Closing year=year name=name /> }.into_any(),
            Stage::Closed => view! {
                <p>{said(k::YEAR_CLOSED)}</p>
                <Destroying year=year name=name />
            }
            .into_any(),
            Stage::Destroyed => view! { <p>{said(k::YEAR_DESTROYED)}</p> }.into_any(),
        })
    }
}

/// How far a year that is over has come.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Open,
    Closed,
    Destroyed,
}

fn whoever_works_here(desk: Desk) -> RwSignal<String> {
    RwSignal::new(desk.actor.get_untracked().unwrap_or_default())
}

#[component]
fn Closing(year: i32, name: String) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let by = whoever_works_here(desk);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(rules) = desk.rules.get_untracked() else { return };
        let today = clock::now().day();
        let closing =
            desk.ledger.with_untracked(|ledger| closing_of(ledger.events(), &rules, year, today, &typed(by)));
        desk.run(async move {
            desk.append(EventBody::YearClosed(Box::new(closing))).await?;
            desk.tell(l.t(k::FORMS_RECORDED).to_owned());
            Ok(())
        });
    };
    view! {
        <details>
            <summary>{l.f(k::YEAR_CLOSE, &[("year", &name)])}</summary>
            <form id="close-year" on:submit=submit>
                <p class="help">{l.t(k::YEAR_CLOSE_HELP)}</p>
                <Field id="close-year-by" label=l.label(k::YEAR_BY) value=by needed=true />
                <button type="submit">{l.t(k::YEAR_CLOSE_DO)}</button>
            </form>
        </details>
    }
}

#[component]
fn Destroying(year: i32, name: String) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let today = clock::now().day();
    let made = move || {
        let rules = desk.rules.get()?;
        Some(desk.register.with(|register| destruction_of(register, year, &rules, today)))
    };
    let form = move |made: YearDestruction| {
        let counts = [
            ("requests", made.requests.to_string()),
            ("bundles", made.bundles.to_string()),
            ("documents", made.attachments.to_string()),
        ];
        let counts: Vec<(&str, &str)> = counts.iter().map(|(name, n)| (*name, n.as_str())).collect();
        let counts = l.f(k::YEAR_DESTROY_COUNTS, &counts);
        view! { <DestroyForm made=made counts=counts /> }
    };
    view! {
        <details>
            <summary>{l.f(k::YEAR_DESTROY, &[("year", &name)])}</summary>
            {move || match made()? {
                Ok(made) => Some(form(made).into_any()),
                Err(StepError::YearKept(until)) => {
                    Some(view! { <p>{l.f(k::YEAR_KEPT, &[("day", &l.day(until))])}</p> }.into_any())
                }
                Err(StepError::YearOpen(number)) => {
                    Some(view! { <p>{l.f(k::YEAR_OPEN, &[("n", &number.to_string())])}</p> }.into_any())
                }
                Err(error) => {
                    let fault = Fault::from(error);
                    Some(view! { <p>{l.error(fault.code, &fault.cause).0}</p> }.into_any())
                }
            }}
        </details>
    }
}

/// What has to be said of a destruction; nothing of it can be taken back.
#[component]
fn DestroyForm(made: YearDestruction, counts: String) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let article = desk.rules.with_untracked(|rules| {
        rules.as_ref().map(|rules| rules.record_keeping.article.clone()).unwrap_or_default()
    });
    let (basis, method) = (RwSignal::new(article), RwSignal::new(l.t(k::YEAR_METHOD_USUAL).to_owned()));
    let (on, witness) = (RwSignal::new(made.on.to_string()), RwSignal::new(String::new()));
    let (by, sure) = (whoever_works_here(desk), RwSignal::new(false));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let on = Day::parse(&typed(on)).unwrap_or(made.on);
        let (basis, method, witness, by) = (typed(basis), typed(method), typed(witness), typed(by));
        let said = YearDestruction { basis, method, witness, by, on, ..made.clone() };
        desk.run(async move {
            desk.append(EventBody::YearDestroyed(Box::new(said))).await?;
            desk.tell(l.t(k::YEAR_DESTROY_DONE).to_owned());
            Ok(())
        });
    };
    view! {
        <form id="destroy-year" on:submit=submit>
            <p>{counts}</p>
            <p class="warn">"△ " {l.t(k::YEAR_DESTROY_HELP)}</p>
            <Field id="destroy-year-basis" label=l.label(k::YEAR_BASIS) value=basis needed=true />
            <Field id="destroy-year-on" label=l.label(k::CASE_DONE_ON) kind="date" value=on needed=true />
            <Field id="destroy-year-method" label=l.label(k::YEAR_METHOD) value=method needed=true />
            <Field id="destroy-year-witness" label=l.label(k::YEAR_WITNESS) value=witness />
            <Field id="destroy-year-by" label=l.label(k::YEAR_BY) value=by needed=true />
            <Tick id="destroy-year-sure" label=l.label(k::YEAR_SURE) value=sure />
            <button type="submit" disabled=move || !sure.get()>
                {l.t(k::YEAR_DESTROY_DO)}
            </button>
        </form>
    }
}

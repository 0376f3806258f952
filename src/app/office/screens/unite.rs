//! 記録簿の統合: what it would bring, who decides it and why, and how far it is.
//!
//! Entry points: [`AskUnion`], [`UnionUnderWay`]. Absent: choosing the other ledger, which is read in like any other.

use fuin_core::{Renumbered, UnionPlan};
use leptos::prelude::*;

use crate::{
    locale::{Locale, k, use_locale},
    office::{desk::use_desk, union::use_union},
    ui::{Field, typed},
};

/// A ledger that went another way: the person decides.
#[component]
pub fn AskUnion() -> impl IntoView {
    let l = use_locale();
    let union = use_union();
    let asked = move || {
        union.asked.with(|asked| {
            let asked = asked.as_ref()?;
            let lines = asked.plan.events.len().to_string();
            let question = l.f(k::UNION_ASK, &[("line", &asked.line.to_string()), ("n", &lines)]);
            Some(view! {
                <p>{question}</p>
                {foretold(l, &asked.plan)}
            })
        })
    };
    view! {
        <Show when=move || union.asked.with(Option::is_some)>
            <div class="notice stop" role="alert" id="union">
                {asked}
                <Show when=move || union.done.with(Option::is_none) fallback=|| view! { <Running /> }>
                    <Form />
                </Show>
            </div>
        </Show>
    }
}

/// New numbers, and what will count for nothing.
fn foretold(l: Locale, plan: &UnionPlan) -> impl IntoView + use<> {
    let number = |&Renumbered { was, number, .. }: &Renumbered| {
        l.f(k::UNION_NUMBER, &[("was", &was.to_string()), ("n", &number.to_string())])
    };
    let aside = |(line, what): &(u64, &'static str)| {
        l.f(k::UNION_ASIDE, &[("line", &line.to_string()), ("what", what)])
    };
    let all: Vec<String> = plan.numbers.iter().map(number).chain(plan.set_aside.iter().map(aside)).collect();
    (!all.is_empty()).then(|| {
        view! { <ul id="union-foretold">{all.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul> }
    })
}

#[component]
fn Form() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let union = use_union();
    let [reason, by] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (reason, by) = (typed(reason), typed(by));
        desk.run(async move { union.unite(reason, by).await });
    };
    view! {
        <form id="unite" on:submit=submit>
            <Field id="union-reason" label=l.label(k::REVIEW_REASON) value=reason needed=true />
            <Field id="union-by" label=l.label(k::REVIEW_DECIDED_BY) value=by needed=true />
            <p class="actions">
                <button type="submit" disabled=desk.working>
                    {move || l.t(k::UNION_BUTTON)}
                </button>
                <button type="button" on:click=move |_| union.asked.set(None)>
                    {move || l.t(k::SETTINGS_UNRULY_LEAVE)}
                </button>
            </p>
        </form>
    }
}

#[component]
fn Running() -> impl IntoView {
    let l = use_locale();
    let union = use_union();
    move || {
        union.done.get().map(|(done, total)| {
            let words = l.f(k::UNION_PROGRESS, &[("done", &done.to_string()), ("n", &total.to_string())]);
            view! {
                <p>
                    <progress max=total value=done aria-label=move || l.t(k::UNION_BUTTON)></progress>
                    " "
                    {words}
                </p>
                <p class="actions">
                    <button type="button" id="stop-union" on:click=move |_| union.stop()>
                        {move || l.t(k::PLAY_CANCEL)}
                    </button>
                </p>
            }
        })
    }
}

/// Lines of another ledger that are still to come.
#[component]
pub fn UnionUnderWay() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let left = Memo::new(move |_| {
        desk.ledger.with(|ledger| ledger.union_under_way().map(|(said, next)| said.from + said.lines - next))
    });
    move || {
        let words = l.f(k::UNION_UNDER_WAY, &[("n", &left.get()?.to_string())]);
        Some(view! { <p id="union-under-way" class="notice">{words}</p> })
    }
}

/// The number that a request had in the ledger from which a union brought it.
#[component]
pub fn NumberBefore(
    /// Running number here.
    number: u64,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let before = Memo::new(move |_| desk.register.with(|register| register.number_before(number)));
    move || {
        let before = before.get()?;
        let values = [("was", before.was.to_string()), ("year", before.was_in_year.to_string())];
        let words = l.f(k::UNION_BEFORE, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
        Some(view! { <p id="number-before" class="help">{words}</p> })
    }
}

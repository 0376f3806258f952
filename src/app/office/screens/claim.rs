//! 担当: who works on a request; and who decides it, where an office tells people apart.
//!
//! Entry points: [`Claim`], [`MayDecide`]. Absent: who may, which core says.

use fuin_core::{Case, EventBody, StepError, may_decide};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::desk::use_desk,
};

/// Who works on it; nothing, where an office does not tell people apart.
#[component]
pub fn Claim(case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let has_people = desk.register.with_untracked(|register| !register.people.is_empty());
    let number = case.number;
    let claimed = case.claimed_by.clone();
    let actor = desk.actor.get_untracked();
    let is_own = claimed.is_some() && claimed == actor;
    let records = !desk.reads_only.get_untracked();
    let record = move |by: Option<String>| {
        desk.run(async move { desk.append(EventBody::Claimed { number, by }).await });
    };
    has_people.then(|| {
        view! {
            <p id="claim">
                {claimed.map(|name| l.f(k::SERVER_CLAIMED, &[("name", &name)]))} " "
                {(records && !is_own)
                    .then(|| {
                        view! {
                            <button
                                id="claim-it"
                                class="link"
                                disabled=desk.working
                                on:click=move |_| record(desk.actor.get_untracked())
                            >
                                {move || l.t(k::SERVER_CLAIM)}
                            </button>
                        }
                    })}
                {(records && is_own)
                    .then(|| {
                        view! {
                            <button
                                id="give-it-back"
                                class="link"
                                disabled=desk.working
                                on:click=move |_| record(None)
                            >
                                {move || l.t(k::SERVER_UNCLAIM)}
                            </button>
                        }
                    })}
            </p>
        }
    })
}

/// What decides a request, for whoever may; otherwise for whom it waits.
#[component]
pub fn MayDecide(
    /// Running number of the request.
    number: u64,
    children: ChildrenFn,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let may = Memo::new(move |_| {
        let actor = desk.actor.get().unwrap_or_default();
        desk.register.with(|register| may_decide(register, &actor, number))
    });
    move || match may.get() {
        Ok(()) => children().into_any(),
        Err(error) => {
            let key = if error == StepError::OwnRequest {
                k::SERVER_WAITS_FOR_OTHER
            } else {
                k::SERVER_WAITS_FOR_DECIDER
            };
            view! {
                <p id="waits-for-decision" class="notice">
                    {l.t(key)}
                </p>
            }
            .into_any()
        }
    }
}

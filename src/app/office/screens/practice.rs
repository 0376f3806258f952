//! 練習: an office with invented requests in every state, in a database of its own that can be thrown away.

use fuin_core::{OfficeLabel, RuleSet};
use leptos::prelude::*;

use crate::{
    locale::{k, use_locale},
    office::{desk::use_desk, keys::use_keys},
    platform::{db, page, profile},
    ui::Select,
};

/// Said on every page of the practice.
#[component]
pub fn Banner() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let throw_away = move |_| {
        desk.run(async move {
            db::clear().await?;
            page::reload();
            Ok(())
        })
    };
    profile::is_practice().then(|| {
        view! {
            <p class="warn" id="practising">
                <strong>{move || l.t(k::PRACTICE_ON)}</strong>
                " "
                <button id="throw-away" on:click=throw_away>
                    {move || l.t(k::PRACTICE_THROW)}
                </button>
                " "
                <a href="#office">{move || l.t(k::PRACTICE_LEAVE)}</a>
            </p>
        }
    })
}

/// Offers the practice, or, in it, an office to practise with.
#[component]
pub fn Offer() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let keys = use_keys();
    let all = RuleSet::all_builtin().unwrap_or_default();
    // Under the rules with the most forms there is the most to practise.
    let richest = all.iter().max_by_key(|rules| rules.forms.len());
    let rules = RwSignal::new(richest.map(|rules| rules.id.clone()).unwrap_or_default());
    let options: Vec<(String, String)> = all.into_iter().map(|rules| (rules.id, rules.name)).collect();
    let label = Signal::derive(move || l.t(k::OFFICE_RULES).to_owned());
    let begin = move |_| {
        let office = OfficeLabel { name: "練習の課（練習）".into(), contact: "練習".into() };
        keys.found_practice(office, rules.get_untracked());
    };
    view! {
        <section aria-labelledby="practice-title">
            <h2 id="practice-title">{move || l.t(k::PRACTICE_TITLE)}</h2>
            <p>{move || l.t(k::PRACTICE_HELP)}</p>
            {if profile::is_practice() {
                view! {
                    <Select id="practice-rules" label=label value=rules options=options />
                    <p class="actions">
                        <button id="practise" class="primary" disabled=desk.working on:click=begin>
                            {move || l.t(k::PRACTICE_BEGIN)}
                        </button>
                    </p>
                }
                    .into_any()
            } else {
                view! {
                    <p>
                        <a id="to-practice" class="button" href=profile::PRACTICE_DOOR>
                            {move || l.t(k::PRACTICE_BEGIN)}
                        </a>
                    </p>
                }
                    .into_any()
            }}
        </section>
    }
}

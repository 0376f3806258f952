//! O8 帳票・報告: the office's forms, the yearly report, and what else has to be written down (運用状況記録簿, 事故).
//!
//! The sheets are Japanese whatever the page's language is: they are documents of a Japanese office.

use fuin_model::{Paper, papers_of_office};
use leptos::prelude::*;

use super::{
    papers::{Buttons, OfficePaper, PrintButton},
    plots, record,
};
use crate::{
    locale::{k, use_locale},
    office::{desk::use_desk, paper::use_paper},
    platform::clock,
    ui::Select,
};

/// The screen.
#[component]
pub fn FormsView() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let paper = use_paper();
    paper.clear();
    let rules = desk.rules.get_untracked()?;
    let this_year = clock::now().day().fiscal_year();
    let year = RwSignal::new(this_year.to_string());
    let years: Vec<(String, String)> = (0..5)
        .map(|back| this_year - back)
        .filter_map(|year| {
            let (first, _) = fuin_core::Day::of_fiscal_year(year)?;
            Some((year.to_string(), first.fiscal_year_name()))
        })
        .collect();
    let papers = Memo::new(move |_| {
        let has_incidents = desk.register.with(|register| !register.incidents.is_empty());
        papers_of_office(&rules.forms, has_incidents)
    });
    let show_year = move |_| match year.get_untracked().parse() {
        Ok(year) => paper.show(Paper::Yearly(year)),
        Err(_) => paper.clear(),
    };
    Some(view! {
        <h2>{move || l.t(k::DESK_FORMS)}</h2>
        <p class="actions no-print">{move || view! { <Buttons papers=papers.get() /> }}</p>
        <div class="no-print">
            <Select id="year" label=l.label(k::FORMS_YEAR) value=year options=years />
            <p class="actions">
                <button id="paper-yearly" on:click=show_year>
                    {move || l.t(k::PAPER_YEARLY)}
                </button>
            </p>
            <plots::Plots year=Signal::derive(move || year.get().parse().ok()) />
            <record::Operations />
            <record::Incidents />
        </div>
        <PrintButton />
        <OfficePaper />
    })
}

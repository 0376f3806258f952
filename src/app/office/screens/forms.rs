//! O8 帳票・報告: the office's forms, the yearly report, and what else has to be written down (運用状況記録簿, 事故).
//!
//! The sheets are Japanese whatever the page's language is: they are documents of a Japanese office.

use fuin_model::papers_of_office;
use leptos::prelude::*;

use super::{
    books,
    papers::{Buttons, OfficePaper, PrintButton},
    plots, record, year_end,
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
    let records = !desk.reads_only.get_untracked();
    let rules = desk.rules.get_untracked()?;
    let this_year = clock::now().day().fiscal_year();
    let year = RwSignal::new(this_year.to_string());
    // As far back as there are records, and four years at least.
    let began = desk.register.with_untracked(|register| register.began.map(fuin_core::Day::fiscal_year));
    let back = began.map_or(0, |began| this_year.saturating_sub(began)).clamp(4, 50);
    let years: Vec<(String, String)> = (0..=back)
        .map(|back| this_year - back)
        .filter_map(|year| Some((year.to_string(), fuin_core::Day::name_of_fiscal_year(year)?)))
        .collect();
    let chosen = Signal::derive(move || year.get().parse::<i32>().ok());
    let papers =
        Memo::new(move |_| chosen.get().map(|year| papers_of_office(&rules.forms, year)).unwrap_or_default());
    Some(view! {
        <h2>{move || l.t(k::DESK_FORMS)}</h2>
        <div class="no-print">
            <Select id="year" label=l.label(k::FORMS_YEAR) value=year options=years />
        </div>
        <p class="actions no-print">{move || view! { <Buttons papers=papers.get() /> }}</p>
        <div class="no-print">
            <plots::Plots year=chosen />
            <books::Books year=chosen />
            {records.then(|| view! { <year_end::YearEnd year=chosen /> })}
            <record::IncidentPapers year=chosen />
            {records
                .then(|| {
                    view! {
                        <record::Operations />
                        <record::Incidents />
                    }
                })}
        </div>
        <PrintButton />
        <OfficePaper />
    })
}

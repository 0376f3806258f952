//! Papers of one disclosure: which there are, and the one that is shown, as it will print.
//!
//! Absent: their wording (`forms/`).

use fuin_core::{BundleId, Case, Disclosure, DisclosureStatus};
use leptos::prelude::*;

use super::{
    desk::use_desk,
    forms::{incident, letters, midori, minato, yearly},
};
use crate::{
    locale::{Key, k, use_locale},
    papers::{self, Undertaking},
    platform::{page, practice},
};

/// A paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 送付書.
    Cover,
    /// 合言葉の別紙.
    Passphrase,
    /// ハッシュ票.
    Hashes,
    /// 受領書.
    Delivery,
    /// 誓約書.
    Undertaking,
    /// みどり市 様式第1号.
    Midori1,
    /// みどり市 様式第2号.
    Midori2,
    /// 港区 第2号様式.
    Minato2,
    /// 港区 第3号様式.
    Minato3,
    /// 返却・消去報告書, to be filled in by hand.
    Return,
    /// 事故報告書 about the last incident.
    Incident,
    /// 発行課カード: name, contact, fingerprint.
    Card,
    /// 年度の報告, of the year that began in this Gregorian year.
    Yearly(i32),
}

impl Paper {
    /// What the button says.
    pub fn title(self) -> Key {
        match self {
            Self::Cover => k::PAPER_COVER,
            Self::Passphrase => k::PAPER_PASSPHRASE,
            Self::Hashes => k::PAPER_HASHES,
            Self::Delivery => k::PAPER_DELIVERY,
            Self::Undertaking => k::PAPER_UNDERTAKING,
            Self::Midori1 => k::PAPER_MIDORI_1,
            Self::Midori2 => k::PAPER_MIDORI_2,
            Self::Minato2 => k::PAPER_MINATO_2,
            Self::Minato3 => k::PAPER_MINATO_3,
            Self::Return => k::PAPER_RETURN,
            Self::Incident => k::PAPER_INCIDENT,
            Self::Card => k::PAPER_CARD,
            Self::Yearly(_) => k::PAPER_YEARLY,
        }
    }

    /// For tests and labels.
    pub fn id(self) -> &'static str {
        match self {
            Self::Cover => "paper-cover",
            Self::Passphrase => "paper-passphrase",
            Self::Hashes => "paper-hashes",
            Self::Delivery => "paper-delivery",
            Self::Undertaking => "paper-undertaking",
            Self::Midori1 => "paper-midori-1",
            Self::Midori2 => "paper-midori-2",
            Self::Minato2 => "paper-minato-2",
            Self::Minato3 => "paper-minato-3",
            Self::Return => "paper-return",
            Self::Incident => "paper-incident",
            Self::Card => "paper-card",
            Self::Yearly(_) => "paper-yearly",
        }
    }
}

/// Buttons for papers.
#[component]
pub fn Buttons(papers: Vec<Paper>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    papers
        .into_iter()
        .map(|paper| {
            view! { <button id=paper.id() aria-pressed=move || (desk.paper.get() == Some(paper)).to_string()
            on:click=move |_| desk.paper.set(Some(paper))>{move || l.t(paper.title())}</button> }
        })
        .collect_view()
}

/// 印刷する, under the paper that is shown.
#[component]
pub fn PrintButton() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    view! {
        <Show when=move || desk.paper.get().is_some()>
            <p class="actions no-print"><button id="print" class="primary" on:click=move |_| page::print()>{move || l.t(k::PAPER_PRINT)}</button></p>
        </Show>
    }
}

/// The passphrase, if this page sealed the bundle and it was not handed over yet.
fn fresh_for(fresh: Vec<(BundleId, String)>, disclosure: Option<&Disclosure>) -> Option<String> {
    let wanted = disclosure?.sealed.bundle_id.clone();
    fresh.into_iter().find(|(id, _)| *id == wanted).map(|(_, passphrase)| passphrase)
}

/// The papers of one request.
#[component]
pub fn Papers(case: Case, disclosure: Option<Disclosure>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    desk.paper.set(None);
    let rules = desk.rules.get_untracked()?;
    let (card, key) = desk.card.get_untracked()?;
    let disclosure = disclosure.filter(|d| d.status != DisclosureStatus::Voided);
    let mut papers = vec![Paper::Undertaking];
    match rules.id.as_str() {
        "midori" => papers.insert(0, Paper::Midori1),
        "minato" if disclosure.is_some() || case.provided.is_some() => papers.insert(0, Paper::Minato2),
        _ => {}
    }
    if disclosure.is_some() {
        papers.extend([Paper::Cover, Paper::Hashes, Paper::Delivery, Paper::Return]);
    }
    if fresh_for(desk.fresh.get_untracked(), disclosure.as_ref()).is_some() {
        papers.push(Paper::Passphrase);
    }
    let words = key.fingerprint_words();
    let id = disclosure.as_ref().map(|d| d.sealed.bundle_id.clone());
    let forget = move |_| {
        desk.paper.set(None);
        desk.fresh.update(|fresh| fresh.retain(|(known, _)| Some(known) != id.as_ref()));
    };
    let sheet = move || {
        let (office, case) = (card.office.clone(), case.clone());
        let sealed = disclosure.clone();
        Some(match (desk.paper.get()?, sealed) {
            (Paper::Undertaking, sealed) => {
                let known = Undertaking {
                    addressed_to: office.name,
                    return_due: sealed.as_ref().map_or(case.request.return_due, |d| d.due),
                    bundle_id: sealed.map(|d| d.sealed.bundle_id.to_string()).unwrap_or_default(),
                    file_number: String::new(),
                };
                papers::undertaking(&rules, &case.request, &known).into_any()
            }
            (Paper::Midori1, _) => {
                let decision = case.decision.map(|decision| (decision.granted, decision.reason));
                papers::midori::first(&case.request, decision, "").into_any()
            }
            (Paper::Minato2, sealed) => minato::second(&rules, &office, &case, sealed.as_ref()).into_any(),
            (Paper::Cover, Some(sealed)) => letters::cover(&office, &words, &case, &sealed).into_any(),
            (Paper::Hashes, Some(sealed)) => letters::hashes(&office, &sealed).into_any(),
            (Paper::Delivery, Some(sealed)) => letters::delivery(&office, &sealed).into_any(),
            (Paper::Return, Some(sealed)) => letters::return_report(&office, &sealed).into_any(),
            (Paper::Passphrase, Some(sealed)) => {
                let passphrase = fresh_for(desk.fresh.get(), Some(&sealed))?;
                letters::passphrase(&office, &sealed, &passphrase).into_any()
            }
            _ => return None,
        })
    };
    Some(view! {
        <section class="papers" class:practising=practice::is_on()>
            <h3>{move || l.t(k::PAPER_TITLE)}</h3>
            <p class="actions no-print"><Buttons papers=papers/></p>
            <PrintButton/>
            <Show when=move || desk.paper.get() == Some(Paper::Passphrase)>
                <p class="actions no-print"><button id="forget-passphrase" on:click=forget.clone()>{move || l.t(k::PAPER_FORGET)}</button></p>
            </Show>
            {sheet}
        </section>
    })
}

/// The paper of the office as a whole.
#[component]
pub fn OfficePaper() -> impl IntoView {
    let desk = use_desk();
    let sheet = move || {
        let rules = desk.rules.get()?;
        let (card, key) = desk.card.get()?;
        let office = card.office;
        if desk.paper.get()? == Paper::Card {
            return Some(letters::card(&office, &key, &desk.card_jws.get()).into_any());
        }
        desk.register.with(|register| {
            Some(match desk.paper.get()? {
                Paper::Midori2 => midori::second(register).into_any(),
                Paper::Minato3 => minato::third(&office, register).into_any(),
                Paper::Incident => incident::report(&rules, &office, register.incidents.last()?).into_any(),
                Paper::Yearly(year) => {
                    let sheet =
                        desk.ledger.with(|ledger| yearly::report(&rules, &office, ledger.events(), year));
                    sheet.into_any()
                }
                _ => return None,
            })
        })
    };
    view! { <div class:practising=practice::is_on()>{sheet}</div> }
}

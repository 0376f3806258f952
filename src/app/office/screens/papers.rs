//! Papers of one disclosure: which there are, and the one that is shown, as it will print.
//!
//! Absent: which there are (`fuin_model`), and their wording (`page/papers`).

use fuin_core::{Approval, Book, Case, Disclosure, OfficeLabel, RuleSet};
use fuin_model::{CasePapers, Paper, papers_of_case};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    office::{
        desk::use_desk,
        paper::use_paper,
        sealing::{SealWork, use_seal_work},
    },
    page::papers::{self, Undertaking, incident, letters, midori1, midori2, minato, yearly},
    platform::{
        db::{self, StoreName},
        kept,
        own_file::own_sha256,
        page, profile,
    },
};

/// What the button says.
pub(super) fn title(paper: Paper) -> Key {
    match paper {
        Paper::Cover => k::PAPER_COVER,
        Paper::Passphrase => k::PAPER_PASSPHRASE,
        Paper::HowTo => k::PAPER_HOW_TO,
        Paper::Hashes => k::PAPER_HASHES,
        Paper::Delivery => k::PAPER_DELIVERY,
        Paper::Undertaking => k::PAPER_UNDERTAKING,
        Paper::Midori1 => k::PAPER_MIDORI_1,
        Paper::Midori2(_) => k::PAPER_MIDORI_2,
        Paper::Minato2 => k::PAPER_MINATO_2,
        Paper::Minato3(_) => k::PAPER_MINATO_3,
        Paper::Return => k::PAPER_RETURN,
        Paper::Reports => k::PAPER_REPORTS,
        Paper::Incident(_) => k::PAPER_INCIDENT,
        Paper::Letter(_) => k::PAPER_LETTER,
        Paper::Book(..) => k::BOOKS_PAPER,
        Paper::Blank => k::PAPER_BLANK,
        Paper::Card => k::PAPER_CARD,
        Paper::Yearly(_) => k::PAPER_YEARLY,
    }
}

/// For tests and labels.
fn id(paper: Paper) -> &'static str {
    match paper {
        Paper::Cover => "paper-cover",
        Paper::Passphrase => "paper-passphrase",
        Paper::HowTo => "paper-how-to",
        Paper::Hashes => "paper-hashes",
        Paper::Delivery => "paper-delivery",
        Paper::Undertaking => "paper-undertaking",
        Paper::Midori1 => "paper-midori-1",
        Paper::Midori2(_) => "paper-midori-2",
        Paper::Minato2 => "paper-minato-2",
        Paper::Minato3(_) => "paper-minato-3",
        Paper::Return => "paper-return",
        Paper::Reports => "paper-reports",
        Paper::Incident(_) => "paper-incident",
        Paper::Letter(_) => "paper-letter",
        Paper::Book(..) => "paper-book",
        Paper::Blank => "paper-blank",
        Paper::Card => "paper-card",
        Paper::Yearly(_) => "paper-yearly",
    }
}

/// Buttons for papers.
#[component]
pub fn Buttons(papers: Vec<Paper>) -> impl IntoView {
    let l = use_locale();
    let shown = use_paper();
    let button = move |paper| {
        view! {
            <button
                id=id(paper)
                aria-pressed=move || shown.is_shown(paper).to_string()
                on:click=move |_| shown.show(paper)
            >
                {move || l.t(title(paper))}
            </button>
        }
    };
    papers.into_iter().map(button).collect_view()
}

/// 印刷する, under the paper that is shown.
#[component]
pub fn PrintButton() -> impl IntoView {
    let l = use_locale();
    let paper = use_paper();
    view! {
        <Show when=move || !paper.all().is_empty()>
            <p class="actions no-print">
                <button id="print" class="primary" on:click=move |_| page::print()>
                    {move || l.t(k::PAPER_PRINT)}
                </button>
            </p>
        </Show>
    }
}

/// What the papers of one request are made of.
struct Of<'a> {
    rules: &'a RuleSet,
    office: &'a OfficeLabel,
    roles: &'a [Approval],
    words: &'a str,
    viewer: Option<&'a str>,
    case: &'a Case,
}

/// One paper; `None` if it is a paper of a bundle, and nothing was sealed.
fn sheet(of: &Of<'_>, paper: Paper, sealed: Option<&Disclosure>, work: SealWork) -> Option<AnyView> {
    let Of { rules, office, roles, words, viewer, case } = *of;
    Some(match (paper, sealed) {
        (Paper::Undertaking, sealed) => {
            let known = Undertaking {
                addressed_to: office.name.clone(),
                return_due: sealed.map_or(case.request.return_due, |d| d.due),
                bundle_id: sealed.map(|d| d.sealed.bundle_id.to_string()).unwrap_or_default(),
                file_number: String::new(),
            };
            papers::undertaking(rules, &case.request, &known).into_any()
        }
        (Paper::Midori1, _) => {
            let decision = case.decision.as_ref();
            let decision = decision.map(|decision| (decision.granted, decision.reason.clone()));
            midori1::first(&case.request, decision, "").into_any()
        }
        (Paper::Minato2, sealed) => minato::second(rules, office, case, sealed, roles).into_any(),
        (Paper::Cover, Some(sealed)) => {
            letters::cover((office, roles), words, viewer, case, sealed).into_any()
        }
        (Paper::HowTo, Some(sealed)) => letters::how_to(office, sealed).into_any(),
        (Paper::Hashes, Some(sealed)) => letters::hashes(office, sealed).into_any(),
        (Paper::Delivery, Some(sealed)) => letters::delivery(office, sealed).into_any(),
        (Paper::Return, Some(sealed)) => letters::return_report(office, sealed).into_any(),
        (Paper::Reports, Some(sealed)) => papers::reports(office, sealed).into_any(),
        (Paper::Letter(line), _) => {
            let (_, letter) = case.letters.iter().find(|(known, _)| *known == line)?;
            papers::letter(letter).into_any()
        }
        (Paper::Passphrase, Some(sealed)) => {
            let passphrase = work.passphrase(&sealed.sealed.bundle_id)?;
            letters::passphrase(office, sealed, passphrase.expose()).into_any()
        }
        _ => return None,
    })
}

/// SHA-256 of the viewer's file: of the one that is served, of this page, or of one that a person chose last.
async fn viewer_sha256() -> Option<String> {
    let known = page::served_sha256().or_else(own_sha256);
    match known {
        Some(sha256) => Some(sha256),
        // Where it cannot be read it is not printed, and the help below the buttons says so.
        None => db::read_json(StoreName::Settings, kept::VIEWER_SHA256).await.ok().flatten(),
    }
}

/// The papers of one request.
#[component]
pub fn Papers(case: Case, disclosure: Option<Disclosure>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let (paper, work) = (use_paper(), use_seal_work());
    paper.clear();
    let rules = desk.rules.get_untracked()?;
    let (card, key) = desk.card.get_untracked()?;
    let disclosure = disclosure.filter(|d| d.status.counts());
    let id = disclosure.as_ref().map(|d| d.sealed.bundle_id.clone());
    let known = CasePapers {
        is_sealed: disclosure.is_some(),
        was_provided: !case.provisions.is_empty(),
        has_reports: disclosure.as_ref().is_some_and(|d| !d.reports.is_empty()),
        has_passphrase: id.as_ref().is_some_and(|id| untrack(|| work.passphrase(id)).is_some()),
    };
    let papers = papers_of_case(&rules.forms, known);
    let words = key.fingerprint_words();
    let forget = move |_| {
        paper.clear();
        if let Some(id) = &id {
            work.forget(id);
        }
    };
    let viewer = LocalResource::new(viewer_sha256);
    let viewer = move || viewer.get().flatten();
    let sheets = move || {
        let viewer = viewer();
        let roles = desk.register.with_untracked(|register| register.roles.clone());
        let of = Of {
            rules: &rules,
            office: &card.office,
            roles: &roles,
            words: &words,
            viewer: viewer.as_deref(),
            case: &case,
        };
        let sheets = paper.all().into_iter().filter_map(|paper| sheet(&of, paper, disclosure.as_ref(), work));
        sheets.collect_view()
    };
    Some(view! {
        <section class="papers" class:practising=profile::is_practice()>
            <h3>{move || l.t(k::PAPER_TITLE)}</h3>
            <p class="actions no-print">
                <Buttons papers=papers />
            </p>
            <PrintButton />
            <Show when=move || paper.is_shown(Paper::Cover) && viewer().is_none()>
                <p class="help no-print" id="viewer-unknown">
                    {move || l.t(k::PAPER_VIEWER_UNKNOWN)}
                </p>
            </Show>
            <Show when=move || paper.is_shown(Paper::Passphrase)>
                <p class="actions no-print">
                    <button id="forget-passphrase" on:click=forget.clone()>
                        {move || l.t(k::PAPER_FORGET)}
                    </button>
                </p>
            </Show>
            {sheets}
        </section>
    })
}

/// The paper of the office as a whole.
#[component]
pub fn OfficePaper() -> impl IntoView {
    let desk = use_desk();
    let paper = use_paper();
    let sheet = move || {
        let rules = desk.rules.get()?;
        let (card, key) = desk.card.get()?;
        let office = card.office;
        let paper = *paper.all().first()?;
        if paper == Paper::Card {
            return Some(letters::card(&office, &key, &desk.card_jws.get()).into_any());
        }
        desk.register.with(|register| {
            let roles = &register.roles;
            Some(match paper {
                Paper::Midori2(year) => midori2::second(register, year).into_any(),
                Paper::Minato3(year) => {
                    let table = Book::Operations.table(register, &rules, Some(year));
                    minato::third(&office, table, roles, year).into_any()
                }
                Paper::Book(book, year) => {
                    let table = book.table(register, &rules, Some(year));
                    papers::book(book, &table, &office, roles, year).into_any()
                }
                Paper::Incident(line) => {
                    let incident = register.incidents.iter().find(|incident| incident.line == line)?;
                    incident::report(&rules, &office, &incident.what, roles).into_any()
                }
                Paper::Yearly(year) => {
                    let sheet = desk
                        .ledger
                        .with(|ledger| yearly::report(&rules, &office, ledger.events(), (roles, year)));
                    sheet.into_any()
                }
                Paper::Blank => papers::blank(&rules).into_any(),
                _ => return None,
            })
        })
    };
    view! { <div class:practising=profile::is_practice()>{sheet}</div> }
}

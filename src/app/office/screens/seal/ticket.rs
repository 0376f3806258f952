//! Tickets: the clips of a sealed bundle for a new PC, after a broken medium, for a new period, or for another request,
//! by a small file.
//!
//! Entry points: [`Reissue`] for the same request, [`ShareSealed`] for another one.

use fuin_core::{BundleId, Case, Day, Disclosure, Recipient, Register, SealedEvent};
use leptos::{context::Provider, prelude::*};

use super::{SealView, draft::Draft, progress::Progress, terms::Terms};
use crate::{
    locale::{k, use_locale},
    office::{
        bundle_keys,
        desk::{Desk, use_desk},
        sealing::{SealState, use_seal_work},
    },
    page::{WrongCount, WrongField},
    platform::clock,
    ui::{Field, Select, Wrongs, typed},
    wire::TicketOrder,
};

/// A ticket in the place of what the same request got before.
#[component]
pub fn Reissue(case: Case, disclosure: Disclosure) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let bundle = desk.register.with_untracked(|register| kept(register, desk, disclosure.bundle()))?;
    let (replaces, due) = (disclosure.sealed.bundle_id.clone(), disclosure.due);
    Some(view! {
        <details id="reissue">
            <summary>{move || l.t(k::TICKET_REISSUE)}</summary>
            <p class="help">{move || l.t(k::TICKET_REISSUE_HELP)}</p>
            <Form case=case choices=vec![bundle] replaces=Some((replaces, due)) />
        </details>
    })
}

/// 二人目以降の視聴者: a ticket for somebody else under the same request, beside what it got.
#[component]
pub fn FurtherReader(case: Case, disclosure: Disclosure) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let bundle = desk.register.with_untracked(|register| kept(register, desk, disclosure.bundle()))?;
    let known = case.request.recipient();
    let reader = Reader {
        organization: RwSignal::new(known.organization),
        department: RwSignal::new(known.department),
        person: RwSignal::new(String::new()),
    };
    Some(view! {
        <details id="further-reader">
            <summary>{move || l.t(k::TICKET_READER)}</summary>
            <p class="help">{move || l.t(k::TICKET_READER_HELP)}</p>
            <Form case=case choices=vec![bundle] replaces=None reader=reader />
        </details>
    })
}

/// Who watches, as typed.
#[derive(Clone, Copy)]
struct Reader {
    organization: RwSignal<String>,
    department: RwSignal<String>,
    person: RwSignal<String>,
}

impl Reader {
    /// The request as it would be if they had been named in it.
    fn request(self, case: &Case) -> Result<Case, WrongField> {
        let needed = [
            (self.organization, "reader-organization", k::REQUEST_ORGANIZATION),
            (self.person, "reader-person", k::TICKET_READER_PERSON),
        ];
        if let Some((_, id, label)) = needed.into_iter().find(|(text, ..)| typed(*text).is_empty()) {
            return Err(WrongField::missing(id, label));
        }
        let mut case = case.clone();
        case.request.watched_by = Some(Recipient {
            organization: typed(self.organization),
            department: typed(self.department),
            person: typed(self.person),
        });
        Ok(case)
    }
}

/// Another bundle in the place of what the same request got before: where its file is lost too, or other clips go out.
#[component]
pub fn SealAgain(case: Case, replaces: BundleId) -> impl IntoView {
    let l = use_locale();
    let is_open = RwSignal::new(false);
    let (case, replaces) = (StoredValue::new(case), StoredValue::new(replaces));
    view! {
        <details id="seal-again" on:toggle=move |_| is_open.set(true)>
            <summary>{move || l.t(k::TICKET_SEAL_AGAIN)}</summary>
            <Show when=move || is_open.get()>
                <p class="help">{move || l.t(k::TICKET_SEAL_AGAIN_HELP)}</p>
                <SealView case=case.get_value() replaces=Some(replaces.get_value()) />
            </Show>
        </details>
    }
}

/// A ticket for a bundle that was sealed for another request.
#[component]
pub fn ShareSealed(case: Case) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let choices = desk.register.with_untracked(|register| {
        let bundles = register.disclosures.keys().rev();
        bundles.filter_map(|id| kept(register, desk, id)).collect::<Vec<_>>()
    });
    (!choices.is_empty()).then(|| {
        view! {
            <details id="share-sealed">
                <summary>{move || l.t(k::TICKET_SHARE)}</summary>
                <p class="help">{move || l.t(k::TICKET_SHARE_HELP)}</p>
                <Form case=case choices=choices replaces=None />
            </details>
        }
    })
}

/// What was sealed, if the office still keeps it.
fn kept(register: &Register, desk: Desk, id: &BundleId) -> Option<SealedEvent> {
    let rules = desk.rules.get_untracked()?;
    let bundle = register.disclosures.get(id)?;
    register.keeps(bundle, &rules, clock::now().day()).then(|| bundle.sealed.clone())
}

/// How a bundle is called in the list: its number, for whom it was sealed, and its files.
fn named(bundle: &SealedEvent) -> (String, String) {
    let files = bundle.clips.iter().map(|clip| clip.file_name.clone()).collect::<Vec<_>>().join("、");
    let id = bundle.bundle_id.to_string();
    (id.clone(), format!("{id}　{}　{files}", bundle.range))
}

#[component]
fn Form(
    case: Case,
    choices: Vec<SealedEvent>,
    replaces: Option<(BundleId, Day)>,
    #[prop(optional)] reader: Option<Reader>,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let work = use_seal_work();
    let draft = Draft::new(&case);
    let replaces = replaces.map(|(id, due)| {
        draft.due_on(due);
        id
    });
    let wrongs = Wrongs::new();
    let has_key = case.recipient_keys.is_some();
    let grants = case.provides().grants;
    let options: Vec<_> = choices.iter().map(named).collect();
    let chosen = RwSignal::new(options.first().map(|(id, _)| id.clone()).unwrap_or_default());
    let is_choice = options.len() > 1 || replaces.is_none() && reader.is_none();
    let name = if reader.is_some() { "reader" } else { "ticket" };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let id = chosen.get_untracked();
        let Some(bundle) = choices.iter().find(|bundle| bundle.bundle_id.as_str() == id).cloned() else {
            return;
        };
        let case = match reader.map(|reader| reader.request(&case)).transpose() {
            Ok(named) => named.unwrap_or_else(|| case.clone()),
            Err(wrong) => {
                WrongField::settle::<()>(l, wrongs, Err(vec![wrong]));
                return;
            }
        };
        let replaces = replaces.clone();
        desk.run(async move {
            let kept = bundle_keys::read(desk, &bundle.bundle_id).await?;
            let key_number = desk.register.with_untracked(|register| register.key_number(&bundle.bundle_id));
            let ticket = TicketOrder { bundle, kept, key_number };
            match WrongField::settle(l, wrongs, draft.ticket(&case, desk, name, ticket, replaces)) {
                Some(order) => work.seal(order, Vec::new()).await,
                None => Ok(()),
            }
        });
    };
    let busy = move || work.state.get() != SealState::Idle;
    view! {
        <Provider value=wrongs>
            <form class="wide" on:submit=submit>
                {is_choice
                    .then(|| {
                        view! {
                            <Select
                                id="ticket-bundle"
                                label=l.label(k::TICKET_BUNDLE)
                                value=chosen
                                options=options
                            />
                        }
                    })}
                {reader
                    .map(|reader| {
                        view! {
                            <Field
                                id="reader-organization"
                                needed=true
                                label=l.label(k::REQUEST_ORGANIZATION)
                                value=reader.organization
                            />
                            <Field
                                id="reader-department"
                                label=l.label(k::REQUEST_DEPARTMENT)
                                value=reader.department
                            />
                            <Field
                                id="reader-person"
                                needed=true
                                label=l.label(k::TICKET_READER_PERSON)
                                value=reader.person
                            />
                        }
                    })}
                <Terms name=name draft=draft grants=grants has_key=has_key is_ticket=true />
                <WrongCount wrongs=wrongs />
                <p class="actions">
                    <button id=format!("issue-{name}") type="submit" disabled=busy>
                        {move || l.t(k::TICKET_ISSUE)}
                    </button>
                </p>
                <Progress />
            </form>
        </Provider>
    }
}

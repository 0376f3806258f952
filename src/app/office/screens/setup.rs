//! O0: register an office, or take one over from its backup; and who we are once that is done.

use fuin_core::{OfficeLabel, RuleSet};
use fuin_model::Paper;
use leptos::{context::Provider, prelude::*};

use super::{
    key_form::KeyForm,
    papers::{Buttons, OfficePaper, PrintButton},
    practice,
    unlock::FileWarning,
};
use crate::{
    fault::Fault,
    locale::{k, use_locale},
    office::{desk::use_desk, keys::use_keys, paper::use_paper, picked::text_of, server::use_server},
    page::{WrongCount, WrongField},
    platform::{files, profile::is_practice},
    ui::{Field, FilePicker, Notice, TypedTwice, Wrongs, typed},
};

/// Two ways to begin.
#[component]
pub fn Setup() -> impl IntoView {
    let server = use_server();
    let may_found =
        Memo::new(move |_| server.who.with(|who| who.as_ref().is_none_or(|who| who.office.is_none())));
    view! {
        <Lost />
        <FileWarning />
        <practice::Offer />
        {(!is_practice())
            .then(|| {
                view! {
                    <TakeOver />
                    // Whose office is at the server already founds no other.
                    <Show when=move || may_found.get()>
                        <Found />
                    </Show>
                }
            })}
    }
}

/// Said where the browser has lost the office that it had: she would take it for a new PC, and register another.
#[component]
fn Lost() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    view! {
        <Show when=move || desk.lost.get().is_some()>
            <div id="lost-office">
                <Notice
                    stop=true
                    cause=Signal::derive(move || {
                        l.f(k::OFFICE_LOST, &[("office", &desk.lost.get().unwrap_or_default())])
                    })
                    advice=l.label(k::OFFICE_LOST_ADVICE)
                />
            </div>
        </Show>
    }
}

#[component]
fn TakeOver() -> impl IntoView {
    let l = use_locale();
    let keys = use_keys();
    view! {
        <section aria-labelledby="take-over-title">
            <h2 id="take-over-title">{move || l.t(k::OFFICE_TAKE_OVER)}</h2>
            <p>{move || l.t(k::OFFICE_TAKE_OVER_HELP)}</p>
            <KeyForm
                file_id="pick-office-key"
                passphrase_id="office-passphrase"
                button_id="office-unlock"
                button=k::OFFICE_UNLOCK
                primary=true
                on_submit=move |key_file, passphrase| keys.take_over(key_file, passphrase)
            />
        </section>
    }
}

#[component]
fn Found() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let keys = use_keys();
    let [name, contact, by, passphrase, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
    // A server knows who founds it.
    by.set(use_server().name());
    let all = RuleSet::all_builtin().unwrap_or_default();
    let rules = RwSignal::new(all.first().map(|rules| rules.id.clone()).unwrap_or_default());
    let options = all
        .into_iter()
        .map(|r| {
            let id = r.id.clone();
            view! {
                <option value=r.id prop:selected=move || rules.get() == id>
                    {r.name}
                    "「"
                    {r.title}
                    "」"
                </option>
            }
        })
        .collect_view();
    let own = RwSignal::new(None::<(String, RuleSet)>);
    let wrongs = Wrongs::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let office = OfficeLabel {
            name: name.get_untracked().trim().into(),
            contact: contact.get_untracked().trim().into(),
        };
        let founder = typed(by);
        let needed = [
            ("office-name", k::OFFICE_NAME, office.name.is_empty()),
            ("office-contact", k::OFFICE_CONTACT, office.contact.is_empty()),
            ("office-founder", k::WHO_ASK, founder.is_empty()),
            ("office-new-passphrase", k::OFFICE_PASSPHRASE_NEW, passphrase.get_untracked().is_empty()),
        ];
        let mut wrong: Vec<WrongField> = needed
            .into_iter()
            .filter(|(.., is_missing)| *is_missing)
            .map(|(id, label, _)| WrongField::missing(id, label))
            .collect();
        // A slip that nobody sees would make the only backup useless.
        if passphrase.get_untracked() != again.get_untracked() {
            let id = "office-new-passphrase-again".to_owned();
            let (says, label) = (k::OFFICE_PASSPHRASE_DIFFERS, k::OFFICE_PASSPHRASE_AGAIN);
            wrong.push(WrongField { id, says, label });
        }
        let read = if wrong.is_empty() { Ok(()) } else { Err(wrong) };
        if WrongField::settle(l, wrongs, read).is_some() {
            let (id, text) = match own.get_untracked() {
                Some((text, own)) => (own.id, Some(text)),
                None => (rules.get_untracked(), None),
            };
            keys.found(office, id, text, passphrase.get_untracked(), Some(founder));
            [passphrase, again].iter().for_each(|typed| typed.set(String::new()));
        }
    };
    view! {
        <section aria-labelledby="found-title">
            <h2 id="found-title">{move || l.t(k::OFFICE_FOUND)}</h2>
            <Provider value=wrongs>
                <form on:submit=submit>
                    <Field id="office-name" needed=true label=l.label(k::OFFICE_NAME) value=name />
                    <Field id="office-contact" needed=true label=l.label(k::OFFICE_CONTACT) value=contact />
                    <Field
                        id="office-founder"
                        needed=true
                        label=l.label(k::WHO_ASK)
                        value=by
                        help=l.label(k::WHO_HELP)
                    />
                    <div class="field">
                        <label for="office-rules">{move || l.t(k::OFFICE_RULES)}</label>
                        <select
                            id="office-rules"
                            on:change=move |event| {
                                own.set(None);
                                rules.set(event_target_value(&event));
                            }
                        >
                            {options}
                        </select>
                    </div>
                    <p>
                        <FilePicker
                            id="pick-rules"
                            label=l.label(k::RULES_ADOPT)
                            accept=".toml"
                            on_file=move |file| {
                                desk.run(async move {
                                    let text = text_of(file).await?;
                                    let read = RuleSet::parse(&text).map_err(Fault::from)?;
                                    own.set(Some((text, read)));
                                    Ok(())
                                })
                            }
                        />
                        <span id="own-rules">
                            {move || own.get().map(|(_, own)| format!("○ {}「{}」", own.name, own.title))}
                        </span>
                    </p>
                    <TypedTwice
                        id="office-new-passphrase"
                        label=l.label(k::OFFICE_PASSPHRASE_NEW)
                        again_label=l.label(k::OFFICE_PASSPHRASE_AGAIN)
                        value=passphrase
                        again=again
                    />
                    <WrongCount wrongs=wrongs />
                    <p class="actions">
                        <button id="office-found" type="submit" disabled=desk.working>
                            {move || l.t(k::OFFICE_FOUND_BUTTON)}
                        </button>
                    </p>
                </form>
            </Provider>
        </section>
    }
}

/// 課の名称・連絡先の変更: the key stays.
#[component]
fn Rename(name: String, contact: String) -> impl IntoView {
    let l = use_locale();
    let (desk, keys) = (use_desk(), use_keys());
    let (name, contact) = (RwSignal::new(name), RwSignal::new(contact));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let office = OfficeLabel { name: typed(name), contact: typed(contact) };
        desk.run(async move {
            keys.rename(office).await?;
            desk.tell(l.t(k::OFFICE_RENAMED).to_owned());
            Ok(())
        });
    };
    view! {
        <details class="no-print">
            <summary>{move || l.t(k::OFFICE_RENAME)}</summary>
            <form id="rename" on:submit=submit>
                <p class="help">{move || l.t(k::OFFICE_RENAME_HELP)}</p>
                <Field id="rename-name" needed=true label=l.label(k::OFFICE_NAME) value=name />
                <Field id="rename-contact" needed=true label=l.label(k::OFFICE_CONTACT) value=contact />
                <button type="submit">{move || l.t(k::CASE_RECORD)}</button>
            </form>
        </details>
    }
}

/// Who we are.
#[component]
pub fn Identity() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    use_paper().clear();
    let save_card = move |_| {
        desk.run(async move {
            let card = desk.card_jws.get_untracked();
            Ok(files::download("office-card.jws", "application/jose", card.as_bytes())?)
        })
    };
    view! {
        {move || {
            desk.card
                .get()
                .map(|(card, key)| {
                    let OfficeLabel { name, contact } = card.office;
                    view! {
                        <section>
                            <h2>{name.clone()}</h2>
                            <p>{contact.clone()}</p>
                            <p>
                                {move || l.t(k::OFFICE_FINGERPRINT)} " "
                                <span class="words">
                                    {move || {
                                        if l.is_english() {
                                            key.fingerprint_words_latin()
                                        } else {
                                            key.fingerprint_words()
                                        }
                                    }}
                                </span>
                            </p>
                            <p class="actions no-print">
                                <button on:click=save_card>{move || l.t(k::OFFICE_DOWNLOAD_CARD)}</button>
                                <Buttons papers=vec![Paper::Card] />
                            </p>
                            <Rename name=name contact=contact />
                            <PrintButton />
                            <OfficePaper />
                        </section>
                    }
                })
        }}
    }
}

//! O9: the ledger as one file, out and in; the mirror in a folder; documents from another PC; the check of
//! the key backup.

use leptos::prelude::*;

use super::{
    key_form::KeyForm,
    unite::{AskUnion, UnionUnderWay},
};
use crate::{
    locale::{Key, k, use_locale},
    office::{
        desk::use_desk,
        documents,
        exchange::use_exchange,
        keys::use_keys,
        mirror::{MirrorState, use_mirror},
    },
    platform::{file_system, files},
};

/// Backup and what belongs to it.
#[component]
pub fn Backup() -> impl IntoView {
    view! {
        <LedgerFile />
        <MirrorFolder />
        <Documents />
        <KeyBackup />
    }
}

#[component]
fn LedgerFile() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let exchange = use_exchange();
    let last = move || match desk.register.with(|register| register.backed_up) {
        Some((at, _)) => l.f(k::SETTINGS_BACKED_UP, &[("time", &l.time(at))]),
        None => l.t(k::SETTINGS_NEVER).to_owned(),
    };
    view! {
        <section aria-labelledby="backup-title">
            <h2 id="backup-title">{move || l.t(k::SETTINGS_BACKUP)}</h2>
            <p id="event-count">
                {move || {
                    l.f(
                        k::OFFICE_EVENT_COUNT,
                        &[("n", &desk.ledger.with(|ledger| ledger.events().len()).to_string())],
                    )
                }}
            </p>
            <p>{last}</p>
            <p class="actions">
                <button id="export-ledger" on:click=move |_| desk.run(async move { exchange.export().await })>
                    {move || l.t(k::OFFICE_LEDGER_EXPORT)}
                </button>
                <span class="picker">
                    <input
                        id="pick-ledger"
                        type="file"
                        accept=".jsonl,.head"
                        multiple
                        on:change=move |event| {
                            let picked = files::picked_all(&event);
                            desk.run(async move { exchange.import_files(picked).await });
                        }
                    />
                    <label for="pick-ledger" class="button">
                        {move || l.t(k::OFFICE_LEDGER_IMPORT)}
                    </label>
                </span>
            </p>
            <p class="help">{move || l.t(k::SETTINGS_IMPORT_HELP)}</p>
            <AskUnruly />
            <UnionUnderWay />
            <AskUnion />
            <Show when=move || exchange.restoring.with(Option::is_some)>
                <div class="notice stop" role="alert">
                    <p>
                        {move || {
                            exchange
                                .restoring
                                .with(|restoring| {
                                    restoring
                                        .as_ref()
                                        .map(|r| {
                                            l.f(
                                                k::SETTINGS_RESTORE_ASK,
                                                &[
                                                    ("lines", &r.lines.to_string()),
                                                    ("lost", &r.lost.to_string()),
                                                ],
                                            )
                                        })
                                })
                        }}
                    </p>
                    <p class="actions">
                        <button
                            id="restore-ledger"
                            on:click=move |_| desk.run(async move { exchange.restore().await })
                        >
                            {move || l.t(k::SETTINGS_RESTORE)}
                        </button>
                    </p>
                </div>
            </Show>
        </section>
    }
}

/// A ledger with a line that this office's steps do not admit: the person decides.
#[component]
fn AskUnruly() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let exchange = use_exchange();
    let question = move || {
        exchange.unruly.with(|unruly| {
            let unruly = unruly.as_ref()?;
            let (why, _) = unruly.fault.words(l);
            Some(l.f(k::SETTINGS_UNRULY_ASK, &[("line", &unruly.line.to_string()), ("why", &why)]))
        })
    };
    view! {
        <Show when=move || exchange.unruly.with(Option::is_some)>
            <div class="notice stop" role="alert" id="unruly">
                <p>{question}</p>
                <p class="actions">
                    <button
                        id="import-unruly"
                        on:click=move |_| desk.run(async move { exchange.import_unruly().await })
                    >
                        {move || l.t(k::SETTINGS_UNRULY_IMPORT)}
                    </button>
                    <button id="leave-unruly" on:click=move |_| exchange.unruly.set(None)>
                        {move || l.t(k::SETTINGS_UNRULY_LEAVE)}
                    </button>
                </p>
            </div>
        </Show>
    }
}

#[component]
fn MirrorFolder() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let mirror = use_mirror();
    let words = move || {
        let key: Key = match mirror.state.get() {
            MirrorState::Off => k::MIRROR_OFF,
            MirrorState::Asks => k::MIRROR_ASKS,
            MirrorState::Writing => k::MIRROR_WRITING,
            MirrorState::Current => k::MIRROR_CURRENT,
            MirrorState::Failed(code) => {
                let (cause, advice) = l.error(code, "");
                return format!("× {cause} {advice}");
            }
        };
        l.f(key, &[("name", &mirror.folder_name().unwrap_or_default())])
    };
    let choose = move |_| desk.run(async move { mirror.choose().await });
    let resume = move |_| desk.run(async move { mirror.resume().await });
    view! {
        <section aria-labelledby="mirror-title">
            <h2 id="mirror-title">{move || l.t(k::MIRROR_TITLE)}</h2>
            <p>{move || l.t(k::MIRROR_HELP)}</p>
            {if file_system::can_choose_folders() {
                view! {
                    <p id="mirror-state" role="status">
                        {words}
                    </p>
                    <p class="actions">
                        <Show when=move || mirror.state.get() == MirrorState::Asks>
                            <button id="resume-mirror" class="primary" on:click=resume>
                                {move || l.t(k::MIRROR_RESUME)}
                            </button>
                        </Show>
                        <button id="choose-mirror" on:click=choose>
                            {move || l.t(k::MIRROR_CHOOSE)}
                        </button>
                    </p>
                }
                    .into_any()
            } else {
                view! { <p id="mirror-state">{move || l.t(k::MIRROR_IMPOSSIBLE)}</p> }.into_any()
            }}
        </section>
    }
}

/// Scans and keys of bundles that another PC kept.
#[component]
fn Documents() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let has_any = move || {
        desk.register.with(|register| !register.documents.is_empty() || !register.disclosures.is_empty())
    };
    let pick = move |event: leptos::ev::Event| {
        let picked = files::picked_all(&event);
        desk.run(async move { documents::take_in(desk, picked).await });
    };
    view! {
        <Show when=has_any>
            <section aria-labelledby="documents-title">
                <h2 id="documents-title">{move || l.t(k::ATTACH_FROM_ELSEWHERE)}</h2>
                <p>{move || l.t(k::ATTACH_TAKE_HELP)}</p>
                <span class="picker">
                    <input id="pick-documents" type="file" multiple on:change=pick />
                    <label for="pick-documents" class="button">
                        {move || l.t(k::ATTACH_TAKE)}
                    </label>
                </span>
            </section>
        </Show>
    }
}

/// 「バックアップを確かめる」: the key file is opened as if it were needed.
#[component]
pub fn KeyBackup() -> impl IntoView {
    let l = use_locale();
    let keys = use_keys();
    view! {
        <section aria-labelledby="key-backup-title">
            <h2 id="key-backup-title">{move || l.t(k::SETTINGS_KEY_BACKUP)}</h2>
            <p>{move || l.t(k::SETTINGS_KEY_BACKUP_HELP)}</p>
            <p id="key-checked">
                {move || match keys.checked.get() {
                    Some(at) => l.f(k::SETTINGS_KEY_CHECKED, &[("time", &l.time(at))]),
                    None => l.t(k::SETTINGS_KEY_UNCHECKED).to_owned(),
                }}
            </p>
            <KeyForm
                file_id="pick-key-backup"
                passphrase_id="backup-passphrase"
                button_id="check-backup"
                button=k::SETTINGS_KEY_CHECK
                on_submit=move |key_file, passphrase| keys.check_backup(key_file, passphrase)
            />
        </section>
    }
}

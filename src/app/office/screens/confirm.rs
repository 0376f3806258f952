//! O7: a receipt by file, by the picture of a sheet's QR symbol, or by typed code; then the check of the
//! medium, and 完了.

use fuin_core::{BundleId, Disclosure, ReceiptCode, SymbolSet, VerifiedReceipt};
use leptos::prelude::*;

use crate::{
    fault::Code,
    locale::{k, use_locale},
    office::{
        desk::use_desk,
        fault::DeskFault,
        receipts::{Receipts, use_receipts},
        screens::reports::Concerns,
    },
    platform::{files, qr},
    ui::{Field, FilePicker, FilesPicker, QrCamera, Select, Submit, choices, typed},
};

/// Bytes of the longest receipt.
const MAX_RECEIPT: u32 = VerifiedReceipt::MAX_BYTES as u32;

/// 返却の確認.
#[component]
pub fn Confirm() -> impl IntoView {
    let l = use_locale();
    let (desk, receipts) = (use_desk(), use_receipts());
    let [bundle, code] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (mut id, mut typed) = (bundle.get_untracked(), code.get_untracked());
        // A reader that types what the symbol says types both at once.
        if let Some((first, second)) = ReceiptCode::from_qr_text(&typed).or(ReceiptCode::from_qr_text(&id)) {
            (id, typed) = (first.to_owned(), second.to_owned());
        }
        desk.run(async move { receipts.confirm_code(id, typed).await });
    };
    view! {
        <section aria-labelledby="confirm-title">
            <h2 id="confirm-title">{move || l.t(k::OFFICE_CONFIRM)}</h2>
            <AskRefused />
            <h3>{move || l.t(k::OFFICE_CONFIRM_FILE)}</h3>
            <p>
                <FilePicker
                    id="pick-receipt"
                    label=l.label(k::OFFICE_PICK_RECEIPT)
                    accept=".jws"
                    on_file=move |file| {
                        desk.run(async move {
                            let file = file.ok_or(Code::PartsMissing)?;
                            let bytes = files::read_bytes(&file, MAX_RECEIPT).await?.ok_or(Code::FileTooLarge)?;
                            receipts.confirm_file(bytes).await
                        })
                    }
                />
            </p>
            <h3>{move || l.t(k::OFFICE_CONFIRM_QR)}</h3>
            <p>
                <FilesPicker
                    id="pick-qr"
                    label=l.label(k::OFFICE_PICK_QR)
                    accept="image/*"
                    primary=false
                    on_files=move |picked| desk.run(read_pictures(receipts, picked.unwrap_or_default()))
                />
            </p>
            <SymbolsRead />
            <QrCamera
                id="qr-camera"
                on=l.label(k::OFFICE_CAMERA_ON)
                off=l.label(k::OFFICE_CAMERA_OFF)
                refused=l.label(k::OFFICE_CAMERA_REFUSED)
                accept=move |text| receipts.take_symbol(text)
                on_text=move |text| desk.run(async move { receipts.confirm_symbols(&text).await })
            />
            <h3>{move || l.t(k::OFFICE_CONFIRM_CODE)}</h3>
            <form on:submit=submit>
                <PickOpen bundle=bundle />
                <Field id="confirm-bundle" label=l.label(k::OFFICE_BUNDLE) value=bundle />
                <Field id="confirm-code" label=l.label(k::OFFICE_CODE) value=code />
                <p class="actions">
                    <button id="confirm-check" class="primary" type="submit" disabled=desk.working>
                        {move || l.t(k::OFFICE_CHECK)}
                    </button>
                </p>
            </form>
            <CloseCase />
        </section>
    }
}

/// A disclosure as a person knows it: its number, to whom it went, and the medium in her hand.
fn named(id: &BundleId, disclosure: &Disclosure) -> (String, String) {
    let medium = &disclosure.sealed.medium;
    let recipient = disclosure.sealed.recipient.line();
    (id.to_string(), format!("{id}　{recipient}　{} {}", medium.kind, medium.number))
}

/// What is still out there, to be chosen instead of typing its number.
#[component]
fn PickOpen(bundle: RwSignal<String>) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let open = Memo::new(move |_| {
        desk.register.with(|register| {
            let open = register.disclosures.iter().filter(|(_, d)| d.status.is_open());
            open.map(|(id, disclosure)| named(id, disclosure)).collect::<Vec<_>>()
        })
    });
    let options = Signal::derive(move || choices(l.t(k::OFFICE_PICK_NONE), open.get()));
    let chosen = RwSignal::new(String::new());
    Effect::new(move |_| {
        let id = chosen.get();
        if !id.is_empty() {
            bundle.set(id);
        }
    });
    view! {
        <Show when=move || open.with(|open| !open.is_empty())>
            <Select id="confirm-pick" label=l.label(k::OFFICE_PICK_OPEN) value=chosen options=options />
        </Show>
    }
}

/// Reads symbols from photographs or scans: those of one report may be in several.
async fn read_pictures(receipts: Receipts, pictures: Vec<files::PickedFile>) -> Result<(), DeskFault> {
    let mut last = String::new();
    for picture in pictures {
        for text in qr::read(&picture).await? {
            let is_enough = receipts.take_symbol(&text);
            last = text;
            if is_enough {
                return receipts.confirm_symbols(&last).await;
            }
        }
    }
    receipts.confirm_symbols(&last).await
}

/// How many symbols of a report were read, while some are missing.
#[component]
fn SymbolsRead() -> impl IntoView {
    let l = use_locale();
    let receipts = use_receipts();
    let progress = move || receipts.symbols.with(SymbolSet::progress);
    view! {
        <p role="status" id="symbols-read">
            {move || {
                let (read, count) = progress();
                (read > 0)
                    .then(|| {
                        l.f(
                            k::OFFICE_SYMBOLS_READ,
                            &[("n", &read.to_string()), ("m", &count.to_string())],
                        )
                    })
            }}
        </p>
    }
}

/// A report that was refused: recorded with its reason, or a slip of whoever typed it.
#[component]
fn AskRefused() -> impl IntoView {
    let l = use_locale();
    let (desk, receipts) = (use_desk(), use_receipts());
    let words = move || receipts.refused.get().map(|refused| l.error(refused.code, "")).unwrap_or_default();
    let settle = move |record| desk.run(async move { receipts.settle_refused(record).await });
    view! {
        <Show when=move || receipts.refused.with(Option::is_some)>
            <div class="notice stop" role="alert" id="refused-report">
                <p class="cause">{move || l.f(k::OFFICE_REFUSED, &[("why", &words().0)])}</p>
                <p>{move || words().1}</p>
                <p>{move || l.t(k::OFFICE_REFUSED_ASK)}</p>
                <p class="actions">
                    <button id="record-refused" disabled=desk.working on:click=move |_| settle(true)>
                        {move || l.t(k::OFFICE_REFUSED_RECORD)}
                    </button>
                    <button id="drop-refused" disabled=desk.working on:click=move |_| settle(false)>
                        {move || l.t(k::OFFICE_REFUSED_DROP)}
                    </button>
                </p>
            </div>
        </Show>
    }
}

/// 媒体の確認と完了, for disclosures whose return was reported.
#[component]
fn CloseCase() -> impl IntoView {
    let l = use_locale();
    let (desk, receipts) = (use_desk(), use_receipts());
    let ready = Memo::new(move |_| {
        desk.register.with(|register| {
            let ready = register.disclosures.iter().filter(|(_, d)| d.status.is_closable());
            ready.map(|(id, disclosure)| named(id, disclosure)).collect::<Vec<_>>()
        })
    });
    let chosen = RwSignal::new(String::new());
    // Always one of those that wait, and the one that the select shows.
    Effect::new(move |_| {
        let known = ready.get();
        if !known.iter().any(|(id, _)| *id == chosen.get_untracked()) {
            chosen.set(known.into_iter().next().map(|(id, _)| id).unwrap_or_default());
        }
    });
    let concerns = Memo::new(move |_| {
        let id = BundleId::try_from(chosen.get()).ok();
        desk.register.with(|register| {
            id.and_then(|id| register.disclosures.get(&id)).map(Disclosure::concerns).unwrap_or_default()
        })
    });
    let [medium_check, witness, note] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let missing = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        missing.set(typed(medium_check).is_empty());
        if let (Ok(id), false) = (BundleId::try_from(chosen.get_untracked()), typed(medium_check).is_empty())
        {
            let (check, witnessed, noted) = (typed(medium_check), typed(witness), typed(note));
            desk.run(async move {
                receipts.close(id, check, witnessed, noted).await?;
                // What was said of one medium must not be said of the next.
                [medium_check, witness, note].iter().for_each(|signal| signal.set(String::new()));
                Ok(())
            });
        }
    };
    view! {
        <Show when=move || ready.with(|ready| !ready.is_empty())>
            <h3>{move || l.t(k::OFFICE_MEDIUM_TITLE)}</h3>
            <form on:submit=submit>
                <Select id="close-bundle" label=l.label(k::OFFICE_BUNDLE) value=chosen options=ready />
                <Field id="medium-check" label=l.label(k::OFFICE_MEDIUM_CHECK) value=medium_check />
                <Field id="close-witness" label=l.label(k::OFFICE_WITNESS) value=witness />
                <Concerns concerns=concerns />
                <Field
                    id="close-note"
                    label=Signal::derive(move || {
                        l.t(if concerns.with(Vec::is_empty) { k::OFFICE_NOTE } else { k::OFFICE_ANSWER })
                            .to_owned()
                    })
                    value=note
                />
                <Submit
                    id="close-case"
                    label=l.label(k::OFFICE_CLOSE)
                    wrong=missing
                    cause=l.label(k::OFFICE_MEDIUM_MISSING)
                    busy=desk.working
                />
            </form>
        </Show>
    }
}

//! O2 申請: from a file that the recipient made in the viewer, or typed in from paper; with scans beside it. What is
//! missing is listed, with the article where the city's rules ask for it. What was typed stays while other screens
//! are looked at, and while the desk is locked.

use fuin_core::{Attachment, DeviceKeys, EventBody, Jws, Known, RuleSet, VerifiedRequestFile};
use leptos::{context::Provider, prelude::*};

use super::attachments::Attachments;
use crate::{
    fault::{Code, Fault},
    locale::{k, use_locale},
    office::{
        desk::{Desk, use_desk},
        documents,
        fault::DeskFault,
        picked::text_of,
        screen::Screen,
        unsent,
    },
    page::{
        WrongCount, WrongField,
        request_form::{Form, RequestFields},
    },
    platform::{clock, files},
    ui::{FilePicker, Wrongs},
};

/// What a request file said beside the form.
#[derive(Clone, PartialEq)]
struct Origin {
    /// SHA-256 of the file; what it said counts as long as it is among the documents.
    sha256: String,
    signer: String,
    number: String,
    other_rules: bool,
    /// It promises other things than these rules ask for.
    other_promises: bool,
    device_keys: Option<DeviceKeys>,
}

/// A request that is being typed in.
#[derive(Clone, Copy)]
struct Draft {
    form: Form,
    origin: RwSignal<Option<Origin>>,
    attached: RwSignal<Vec<Attachment>>,
}

/// The draft of this page, and the rules whose form it fills.
#[derive(Clone)]
struct Drafts {
    owner: Owner,
    now: StoredValue<Option<(RuleSet, Draft)>>,
}

/// Keeps a draft as long as the desk is on the page.
pub fn provide_draft() {
    provide_context(Drafts { owner: Owner::current().unwrap_or_default(), now: StoredValue::new(None) });
}

impl Drafts {
    /// The draft under these rules, or a fresh one.
    fn under(&self, rules: &RuleSet) -> Draft {
        if let Some((_, draft)) = self.now.get_value().filter(|(known, _)| known == rules) {
            return draft;
        }
        let fresh = self.owner.with(|| Draft {
            form: Form::new(rules, clock::now().day()),
            origin: RwSignal::new(None),
            attached: RwSignal::new(Vec::new()),
        });
        self.now.set_value(Some((rules.clone(), fresh)));
        fresh
    }

    /// It was recorded.
    fn clear(&self) {
        self.now.set_value(None);
    }
}

/// Reads a `request.jws` into the form and keeps the file, in the place of one that was read before.
async fn read_file(
    desk: Desk,
    form: Form,
    origin: RwSignal<Option<Origin>>,
    attached: RwSignal<Vec<Attachment>>,
    file: Option<files::PickedFile>,
) -> Result<(), DeskFault> {
    let name = file.as_ref().map(files::PickedFile::name).unwrap_or_default();
    let text = text_of(file).await?;
    let jws = Jws::new(&text);
    let read = VerifiedRequestFile::verify(&jws).map_err(Fault::from)?;
    let rules = desk.rules.get_untracked().ok_or(Code::RulesUnknown)?;
    let kept = documents::keep(desk, &name, text.as_bytes()).await?;
    let before = origin.get_untracked().map(|origin| origin.sha256);
    let (request, counts) = rules.request_of(&read);
    form.fill(&request);
    origin.set(Some(Origin {
        sha256: kept.sha256.clone(),
        signer: read.signer.fingerprint_words(),
        number: VerifiedRequestFile::number(&jws),
        other_rules: rules.id != read.file.rules,
        other_promises: !counts,
        device_keys: read.device_keys(),
    }));
    attached.update(|attached| {
        attached.retain(|known| known.sha256 != kept.sha256 && Some(&known.sha256) != before.as_ref());
        attached.push(kept);
    });
    Ok(())
}

/// The form, under the rules in force.
#[component]
pub fn RequestView() -> impl IntoView {
    let desk = use_desk();
    move || desk.rules.get().map(|rules| view! { <RequestPage rules=rules /> })
}

#[component]
fn RequestPage(rules: RuleSet) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let drafts = expect_context::<Drafts>();
    let Draft { form, origin, attached } = drafts.under(&rules);
    let wrongs = Wrongs::new();
    let unsent = unsent::watch(desk, form);
    let (is_ready, restored, is_kept) = (unsent.is_ready, unsent.restored, unsent.is_kept);
    let throw_away = {
        let (drafts, unsent) = (drafts.clone(), unsent.clone());
        move |_| {
            let unsent = unsent.clone();
            drafts.clear();
            desk.run(async move {
                unsent.forget().await?;
                // The form is made anew with the screen.
                desk.screen.set(Screen::Today);
                Ok(())
            });
        }
    };
    // A file that was taken away says nothing any more.
    let origin_now = Memo::new(move |_| {
        let origin = origin.get()?;
        attached.with(|attached| attached.iter().any(|known| known.sha256 == origin.sha256)).then_some(origin)
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(mut request) = WrongField::settle(l, wrongs, form.read()) else { return };
        // Only a file that is still there has promised anything.
        request.undertaking = request.undertaking.filter(|_| origin_now.get_untracked().is_some());
        let (drafts, unsent) = (drafts.clone(), unsent.clone());
        desk.run(async move {
            // The desk gives it a number.
            let number = 0;
            let request = Box::new(request);
            let attachments = attached.get_untracked();
            let recipient_keys = origin_now.get_untracked().and_then(|origin| origin.device_keys);
            desk.append(EventBody::Requested { number, request, attachments, recipient_keys }).await?;
            let number = number_given(desk).unwrap_or_default();
            drafts.clear();
            unsent.forget().await?;
            desk.tell(l.f(k::REQUEST_RECORDED, &[("n", &number.to_string())]));
            desk.screen.set(Screen::Case(number));
            Ok(())
        });
    };
    let known = desk.register.with_untracked(|register| Known::of(register, &rules));
    view! {
        <h2>{move || l.t(k::REQUEST_TITLE)}</h2>
        <p>{rules.name.clone()} "「" {rules.title.clone()} "」"</p>
        <section aria-labelledby="from-file-title">
            <h3 id="from-file-title">{move || l.t(k::REQUEST_FROM_FILE)}</h3>
            <p>{move || l.t(k::REQUEST_FROM_FILE_HELP)}</p>
            <p>
                <FilePicker
                    id="pick-request"
                    label=l.label(k::REQUEST_PICK)
                    accept=".jws"
                    on_file=move |file| {
                        desk.run(read_file(desk, form, origin, attached, file))
                    }
                />
            </p>
            <div role="status">
                {move || {
                    origin_now
                        .get()
                        .map(|origin| {
                            view! {
                                <p id="request-origin">
                                    {l
                                        .f(
                                            k::REQUEST_READ,
                                            &[("number", &origin.number), ("words", &origin.signer)],
                                        )}
                                </p>
                                {origin
                                    .other_rules
                                    .then(|| {
                                        view! { <p class="warn">"△ " {l.t(k::REQUEST_OTHER_RULES)}</p> }
                                    })}
                                {origin
                                    .other_promises
                                    .then(|| {
                                        view! { <p class="warn">"△ " {l.t(k::REQUEST_OTHER_PROMISES)}</p> }
                                    })}
                                {form
                                    .undertaking
                                    .get()
                                    .map(|u| {
                                        view! {
                                            <p>
                                                {l
                                                    .f(
                                                        k::REQUEST_WITH_UNDERTAKING,
                                                        &[("name", &u.signed_by), ("day", &l.day(u.submitted_on))],
                                                    )}
                                            </p>
                                        }
                                    })}
                                {origin
                                    .device_keys
                                    .is_some()
                                    .then(|| view! { <p>{l.t(k::REQUEST_WITH_KEY)}</p> })}
                            }
                        })
                }}
            </div>
        </section>
        <h3>{move || l.t(k::REQUEST_FROM_PAPER)}</h3>
        <Show when=move || restored.get()>
            <div class="notice" role="status" id="restored">
                <p>{move || l.t(k::REQUEST_RESTORED)}</p>
                <p class="actions">
                    <button type="button" id="throw-draft-away" on:click=throw_away.clone()>
                        {move || l.t(k::REQUEST_THROW_AWAY)}
                    </button>
                </p>
            </div>
        </Show>
        <Provider value=wrongs>
            <form id="request-form" class="wide" hidden=move || !is_ready.get() on:submit=submit>
                <RequestFields rules=rules.clone() form=form for_office=true known=known />
                <Attachments attached=attached />
                <p class="help" role="status" id="unsent-kept">
                    {move || is_kept.get().then(|| l.t(k::REQUEST_KEPT))}
                </p>
                <WrongCount wrongs=wrongs />
                <p class="actions">
                    <button id="record-request" class="primary" type="submit" disabled=desk.working>
                        {move || l.t(k::REQUEST_RECORD)}
                    </button>
                </p>
            </form>
        </Provider>
    }
}

/// The number of the request that was just recorded: another desk may have taken the one that was thought of.
fn number_given(desk: Desk) -> Option<u64> {
    desk.ledger.with_untracked(|ledger| match ledger.events().last()?.event {
        EventBody::Requested { number, .. } => Some(number),
        _ => None,
    })
}

//! 申請書・誓約書をつくる: the recipient fills in the city's form, promises what its rules ask for, and gets
//! both as one signed file and as sheets to print. Entry point: [`MakeRequest`]. Absent: sending it; paper or
//! a file on a stick goes to the office.

use fuin_core::{Jws, Origin, Request, RuleSet, UndertakingFields, VerifiedRequestFile};
use leptos::{context::Provider, prelude::*};

use super::device::{DeviceFields, Entry, Refusal};
use crate::{
    fault::{Code, Fault},
    locale::{Key, k, use_locale},
    page::{
        Refused, Wrong, WrongCount, WrongField, key_worker,
        papers::{self, Undertaking},
        request_form::{Form, RequestFields},
    },
    platform::{clock, files, page},
    ui::{Field, FilePicker, Select, Tick, Wrongs, typed},
    viewer::{session::use_session, state::Stage},
    wire::{KeyCommand, KeyEvent, RequestOrder, Typed},
};

/// A request that was made: what to print, and by which number file and paper are recognised.
#[derive(Clone)]
struct Made {
    request: Request,
    number: String,
    name: String,
    jws: String,
}

/// What was promised, and for which device.
#[derive(Clone, Copy)]
struct Promise {
    given: RwSignal<bool>,
    by: RwSignal<String>,
    onward: RwSignal<String>,
    for_device: RwSignal<bool>,
    device: Entry,
}

/// Chooses the city first: its rules make the form.
#[component]
pub fn MakeRequest() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let all = RuleSet::all_builtin().unwrap_or_default();
    let names: Vec<(String, String)> =
        all.iter().map(|rules| (rules.id.clone(), format!("{}「{}」", rules.name, rules.title))).collect();
    let city = RwSignal::new(names.first().map(|(id, _)| id.clone()).unwrap_or_default());
    let own = RwSignal::new(None::<RuleSet>);
    let refused = RwSignal::new(None::<Fault>);
    let read_own = move |file: Option<files::PickedFile>| {
        leptos::task::spawn_local(async move {
            let Some(file) = file else { return };
            let read = match files::read_text(&file, files::MAX_TEXT).await {
                Ok(Some(text)) => RuleSet::parse(&text).map_err(Fault::from),
                Ok(None) => Err(Fault::new(Code::FileTooLarge, "a rule file")),
                Err(error) => Err(error.into()),
            };
            match read {
                Ok(rules) => {
                    refused.set(None);
                    own.set(Some(rules));
                }
                Err(fault) => refused.set(Some(fault)),
            }
        });
    };
    // Another city was chosen: its rules count, not a file's.
    Effect::new(move |before: Option<String>| {
        let now = city.get();
        if before.is_some_and(|before| before != now) {
            own.set(None);
            refused.set(None);
        }
        now
    });
    let rules = Memo::new(move |_| own.get().or_else(|| RuleSet::builtin(&city.get()).ok()));
    view! {
        <h1>{move || l.t(k::ASK_TITLE)}</h1>
        <p>{move || l.t(k::ASK_LEAD)}</p>
        <div class="no-print">
            <Select id="ask-city" label=l.label(k::ASK_CITY) value=city options=names />
            <p>
                <FilePicker id="ask-rules" label=l.label(k::ASK_OWN_RULES) accept=".toml" on_file=read_own />
                " "
                {move || own.get().map(|rules| format!("○ {}「{}」", rules.name, rules.title))}
            </p>
            <Refused fault=refused />
        </div>
        {move || rules.get().map(|rules| view! { <Fill rules=rules /> })}
        <p class="actions no-print">
            <button class="quiet" on:click=move |_| session.stage.set(Stage::Start)>
                {move || l.t(k::APP_BACK)}
            </button>
        </p>
    }
}

/// The form of one city, and what came of it.
#[component]
fn Fill(rules: RuleSet) -> impl IntoView {
    let l = use_locale();
    let form = Form::new(&rules, clock::now().day());
    let promise = Promise {
        given: RwSignal::new(false),
        by: RwSignal::new(String::new()),
        onward: RwSignal::new(String::new()),
        for_device: RwSignal::new(false),
        device: Entry::new(),
    };
    let wrongs = Wrongs::new();
    let wrong_passphrase = RwSignal::new(None::<Key>);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<Fault>);
    let made = RwSignal::new(None::<Made>);
    let (city, city_of_sheets) = (rules.clone(), rules.clone());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        made.set(None);
        refused.set(None);
        wrong_passphrase.set(None);
        let Some(request) = WrongField::settle(l, wrongs, read(&city, form, promise)) else { return };
        let city = city.clone();
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = make(&city, request, promise).await;
            busy.set(false);
            match outcome {
                Ok(file) => {
                    promise.device.clear();
                    made.set(Some(file));
                }
                Err(Refusal::Wrong(key)) => wrong_passphrase.set(Some(key)),
                Err(Refusal::Fault(fault)) => refused.set(Some(fault)),
            }
        });
    };
    view! {
        <Provider value=wrongs>
            <form id="ask-form" class="wide no-print" on:submit=submit>
                <RequestFields rules=rules.clone() form=form for_office=false />
                <PromiseFields rules=rules promise=promise />
                <WrongCount wrongs=wrongs />
                <Wrong words=wrong_passphrase />
                <Refused fault=refused />
                <p class="actions">
                    <button id="make-request" class="primary" type="submit" disabled=busy>
                        {move || l.t(k::ASK_MAKE)}
                    </button>
                </p>
            </form>
        </Provider>
        {move || made.get().map(|made| view! { <Result rules=city_of_sheets.clone() made=made /> })}
    }
}

/// 誓約書 in the city's words.
#[component]
fn PromiseFields(rules: RuleSet, promise: Promise) -> impl IntoView {
    let l = use_locale();
    let required = rules.undertaking.required;
    let article = rules.undertaking.article.clone();
    let items = rules.undertaking.items.into_iter().map(|item| view! { <li>{item}</li> }).collect_view();
    view! {
        <fieldset>
            <legend>
                {move || l.t(k::REVIEW_UNDERTAKING)}
                {if required { format!("（{article}）") } else { String::new() }}
            </legend>
            <p class="help">
                {move || l.t(if required { k::ASK_PROMISE_NEEDED } else { k::ASK_PROMISE_FREE })}
            </p>
            <ol>{items}</ol>
            <Tick id="ask-promise" label=l.label(k::ASK_PROMISE) value=promise.given />
            <Field id="ask-signed-by" label=l.label(k::REVIEW_SIGNED_BY) value=promise.by />
            <Field id="ask-onward" label=l.label(k::REVIEW_ONWARD) value=promise.onward />
        </fieldset>
        <Tick id="ask-device" label=l.label(k::ASK_DEVICE) value=promise.for_device />
        <p class="help">{move || l.t(k::ASK_DEVICE_HELP)}</p>
        <Show when=move || promise.for_device.get()>
            <DeviceFields entry=promise.device />
        </Show>
    }
}

/// The request as typed, with the promise; or what is wrong or missing.
fn read(rules: &RuleSet, form: Form, promise: Promise) -> Result<Request, Vec<WrongField>> {
    let (given, signed_by) = (promise.given.get_untracked(), typed(promise.by));
    let mut missing = Vec::new();
    if rules.undertaking.required && !given {
        missing.push(WrongField {
            id: "ask-promise".to_owned(),
            says: k::FORM_UNTICKED,
            label: k::ASK_PROMISE,
        });
    }
    if given && signed_by.is_empty() {
        missing.push(WrongField::missing("ask-signed-by", k::REVIEW_SIGNED_BY));
    }
    match form.read() {
        Ok(mut request) if missing.is_empty() => {
            request.undertaking = given.then(|| UndertakingFields {
                submitted_on: clock::now().day(),
                signed_by,
                onward_to: typed(promise.onward),
                origin: Origin::File,
            });
            Ok(request)
        }
        Ok(_) => Err(missing),
        Err(mut wrong) => {
            wrong.append(&mut missing);
            Err(wrong)
        }
    }
}

async fn make(rules: &RuleSet, request: Request, promise: Promise) -> Result<Made, Refusal> {
    let device = match promise.for_device.get_untracked() {
        true => Some(promise.device.take().await?),
        false => None,
    };
    sign(rules, request, device).await.map_err(Refusal::Fault)
}

async fn sign(rules: &RuleSet, request: Request, device: Option<Typed>) -> Result<Made, Fault> {
    let now = clock::now();
    let order = RequestOrder {
        request: request.clone(),
        rules: rules.id.clone(),
        promises: rules.undertaking.items.clone(),
        made_at: now,
        device,
    };
    let KeyEvent::Request { jws } = key_worker::ask(KeyCommand::WriteRequest(Box::new(order))).await?.0
    else {
        return Err(Fault::new(Code::WrongOrder, "no request was written"));
    };
    let jws = Jws::new(&jws);
    let number = VerifiedRequestFile::number(&jws);
    let name = format!("request-{}-{}.jws", now.day(), number.get(..4).unwrap_or_default());
    let jws = jws.as_str().to_owned();
    files::download(&name, "application/jose", jws.as_bytes())?;
    Ok(Made { request, number, name, jws })
}

/// The file once more, and the sheets as they will print.
#[component]
fn Result(rules: RuleSet, made: Made) -> impl IntoView {
    let l = use_locale();
    let Made { request, number, name, jws } = made;
    let known = Undertaking {
        addressed_to: rules.name.clone(),
        return_due: request.return_due,
        bundle_id: String::new(),
        file_number: number.clone(),
    };
    let saved = name.clone();
    let again = move |_| {
        // The browser itself says when it cannot save.
        let _ = files::download(&name, "application/jose", jws.as_bytes());
    };
    let promised = request.undertaking.is_some();
    view! {
        <section class="no-print" role="status">
            <h2>{move || l.t(k::ASK_DONE)}</h2>
            <p id="ask-done">{move || l.f(k::ASK_DONE_HELP, &[("name", &saved), ("number", &number)])}</p>
            <p class="actions">
                <button id="save-request" on:click=again>
                    {move || l.t(k::PROCEDURE_SAVE)}
                </button>
                <button id="print-request" class="primary" on:click=move |_| page::print()>
                    {move || l.t(k::APP_PRINT)}
                </button>
            </p>
        </section>
        {papers::application(&rules, &request, &known.file_number)}
        {promised.then(|| papers::undertaking(&rules, &request, &known))}
    }
}

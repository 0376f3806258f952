//! O2 申請: the request as typed in from paper. What is missing is listed, with the article where the city's rules ask for it.

use fuin_core::{
    bundle::Medium,
    calendar::{Day, Timestamp},
    records::{
        event::EventBody,
        request::{Applicant, LEGAL_BASES, Range, Request, Review},
    },
    rules::RuleSet,
    typed::half_width,
};
use leptos::prelude::*;

use super::desk::{Fault, Screen, use_desk};
use crate::{
    locale::{Key, k, use_locale},
    platform::clock,
    ui::{Area, Field, Notice, Select, typed},
};

/// 提供方法 of 様式第1号.
pub const METHODS: [&str; 4] = ["データ提供", "画像閲覧", "再生画像撮影", "その他"];
/// Kinds of medium.
pub const MEDIA: [&str; 4] = ["USBメモリ", "DVD", "SDカード", "その他"];

/// One line of 提供画像日時.
#[derive(Clone, Copy)]
struct RangeFields {
    id: usize,
    camera: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
}

impl RangeFields {
    fn new(id: usize) -> Self {
        let [camera, from, to] = std::array::from_fn(|_| RwSignal::new(String::new()));
        Self { id, camera, from, to }
    }
}

/// What was typed.
#[derive(Clone, Copy)]
struct Form {
    received: RwSignal<String>,
    organization: RwSignal<String>,
    department: RwSignal<String>,
    address: RwSignal<String>,
    representative: RwSignal<String>,
    person: RwSignal<String>,
    phone: RwSignal<String>,
    ground: RwSignal<String>,
    basis: RwSignal<String>,
    document_number: RwSignal<String>,
    document_date: RwSignal<String>,
    purpose: RwSignal<String>,
    method: RwSignal<String>,
    medium_kind: RwSignal<String>,
    medium_number: RwSignal<String>,
    due: RwSignal<String>,
    remarks: RwSignal<String>,
    ranges: RwSignal<Vec<RangeFields>>,
}

/// A `datetime-local` value, `2026-11-22T10:00` with or without seconds, as an instant in JST.
pub fn local_time(value: &str) -> Option<Timestamp> {
    let seconds = if value.len() == 16 { ":00" } else { "" };
    Timestamp::parse(&format!("{value}{seconds}+09:00")).ok()
}

impl Form {
    fn new(rules: &RuleSet, today: Day) -> Self {
        let empty = || RwSignal::new(String::new());
        let first = rules.grounds.first();
        let ground = first.map(|ground| ground.id.clone()).unwrap_or_default();
        let basis = first.and_then(|ground| ground.legal_bases.first().cloned());
        Self {
            received: RwSignal::new(today.to_string()),
            organization: empty(),
            department: empty(),
            address: empty(),
            representative: empty(),
            person: empty(),
            phone: empty(),
            ground: RwSignal::new(ground),
            basis: RwSignal::new(basis.unwrap_or_else(|| LEGAL_BASES[0].0.to_owned())),
            document_number: empty(),
            document_date: empty(),
            purpose: empty(),
            method: RwSignal::new(METHODS[0].to_owned()),
            medium_kind: RwSignal::new(MEDIA[0].to_owned()),
            medium_number: empty(),
            due: empty(),
            remarks: empty(),
            ranges: RwSignal::new(vec![RangeFields::new(0)]),
        }
    }

    /// The request, or the label of the first field that cannot be used.
    fn read(self) -> Result<Request, Key> {
        let day = |signal: RwSignal<String>, label: Key| Day::parse(&typed(signal)).map_err(|_| label);
        let mut range = Vec::new();
        for fields in self.ranges.get_untracked() {
            // A line that was added and left empty is no line.
            let is_empty =
                [fields.camera, fields.from, fields.to].into_iter().all(|signal| typed(signal).is_empty());
            if fields.id > 0 && is_empty {
                continue;
            }
            let time = |signal: RwSignal<String>, label: Key| local_time(&typed(signal)).ok_or(label);
            let (from, to) = (time(fields.from, k::REQUEST_FROM)?, time(fields.to, k::REQUEST_TO)?);
            if from > to {
                return Err(k::REQUEST_TO);
            }
            range.push(Range { camera: typed(fields.camera), from, to });
        }
        let filled = [
            (self.organization, k::REQUEST_ORGANIZATION),
            (self.person, k::REQUEST_PERSON),
            (self.purpose, k::REQUEST_PURPOSE),
        ];
        if let Some((_, label)) = filled.into_iter().find(|(signal, _)| typed(*signal).is_empty()) {
            return Err(label);
        }
        let document_date = typed(self.document_date);
        Ok(Request {
            received_on: day(self.received, k::REQUEST_RECEIVED)?,
            applicant: Applicant {
                organization: typed(self.organization),
                department: typed(self.department),
                address: typed(self.address),
                representative: typed(self.representative),
                person: typed(self.person),
                phone: typed(self.phone).chars().map(half_width).collect(),
            },
            legal_basis: typed(self.basis),
            ground: typed(self.ground),
            document_number: typed(self.document_number),
            document_date: match document_date.is_empty() {
                true => None,
                false => Some(day(self.document_date, k::REQUEST_DOCUMENT_DATE)?),
            },
            purpose: typed(self.purpose),
            range,
            delivery_method: typed(self.method),
            medium: Medium { kind: typed(self.medium_kind), number: typed(self.medium_number) },
            return_due: day(self.due, k::REQUEST_DUE)?,
            review: Review::default(),
            undertaking: None,
            conditions: Vec::new(),
            remarks: typed(self.remarks),
            clip: Vec::new(),
        })
    }
}

/// The form.
#[component]
pub fn RequestView() -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let rules = desk.rules.get_untracked()?;
    let form = Form::new(&rules, clock::now().day());
    let wrong = RwSignal::new(None::<Key>);
    let grounds = rules.grounds.clone();
    let ground_names: Vec<(String, String)> =
        grounds.iter().map(|g| (g.id.clone(), format!("{}（{}）", g.text, g.article))).collect();
    // Only bases that fit the ground are offered.
    let bases = Signal::derive(move || {
        let ground = form.ground.get();
        let fitting =
            grounds.iter().find(|g| g.id == ground).map(|g| g.legal_bases.clone()).unwrap_or_default();
        let fits = |code: &str| fitting.is_empty() || fitting.iter().any(|known| known == code);
        LEGAL_BASES
            .iter()
            .filter(|(code, _)| fits(code))
            .map(|(code, name)| ((*code).to_owned(), (*name).to_owned()))
            .collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        let options = bases.get();
        if !options.iter().any(|(code, _)| *code == form.basis.get_untracked())
            && let Some((first, _)) = options.into_iter().next()
        {
            form.basis.set(first);
        }
    });
    let words =
        |all: &[&str]| all.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect::<Vec<_>>();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match form.read() {
            Err(label) => wrong.set(Some(label)),
            Ok(request) => {
                wrong.set(None);
                desk.run(async move {
                    request.check().map_err(|error| Fault("request_missing".into(), error.to_string()))?;
                    let number = desk.register.with_untracked(|register| register.next_number());
                    let request = Box::new(request);
                    desk.append(EventBody::Requested {
                        number,
                        request,
                        attachments: Vec::new(),
                        recipient_key: None,
                    })
                    .await?;
                    desk.tell(l.f(k::REQUEST_RECORDED, &[("n", &number.to_string())]));
                    desk.screen.set(Screen::Case(number));
                    Ok(())
                });
            }
        }
    };
    let add_range = move |_| {
        form.ranges
            .update(|ranges| ranges.push(RangeFields::new(ranges.last().map_or(0, |last| last.id + 1))));
    };
    Some(view! {
        <h2>{move || l.t(k::REQUEST_TITLE)}</h2>
        <p>{rules.name.clone()} "「" {rules.title.clone()} "」"</p>
        <form id="request-form" class="wide" on:submit=submit>
            <fieldset><legend>{move || l.t(k::REQUEST_APPLICANT)}</legend>
                <Field id="received" label=l.label(k::REQUEST_RECEIVED) kind="date" value=form.received/>
                <Field id="organization" label=l.label(k::REQUEST_ORGANIZATION) value=form.organization/>
                <Field id="department" label=l.label(k::REQUEST_DEPARTMENT) value=form.department/>
                <Field id="address" label=l.label(k::REQUEST_ADDRESS) value=form.address/>
                <Field id="representative" label=l.label(k::REQUEST_REPRESENTATIVE) value=form.representative/>
                <Field id="person" label=l.label(k::REQUEST_PERSON) value=form.person/>
                <Field id="phone" label=l.label(k::REQUEST_PHONE) value=form.phone/>
            </fieldset>
            <fieldset><legend>{move || l.t(k::REQUEST_WHY)}</legend>
                <Select id="ground" label=l.label(k::REQUEST_GROUND) value=form.ground options=ground_names/>
                <Select id="basis" label=l.label(k::REQUEST_BASIS) value=form.basis options=bases/>
                <Field id="document-number" label=l.label(k::REQUEST_DOCUMENT_NUMBER) value=form.document_number/>
                <Field id="document-date" label=l.label(k::REQUEST_DOCUMENT_DATE) kind="date" value=form.document_date/>
                <Area id="purpose" label=l.label(k::REQUEST_PURPOSE) value=form.purpose/>
            </fieldset>
            <fieldset><legend>{move || l.t(k::REQUEST_RANGE)}</legend>
                <For each=move || form.ranges.get() key=|range| range.id let:range>
                    <Field id=format!("camera-{}", range.id) label=l.label(k::REQUEST_CAMERA) value=range.camera/>
                    <Field id=format!("from-{}", range.id) label=l.label(k::REQUEST_FROM) kind="datetime-local" value=range.from/>
                    <Field id=format!("to-{}", range.id) label=l.label(k::REQUEST_TO) kind="datetime-local" value=range.to/>
                </For>
                <p class="actions"><button type="button" id="add-range" on:click=add_range>{move || l.t(k::REQUEST_ADD_RANGE)}</button></p>
            </fieldset>
            <fieldset><legend>{move || l.t(k::REQUEST_HOW)}</legend>
                <Select id="method" label=l.label(k::REQUEST_METHOD) value=form.method options=words(&METHODS)/>
                <Select id="medium-kind" label=l.label(k::REQUEST_MEDIUM) value=form.medium_kind options=words(&MEDIA)/>
                <Field id="medium-number" label=l.label(k::REQUEST_MEDIUM_NUMBER) value=form.medium_number/>
                <Field id="due" label=l.label(k::REQUEST_DUE) kind="date" value=form.due help=l.label(k::REQUEST_DUE_HELP)/>
                <Area id="remarks" label=l.label(k::REQUEST_REMARKS) value=form.remarks/>
            </fieldset>
            <Show when=move || wrong.get().is_some()>
                <Notice stop=true cause=Signal::derive(move || {
                    let field = wrong.get().map_or("", |key| l.t(key));
                    l.f(k::REQUEST_WRONG, &[("field", field)])
                })/>
            </Show>
            <p class="actions"><button id="record-request" class="primary" type="submit" disabled=desk.working>{move || l.t(k::REQUEST_RECORD)}</button></p>
        </form>
    })
}

//! 画像提供申請書 as a form: the recipient fills it in the viewer, the office types it in from paper.
//!
//! Entry points: [`Form`], [`RequestFields`]. Absent: what becomes of it, which each door decides; what the typed text
//! means (`fuin_model`).

use fuin_core::{Applicant, Day, Known, Request, RuleSet, UndertakingFields};
use fuin_model::{self as typed, MEDIA, METHODS, RequestTexts, TypedRange, TypedRequest, fitting_bases};
use leptos::prelude::*;

use super::WrongField;
use crate::{
    locale::{k, use_locale},
    ui::{Area, Field, Offers, Select, choices},
};

/// Ids of what was typed before.
const CAMERAS: &str = "known-cameras";
const MEDIA_NUMBERS: &str = "known-media";

/// One line of 提供画像日時.
#[derive(Clone, Copy)]
struct RangeFields {
    id: usize,
    camera: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
}

impl RangeFields {
    /// An empty line behind the others.
    fn behind(others: &[Self]) -> Self {
        let [camera, from, to] = std::array::from_fn(|_| RwSignal::new(String::new()));
        Self { id: others.last().map_or(0, |last| last.id + 1), camera, from, to }
    }
}

/// What was typed. Every field is a signal of its own.
#[derive(Clone, Copy)]
pub struct Form {
    texts: RequestTexts<RwSignal<String>>,
    ranges: RwSignal<Vec<RangeFields>>,
    /// As it was before anybody typed.
    at_first: StoredValue<Vec<String>>,
    /// The grounds that the rules have.
    grounds: StoredValue<Vec<String>>,
    /// 誓約書, if it came with the request.
    pub undertaking: RwSignal<Option<UndertakingFields>>,
}

impl Form {
    /// An empty form.
    pub fn new(rules: &RuleSet, today: Day) -> Self {
        let form = Self {
            texts: RequestTexts::empty(rules, today).map(RwSignal::new),
            ranges: RwSignal::new(vec![RangeFields::behind(&[])]),
            at_first: StoredValue::default(),
            grounds: StoredValue::new(rules.grounds.iter().map(|ground| ground.id.clone()).collect()),
            undertaking: RwSignal::new(None),
        };
        form.at_first.set_value(untrack(|| form.typed()));
        form
    }

    /// All that stands in it: the fields, then each line of 提供画像日時.
    pub fn typed(self) -> Vec<String> {
        let mut all = Vec::new();
        self.texts.map(|signal| all.push(signal.get()));
        for line in self.ranges.get() {
            all.extend([line.camera.get(), line.from.get(), line.to.get()]);
        }
        all
    }

    /// Whether nothing was typed yet.
    pub fn is_untouched(self) -> bool {
        self.at_first.get_value() == untrack(|| self.typed())
    }

    /// Puts back what [`Self::typed`] gave. What it gave of a form with other fields is left out.
    pub fn set_typed(self, all: &[String]) {
        let mut count = 0;
        self.texts.map(|_| count += 1);
        let Some((texts, lines)) = all.split_at_checked(count).filter(|(_, lines)| lines.len() % 3 == 0)
        else {
            return;
        };
        let mut texts = texts.iter();
        self.texts.map(|signal| signal.set(texts.next().cloned().unwrap_or_default()));
        let ranges = lines.chunks_exact(3).map(|line| {
            let [camera, from, to] = std::array::from_fn(|n| line[n].clone());
            TypedRange { camera, from, to }
        });
        self.set_ranges(ranges.collect());
    }

    /// Puts a request that came as a file into the form. When it was received stays as it is.
    pub fn fill(self, request: &Request) {
        let received = self.texts.received.get_untracked();
        self.fill_whole(request);
        self.texts.received.set(received);
    }

    /// Puts a request into the form as it was recorded.
    pub fn fill_whole(self, request: &Request) {
        let TypedRequest { texts, ranges, undertaking } = TypedRequest::of(request);
        self.texts.zip(texts).map(|(signal, text)| signal.set(text));
        self.set_ranges(ranges);
        self.undertaking.set(undertaking);
    }

    fn set_ranges(self, ranges: Vec<TypedRange>) {
        self.ranges.update(|lines| {
            // Lines that are on the page stay; their fields are on the page too.
            lines.truncate(ranges.len());
            while lines.len() < ranges.len() {
                lines.push(RangeFields::behind(lines));
            }
            for (fields, range) in lines.iter().zip(ranges) {
                fields.camera.set(range.camera);
                fields.from.set(range.from);
                fields.to.set(range.to);
            }
        });
    }

    /// The request, or the fields that cannot be used.
    pub fn read(self) -> Result<Request, Vec<WrongField>> {
        let lines = self.ranges.get_untracked();
        let typed = TypedRequest {
            texts: self.texts.map(|signal| signal.get_untracked()),
            ranges: lines
                .iter()
                .map(|fields| TypedRange {
                    camera: fields.camera.get_untracked(),
                    from: fields.from.get_untracked(),
                    to: fields.to.get_untracked(),
                })
                .collect(),
            undertaking: self.undertaking.get_untracked(),
        };
        let ids: Vec<usize> = lines.iter().map(|line| line.id).collect();
        let read = self.grounds.with_value(|grounds| typed.read(grounds));
        read.map_err(|wrongs| wrongs.into_iter().map(|wrong| field(wrong, &ids)).collect())
    }
}

/// The field on the page; `lines` are the numbers of the lines of 提供画像日時.
fn field(wrong: typed::WrongField, lines: &[usize]) -> WrongField {
    use typed::WrongField as W;
    let line = |name: &str, at: usize| format!("{name}-{}", lines.get(at).copied().unwrap_or(at));
    match wrong {
        W::Received => WrongField::odd("received", k::REQUEST_RECEIVED),
        W::Organization => WrongField::missing("organization", k::REQUEST_ORGANIZATION),
        W::Person => WrongField::missing("person", k::REQUEST_PERSON),
        W::Ground => WrongField::odd("ground", k::REQUEST_GROUND),
        W::BasisDetail => WrongField::missing("basis-detail", k::REQUEST_BASIS_DETAIL),
        W::WatcherOrganization => WrongField::missing("watcher-organization", k::REQUEST_ORGANIZATION),
        W::WatcherPerson => WrongField::missing("watcher-person", k::REQUEST_PERSON),
        W::DocumentDate => WrongField::odd("document-date", k::REQUEST_DOCUMENT_DATE),
        W::Purpose => WrongField::missing("purpose", k::REQUEST_PURPOSE),
        W::From(at) => WrongField::missing(line("from", at), k::REQUEST_FROM),
        W::To(at) => WrongField::missing(line("to", at), k::REQUEST_TO),
        W::ToBeforeFrom(at) => {
            WrongField { id: line("to", at), says: k::FORM_BACKWARDS, label: k::REQUEST_TO }
        }
        W::Secrecy => WrongField::odd("secrecy", k::REQUEST_SECRECY),
        W::Due => WrongField::missing("due", k::REQUEST_DUE),
    }
}

/// The fields, in the order of 様式第1号.
#[component]
pub fn RequestFields(
    /// The city's rules.
    rules: RuleSet,
    /// What is typed.
    form: Form,
    /// Whether the office fills it in: then when it was received and on which medium is asked too.
    for_office: bool,
    /// What was typed before.
    #[prop(optional)]
    known: Known,
) -> impl IntoView {
    let l = use_locale();
    let texts = form.texts;
    let Known { mut cameras, media, applicants } = known;
    if cameras.is_empty() {
        cameras.clone_from(&rules.cameras);
    }
    let words =
        |all: &[&str]| all.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect::<Vec<_>>();
    view! {
        <Offers id=CAMERAS words=cameras />
        <Offers id=MEDIA_NUMBERS words=media />
        <KnownApplicants form=form applicants=applicants />
        <ApplicantFields form=form for_office=for_office />
        <WhyFields rules=rules form=form for_office=for_office />
        <RangeList form=form />
        <fieldset>
            <legend>{move || l.t(k::REQUEST_HOW)}</legend>
            <Select id="method" label=l.label(k::REQUEST_METHOD) value=texts.method options=words(&METHODS) />
            <Select
                id="medium-kind"
                label=l.label(k::REQUEST_MEDIUM)
                value=texts.medium_kind
                options=words(&MEDIA)
            />
            {for_office
                .then(|| {
                    view! {
                        <Field
                            id="medium-number"
                            offers=MEDIA_NUMBERS
                            label=l.label(k::REQUEST_MEDIUM_NUMBER)
                            value=texts.medium_number
                        />
                    }
                })}
            <Field
                id="due" needed=true
                label=l.label(k::REQUEST_DUE)
                kind="date"
                value=texts.due
                help=l.label(k::REQUEST_DUE_HELP)
            />
            <Area id="remarks" label=l.label(k::REQUEST_REMARKS) value=texts.remarks />
        </fieldset>
    }
}

/// Who asked before, to be chosen instead of typed.
#[component]
fn KnownApplicants(form: Form, applicants: Vec<Applicant>) -> impl IntoView {
    let l = use_locale();
    let chosen = RwSignal::new(String::new());
    let line = |applicant: &Applicant| {
        [&applicant.organization, &applicant.department, &applicant.person].map(String::as_str).join(" ")
    };
    let all = applicants.iter().enumerate().map(|(n, applicant)| (n.to_string(), line(applicant)));
    let options = choices(l.t(k::REQUEST_KNOWN_NONE), all);
    let is_empty = applicants.is_empty();
    Effect::new(move |_| {
        let known = chosen.get().parse::<usize>().ok().and_then(|n| applicants.get(n).cloned());
        let Some(applicant) = known else { return };
        let texts = form.texts;
        texts.organization.set(applicant.organization);
        texts.department.set(applicant.department);
        texts.address.set(applicant.address);
        texts.representative.set(applicant.representative);
        texts.person.set(applicant.person);
        texts.phone.set(applicant.phone);
    });
    (!is_empty).then(|| {
        view! { <Select id="known-applicant" label=l.label(k::REQUEST_KNOWN) value=chosen options=options /> }
    })
}

/// Who asks, and who watches.
#[component]
fn ApplicantFields(form: Form, for_office: bool) -> impl IntoView {
    let l = use_locale();
    let texts = form.texts;
    view! {
        <fieldset>
            <legend>{move || l.t(k::REQUEST_APPLICANT)}</legend>
            {for_office
                .then(|| {
                    view! {
                        <Field
                            id="received" needed=true
                            label=l.label(k::REQUEST_RECEIVED)
                            kind="date"
                            value=texts.received
                        />
                    }
                })}
            <Field id="organization" needed=true label=l.label(k::REQUEST_ORGANIZATION) value=texts.organization />
            <Field id="department" label=l.label(k::REQUEST_DEPARTMENT) value=texts.department />
            <Field id="address" label=l.label(k::REQUEST_ADDRESS) value=texts.address />
            <Field id="representative" label=l.label(k::REQUEST_REPRESENTATIVE) value=texts.representative />
            <Field id="person" needed=true label=l.label(k::REQUEST_PERSON) value=texts.person />
            <Field id="phone" label=l.label(k::REQUEST_PHONE) value=texts.phone />
        </fieldset>
        <details class="fold" open=move || !texts.watcher_organization.get().is_empty()>
            <summary>{move || l.t(k::REQUEST_WATCHER)}</summary>
            <p class="help">{move || l.t(k::REQUEST_WATCHER_HELP)}</p>
            <Field
                id="watcher-organization"
                label=l.label(k::REQUEST_ORGANIZATION)
                value=texts.watcher_organization
            />
            <Field id="watcher-department" label=l.label(k::REQUEST_DEPARTMENT) value=texts.watcher_department />
            <Field id="watcher-person" label=l.label(k::REQUEST_PERSON) value=texts.watcher_person />
        </details>
    }
}

/// On what ground, by which law, what for.
#[component]
fn WhyFields(rules: RuleSet, form: Form, for_office: bool) -> impl IntoView {
    let l = use_locale();
    let texts = form.texts;
    let ground_names: Vec<(String, String)> =
        rules.grounds.iter().map(|g| (g.id.clone(), format!("{}（{}）", g.text, g.article))).collect();
    let noted = rules.clone();
    let ground_note = move || noted.ground(&texts.ground.get()).map(|ground| ground.note.clone());
    // Only bases that fit the ground are offered.
    let bases = Signal::derive(move || {
        let fitting = fitting_bases(&rules, &texts.ground.get());
        fitting.into_iter().map(|(code, name)| (code.to_owned(), name.to_owned())).collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        let options = bases.get();
        if !options.iter().any(|(code, _)| *code == texts.basis.get_untracked())
            && let Some((first, _)) = options.into_iter().next()
        {
            texts.basis.set(first);
        }
    });
    view! {
        <fieldset>
            <legend>{move || l.t(k::REQUEST_WHY)}</legend>
            <Select id="ground" label=l.label(k::REQUEST_GROUND) value=texts.ground options=ground_names />
            <p class="help" id="ground-note">{ground_note}</p>
            <Select id="basis" label=l.label(k::REQUEST_BASIS) value=texts.basis options=bases />
            <Field
                id="basis-detail"
                label=l.label(k::REQUEST_BASIS_DETAIL)
                value=texts.basis_detail
                help=l.label(k::REQUEST_BASIS_DETAIL_HELP)
            />
            <Field
                id="document-number"
                label=l.label(k::REQUEST_DOCUMENT_NUMBER)
                value=texts.document_number
            />
            <Field
                id="document-date"
                label=l.label(k::REQUEST_DOCUMENT_DATE)
                kind="date"
                value=texts.document_date
            />
            {for_office
                .then(|| {
                    view! { <Field id="secrecy" label=l.label(k::REQUEST_SECRECY) kind="date" value=texts.secrecy /> }
                })}
            <Area id="purpose" needed=true label=l.label(k::REQUEST_PURPOSE) value=texts.purpose />
        </fieldset>
    }
}

/// 提供画像日時, a line for each camera.
#[component]
fn RangeList(form: Form) -> impl IntoView {
    let l = use_locale();
    let add_range = move |_| {
        form.ranges.update(|ranges| ranges.push(RangeFields::behind(ranges)));
    };
    view! {
        <fieldset>
            <legend>{move || l.t(k::REQUEST_RANGE)}</legend>
            <For each=move || form.ranges.get() key=|range| range.id let:range>
                <Field
                    id=format!("camera-{}", range.id)
                    offers=CAMERAS
                    label=l.label(k::REQUEST_CAMERA)
                    value=range.camera
                />
                <Field
                    id=format!("from-{}", range.id)
                    needed=true
                    label=l.label(k::REQUEST_FROM)
                    kind="datetime-local"
                    value=range.from
                />
                <Field
                    id=format!("to-{}", range.id)
                    needed=true
                    label=l.label(k::REQUEST_TO)
                    kind="datetime-local"
                    value=range.to
                />
            </For>
            <p class="actions">
                <button type="button" id="add-range" on:click=add_range>
                    {move || l.t(k::REQUEST_ADD_RANGE)}
                </button>
            </p>
        </fieldset>
    }
}

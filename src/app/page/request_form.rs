//! 画像提供申請書 as a form: the recipient fills it in the viewer, the office types it in from paper.
//!
//! Entry points: [`Form`], [`RequestFields`]. Absent: what becomes of it, which each door decides.

use fuin_core::{
    Applicant, BY_FILE, Day, FootageRange, LEGAL_BASES, Medium, Request, Review, RuleSet, UndertakingFields,
    WITHOUT_FILE, half_width,
};
use fuin_model::{local_second, parse_local};
use leptos::prelude::*;

use crate::{
    locale::{Key, k, use_locale},
    ui::{Area, Field, Select, typed},
};

/// 提供方法 of 様式第1号.
pub const METHODS: [&str; 4] = [BY_FILE, WITHOUT_FILE[0], WITHOUT_FILE[1], "その他"];
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

/// What was typed. Every field is a signal of its own.
#[derive(Clone, Copy)]
pub struct Form {
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
    /// The grounds that the rules have.
    grounds: StoredValue<Vec<String>>,
    /// 誓約書, if it came with the request.
    pub undertaking: RwSignal<Option<UndertakingFields>>,
}

impl Form {
    /// An empty form.
    pub fn new(rules: &RuleSet, today: Day) -> Self {
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
            grounds: StoredValue::new(rules.grounds.iter().map(|ground| ground.id.clone()).collect()),
            undertaking: RwSignal::new(None),
        }
    }

    /// Puts a request that came as a file into the form. When it was received stays as it is.
    pub fn fill(self, request: &Request) {
        let set = |signal: RwSignal<String>, text: &str| signal.set(text.to_owned());
        let applicant = &request.applicant;
        set(self.organization, &applicant.organization);
        set(self.department, &applicant.department);
        set(self.address, &applicant.address);
        set(self.representative, &applicant.representative);
        set(self.person, &applicant.person);
        set(self.phone, &applicant.phone);
        set(self.ground, &request.ground);
        set(self.basis, &request.legal_basis);
        set(self.document_number, &request.document_number);
        set(self.document_date, &request.document_date.map(|day| day.to_string()).unwrap_or_default());
        set(self.purpose, &request.purpose);
        set(self.method, &request.delivery_method);
        set(self.medium_kind, &request.medium.kind);
        set(self.medium_number, &request.medium.number);
        set(self.due, &request.return_due.to_string());
        set(self.remarks, &request.remarks);
        self.ranges.update(|lines| {
            // Lines that are on the page stay; their fields are on the page too.
            lines.truncate(request.range.len());
            while lines.len() < request.range.len() {
                lines.push(RangeFields::new(lines.last().map_or(0, |last| last.id + 1)));
            }
            for (fields, range) in lines.iter().zip(&request.range) {
                set(fields.camera, &range.camera);
                set(fields.from, &local_second(range.from));
                set(fields.to, &local_second(range.to));
            }
        });
        self.undertaking.set(request.undertaking.clone());
    }

    /// The request, or the label of the first field that cannot be used.
    pub fn read(self) -> Result<Request, Key> {
        let day = |signal: RwSignal<String>, label: Key| Day::parse(&typed(signal)).map_err(|_| label);
        let mut range = Vec::new();
        for fields in self.ranges.get_untracked() {
            // A line that was added and left empty is left out.
            let is_empty =
                [fields.camera, fields.from, fields.to].into_iter().all(|signal| typed(signal).is_empty());
            if fields.id > 0 && is_empty {
                continue;
            }
            let time = |signal: RwSignal<String>, label: Key| parse_local(&typed(signal)).ok_or(label);
            let (from, to) = (time(fields.from, k::REQUEST_FROM)?, time(fields.to, k::REQUEST_TO)?);
            if from > to {
                return Err(k::REQUEST_TO);
            }
            range.push(FootageRange { camera: typed(fields.camera), from, to });
        }
        // A file that was made under other rules may name a ground that these do not have.
        if self.grounds.with_value(|grounds| !grounds.contains(&typed(self.ground))) {
            return Err(k::REQUEST_GROUND);
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
            undertaking: self.undertaking.get_untracked(),
            conditions: Vec::new(),
            remarks: typed(self.remarks),
            clip: Vec::new(),
        })
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
) -> impl IntoView {
    let l = use_locale();
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
    let add_range = move |_| {
        form.ranges
            .update(|ranges| ranges.push(RangeFields::new(ranges.last().map_or(0, |last| last.id + 1))));
    };
    view! {
        <fieldset>
            <legend>{move || l.t(k::REQUEST_APPLICANT)}</legend>
            {for_office
                .then(|| {
                    view! {
                        <Field
                            id="received"
                            label=l.label(k::REQUEST_RECEIVED)
                            kind="date"
                            value=form.received
                        />
                    }
                })}
            <Field id="organization" label=l.label(k::REQUEST_ORGANIZATION) value=form.organization />
            <Field id="department" label=l.label(k::REQUEST_DEPARTMENT) value=form.department />
            <Field id="address" label=l.label(k::REQUEST_ADDRESS) value=form.address />
            <Field id="representative" label=l.label(k::REQUEST_REPRESENTATIVE) value=form.representative />
            <Field id="person" label=l.label(k::REQUEST_PERSON) value=form.person />
            <Field id="phone" label=l.label(k::REQUEST_PHONE) value=form.phone />
        </fieldset>
        <fieldset>
            <legend>{move || l.t(k::REQUEST_WHY)}</legend>
            <Select id="ground" label=l.label(k::REQUEST_GROUND) value=form.ground options=ground_names />
            <Select id="basis" label=l.label(k::REQUEST_BASIS) value=form.basis options=bases />
            <Field
                id="document-number"
                label=l.label(k::REQUEST_DOCUMENT_NUMBER)
                value=form.document_number
            />
            <Field
                id="document-date"
                label=l.label(k::REQUEST_DOCUMENT_DATE)
                kind="date"
                value=form.document_date
            />
            <Area id="purpose" label=l.label(k::REQUEST_PURPOSE) value=form.purpose />
        </fieldset>
        <fieldset>
            <legend>{move || l.t(k::REQUEST_RANGE)}</legend>
            <For each=move || form.ranges.get() key=|range| range.id let:range>
                <Field
                    id=format!("camera-{}", range.id)
                    label=l.label(k::REQUEST_CAMERA)
                    value=range.camera
                />
                <Field
                    id=format!("from-{}", range.id)
                    label=l.label(k::REQUEST_FROM)
                    kind="datetime-local"
                    value=range.from
                />
                <Field
                    id=format!("to-{}", range.id)
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
        <fieldset>
            <legend>{move || l.t(k::REQUEST_HOW)}</legend>
            <Select id="method" label=l.label(k::REQUEST_METHOD) value=form.method options=words(&METHODS) />
            <Select
                id="medium-kind"
                label=l.label(k::REQUEST_MEDIUM)
                value=form.medium_kind
                options=words(&MEDIA)
            />
            {for_office
                .then(|| {
                    view! {
                        <Field
                            id="medium-number"
                            label=l.label(k::REQUEST_MEDIUM_NUMBER)
                            value=form.medium_number
                        />
                    }
                })}
            <Field
                id="due"
                label=l.label(k::REQUEST_DUE)
                kind="date"
                value=form.due
                help=l.label(k::REQUEST_DUE_HELP)
            />
            <Area id="remarks" label=l.label(k::REQUEST_REMARKS) value=form.remarks />
        </fieldset>
    }
}

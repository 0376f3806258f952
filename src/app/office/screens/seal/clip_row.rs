//! One clip: what its file says, what the office knows of it, and whether that lies within what was granted.

use fuin_core::{Covers, CutOrder, CutRecord, Provides, decided_part, elapsed, is_decided, parse_elapsed};
use fuin_model::{TypedClip, local_second, parse_local};
use leptos::prelude::*;

use crate::{
    fault::Code,
    locale::{Key, k, use_locale},
    platform::{
        cargo::ClipCargo,
        files::{PickedFile, RawBytes},
        indexer::Indexed,
    },
    ui::{Field, Tick},
    wire::{LookedAt, Module},
};

/// A clip that was chosen.
#[derive(Clone)]
pub struct ChosenClip {
    /// Its number on this screen.
    pub id: usize,
    /// Its file.
    pub file: PickedFile,
    camera: RwSignal<String>,
    starts: RwSignal<String>,
    error: RwSignal<String>,
    /// What the worker saw in it.
    pub facts: RwSignal<Option<LookedAt>>,
    /// The part of it that the worker has gone through, from 0 to 1.
    pub part: RwSignal<f64>,
    /// When its first picture was shown, as it was looked at last, in microseconds of the file's own time.
    facts_before: StoredValue<Option<i64>>,
    /// What is seen at its beginning and at its end.
    pub glimpses: [RwSignal<Option<String>>; 2],
    /// What the worker made of it.
    indexed: StoredValue<Option<Indexed>, LocalStorage>,
    /// The part of it that is wanted, if not all of it.
    part_wanted: RwSignal<Option<CutOrder>>,
    cut: CutFields,
}

/// What is typed of the part that is to be cut out.
#[derive(Clone, Copy)]
struct CutFields {
    from: RwSignal<String>,
    to: RwSignal<String>,
    without_sound: RwSignal<bool>,
    /// What is wrong about it.
    wrong: RwSignal<bool>,
}

impl ChosenClip {
    /// A file that was just picked, at a camera that is likely.
    pub fn new(id: usize, file: PickedFile, camera: String) -> Self {
        Self {
            id,
            file,
            camera: RwSignal::new(camera),
            starts: RwSignal::new(String::new()),
            error: RwSignal::new("0".to_owned()),
            facts: RwSignal::new(None),
            part: RwSignal::new(0.0),
            facts_before: StoredValue::new(None),
            glimpses: [RwSignal::new(None), RwSignal::new(None)],
            indexed: StoredValue::new_local(None),
            part_wanted: RwSignal::new(None),
            cut: CutFields {
                from: RwSignal::new(String::new()),
                to: RwSignal::new(String::new()),
                without_sound: RwSignal::new(false),
                wrong: RwSignal::new(false),
            },
        }
    }

    /// Takes what the worker saw. The time that was typed goes on from where it stood: a part begins later.
    pub fn take(&self, seen: LookedAt) {
        let begins = self.record().map_or(seen.begins, |cut| cut.from);
        let before = self.facts_before.get_value();
        let later = begins.saturating_sub(before.unwrap_or(begins)).div_euclid(1_000_000);
        if let Some(starts) = parse_local(self.starts.get_untracked().trim()).filter(|_| later != 0) {
            self.starts.set(local_second(starts.plus_secs(later)));
        }
        self.facts_before.set_value(Some(begins));
        self.facts.set(Some(seen));
    }

    /// The part of it that is wanted, if not all of it.
    pub fn part_wanted(&self) -> Option<CutOrder> {
        self.part_wanted.get_untracked()
    }

    /// Another part of it is wanted, or all of it: it is looked at again.
    fn want(&self, part: Option<CutOrder>) {
        self.part_wanted.set(part);
        self.indexed.set_value(None);
        self.facts.set(None);
        self.part.set(0.0);
        self.glimpses.iter().for_each(|glimpse| glimpse.set(None));
    }

    /// Takes the index that was made of it.
    pub fn take_index(&self, indexed: Indexed) {
        self.indexed.set_value(Some(indexed));
    }

    /// What is sealed of it; without an index, if none could be made.
    pub fn cargo(&self) -> ClipCargo {
        let none = || RawBytes::new_with_length(0);
        let indexed = self.indexed.get_value();
        let index = indexed.as_ref().map(|indexed| indexed.index.clone());
        let whole = indexed.and_then(|indexed| Some(indexed.part?.0));
        let (index, whole) = (index.unwrap_or_else(none), whole.unwrap_or_else(none));
        ClipCargo { file: self.file.clone(), index, whole }
    }

    /// What it was cut out of, if only a part of it is sealed.
    pub fn record(&self) -> Option<CutRecord> {
        self.indexed.with_value(|indexed| Some(indexed.as_ref()?.part.as_ref()?.1.clone()))
    }

    /// What was decided of it, as the fields have it, if that is known and it is longer.
    fn decided(&self, provides: &Provides) -> Option<(String, String)> {
        let begins = self.facts.get()?.begins;
        let camera = self.camera.get();
        let (from, to) = decided_part(camera.trim(), self.covers()?, provides)?;
        let at = |seconds: i64| elapsed(seconds.saturating_mul(1_000_000).saturating_add(begins).max(0));
        Some((at(from), at(to)))
    }

    /// Whether its camera or its time, as far as they are known, were not decided.
    pub fn is_outside(&self, provides: &Provides) -> bool {
        let camera = self.camera.get().trim().to_owned();
        !camera.is_empty() && !is_decided(&camera, self.covers(), provides)
    }

    /// From when to when it shows something, in true time: the camera's clock less what it ran ahead.
    fn covers(&self) -> Option<Covers> {
        let starts = parse_local(self.starts.get().trim())?;
        let ahead: i64 = self.error.get().trim().parse().ok()?;
        let micros = self.facts.get()?.micros;
        let from = starts.plus_secs(-ahead);
        Some(Covers { from, to: from.plus_secs(micros / 1_000_000) })
    }

    /// What is typed of it.
    pub fn typed(&self) -> TypedClip {
        TypedClip {
            camera: self.camera.get_untracked(),
            starts_at: self.starts.get_untracked(),
            clock_error: self.error.get_untracked(),
        }
    }
}

/// Its row.
#[component]
pub fn ClipRow(
    /// The clip.
    clip: ChosenClip,
    /// What was decided to be provided.
    granted: Provides,
    /// Takes it away again.
    on_remove: impl Fn(usize) + Copy + 'static,
    /// Has it looked at again, since another part of it is wanted.
    on_part: impl Fn(&ChosenClip) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let l = use_locale();
    let (id, name) = (clip.id, clip.file.name());
    let size = format!("{:.1} MB", clip.file.size() / 1e6);
    let (known, decided) = (clip.clone(), granted.clone());
    let outside = move || {
        known.is_outside(&granted).then(|| view! { <p class="warn">"△ " {move || l.t(k::SEAL_OUTSIDE)}</p> })
    };
    let glimpses = clip.glimpses;
    let glimpse = move |at: usize, label: Key| {
        move || {
            glimpses[at].get().map(|picture| {
                view! {
                    <figure>
                        <img src=picture alt=move || l.t(label) />
                        <figcaption>{move || l.t(label)}</figcaption>
                    </figure>
                }
            })
        }
    };
    view! {
        <li class="clip-row">
            <p>
                <strong>{name}</strong>
                "　"
                {size}
                " "
                <button type="button" on:click=move |_| on_remove(id)>
                    {move || {
                        l.t(
                            if clip.facts.with(Option::is_none) {
                                k::SEAL_STOP_LOOKING
                            } else {
                                k::MARKS_REMOVE
                            },
                        )
                    }}
                </button>
            </p>
            <Facts clip=clip.clone() />
            <Part clip=clip.clone() granted=decided on_part=on_part />
            <div class="glimpses">{glimpse(0, k::SEAL_FIRST)} {glimpse(1, k::SEAL_LAST)}</div>
            <Field id=format!("clip-camera-{id}") label=l.label(k::PLAY_CAMERA) value=clip.camera />
            <Field
                id=format!("clip-starts-{id}")
                label=l.label(k::SEAL_STARTS)
                kind="datetime-local"
                to_the_second=true
                value=clip.starts
            />
            <Field id=format!("clip-error-{id}") label=l.label(k::SEAL_CLOCK_ERROR) value=clip.error />
            <div role="status">{outside}</div>
        </li>
    }
}

/// The part of it that is sealed: all of it, or what is cut out here.
#[component]
fn Part(
    clip: ChosenClip,
    granted: Provides,
    on_part: impl Fn(&ChosenClip) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let l = use_locale();
    let CutFields { from, to, without_sound, wrong } = clip.cut;
    let want = move |clip: &ChosenClip, part| {
        clip.want(part);
        on_part(clip);
    };
    let (cutting, whole, fitting) = (clip.clone(), clip.clone(), clip.clone());
    let cut = move |_| {
        let typed = parse_elapsed(&from.get_untracked()).zip(parse_elapsed(&to.get_untracked()));
        wrong.set(typed.is_none());
        if let Some((from, to)) = typed {
            want(&cutting, Some(CutOrder { from, to, sound: !without_sound.get_untracked() }));
        }
    };
    let fit = move || {
        fitting.decided(&granted).map(|(begin, end)| {
            let take = move |_| {
                from.set(begin.clone());
                to.set(end.clone());
            };
            view! {
                <button type="button" class="link" on:click=take>
                    {l.t(k::SEAL_CUT_FIT)}
                </button>
            }
        })
    };
    let id = clip.id;
    let refused = move || {
        if wrong.get() {
            return Some(l.t(k::SEAL_CUT_ODD).to_owned());
        }
        let (code, names) = clip.indexed.with_value(|indexed| indexed.as_ref()?.refused.clone())?;
        Some(<[String; 2]>::from(l.error(Code::named(&code), &names)).concat())
    };
    let form = StoredValue::new_local((cut, fit));
    move || {
        let is_shown = clip.facts.with(|facts| facts.as_ref().is_some_and(|facts| facts.error.is_none()));
        is_shown.then(|| match clip.record() {
            Some(record) => {
                let whole = whole.clone();
                let words = [
                    ("file", record.source.file_name.as_str()),
                    ("from", &elapsed(record.from)),
                    ("to", &elapsed(record.to)),
                ];
                view! {
                    <p class="cut">
                        {l.f(k::PLAY_CUT_FROM, &words)} " "
                        <button type="button" on:click=move |_| want(&whole, None)>
                            {l.t(k::SEAL_CUT_UNDO)}
                        </button>
                    </p>
                }
                .into_any()
            }
            None => {
                let (cut, fit) = form.get_value();
                view! {
                    <details class="cut" open=clip.part_wanted().is_some()>
                        <summary>{l.t(k::SEAL_CUT)}</summary>
                        <p class="help">{l.t(k::SEAL_CUT_HELP)} " " {fit}</p>
                        <Field id=format!("clip-from-{id}") label=l.label(k::SEAL_CUT_FROM) value=from />
                        <Field id=format!("clip-to-{id}") label=l.label(k::SEAL_CUT_TO) value=to />
                        <Tick
                            id=format!("clip-mute-{id}")
                            label=l.label(k::SEAL_CUT_MUTE)
                            value=without_sound
                        />
                        <div role="alert">
                            {move || refused().map(|words| view! { <p class="stop-text">"× " {words}</p> })}
                        </div>
                        <button type="button" id=format!("clip-cut-{id}") on:click=cut>
                            {l.t(k::SEAL_CUT_DO)}
                        </button>
                    </details>
                }
                .into_any()
            }
        })
    }
}

/// What its file says, or why it cannot be played.
#[component]
fn Facts(clip: ChosenClip) -> impl IntoView {
    let l = use_locale();
    move || match clip.facts.get() {
        None => view! {
            <p role="status">
                {l.t(k::SEAL_LOOKING)} " "
                <progress max="1" value=move || clip.part.get() aria-label=l.t(k::SEAL_LOOKING)></progress>
            </p>
        }
        .into_any(),
        Some(LookedAt { error: Some((code, detail)), .. }) => {
            let cause = l.f(unplayable(code), &[("name", &detail)]);
            view! { <p class="stop-text">"× " {cause} " " {l.t(k::SEAL_UNPLAYABLE)}</p> }.into_any()
        }
        Some(LookedAt { codec, format, pictures, module, slow_by, micros, gaps, created, .. }) => {
            let what = l.f(k::SEAL_WHAT, &[("format", &format.to_uppercase()), ("n", &pictures.to_string())]);
            let recorded = created.map(|created| {
                let words = l.f(k::SEAL_CREATED, &[("time", &l.time(created))]);
                let take = move |_| clip.starts.set(local_second(created));
                view! {
                    <p class="help">
                        {words} " " <button type="button" class="link" on:click=take>
                            {l.t(k::SEAL_USE_CREATED)}
                        </button>
                    </p>
                }
            });
            view! {
                <p>{what} "　" {codec} "　" {elapsed(micros)}</p>
                {recorded}
                {(gaps > 0)
                    .then(|| l.f(k::PLAY_GAPS, &[("n", &gaps.to_string())]))
                    .map(|words| view! { <p class="help">{words}</p> })}
                {module
                    .map(|module| {
                        let key = if module == Module::Hevc { k::SEAL_HEVC } else { k::SEAL_SOFTWARE };
                        let speed = match slow_by {
                            Some(times) => l.f(k::SEAL_SLOW_BY, &[("times", &format!("{times:.1}"))]),
                            None => l.t(k::SEAL_IN_TIME).to_owned(),
                        };
                        view! { <p class="warn">"△ " {l.t(key)} " " {speed}</p> }
                    })}
            }
            .into_any()
        }
    }
}

/// Why recipients will not see a clip. Nothing is sealed yet, so these are other words than theirs.
fn unplayable(code: Code) -> Key {
    match code {
        Code::MediaFormat => k::SEAL_NOT_FORMAT,
        Code::MediaCodec => k::SEAL_NOT_CODEC,
        Code::MediaNoVideo => k::SEAL_NOT_VIDEO,
        Code::MediaNotClosed => k::SEAL_NOT_CLOSED,
        Code::MediaTooLong => k::SEAL_NOT_SHORT,
        _ => k::SEAL_NOT_WHOLE,
    }
}

//! One clip: what its file says, what the office knows of it, and whether that lies within what was granted.

use fuin_core::{Covers, Provides, SealedClipRecord, elapsed, is_decided};
use fuin_model::{TypedClip, local_second, parse_local};
use leptos::prelude::*;

use crate::{
    fault::Code,
    locale::{Key, k, use_locale},
    platform::files::{PickedFile, RawBytes},
    ui::Field,
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
    /// What is seen at its beginning and at its end.
    pub glimpses: [RwSignal<Option<String>>; 2],
    /// The index that the worker made of it.
    pub index: StoredValue<Option<RawBytes>, LocalStorage>,
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
            glimpses: [RwSignal::new(None), RwSignal::new(None)],
            index: StoredValue::new_local(None),
        }
    }

    /// Whether its camera or its time, as far as they are known, were not decided.
    pub fn is_outside(&self, provides: &Provides) -> bool {
        let camera = self.camera.get().trim().to_owned();
        let clip = SealedClipRecord {
            file_name: String::new(),
            bytes: 0,
            sha256: String::new(),
            covers: self.covers(),
            camera,
        };
        !clip.camera.is_empty() && !is_decided(&clip, provides)
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
) -> impl IntoView {
    let l = use_locale();
    let (id, name) = (clip.id, clip.file.name());
    let size = format!("{:.1} MB", clip.file.size() / 1e6);
    let known = clip.clone();
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
            <div class="glimpses">{glimpse(0, k::SEAL_FIRST)} {glimpse(1, k::SEAL_LAST)}</div>
            <Field id=format!("clip-camera-{id}") label=l.label(k::PLAY_CAMERA) value=clip.camera />
            <Field
                id=format!("clip-starts-{id}")
                label=l.label(k::SEAL_STARTS)
                kind="datetime-local"
                value=clip.starts
            />
            <Field id=format!("clip-error-{id}") label=l.label(k::SEAL_CLOCK_ERROR) value=clip.error />
            <div role="status">{outside}</div>
        </li>
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

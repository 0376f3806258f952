//! O4 封印: clips, what is known of them, period, permissions, medium; then progress, and the bundle in its file.
//!
//! Absent: keys and bytes, which stay in the worker; papers (`print.rs`).

use fuin_core::{BundleId, Case, FootageRange};
use leptos::{context::Provider, prelude::*};

mod clip_row;
mod draft;
mod preview;
mod progress;
mod terms;
mod ticket;

use self::{
    clip_row::{ChosenClip, ClipRow},
    draft::{Draft, Preview},
    preview::MarkPreview,
    terms::Terms,
};
use super::guide::sample_clip;
use crate::{
    locale::{k, use_locale},
    office::{
        desk::use_desk,
        sealing::{Looked, SealState, SealWork, use_seal_work},
    },
    page::{WrongCount, WrongField},
    platform::{
        clock,
        files::{self, PickedFile},
        profile::is_practice,
    },
    ui::Wrongs,
    wire::LookedAt,
};
pub use progress::Progress;
pub use ticket::{FurtherReader, Reissue, SealAgain, ShareSealed};

/// What a browser offers first where files are picked; what a file is, its content says.
const FOOTAGE: &str = "video/*,.mp4,.m4v,.mov,.avi,.mkv,.webm,.ts,.mts,.m2ts,.mpg,.mpeg,.vob,.ps,.dav,.mjpeg,.mjpg,\
                       .264,.h264,.265,.h265,.hevc,.m2v,.m1v";

/// The clips of a draft.
type Clips = RwSignal<Vec<ChosenClip>, LocalStorage>;

/// Starts the worker that looks at the clips of a draft.
fn start_looking(work: SealWork, draft: Draft) {
    let clips = draft.clips;
    // The screen may be gone while its worker still looks.
    let find = move |id: usize| {
        let found = clips.try_with_untracked(|clips| clips.iter().find(|known| known.id == id).cloned());
        found.flatten()
    };
    let on_look = move |looked: Looked| match looked {
        Looked::Part(id, part) => {
            if let Some(known) = find(id) {
                known.part.set(part);
            }
        }
        Looked::Indexed(id, indexed) => {
            if let Some(known) = find(id) {
                known.take_index(*indexed);
                work.look_at(id, known.record(), known.cargo());
            }
        }
        Looked::Done(seen) => {
            if let Some(known) = find(seen.clip) {
                known.take(*seen);
            }
        }
        Looked::Glimpse(id, at_end, picture) => {
            if let Some(known) = find(id) {
                known.glimpses[usize::from(at_end)].set(Some(picture));
            }
        }
        Looked::Preview(id, picture) if find(id).is_some() => {
            let _ = draft.preview.try_set(picture.map_or(Preview::Impossible, Preview::Picture));
        }
        Looked::Preview(..) => {}
    };
    work.start_looking(on_look, move || go_on_looking(work, draft));
}

/// The worker died of a clip, or could not read it: that one is sealed without an index, and a new worker looks at
/// those behind it.
fn go_on_looking(work: SealWork, draft: Draft) {
    let clips = draft.clips;
    leptos::task::spawn_local(async move {
        // The worker that calls goes once its call is over.
        clock::after_ms(0.0).await;
        let Some(killer) = waiting(clips).into_iter().next() else { return };
        killer.facts.set(Some(LookedAt::unreadable(killer.id)));
        look_anew(work, draft);
    });
}

/// The clips that are still looked at, in their order.
fn waiting(clips: Clips) -> Vec<ChosenClip> {
    let is_waiting = |clip: &&ChosenClip| clip.facts.with_untracked(Option::is_none);
    clips.try_with_untracked(|clips| clips.iter().filter(is_waiting).cloned().collect()).unwrap_or_default()
}

/// Another worker looks at the clips that wait.
fn look_anew(work: SealWork, draft: Draft) {
    start_looking(work, draft);
    waiting(draft.clips).iter().for_each(|clip| look(work, clip));
}

/// Has a clip looked at, or the part of it that is wanted.
fn look(work: SealWork, clip: &ChosenClip) {
    work.index(clip.id, &clip.file, clip.part_wanted());
}

/// Takes a clip out of the draft. If it is still looked at, that ends.
fn remove(work: SealWork, draft: Draft, id: usize) {
    let clips = draft.clips;
    let is_waiting = waiting(clips).iter().any(|clip| clip.id == id);
    clips.update(|clips| clips.retain(|clip| clip.id != id));
    if is_waiting {
        look_anew(work, draft);
    }
}

/// Clips that are picked go into the draft, and the worker looks at each.
fn picker(work: SealWork, draft: Draft, range: Vec<FootageRange>) -> impl Fn(Vec<PickedFile>) + Clone {
    let clips = draft.clips;
    let owner = Owner::current().unwrap_or_default();
    let picked = StoredValue::new(0);
    move |files| {
        if picked.get_value() == 0 {
            start_looking(work, draft);
        }
        for file in files {
            let number = picked.get_value();
            let clip =
                owner.with(|| ChosenClip::new(number, file.clone(), likely_camera(&range, &file.name())));
            look(work, &clip);
            clips.update(|clips| clips.push(clip));
            picked.set_value(number + 1);
        }
    }
}

/// The camera of a file: the only one that was decided, or the one whose name stands in the file's.
fn likely_camera(range: &[FootageRange], file_name: &str) -> String {
    let named = |range: &&FootageRange| !range.camera.is_empty() && file_name.contains(&range.camera);
    match range {
        [only] => only.camera.clone(),
        range => range.iter().find(named).map(|range| range.camera.clone()).unwrap_or_default(),
    }
}

/// The wizard.
#[component]
pub fn SealView(
    /// The request.
    case: Case,
    /// What the same request got before, and this takes the place of.
    #[prop(optional_no_strip)]
    replaces: Option<BundleId>,
) -> impl IntoView {
    let l = use_locale();
    let desk = use_desk();
    let work = use_seal_work();
    let draft = Draft::new(&case);
    if let Some(due) = replaces.as_ref().and_then(|id| {
        desk.register.with_untracked(|register| register.disclosures.get(id).map(|replaced| replaced.due))
    }) {
        draft.due_on(due);
    }
    let is_again = replaces.is_some();
    let shown = StoredValue::new(case.clone());
    let provides = case.provides();
    let pick = picker(work, draft, provides.range.clone());
    let sample = pick.clone();
    let (grants, granted) = (provides.grants.clone(), StoredValue::new(provides));
    let has_key = case.recipient_keys.is_some();
    let wrongs = Wrongs::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(order) = WrongField::settle(l, wrongs, draft.order(&case, desk, replaces.clone())) {
            desk.run(work.seal(order, draft.files()));
        }
    };
    let busy = move || work.state.get() != SealState::Idle;
    view! {
        <Provider value=wrongs>
            <form id="seal-form" class="wide" on:submit=submit>
                <h3>{move || l.t(k::SEAL_TITLE)}</h3>
                <fieldset>
                    <legend>{move || l.t(k::SEAL_CLIPS)}</legend>
                    <span class="picker">
                        <input
                            id="pick-clips"
                            type="file"
                            accept=FOOTAGE
                            multiple
                            disabled=busy
                            on:change=move |event| pick(files::picked_all(&event))
                        />
                        <label for="pick-clips" class="button">
                            {move || l.t(k::SEAL_PICK)}
                        </label>
                    </span>
                    {is_practice()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    id="sample-clip"
                                    disabled=busy
                                    on:click=move |_| sample(sample_clip().into_iter().collect())
                                >
                                    {move || l.t(k::GUIDE_CLIP)}
                                </button>
                            }
                        })}
                    <ol class="clips">
                        <For each=move || draft.clips.get() key=|clip| clip.id let:clip>
                            <ClipRow
                                clip=clip.clone()
                                granted=granted.get_value()
                                on_remove=move |id| remove(work, draft, id)
                                on_part=move |clip| look(work, clip)
                            />
                        </For>
                    </ol>
                </fieldset>
                <Terms name="seal" draft=draft grants=grants has_key=has_key other_medium=is_again />
                <MarkPreview draft=draft case=shown />
                <WrongCount wrongs=wrongs />
                <p class="actions">
                    <button id="seal" class="primary" type="submit" disabled=move || busy() || draft.is_looking()>
                        {move || l.t(k::SEAL_BEGIN)}
                    </button>
                </p>
                <Progress />
            </form>
        </Provider>
    }
}

//! しおり: pictures with notes, kept with the bundle, and the list to take away for a 証拠説明書.

use fuin_core::{csv_table, elapsed};
use leptos::prelude::*;

use crate::{
    fault::Fault,
    locale::{k, use_locale},
    platform::files::download,
    viewer::{
        exhibits::go_to_mark,
        record::Bookmark,
        session::{Session, use_session},
    },
};

/// Marks the picture where the focused camera stands.
pub fn add(session: Session) {
    let Some(camera) = session.player.focused_untracked() else { return };
    let (Some(shown), Some(facts)) = (untrack(|| camera.seen()), camera.facts.get_untracked()) else {
        return;
    };
    let mark = Bookmark {
        clip: camera.clip,
        track: camera.track,
        picture: shown.picture,
        micros: shown.micros,
        begins: facts.begins,
        note: String::new(),
    };
    session.note(move |record| {
        if !record.notes.bookmarks.iter().any(|known| known.place() == mark.place()) {
            record.notes.bookmarks.push(mark.clone());
            record.notes.bookmarks.sort_by_key(Bookmark::place);
        }
    });
}

/// The list as a table for other programs.
fn export(session: Session, headings: [&str; 10]) {
    let (Some(manifest), Some(record)) =
        (session.inside.get_untracked().map(|inside| inside.manifest), session.record.get_untracked())
    else {
        return;
    };
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for (n, mark) in record.notes.bookmarks.iter().enumerate() {
        let Some(clip) = manifest.clips.get(mark.clip) else { continue };
        let clocks = mark.clocks(clip);
        rows.push(vec![
            (n + 1).to_string(),
            clip.note.camera.clone(),
            clip.note.file_name.clone(),
            (mark.track + 1).to_string(),
            (mark.picture + 1).to_string(),
            elapsed(mark.micros),
            clocks.map(|(shown, _)| shown.to_string()).unwrap_or_default(),
            clocks.map(|(_, true_time)| true_time.to_string()).unwrap_or_default(),
            mark.note.clone(),
            clip.content.sha256.clone(),
        ]);
    }
    let name = format!("{}-bookmarks.csv", manifest.bundle_id);
    if let Err(error) = download(&name, "text/csv", csv_table(&rows).as_bytes()) {
        session.stop(Fault::from(error));
    }
}

/// The tab.
#[component]
pub fn Marks() -> impl IntoView {
    let l = use_locale();
    let session = use_session();
    let player = session.player;
    let marks = move || session.record.get().map(|record| record.notes.bookmarks).unwrap_or_default();
    let headings = move || {
        [
            l.t(k::MARKS_NUMBER),
            l.t(k::PLAY_CAMERA),
            l.t(k::PLAY_FILE),
            l.t(k::PLAY_TRACK),
            l.t(k::PLAY_FRAME),
            l.t(k::PLAY_GO_ELAPSED),
            l.t(k::PLAY_CAMERA_CLOCK),
            l.t(k::PLAY_TRUE_TIME),
            l.t(k::MARKS_NOTE),
            "SHA-256",
        ]
    };
    view! {
        <p class="actions">
            <button id="add-mark" on:click=move |_| add(session)>
                {move || l.t(k::MARKS_ADD)}
            </button>
            <button
                id="export-marks"
                disabled=move || marks().is_empty()
                on:click=move |_| export(session, headings())
            >
                {move || l.t(k::MARKS_EXPORT)}
            </button>
        </p>
        <super::exhibits::Ask />
        <p class="help">{move || l.t(if marks().is_empty() { k::MARKS_NONE } else { k::MARKS_HELP })}</p>
        <ol class="marks" id="marks">
            <For each=marks key=Bookmark::place let:mark>
                {
                    let (target, key) = (mark.clone(), mark.place());
                    let clip = session.clip(mark.clip);
                    let clock = clip
                        .as_ref()
                        .and_then(|clip| mark.clocks(clip))
                        .map(|(shown, _)| shown.plain());
                    let update = move |note: String| {
                        session
                            .note(move |record| {
                                if let Some(mark) = record
                                    .notes
                                    .bookmarks
                                    .iter_mut()
                                    .find(|mark| mark.place() == key)
                                {
                                    mark.note.clone_from(&note);
                                }
                            })
                    };
                    view! {
                        <li>
                            <button class="go-mark" on:click=move |_| go_to_mark(player, &target)>
                                {clip.map(|clip| clip.note.camera)}
                                " "
                                {move || l.t(k::PLAY_FRAME)}
                                " "
                                {mark.picture + 1}
                                "（"
                                {elapsed(mark.micros)}
                                "）"
                            </button>
                            <span>{clock}</span>
                            <input
                                type="text"
                                class="mark-note"
                                aria-label=move || l.t(k::MARKS_NOTE)
                                prop:value=mark.note
                                on:change=move |event| update(event_target_value(&event))
                            />
                            <button on:click=move |_| {
                                session
                                    .note(move |record| {
                                        record.notes.bookmarks.retain(|mark| mark.place() != key)
                                    })
                            }>{move || l.t(k::MARKS_REMOVE)}</button>
                        </li>
                    }
                }
            </For>
        </ol>
    }
}

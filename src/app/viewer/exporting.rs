//! Taking an original out: the viewing log has it before the worker begins, and says so where no file came to be. Of
//! what was cut off with the page it says nothing more: nobody knows then how much was written.
//!
//! Entry points: [`begin`], [`on_done`], [`on_nothing`]. Absent: the copying, which the worker does, and calling it off
//! ([`Session::cancel_export`]).

use fuin_core::Happening;
use leptos::prelude::*;

use super::{
    session::Session,
    state::{Export, ExportTaken},
};
use crate::{
    platform::{cargo::Cargo, clock, file_system::FileHandle},
    wire::ViewCommand,
};

/// Takes the original of a clip out, into a file that was chosen or as a download.
pub fn begin(session: Session, clip: usize, file: Option<FileHandle>) {
    let sha256 = session.inside.with_untracked(|inside| {
        let clip = inside.as_ref().and_then(|inside| inside.manifest.clips.get(clip));
        clip.map(|clip| clip.content.sha256.clone()).unwrap_or_default()
    });
    let taken = ExportTaken { clip: clip as u32, at: clock::now(), sha256 };
    session.export.set(Export::Running { part: 0.0, taken: taken.clone() });
    leptos::task::spawn_local(async move {
        let noted = Happening::Exported { clip: taken.clip, sha256: taken.sha256.clone() };
        if !session.logs(noted).await {
            return;
        }
        if !is_running(session, &taken) {
            return take_back(session, taken).await;
        }
        let command = ViewCommand::Export { clip };
        match file {
            Some(file) => session.link.send_with(command, Cargo::Destination(file)),
            None => session.link.send(command),
        }
    });
}

fn is_running(session: Session, taken: &ExportTaken) -> bool {
    session
        .export
        .with_untracked(|export| matches!(export, Export::Running { taken: known, .. } if known == taken))
}

/// It is out, under this name.
pub fn on_done(session: Session, name: String) {
    session.export.update(|export| {
        if let Some(taken) = export.taken() {
            *export = Export::Done { name, sha256: taken.sha256 };
        }
    });
}

/// No file came to be.
pub fn on_nothing(session: Session, then: Export) {
    if let Some(taken) = session.export.get_untracked().taken() {
        session.export.set(then);
        leptos::task::spawn_local(take_back(session, taken));
    }
}

async fn take_back(session: Session, taken: ExportTaken) {
    if matches!(session.export.get_untracked(), Export::Stopping { .. }) {
        session.export.set(Export::Idle);
    }
    session.logs(Happening::ExportUndone { clip: taken.clip }).await;
}

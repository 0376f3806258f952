//! 証拠説明書の下書き: the pictures of all bookmarks, fetched one behind another for a table on paper.
//!
//! Entry points: [`begin`], and what events tell: [`on_shown`], [`on_picture`], [`on_none`]. Each picture is noted as
//! printed. Absent: the table itself (`screens/play/exhibits.rs`).

use fuin_core::{Grant, Happening, PictureTaken};
use leptos::prelude::*;

use super::{
    camera::CameraView,
    player::Player,
    record::Bookmark,
    session::Session,
    state::{Exhibit, Exhibits, SetUp, Then},
};
use crate::{platform::picture::thumbnail, wire::PlayCommand};

/// Begins with the first bookmark. Where printing was not granted there are no pictures to fetch.
pub fn begin(session: Session) {
    let marks = session.record.with_untracked(|record| record.as_ref().map(|r| r.notes.bookmarks.clone()));
    let marks = marks.unwrap_or_default();
    let may_print = session.manifest().is_some_and(|manifest| manifest.terms.permits(Grant::Print));
    let exhibits = session.player.exhibits;
    if may_print {
        let left = marks.into_iter().rev().collect();
        exhibits.set(Exhibits::Fetching { done: Vec::new(), left, asked: false });
        go_on(session);
    } else {
        exhibits
            .set(Exhibits::Ready(marks.into_iter().map(|mark| Exhibit { mark, picture: None }).collect()));
    }
}

/// The bookmark that is fetched now, if its picture was not asked for yet.
fn next(session: Session) -> Option<Bookmark> {
    session.player.exhibits.with_untracked(|exhibits| match exhibits {
        Exhibits::Fetching { left, asked: false, .. } => left.last().cloned(),
        _ => None,
    })
}

fn camera_of(player: Player, mark: &Bookmark) -> Option<CameraView> {
    let wanted = |camera: &&CameraView| (camera.clip, camera.track) == (mark.clip, mark.track);
    player.cameras.with_untracked(|cameras| cameras.iter().find(wanted).copied())
}

/// Goes to the next picture, or asks for it where it is shown.
fn go_on(session: Session) {
    let Some(mark) = next(session) else { return };
    match camera_of(session.player, &mark) {
        Some(camera) if is_shown(camera, &mark) => on_shown(session),
        _ => go_to_mark(session.player, &mark),
    }
}

/// Goes to the picture of a bookmark; its clip is set up where it is not.
pub fn go_to_mark(player: Player, mark: &Bookmark) {
    match camera_of(player, mark) {
        Some(camera) => player.send(PlayCommand::GoTo { camera: camera.id, picture: mark.picture }),
        None => {
            let then = Some(Then::Picture(mark.picture));
            player.set_up(&SetUp { then, ..SetUp::alone(mark.clip, mark.track) });
        }
    }
}

fn is_shown(camera: CameraView, mark: &Bookmark) -> bool {
    untrack(|| camera.seen()).is_some_and(|shown| shown.picture == mark.picture)
}

/// Another picture is on a canvas; if it is the one that is waited for, it is asked for.
pub fn on_shown(session: Session) {
    let Some(mark) = next(session) else { return };
    let Some(camera) = camera_of(session.player, &mark).filter(|camera| is_shown(*camera, &mark)) else {
        return;
    };
    session.player.exhibits.update(|exhibits| {
        if let Exhibits::Fetching { asked, .. } = exhibits {
            *asked = true;
        }
    });
    session.player.send(PlayCommand::Still { camera: camera.id, print: true });
}

/// Whether a picture that comes for printing is one of these.
pub fn are_fetched(session: Session) -> bool {
    session
        .player
        .exhibits
        .with_untracked(|exhibits| matches!(exhibits, Exhibits::Fetching { asked: true, .. }))
}

/// The picture of a bookmark came: the log keeps it, and the next one is fetched.
pub async fn on_picture(session: Session, taken: PictureTaken, png: String) {
    if session.logs(Happening::Printed(taken)).await {
        add(session, thumbnail(&png).await.ok());
    }
}

/// There is none.
pub fn on_none(session: Session) {
    if !matches!(session.player.exhibits.get_untracked(), Exhibits::Fetching { .. }) {
        return;
    }
    add(session, None);
}

fn add(session: Session, picture: Option<String>) {
    session.player.exhibits.update(|exhibits| {
        if let Exhibits::Fetching { done, left, asked } = exhibits {
            *asked = false;
            done.extend(left.pop().map(|mark| Exhibit { mark, picture }));
            if left.is_empty() {
                *exhibits = Exhibits::Ready(std::mem::take(done));
            }
        }
    });
    go_on(session);
}

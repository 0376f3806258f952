//! What follows from what the worker reports: the way from screen to screen.
//!
//! Entry point: [`on_event`]. Absent: cameras and time, which [`super::player`] keeps.

use fuin_core::{Day, Happening, PictureTaken, ReceiptKind, SessionId, Timestamp};
use leptos::prelude::*;

use super::{
    erasure, exhibits, exporting,
    known_key::{KnownKey, look_at},
    office_key,
    record::{BundleRecord, MadeReceipt, OpenRecord},
    session::Session,
    state::{Check, Export, Printed, SetUp, Stage, WrongFile},
    time,
};
use crate::{
    fault::{Code, Fault},
    platform::files::{download, is_named},
    wire::{Event, Inside, Outside, PlayEvent, ViewEvent},
};

/// What follows from what the worker reports.
pub fn on_event(session: Session, event: Event) {
    match event {
        Event::Refused { code, cause } => on_refused(session, Fault { code, cause }),
        Event::View(event) => on_view(session, event),
        Event::Play(PlayEvent::Still { clip, picture, at, sha256, json, png, print }) => {
            let taken = PictureTaken { clip: clip as u32, picture: picture as u64, sha256 };
            match print {
                true if exhibits::are_fetched(session) => {
                    leptos::task::spawn_local(exhibits::on_picture(session, taken, png));
                }
                true => leptos::task::spawn_local(on_print(session, taken, at, png)),
                false => leptos::task::spawn_local(on_still(session, taken, json, png)),
            }
        }
        Event::Play(PlayEvent::NoStill { code }) => match exhibits::are_fetched(session) {
            true => exhibits::on_none(session),
            false => session.player.still.set(Some(Err(Fault::new(code, "")))),
        },
        Event::Play(event) => {
            if matches!(event, PlayEvent::Ready { .. }) {
                session.restarted.set(false);
            }
            let (is_shown, is_dark) =
                (matches!(event, PlayEvent::Shown { .. }), matches!(event, PlayEvent::NotShown { .. }));
            if let Err(fault) = session.player.on_event(event) {
                session.stop(fault);
            }
            if is_shown {
                exhibits::on_shown(session);
            } else if is_dark {
                exhibits::on_none(session);
            }
        }
        // They are the desk's.
        Event::Seal(_) | Event::Key(_) => {}
    }
}

fn on_view(session: Session, event: ViewEvent) {
    match event {
        ViewEvent::Outside(outside) => leptos::task::spawn_local(on_outside(session, outside)),
        ViewEvent::Deriving => session.deriving.set(true),
        ViewEvent::Inside(inside) => {
            session.deriving.set(false);
            leptos::task::spawn_local(on_inside(session, *inside));
        }
        ViewEvent::Extended { not_after, return_due, code } => {
            leptos::task::spawn_local(on_extended(session, (not_after, return_due), code));
        }
        ViewEvent::NotExtended { code } => session.not_extended.set(Some(Fault::new(code, ""))),
        ViewEvent::Admitted { session: viewing } => {
            leptos::task::spawn_local(on_admitted(session, viewing));
        }
        ViewEvent::Pong => session.watch.heard(),
        ViewEvent::Checking { done, total } => session.check.update(|check| {
            // What comes after it was called off says nothing.
            if matches!(check, Check::Running(_)) {
                *check = Check::Running(done / total.max(1.0));
            }
        }),
        ViewEvent::Checked => session.check.update(|check| {
            if matches!(check, Check::Running(_)) {
                *check = Check::Done;
            }
        }),
        ViewEvent::Exporting { part } => session.export.update(|export| {
            // What comes after it was called off says nothing.
            if let Export::Running { part: known, .. } = export {
                *known = part;
            }
        }),
        ViewEvent::Exported { name } => exporting::on_done(session, name),
        ViewEvent::ExportCancelled => exporting::on_nothing(session, Export::Idle),
        ViewEvent::ExportFailed { code } => exporting::on_nothing(session, Export::Failed(code)),
        ViewEvent::Receipt { kind, jws, code } => {
            leptos::task::spawn_local(on_receipt(session, kind, jws, code));
        }
        ViewEvent::Measured { .. } | ViewEvent::Closed => {}
    }
}

fn on_refused(session: Session, fault: Fault) {
    session.deriving.set(false);
    let stage = session.stage.get_untracked();
    let at_key = stage == Stage::Key
        && matches!(fault.code, Code::WrongKey | Code::NoSlot | Code::RecipientKeyPassphrase);
    let other = (stage == Stage::Start).then(|| other_file(session, &fault)).flatten();
    if let Some(name) = other {
        session.wrong_file.set(Some(WrongFile::NoBundle(name)));
    } else if at_key || stage == Stage::Procedure {
        session.refused.set(Some(fault));
    } else {
        session.stop(fault);
    }
}

/// The name of the file that was chosen, where neither it nor its content is that of a bundle: another file was meant,
/// and nothing is damaged.
fn other_file(session: Session, fault: &Fault) -> Option<String> {
    let file = session.files.with_value(|files| files.first().cloned())?;
    let is_outside =
        session.outside.with_untracked(Option::is_none) && fault.code.name().starts_with("container_");
    (is_outside && !is_named(&file, &[".fuin", ".ticket"])).then(|| file.name())
}

async fn on_outside(session: Session, outside: Outside) {
    let record = BundleRecord::read(&outside.header_sha256).await;
    session.outside.set(Some(outside));
    match record {
        Ok(Some(record)) if record.erased => session.stop_erased(),
        Ok(_) => session.stage.set(Stage::Key),
        // Not knowing whether it was erased is not the same as knowing that it was not.
        Err(error) => session.stop(Fault::from(error)),
    }
}

async fn on_inside(session: Session, inside: Inside) {
    let Some(key) = session.storage.get_value() else { return };
    let mut record = match OpenRecord::open(&inside, key).await {
        // Another window erased it while the key was typed.
        Ok(record) if record.stored.erased => return session.stop_erased(),
        Ok(record) => record,
        Err(error) => return session.stop(Fault::from(error)),
    };
    let known = KnownKey::of(&inside).await;
    let (return_due, by_device_key) =
        (inside.manifest.terms.return_due, session.by_device_key.get_untracked());
    let stored = record
        .change(|record| {
            record.stored.return_due = return_due;
            record.stored.by_device_key |= by_device_key;
            // What a tab left behind that was closed while it played.
            let pending = std::mem::take(&mut record.notes.pending);
            record.log_played(&pending);
        })
        .await;
    session.record.set(Some(record));
    let known = match KnownKey::is_exposed(&inside.office_key).await {
        Ok(true) => known.map(|known| (Err(Fault::new(Code::OfficeKeyExposed, "another name")), known)),
        Ok(false) => known.map(|known| (look_at(known.as_ref(), &inside), known)),
        Err(error) => Err(error),
    };
    session.inside.set(Some(inside));
    match (known, stored) {
        (Ok((Err(fault), known)), _) => {
            session.known_key.set(known);
            session.stop(fault);
        }
        (Ok((Ok(familiar), _)), Ok(())) => {
            session.office_known.set(familiar);
            match session.record.with_untracked(|record| record.as_ref()?.notes.extension.clone()) {
                // What was typed once counts at every opening.
                Some(code) => session.extend(code),
                None => time::judge(session).await,
            }
        }
        (Err(error), _) | (_, Err(error)) => session.stop(error.into()),
    }
}

/// The period was extended: the code is kept, and the time judged anew.
async fn on_extended(session: Session, (not_after, return_due): (Timestamp, Day), code: String) {
    session.inside.update(|inside| {
        if let Some(inside) = inside {
            inside.manifest.terms.not_after = not_after;
            inside.manifest.terms.return_due = return_due;
        }
    });
    let kept = session.change_record(|record| {
        if record.notes.extension.as_ref() != Some(&code) {
            record.log(Happening::Extended { until: not_after.day() });
        }
        record.notes.extension = Some(code.clone());
        record.stored.return_due = return_due;
    });
    match kept.await {
        Ok(_) => time::judge(session).await,
        Err(error) => session.stop(error.into()),
    }
}

async fn on_admitted(session: Session, viewing: SessionId) {
    // The worker reads and decodes meanwhile; nothing is shown before this is written down.
    if let Some(inside) = session.inside.get_untracked() {
        // The person saw the fingerprint words and went on to affirm; from now on another key is noticed.
        let accepted = office_key::accept(&inside).await;
        if let Err(error) = accepted {
            return session.stop(Fault::from(error));
        }
    }
    let by = session.viewer_name.get_untracked();
    if !session.logs(Happening::Opened { by, session: viewing }).await {
        return;
    }
    let killed = session.player.killed.get_untracked();
    let count = session.inside.with_untracked(|inside| inside.as_ref().map_or(0, |i| i.manifest.clips.len()));
    let Some(first) = (0..count).find(|clip| !killed.contains(clip)) else {
        return session.stop(Fault::new(Code::WorkerStopped, "no clip is left that may be set up"));
    };
    let shown = session.resume.get_value();
    session.resume.set_value(None);
    let shown = shown.filter(|shown| shown.clips.iter().any(|(clip, _)| !killed.contains(clip)));
    session.player.set_up(&shown.unwrap_or_else(|| SetUp::alone(first, 0)));
}

/// A still was taken: the log keeps it, and then both files are handed out.
async fn on_still(session: Session, taken: PictureTaken, json: String, png: String) {
    let name = session.inside.with_untracked(|inside| {
        let id = inside.as_ref().map_or_else(String::new, |inside| inside.manifest.bundle_id.to_string());
        format!("{id}-{}-{:06}", taken.clip + 1, taken.picture)
    });
    if !session.logs(Happening::Still(taken)).await {
        return;
    }
    let saved = data_encoding::BASE64
        .decode(png.as_bytes())
        .map_err(|error| error.to_string())
        .and_then(|png| download(&format!("{name}.png"), "image/png", &png).map_err(|error| error.words))
        .and_then(|()| {
            download(&format!("{name}.json"), "application/json", json.as_bytes())
                .map_err(|error| error.words)
        });
    let saved = saved.map_err(|cause| Fault::new(Code::Storage, cause));
    session.player.still.set(Some(saved.map(|()| name)));
}

/// A picture is to be printed: the log keeps it, and then it is shown as a sheet.
async fn on_print(session: Session, taken: PictureTaken, at: Timestamp, png: String) {
    let sha256 = taken.sha256.clone();
    if session.logs(Happening::Printed(taken)).await {
        let by = session.viewer_name.get_untracked();
        session.player.printed.set(Some(Printed { png, sha256, at, by }));
    }
}

async fn on_receipt(session: Session, kind: ReceiptKind, jws: String, code: String) {
    let Some((report, at)) = session.draft.get_untracked() else { return };
    let Some(manifest) = session.inside.with_untracked(|inside| inside.as_ref().map(|i| i.manifest.clone()))
    else {
        return;
    };
    let made = MadeReceipt {
        bundle_id: manifest.bundle_id,
        office: manifest.office.name,
        issued_at: manifest.issued_at,
        recipient: manifest.recipient.line(),
        kind,
        jws,
        code,
        report,
        at,
        erased: kind.erases_key(),
        erased_device_key: false,
    };
    match erasure::keep_and_erase(session, made).await {
        Ok(made) => {
            session.unsaved.set(true);
            session.show_receipt(made);
        }
        Err(fault) => session.stop(fault),
    }
}

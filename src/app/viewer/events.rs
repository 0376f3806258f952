//! What follows from what the worker reports: the way from screen to screen.
//!
//! Entry point: [`Session::on_event`]. Absent: cameras and time, which [`super::player`] keeps.

use fuin_core::{ReceiptKind, StillTaken};
use leptos::prelude::*;

use super::{
    player::SetUp,
    record::{BundleRecord, accept_office_key, compare_office_key, erase_device_key, see_time},
    session::{Check, MadeReceipt, Refusal, Session, Stage},
};
use crate::{
    platform::{clock, files::download},
    player::{Command, Event, Inside, Outside},
};

impl Session {
    pub(super) fn on_event(self, event: Event) {
        match event {
            Event::Outside(outside) => leptos::task::spawn_local(self.on_outside(outside)),
            Event::Deriving => self.deriving.set(true),
            Event::Inside(inside) => {
                self.deriving.set(false);
                leptos::task::spawn_local(self.on_inside(*inside));
            }
            Event::Refused { code, cause } => self.on_refused(code, cause),
            Event::Admitted => leptos::task::spawn_local(self.on_admitted()),
            Event::Still { clip, picture, at, sha256, json, png } => {
                let taken = StillTaken { clip: clip as u32, picture: picture as u64, at, sha256 };
                leptos::task::spawn_local(self.on_still(taken, json, png));
            }
            Event::NoStill { code } => self.player.still.set(Some(Err(code))),
            Event::Pong => self.watch.heard(),
            Event::Checking { done, total } => self.check.update(|check| {
                // What comes after it was called off says nothing.
                if matches!(check, Check::Running(_)) {
                    *check = Check::Running(done / total.max(1.0));
                }
            }),
            Event::Checked if matches!(self.check.get_untracked(), Check::Running(_)) => {
                self.check.set(Check::Done);
            }
            Event::Receipt { kind, jws, code } => leptos::task::spawn_local(self.on_receipt(kind, jws, code)),
            Event::Measured { .. }
            | Event::Closed
            | Event::OfficeKey { .. }
            | Event::OfficeKeyChecked { .. } => {}
            Event::Ready { .. } => {
                self.restarted.set(false);
                self.player.on_event(self, event);
            }
            event => self.player.on_event(self, event),
        }
    }

    fn on_refused(self, code: String, cause: String) {
        self.deriving.set(false);
        let at_key =
            self.stage.get_untracked() == Stage::Key && matches!(code.as_str(), "wrong_key" | "no_slot");
        let at_form = self.stage.get_untracked() == Stage::Procedure;
        if at_key || at_form {
            self.refused.set(Some(Refusal { code, cause }));
        } else {
            self.stop(&code, &cause);
        }
    }

    async fn on_outside(self, outside: Outside) {
        let record = BundleRecord::read(&outside.bundle_id).await;
        self.outside.set(Some(outside));
        let record = match record {
            Ok(record) => record,
            // Not knowing whether it was erased is not the same as knowing that it was not.
            Err(error) => return self.stop("storage", &error.0),
        };
        let erased = record.as_ref().is_some_and(|record| record.erased);
        self.record.set(record);
        if erased {
            self.stop("erased_here", "erased on this device");
        } else {
            self.stage.set(Stage::Key);
        }
    }

    async fn on_inside(self, inside: Inside) {
        let manifest = &inside.manifest;
        let mut record = self.record.get_untracked().unwrap_or_else(|| BundleRecord {
            bundle_id: manifest.bundle_id.clone(),
            office: manifest.office.clone(),
            return_due: manifest.terms.return_due,
            by_device_key: self.by_device_key.get_untracked(),
            reports: Vec::new(),
            erased: false,
            log: Default::default(),
            bookmarks: Vec::new(),
        });
        let known = compare_office_key(&manifest.office.name, &inside.office_key).await;
        let seen = see_time(Some(manifest.issued_at)).await;
        let (return_due, by_device_key) = (manifest.terms.return_due, self.by_device_key.get_untracked());
        let stored = record
            .change(|record| {
                record.return_due = return_due;
                record.by_device_key |= by_device_key;
            })
            .await;
        self.record.set(Some(record));
        let (not_before, not_after) = (manifest.terms.not_before, manifest.terms.not_after);
        self.inside.set(Some(inside));
        match (known, seen, stored) {
            (Ok(Some(false)), ..) => self.stop("office_changed", "another key under the same name"),
            (Ok(known), Ok(seen), Ok(())) => {
                self.office_known.set(known);
                if seen.backwards {
                    self.clock_backwards().await;
                } else if seen.now < not_before {
                    self.stop("not_yet_valid", &not_before.to_string());
                } else if seen.now > not_after {
                    self.stop("expired", &not_after.to_string());
                } else {
                    self.latest.set_value(Some(seen.now));
                    self.stage.set(Stage::Verdict);
                }
            }
            _ => self.stop("storage", "IndexedDB"),
        }
    }

    async fn on_admitted(self) {
        // The worker reads and decodes meanwhile; nothing is shown before this is written down.
        if let Some(inside) = self.inside.get_untracked() {
            // The person saw the fingerprint words and went on to affirm; from now on another key is noticed.
            let accepted = accept_office_key(&inside.manifest.office.name, &inside.office_key).await;
            if let Err(error) = accepted {
                return self.stop("storage", &error.0);
            }
        }
        if let Some(mut record) = self.record.get_untracked() {
            let stored = record.change(|record| record.opened(clock::now())).await;
            self.record.set(Some(record));
            if let Err(error) = stored {
                return self.stop("storage", &error.0);
            }
        }
        let shown = self.resume.get_value().unwrap_or_else(|| SetUp::alone(0, 0));
        self.resume.set_value(None);
        self.player.set_up(self, &shown);
    }

    /// A still was taken: the log keeps it, and then both files are handed out.
    async fn on_still(self, taken: StillTaken, json: String, png: String) {
        let name = self.inside.with_untracked(|inside| {
            let id = inside.as_ref().map_or_else(String::new, |inside| inside.manifest.bundle_id.to_string());
            format!("{id}-{}-{:06}", taken.clip + 1, taken.picture)
        });
        if let Some(mut record) = self.record.get_untracked() {
            let kept = record.change(|record| record.log.stills.push(taken)).await;
            self.record.set(Some(record));
            if let Err(error) = kept {
                return self.stop("storage", &error.0);
            }
        }
        let saved = data_encoding::BASE64
            .decode(png.as_bytes())
            .map_err(|error| error.to_string())
            .and_then(|png| download(&format!("{name}.png"), "image/png", &png).map_err(|error| error.0))
            .and_then(|()| {
                download(&format!("{name}.json"), "application/json", json.as_bytes())
                    .map_err(|error| error.0)
            });
        self.player.still.set(Some(saved.map(|()| name)));
    }

    async fn on_receipt(self, kind: ReceiptKind, jws: String, code: String) {
        let Some((report, at)) = self.draft.get_untracked() else { return };
        let erased = matches!(kind, ReceiptKind::Return | ReceiptKind::Erasure | ReceiptKind::Disposal);
        let mut erased_device_key = false;
        if let Some(mut record) = self.record.get_untracked() {
            let stored = record
                .change(|record| {
                    record.reports.push(kind);
                    record.erased |= erased;
                })
                .await;
            if let Err(error) = stored {
                return self.stop("storage", &error.0);
            }
            if erased {
                self.send(&Command::Close, None);
                erased_device_key =
                    record.by_device_key && self.erase_device_key.get_untracked() && erase_device_key().await;
            }
            self.record.set(Some(record));
        }
        self.receipt.set(Some(MadeReceipt { kind, jws, code, report, at, erased, erased_device_key }));
        self.stage.set(Stage::Done);
    }
}

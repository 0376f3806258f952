//! The office's keys in this browser: a new office, or one taken over from its backup.
//!
//! Entry points: [`Desk::found`], [`Desk::take_over`]. The worker derives and imports; the page never sees a key.

use fuin_core::{bundle::OfficeLabel, crypto::signing::Jws, records::event::EventBody};
use leptos::prelude::*;

use super::desk::{Desk, missing_office};
use crate::{
    locale::k,
    platform::{
        db::{self, Kept},
        files, practice,
        worker::WorkerHandle,
    },
    player::{Command, Event},
};

impl Desk {
    fn ask_worker(self, command: &Command, founded: bool) {
        self.working.set(true);
        self.message.set(None);
        let started = WorkerHandle::start(
            move |event: Event| match event {
                Event::OfficeKey { key_file } => self.on_key(key_file, founded),
                Event::Refused { code, cause } => {
                    self.working.set(false);
                    self.refuse(&code, &cause);
                }
                _ => {}
            },
            |_| {},
            move |_| {
                self.working.set(false);
                self.refuse("unknown", "");
            },
        );
        match started {
            Ok(worker) => {
                worker.send(command, None);
                self.worker.set_value(Some(worker));
            }
            Err(error) => self.refuse("unknown", &error.0),
        }
    }

    /// Takes over an office from its key file.
    pub fn take_over(self, key_file: String, passphrase: String) {
        self.ask_worker(&Command::ImportOfficeKey { key_file, passphrase }, false);
    }

    /// Makes a new office.
    pub fn found(self, office: OfficeLabel, rules: String, passphrase: String) {
        self.ask_worker(&Command::FoundOffice { office, rules, passphrase }, true);
    }

    fn on_key(self, key_file: String, founded: bool) {
        let l = self.locale;
        self.run(async move {
            // The worker that held the passphrase goes, now that its keys are in IndexedDB. Not earlier: this was called
            // from its own message.
            self.worker.set_value(None);
            if founded && !practice::is_on() {
                // The backup comes first: whatever fails later, the keys are not lost.
                files::download("office.key", "application/json", key_file.as_bytes())?;
            }
            self.reload().await?;
            // An office that was taken over brings its own ledger, which is imported.
            if founded {
                let card =
                    db::read_json::<Jws>(Kept::Settings, "office-card").await?.ok_or_else(missing_office)?;
                self.append(EventBody::OfficeFounded { card }).await?;
                if practice::is_on() {
                    return self.add_samples().await;
                }
                self.tell(l.t(k::OFFICE_FOUNDED).to_owned());
            }
            Ok(())
        });
    }
}

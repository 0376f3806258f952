//! The office's keys in this browser: a new office, or one taken over from its backup.
//!
//! Entry points: [`Desk::found`], [`Desk::take_over`], [`Desk::check_backup`]. The worker derives and imports; the page never sees a key.

use fuin_core::{EventBody, Jws, OfficeKeyFile, OfficeLabel};
use leptos::prelude::*;

use super::desk::{Desk, Fault, KEY_CHECKED, missing_office};
use crate::{
    locale::k,
    platform::{
        clock,
        db::{self, Kept},
        files, practice,
        worker::WorkerHandle,
    },
    player::{Command, Event, office_keys::FOUNDING},
};

/// The rule file of an office that is being founded, in the settings.
const FOUNDING_RULES: &str = "office-founding-rules";

impl Desk {
    /// Gives a worker of its own something to do with keys; `on_event` hears how it ended.
    fn ask_worker(self, command: &Command, on_event: impl Fn(Event) + 'static) {
        self.working.set(true);
        self.message.set(None);
        let started = WorkerHandle::start(
            move |event: Event| match event {
                Event::Refused { code, cause } => {
                    self.working.set(false);
                    self.refuse(&code, &cause);
                }
                event => on_event(event),
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
                self.key_worker.set_value(Some(worker));
            }
            Err(error) => self.refuse("unknown", &error.0),
        }
    }

    /// Takes over an office from its key file.
    pub fn take_over(self, key_file: String, passphrase: String) {
        self.ask_worker(&Command::ImportOfficeKey { key_file, passphrase }, move |event| {
            if matches!(event, Event::OfficeKey { .. }) {
                self.run(async move {
                    // The worker that held the passphrase goes. Not earlier: this was called from its own message.
                    self.key_worker.set_value(None);
                    self.reload().await
                });
            }
        });
    }

    /// Makes a new office; `own` is its own rule file, if it does not use a built-in set.
    pub fn found(self, office: OfficeLabel, rules: String, own: Option<String>, passphrase: String) {
        self.working.set(true);
        leptos::task::spawn_local(async move {
            let stored = match own {
                Some(text) => db::write_json(Kept::Settings, FOUNDING_RULES, &text).await,
                None => db::remove(Kept::Settings, FOUNDING_RULES).await,
            };
            if let Err(error) = stored {
                self.working.set(false);
                return self.refuse("storage", &error.0);
            }
            self.ask_worker(&Command::FoundOffice { office, rules, passphrase }, move |event| {
                if matches!(event, Event::OfficeKey { .. }) {
                    self.run(async move {
                        // The worker that held the passphrase goes. Not earlier: this was called from its own message.
                        self.key_worker.set_value(None);
                        self.reload().await?;
                        self.finish_founding().await?;
                        if practice::is_on() { self.add_samples().await } else { Ok(()) }
                    });
                }
            });
        });
    }

    /// What is still to be done for an office whose keys were just made: the backup, and its first lines in the ledger. A page that
    /// goes in between does the rest when it comes again.
    pub async fn finish_founding(self) -> Result<(), Fault> {
        let Some(key_file) = db::read_json::<String>(Kept::Settings, FOUNDING).await? else { return Ok(()) };
        let card = db::read_json::<Jws>(Kept::Settings, "office-card").await?.ok_or_else(missing_office)?;
        if OfficeKeyFile::parse(&key_file).ok().is_none_or(|file| file.card != card) {
            // Another office was founded or taken over since: what was left of the first is nobody's.
            db::remove(Kept::Settings, FOUNDING_RULES).await?;
            return Ok(db::remove(Kept::Settings, FOUNDING).await?);
        }
        if !practice::is_on() {
            // The backup comes first: whatever fails later, the keys are not lost.
            files::download("office.key", "application/json", key_file.as_bytes())?;
        }
        if self.ledger.with_untracked(|ledger| ledger.lines().is_empty()) {
            self.append(EventBody::OfficeFounded { card }).await?;
        }
        let own = db::read_json::<String>(Kept::Settings, FOUNDING_RULES).await?;
        if let Some(text) =
            own.filter(|_| self.register.with_untracked(|register| register.own_rules.is_none()))
        {
            self.append(EventBody::RulesAdopted { text }).await?;
        }
        db::remove(Kept::Settings, FOUNDING_RULES).await?;
        db::remove(Kept::Settings, FOUNDING).await?;
        if !practice::is_on() {
            self.tell(self.locale.t(k::OFFICE_FOUNDED).to_owned());
        }
        Ok(())
    }

    /// Opens a key file as if it were needed, and says whether it is this office's.
    pub fn check_backup(self, key_file: String, passphrase: String) {
        self.ask_worker(&Command::CheckOfficeKey { key_file, passphrase }, move |event| {
            if let Event::OfficeKeyChecked { key } = event {
                self.run(async move {
                    self.key_worker.set_value(None);
                    let ours =
                        self.card.with_untracked(|card| card.as_ref().map(|(_, ours)| ours.thumbprint()));
                    if ours != Some(key) {
                        return Err(Fault("office_key_other".into(), String::new()));
                    }
                    let now = clock::now();
                    db::write_json(Kept::Settings, KEY_CHECKED, &now).await?;
                    self.key_checked.set(Some(now));
                    self.tell(self.locale.t(k::SETTINGS_KEY_GOOD).to_owned());
                    Ok(())
                });
            }
        });
    }
}

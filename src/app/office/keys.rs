//! The office's keys in this browser: a new office, or one taken over from its backup.
//!
//! Entry points: [`Keys::found`], [`Keys::take_over`], [`Keys::check_backup`]. The worker derives and
//! imports; the page never sees a key.

use fuin_core::{EventBody, Jws, OfficeKeyFile, OfficeLabel, Timestamp};
use leptos::prelude::*;

use super::{desk::Desk, fault::DeskFault, samples::add_samples};
use crate::{
    fault::{Code, Fault},
    locale::k,
    platform::{
        clock,
        db::{self, StoreName},
        files, kept, profile,
        worker::WorkerHandle,
    },
    wire::{Command, Event, KeyCommand, KeyEvent, Typed},
};

/// What is done with keys.
#[derive(Clone, Copy)]
pub struct Keys {
    desk: Desk,
    /// When the backup of the keys was last read back.
    pub checked: RwSignal<Option<Timestamp>>,
    /// Works with keys, beside the one that may be sealing.
    worker: StoredValue<Option<WorkerHandle>, LocalStorage>,
}

/// Makes it known.
pub fn provide_keys(desk: Desk) -> Keys {
    let keys = Keys { desk, checked: RwSignal::new(None), worker: StoredValue::new_local(None) };
    provide_context(keys);
    keys
}

/// What is done with keys.
pub fn use_keys() -> Keys {
    expect_context()
}

impl Keys {
    /// Gives a worker of its own something to do with keys; `on_event` hears how it ended.
    fn ask_worker(self, command: KeyCommand, on_event: impl Fn(KeyEvent) + 'static) {
        let desk = self.desk;
        desk.working.set(true);
        desk.message.set(None);
        let refuse = move |fault: Fault| {
            desk.working.set(false);
            desk.refuse(&fault.into());
        };
        let started = WorkerHandle::start(
            move |event: Event| match event {
                Event::Refused { code, cause } => refuse(Fault { code, cause }),
                Event::Key(event) => on_event(event),
                Event::View(_) | Event::Play(_) | Event::Seal(_) => {}
            },
            |_| {},
            move |cause| refuse(Fault::new(Code::WorkerStopped, cause)),
        );
        match started {
            Ok(worker) => {
                worker.send(&Command::from(command), None);
                self.worker.set_value(Some(worker));
            }
            Err(error) => refuse(Fault::new(Code::WorkerMissing, error.words)),
        }
    }

    /// Reads when the backup was last checked.
    pub async fn reload(self) -> Result<(), DeskFault> {
        self.checked.set(db::read_json(StoreName::Settings, kept::OFFICE_KEY_CHECKED).await?);
        Ok(())
    }

    /// Takes over an office from its key file.
    pub fn take_over(self, key_file: String, passphrase: String) {
        let passphrase = Typed::new(passphrase);
        self.ask_worker(KeyCommand::Import { key_file, passphrase }, move |event| {
            if matches!(event, KeyEvent::Kept { .. }) {
                self.desk.run(async move {
                    // The worker that held the passphrase goes. Not earlier: this was called from its own message.
                    self.worker.set_value(None);
                    self.desk.reload().await
                });
            }
        });
    }

    /// Makes a new office; `own` is its own rule file, if it does not use a built-in set.
    pub fn found(self, office: OfficeLabel, rules: String, own: Option<String>, passphrase: String) {
        self.desk.working.set(true);
        leptos::task::spawn_local(async move {
            let stored = match own {
                Some(text) => db::write_json(StoreName::Settings, kept::OFFICE_FOUNDING_RULES, &text).await,
                None => db::remove(StoreName::Settings, kept::OFFICE_FOUNDING_RULES).await,
            };
            if let Err(error) = stored {
                self.desk.working.set(false);
                return self.desk.refuse(&error.into());
            }
            let passphrase = Typed::new(passphrase);
            self.ask_worker(KeyCommand::Found { office, rules, passphrase }, move |event| {
                if matches!(event, KeyEvent::Kept { .. }) {
                    self.desk.run(async move {
                        // The worker that held the passphrase goes. Not earlier: this was called from its own message.
                        self.worker.set_value(None);
                        self.desk.reload().await?;
                        self.finish_founding().await?;
                        if profile::is_practice() { add_samples(self.desk).await } else { Ok(()) }
                    });
                }
            });
        });
    }

    /// What is still to be done for an office whose keys were just made: the backup, and its first lines in
    /// the ledger. A page that goes in between does the rest when it comes again.
    pub async fn finish_founding(self) -> Result<(), DeskFault> {
        let Some(key_file) = db::read_json::<String>(StoreName::Settings, kept::OFFICE_FOUNDING).await?
        else {
            return Ok(());
        };
        let card =
            db::read_json::<Jws>(StoreName::Settings, kept::OFFICE_CARD).await?.ok_or(Code::OfficeMissing)?;
        if OfficeKeyFile::parse(&key_file).ok().is_none_or(|file| file.card != card) {
            // Another office was founded or taken over since: what was left of the first is of no use.
            db::remove(StoreName::Settings, kept::OFFICE_FOUNDING_RULES).await?;
            return Ok(db::remove(StoreName::Settings, kept::OFFICE_FOUNDING).await?);
        }
        if !profile::is_practice() {
            // The backup comes first: whatever fails later, the keys are not lost.
            files::download("office.key", "application/json", key_file.as_bytes())?;
        }
        if self.desk.ledger.with_untracked(|ledger| ledger.lines().is_empty()) {
            self.desk.append(EventBody::OfficeFounded { card }).await?;
        }
        let own = db::read_json::<String>(StoreName::Settings, kept::OFFICE_FOUNDING_RULES).await?;
        if let Some(text) =
            own.filter(|_| self.desk.register.with_untracked(|register| register.own_rules.is_none()))
        {
            self.desk.append(EventBody::RulesAdopted { text }).await?;
        }
        db::remove(StoreName::Settings, kept::OFFICE_FOUNDING_RULES).await?;
        db::remove(StoreName::Settings, kept::OFFICE_FOUNDING).await?;
        if !profile::is_practice() {
            self.desk.tell(self.desk.locale.t(k::OFFICE_FOUNDED).to_owned());
        }
        Ok(())
    }

    /// Opens a key file as if it were needed, and says whether it is this office's.
    pub fn check_backup(self, key_file: String, passphrase: String) {
        let passphrase = Typed::new(passphrase);
        self.ask_worker(KeyCommand::Check { key_file, passphrase }, move |event| {
            if let KeyEvent::Checked { key } = event {
                self.desk.run(async move {
                    self.worker.set_value(None);
                    let ours = self
                        .desk
                        .card
                        .with_untracked(|card| card.as_ref().map(|(_, ours)| ours.thumbprint()));
                    if ours != Some(key) {
                        return Err(Code::OfficeKeyOther.into());
                    }
                    let now = clock::now();
                    db::write_json(StoreName::Settings, kept::OFFICE_KEY_CHECKED, &now).await?;
                    self.checked.set(Some(now));
                    self.desk.tell(self.desk.locale.t(k::SETTINGS_KEY_GOOD).to_owned());
                    Ok(())
                });
            }
        });
    }
}

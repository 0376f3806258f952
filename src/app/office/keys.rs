//! The office's keys: a new office, one taken over from its backup, and the one of this browser opened for a while.
//!
//! Entry points: [`Keys::found`], [`Keys::take_over`], [`Keys::unlock`], [`Keys::change`], [`Keys::check_backup`].
//! The worker derives; the page gets handles that cannot be taken out, and stores none.

use fuin_core::{Coded, EventBody, Jws, OfficeCard, OfficeKeyFile, OfficeLabel, Timestamp};
use leptos::prelude::*;

use super::{
    actor, desk::Desk, fault::DeskFault, mirror::Mirror, samples::add_samples, server::Server, stored,
};
use crate::{
    fault::{Code, Fault},
    locale::k,
    page::key_worker,
    platform::{
        clock,
        db::{self, StoreName},
        files, kept, profile,
    },
    wire::{KeyCommand, KeyEvent, Typed},
};

/// The passphrase of practice. It protects nothing: there is nothing to protect.
const PRACTICE_PASSPHRASE: &str = "renshu renshu renshu";

/// What is asked of a change of the office's key.
pub struct KeyChangeOrder {
    /// 理由.
    pub reason: String,
    /// Whether somebody else may have the old key.
    pub exposed: bool,
    /// The office's passphrase, as typed.
    pub passphrase: String,
    /// That of the new key, as typed.
    pub new_passphrase: String,
}

/// What is done with keys.
#[derive(Clone, Copy)]
pub struct Keys {
    desk: Desk,
    mirror: Mirror,
    server: Server,
    /// When the backup of the keys was last read back.
    pub checked: RwSignal<Option<Timestamp>>,
}

/// Makes it known.
pub fn provide_keys(desk: Desk, mirror: Mirror, server: Server) -> Keys {
    let keys = Keys { desk, mirror, server, checked: RwSignal::new(None) };
    provide_context(keys);
    keys
}

/// What is done with keys.
pub fn use_keys() -> Keys {
    expect_context()
}

impl Keys {
    /// Has an office's keys opened, and then reads what they open. `by` is who does it, where he said so.
    async fn open(self, command: KeyCommand, by: Option<String>) -> Result<(), DeskFault> {
        self.desk.message.set(None);
        let (_, keys) = key_worker::ask(command).await?;
        self.desk.unlock(keys.ok_or(Code::OfficeMissing)?);
        let begun = self.begin(by).await;
        if !self.desk.unlocked.get_untracked() {
            // Nothing could be read: nobody could lock keys that are open beside a closed desk.
            self.desk.lock();
        }
        begun
    }

    /// Reads what the keys open.
    async fn begin(self, by: Option<String>) -> Result<(), DeskFault> {
        if by.is_none() && !self.server.is_hosted {
            // Before the screens open, which otherwise ask for a moment who works here.
            actor::remember(self.desk).await?;
        }
        let read = self.desk.reload().await;
        // What is out of reach or refused is said, and the copy here can be read.
        if let Err(fault) = self.server.open().await {
            self.desk.refuse(&fault);
        }
        if let Some(name) = by.filter(|_| !self.server.is_hosted) {
            actor::works_now(self.desk, name).await?;
        }
        if self.desk.actor.with_untracked(Option::is_some) {
            self.go_on().await?;
        }
        // Rules that were missing may have come with the rest of the founding.
        let known = self.desk.sound.get_untracked() && self.desk.rules.with_untracked(Option::is_some);
        if known { Ok(()) } else { read }
    }

    /// Goes on where a page that went in between stopped, once it is known who works here.
    pub async fn go_on(self) -> Result<(), DeskFault> {
        if self.desk.unlocked.get_untracked() && self.desk.sound.get_untracked() {
            self.finish_founding().await?;
            self.server.settle().await?;
            self.hand_out_new().await?;
            self.checked.set(db::read_json(StoreName::Settings, kept::OFFICE_KEY_CHECKED).await?);
            self.mirror.open().await?;
        }
        Ok(())
    }

    /// Opens the office of this browser.
    pub fn unlock(self, passphrase: String) {
        self.desk.run(self.open(KeyCommand::Unlock { passphrase: Typed::new(passphrase) }, None));
    }

    /// Opens the office of practice.
    pub fn unlock_practice(self) {
        self.unlock(PRACTICE_PASSPHRASE.into());
    }

    /// Makes an office to practise with.
    pub fn found_practice(self, office: OfficeLabel, rules: String) {
        self.found(office, rules, None, PRACTICE_PASSPHRASE.into(), None);
    }

    /// Takes over an office from its key file.
    pub fn take_over(self, key_file: String, passphrase: String) {
        let passphrase = Typed::new(passphrase);
        self.desk.run(self.open(KeyCommand::Import { key_file, passphrase }, None));
    }

    /// Makes a new office; `own` is its own rule file, if it does not use a built-in set, `by` who does it.
    pub fn found(
        self,
        office: OfficeLabel,
        rules: String,
        own: Option<String>,
        passphrase: String,
        by: Option<String>,
    ) {
        let passphrase = Typed::new(passphrase);
        self.desk
            .run(async move { self.open(KeyCommand::Found { office, rules, own, passphrase }, by).await });
    }

    /// What is still to be done for an office whose keys were just made: the backup, and its first lines in
    /// the ledger. A page that goes in between does the rest when it comes again.
    pub async fn finish_founding(self) -> Result<(), DeskFault> {
        if db::read_json::<bool>(StoreName::Settings, kept::OFFICE_FOUNDING).await? != Some(true) {
            return Ok(());
        }
        // The backup comes first: whatever fails later, the keys are not lost.
        let OfficeKeyFile { card, .. } = hand_out_key_file().await?;
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
        if profile::is_practice() {
            return add_samples(self.desk).await;
        }
        self.desk.tell(self.desk.locale.t(k::OFFICE_FOUNDED).to_owned());
        Ok(())
    }

    /// Gives the office a new key; the old one signs that in the ledger. The new key file is handed out.
    pub fn change(self, order: KeyChangeOrder) {
        let KeyChangeOrder { reason, exposed, passphrase, new_passphrase } = order;
        let (passphrase, new_passphrase) = (Typed::new(passphrase), Typed::new(new_passphrase));
        let desk = self.desk;
        desk.message.set(None);
        desk.run(async move {
            let command = KeyCommand::Change { passphrase, new_passphrase, exposed };
            let (event, keys) = key_worker::ask(command).await?;
            let (KeyEvent::Changed { key_file, change }, Some(keys)) = (event, keys) else {
                return Err(Code::OfficeMissing.into());
            };
            let file = OfficeKeyFile::parse(&key_file).map_err(Fault::from)?;
            let event = EventBody::KeyChanged { card: file.card.clone(), change: Jws::new(&change), reason };
            desk.change_key(event, keys, &file).await?;
            self.hand_out_new().await
        });
    }

    /// Records that the office has another name or contact: the line and the key file with the new card are stored at
    /// once or not at all.
    pub async fn rename(self, office: OfficeLabel) -> Result<(), DeskFault> {
        let desk = self.desk;
        let (keys, file) = (desk.keys()?, stored::key_file().await?.ok_or(Code::OfficeMissing)?);
        let (card, _) = desk.card.get_untracked().ok_or(Code::OfficeMissing)?;
        let unsigned = card.renamed(office, clock::now(), keys.signing.public());
        let unsigned = unsigned.map_err(|error| Fault::new(Code::OfficeName, error.to_string()))?;
        let card = keys.signing.sign(unsigned).await?;
        let Some(file) = file.with_card(&card) else { return Ok(()) };
        desk.write_next(EventBody::OfficeRenamed { card }, Some((&keys.signing, &file))).await?;
        desk.reload().await
    }

    /// Hands out the file of a key that was changed, and says what becomes of it. A page that goes in between does it
    /// when it comes again.
    async fn hand_out_new(self) -> Result<(), DeskFault> {
        if db::read_json::<bool>(StoreName::Settings, kept::OFFICE_KEY_NEW).await? != Some(true) {
            return Ok(());
        }
        hand_out_key_file().await?;
        // What was read back before is the file of the old key.
        db::remove(StoreName::Settings, kept::OFFICE_KEY_CHECKED).await?;
        db::remove(StoreName::Settings, kept::OFFICE_KEY_NEW).await?;
        self.checked.set(None);
        self.desk.tell(self.desk.locale.t(k::KEY_CHANGE_DONE).to_owned());
        Ok(())
    }

    /// Opens a key file as if it were needed, and says whether it is this office's. One of another key of this office
    /// is kept for the import of a ledger that leads to it.
    pub fn check_backup(self, key_file: String, passphrase: String) {
        let command = KeyCommand::Check { key_file: key_file.clone(), passphrase: Typed::new(passphrase) };
        let desk = self.desk;
        desk.message.set(None);
        desk.run(async move {
            let (event, _) = key_worker::ask(command).await?;
            let ours = desk.card.with_untracked(|card| card.as_ref().map(|(_, ours)| ours.thumbprint()));
            if !matches!(&event, KeyEvent::Checked { key } if ours.as_ref() == Some(key)) {
                let file = OfficeKeyFile::parse(&key_file).map_err(Fault::from)?;
                let (card, key) =
                    OfficeCard::verify(&file.card).map_err(|error| Code::named(error.code()))?;
                let is_ours = desk.card.with_untracked(|ours| {
                    ours.as_ref()
                        .is_some_and(|(ours, _)| ours.office == card.office && card.follows.is_some())
                });
                let was_ours = desk.ledger.with_untracked(|ledger| ledger.had_key(&key));
                if !is_ours || was_ours {
                    return Err(Code::OfficeKeyOther.into());
                }
                desk.other_key.set(Some(file));
                desk.tell(desk.locale.t(k::KEY_CHANGE_OTHER).to_owned());
                return Ok(());
            }
            let now = clock::now();
            db::write_json(StoreName::Settings, kept::OFFICE_KEY_CHECKED, &now).await?;
            self.checked.set(Some(now));
            desk.tell(desk.locale.t(k::SETTINGS_KEY_GOOD).to_owned());
            Ok(())
        });
    }
}

/// Hands out the office's key file as its backup; there is none to keep in practice.
async fn hand_out_key_file() -> Result<OfficeKeyFile, DeskFault> {
    let file = stored::key_file().await?.ok_or(Code::OfficeMissing)?;
    if !profile::is_practice() {
        files::download("office.key", "application/json", file.to_json().as_bytes())?;
    }
    Ok(file)
}

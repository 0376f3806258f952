//! What the desk knows and does: the office's card, its keys while it is open, its ledger, what follows from it, and
//! appending to it.
//!
//! Entry point: [`use_desk`]. Absent: how the keys come (`keys.rs`), screens.

use std::{rc::Rc, sync::Arc};

use fuin_core::{
    Coded, EventBody, Jws, Ledger, LedgerFault, LedgerLine, OfficeCard, OfficeKeyFile, PublicKey, Register,
    RuleSet, admits_next, attachments_gone,
};
use futures_util::{
    future::LocalBoxFuture,
    lock::{Mutex, OwnedMutexGuard},
};
use leptos::prelude::*;

use super::{
    fault::{DeskFault, Message},
    next_line::{NextLine, Unanswered, is_unknown},
    screen::Screen,
    shared::{Sent, Shared, Witness},
    stored::{self, Addition},
};
use crate::{
    fault::{Code, Fault},
    locale::{Locale, use_locale},
    platform::{
        clock,
        crypto::{OfficeHandles, OfficeSigningKey},
        db::{self, StoreName},
        kept, reminder,
    },
};

/// The state of the desk.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The office of this browser, if there is one.
    pub card: RwSignal<Option<(OfficeCard, PublicKey)>>,
    /// The name of the office that was in this browser, if the browser has lost what it kept of it.
    pub lost: RwSignal<Option<String>>,
    /// Whether its keys are open. Without them nothing of its ledger can be read.
    pub unlocked: RwSignal<bool>,
    /// Whether nobody worked here for so long that it locks itself soon.
    pub locks_soon: RwSignal<bool>,
    /// The card as it is signed.
    pub card_jws: RwSignal<String>,
    /// The city's rules.
    pub rules: RwSignal<Option<RuleSet>>,
    /// A key file that was opened here and is of another key of this office, to which a ledger from another PC may
    /// lead.
    pub other_key: RwSignal<Option<OfficeKeyFile>>,
    /// The ledger as read.
    pub ledger: RwSignal<Ledger>,
    /// What follows from it.
    pub register: RwSignal<Register>,
    /// Which screen.
    pub screen: RwSignal<Screen>,
    /// Who works here now, for the ledger; nobody until somebody says so.
    pub actor: RwSignal<Option<String>>,
    /// Who worked here last.
    pub actor_before: RwSignal<Option<String>>,
    /// It is open to be looked at alone (監査): nothing is recorded until it is locked and opened again.
    pub reads_only: RwSignal<bool>,
    /// Whether the ledger may be appended to.
    pub sound: RwSignal<bool>,
    /// What to tell.
    pub message: RwSignal<Option<Message>>,
    /// Something takes its time.
    pub working: Memo<bool>,
    /// How many things do.
    works: RwSignal<u32>,
    witness: StoredValue<Option<Rc<dyn Witness>>, LocalStorage>,
    shared: StoredValue<Option<Rc<dyn Shared>>, LocalStorage>,
    /// What was to be recorded last, and the line that was sent for it, while it is not known whether it was taken.
    unanswered: Unanswered,
    /// Lines are written, or taken over, one after the other.
    turns: StoredValue<Arc<Mutex<()>>>,
    /// The keys, in memory only.
    keys: StoredValue<Option<OfficeHandles>, LocalStorage>,
    /// The sealed head as it was read or written last.
    sealed_head: StoredValue<Option<Vec<u8>>>,
    /// The page's words.
    pub locale: Locale,
}

/// Makes the desk known to its components. What this browser keeps is read by [`Desk::reload`].
pub fn provide_desk() -> Desk {
    let works = RwSignal::new(0);
    let desk = Desk {
        card: RwSignal::new(None),
        lost: RwSignal::new(None),
        unlocked: RwSignal::new(false),
        locks_soon: RwSignal::new(false),
        card_jws: RwSignal::new(String::new()),
        rules: RwSignal::new(None),
        other_key: RwSignal::new(None),
        ledger: RwSignal::new(Ledger::default()),
        register: RwSignal::new(Register::default()),
        screen: RwSignal::new(Screen::Today),
        actor: RwSignal::new(None),
        actor_before: RwSignal::new(None),
        reads_only: RwSignal::new(false),
        sound: RwSignal::new(true),
        message: RwSignal::new(None),
        working: Memo::new(move |_| works.get() > 0),
        works,
        witness: StoredValue::new_local(None),
        shared: StoredValue::new_local(None),
        unanswered: Unanswered::default(),
        turns: StoredValue::new(Arc::default()),
        keys: StoredValue::new_local(None),
        sealed_head: StoredValue::new(None),
        locale: use_locale(),
    };
    provide_context(desk);
    desk
}

/// The desk.
pub fn use_desk() -> Desk {
    expect_context()
}

impl Desk {
    /// Does something and tells how it ended if it failed.
    pub fn run(self, work: impl Future<Output = Result<(), DeskFault>> + 'static) {
        self.see_to(Box::pin(work), 1);
    }

    /// The same for what nobody began by a press: buttons stay on, so that no press at that moment is lost.
    pub fn run_aside(self, work: impl Future<Output = Result<(), DeskFault>> + 'static) {
        self.see_to(Box::pin(work), 0);
    }

    // One piece of code for all kinds of work, of which there are many.
    fn see_to(self, work: LocalBoxFuture<'static, Result<(), DeskFault>>, counts: u32) {
        self.works.update(|works| *works += counts);
        leptos::task::spawn_local(async move {
            let result = work.await;
            self.works.update(|works| *works -= counts);
            result.unwrap_or_else(|fault| self.refuse(&fault));
        });
    }

    /// Says that something went wrong.
    pub fn refuse(self, fault: &DeskFault) {
        let (cause, advice) = fault.words(self.locale);
        self.message.set(Some(Message { stop: true, cause, advice }));
    }

    /// From now on this one looks on.
    pub fn set_witness(self, witness: Rc<dyn Witness>) {
        self.witness.set_value(Some(witness));
    }

    /// From now on lines are recorded there, or here alone again.
    pub fn share(self, shared: Option<Rc<dyn Shared>>) {
        self.shared.set_value(shared);
    }

    /// Takes over what other desks recorded, and gives them what is only here, where a ledger is shared.
    pub async fn read_on(self) -> Result<(), DeskFault> {
        let Some(shared) = self.shared.get_value() else { return Ok(()) };
        let _turn = self.turn().await;
        shared.read_on().await
    }

    /// A document that is kept where the ledger is shared, as a desk sealed it.
    pub async fn fetch(self, name: &str) -> Result<Option<Vec<u8>>, DeskFault> {
        let Some(shared) = self.shared.get_value() else { return Ok(None) };
        shared.fetch(name).await
    }

    /// A turn to write to the ledger, until dropped.
    pub async fn turn(self) -> OwnedMutexGuard<()> {
        self.turns.get_value().lock_owned().await
    }

    /// The ledger, or the documents beside it, became more.
    pub fn changed(self) {
        if let Some(witness) = self.witness.get_value() {
            witness.changed();
        }
    }

    /// Says that something went well.
    pub fn tell(self, cause: String) {
        self.message.set(Some(Message { stop: false, cause, advice: String::new() }));
    }

    /// Reads who the office of this browser is; no key is needed for that.
    pub async fn read_card(self) -> Result<(), DeskFault> {
        let Some(OfficeKeyFile { card, .. }) = stored::key_file().await? else {
            self.lost.set(reminder::remembered_office());
            return Ok(());
        };
        let verified = OfficeCard::verify(&card).map_err(|error| Code::named(error.code()))?;
        reminder::remember_office(&verified.0.office.name);
        self.card_jws.set(card.as_str().to_owned());
        self.card.set(Some(verified));
        Ok(())
    }

    /// From now on the desk works with these keys.
    pub fn unlock(self, keys: OfficeHandles) {
        self.keys.set_value(Some(keys));
    }

    /// Calls `forget` whenever the desk is locked: what waits was read with the keys, and goes with them.
    pub fn on_lock(self, forget: impl Fn() + 'static) {
        Effect::new(move |_| {
            if !self.unlocked.get() {
                forget();
            }
        });
    }

    /// Forgets the keys and what was read with them. Nothing may be at work: it would go on with keys of its own.
    pub fn lock(self) {
        self.keys.set_value(None);
        self.unlocked.set(false);
        self.reads_only.set(false);
        self.actor.set(None);
        self.actor_before.set(None);
        self.sealed_head.set_value(None);
        self.other_key.set(None);
        self.unanswered.forget();
        self.ledger.set(Ledger::default());
        self.register.set(Register::default());
        self.message.set(None);
    }

    /// The office's keys.
    pub fn keys(self) -> Result<OfficeHandles, DeskFault> {
        self.keys.get_value().ok_or(Code::OfficeLocked.into())
    }

    /// Reads what this browser keeps, with the keys that were opened.
    pub async fn reload(self) -> Result<(), DeskFault> {
        self.read_card().await?;
        let Some((card, key)) = self.card.get_untracked() else { return Ok(()) };
        let keys = self.keys()?;
        if keys.signing.public() != &key {
            // Another window put another office into this browser.
            self.lock();
            return Err(Code::LedgerBusy.into());
        }
        let stored = stored::read(&keys.storage).await?;
        self.sealed_head.set_value(stored.sealed.head);
        let (ledger, faults) =
            Ledger::read_own(stored.lines.join("\n").as_bytes(), stored.head.as_ref(), &key);
        let ledger = match ledger.without_destroyed().filter(|_| faults.is_empty()) {
            Some(without) => self.destroy(&ledger, without).await?,
            None => ledger,
        };
        if let Some(card) = ledger.card().filter(|_| faults.is_empty())
            && stored::keep_card(card).await?
        {
            self.read_card().await?;
        }
        let register = Register::project(ledger.events());
        self.register.set(register);
        let is_empty = ledger.lines().is_empty();
        self.ledger.set(ledger);
        let followed = self.follow_rules(&card);
        self.sound.set(faults.is_empty());
        self.unlocked.set(true);
        match faults.into_iter().next() {
            Some(fault) => Err(fault.into()),
            // An office that was taken over and has rules of its own knows them once its ledger is there; and
            // one whose rules are not understood can still be read, and adopt others.
            None if is_empty => Ok(()),
            None => followed,
        }
    }

    /// Takes away what a line says was destroyed: first the documents, as long as it is known which they are, then the
    /// lines. What is cut off in between is finished when the ledger is read the next time.
    async fn destroy(self, ledger: &Ledger, without: Ledger) -> Result<Ledger, DeskFault> {
        for gone in attachments_gone(ledger, &without) {
            db::remove(StoreName::Attachments, &gone).await?;
        }
        let keys = self.keys()?;
        let stored = stored::read(&keys.storage).await?;
        let head = stored.head.ok_or(LedgerFault::Head)?;
        let added = Addition { lines: without.lines(), head: &head, key_file: None };
        stored::replace(&keys.storage, &stored.sealed, added).await?;
        self.sealed_head.set_value(stored::read(&keys.storage).await?.sealed.head);
        Ok(without)
    }

    /// The rules in force, as card and ledger say.
    fn follow_rules(self, card: &OfficeCard) -> Result<(), DeskFault> {
        let rules = self
            .register
            .with_untracked(|register| RuleSet::in_force(&card.rules, register.own_rules.as_deref()))
            .map_err(Fault::from)?;
        if self.rules.with_untracked(|known| known.as_ref() != Some(&rules)) {
            self.rules.set(Some(rules));
        }
        Ok(())
    }

    /// Signs an event and appends it; the screen follows what was stored.
    pub async fn append(self, event: EventBody) -> Result<(), DeskFault> {
        let new_rules = matches!(event, EventBody::RulesAdopted { .. });
        let destroys = matches!(event, EventBody::YearDestroyed(_));
        self.write_next(event, None).await?;
        if destroys {
            self.reload().await?;
            self.changed();
        }
        match self.card.get_untracked() {
            Some((card, _)) if new_rules => self.follow_rules(&card),
            _ => Ok(()),
        }
    }

    /// Signs with the old key that the office has another one now, and goes on with that: the line and the key file are
    /// stored at once or not at all.
    pub async fn change_key(
        self,
        event: EventBody,
        keys: OfficeHandles,
        key_file: &OfficeKeyFile,
    ) -> Result<(), DeskFault> {
        // Where the answer is lost the line may stand: the file of its key must not be lost with it.
        db::write_json(StoreName::Settings, kept::OFFICE_KEY_COMING, &key_file.to_json()).await?;
        self.write_next(event, Some((&keys.signing, key_file))).await?;
        db::remove(StoreName::Settings, kept::OFFICE_KEY_COMING).await?;
        self.unlock(keys);
        self.reload().await
    }

    /// Writes the next line; with it a key file, whose key signs the head.
    pub(super) async fn write_next(
        self,
        event: EventBody,
        new: Option<(&OfficeSigningKey, &OfficeKeyFile)>,
    ) -> Result<(), DeskFault> {
        if !self.sound.get_untracked() {
            // Nothing is added to a ledger that does not verify; what is wrong with it is said again.
            self.reload().await?;
            return Err(Code::LedgerBusy.into());
        }
        if self.reads_only.get_untracked() {
            return Err(Code::DeskReadsOnly.into());
        }
        if self.lines() == 0 && !matches!(event, EventBody::OfficeFounded { .. }) {
            // An office that was taken over has a ledger elsewhere; a second first line would be a fork.
            return Err(Code::LedgerImportFirst.into());
        }
        if let Some(witness) = self.witness.get_value() {
            witness.may_append()?;
        }
        let _turn = self.turn().await;
        let shared = self.shared.get_value();
        if let Some(shared) = shared.as_ref().filter(|_| new.is_none())
            && self.unanswered.was_taken(&**shared, self.ledger, &event).await?
        {
            return Ok(());
        }
        let wanted = event.clone();
        let mut event = event;
        loop {
            self.register.with_untracked(|register| register.number(&mut event));
            let prepared = self.prepare(event.clone(), new.map(|(key, _)| key)).await?;
            let Some(shared) = &shared else { return self.store(prepared, new.map(|(_, file)| file)).await };
            let known = self.lines();
            match shared.send(&prepared.line, &prepared.head).await {
                Ok(Sent::Taken) => return self.store(prepared, new.map(|(_, file)| file)).await,
                Ok(Sent::Overtaken) => shared.read_on().await?,
                Err(fault) => {
                    if is_unknown(fault.code) {
                        // It may have been taken all the same: the next time, this very line is sent first.
                        self.unanswered.keep(wanted, prepared);
                    }
                    return Err(fault);
                }
            }
            if self.lines() == known {
                // It has another line in this place, and nothing behind it.
                return Err(LedgerFault::Fork { line: known as u64 }.into());
            }
        }
    }

    fn lines(self) -> usize {
        self.ledger.with_untracked(|ledger| ledger.lines().len())
    }

    /// Signs the next line, and the head that counts it.
    async fn prepare(self, event: EventBody, new: Option<&OfficeSigningKey>) -> Result<NextLine, DeskFault> {
        let actor = self.actor.get_untracked().ok_or(Code::ActorMissing)?;
        self.admits(&actor, &event)?;
        let own = self.shared.with_value(|shared| shared.as_ref().and_then(|shared| shared.desk_key()));
        NextLine::sign(self.ledger, &self.keys()?, (own, new), &actor, event).await
    }

    /// Keeps a line in this browser, with a key file whose key signed the head.
    async fn store(self, prepared: NextLine, key_file: Option<&OfficeKeyFile>) -> Result<(), DeskFault> {
        let NextLine { line, head } = prepared;
        let storage = self.keys()?.storage;
        // What was prepared fits only this place: another task of this page may have been quicker.
        let known = self.lines();
        let seen = self.sealed_head.get_value();
        let lines = [LedgerLine::Whole(line.clone())];
        let added = Addition { lines: &lines, head: &head, key_file };
        match stored::append(&storage, known, seen.as_deref(), added).await {
            Ok(sealed_head) => self.sealed_head.set_value(sealed_head),
            Err(fault) => {
                // Another tab wrote this line first, or the disk is full; what is stored decides, and which it was is
                // said.
                self.reload().await?;
                let stands = self.ledger.with_untracked(|ledger| ledger.place_taken(&line) == Some(true));
                // Another window took over what a server has: this very line.
                return if stands { Ok(()) } else { Err(fault) };
            }
        }
        let committed = self.ledger.try_update(|ledger| ledger.commit(line));
        committed.unwrap_or(Err(LedgerFault::Head))?;
        self.follow();
        Ok(())
    }

    /// What follows from the ledger, now that it is longer.
    fn follow(self) {
        self.ledger
            .with_untracked(|ledger| self.register.update(|register| register.follow(ledger.events())));
        self.changed();
    }

    /// Takes over lines that another desk recorded and the office's key or a desk's signed, with the head that counts
    /// them. Where they change the office's key, one of `files` has to be the new one's. Whoever calls has the turn.
    pub async fn absorb(self, lines: Vec<Jws>, head: &Jws, files: &[OfficeKeyFile]) -> Result<(), DeskFault> {
        if let [line] = lines.as_slice() {
            let checked = self.ledger.with_untracked(|ledger| ledger.check_next(line, head))?;
            let event = &checked.event().event;
            if !matches!(event, EventBody::KeyChanged { .. }) {
                self.store(NextLine { line: line.clone(), head: head.clone() }, None).await?;
                return if event.changes_office() { self.reload().await } else { Ok(()) };
            }
        }
        // All of them are good before any is kept: in a copy, since nothing is taken out again.
        let (known, mut longer) = self.ledger.with_untracked(|ledger| (ledger.lines().len(), ledger.clone()));
        let changes = longer.key_changes().len();
        for line in &lines {
            longer.commit_of_office(line.clone())?;
        }
        let lines: Vec<LedgerLine> = lines.into_iter().map(LedgerLine::Whole).collect();
        if let Some(change) = longer.key_changes().get(changes..).and_then(<[_]>::last) {
            let is_of =
                |file: &&OfficeKeyFile| OfficeCard::verify(&file.card).is_ok_and(|(_, key)| key == change.to);
            let key_file = Some(files.iter().find(is_of).ok_or(Code::OfficeKeyChanged)?);
            return self.take_in(known, Addition { lines: &lines, head, key_file }).await;
        }
        if !longer.is_counted_by(head) {
            return Err(LedgerFault::Head.into());
        }
        let added = Addition { lines: &lines, head, key_file: None };
        let (storage, seen) = (self.keys()?.storage, self.sealed_head.get_value());
        self.sealed_head.set_value(stored::append(&storage, known, seen.as_deref(), added).await?);
        let changes_office = longer.events().iter().skip(known).any(|event| event.event.changes_office());
        self.ledger.set(longer);
        self.follow();
        if changes_office { self.reload().await } else { Ok(()) }
    }

    /// Takes over lines of another copy of this ledger, behind the first `known` ones that it knows. With a key file of
    /// a key that was changed there, the desk is locked: its keys are others now.
    pub async fn take_in(self, known: usize, added: Addition<'_>) -> Result<(), DeskFault> {
        let (key, seen) = (self.keys()?.storage, self.sealed_head.get_value());
        let new_key = added.key_file.is_some();
        stored::append(&key, known, seen.as_deref(), added).await?;
        if !new_key {
            return self.reload().await;
        }
        self.lock();
        self.read_card().await
    }

    /// Whether core lets an event follow what was recorded so far.
    fn admits(self, actor: &str, event: &EventBody) -> Result<(), DeskFault> {
        let rules = match (self.rules.get_untracked(), event) {
            (Some(rules), _) => rules,
            // An office with rules of its own says them before anything else.
            (None, EventBody::OfficeFounded { .. } | EventBody::RulesAdopted { .. }) => return Ok(()),
            (None, _) => return Err(Code::RulesUnknown.into()),
        };
        let may = |ledger: &Ledger, register: &Register| {
            admits_next(ledger, register, (actor, event), Ok(&rules), clock::now())
        };
        Ok(self
            .ledger
            .with_untracked(|ledger| self.register.with_untracked(|register| may(ledger, register)))?)
    }
}

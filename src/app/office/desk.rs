//! What the desk knows and does: the office's card, its ledger, what follows from it, and appending to it.
//!
//! Entry point: [`use_desk`]. Absent: keys (`keys.rs`), screens.

use std::collections::BTreeSet;

use fuin_core::{
    AcceptedReceipt, BundleId, Coded, EventBody, Jws, Ledger, LedgerFault, OfficeCard, PublicKey,
    ReceiptRefusal, Register, RuleSet, StepError, Timestamp, VerifiedReceipt, Via, admits, confirm_code,
    confirm_file, refusal_event,
};
use leptos::prelude::*;

use super::{
    exchange::Restoring,
    mirror::{MIRROR_NEWER, MirrorState},
    print::Paper,
    seal::SealState,
};
use crate::{
    locale::{Key, Locale, k, use_locale},
    platform::{
        BrowserError, clock,
        crypto::{DeviceSigningKey, ReceiptMaster},
        db::{self, Kept},
        folder::Folder,
        page,
        worker::WorkerHandle,
    },
};

/// What the desk has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whether it is a stop.
    pub stop: bool,
    /// What happened.
    pub cause: String,
    /// What to do.
    pub advice: String,
}

/// The screens behind the set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// O1 今日の仕事.
    Today,
    /// O2 申請.
    Request,
    /// O3, O4, O6: one request, from review to 完了.
    Case(u64),
    /// O5 記録簿.
    Ledger,
    /// O7 返却の確認.
    Confirm,
    /// O8 帳票・報告.
    Forms,
    /// O9 設定.
    Settings,
}

/// The state of the desk.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The office, once its keys are here.
    pub card: RwSignal<Option<(OfficeCard, PublicKey)>>,
    /// The card as it is signed.
    pub card_jws: RwSignal<String>,
    /// The city's rules.
    pub rules: RwSignal<Option<RuleSet>>,
    /// The ledger as read.
    pub ledger: RwSignal<Ledger>,
    /// What follows from it.
    pub register: RwSignal<Register>,
    /// Which screen.
    pub screen: RwSignal<Screen>,
    /// Who works here now, for the ledger.
    pub actor: RwSignal<String>,
    /// How far sealing is.
    pub sealing: RwSignal<SealState>,
    /// The passphrases of bundles that this page sealed, until they are handed over or this page goes: they are written down
    /// nowhere else.
    pub fresh: RwSignal<Vec<(BundleId, String)>>,
    /// The paper that is shown.
    pub paper: RwSignal<Option<Paper>>,
    /// Whether the ledger may be appended to.
    pub sound: RwSignal<bool>,
    /// What to tell.
    pub message: RwSignal<Option<Message>>,
    /// Something takes its time.
    pub working: RwSignal<bool>,
    /// A good ledger that waits to take the place of a damaged one.
    pub restoring: RwSignal<Option<Restoring>>,
    /// When the backup of the keys was last read back.
    pub key_checked: RwSignal<Option<Timestamp>>,
    /// Where the mirror stands.
    pub mirror: RwSignal<MirrorState>,
    pub(super) mirror_folder: StoredValue<Option<Folder>, LocalStorage>,
    /// Something was recorded while the mirror was being written.
    pub(super) mirror_again: StoredValue<bool>,
    /// Documents known to be in the mirror, and which folder it is, counted from the first.
    pub(super) mirrored: StoredValue<(u64, BTreeSet<String>)>,
    pub(super) worker: StoredValue<Option<WorkerHandle>, LocalStorage>,
    /// Works with keys, beside the one that may be sealing.
    pub(super) key_worker: StoredValue<Option<WorkerHandle>, LocalStorage>,
    pub(super) locale: Locale,
}

/// Something that went wrong at the desk: code and detail.
pub struct Fault(pub String, pub String);

impl From<BrowserError> for Fault {
    fn from(error: BrowserError) -> Self {
        Self("storage".into(), error.0)
    }
}

impl From<LedgerFault> for Fault {
    fn from(fault: LedgerFault) -> Self {
        let place = match &fault {
            LedgerFault::Line { line, .. } | LedgerFault::Signer { line } | LedgerFault::Chain { line } => {
                line.to_string()
            }
            LedgerFault::TailLost { missing } => missing.to_string(),
            LedgerFault::Fork { line } => line.to_string(),
            _ => String::new(),
        };
        Self(fault.code().into(), place)
    }
}

/// What the page calls a field of an event or a request.
fn field_name(field: &str) -> Key {
    match field {
        "applicant.organization" => k::REQUEST_ORGANIZATION,
        "applicant.person" => k::REQUEST_PERSON,
        "legal_basis" => k::REQUEST_BASIS,
        "purpose" => k::REQUEST_PURPOSE,
        "delivery_method" => k::REQUEST_METHOD,
        "range" => k::REQUEST_RANGE,
        "by" => k::REVIEW_DECIDED_BY,
        "reason" => k::REVIEW_REASON,
        "until" => k::CASE_UNTIL,
        "from" => k::CASE_FROM,
        "method" => k::SHEET_METHOD,
        "medium_check" => k::OFFICE_MEDIUM_CHECK,
        "to" => k::PROVIDE_TO,
        "place" => k::PROVIDE_PLACE,
        "what" => k::FORMS_WHAT,
        _ => k::CASE_DONE_ON,
    }
}

impl From<StepError> for Fault {
    fn from(error: StepError) -> Self {
        let detail = match &error {
            StepError::Case(number) => number.to_string(),
            StepError::Bundle(id) => id.to_string(),
            StepError::Missing(field) | StepError::Day(field) => format!("field:{field}"),
            StepError::Rules(finding) => format!("{}（{}）", finding.text, finding.article),
            StepError::RuleFile(error) => error.to_string(),
            _ => String::new(),
        };
        Self(error.code().into(), detail)
    }
}

pub(super) fn missing_file() -> Fault {
    Fault("parts_missing".into(), String::new())
}

pub(super) fn missing_office() -> Fault {
    Fault("office_missing".into(), String::new())
}

/// Makes the desk known to its components and reads what this browser keeps.
pub fn provide_desk() -> Desk {
    let desk = Desk {
        card: RwSignal::new(None),
        card_jws: RwSignal::new(String::new()),
        rules: RwSignal::new(None),
        ledger: RwSignal::new(Ledger::default()),
        register: RwSignal::new(Register::default()),
        screen: RwSignal::new(Screen::Today),
        actor: RwSignal::new("取扱者".to_owned()),
        sealing: RwSignal::new(SealState::default()),
        fresh: RwSignal::new(Vec::new()),
        paper: RwSignal::new(None),
        sound: RwSignal::new(true),
        message: RwSignal::new(None),
        working: RwSignal::new(false),
        restoring: RwSignal::new(None),
        key_checked: RwSignal::new(None),
        mirror: RwSignal::new(MirrorState::Off),
        mirror_folder: StoredValue::new_local(None),
        mirror_again: StoredValue::new(false),
        mirrored: StoredValue::new((0, BTreeSet::new())),
        worker: StoredValue::new_local(None),
        key_worker: StoredValue::new_local(None),
        locale: use_locale(),
    };
    provide_context(desk);
    desk.run(async move {
        let read = desk.reload().await;
        if desk.card.with_untracked(Option::is_some) && desk.sound.get_untracked() {
            desk.finish_founding().await?;
            desk.key_checked.set(db::read_json(Kept::Settings, KEY_CHECKED).await?);
            desk.open_mirror().await?;
        }
        // Rules that were missing may have come with the rest of the founding.
        let known = desk.sound.get_untracked() && desk.rules.with_untracked(Option::is_some);
        if known { Ok(()) } else { read }
    });
    // A passphrase that was not printed, and a bundle that is being written, go with the page.
    Effect::new(move |_| {
        let unprinted = desk.fresh.with(|fresh| !fresh.is_empty());
        page::warn_before_leaving(unprinted || desk.sealing.get() != SealState::Idle);
    });
    desk
}

/// When the key backup was checked, in the settings.
pub(super) const KEY_CHECKED: &str = "office-key-checked";

/// The desk.
pub fn use_desk() -> Desk {
    expect_context()
}

impl Desk {
    /// Does something and tells how it ended if it failed.
    pub fn run(self, work: impl Future<Output = Result<(), Fault>> + 'static) {
        self.working.set(true);
        leptos::task::spawn_local(async move {
            let result = work.await;
            self.working.set(false);
            if let Err(Fault(code, detail)) = result {
                self.refuse(&code, &detail);
            }
        });
    }

    pub(super) fn refuse(self, code: &str, detail: &str) {
        let field = detail.strip_prefix("field:").map(|field| self.locale.t(field_name(field)));
        let (cause, advice) = self.locale.error(code, field.unwrap_or(detail));
        self.message.set(Some(Message { stop: true, cause, advice }));
    }

    /// Says that something went well.
    pub fn tell(self, cause: String) {
        self.message.set(Some(Message { stop: false, cause, advice: String::new() }));
    }

    pub(super) async fn reload(self) -> Result<(), Fault> {
        let Some(card) = db::read_json::<Jws>(Kept::Settings, "office-card").await? else { return Ok(()) };
        self.card_jws.set(card.as_str().to_owned());
        let (card, key) =
            OfficeCard::verify(&card).map_err(|error| Fault(error.code().into(), String::new()))?;
        let (lines, head) = db::read_ledger().await?;
        let head = head.map(|head| Jws::new(&head));
        let (ledger, faults) = Ledger::read_own(&lines.join("\n"), head.as_ref(), &key);
        let register = Register::project(ledger.events());
        self.register.set(register);
        let is_empty = ledger.lines().is_empty();
        self.ledger.set(ledger);
        let followed = self.follow_rules(&card);
        self.card.set(Some((card, key)));
        self.sound.set(faults.is_empty());
        match faults.into_iter().next() {
            Some(fault) => Err(fault.into()),
            // An office that was taken over and has rules of its own knows them once its ledger is there; and one whose rules are
            // not understood can still be read, and adopt others.
            None if is_empty => Ok(()),
            None => followed,
        }
    }

    /// The rules in force, as card and ledger say.
    fn follow_rules(self, card: &OfficeCard) -> Result<(), Fault> {
        let rules = self
            .register
            .with_untracked(|register| RuleSet::in_force(&card.rules, register.own_rules.as_deref()))
            .map_err(|error| Fault(error.code().into(), error.to_string()))?;
        if self.rules.with_untracked(|known| known.as_ref() != Some(&rules)) {
            self.rules.set(Some(rules));
        }
        Ok(())
    }

    pub(super) async fn signing_key(self) -> Result<DeviceSigningKey, Fault> {
        let stored = db::read(Kept::Keys, "office-signing").await?.ok_or_else(missing_office)?;
        DeviceSigningKey::restore(&stored).ok_or_else(missing_office)
    }

    /// Signs an event and appends it; the screen follows what was stored.
    pub async fn append(self, event: EventBody) -> Result<(), Fault> {
        if !self.sound.get_untracked() {
            // Nothing is added to a ledger that does not verify; what is wrong with it is said again.
            self.reload().await?;
            return Err(Fault("ledger_busy".into(), String::new()));
        }
        let key = self.signing_key().await?;
        let is_ours =
            self.card.with_untracked(|card| card.as_ref().is_some_and(|(_, ours)| ours == key.public()));
        if !is_ours {
            // Another window put another office into this browser.
            return Err(Fault("ledger_busy".into(), String::new()));
        }
        let is_first = self.ledger.with_untracked(|ledger| ledger.lines().is_empty());
        if is_first && !matches!(event, EventBody::OfficeFounded { .. }) {
            // An office that was taken over has a ledger elsewhere; a second first line would be a fork.
            return Err(Fault("ledger_import_first".into(), String::new()));
        }
        if self.mirror.get_untracked() == MirrorState::Failed(MIRROR_NEWER.into()) {
            // The folder has lines that this browser lost, or another PC wrote: a line of ours would be a fork.
            return Err(Fault(MIRROR_NEWER.into(), String::new()));
        }
        self.admits(&event)?;
        let new_rules = matches!(event, EventBody::RulesAdopted { .. });
        let actor = self.actor.get_untracked();
        let unsigned =
            self.ledger.with_untracked(|ledger| ledger.prepare(clock::now(), &actor, event, key.public()));
        let line = key.sign(unsigned).await?;
        // What was prepared fits only this place: another task of this page may have been quicker.
        let (known, last) = self.ledger.with_untracked(|ledger| {
            (ledger.lines().len(), ledger.lines().last().map(|line| line.as_str().to_owned()))
        });
        let unsigned_head =
            self.ledger.with_untracked(|ledger| ledger.unsigned_head_with(&line, key.public()))?;
        let head = key.sign(unsigned_head).await?;
        if db::append_ledger(known, last.as_deref(), &[line.as_str().to_owned()], head.as_str())
            .await
            .is_err()
        {
            // Another tab wrote this line first, or the disk is full; what is stored decides.
            self.reload().await?;
            return Err(Fault("ledger_busy".into(), String::new()));
        }
        let committed = self.ledger.try_update(|ledger| ledger.commit(line));
        committed.unwrap_or(Err(LedgerFault::Head))?;
        self.ledger.with_untracked(|ledger| {
            if let Some(event) = ledger.events().last() {
                self.register.update(|register| register.apply(event));
            }
        });
        self.mirror();
        match self.card.get_untracked() {
            Some((card, _)) if new_rules => self.follow_rules(&card),
            _ => Ok(()),
        }
    }

    /// Whether core lets an event follow what was recorded so far.
    fn admits(self, event: &EventBody) -> Result<(), Fault> {
        let today = clock::now().day();
        let rules = match (self.rules.get_untracked(), event) {
            (Some(rules), _) => rules,
            // An office with rules of its own says them before anything else.
            (None, EventBody::OfficeFounded { .. } | EventBody::RulesAdopted { .. }) => return Ok(()),
            (None, _) => return Err(Fault("rules_unknown".into(), String::new())),
        };
        Ok(self.register.with_untracked(|register| admits(register, event, &rules, today))?)
    }

    /// Checks a receipt file.
    pub async fn confirm_file(self, text: String) -> Result<(), Fault> {
        let jws = Jws::new(&text);
        let (id, result) = match VerifiedReceipt::verify(&jws) {
            Err(error) => (None, Err(ReceiptRefusal::from(error))),
            Ok(receipt) => {
                let id = receipt.receipt.bundle_id.clone();
                let secret = self.receipt_master().await?.receipt_secret(&id).await?;
                let result = self.register.with_untracked(|register| {
                    confirm_file(register, &jws, &receipt, None, &secret, clock::now())
                });
                (Some(id), result)
            }
        };
        self.record(id, Via::File, &text, result).await
    }

    /// Checks a typed code.
    pub async fn confirm_code(self, typed_id: String, typed_code: String) -> Result<(), Fault> {
        let id =
            BundleId::parse_typed(&typed_id).ok_or(Fault("receipt_unknown_bundle".into(), String::new()))?;
        let secret = self.receipt_master().await?.receipt_secret(&id).await?;
        let result = self
            .register
            .with_untracked(|register| confirm_code(register, &id, &typed_code, &secret, clock::now()));
        self.record(Some(id), Via::Code, &typed_code, result).await
    }

    pub(super) async fn receipt_master(self) -> Result<ReceiptMaster, Fault> {
        let stored = db::read(Kept::Keys, "office-receipts").await?.ok_or_else(missing_office)?;
        ReceiptMaster::restore(stored).ok_or_else(missing_office)
    }

    async fn record(
        self,
        id: Option<BundleId>,
        via: Via,
        evidence: &str,
        result: Result<AcceptedReceipt, ReceiptRefusal>,
    ) -> Result<(), Fault> {
        let l = self.locale;
        match result {
            Ok(accepted) => {
                self.append(accepted.event()).await?;
                let kind = if l.is_english() { accepted.kind.name() } else { accepted.kind.japanese() };
                let values =
                    [("id", accepted.bundle_id.as_str()), ("kind", kind), ("day", &l.day(accepted.day))];
                self.tell(l.f(k::OFFICE_ACCEPTED, &values));
            }
            Err(refusal) => {
                self.append(refusal_event(id, &refusal, via, evidence)).await?;
                let (why, advice) = l.error(refusal.code(), "");
                let cause = l.f(k::OFFICE_REFUSED, &[("why", &why)]);
                self.message.set(Some(Message { stop: true, cause, advice }));
            }
        }
        Ok(())
    }

    /// Closes a disclosure after its medium was checked.
    pub async fn close(
        self,
        id: BundleId,
        medium_check: String,
        witness: String,
        note: String,
    ) -> Result<(), Fault> {
        let text = id.to_string();
        self.append(EventBody::Closed { bundle_id: id, medium_check, witness, note }).await?;
        self.tell(self.locale.f(k::OFFICE_CLOSED, &[("id", &text)]));
        Ok(())
    }
}

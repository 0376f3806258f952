//! What the desk knows and does: the office's card, its ledger, and appending to it.

use fuin_core::{
    Coded,
    bundle::{BundleId, OfficeLabel},
    crypto::signing::{Jws, PublicKey},
    records::{
        confirm::{self, Accepted, Refusal},
        disclosure::{Disclosure, Status},
        ledger::{EventBody, Ledger, LedgerFault, Via},
        office::OfficeCard,
        receipt::VerifiedReceipt,
    },
};
use leptos::prelude::*;

use crate::{
    locale::{Locale, k, use_locale},
    platform::{
        BrowserError, clock,
        crypto::{DeviceSigningKey, ReceiptMaster},
        db::{self, Kept},
        files,
        worker::WorkerHandle,
    },
    player::{Command, Event},
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

/// The state of the desk.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The office, once its keys are here.
    pub card: RwSignal<Option<(OfficeCard, PublicKey)>>,
    /// The ledger as read.
    pub ledger: RwSignal<Ledger>,
    /// Whether the ledger may be appended to.
    pub sound: RwSignal<bool>,
    /// What to tell.
    pub message: RwSignal<Option<Message>>,
    /// Something takes its time.
    pub working: RwSignal<bool>,
    worker: StoredValue<Option<WorkerHandle>, LocalStorage>,
    locale: Locale,
}

/// Something that went wrong at the desk: code and detail.
pub struct Fault(String, String);

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

fn missing_office() -> Fault {
    Fault("office_missing".into(), String::new())
}

/// Makes the desk known to its components and reads what this browser keeps.
pub fn provide_desk() -> Desk {
    let desk = Desk {
        card: RwSignal::new(None),
        ledger: RwSignal::new(Ledger::default()),
        sound: RwSignal::new(true),
        message: RwSignal::new(None),
        working: RwSignal::new(false),
        worker: StoredValue::new_local(None),
        locale: use_locale(),
    };
    provide_context(desk);
    desk.run(async move { desk.reload().await });
    desk
}

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

    fn refuse(self, code: &str, detail: &str) {
        let (cause, advice) = self.locale.error(code, detail);
        self.message.set(Some(Message { stop: true, cause, advice }));
    }

    /// Says that something went well.
    pub fn tell(self, cause: String) {
        self.message.set(Some(Message { stop: false, cause, advice: String::new() }));
    }

    async fn reload(self) -> Result<(), Fault> {
        let Some(card) = db::read_json::<Jws>(Kept::Settings, "office-card").await? else { return Ok(()) };
        let (card, key) =
            OfficeCard::verify(&card).map_err(|error| Fault(error.code().into(), String::new()))?;
        let (lines, head) = db::read_ledger().await?;
        let (ledger, faults) =
            Ledger::read(&lines.join("\n"), head.map(|head| Jws::new(&head)).as_ref(), Some(&key));
        self.card.set(Some((card, key)));
        self.ledger.set(ledger);
        self.sound.set(faults.is_empty());
        faults.into_iter().next().map_or(Ok(()), |fault| Err(fault.into()))
    }

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
            if founded {
                // The backup comes first: whatever fails later, the keys are not lost.
                files::download("office.key", "application/json", key_file.as_bytes())?;
            }
            self.reload().await?;
            // An office that was taken over brings its own ledger, which is imported.
            if founded {
                let card =
                    db::read_json::<Jws>(Kept::Settings, "office-card").await?.ok_or_else(missing_office)?;
                self.append(EventBody::OfficeFounded { card }).await?;
                self.tell(l.t(k::OFFICE_FOUNDED).to_owned());
            }
            Ok(())
        });
    }

    async fn signing_key(self) -> Result<DeviceSigningKey, Fault> {
        let stored = db::read(Kept::Keys, "office-signing").await?.ok_or_else(missing_office)?;
        DeviceSigningKey::restore(&stored).ok_or_else(missing_office)
    }

    /// Signs an event and appends it; the screen follows what was stored.
    pub async fn append(self, event: EventBody) -> Result<(), Fault> {
        let key = self.signing_key().await?;
        let mut ledger = self.ledger.get_untracked();
        let known = ledger.lines().len();
        let line = key.sign(ledger.prepare(clock::now(), "取扱者", event, key.public())).await?;
        ledger.commit(line.clone())?;
        let head = key.sign(ledger.unsigned_head(key.public())).await?;
        if db::append_ledger(known, &[line.as_str().to_owned()], head.as_str()).await.is_err() {
            // Another tab wrote this line first, or the disk is full; what is stored decides.
            self.reload().await?;
            return Err(Fault("ledger_busy".into(), String::new()));
        }
        self.ledger.set(ledger);
        Ok(())
    }

    /// Takes over a ledger that continues this one.
    pub async fn import(self, text: String) -> Result<(), Fault> {
        let (_, key) = self.card.get_untracked().ok_or_else(missing_office)?;
        let (theirs, head) = Ledger::read_export(&text, &key)?;
        let ours = self.ledger.get_untracked();
        let known = ours.lines().len();
        if theirs.lines().get(..known) != Some(ours.lines()) {
            return Err(LedgerFault::Fork { line: known as u64 }.into());
        }
        let added: Vec<String> =
            theirs.lines().iter().skip(known).map(|line| line.as_str().to_owned()).collect();
        db::append_ledger(known, &added, head.as_str()).await?;
        self.reload().await?;
        self.tell(self.locale.f(k::OFFICE_LEDGER_IMPORTED, &[("n", &added.len().to_string())]));
        Ok(())
    }

    /// The ledger as one file.
    pub async fn export(self) -> Result<(), Fault> {
        // A new head over a damaged ledger would hide the damage.
        if !self.sound.get_untracked() {
            return self.reload().await;
        }
        let key = self.signing_key().await?;
        let ledger = self.ledger.get_untracked();
        let head = key.sign(ledger.unsigned_head(key.public())).await?;
        Ok(files::download("ledger.jsonl", "application/jsonl", ledger.export(&head).as_bytes())?)
    }

    /// Checks a receipt file.
    pub async fn confirm_file(self, text: String) -> Result<(), Fault> {
        let jws = Jws::new(&text);
        let ledger = self.ledger.get_untracked();
        let (id, result) = match VerifiedReceipt::verify(&jws) {
            Err(error) => (None, Err(Refusal::from(error))),
            Ok(receipt) => {
                let id = receipt.receipt.bundle_id.clone();
                let secret = self.receipt_master().await?.receipt_secret(&id).await?;
                let result = confirm::by_file(&ledger, &jws, &receipt, None, &secret, clock::now());
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
        let result = confirm::by_code(&self.ledger.get_untracked(), &id, &typed_code, &secret, clock::now());
        self.record(Some(id), Via::Code, &typed_code, result).await
    }

    async fn receipt_master(self) -> Result<ReceiptMaster, Fault> {
        let stored = db::read(Kept::Keys, "office-receipts").await?.ok_or_else(missing_office)?;
        ReceiptMaster::restore(stored).ok_or_else(missing_office)
    }

    async fn record(
        self,
        id: Option<BundleId>,
        via: Via,
        evidence: &str,
        result: Result<Accepted, Refusal>,
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
                self.append(confirm::refusal_event(id, &refusal, via, evidence)).await?;
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
        let disclosure =
            self.ledger.with_untracked(|ledger| Disclosure::project(ledger.events()).remove(&id));
        if disclosure.is_none_or(|d| d.status.is_open() || d.status == Status::Closed) {
            return Err(Fault("close_status".into(), String::new()));
        }
        let text = id.to_string();
        self.append(EventBody::Closed { bundle_id: id, medium_check, witness, note }).await?;
        self.tell(self.locale.f(k::OFFICE_CLOSED, &[("id", &text)]));
        Ok(())
    }
}

//! Where the recipient stands, and what the worker reported. Components read signals and call methods.

use fuin_core::{
    bundle::Manifest,
    records::receipt::{ReceiptKind, Report},
};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::record::{BundleRecord, accept_office_key, compare_office_key, see_time};
use crate::{
    platform::{
        clock,
        db::{self, Kept},
        files::PickedFile,
        worker::WorkerHandle,
    },
    player::{ClipFacts, Command, Event, Inside, Outside},
};

/// The screens V0 to V6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// V0.
    Start,
    /// V1.
    Key,
    /// V2.
    Verdict,
    /// V3.
    Undertaking,
    /// V4.
    Play,
    /// V5, the form.
    Procedure,
    /// V5, the result.
    Done,
    /// V6.
    Stop,
}

/// Why something stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// The cause as the worker put it.
    pub cause: String,
}

/// What is on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// Time of the picture.
    pub micros: i64,
    /// Its number, from 0.
    pub picture: usize,
    /// Whether it runs.
    pub playing: bool,
}

/// How far the check of all bytes has come.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Check {
    /// Not asked for.
    #[default]
    Idle,
    /// Part done, 0 to 1.
    Running(f64),
    /// All good.
    Done,
}

/// A receipt that was made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeReceipt {
    /// What it reports.
    pub kind: ReceiptKind,
    /// The signed file.
    pub jws: String,
    /// The typed code.
    pub code: String,
    /// The report in words.
    pub report: Report,
    /// When it was made.
    pub at: fuin_core::calendar::Timestamp,
    /// Whether this browser erased the bundle.
    pub erased: bool,
    /// Whether the device's key was erased with it.
    pub erased_device_key: bool,
}

/// The state of the viewer.
#[derive(Clone, Copy)]
pub struct Session {
    /// Which screen.
    pub stage: RwSignal<Stage>,
    /// The outside of the bundle.
    pub outside: RwSignal<Option<Outside>>,
    /// What was sealed.
    pub inside: RwSignal<Option<Inside>>,
    /// What stopped us last.
    pub refused: RwSignal<Option<Refusal>>,
    /// A key is being derived.
    pub deriving: RwSignal<bool>,
    /// Whether the office's key was seen before: `None` for the first time.
    pub office_known: RwSignal<Option<bool>>,
    /// The clip on the canvas.
    pub facts: RwSignal<Option<ClipFacts>>,
    /// Which clip.
    pub clip: RwSignal<usize>,
    /// The picture on the canvas.
    pub shown: RwSignal<Shown>,
    /// Check of all bytes.
    pub check: RwSignal<Check>,
    /// Who watches.
    pub viewer_name: RwSignal<String>,
    /// The receipt that was made.
    pub receipt: RwSignal<Option<MadeReceipt>>,
    /// The report being made.
    draft: RwSignal<Option<(Report, fuin_core::calendar::Timestamp)>>,
    /// What this browser remembers of this bundle.
    pub record: RwSignal<Option<BundleRecord>>,
    by_device_key: RwSignal<bool>,
    erase_device_key: RwSignal<bool>,
    worker: StoredValue<Option<WorkerHandle>, LocalStorage>,
}

/// Makes the session known to the viewer's components.
pub fn provide_session() -> Session {
    let session = Session {
        stage: RwSignal::new(Stage::Start),
        outside: RwSignal::new(None),
        inside: RwSignal::new(None),
        refused: RwSignal::new(None),
        deriving: RwSignal::new(false),
        office_known: RwSignal::new(None),
        facts: RwSignal::new(None),
        clip: RwSignal::new(0),
        shown: RwSignal::new(Shown::default()),
        check: RwSignal::new(Check::Idle),
        viewer_name: RwSignal::new(String::new()),
        receipt: RwSignal::new(None),
        draft: RwSignal::new(None),
        record: RwSignal::new(None),
        by_device_key: RwSignal::new(false),
        erase_device_key: RwSignal::new(false),
        worker: StoredValue::new_local(None),
    };
    provide_context(session);
    session
}

/// The session of the viewer.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// The manifest of the open bundle.
    pub fn manifest(self) -> Option<Manifest> {
        self.inside.get().map(|inside| inside.manifest)
    }

    fn send(self, command: &Command, extra: Option<JsValue>) {
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.send(command, extra);
            }
        });
    }

    /// Sends a command that needs nothing beside it.
    pub fn command(self, command: &Command) {
        self.send(command, None);
    }

    /// Opens a file in a fresh worker: nothing of an earlier bundle survives.
    pub fn open(self, file: PickedFile) {
        self.refused.set(None);
        self.inside.set(None);
        self.facts.set(None);
        self.receipt.set(None);
        self.record.set(None);
        self.check.set(Check::Idle);
        self.clip.set(0);
        let started = WorkerHandle::start(
            move |event| self.on_event(event),
            move |_| self.stop("worker_stopped", "the worker stopped"),
        );
        match started {
            Ok(worker) => {
                self.worker.set_value(Some(worker));
                self.send(&Command::Open, Some(file.into()));
            }
            Err(error) => self.stop("worker_missing", &error.0),
        }
    }

    /// Tries a passphrase.
    pub fn unlock(self, passphrase: String) {
        self.refused.set(None);
        self.by_device_key.set(false);
        self.send(&Command::UnlockWithPassphrase { passphrase }, None);
    }

    /// Tries the key of this browser.
    pub fn unlock_with_device_key(self) {
        self.refused.set(None);
        self.by_device_key.set(true);
        self.send(&Command::UnlockWithDeviceKey, None);
    }

    /// Starts watching on this canvas. The latest time known counts, not what the clock says alone.
    pub fn admit(self, canvas: JsValue) {
        leptos::task::spawn_local(async move {
            match see_time(None).await {
                Ok(seen) if seen.backwards => self.clock_backwards().await,
                Ok(seen) => {
                    let name = self.viewer_name.get_untracked();
                    self.send(&Command::Admit { name, now: seen.now }, Some(canvas));
                }
                Err(error) => self.stop("storage", &error.0),
            }
        });
    }

    /// Shows a clip.
    pub fn load(self, clip: usize) {
        self.clip.set(clip);
        self.facts.set(None);
        leptos::task::spawn_local(async move {
            match see_time(None).await {
                Ok(seen) if seen.backwards => self.clock_backwards().await,
                Ok(seen) => self.send(&Command::Load { clip, now: seen.now }, None),
                Err(error) => self.stop("storage", &error.0),
            }
        });
    }

    /// Makes a receipt.
    pub fn report(self, kind: ReceiptKind, report: Report, erase_device_key: bool) {
        self.erase_device_key.set(erase_device_key);
        self.refused.set(None);
        let at = clock::now();
        let log = self.record.get_untracked().map(|record| record.log).unwrap_or_default();
        self.draft.set(Some((report.clone(), at)));
        self.send(&Command::MakeReceipt { kind, at, report, log }, None);
    }

    /// Back to the first screen; the worker and all it knows are gone.
    pub fn restart(self) {
        self.worker.set_value(None);
        self.outside.set(None);
        self.inside.set(None);
        self.refused.set(None);
        self.stage.set(Stage::Start);
    }

    fn stop(self, code: &str, cause: &str) {
        self.deriving.set(false);
        self.refused.set(Some(Refusal { code: code.into(), cause: cause.into() }));
        self.stage.set(Stage::Stop);
    }

    async fn clock_backwards(self) {
        let mut record = self.record.get_untracked();
        if let Some(record) = &mut record {
            record.anomaly("clock_backwards");
            // If it cannot be stored, the stop itself still holds.
            let _ = record.write().await;
        }
        self.record.set(record);
        self.stop("clock_backwards", "the clock is behind a time seen before");
    }

    fn on_event(self, event: Event) {
        match event {
            Event::Outside(outside) => leptos::task::spawn_local(self.on_outside(outside)),
            Event::Deriving => self.deriving.set(true),
            Event::Inside(inside) => {
                self.deriving.set(false);
                leptos::task::spawn_local(self.on_inside(*inside));
            }
            Event::Refused { code, cause } => self.on_refused(code, cause),
            Event::Admitted => leptos::task::spawn_local(self.on_admitted()),
            Event::Ready(facts) => self.facts.set(Some(facts)),
            Event::Shown { micros, picture, playing } => self.shown.set(Shown { micros, picture, playing }),
            Event::Checking { done, total } => self.check.set(Check::Running(done / total.max(1.0))),
            Event::Checked => self.check.set(Check::Done),
            Event::Receipt { kind, jws, code } => leptos::task::spawn_local(self.on_receipt(kind, jws, code)),
            Event::Measured { .. } | Event::Closed | Event::OfficeKey { .. } => {}
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
            return_due: manifest.return_due,
            by_device_key: self.by_device_key.get_untracked(),
            reports: Vec::new(),
            erased: false,
            log: Default::default(),
        });
        record.return_due = manifest.return_due;
        record.by_device_key |= self.by_device_key.get_untracked();
        let known = compare_office_key(&manifest.office.name, &inside.office_key).await;
        let seen = see_time(Some(manifest.issued_at)).await;
        let stored = record.write().await;
        self.record.set(Some(record));
        let (not_before, not_after) = (manifest.not_before, manifest.not_after);
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
                    self.stage.set(Stage::Verdict);
                }
            }
            _ => self.stop("storage", "IndexedDB"),
        }
    }

    async fn on_admitted(self) {
        if let Some(inside) = self.inside.get_untracked() {
            // The person saw the fingerprint words and went on to affirm; from now on another key is noticed.
            let accepted = accept_office_key(&inside.manifest.office.name, &inside.office_key).await;
            if let Err(error) = accepted {
                return self.stop("storage", &error.0);
            }
        }
        if let Some(mut record) = self.record.get_untracked() {
            record.opened(clock::now());
            let stored = record.write().await;
            self.record.set(Some(record));
            if let Err(error) = stored {
                return self.stop("storage", &error.0);
            }
        }
        self.load(self.clip.get_untracked());
    }

    async fn on_receipt(self, kind: ReceiptKind, jws: String, code: String) {
        let Some((report, at)) = self.draft.get_untracked() else { return };
        let erased = matches!(kind, ReceiptKind::Return | ReceiptKind::Erasure | ReceiptKind::Disposal);
        let mut erased_device_key = false;
        if let Some(mut record) = self.record.get_untracked() {
            record.reports.push(kind);
            record.erased = erased;
            if let Err(error) = record.write().await {
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

/// Erases the key of this browser, unless another bundle that is still in use was opened with it.
async fn erase_device_key() -> bool {
    let Ok(records) = BundleRecord::all().await else { return false };
    let needed = records.iter().any(|record| record.by_device_key && !record.erased);
    !needed && db::remove(Kept::Keys, "agreement").await.is_ok()
}

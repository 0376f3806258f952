//! Where the recipient stands, and what the worker reported. Components read signals and call methods.

use fuin_core::{Anomaly, Clip, Happening, Manifest, ReceiptKind, Report, SeenTime, Timestamp};
use leptos::prelude::*;

use super::{
    known_key::{Familiar, KnownKey},
    link::Link,
    player::Player,
    record::{MadeReceipt, OpenRecord},
    seen::see_time,
    state::{Check, Export, SetUp, Stage, WrongFile},
    watchdog::Watchdog,
};
use crate::{
    fault::{Code, Fault},
    platform::{
        BrowserError, cargo::Cargo, channel::Channel, clock, crypto::StorageKey, files::PickedFile,
        worker::WorkerHandle,
    },
    wire::{Event, Inside, Outside, ReportOrder, Typed, ViewCommand},
};

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
    pub refused: RwSignal<Option<Fault>>,
    /// Why a typed extension was refused.
    pub not_extended: RwSignal<Option<Fault>>,
    /// A key is being derived.
    pub deriving: RwSignal<bool>,
    /// Whether the office's key was seen before: `None` for the first time.
    pub office_known: RwSignal<Option<Familiar>>,
    /// What was chosen was no bundle.
    pub wrong_file: RwSignal<Option<WrongFile>>,
    /// The key that this office was seen with, where the bundle's is another.
    pub known_key: RwSignal<Option<KnownKey>>,
    /// Cameras and time.
    pub player: Player,
    /// The worker hung and was started anew.
    pub restarted: RwSignal<bool>,
    /// It was locked because nobody worked here.
    pub locked: RwSignal<bool>,
    /// Nobody worked here for so long that it locks itself soon.
    pub locks_soon: RwSignal<bool>,
    /// Check of all bytes.
    pub check: RwSignal<Check>,
    /// An original on its way out.
    pub export: RwSignal<Export>,
    /// Who watches.
    pub viewer_name: RwSignal<String>,
    /// The receipt that was made.
    pub receipt: RwSignal<Option<MadeReceipt>>,
    /// What the clock said and what was seen before, when they were far apart or it ran backwards.
    pub times: RwSignal<Option<(Timestamp, Timestamp)>>,
    /// The clock runs behind, and the office lets the person go on.
    pub clock_is_behind: RwSignal<bool>,
    /// The report that is on the screen was not handed over yet, as far as this page knows.
    pub unsaved: RwSignal<bool>,
    /// The report being made.
    pub(super) draft: RwSignal<Option<(Report, Timestamp)>>,
    /// What this browser remembers of the bundle that was opened.
    pub record: RwSignal<Option<OpenRecord>, LocalStorage>,
    /// The key under which the page keeps that.
    pub(super) storage: StoredValue<Option<StorageKey>, LocalStorage>,
    pub(super) by_device_key: RwSignal<bool>,
    pub(super) erase_device_key: RwSignal<bool>,
    pub(super) link: Link,
    /// What other windows erase.
    pub(super) erasures: StoredValue<Option<Channel>, LocalStorage>,
    /// What follows from what the worker reports; `events` stands above this file and is not known here.
    on_event: fn(Self, Event),
    /// The bundle, its ticket, or both.
    pub(super) files: StoredValue<Vec<PickedFile>, LocalStorage>,
    /// How often the worker of this bundle died.
    deaths: StoredValue<u32>,
    /// What to show after a restart.
    pub(super) resume: StoredValue<Option<SetUp>>,
    pub(super) watch: Watchdog,
    /// The latest time that this page has seen.
    pub(super) latest: StoredValue<Option<Timestamp>>,
}

/// Makes the session known to the viewer's components.
pub fn provide_session(on_event: fn(Session, Event)) -> Session {
    let link = Link::new();
    let session = Session {
        stage: RwSignal::new(Stage::Start),
        outside: RwSignal::new(None),
        inside: RwSignal::new(None),
        refused: RwSignal::new(None),
        not_extended: RwSignal::new(None),
        deriving: RwSignal::new(false),
        office_known: RwSignal::new(None),
        wrong_file: RwSignal::new(None),
        known_key: RwSignal::new(None),
        player: Player::new(link),
        restarted: RwSignal::new(false),
        locked: RwSignal::new(false),
        locks_soon: RwSignal::new(false),
        check: RwSignal::new(Check::Idle),
        export: RwSignal::new(Export::Idle),
        viewer_name: RwSignal::new(String::new()),
        receipt: RwSignal::new(None),
        times: RwSignal::new(None),
        clock_is_behind: RwSignal::new(false),
        unsaved: RwSignal::new(false),
        draft: RwSignal::new(None),
        record: RwSignal::new_local(None),
        storage: StoredValue::new_local(None),
        by_device_key: RwSignal::new(false),
        erase_device_key: RwSignal::new(false),
        link,
        erasures: StoredValue::new_local(None),
        on_event,
        files: StoredValue::new_local(Vec::new()),
        deaths: StoredValue::new(0),
        resume: StoredValue::new(None),
        watch: Watchdog::new(),
        latest: StoredValue::new(None),
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

    /// One clip of it, without a copy of all the others.
    pub fn clip(self, clip: usize) -> Option<Clip> {
        self.inside.with(|inside| inside.as_ref()?.manifest.clips.get(clip).cloned())
    }

    /// Opens a bundle, a ticket or both in a fresh worker: nothing of an earlier bundle survives.
    pub fn open(self, files: Vec<PickedFile>) {
        self.wrong_file.set(None);
        self.outside.set(None);
        self.restarted.set(false);
        self.locked.set(false);
        self.resume.set_value(None);
        self.deaths.set_value(0);
        self.player.killed.set(Vec::new());
        self.files.set_value(files);
        self.start_worker();
    }

    /// Takes the ticket beside a bundle, or the bundle beside a ticket.
    pub fn open_beside(self, file: PickedFile) {
        self.refused.set(None);
        self.files.update_value(|files| files.push(file.clone()));
        self.link.send_with(ViewCommand::OpenBeside, Cargo::File(file));
    }

    /// Tries a code by which the office extended the period.
    pub fn extend(self, code: String) {
        self.not_extended.set(None);
        self.link.send(ViewCommand::Extend { code });
    }

    fn start_worker(self) {
        let files = self.files.get_value();
        if files.is_empty() {
            return;
        }
        self.refused.set(None);
        // What one bundle says of the time does not count for another.
        self.latest.set_value(None);
        self.inside.set(None);
        self.clock_is_behind.set(false);
        self.receipt.set(None);
        self.record.set(None);
        self.storage.set_value(None);
        self.check.set(Check::Idle);
        self.export.set(Export::Idle);
        self.player.clear();
        let started = WorkerHandle::start(
            move |event| (self.on_event)(self, event),
            move |cargo| {
                if let Cargo::Storage(key) = cargo {
                    self.storage.set_value(Some(key));
                }
            },
            move |piece| self.player.on_sound(&piece),
            move |_| self.begin_again(),
        );
        match started {
            Ok(worker) => {
                self.link.connect(worker);
                let more = files.len() > 1;
                for (n, file) in files.into_iter().enumerate() {
                    let command = if n == 0 { ViewCommand::Open { more } } else { ViewCommand::OpenBeside };
                    self.link.send_with(command, Cargo::File(file));
                }
                self.watch.start(self.link, move || self.is_busy(), move || self.begin_again());
            }
            Err(error) => self.stop(Fault::new(Code::WorkerMissing, error.words)),
        }
    }

    /// The worker hangs or died: a new one takes its place, which needs the key again. What it was setting up is not
    /// set up again.
    pub fn begin_again(self) {
        self.deaths.update_value(|deaths| *deaths += 1);
        if self.deaths.get_value() > 1 {
            // Twice is no accident, wherever it happened.
            self.link.cut();
            return self.stop(Fault::new(Code::WorkerStopped, "the worker stopped twice"));
        }
        self.player.blame();
        self.remember_what_is_shown();
        self.restarted.set(true);
        // The old worker may be the one that called; it goes once its call is over.
        leptos::task::spawn_local(async move {
            clock::after_ms(0.0).await;
            self.start_worker();
        });
    }

    pub(super) fn remember_what_is_shown(self) {
        let shown = self.player.as_set_up();
        if !shown.clips.is_empty() {
            self.resume.set_value(Some(shown));
        }
    }

    /// Whether a bundle is open, and nothing runs.
    pub fn can_lock(self) -> bool {
        let runs = self.player.time.get_untracked().playing
            || matches!(self.check.get_untracked(), Check::Running(_))
            || self.export.with_untracked(Export::is_on_its_way);
        self.link.is_alive() && self.inside.with_untracked(Option::is_some) && !runs && !self.is_busy()
    }

    /// Forgets the keys; a report that is on the screen stays there. A new worker needs the key again.
    pub fn lock(self) {
        if self.stage.get_untracked() == Stage::Done {
            return self.link.cut();
        }
        self.remember_what_is_shown();
        self.locked.set(true);
        self.start_worker();
    }

    /// Whether the worker may rightly be busy for long: it derives a key.
    pub fn is_busy(self) -> bool {
        self.deriving.get_untracked()
    }

    /// Tries a passphrase.
    pub fn unlock(self, passphrase: String) {
        self.refused.set(None);
        self.by_device_key.set(false);
        self.link.send(ViewCommand::UnlockWithPassphrase { passphrase: Typed::new(passphrase) });
    }

    /// Tries the key of this browser, which is under a passphrase of its own.
    pub fn unlock_with_device_key(self, passphrase: String) {
        self.refused.set(None);
        self.by_device_key.set(true);
        self.link.send(ViewCommand::UnlockWithDeviceKey { passphrase: Typed::new(passphrase) });
    }

    /// Does something that needs the latest time known. What this page has seen counts at once; what other pages and
    /// earlier days have seen is looked up beside it, and a clock that runs backwards stops everything.
    pub fn with_time(self, work: impl FnOnce(Timestamp) + 'static) {
        let known = self.latest.get_value();
        let mut work = Some(work);
        if let (Some(known), Some(work)) = (known, known.and_then(|_| work.take())) {
            work(clock::now().max(known));
        }
        leptos::task::spawn_local(async move {
            match see_time(known).await {
                Ok(seen) if self.stops_by_clock(seen) => self.clock_backwards(seen.now).await,
                // While the page is open no clock jumps by half a year.
                Ok(seen) if seen.far_ahead_of.is_some() => {
                    self.stop(Fault::new(Code::ClockAhead, "the clock jumped while the page was open"));
                }
                Ok(seen) => {
                    if seen.backwards {
                        self.warn_of_clock().await;
                    }
                    self.latest.set_value(Some(seen.now));
                    if let Some(work) = work {
                        work(seen.now);
                    }
                }
                Err(error) => self.stop(Fault::from(error)),
            }
        });
    }

    /// Starts watching.
    pub fn admit(self) {
        self.with_time(move |now| {
            let name = self.viewer_name.get_untracked();
            self.link.send(ViewCommand::Admit { name, now });
        });
    }

    /// Changes what this browser remembers of the bundle.
    pub fn note(self, change: impl Fn(&mut OpenRecord) + 'static) {
        // The page shows it at once, and what is stored then once it is: something else may be stored meanwhile.
        self.record.update(|shown| shown.iter_mut().for_each(&change));
        leptos::task::spawn_local(async move {
            if let Err(error) = self.change_record(change).await {
                self.stop(Fault::from(error));
            }
        });
    }

    /// Notes something odd in the log of the open bundle, which goes into the signed report (FORMAT.md §8.1).
    pub(super) async fn note_anomaly(self, anomaly: Anomaly) -> Result<(), BrowserError> {
        self.change_record(|record| record.note_anomaly(anomaly)).await.map(|_| ())
    }

    /// Changes what this browser keeps of the open bundle; gives what is kept then, or nothing if none is open.
    pub(super) async fn change_record(
        self,
        change: impl Fn(&mut OpenRecord),
    ) -> Result<Option<OpenRecord>, BrowserError> {
        let Some(mut record) = self.record.get_untracked() else { return Ok(None) };
        let changed = record.change(change).await;
        self.record.update(|shown| {
            // The bundle may have been closed meanwhile, and another one opened.
            if let Some(shown) = shown.as_mut().filter(|shown| shown.is_of(&record)) {
                *shown = record.clone();
            }
        });
        changed.map(|()| Some(record))
    }

    /// As [`Self::change_record`], but of a bundle that was erased nothing more is written down.
    async fn change_unless_erased(
        self,
        change: impl Fn(&mut OpenRecord),
    ) -> Result<Option<OpenRecord>, BrowserError> {
        let change = |record: &mut OpenRecord| {
            if !record.stored.erased {
                change(record);
            }
        };
        self.change_record(change).await
    }

    /// Notes in the log of the open bundle what is about to leave it. Says whether it may: not if that could not be
    /// stored, or another window erased the bundle; then everything stops.
    pub(super) async fn logs(self, what: Happening) -> bool {
        match self.change_unless_erased(|record| record.log(what.clone())).await {
            Ok(Some(record)) if !record.stored.erased => return true,
            Ok(Some(_)) => self.stop_erased(),
            Ok(None) => {}
            Err(error) => self.stop(Fault::from(error)),
        }
        false
    }

    /// Writes down what was watched since the last time.
    pub async fn log_played(self) -> Result<(), BrowserError> {
        let spans = self.player.take_spans();
        if spans.is_empty() {
            return Ok(());
        }
        self.change_unless_erased(|record| record.log_played(&spans)).await.map(|_| ())
    }

    /// Keeps what was watched and is not written down yet, where a crash does not reach it.
    pub async fn keep_played(self) -> Result<(), BrowserError> {
        let spans = self.player.spans();
        self.change_unless_erased(|record| record.notes.pending.clone_from(&spans)).await.map(|_| ())
    }

    /// Makes a receipt.
    pub fn report(self, kind: ReceiptKind, report: Report, erase_device_key: bool) {
        self.erase_device_key.set(erase_device_key);
        self.refused.set(None);
        let at = clock::now();
        self.draft.set(Some((report.clone(), at)));
        let Some(known) = self.record.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let Some(inside) = self.inside.get_untracked() else { return };
            // The log is what is stored: another window may have written in it.
            let read = async {
                self.log_played().await?;
                Ok::<_, BrowserError>((known.again().await?, KnownKey::latest_head(&inside).await?))
            };
            match read.await {
                Ok((OpenRecord { stored, .. }, _)) if stored.erased => self.stop_erased(),
                Ok((OpenRecord { stored, notes, .. }, ledger_head)) => {
                    let is_same = |made: &&MadeReceipt| made.kind == kind && made.at.day() == at.day();
                    let before = stored.receipts.iter().filter(is_same).count();
                    let ordinal = u8::try_from(before + 1).unwrap_or(u8::MAX);
                    let (log, salt) = (notes.log, stored.signing_salt);
                    let order = ReportOrder { kind, at, ordinal, ledger_head, report, log, salt };
                    self.link.send(ViewCommand::MakeReceipt(Box::new(order)));
                }
                Err(error) => self.stop(Fault::from(error)),
            }
        });
    }

    /// Back to the first screen; the worker and all it knows are gone.
    pub fn restart(self) {
        self.link.cut();
        self.player.clear();
        self.outside.set(None);
        self.inside.set(None);
        self.refused.set(None);
        self.deriving.set(false);
        self.unsaved.set(false);
        self.stage.set(Stage::Start);
    }

    /// Shows a report that was made before.
    pub fn show_receipt(self, made: MadeReceipt) {
        self.receipt.set(Some(made));
        self.stage.set(Stage::Done);
    }

    /// V6.
    pub fn stop(self, fault: Fault) {
        self.deriving.set(false);
        let code = fault.code.name().to_owned();
        leptos::task::spawn_local(async move {
            // What stopped us is on the screen, also where it cannot be written down.
            let _ = self.log_played().await;
            let refused = Happening::Refused { code };
            let _ = self.change_unless_erased(|record| record.log(refused.clone())).await;
        });
        self.player.clear();
        self.cancel_export();
        self.refused.set(Some(fault));
        self.stage.set(Stage::Stop);
    }

    /// V6, where the bundle was erased on this device. The keys in the worker go at once.
    pub(super) fn stop_erased(self) {
        self.link.cut();
        self.stop(Fault::new(Code::ErasedHere, "erased on this device"));
    }

    /// Whether a clock that runs behind stops the open bundle.
    pub(super) fn stops_by_clock(self, seen: SeenTime) -> bool {
        let refuses = |inside: &Inside| inside.manifest.terms.stop_by_clock(seen.backwards);
        self.inside.with_untracked(|inside| inside.as_ref().map_or(seen.backwards, refuses))
    }

    /// The clock runs behind, and the office lets the person go on: it is said and noted.
    pub(super) async fn warn_of_clock(self) {
        self.clock_is_behind.set(true);
        if let Err(error) = self.note_anomaly(Anomaly::ClockBackwards).await {
            self.stop(error.into());
        }
    }

    /// The clock is behind `seen`, a time that was seen before.
    pub(super) async fn clock_backwards(self, seen: Timestamp) {
        self.times.set(Some((clock::now(), seen)));
        // If it cannot be stored, the stop itself still holds.
        let _ = self.note_anomaly(Anomaly::ClockBackwards).await;
        self.stop(Fault::new(Code::ClockBackwards, "the clock is behind a time seen before"));
    }

    /// Checks every byte of every clip.
    pub fn check_all(self) {
        self.check.set(Check::Running(0.0));
        self.link.send(ViewCommand::CheckAll);
    }

    /// Calls off taking an original out. The worker says whether that was in time.
    pub fn cancel_export(self) {
        self.export.update(|export| {
            if let Export::Running { taken, .. } = export {
                *export = Export::Stopping { taken: taken.clone() };
                self.link.send(ViewCommand::CancelExport);
            }
        });
    }

    /// Calls that check off.
    pub fn cancel_check(self) {
        self.link.send(ViewCommand::CancelCheck);
        self.check.set(Check::Idle);
    }
}

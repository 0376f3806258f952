//! Sealing, as the desk follows it: the worker that does it, how far it is, and the passphrases that are not
//! handed over yet.
//!
//! Entry points: [`SealWork::look_at`], [`SealWork::seal`]. Indexes are made and clips
//! looked at by workers that never have a key, and sealed by another one. Absent: the wizard (`screens/seal`).

use fuin_core::{BundleId, CutOrder, CutRecord, EventBody, KeptKey, PublicKey, SealedEvent};
use leptos::prelude::*;

use super::{bundle_keys, desk::Desk, fault::DeskFault};
use crate::{
    fault::{Code, Fault},
    locale::k,
    platform::{
        cargo::{Cargo, ClipCargo, Sealing},
        clock,
        file_system::{Choice, choose_file},
        files::PickedFile,
        indexer::{IndexSaid, Indexed, Indexer},
        page,
        worker::WorkerHandle,
    },
    wire::{Command, Event, LookedAt, PreviewOrder, SealCommand, SealEvent, SealOrder, Typed},
};

/// Id of the heading to which sealing leads: what is still to be done.
pub const HAND_OVER: &str = "hand-over-title";

/// How far sealing is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum SealState {
    /// Not begun.
    #[default]
    Idle,
    /// The key is being made.
    Deriving,
    /// Bytes done, bytes in all, and when it began.
    Running(f64, f64, f64),
}

/// What is heard of a file that is looked at.
pub enum Looked {
    /// Its number, and the part of it that was gone through, from 0 to 1.
    Part(usize, f64),
    /// Its number, and its index.
    Indexed(usize, Box<Indexed>),
    /// What it is.
    Done(Box<LookedAt>),
    /// Its number, whether that is seen at its end, and the address of the picture.
    Glimpse(usize, bool, String),
    /// Its number, and the address of its first picture with marks, if there is one.
    Preview(usize, Option<String>),
}

/// Sealing.
#[derive(Clone, Copy)]
pub struct SealWork {
    desk: Desk,
    /// How far it is.
    pub state: RwSignal<SealState>,
    /// The passphrases of bundles that this page sealed, until they are handed over or this page goes: they
    /// are written down nowhere else.
    unprinted: RwSignal<Vec<(BundleId, Typed)>>,
    /// The office's key with which sealing began.
    signer: StoredValue<Option<PublicKey>>,
    worker: StoredValue<Option<WorkerHandle>, LocalStorage>,
    indexer: StoredValue<Option<Indexer>, LocalStorage>,
    looker: StoredValue<Option<WorkerHandle>, LocalStorage>,
}

/// Makes it known.
pub fn provide_seal_work(desk: Desk) -> SealWork {
    let work = SealWork {
        desk,
        state: RwSignal::new(SealState::default()),
        unprinted: RwSignal::new(Vec::new()),
        signer: StoredValue::new(None),
        worker: StoredValue::new_local(None),
        indexer: StoredValue::new_local(None),
        looker: StoredValue::new_local(None),
    };
    provide_context(work);
    // A passphrase that was not printed, and a bundle that is being written, go with the page.
    Effect::new(move |_| {
        let unprinted = work.unprinted.with(|unprinted| !unprinted.is_empty());
        page::warn_before_leaving(unprinted || work.state.get() != SealState::Idle);
    });
    work
}

/// Sealing.
pub fn use_seal_work() -> SealWork {
    expect_context()
}

impl SealWork {
    /// The passphrase of a bundle, if this page sealed it and it was not handed over yet.
    pub fn passphrase(self, id: &BundleId) -> Option<Typed> {
        self.unprinted.with(|all| all.iter().find(|(known, _)| known == id).map(|(_, typed)| typed.clone()))
    }

    /// It was handed over.
    pub fn forget(self, id: &BundleId) {
        self.unprinted.update(|all| all.retain(|(known, _)| known != id));
    }

    /// Starts the workers that make indexes and look at clips; they replace those before. `on_look` hears of each clip,
    /// but nothing of those at which a worker dies, which `on_death` hears of.
    pub fn start_looking(
        self,
        on_look: impl Fn(Looked) + Clone + 'static,
        on_death: impl Fn() + Clone + 'static,
    ) {
        let (heard, died, on_refusal) = (on_look.clone(), on_death.clone(), on_death.clone());
        let indexer = Indexer::start(move |said| match said {
            IndexSaid::Part(clip, part) => heard(Looked::Part(clip, part)),
            IndexSaid::Done(clip, indexed) => heard(Looked::Indexed(clip, indexed)),
            IndexSaid::Died => died(),
        });
        let looker = WorkerHandle::start(
            move |event: Event| match event {
                Event::Seal(SealEvent::LookedAt(seen)) => on_look(Looked::Done(Box::new(seen))),
                Event::Seal(SealEvent::Glimpsed { clip, at_end, picture }) => {
                    on_look(Looked::Glimpse(clip, at_end, picture));
                }
                Event::Seal(SealEvent::Previewed { clip, picture }) => {
                    on_look(Looked::Preview(clip, picture));
                }
                Event::Refused { code, cause } => {
                    self.desk.refuse(&Fault { code, cause }.into());
                    on_refusal();
                }
                Event::Seal(_) | Event::View(_) | Event::Play(_) | Event::Key(_) => {}
            },
            |_| {},
            |_| {},
            move |_| on_death(),
        );
        match indexer.and_then(|indexer| Ok((indexer, looker?))) {
            Ok((indexer, looker)) => {
                self.indexer.set_value(Some(indexer));
                self.looker.set_value(Some(looker));
            }
            Err(error) => self.fail(Fault::new(Code::WorkerMissing, error.words)),
        }
    }

    /// Has the index of a file made, or of a part that is cut out of it.
    pub fn index(self, clip: usize, file: &PickedFile, part: Option<CutOrder>) {
        let sent = self.indexer.with_value(|indexer| indexer.as_ref().map(|it| it.index(clip, file, part)));
        if let Some(Err(error)) = sent {
            self.fail(Fault::new(Code::WorkerMissing, error.words));
        }
    }

    /// Has a clip looked at; `cut` says which part of its file it is, if it is one.
    pub fn look_at(self, clip: usize, cut: Option<CutRecord>, cargo: ClipCargo) {
        self.tell_looker(SealCommand::LookAt { clip, cut: cut.map(Box::new) }, cargo);
    }

    /// Has a clip's first picture shown with its marks.
    pub fn preview(self, order: PreviewOrder, cargo: ClipCargo) {
        self.tell_looker(SealCommand::Preview { order: Box::new(order) }, cargo);
    }

    fn tell_looker(self, command: SealCommand, cargo: ClipCargo) {
        self.looker.with_value(|looker| {
            if let Some(looker) = looker {
                looker.send(&Command::from(command), Some(Cargo::Clip(cargo)));
            }
        });
    }

    fn start(self) -> Result<(), DeskFault> {
        let started = WorkerHandle::start(
            move |event: Event| match event {
                Event::Seal(event) => self.on_event(event),
                Event::Refused { code, cause } => self.fail(Fault { code, cause }),
                Event::View(_) | Event::Play(_) | Event::Key(_) => {}
            },
            |_| {},
            |_| {},
            move |cause| self.fail(Fault::new(Code::WorkerStopped, cause)),
        );
        let worker = started.map_err(|error| Fault::new(Code::WorkerMissing, error.words))?;
        self.worker.set_value(Some(worker));
        Ok(())
    }

    fn fail(self, fault: Fault) {
        self.state.set(SealState::Idle);
        self.desk.refuse(&fault.into());
    }

    fn on_event(self, event: SealEvent) {
        match event {
            SealEvent::Deriving => self.state.set(SealState::Deriving),
            SealEvent::Progress { done, total } => self.state.update(|state| {
                let began = match state {
                    SealState::Running(_, _, began) => *began,
                    SealState::Idle | SealState::Deriving => clock::monotonic_ms(),
                };
                *state = SealState::Running(done, total, began);
            }),
            SealEvent::Cancelled => self.state.set(SealState::Idle),
            SealEvent::Sealed { event, passphrase, kept } => {
                self.desk.run(async move { self.record(event, passphrase, kept).await });
            }
            SealEvent::Published => {
                self.worker.set_value(None);
                self.state.set(SealState::Idle);
                self.desk.tell(self.desk.locale.t(k::SEAL_DONE).to_owned());
                request_animation_frame(|| page::show(HAND_OVER));
            }
            SealEvent::LookedAt(_) | SealEvent::Glimpsed { .. } | SealEvent::Previewed { .. } => {}
        }
    }

    /// The ledger first: no bundle exists that it does not know.
    async fn record(
        self,
        event: Box<SealedEvent>,
        passphrase: Typed,
        kept: Option<KeptKey>,
    ) -> Result<(), DeskFault> {
        let recorded = self.write_down(event, passphrase, kept).await;
        if recorded.is_err() {
            self.state.set(SealState::Idle);
        }
        recorded
    }

    async fn write_down(
        self,
        event: Box<SealedEvent>,
        passphrase: Typed,
        kept: Option<KeptKey>,
    ) -> Result<(), DeskFault> {
        let id = event.bundle_id.clone();
        // Its secrets follow from the key with which sealing began, and the ledger goes by the key of its line.
        if self.signer.get_value().as_ref() != Some(self.desk.keys()?.signing.public()) {
            return Err(Code::LedgerBusy.into());
        }
        if let Some(kept) = kept {
            bundle_keys::keep(self.desk, &kept).await?;
        }
        // Another tab may have written in between; what it wrote is read, and this goes behind it.
        if self.desk.append(EventBody::Sealed(event.clone())).await.is_err() {
            self.desk.append(EventBody::Sealed(event)).await?;
        }
        self.unprinted.update(|all| all.push((id, passphrase)));
        self.send(SealCommand::Publish, None);
        Ok(())
    }

    /// Whether something is being sealed.
    pub fn is_busy(self) -> bool {
        self.state.get_untracked() != SealState::Idle
    }

    /// Asks for a file to write to, and seals clips with their indexes for this office, with the keys that the desk
    /// has, in a worker of its own. A ticket brings no clips. Parts are downloads.
    pub async fn seal(self, order: SealOrder, clips: Vec<ClipCargo>) -> Result<(), DeskFault> {
        let handle = if order.small_parts {
            None
        } else {
            match choose_file(&format!("fuin-{}.{}", order.number, order.ending())).await {
                Choice::File(handle) => Some(handle),
                Choice::Impossible => None,
                Choice::CalledOff => return Err(Code::SealCalledOff.into()),
            }
        };
        let keys = self.desk.keys()?;
        self.signer.set_value(Some(keys.signing.public().clone()));
        let order = Box::new(order);
        self.start()?;
        let cargo = Cargo::Sealing(Sealing { clips, handle, keys });
        self.send(SealCommand::Seal { order }, Some(cargo));
        Ok(())
    }

    /// Locks the desk, and lets the worker go, which has its keys too.
    pub fn lock_desk(self) {
        self.desk.lock();
        self.worker.set_value(None);
    }

    /// Calls sealing off.
    pub fn cancel(self) {
        self.send(SealCommand::Cancel, None);
    }

    fn send(self, command: SealCommand, cargo: Option<Cargo>) {
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.send(&Command::from(command), cargo);
            }
        });
    }
}

//! The worker's side: opening, decrypting, decoding, marking, painting, sealing.
//!
//! Entry point: [`run`]. The page sends a [`Command`] and gets [`Event`]s (`crate::wire`); it never sees a
//! key or a decrypted picture. `vault` holds the open bundle; each other part is given what it needs of it.
//! Absent: buttons and words.

mod check_all;
mod checked;
mod erased;
mod export;
mod keys;
mod opening;
mod play;
mod receipt;
mod run;
mod seal;
mod vault;

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use crate::{
    fault::Fault,
    platform::{
        BrowserError,
        cargo::Cargo,
        worker::{listen, report},
    },
    wire::{Command, Event, SealCommand, ViewCommand, ViewEvent},
};
use play::Playback;
use run::Run;
use vault::Vault;

/// What the worker keeps.
struct Worker {
    vault: Rc<Vault>,
    playback: Playback,
    sealing: seal::Sealer,
    previews: seal::Previews,
    checking: Run,
    exporting: export::Exporter,
}

/// Starts listening.
pub fn run() -> Result<(), BrowserError> {
    let vault = Rc::<Vault>::default();
    let playback = Playback::new(vault.clone());
    let sealing = seal::Sealer::default();
    let (checking, exporting) = Default::default();
    let worker =
        Rc::new(Worker { vault, playback, sealing, previews: Default::default(), checking, exporting });
    let (looks, forgets) = (worker.clone(), worker.clone());
    let is_open = move |key: &str| erased::open_key(&looks.vault).is_some_and(|open| open == key);
    // As long as the worker lives. A browser without channels is told by its page, which looks every few seconds.
    std::mem::forget(erased::listen(is_open, move || forgets.close()));
    listen(move |command: Command, cargo| {
        let worker = worker.clone();
        spawn_local(async move {
            if let Err(fault) = obey(&worker, command, cargo).await {
                report(&Event::from(fault));
            }
        });
    })
}

async fn obey(worker: &Worker, command: Command, cargo: Option<Cargo>) -> Result<(), Fault> {
    match command {
        Command::View(command) => view(worker, command, cargo).await,
        Command::Play(command) => play::obey(&worker.playback, command, cargo).await,
        Command::Seal(command) => seal(worker, command, cargo).await,
        Command::Key(command) => keys::obey(command).await,
    }
}

async fn view(worker: &Worker, command: ViewCommand, cargo: Option<Cargo>) -> Result<(), Fault> {
    let vault = &*worker.vault;
    match command {
        ViewCommand::Open { more } => {
            worker.close();
            opening::take_in(vault, cargo)?;
            if more { Ok(()) } else { opening::report_outside(vault).await }
        }
        ViewCommand::OpenBeside => {
            opening::take_in(vault, cargo)?;
            opening::report_outside(vault).await
        }
        ViewCommand::Extend { code } => {
            // What is shown under the old period goes, so that the bundle can be had back.
            worker.playback.close();
            opening::extend(vault, &code);
            Ok(())
        }
        ViewCommand::UnlockWithPassphrase { passphrase } => opening::unlock(vault, &passphrase).await,
        ViewCommand::UnlockWithDeviceKey { passphrase } => {
            opening::unlock_with_device_key(vault, &passphrase).await
        }
        ViewCommand::Admit { name, now } => {
            opening::admit(vault, &name, now)?;
            play::look_ahead(&worker.playback, now);
            Ok(())
        }
        ViewCommand::CheckAll => check_all::check_all(vault, worker.checking.begin()).await,
        ViewCommand::MeasureDecrypt { clip } => check_all::measure(vault, clip).await,
        ViewCommand::CancelCheck => {
            worker.checking.call_off();
            Ok(())
        }
        ViewCommand::Export { clip } => {
            worker.exporting.export(vault, clip, cargo).await;
            Ok(())
        }
        ViewCommand::CancelExport => {
            worker.exporting.cancel();
            Ok(())
        }
        ViewCommand::MakeReceipt(order) => {
            erased::check(vault).await?;
            receipt::make_receipt(vault, *order)
        }
        ViewCommand::Ping => {
            report(&Event::from(ViewEvent::Pong));
            play::check_time(&worker.playback)
        }
        ViewCommand::Close => {
            worker.close();
            report(&Event::from(ViewEvent::Closed));
            Ok(())
        }
    }
}

async fn seal(worker: &Worker, command: SealCommand, cargo: Option<Cargo>) -> Result<(), Fault> {
    let sealer = &worker.sealing;
    match command {
        SealCommand::Preview { order } => worker.previews.preview(*order, cargo).await,
        SealCommand::LookAt { clip, cut } => seal::look_at(clip, cut.as_deref(), cargo),
        SealCommand::Seal { order } => sealer.seal(*order, cargo).await,
        SealCommand::Cancel => {
            sealer.cancel();
            Ok(())
        }
        SealCommand::Publish => sealer.publish().await,
    }
}

impl Worker {
    /// Forgets keys and pictures.
    fn close(&self) {
        self.playback.close();
        self.checking.call_off();
        self.exporting.cancel();
        self.vault.empty();
    }
}

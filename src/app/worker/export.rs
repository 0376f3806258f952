//! Taking an original out, under the grant: every byte is checked against the office's signature before the file has
//! its name, and the viewing log knows of it before.
//!
//! Entry points: [`Exporter::export`], [`Exporter::publish`]. Absent: marks; an original has none.

use std::cell::RefCell;

use fuin_core::Sink;

use super::{checked::CheckedClip, erased, ticket::Run, vault::Vault};
use crate::{
    fault::Fault,
    platform::{
        BrowserError,
        cargo::Cargo,
        clock,
        save::{Outbox, Target},
        worker::report,
    },
    wire::{Event, ViewEvent},
    worker::vault::wrong_order,
};

/// Takes originals out, one at a time.
#[derive(Default)]
pub struct Exporter {
    run: Run,
    /// A file that waits for its name.
    finished: RefCell<Option<(Target, String)>>,
}

impl Exporter {
    /// Takes one out. Ends with [`ViewEvent::Exported`], or says why not; what plays goes on.
    pub async fn export(&self, vault: &Vault, clip: usize, cargo: Option<Cargo>) {
        let handle = match cargo {
            Some(Cargo::Destination(handle)) => Some(handle),
            _ => None,
        };
        let mut target = match Target::open(handle.as_ref()).await {
            Ok(target) => target,
            Err(error) => return say_failed(&error.into()),
        };
        match self.copy(vault, clip, &mut target).await {
            Ok(Some(name)) => {
                *self.finished.borrow_mut() = Some((target, name));
                report(&Event::from(ViewEvent::Exported { clip, at: clock::now() }));
            }
            Ok(None) => {
                target.abort().await;
                report(&Event::from(ViewEvent::ExportCancelled));
            }
            Err(fault) => {
                target.abort().await;
                say_failed(&fault);
            }
        }
    }

    /// Copies the clip into the target, checked; gives its name, or nothing if it was called off.
    async fn copy(&self, vault: &Vault, clip: usize, target: &mut Target) -> Result<Option<String>, Fault> {
        let ticket = self.run.begin();
        erased::check(vault).await?;
        let (admitted, _) = vault.admitted()?;
        let mut original = CheckedClip::open(vault, clip, admitted.export(clip, clock::now())?).await?;
        let mut outbox = Outbox::default();
        while let Some(plain) = original.next().await? {
            outbox.append(&plain).map_err(|error| BrowserError::new(error.to_string()))?;
            target.take(&outbox).await?;
            if !ticket.is_wanted() {
                return Ok(None);
            }
            report(&Event::from(ViewEvent::Exporting { part: original.part() }));
            // Lets pictures and commands through.
            clock::after_ms(0.0).await;
        }
        erased::check(vault).await?;
        let name = admitted.verified().manifest().clips.get(clip).map(|entry| entry.export_name(clip));
        Ok(Some(name.ok_or_else(wrong_order)?))
    }

    /// Gives the file its name, now that the viewing log knows of it.
    pub async fn publish(&self) {
        let Some((target, name)) = self.finished.borrow_mut().take() else { return };
        match target.publish(&name, u64::MAX).await {
            Ok(()) => report(&Event::from(ViewEvent::ExportPublished { name })),
            Err(error) => say_failed(&error.into()),
        }
    }

    /// Stops; no file comes to be.
    pub fn cancel(&self) {
        self.run.call_off();
        self.finished.borrow_mut().take();
    }
}

fn say_failed(fault: &Fault) {
    report(&Event::from(ViewEvent::ExportFailed { code: fault.code }));
}

//! Taking an original out, under the grant: every byte is checked against the office's signature before the file has
//! its name. The page's viewing log has it before the first byte leaves.
//!
//! Entry point: [`Exporter::export`]. Absent: marks; an original has none.

use fuin_core::Sink;

use super::{
    checked::CheckedClip,
    erased,
    run::{Run, Turn},
    vault::{Vault, wrong_order},
};
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
};

/// Takes originals out, one at a time.
#[derive(Default)]
pub struct Exporter {
    run: Run,
}

impl Exporter {
    /// Takes one out, and says how that ended; what plays goes on.
    pub async fn export(&self, vault: &Vault, clip: usize, cargo: Option<Cargo>) {
        let turn = self.run.begin();
        let handle = match cargo {
            Some(Cargo::Destination(handle)) => Some(handle),
            _ => None,
        };
        let ended = match Target::open(handle.as_ref()).await {
            Ok(target) => write(vault, clip, target, &turn).await,
            Err(error) => Err(error.into()),
        };
        report(&Event::from(match ended {
            Ok(Some(name)) => ViewEvent::Exported { name },
            Ok(None) => ViewEvent::ExportCancelled,
            Err(fault) => ViewEvent::ExportFailed { code: fault.code },
        }));
    }

    /// Stops, unless the file has its name already; it has none otherwise.
    pub fn cancel(&self) {
        self.run.call_off();
    }
}

/// Writes the clip and gives the file its name; gives nothing if it was called off.
async fn write(vault: &Vault, clip: usize, mut target: Target, turn: &Turn) -> Result<Option<String>, Fault> {
    match copy(vault, clip, &mut target, turn).await {
        Ok(Some(name)) => {
            target.publish(&name, u64::MAX).await?;
            Ok(Some(name))
        }
        other => {
            target.abort().await;
            other
        }
    }
}

/// Copies the clip into the target, checked, while the period lasts; gives its name, or nothing if it was called off.
async fn copy(vault: &Vault, clip: usize, target: &mut Target, turn: &Turn) -> Result<Option<String>, Fault> {
    erased::check(vault).await?;
    let (admitted, _) = vault.admitted()?;
    let mut original = CheckedClip::open(vault, clip, admitted.export(clip, clock::now())?).await?;
    let mut outbox = Outbox::default();
    while let Some(plain) = original.next().await? {
        admitted.verified().check_window(clock::now())?;
        outbox.append(&plain).map_err(|error| BrowserError::new(error.to_string()))?;
        target.take(&outbox).await?;
        if !turn.is_wanted() {
            return Ok(None);
        }
        report(&Event::from(ViewEvent::Exporting { part: original.part() }));
        // Lets pictures and commands through.
        clock::after_ms(0.0).await;
    }
    erased::check(vault).await?;
    if !turn.is_wanted() {
        return Ok(None);
    }
    let name = admitted.verified().manifest().clips.get(clip).map(|entry| entry.export_name(clip));
    Ok(Some(name.ok_or_else(wrong_order)?))
}

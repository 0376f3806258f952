//! Sealing in the browser: says what a clip is, writes bundles, and gives them their names.
//!
//! Entry points: [`look_at`], [`Previews`], [`Sealer`]. The bundle gets its name only when the page has recorded it in
//! the ledger. Absent: the ledger, which the page keeps.

mod look_at;
mod preview;
mod source;
mod write;

use std::cell::RefCell;

use super::{run::Run, vault::wrong_order};
use crate::{
    fault::{Code, Fault},
    platform::{
        cargo::{Cargo, Sealing},
        save::Target,
        worker::report,
    },
    wire::{Event, SealEvent, SealOrder},
};

pub use look_at::look_at;
pub use preview::Previews;
use write::Written;

/// FAT32 holds no file of 4 GiB (2³² bytes); a MiB less leaves room for nothing to go wrong.
const FAT32_PART_BYTES: u64 = (1 << 32) - (1 << 20);

/// A bundle that waits for its name.
struct Finished {
    target: Target,
    name: String,
    part_bytes: u64,
}

/// Writes bundles, one at a time.
#[derive(Default)]
pub struct Sealer {
    run: Run,
    finished: RefCell<Option<Finished>>,
}

impl Sealer {
    /// Seals. Ends with [`SealEvent::Sealed`]; the file waits for [`Self::publish`].
    pub async fn seal(&self, order: SealOrder, cargo: Option<Cargo>) -> Result<(), Fault> {
        let Some(Cargo::Sealing(Sealing { clips, handle, keys })) = cargo else {
            return Err(wrong_order());
        };
        let turn = self.run.begin();
        let mut target = Target::open(handle.as_ref()).await?;
        match write::write_bundle(&order, &keys, &clips, &mut target, &turn).await {
            Ok(Some(Written { event, passphrase, kept })) => {
                let name = format!("{}.{}", event.bundle_id, order.ending());
                let part_bytes = if order.small_parts { FAT32_PART_BYTES } else { u64::MAX };
                *self.finished.borrow_mut() = Some(Finished { target, name, part_bytes });
                report(&Event::from(SealEvent::Sealed { event: Box::new(event), passphrase, kept }));
                Ok(())
            }
            Ok(None) => {
                target.abort().await;
                report(&Event::from(SealEvent::Cancelled));
                Ok(())
            }
            Err(fault) => {
                target.abort().await;
                Err(fault)
            }
        }
    }

    /// Stops sealing; no file comes to be.
    pub fn cancel(&self) {
        self.run.call_off();
    }

    /// Gives the sealed bundle its name, now that the ledger knows it.
    pub async fn publish(&self) -> Result<(), Fault> {
        let finished = self.finished.borrow_mut().take().ok_or_else(wrong_order)?;
        let published = finished.target.publish(&finished.name, finished.part_bytes).await;
        published.map_err(|error| Fault::new(Code::SealNotSaved, error.words))?;
        report(&Event::from(SealEvent::Published));
        Ok(())
    }
}

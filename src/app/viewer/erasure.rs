//! Erasing what this browser holds of a bundle, in every window: the report is kept first, then keys and marks go,
//! then it is looked whether they are gone.
//!
//! Entry points: [`watch`], [`keep_and_erase`], [`resume`]. Absent: the medium and other copies of the file, which a
//! page cannot reach.

use fuin_core::Happening;
use leptos::prelude::*;

use super::{
    record::{BundleRecord, MadeReceipt, OpenRecord},
    session::Session,
};
use crate::{
    fault::{Code, Fault},
    platform::{
        channel::{self, Channel},
        clock, kept,
    },
    wire::ViewCommand,
};

/// Between two looks whether another window erased the bundle: for browsers that tell nothing.
const EVERY_MS: f64 = 3_000.0;

/// What this browser remembers of every bundle, once the erasures are ended that were cut off, by a crash or with the
/// tab.
pub async fn resume() -> Result<Vec<BundleRecord>, Fault> {
    let records = BundleRecord::all().await?;
    if !records.iter().any(|record| record.device_key_goes) {
        return Ok(records);
    }
    for record in records.into_iter().filter(|record| record.device_key_goes) {
        record.finish_erasure().await?;
    }
    Ok(BundleRecord::all().await?)
}

/// Stops this window when another one erases the bundle that is open here.
pub fn watch(session: Session) {
    let is_open = move |key: &str| open_key(session).is_some_and(|open| open == key);
    let on_text = move |key: String| {
        if is_open(&key) {
            stop(session);
        }
    };
    session.erasures.set_value(Channel::open(channel::ERASED, on_text));
    leptos::task::spawn_local(async move {
        loop {
            clock::after_ms(EVERY_MS).await;
            let outside = session.outside.get_untracked().filter(|_| session.link.is_alive());
            let Some(outside) = outside else { continue };
            let stored = BundleRecord::read(&outside.header_sha256).await;
            // Another bundle may have been opened meanwhile.
            if matches!(stored, Ok(Some(record)) if record.erased)
                && is_open(&kept::bundle(&outside.header_sha256))
            {
                stop(session);
            }
        }
    });
}

fn open_key(session: Session) -> Option<String> {
    session
        .outside
        .with_untracked(|outside| outside.as_ref().map(|outside| kept::bundle(&outside.header_sha256)))
}

/// The keys in the worker go at once; what was to be shown is not shown any more.
fn stop(session: Session) {
    // The window that erases has its report on the screen.
    if session.receipt.with_untracked(|made| made.as_ref().is_some_and(|made| made.erased)) {
        return;
    }
    session.stop_erased();
}

/// Keeps a report, and erases what it says is erased. The report is on the disk before anything is taken away.
pub async fn keep_and_erase(session: Session, mut made: MadeReceipt) -> Result<MadeReceipt, Fault> {
    if !made.erased {
        let change = |record: &mut OpenRecord| {
            record.stored.receipts.push(made.clone());
            record.log(Happening::Reported { kind: made.kind });
        };
        session.change_record(change).await?;
        return Ok(made);
    }
    let Some(mut record) = session.record.get_untracked() else { return Ok(made) };
    let wanted = record.stored.by_device_key && session.erase_device_key.get_untracked();
    let kept = made.clone();
    // One write: there is no moment at which the bundle is erased and the report is not kept.
    record.change(|record| record.erase(kept.clone(), wanted)).await?;
    session.receipt.set(Some(made.clone()));
    session.link.send(ViewCommand::Close);
    session.erasures.with_value(|channel| {
        if let Some(channel) = channel {
            channel.tell(&kept::bundle(&record.stored.header_sha256));
        }
    });
    if wanted {
        made.erased_device_key = record.stored.clone().finish_erasure().await?;
        record = record.again().await?;
    }
    if !record.again().await?.is_erased() {
        return Err(Fault::new(Code::Storage, "what belongs to the bundle is still there"));
    }
    session.record.set(Some(record));
    Ok(made)
}

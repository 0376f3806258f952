//! Erasing what this browser holds of a bundle, in every window: the report is kept first, then keys and marks go,
//! then it is looked whether they are gone.
//!
//! Entry points: [`watch`], [`keep_and_erase`]. Absent: the medium and other copies of the file, which a
//! page cannot reach.

use leptos::prelude::*;

use super::{
    record::{BundleRecord, MadeReceipt, erase_device_key},
    session::Session,
};
use crate::{
    fault::{Code, Fault},
    platform::{channel::Channel, clock},
    wire::ViewCommand,
};

/// The name under which windows tell each other what was erased.
const CHANNEL: &str = "fuin-erased";
/// Between two looks whether another window erased the bundle: for browsers that tell nothing.
const EVERY_MS: f64 = 3_000.0;

/// Stops this window when another one erases the bundle that is open here.
pub fn watch(session: Session) {
    let is_open = move |key: &str| open_key(session).is_some_and(|open| open == key);
    let on_text = move |key: String| {
        if is_open(&key) {
            stop(session);
        }
    };
    session.erasures.set_value(Channel::open(CHANNEL, on_text));
    leptos::task::spawn_local(async move {
        loop {
            clock::after_ms(EVERY_MS).await;
            let Some(key) = open_key(session).filter(|_| session.link.is_alive()) else { continue };
            let stored = BundleRecord::read_key(&key).await;
            // Another bundle may have been opened meanwhile.
            if matches!(stored, Ok(Some(record)) if record.erased) && is_open(&key) {
                stop(session);
            }
        }
    });
}

fn open_key(session: Session) -> Option<String> {
    session.record.with_untracked(|record| record.as_ref().map(BundleRecord::key))
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
    let Some(mut record) = session.record.get_untracked() else { return Ok(made) };
    if !made.erased {
        let kept = made.clone();
        record.change(|record| record.receipts.push(kept)).await?;
        session.record.set(Some(record));
        return Ok(made);
    }
    let wanted = record.by_device_key && session.erase_device_key.get_untracked();
    let kept = made.clone();
    // One write: there is no moment at which the bundle is erased and the report is not kept.
    record.change(|record| record.erase(kept)).await?;
    session.receipt.set(Some(made.clone()));
    session.link.send(ViewCommand::Close);
    session.erasures.with_value(|channel| {
        if let Some(channel) = channel {
            channel.tell(&record.key());
        }
    });
    if wanted && erase_device_key().await {
        made.erased_device_key = true;
        let last = made.clone();
        let change = |record: &mut BundleRecord| {
            record.receipts.pop();
            record.receipts.push(last);
        };
        record.change(change).await?;
    }
    let there = BundleRecord::read_key(&record.key()).await?;
    if there.is_none_or(|record| !record.is_erased()) {
        return Err(Fault::new(Code::Storage, "what belongs to the bundle is still there"));
    }
    session.record.set(Some(record));
    Ok(made)
}

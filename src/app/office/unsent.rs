//! What was typed of a request and not recorded yet: kept sealed beside the ledger, so that it outlives a reload.
//!
//! Entry points: [`watch`], [`Unsent::forget`]. Absent: the file of a recipient and scans, which are read or chosen
//! anew.

use leptos::prelude::*;

use super::{
    desk::Desk,
    fault::DeskFault,
    stored::{read_setting, write_setting},
};
use crate::{
    page::request_form::Form,
    platform::{
        clock,
        db::{self, StoreName},
        kept,
    },
};

/// The place for which it is sealed.
const PLACE: &str = "unsent request";
/// Whoever types is not disturbed more often than this.
const EVERY_MS: f64 = 1_000.0;

/// How far that is.
#[derive(Clone)]
pub struct Unsent {
    /// What was kept is in the form: nobody types before.
    pub is_ready: RwSignal<bool>,
    /// What stands in the form was typed before this page was opened.
    pub restored: RwSignal<bool>,
    /// All that was typed is kept.
    pub is_kept: RwSignal<bool>,
    /// It was recorded, or thrown away. Outlives the screen, as a write that is under way does.
    is_over: ArcStoredValue<bool>,
}

impl Unsent {
    /// It was recorded, or thrown away.
    pub async fn forget(&self) -> Result<(), DeskFault> {
        self.is_over.set_value(true);
        remove().await
    }

    /// Keeps what was typed so far.
    async fn keep(&self, desk: Desk, typed: &[String]) -> Result<(), DeskFault> {
        write_setting(&desk.keys()?.storage, kept::OFFICE_UNSENT, PLACE, typed).await?;
        // Recorded while this was written: it would come back as a request that is still to be recorded.
        if self.is_over.get_value() {
            return remove().await;
        }
        let _ = self.is_kept.try_set(true);
        Ok(())
    }
}

async fn remove() -> Result<(), DeskFault> {
    Ok(db::remove(StoreName::Settings, kept::OFFICE_UNSENT).await?)
}

/// Puts what was kept into a fresh form, and keeps what is typed from then on.
pub fn watch(desk: Desk, form: Form) -> Unsent {
    // What another screen only interrupted is on the page still.
    let is_fresh = form.is_untouched();
    let unsent = Unsent {
        is_ready: RwSignal::new(!is_fresh),
        restored: RwSignal::new(false),
        is_kept: RwSignal::new(false),
        is_over: ArcStoredValue::new(false),
    };
    let at_first = if is_fresh { untrack(|| form.typed()) } else { Vec::new() };
    let (kept, waits) = (StoredValue::new(at_first), StoredValue::new(false));
    if is_fresh {
        let Unsent { is_ready, restored, .. } = unsent;
        desk.run_aside(async move {
            let before = kept_before(desk).await;
            // A file that was read meanwhile is newer.
            if let Ok(Some(before)) = &before
                && form.is_untouched()
            {
                form.set_typed(before);
                kept.try_set_value(before.clone());
                let _ = restored.try_set(true);
            }
            let _ = is_ready.try_set(true);
            before.map(drop)
        });
    }
    let follows = unsent.clone();
    Effect::new(move |_| {
        // Every field is followed.
        let _ = form.typed();
        if !follows.is_ready.get() || waits.get_value() || kept.get_value() == untrack(|| form.typed()) {
            return;
        }
        waits.set_value(true);
        follows.is_kept.set(false);
        let unsent = follows.clone();
        leptos::task::spawn_local(async move {
            clock::after_ms(EVERY_MS).await;
            // The screen may be gone, or the desk locked.
            let is_gone = waits.try_set_value(false).is_some() || !desk.unlocked.get_untracked();
            if is_gone || unsent.is_over.get_value() {
                return;
            }
            let now = untrack(|| form.typed());
            kept.set_value(now.clone());
            desk.run_aside(async move { unsent.keep(desk, &now).await });
        });
    });
    unsent
}

async fn kept_before(desk: Desk) -> Result<Option<Vec<String>>, DeskFault> {
    read_setting(&desk.keys()?.storage, kept::OFFICE_UNSENT, PLACE).await
}

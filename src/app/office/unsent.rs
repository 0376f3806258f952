//! What was typed of a request and not recorded yet: kept sealed beside the ledger, so that it outlives a reload.
//!
//! Entry points: [`watch`], [`forget`]. Absent: the file of a recipient and scans, which are read or chosen anew.

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
#[derive(Clone, Copy)]
pub struct Unsent {
    /// What stands in the form was typed before this page was opened.
    pub restored: RwSignal<bool>,
    /// All that was typed is kept.
    pub is_kept: RwSignal<bool>,
}

/// Puts what was kept into a fresh form, and keeps what is typed from then on.
pub fn watch(desk: Desk, form: Form) -> Unsent {
    let unsent = Unsent { restored: RwSignal::new(false), is_kept: RwSignal::new(false) };
    // What another screen only interrupted is on the page still.
    let is_fresh = form.is_untouched();
    let at_first = if is_fresh { untrack(|| form.typed()) } else { Vec::new() };
    let (kept, waits) = (StoredValue::new(at_first), StoredValue::new(is_fresh));
    if is_fresh {
        desk.run(async move {
            let before: Option<Vec<String>> =
                read_setting(&desk.keys()?.storage, kept::OFFICE_UNSENT, PLACE).await?;
            if let Some(before) = before {
                form.set_typed(&before);
                kept.try_set_value(before);
                let _ = unsent.restored.try_set(true);
            }
            waits.try_set_value(false);
            Ok(())
        });
    }
    Effect::new(move |_| {
        // Every field is followed.
        let _ = form.typed();
        if waits.get_value() || kept.get_value() == untrack(|| form.typed()) {
            return;
        }
        waits.set_value(true);
        unsent.is_kept.set(false);
        leptos::task::spawn_local(async move {
            clock::after_ms(EVERY_MS).await;
            // The screen may be gone, or the desk locked.
            if waits.try_set_value(false).is_some() || !desk.unlocked.get_untracked() {
                return;
            }
            let now = untrack(|| form.typed());
            kept.set_value(now.clone());
            desk.run(async move {
                write_setting(&desk.keys()?.storage, kept::OFFICE_UNSENT, PLACE, &now).await?;
                let _ = unsent.is_kept.try_set(true);
                Ok(())
            });
        });
    });
    unsent
}

/// It was recorded, or thrown away.
pub async fn forget() -> Result<(), DeskFault> {
    Ok(db::remove(StoreName::Settings, kept::OFFICE_UNSENT).await?)
}

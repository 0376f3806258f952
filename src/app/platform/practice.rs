//! Practice: everything is kept in another database, so that it never mixes with real data and can be thrown away.
//!
//! The page practises when its address ends in `#practice`, a worker when the page that started it does; neither changes
//! its mind while it lives.

use std::cell::OnceCell;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

use super::{BrowserError, db, page};

/// What stands behind `#` in the address.
pub const DOOR: &str = "#practice";
/// The name of a worker that practises.
pub(super) const WORKER: &str = "practice";

thread_local! {
    static PRACTISING: OnceCell<bool> = const { OnceCell::new() };
}

/// Whether this page or worker practises.
pub fn is_on() -> bool {
    PRACTISING.with(|known| {
        *known.get_or_init(|| match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
            Ok(scope) => scope.name() == WORKER,
            Err(_) => page::door() == DOOR,
        })
    })
}

/// The database of this page or worker.
pub(super) fn database() -> &'static str {
    if is_on() { "fuin-practice" } else { "fuin" }
}

/// Throws away what was practised, and nothing else.
pub async fn throw_away() -> Result<(), BrowserError> {
    if is_on() { db::clear().await } else { Ok(()) }
}

//! Which set of data this page or worker uses: the real one, or that of practice, which never mix.
//!
//! The page practises when its address ends in `#practice`, a worker when the page that started it does;
//! neither changes its mind while it lives. Absent: what practice does.

use std::cell::OnceCell;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

use super::page;

/// What stands behind `#` in the address.
pub const PRACTICE_DOOR: &str = "#practice";
/// The name of a worker that practises.
pub(super) const WORKER: &str = "practice";

thread_local! {
    static PRACTISING: OnceCell<bool> = const { OnceCell::new() };
}

/// Whether this page or worker practises.
pub fn is_practice() -> bool {
    PRACTISING.with(|known| {
        *known.get_or_init(|| match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
            Ok(scope) => scope.name() == WORKER,
            Err(_) => page::door() == PRACTICE_DOOR,
        })
    })
}

/// The database of this page or worker.
pub(super) fn database() -> &'static str {
    if is_practice() { "fuin-practice" } else { "fuin" }
}

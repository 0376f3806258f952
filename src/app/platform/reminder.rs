//! That this browser had an office, kept outside of its database (`localStorage`): the name alone, which is no secret.
//!
//! A browser throws its whole database away when it finds it damaged (Chromium after a process that ended in the middle
//! of a long write), or when somebody clears it. Without this, the page could not tell that from a new PC.
//! Absent: saying so (`office/screens/setup.rs`).

use web_sys::Storage;

use super::{kept, page, profile};

/// Practice is thrown away on purpose, so nothing of it is remembered; nor in a browser that keeps nothing.
fn storage() -> Option<Storage> {
    if profile::is_practice() { None } else { page::window()?.local_storage().ok().flatten() }
}

/// Remembers the name of the office that is here.
pub fn remember_office(name: &str) {
    if let Some(storage) = storage() {
        // A full store takes only the reminder, not the office.
        let _ = storage.set_item(kept::OFFICE_REMINDER, name);
    }
}

/// The name of the office that was here.
pub fn remembered_office() -> Option<String> {
    storage()?.get_item(kept::OFFICE_REMINDER).ok().flatten()
}

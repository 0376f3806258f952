//! What both doors share: the application as a form, the sheets that both print, how a refusal is said, the worker for
//! keys, and locking when nobody works.
//!
//! Absent: what only one door has.

mod happenings;
pub mod idle;
pub mod key_worker;
pub mod papers;
mod passphrase;
mod refused;
pub mod request_form;

pub use happenings::Happenings;
pub use passphrase::PassphraseField;
pub use refused::{Refused, Wrong, WrongCount, WrongField};

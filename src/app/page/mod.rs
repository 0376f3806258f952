//! What both doors share: the application as a form, the sheets that both print, and how a refusal is said.
//!
//! Absent: what only one door has.

pub mod papers;
mod refused;
pub mod request_form;

pub use refused::{Refused, Wrong, WrongField};

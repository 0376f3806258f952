//! Unicode's forms of text, which every browser has built in and which would weigh much in the page.
//!
//! Entry point: [`nfkc`]. Absent: what is done with it.

use js_sys::JsString;

/// NFKC (Unicode UAX #15): letters that only stand in another form, such as half-width ones and radicals, become the
/// usual ones.
pub fn nfkc(text: &str) -> String {
    JsString::from(text).normalize("NFKC").into()
}

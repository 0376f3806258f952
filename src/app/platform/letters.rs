//! How wide a text is in the letters of the marks.
//!
//! Entry point: [`ems`]. Absent: writing, which [`super::surface`] does; keeping widths, which core does.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{OffscreenCanvas, OffscreenCanvasRenderingContext2d as Context};

use super::BrowserError;

/// The fonts of marks and bands.
pub(super) const FONTS: &str = "'Noto Sans JP','Hiragino Sans','Yu Gothic UI',Meiryo,sans-serif";

/// At this size hinting does not count.
const MEASURED_PX: f64 = 100.0;

thread_local! {
    /// What measures: a canvas for each letter would take longer than the letter.
    static PEN: RefCell<Option<Context>> = const { RefCell::new(None) };
}

/// The width of a text in heights of a letter. Where the browser does not measure, every letter counts as a square,
/// which is at least what it takes.
pub fn ems(text: &str) -> f64 {
    measure(text).unwrap_or_else(|_| text.chars().count() as f64)
}

fn measure(text: &str) -> Result<f64, BrowserError> {
    PEN.with_borrow_mut(|kept| {
        let pen = match kept.take() {
            Some(pen) => pen,
            None => pen()?,
        };
        let width = pen.measure_text(text)?.width() / MEASURED_PX;
        *kept = Some(pen);
        Ok(width)
    })
}

fn pen() -> Result<Context, BrowserError> {
    let missing = || BrowserError::new("no 2d context");
    let context = OffscreenCanvas::new(1, 1)?.get_context("2d")?.ok_or_else(missing)?;
    let context: Context = context.dyn_into().map_err(|_| missing())?;
    context.set_font(&format!("{MEASURED_PX}px {FONTS}"));
    Ok(context)
}

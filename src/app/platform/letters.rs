//! How wide a text is in the letters of the marks.
//!
//! Entry point: [`ems`]. Absent: writing, which [`super::surface`] does.

use std::{cell::RefCell, collections::VecDeque};

use wasm_bindgen::JsCast;
use web_sys::{OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use super::BrowserError;

/// The fonts of marks and bands.
pub(super) const FONTS: &str = "'Noto Sans JP','Hiragino Sans','Yu Gothic UI',Meiryo,sans-serif";

/// At this size hinting does not count.
const MEASURED_PX: f64 = 100.0;
/// Widths that are kept: the same few texts are asked for with every picture.
const KEPT: usize = 32;

thread_local! {
    static WIDTHS: RefCell<VecDeque<(String, f64)>> = const { RefCell::new(VecDeque::new()) };
}

/// The width of a text in heights of a letter. Where the browser does not measure, every letter counts as a square,
/// which is at least what it takes.
pub fn ems(text: &str) -> f64 {
    WIDTHS.with_borrow_mut(|widths| {
        if let Some((_, width)) = widths.iter().find(|(known, _)| known == text) {
            return *width;
        }
        let width = measure(text).unwrap_or_else(|_| text.chars().count() as f64);
        if widths.len() == KEPT {
            widths.pop_front();
        }
        widths.push_back((text.to_owned(), width));
        width
    })
}

fn measure(text: &str) -> Result<f64, BrowserError> {
    let missing = || BrowserError::new("no 2d context");
    let context = OffscreenCanvas::new(1, 1)?.get_context("2d")?.ok_or_else(missing)?;
    let context: OffscreenCanvasRenderingContext2d = context.dyn_into().map_err(|_| missing())?;
    context.set_font(&format!("{MEASURED_PX}px {FONTS}"));
    Ok(context.measure_text(text)?.width() / MEASURED_PX)
}

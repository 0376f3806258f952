//! Reading a QR symbol (ISO/IEC 18004) from a picture.

use std::collections::BTreeSet;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlVideoElement, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use super::BrowserError;

/// Pixels of the longer side at which symbols are looked for, one after the other: photographs are too fine,
/// pictures of a screen too coarse.
const SIDES: [f64; 3] = [1600.0, 2600.0, 1000.0];

/// What the symbols in a picture say, each once; nothing if none can be read.
pub async fn read(file: &File) -> Result<BTreeSet<String>, BrowserError> {
    let window = super::page::window().ok_or(BrowserError::new("no window"))?;
    let bitmap: ImageBitmap =
        JsFuture::from(window.create_image_bitmap_with_blob(file)?).await?.unchecked_into();
    let mut all = BTreeSet::new();
    // A size that reads one may not read its neighbour.
    for side in SIDES {
        all.extend(find(&bitmap, side)?);
    }
    Ok(all)
}

/// What the symbols that a running camera sees say.
pub(super) fn look(video: &HtmlVideoElement) -> Result<Vec<String>, BrowserError> {
    let (wide, high) = (video.video_width(), video.video_height());
    if wide == 0 || high == 0 {
        return Ok(Vec::new());
    }
    let context = canvas(wide, high)?;
    context.draw_image_with_html_video_element(video, 0.0, 0.0)?;
    decode(&context, wide, high)
}

fn find(bitmap: &ImageBitmap, side: f64) -> Result<Vec<String>, BrowserError> {
    let (wide, high) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = side / wide.max(high).max(1.0);
    let (width, height) = ((wide * scale).max(1.0) as u32, (high * scale).max(1.0) as u32);
    let context = canvas(width, height)?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(
        bitmap,
        0.0,
        0.0,
        f64::from(width),
        f64::from(height),
    )?;
    decode(&context, width, height)
}

fn canvas(width: u32, height: u32) -> Result<OffscreenCanvasRenderingContext2d, BrowserError> {
    let context =
        OffscreenCanvas::new(width, height)?.get_context("2d")?.ok_or(BrowserError::new("no 2d context"))?;
    context.dyn_into().map_err(|_| BrowserError::new("no 2d context"))
}

fn decode(
    context: &OffscreenCanvasRenderingContext2d,
    width: u32,
    height: u32,
) -> Result<Vec<String>, BrowserError> {
    let pixels = context.get_image_data(0, 0, width as i32, height as i32)?.data();
    let brightness = |pixel: &[u8]| (pixel.iter().take(3).copied().map(u32::from).sum::<u32>() / 3) as u8;
    Ok(fuin_model::read_qrs(width, height, pixels.chunks_exact(4).map(brightness).collect()))
}

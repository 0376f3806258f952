//! A picture file, as the browser decodes it.
//!
//! Entry point: [`read`]. Absent: videos.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use super::BrowserError;

/// Pixels of the longer side at which a picture is read; larger ones are made smaller.
const LONGEST: f64 = 4096.0;

/// A picture in lightness.
#[derive(Clone)]
pub struct Luma {
    /// Pixels of a line.
    pub width: usize,
    /// Lines.
    pub height: usize,
    /// A byte for each pixel.
    pub bytes: Vec<u8>,
}

/// Reads a picture; an error if the browser cannot.
pub async fn read(file: &File) -> Result<Luma, BrowserError> {
    let window = super::page::window().ok_or(BrowserError::new("no window"))?;
    let bitmap: ImageBitmap =
        JsFuture::from(window.create_image_bitmap_with_blob(file)?).await?.unchecked_into();
    let (wide, high) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (LONGEST / wide.max(high).max(1.0)).min(1.0);
    let (width, height) = ((wide * scale).max(1.0) as u32, (high * scale).max(1.0) as u32);
    let canvas = OffscreenCanvas::new(width, height)?;
    let context = canvas.get_context("2d")?.ok_or(BrowserError::new("no 2d context"))?;
    let context: OffscreenCanvasRenderingContext2d =
        context.dyn_into().map_err(|_| BrowserError::new("no 2d context"))?;
    let (w, h) = (f64::from(width), f64::from(height));
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, w, h)?;
    bitmap.close();
    let pixels = context.get_image_data(0, 0, width as i32, height as i32)?.data();
    let luma = |pixel: &[u8]| match *pixel {
        [red, green, blue, ..] => ((u16::from(red) + 2 * u16::from(green) + u16::from(blue)) / 4) as u8,
        _ => 0,
    };
    let bytes = pixels.chunks_exact(4).map(luma).collect();
    Ok(Luma { width: width as usize, height: height as usize, bytes })
}

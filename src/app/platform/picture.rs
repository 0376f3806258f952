//! A picture file, as the browser decodes it.
//!
//! Entry points: [`read`], [`thumbnail`]. Absent: videos.

use data_encoding::BASE64;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d as Context};

use super::{
    BrowserError,
    surface::{Surface, context_of},
};

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
    let bitmap = bitmap(file).await?;
    let longer = f64::from(bitmap.width().max(bitmap.height()));
    let (context, width, height) = drawn(&bitmap, longer.min(LONGEST))?;
    bitmap.close();
    let pixels = context.get_image_data(0, 0, width as i32, height as i32)?.data();
    let luma = |pixel: &[u8]| match *pixel {
        [red, green, blue, ..] => ((u16::from(red) + 2 * u16::from(green) + u16::from(blue)) / 4) as u8,
        _ => 0,
    };
    let bytes = pixels.chunks_exact(4).map(luma).collect();
    Ok(Luma { width: width as usize, height: height as usize, bytes })
}

/// Pixels of the longer side of a thumbnail on paper.
const THUMBNAIL: f64 = 640.0;

/// A PNG in base64 made small, as the address of a JPEG.
pub async fn thumbnail(png: &str) -> Result<String, BrowserError> {
    let bytes = BASE64.decode(png.as_bytes()).map_err(|error| BrowserError::new(error.to_string()))?;
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    let bitmap = bitmap(&Blob::new_with_u8_array_sequence(&parts)?).await?;
    let (context, ..) = drawn(&bitmap, THUMBNAIL)?;
    bitmap.close();
    let jpeg = Surface::new(context.canvas())?.jpeg().await?;
    Ok(format!("data:image/jpeg;base64,{}", BASE64.encode(&jpeg)))
}

/// What the browser makes of a picture file.
pub(super) async fn bitmap(file: &Blob) -> Result<ImageBitmap, BrowserError> {
    let window = super::page::window().ok_or(BrowserError::new("no window"))?;
    Ok(JsFuture::from(window.create_image_bitmap_with_blob(file)?).await?.unchecked_into())
}

/// A picture on a canvas, so that its longer side has that many pixels; with the canvas's width and height.
pub(super) fn drawn(bitmap: &ImageBitmap, longer: f64) -> Result<(Context, u32, u32), BrowserError> {
    let (wide, high) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = longer / wide.max(high).max(1.0);
    let (width, height) = ((wide * scale).max(1.0) as u32, (high * scale).max(1.0) as u32);
    let context = context_of(&OffscreenCanvas::new(width, height)?)?;
    let (w, h) = (f64::from(width), f64::from(height));
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, w, h)?;
    Ok((context, width, height))
}

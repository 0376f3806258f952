//! Reading a QR symbol (ISO/IEC 18004) from a picture.

use std::collections::BTreeSet;

use web_sys::{File, HtmlVideoElement, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use super::{
    BrowserError,
    picture::{bitmap, drawn},
    surface::context_of,
    symbols::SymbolReader,
};

/// Pixels of the longer side at which symbols are looked for, one after the other: photographs are too fine,
/// pictures of a screen too coarse.
const SIDES: [f64; 3] = [1600.0, 2600.0, 1000.0];

/// What the symbols in a picture say, each once; nothing if none can be read.
pub async fn read(file: &File) -> Result<BTreeSet<String>, BrowserError> {
    let bitmap = bitmap(file).await?;
    let mut reader = SymbolReader::start()?;
    let mut all = BTreeSet::new();
    // A size that reads one may not read its neighbour.
    for side in SIDES {
        let (context, width, height) = drawn(&bitmap, side)?;
        all.extend(decode(&mut reader, &context, width, height).await?);
    }
    Ok(all)
}

/// What the symbols that a running camera sees say.
pub(super) async fn look(
    reader: &mut SymbolReader,
    video: &HtmlVideoElement,
) -> Result<Vec<String>, BrowserError> {
    let (wide, high) = (video.video_width(), video.video_height());
    if wide == 0 || high == 0 {
        return Ok(Vec::new());
    }
    let context = context_of(&OffscreenCanvas::new(wide, high)?)?;
    context.draw_image_with_html_video_element(video, 0.0, 0.0)?;
    decode(reader, &context, wide, high).await
}

async fn decode(
    reader: &mut SymbolReader,
    context: &OffscreenCanvasRenderingContext2d,
    width: u32,
    height: u32,
) -> Result<Vec<String>, BrowserError> {
    let pixels = context.get_image_data(0, 0, width as i32, height as i32)?.data();
    let brightness = |pixel: &[u8]| (pixel.iter().take(3).copied().map(u32::from).sum::<u32>() / 3) as u8;
    let luma: Vec<u8> = pixels.chunks_exact(4).map(brightness).collect();
    reader.read(width, height, &luma).await
}

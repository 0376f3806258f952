//! A decoded picture as bytes that a browser paints: planes of 8 bits, one behind the other.

use rusty_h265::Picture;

/// Planes Y, U, V of 4:2:0 without padding.
pub(crate) struct Planes {
    /// All samples.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Takes the visible part of a decoded picture over. Deeper samples lose their lowest bits, as on every screen of 8
/// bits.
pub(crate) fn planes(picture: &Picture) -> Result<Planes, &'static str> {
    if picture.chroma_format_idc != 1 {
        return Err("chroma format");
    }
    let (left, top, width, height) = picture.crop;
    let mut bytes = Vec::with_capacity(width * height * 3 / 2);
    let depths = [picture.bit_depth_luma, picture.bit_depth_chroma, picture.bit_depth_chroma];
    for (n, (plane, depth)) in picture.planes.iter().zip(depths).enumerate() {
        let (shift, half) = (depth.saturating_sub(8), usize::from(n > 0));
        let (left, top) = (left >> half, top >> half);
        let (width, height) = (width.div_ceil(1 << half), height.div_ceil(1 << half));
        for y in top..top + height {
            let row = plane.row(y).get(left..left + width).ok_or("picture size")?;
            bytes.extend(row.iter().map(|sample| (sample >> shift).min(255) as u8));
        }
    }
    Ok(Planes { bytes, width: width as u32, height: height as u32 })
}

//! A decoded picture as bytes that a browser paints: planes of 8 bits, one behind the other.

use rust_h265::{Frame, PixelData};

/// Planes Y, U, V without padding.
pub(crate) struct Planes {
    /// All samples.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Colour at full size (4:4:4) and not at half (4:2:0).
    pub full_colour: bool,
}

/// Takes a decoded picture over. Deeper samples lose their lowest bits, as on every screen of 8 bits.
pub(crate) fn planes(frame: &Frame) -> Result<Planes, &'static str> {
    let full_colour = match frame.chroma_format_idc {
        1 => false,
        3 => true,
        _ => return Err("chroma format"),
    };
    let shift = frame.bit_depth.saturating_sub(8);
    let mut bytes = Vec::with_capacity(frame.width as usize * frame.height as usize * 3);
    for plane in [&frame.y, &frame.u, &frame.v] {
        match plane {
            PixelData::U8(samples) => bytes.extend_from_slice(samples),
            PixelData::U16(samples) => {
                bytes.extend(samples.iter().map(|sample| (sample >> shift).min(255) as u8))
            }
        }
    }
    Ok(Planes { bytes, width: frame.width, height: frame.height, full_colour })
}

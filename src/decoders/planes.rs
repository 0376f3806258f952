//! A decoded picture as bytes that a browser paints: planes of 8 bits, one behind the other.

/// How many samples of colour there are for those of light.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Chroma {
    /// None: grey.
    Grey,
    /// Half in both directions: 4:2:0.
    Quarter,
    /// Half of the columns: 4:2:2.
    Half,
    /// As many: 4:4:4.
    Full,
}

impl Chroma {
    /// By chroma_format_idc.
    pub(crate) fn of_idc(idc: u32) -> Self {
        match idc {
            0 => Self::Grey,
            1 => Self::Quarter,
            2 => Self::Half,
            _ => Self::Full,
        }
    }
}

/// Bits of a sample of light and of colour.
#[derive(Clone, Copy)]
pub(crate) struct Depth(pub u32, pub u32);

/// Planes Y, U, V without padding.
pub struct Planes {
    /// All samples.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Never grey: that has colours in the middle of their range, in the form of 4:2:0.
    pub chroma: Chroma,
}

impl Planes {
    /// An empty picture of this size, whose rows are then added from the top of Y to the end of V.
    pub(crate) fn with_size(width: usize, height: usize, chroma: Chroma) -> Self {
        let bytes = Vec::with_capacity(width * height * if chroma == Chroma::Full { 3 } else { 2 });
        Self { bytes, width: width as u32, height: height as u32, chroma }
    }

    /// From planes of samples, of one byte where they have 8 bits, else of two, least significant first; each with the
    /// bytes from row to row. Deeper samples lose their lowest bits, as on every screen of 8 bits. `None` if they are
    /// not all there.
    pub(crate) fn of<'a>(
        (width, height): (usize, usize),
        chroma: Chroma,
        depth: Depth,
        planes: impl IntoIterator<Item = (usize, &'a [u8])>,
    ) -> Option<Self> {
        let mut picture = Self::with_size(width, height, chroma);
        let colour = match chroma {
            Chroma::Grey => (0, 0),
            Chroma::Quarter => (width.div_ceil(2), height.div_ceil(2)),
            Chroma::Half => (width.div_ceil(2), height),
            Chroma::Full => (width, height),
        };
        let sizes = [((width, height), depth.0), (colour, depth.1), (colour, depth.1)];
        let mut planes = planes.into_iter();
        for ((width, height), depth) in sizes {
            if width == 0 {
                continue;
            }
            let (stride, samples) = planes.next()?;
            let bytes = if depth > 8 { 2 * width } else { width };
            for y in 0..height {
                let row = samples.get(y * stride..)?.get(..bytes)?;
                match depth {
                    ..=8 => picture.bytes.extend_from_slice(row),
                    _ => picture.bytes.extend(row.chunks_exact(2).map(|two| eight(two, depth))),
                }
            }
        }
        if chroma == Chroma::Grey {
            picture.chroma = Chroma::Quarter;
            picture.bytes.resize(width * height + 2 * width.div_ceil(2) * height.div_ceil(2), 128);
        }
        Some(picture)
    }
}

/// The upper 8 bits of a sample.
fn eight(two: &[u8], depth: u32) -> u8 {
    let sample = two.iter().rev().fold(0u32, |sum, &byte| sum << 8 | u32::from(byte));
    (sample >> (depth - 8)).min(255) as u8
}

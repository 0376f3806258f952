//! H.265 (ISO/IEC 23008-2), by `rusty_h265`.

use std::sync::Arc;

use crate::{Chroma, Decode, Planes, Trouble, hevc_parameter_sets, length_prefixed};
use rusty_h265::{Decoder, Error, Picture, decoder::DpbEntry};

/// The beginning of a slice that begins a picture, and nothing more (ISO/IEC 23008-2 §7.3.6.1): it ends the picture
/// before it, so that each sample's picture can be had with that sample.
const DELIMITER: [u8; 3] = [0x02, 0x01, 0x80];

/// A decoder of it.
pub struct Hevc {
    decoder: Decoder,
    length_bytes: u8,
}

impl Decode for Hevc {
    fn begin(hvcc: &[u8]) -> Result<Self, String> {
        let mut decoder = Decoder::new();
        for unit in hevc_parameter_sets(hvcc) {
            decoder.push_nal(unit, None).map_err(|error| error.to_string())?;
        }
        Ok(Self { decoder, length_bytes: hvcc.get(21).map_or(4, |byte| (byte & 3) + 1) })
    }

    /// NAL unit types 16 to 23 (table 7-1).
    fn is_key(&self, sample: &[u8]) -> bool {
        let is_key = |unit: &&[u8]| unit.first().is_some_and(|byte| (16..=23).contains(&(byte >> 1 & 0x3F)));
        length_prefixed(sample, self.length_bytes).iter().any(is_key)
    }

    fn decode(&mut self, sample: &[u8], number: i64) -> Result<Option<Planes>, Trouble> {
        let invented = self.decoder.stats.generated_refs;
        let mut outcome = Ok(());
        for unit in length_prefixed(sample, self.length_bytes) {
            if let Err(error) = self.decoder.push_nal(unit, Some(number)) {
                outcome = Err(trouble(&error));
            }
        }
        // It is cut off, which the decoder says.
        let _ = self.decoder.push_nal(&DELIMITER, None);
        let decoded = self.decoded(number);
        outcome?;
        if self.decoder.stats.generated_refs > invented {
            // A picture that this one is made from is missing; the decoder took grey for it.
            return Err(Trouble::Damaged);
        }
        decoded.as_deref().map(planes).transpose()
    }
}

impl Hevc {
    /// The picture of a sample, if it is one that is shown. The decoder gives pictures in the order in which they are
    /// shown; this one may still wait for its turn.
    fn decoded(&mut self, picture: i64) -> Option<Arc<Picture>> {
        let mut given = None;
        while let Ok(frame) = self.decoder.next_frame() {
            given =
                Some(frame).filter(|frame| frame.pts == Some(picture)).map(|frame| frame.picture).or(given);
        }
        let waits = |entry: &&DpbEntry| entry.needed_for_output && entry.pts == Some(picture);
        given.or_else(|| self.decoder.dpb().iter().find(waits).map(|entry| entry.pic.clone()))
    }
}

/// A damaged picture costs that picture. What the decoder cannot do at all is said.
fn trouble(error: &Error) -> Trouble {
    match error {
        Error::Unsupported(_) | Error::Unimplemented(_) => Trouble::Unsupported(error.to_string()),
        _ => Trouble::Damaged,
    }
}

/// Takes the visible part of a decoded picture over. Deeper samples lose their lowest bits, as on every screen of 8
/// bits.
fn planes(picture: &Picture) -> Result<Planes, Trouble> {
    if picture.chroma_format_idc != 1 {
        return Err(Trouble::Unsupported("chroma format".into()));
    }
    let (left, top, width, height) = picture.crop;
    let mut planes = Planes::with_size(width, height, Chroma::Quarter);
    let depths = [picture.bit_depth_luma, picture.bit_depth_chroma, picture.bit_depth_chroma];
    for (n, (plane, depth)) in picture.planes.iter().zip(depths).enumerate() {
        let (shift, half) = (depth.saturating_sub(8), usize::from(n > 0));
        let (left, top) = (left >> half, top >> half);
        let (width, height) = (width.div_ceil(1 << half), height.div_ceil(1 << half));
        for y in top..top + height {
            let row = plane.row(y).get(left..left + width).ok_or(Trouble::Damaged)?;
            planes.bytes.extend(row.iter().map(|sample| (sample >> shift).min(255) as u8));
        }
    }
    Ok(planes)
}

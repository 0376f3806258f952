//! MPEG-4 part 2 (ISO/IEC 14496-2), by `oxideav-mpeg4video`.

use crate::{Chroma, Decode, Depth, Planes, Trouble};
use oxideav_mpeg4video::{compat::DecodeOptions, decoder::Mpeg4VideoDecoder, framestore::DecodedFrame};

/// A decoder of it.
pub struct Mpeg4(Mpeg4VideoDecoder);

/// vop_start_code (§6.2.1).
const VOP: [u8; 4] = [0, 0, 1, 0xB6];

impl Decode for Mpeg4 {
    fn begin(configuration: &[u8]) -> Result<Self, String> {
        // As those encoders have it whose files are everywhere.
        let mut decoder = Mpeg4VideoDecoder::with_options(DecodeOptions { ecosystem_compat: true });
        if !configuration.is_empty() {
            decoder.decode(configuration).map_err(|error| error.to_string())?;
        }
        Ok(Self(decoder))
    }

    /// vop_coding_type is I (table 6-20).
    fn is_key(&self, sample: &[u8]) -> bool {
        let at = sample.windows(4).position(|four| four == VOP);
        at.and_then(|at| sample.get(at + 4)).is_some_and(|byte| byte >> 6 == 0)
    }

    fn decode(&mut self, sample: &[u8], number: i64) -> Result<Option<Planes>, Trouble> {
        let decoded = self.0.decode_with_pts(sample, Some(number));
        // It lets out what waits for its turn; what later pictures are made from stays.
        let held = self.0.flush();
        let decoded = decoded.map_err(|_| Trouble::Damaged)?;
        let picture = decoded.into_iter().chain(held).find(|frame| frame.pts() == Some(number));
        picture.map(|frame| self.planes(&frame).ok_or(Trouble::Damaged)).transpose()
    }
}

impl Mpeg4 {
    /// The decoder's planes are of whole macroblocks.
    fn planes(&self, frame: &DecodedFrame) -> Option<Planes> {
        let set = self.0.vol();
        let width = set.map_or(frame.width(), |set| usize::from(set.width)).min(frame.width());
        let height = set.map_or(frame.height(), |set| usize::from(set.height)).min(frame.height());
        let stride = frame.width();
        let all = [
            (stride, frame.luma_samples()),
            (stride / 2, frame.cb_samples()),
            (stride / 2, frame.cr_samples()),
        ];
        Planes::of((width, height), Chroma::Quarter, Depth(8, 8), all)
    }
}

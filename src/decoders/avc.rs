//! H.264 (ISO/IEC 14496-10), by `oxideav-h264`.

use crate::{Chroma, Decode, Depth, Planes, Trouble, avc_parameter_sets, length_prefixed};
use oxideav_core::{CodecId, Decoder, Error, Frame, Packet, TimeBase};
use oxideav_h264::h264_decoder::H264CodecDecoder;

/// A decoder of it.
pub struct Avc {
    decoder: H264CodecDecoder,
    length_bytes: u8,
}

impl Avc {
    /// Gives the decoder units, each behind a start code (annex B).
    fn push(&mut self, units: &[&[u8]], number: i64) -> Result<(), Error> {
        let mut bytes = Vec::new();
        for unit in units {
            bytes.extend_from_slice(&[0, 0, 0, 1]);
            bytes.extend_from_slice(unit);
        }
        let mut packet = Packet::new(0, TimeBase::new(1, 1), bytes);
        packet.pts = Some(number);
        self.decoder.send_packet(&packet)
    }

    /// The decoder's planes have the cropped size and no padding; of which form, the parameter set says.
    fn planes(&self, frame: &oxideav_core::VideoFrame) -> Option<Planes> {
        let set = self.decoder.active_sps()?;
        let depth = Depth(set.bit_depth_luma_minus8 + 8, set.bit_depth_chroma_minus8 + 8);
        let light = frame.image_planes().first()?;
        let width = light.stride / if depth.0 > 8 { 2 } else { 1 };
        let height = light.data.len().checked_div(light.stride)?;
        // Planes that are coded each for itself come as 4:4:4.
        let chroma = if set.separate_colour_plane_flag { 3 } else { set.chroma_array_type() };
        let all = frame.image_planes().iter().map(|plane| (plane.stride, plane.data.as_slice()));
        Planes::of((width, height), Chroma::of_idc(chroma), depth, all)
    }
}

impl Decode for Avc {
    fn begin(avcc: &[u8]) -> Result<Self, String> {
        let decoder = H264CodecDecoder::new(CodecId::new("h264"));
        let mut avc = Self { decoder, length_bytes: avcc.get(4).map_or(4, |byte| (byte & 3) + 1) };
        avc.push(&avc_parameter_sets(avcc), 0).map_err(|error| error.to_string())?;
        Ok(avc)
    }

    /// NAL unit type 5 (table 7-1), or a slice of a picture that has only I slices (slice_type 7, table 7-6).
    fn is_key(&self, sample: &[u8]) -> bool {
        // first_mb_in_slice 0 is 1, and 7 is 0001000 (§9.1).
        let is_key = |unit: &&[u8]| match **unit {
            [head, first, ..] => head & 31 == 5 || (head & 31 == 1 && first == 0b1000_1000),
            _ => false,
        };
        length_prefixed(sample, self.length_bytes).iter().any(is_key)
    }

    fn decode(&mut self, sample: &[u8], number: i64) -> Result<Option<Planes>, Trouble> {
        let failures = self.decoder.decode_error_count();
        let units = length_prefixed(sample, self.length_bytes);
        let pushed = self.push(&units, number);
        // It ends the picture and lets out what waits for its turn; what later pictures are made from stays.
        let flushed = self.decoder.flush();
        let mut picture = None;
        while let Ok(Frame::Video(frame)) = self.decoder.receive_frame() {
            if frame.pts == Some(number) {
                picture = Some(frame);
            }
        }
        if let Err(Error::Unsupported(why)) = pushed {
            return Err(Trouble::Unsupported(why));
        }
        if pushed.is_err() || flushed.is_err() || self.decoder.decode_error_count() > failures {
            return Err(Trouble::Damaged);
        }
        picture.map(|frame| self.planes(&frame).ok_or(Trouble::Damaged)).transpose()
    }
}

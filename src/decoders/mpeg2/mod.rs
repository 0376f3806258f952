//! MPEG-1 and MPEG-2 video (ISO/IEC 11172-2, 13818-2), picture by picture.
//!
//! Entry point: [`Mpeg2`]. A picture any macroblock of which did not come is damaged. Absent: scalable streams.

mod bits;
mod block;
mod codes;
mod frame;
mod head;
mod motion;
mod slice;
mod units;

use std::rc::Rc;

use frame::Frame;
use head::{Kind, PictureHead, Refusal, Sequence, Structure};
use slice::{References, Target};
use units::{PICTURE, SEQUENCE, slices, units};

use crate::{Decode, Planes, Trouble, planes::Depth};

/// A decoder of both.
pub struct Mpeg2 {
    sequence: Option<Sequence>,
    /// The two latest frames that others are made from.
    past: Option<Rc<Frame>>,
    future: Option<Rc<Frame>>,
    /// A frame of which one field came, and the parity of that.
    begun: Option<(Frame, usize)>,
}

impl Decode for Mpeg2 {
    fn begin(configuration: &[u8]) -> Result<Self, String> {
        let mut decoder = Self { sequence: None, past: None, future: None, begun: None };
        for (code, region) in units(configuration) {
            if code == SEQUENCE {
                let sequence =
                    Sequence::read(region).map_err(|_| "the sequence header is damaged".to_owned())?;
                decoder.sequence = Some(sequence);
            }
        }
        Ok(decoder)
    }

    /// picture_coding_type is I (table 6-12).
    fn is_key(&self, sample: &[u8]) -> bool {
        let picture = units(sample).into_iter().find(|(code, _)| *code == PICTURE);
        picture.and_then(|(_, region)| region.get(5).copied()).is_some_and(|byte| byte >> 3 & 7 == 1)
    }

    fn decode(&mut self, sample: &[u8], _: i64) -> Result<Option<Planes>, Trouble> {
        let (mut picture, mut is_damaged) = (None, false);
        self.begun = None;
        for (code, region) in units(sample) {
            let outcome = match code {
                SEQUENCE => Sequence::read(region).map(|sequence| {
                    self.sequence = Some(sequence);
                    None
                }),
                PICTURE => self.picture(region),
                _ => continue,
            };
            match outcome {
                Ok(decoded) => picture = decoded.or(picture),
                Err(Refusal::Unsupported) => return Err(Trouble::Unsupported("MPEG-2 syntax".into())),
                Err(Refusal::Damaged) => is_damaged = true,
            }
        }
        match picture {
            _ if is_damaged => Err(Trouble::Damaged),
            Some(frame) => self.planes(&frame).map(Some).ok_or(Trouble::Damaged),
            None => Ok(None),
        }
    }
}

impl Mpeg2 {
    /// Decodes a picture; gives the frame that is whole with it. One that is made from pictures before the first key is
    /// none.
    fn picture(&mut self, region: &[u8]) -> Result<Option<Rc<Frame>>, Refusal> {
        let Some(sequence) = &mut self.sequence else { return Err(Refusal::Damaged) };
        let head = PictureHead::read(region, sequence)?;
        if head.kind == Kind::Bipredicted && self.past.is_none() {
            return Ok(None);
        }
        let begun = self.begun.take().filter(|(_, parity)| head.structure == Structure::Field(1 - parity));
        // The second field of a frame may be made from the first.
        let first = begun.as_ref().filter(|_| head.kind == Kind::Predicted).cloned();
        let [past, future] =
            [&self.past, &self.future].map(|frame| frame.as_deref().filter(|frame| frame.fits(sequence)));
        let references: References<'_> = match head.kind {
            Kind::Intra | Kind::Mean => [[None; 2]; 2],
            Kind::Bipredicted => [[past; 2], [future; 2]],
            Kind::Predicted => {
                let mut fields = [future; 2];
                if let Some((frame, parity)) = &first {
                    fields[*parity] = Some(frame);
                }
                [fields, [None; 2]]
            }
        };
        let is_second = begun.is_some();
        let mut frame = begun.map_or_else(|| Frame::new(sequence), |(frame, _)| frame);
        let (columns, rows) = Target::macroblocks(sequence, &head);
        let came = vec![false; columns * rows];
        let mut target = Target { sequence, head: &head, references, frame: &mut frame, came };
        for (code, bytes) in slices(region) {
            target.slice(code, bytes).ok_or(Refusal::Damaged)?;
        }
        if target.came.contains(&false) {
            return Err(Refusal::Damaged);
        }
        if let (Structure::Field(parity), false) = (head.structure, is_second) {
            self.begun = Some((frame, parity));
            return Ok(None);
        }
        let frame = Rc::new(frame);
        if matches!(head.kind, Kind::Intra | Kind::Predicted) {
            self.past = self.future.replace(frame.clone());
        }
        Ok(Some(frame))
    }

    fn planes(&self, frame: &Frame) -> Option<Planes> {
        let sequence = self.sequence.as_ref()?;
        let all = frame.planes.each_ref().map(|plane| (plane.width, plane.samples.as_slice()));
        Planes::of((sequence.width, sequence.height), sequence.chroma, Depth(8, 8), all)
    }
}

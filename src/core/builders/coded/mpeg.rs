//! Heads of MPEG-4 part 2 (ISO/IEC 14496-2 §6.2) and of MPEG-1 and MPEG-2 video (ISO/IEC 11172-2 §2.4.2, 13818-2 §6.2):
//! the units that a decoder begins with, and the heads of pictures.
//!
//! Entry points: [`MpegSets`], [`configuration`]. Units are what stands between start codes; the first byte is the
//! code. Absent: NAL units (`sets`, `slices`).

use super::{
    slices::Slice,
    syntax::{CodedSyntax, SEQUENCE, is_layer},
};
use crate::media::{Codec, MpegSequence, start_codes};

const EXTENSION: u8 = 0xB5;

/// The units that a decoder begins with, so far.
#[derive(Debug, Default)]
pub(super) struct MpegSets {
    /// By what they are, in the order in which they came.
    units: Vec<(u8, Vec<u8>)>,
    /// All of them, behind start codes.
    joined: Vec<u8>,
}

impl MpegSets {
    /// Takes a unit, if it is one of them.
    pub(super) fn take(&mut self, syntax: CodedSyntax, unit: &[u8]) {
        let Some(&code) = unit.first() else { return };
        // Of each kind there is one.
        let kind = match (syntax, code) {
            (CodedSyntax::Visual, 0xB0 | 0xB5) => code,
            (CodedSyntax::Visual, 0..=0x1F) => 0,
            (CodedSyntax::Visual, 0x20..=0x2F) => 0x20,
            (CodedSyntax::Mpeg2, SEQUENCE) => {
                self.units.clear();
                code
            }
            (CodedSyntax::Mpeg2, EXTENSION) if is_sequence_extension(unit) => code,
            _ => return,
        };
        match self.units.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, bytes)) => *bytes = unit.to_vec(),
            None => self.units.push((kind, unit.to_vec())),
        }
        self.joined.clear();
        for (_, unit) in &self.units {
            self.joined.extend_from_slice(&[0, 0, 1]);
            self.joined.extend_from_slice(unit);
        }
    }

    /// The head of a picture, and what its decoder begins with.
    pub(super) fn picture(&self, syntax: CodedSyntax, unit: &[u8]) -> Option<(Slice, &[u8])> {
        if self.joined.is_empty() {
            return None;
        }
        // I, P, B and other kinds; of MPEG-2 with the number of the picture in its group.
        let (kind, number) = match syntax {
            CodedSyntax::Visual => (unit.get(1)? >> 6, None),
            _ => {
                let [_, high, low, ..] = *unit else { return None };
                ((low >> 3 & 7).checked_sub(1)?, Some(u32::from(high) << 2 | u32::from(low >> 6)))
            }
        };
        let slice = Slice {
            is_first: true,
            is_key: kind == 0,
            restarts: false,
            is_counted_from: kind != 2,
            order: None,
            // A field's parity is said further on: two fields of a frame have the same number.
            field: number.map(|number| (number, None)),
        };
        Some((slice, &self.joined))
    }
}

/// extension_start_code_identifier of a sequence extension (ISO/IEC 13818-2 table 6-2).
fn is_sequence_extension(unit: &[u8]) -> bool {
    unit.get(1).is_some_and(|byte| byte >> 4 == 1)
}

/// What these units say.
pub(super) fn sequence(syntax: CodedSyntax, units: &[u8]) -> Option<MpegSequence> {
    let find = |fits: &dyn Fn(&[u8]) -> bool| start_codes::units(units).find(|unit| fits(unit));
    match syntax {
        CodedSyntax::Visual => MpegSequence::of_layer(find(&is_layer)?),
        _ => MpegSequence::of_header(
            find(&|unit| unit.first() == Some(&SEQUENCE))?,
            find(&|unit| unit.first() == Some(&EXTENSION) && is_sequence_extension(unit)),
        ),
    }
}

/// What a decoder must be told that begins with these units.
pub(in crate::builders) fn configuration(syntax: CodedSyntax, units: &[u8]) -> Option<Codec> {
    let said = sequence(syntax, units)?;
    let (width, height) = said.facts.size?;
    let name = match (syntax, said.is_first) {
        (CodedSyntax::Visual, _) => "mp4v.20",
        (_, true) => "mp4v.6A",
        (_, false) => "mp4v.61",
    };
    Some(Codec {
        name: name.into(),
        description: units.to_vec(),
        start_codes: true,
        width,
        height,
        pixel_aspect: said.facts.pixel_aspect.unwrap_or((1, 1)),
        interlaced: said.facts.interlaced,
        colour: None,
    })
}

//! Parameter sets that stand in a stream, and the decoder's configuration that is made of them (ISO/IEC 14496-15
//! §5.3.3.1, §8.3.3.1).
//!
//! Entry point: [`Sets`]. Absent: slices' data.

use std::collections::BTreeMap;

use super::{
    mpeg::{self, MpegSets},
    slices::{Slice, avc_picture_set, avc_slice, hevc_picture_set, hevc_slice},
    syntax::CodedSyntax,
};
use crate::media::{AvcSequence, Bits, Codec, HevcPictureSet, HevcSequence, MediaError, start_codes};

/// The sets of a stream so far.
#[derive(Debug, Default)]
pub(super) struct Sets {
    avc: BTreeMap<u32, (AvcSequence, Vec<u8>)>,
    avc_pictures: BTreeMap<u32, (u32, Vec<u8>)>,
    hevc_video: BTreeMap<u8, Vec<u8>>,
    hevc: BTreeMap<u32, (HevcSequence, Vec<u8>)>,
    hevc_pictures: BTreeMap<u32, (HevcPictureSet, Vec<u8>)>,
    mpeg: MpegSets,
}

impl Sets {
    /// Those that a decoder's configuration holds.
    pub(super) fn of(syntax: CodedSyntax, description: &[u8]) -> Self {
        let mut sets = Self::default();
        sets_of(syntax, description).into_iter().for_each(|unit| sets.take(syntax, unit));
        sets
    }

    /// Takes a unit, if it is a set.
    pub(super) fn take(&mut self, syntax: CodedSyntax, unit: &[u8]) {
        if matches!(syntax, CodedSyntax::Visual | CodedSyntax::Mpeg2) {
            return self.mpeg.take(syntax, unit);
        }
        let kind = unit.first().map(|head| if syntax == CodedSyntax::Avc { head & 31 } else { head >> 1 });
        match (syntax, kind) {
            (CodedSyntax::Avc, Some(7)) => {
                if let Some(set) = AvcSequence::read(unit) {
                    self.avc.insert(set.id, (set, unit.to_vec()));
                }
            }
            (CodedSyntax::Avc, Some(8)) => {
                let mut bits = Bits::of(unit.get(1..).unwrap_or_default());
                if let (Some(id), Some(sequence)) = (bits.ue_to(255), bits.ue_to(31)) {
                    self.avc_pictures.insert(id, (sequence, unit.to_vec()));
                }
            }
            (CodedSyntax::Hevc, Some(32)) => {
                if let Some(&id) = unit.get(2) {
                    self.hevc_video.insert(id >> 4, unit.to_vec());
                }
            }
            (CodedSyntax::Hevc, Some(33)) => {
                if let Some(set) = HevcSequence::read(unit) {
                    self.hevc.insert(set.id, (set, unit.to_vec()));
                }
            }
            (CodedSyntax::Hevc, Some(34)) => {
                if let Some(set) = HevcPictureSet::read(unit) {
                    self.hevc_pictures.insert(set.id, (set, unit.to_vec()));
                }
            }
            _ => {}
        }
    }

    /// The head of a slice, if its sets came before; and the sequence parameter set that it needs, as bytes.
    pub(super) fn slice(&self, syntax: CodedSyntax, unit: &[u8]) -> Option<(Slice, &[u8])> {
        match syntax {
            CodedSyntax::Avc => {
                let (sequence, _) = self.avc_pictures.get(&avc_picture_set(unit)?)?;
                let (set, bytes) = self.avc.get(sequence)?;
                Some((avc_slice(unit, set)?, bytes))
            }
            CodedSyntax::Hevc => {
                let (pictures, _) = self.hevc_pictures.get(&hevc_picture_set(unit)?)?;
                let (set, bytes) = self.hevc.get(&pictures.sequence)?;
                Some((hevc_slice(unit, set, pictures)?, bytes))
            }
            CodedSyntax::Visual | CodedSyntax::Mpeg2 => self.mpeg.picture(syntax, unit),
        }
    }

    /// Units of a tick and units a second, as a sequence parameter set says them.
    pub(super) fn timing(&self, syntax: CodedSyntax, sequence: &[u8]) -> Option<(u32, u32)> {
        match syntax {
            CodedSyntax::Avc => self.avc.values().find(|(_, bytes)| bytes == sequence)?.0.facts.timing,
            CodedSyntax::Hevc => self.hevc.values().find(|(_, bytes)| bytes == sequence)?.0.facts.timing,
            CodedSyntax::Visual | CodedSyntax::Mpeg2 => mpeg::sequence(syntax, sequence)?.facts.timing,
        }
    }

    /// What a decoder must be told for pictures under this sequence parameter set.
    pub(super) fn configuration(&self, syntax: CodedSyntax, sequence: &[u8]) -> Option<Codec> {
        match syntax {
            CodedSyntax::Avc => {
                let (set, bytes) = self.avc.values().find(|(_, bytes)| bytes == sequence)?;
                let pictures =
                    self.avc_pictures.values().filter(|(of, _)| *of == set.id).map(|(_, bytes)| bytes);
                avc_configuration(set, bytes, &pictures.collect::<Vec<_>>())
            }
            CodedSyntax::Hevc => {
                let (set, bytes) = self.hevc.values().find(|(_, bytes)| bytes == sequence)?;
                let pictures = self.hevc_pictures.values().filter(|(of, _)| of.sequence == set.id);
                let video = self.hevc_video.values().collect::<Vec<_>>();
                hevc_configuration(set, &video, bytes, &pictures.map(|(_, bytes)| bytes).collect::<Vec<_>>())
            }
            CodedSyntax::Visual | CodedSyntax::Mpeg2 => mpeg::configuration(syntax, sequence),
        }
    }
}

/// The sets in the body of `avcC` or `hvcC`; those before a cut.
fn sets_of(syntax: CodedSyntax, description: &[u8]) -> Vec<&[u8]> {
    let mut sets = Vec::new();
    // A list that is cut off ends there.
    let _ = match syntax {
        CodedSyntax::Avc => avc_sets(description, &mut sets),
        CodedSyntax::Hevc => hevc_sets(description, &mut sets),
        CodedSyntax::Visual | CodedSyntax::Mpeg2 => {
            sets.extend(start_codes::units(description));
            Some(())
        }
    };
    sets
}

/// So many sets, each behind its length; gives what follows.
fn some_sets<'a>(mut rest: &'a [u8], count: u16, sets: &mut Vec<&'a [u8]>) -> Option<&'a [u8]> {
    for _ in 0..count {
        let (length, tail) = rest.split_first_chunk::<2>()?;
        let (set, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        sets.push(set);
        rest = tail;
    }
    Some(rest)
}

fn avc_sets<'a>(description: &'a [u8], sets: &mut Vec<&'a [u8]>) -> Option<()> {
    let sequences = u16::from(description.get(5)? & 31);
    let rest = some_sets(description.get(6..)?, sequences, sets)?;
    let (&pictures, rest) = rest.split_first()?;
    some_sets(rest, pictures.into(), sets).map(drop)
}

fn hevc_sets<'a>(description: &'a [u8], sets: &mut Vec<&'a [u8]>) -> Option<()> {
    let mut rest = description.get(23..)?;
    for _ in 0..*description.get(22)? {
        let (head, tail) = rest.split_first_chunk::<3>()?;
        rest = some_sets(tail, u16::from_be_bytes([head[1], head[2]]), sets)?;
    }
    Some(())
}

/// A set behind its length.
fn counted(out: &mut Vec<u8>, set: &[u8]) -> Option<()> {
    out.extend_from_slice(&u16::try_from(set.len()).ok()?.to_be_bytes());
    out.extend_from_slice(set);
    Some(())
}

fn avc_configuration(set: &AvcSequence, sequence: &[u8], pictures: &[&Vec<u8>]) -> Option<Codec> {
    let [_, profile, compatibility, level, ..] = *sequence else { return None };
    // Lengths of four bytes; one sequence parameter set.
    let mut description = vec![1, profile, compatibility, level, 0xFF, 0xE1];
    counted(&mut description, sequence)?;
    description.push(u8::try_from(pictures.len()).ok()?);
    for set in pictures {
        counted(&mut description, set)?;
    }
    let (width, height) = set.facts.size?;
    Some(Codec {
        name: format!("avc1.{profile:02x}{compatibility:02x}{level:02x}"),
        description,
        start_codes: true,
        width,
        height,
        pixel_aspect: set.facts.pixel_aspect.unwrap_or((1, 1)),
        interlaced: set.facts.interlaced,
        colour: None,
    })
}

fn hevc_configuration(
    set: &HevcSequence,
    video: &[&Vec<u8>],
    sequence: &Vec<u8>,
    pictures: &[&Vec<u8>],
) -> Option<Codec> {
    let mut description = vec![1];
    description.extend_from_slice(&set.profile);
    let (chroma, depth, colour_depth) = (set.chroma as u8, set.depths.0 as u8, set.depths.1 as u8);
    let layers = (set.layers as u8) << 3;
    description.extend_from_slice(&[
        0xF0,
        0,
        0xFC,
        0xFC | chroma,
        0xF8 | depth,
        0xF8 | colour_depth,
        0,
        0,
        layers | 7,
    ]);
    let arrays = [(32u8, video), (33, &[sequence]), (34, pictures)];
    description.push(arrays.len() as u8);
    for (kind, units) in arrays {
        description.push(kind);
        description.extend_from_slice(&u16::try_from(units.len()).ok()?.to_be_bytes());
        for unit in units {
            counted(&mut description, unit)?;
        }
    }
    let (width, height) = set.facts.size?;
    Some(Codec {
        name: hevc_name("hev1", &description).ok()?,
        description,
        start_codes: true,
        width,
        height,
        pixel_aspect: set.facts.pixel_aspect.unwrap_or((1, 1)),
        interlaced: set.facts.interlaced,
        colour: set.facts.colour,
    })
}

/// `hvc1.1.6.L93.B0` from `hvcC` (ISO/IEC 14496-15 annex E.3).
pub(in crate::builders) fn hevc_name(kind: &str, hvcc: &[u8]) -> Result<String, MediaError> {
    let head: &[u8; 13] = hvcc.first_chunk().ok_or(MediaError::Malformed("hvcC"))?;
    let space = ["", "A", "B", "C"][usize::from(head[1] >> 6)];
    let tier = if head[1] & 0x20 == 0 { 'L' } else { 'H' };
    let profile = head[1] & 31;
    let compatibility = u32::from_be_bytes([head[2], head[3], head[4], head[5]]).reverse_bits();
    let mut name = format!("{kind}.{space}{profile}.{compatibility:x}.{tier}{}", head[12]);
    let constraints = &head[6..12];
    let used = constraints.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    for byte in &constraints[..used] {
        name.push_str(&format!(".{byte:X}"));
    }
    Ok(name)
}

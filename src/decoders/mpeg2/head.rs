//! What sequences and pictures say before their slices (ISO/IEC 13818-2 §6.2.2, §6.2.3; ISO/IEC 11172-2 §2.4.2).
//!
//! Entry points: [`Sequence::read`], [`PictureHead::read`].

use super::{bits::Bits, units::start_codes};
use crate::Chroma;

const EXTENSION: u8 = 0xB5;
const SEQUENCE_EXTENSION: u32 = 1;
const QUANT_MATRIX_EXTENSION: u32 = 3;
const PICTURE_CODING_EXTENSION: u32 = 8;

/// No level has a picture as large (§8.2).
const MAX_SIDE: usize = 4096;

/// Where the coefficient of each number stands in a block, by rows (figure 7-2).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63,
];
/// The same of alternate_scan (figure 7-3).
pub(super) const ALTERNATE: [u8; 64] = [
    0, 8, 16, 24, 1, 9, 2, 10, 17, 25, 32, 40, 48, 56, 57, 49, 41, 33, 26, 18, 3, 11, 4, 12, 19, 27, 34, 42,
    50, 58, 35, 43, 51, 59, 20, 28, 5, 13, 6, 14, 21, 29, 36, 44, 52, 60, 37, 45, 53, 61, 22, 30, 7, 15, 23,
    31, 38, 46, 54, 62, 39, 47, 55, 63,
];
/// §6.3.11, by rows.
const USUAL_INTRA: [u8; 64] = [
    8, 16, 19, 22, 26, 27, 29, 34, 16, 16, 22, 24, 27, 29, 34, 37, 19, 22, 26, 27, 29, 34, 34, 38, 22, 22,
    26, 27, 29, 34, 37, 40, 22, 26, 27, 29, 32, 35, 40, 48, 26, 27, 29, 32, 35, 40, 48, 58, 26, 27, 29, 34,
    38, 46, 56, 69, 27, 29, 35, 38, 46, 56, 69, 83,
];

/// Weights of coefficients, by rows.
#[derive(Clone)]
pub(super) struct Matrices {
    /// Of light, then of colour.
    pub intra: [[u8; 64]; 2],
    pub predicted: [[u8; 64]; 2],
}

/// What pictures have in common.
#[derive(Clone)]
pub(super) struct Sequence {
    pub width: usize,
    pub height: usize,
    pub chroma: Chroma,
    pub is_progressive: bool,
    /// MPEG-1: it has no extension.
    pub is_first: bool,
    pub matrices: Matrices,
}

/// Why a picture or sequence is not decoded.
pub(super) enum Refusal {
    /// It is damaged or cut off, or says what the standard forbids.
    Damaged,
    /// It needs what is not decoded here.
    Unsupported,
}

fn matrix(bits: &mut Bits<'_>) -> [u8; 64] {
    let mut matrix = [0; 64];
    for place in ZIGZAG {
        matrix[usize::from(place)] = bits.take(8) as u8;
    }
    matrix
}

/// Bodies of the extensions up to the first slice, each with what it is.
fn extensions(region: &[u8]) -> impl Iterator<Item = (u32, Bits<'_>)> {
    let mut places = start_codes(region).skip(1);
    std::iter::from_fn(move || {
        loop {
            let at = places.next()?;
            match *region.get(at + 3..)? {
                [EXTENSION, ..] => {
                    let mut bits = Bits::new(&region[at + 4..]);
                    return Some((bits.take(4), bits));
                }
                [0x01..=0xAF, ..] | [] => return None,
                _ => {}
            }
        }
    })
}

impl Sequence {
    /// Of a sequence header with what follows it, its start code included.
    pub(super) fn read(region: &[u8]) -> Result<Self, Refusal> {
        let mut bits = Bits::new(region.get(4..).unwrap_or_default());
        let (mut width, mut height) = (bits.take(12) as usize, bits.take(12) as usize);
        // Shape, rate, rate of bits, marker, buffer, constrained_parameters_flag.
        bits.skip(4 + 4);
        bits.skip(18 + 1 + 10 + 1);
        let intra = if bits.flag() { matrix(&mut bits) } else { USUAL_INTRA };
        let predicted = if bits.flag() { matrix(&mut bits) } else { [16; 64] };
        let mut sequence = Self {
            width,
            height,
            chroma: Chroma::Quarter,
            is_progressive: true,
            is_first: true,
            matrices: Matrices { intra: [intra; 2], predicted: [predicted; 2] },
        };
        let is_cut = bits.is_over();
        if let Some((_, mut bits)) = extensions(region).find(|(kind, _)| *kind == SEQUENCE_EXTENSION) {
            bits.skip(8);
            sequence.is_first = false;
            sequence.is_progressive = bits.flag();
            sequence.chroma = Chroma::of_idc(bits.take(2));
            width |= (bits.take(2) as usize) << 12;
            height |= (bits.take(2) as usize) << 12;
            (sequence.width, sequence.height) = (width, height);
        }
        let is_good = !is_cut && width > 0 && height > 0 && sequence.chroma != Chroma::Grey;
        match is_good {
            true if width.max(height) > MAX_SIDE => Err(Refusal::Unsupported),
            true => Ok(sequence),
            false => Err(Refusal::Damaged),
        }
    }

    /// Rows and columns of macroblocks of a frame (§6.3.3).
    pub(super) fn macroblocks(&self) -> (usize, usize) {
        let rows = if self.is_progressive { self.height.div_ceil(16) } else { 2 * self.height.div_ceil(32) };
        (self.width.div_ceil(16), rows)
    }
}

/// picture_coding_type (table 6-12).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Intra,
    Predicted,
    Bipredicted,
    /// Only mean values, in MPEG-1.
    Mean,
}

/// picture_structure (table 6-14).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Structure {
    Frame,
    /// The field of the lines from this one on: 0 or 1.
    Field(usize),
}

/// What a picture says of itself; what MPEG-1 does not say is as if it did.
pub(super) struct PictureHead {
    pub kind: Kind,
    pub structure: Structure,
    /// f_code by direction, then across and down.
    pub codes: [[u32; 2]; 2],
    /// Vectors count whole pixels, by direction (MPEG-1).
    pub full_pixels: [bool; 2],
    pub intra_dc_precision: u32,
    pub top_field_first: bool,
    pub frame_pred_frame_dct: bool,
    pub concealment_motion_vectors: bool,
    pub q_scale_type: bool,
    pub intra_vlc_format: bool,
    pub alternate_scan: bool,
}

impl PictureHead {
    /// Of a picture with what follows it, its start code included. Its matrices are put into the sequence's.
    pub(super) fn read(region: &[u8], sequence: &mut Sequence) -> Result<Self, Refusal> {
        let mut bits = Bits::new(region.get(4..).unwrap_or_default());
        bits.skip(10);
        let kind = match bits.take(3) {
            1 => Kind::Intra,
            2 => Kind::Predicted,
            3 => Kind::Bipredicted,
            4 if sequence.is_first => Kind::Mean,
            _ => return Err(Refusal::Damaged),
        };
        bits.skip(16);
        let mut head = Self {
            kind,
            structure: Structure::Frame,
            codes: [[1; 2]; 2],
            full_pixels: [false; 2],
            intra_dc_precision: 0,
            top_field_first: false,
            frame_pred_frame_dct: true,
            concealment_motion_vectors: false,
            q_scale_type: false,
            intra_vlc_format: false,
            alternate_scan: false,
        };
        let directions = match kind {
            Kind::Intra | Kind::Mean => 0,
            Kind::Predicted => 1,
            Kind::Bipredicted => 2,
        };
        for direction in 0..directions {
            head.full_pixels[direction] = bits.flag();
            head.codes[direction] = [bits.take(3); 2];
        }
        if bits.is_over() {
            return Err(Refusal::Damaged);
        }
        if !sequence.is_first {
            head.full_pixels = [false; 2];
            head.take_extensions(region, sequence)?;
        }
        let is_good = |code: &u32| (1..=9).contains(code) || *code == 15;
        if head.codes.iter().flatten().all(is_good) { Ok(head) } else { Err(Refusal::Damaged) }
    }

    fn take_extensions(&mut self, region: &[u8], sequence: &mut Sequence) -> Result<(), Refusal> {
        let mut is_said = false;
        for (kind, mut bits) in extensions(region) {
            match kind {
                PICTURE_CODING_EXTENSION => {
                    for code in self.codes.as_flattened_mut() {
                        *code = bits.take(4);
                    }
                    self.intra_dc_precision = bits.take(2);
                    self.structure = match bits.take(2) {
                        1 => Structure::Field(0),
                        2 => Structure::Field(1),
                        3 => Structure::Frame,
                        _ => return Err(Refusal::Damaged),
                    };
                    self.top_field_first = bits.flag();
                    self.frame_pred_frame_dct = bits.flag() && self.structure == Structure::Frame;
                    self.concealment_motion_vectors = bits.flag();
                    self.q_scale_type = bits.flag();
                    self.intra_vlc_format = bits.flag();
                    self.alternate_scan = bits.flag();
                    is_said = !bits.is_over();
                }
                QUANT_MATRIX_EXTENSION => {
                    let Matrices { intra, predicted } = &mut sequence.matrices;
                    if bits.flag() {
                        *intra = [matrix(&mut bits); 2];
                    }
                    if bits.flag() {
                        *predicted = [matrix(&mut bits); 2];
                    }
                    // Of colour alone, where it is not 4:2:0.
                    for matrices in [intra, predicted] {
                        if bits.flag() {
                            matrices[1] = matrix(&mut bits);
                        }
                    }
                }
                // Scalable streams have pictures that are not whole (§6.3.14).
                9 | 10 => return Err(Refusal::Unsupported),
                _ => {}
            }
        }
        if is_said { Ok(()) } else { Err(Refusal::Damaged) }
    }
}

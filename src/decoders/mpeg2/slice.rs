//! Slices of a picture: macroblock after macroblock (ISO/IEC 13818-2 §6.2.4, §6.2.5, §7).
//!
//! Entry points: [`Target`], [`Target::slice`].

use super::{
    bits::Bits,
    block::{Block, Coding},
    codes::{self, has},
    frame::{Frame, View, thinner},
    head::{Kind, PictureHead, Sequence, Structure},
    motion::{Area, Form, Motion, Set, Vector, Vectors, fetch},
};
use crate::Chroma;

/// By q_scale_type 1 (table 7-6).
const UNEVEN_SCALE: [i32; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 36, 40, 44, 48, 52, 56, 64, 72, 80,
    88, 96, 104, 112,
];

/// Frames that a picture is made from, by direction, then by the parity of the field in them.
pub(super) type References<'a> = [[Option<&'a Frame>; 2]; 2];

/// A picture that is being decoded.
pub(super) struct Target<'a> {
    pub sequence: &'a Sequence,
    pub head: &'a PictureHead,
    pub references: References<'a>,
    pub frame: &'a mut Frame,
    /// Which of its macroblocks came.
    pub came: Vec<bool>,
}

/// What goes on from macroblock to macroblock of a slice.
struct Walk<'a> {
    bits: Bits<'a>,
    quantiser_scale: i32,
    /// What mean values are told from, of light and the two colours (§7.2.1).
    dc: [i32; 3],
    vectors: Vectors,
    /// How the macroblock before was predicted.
    motion: Motion,
}

/// Column and row of a macroblock.
type Place = (usize, usize);

impl Target<'_> {
    /// Columns and rows of macroblocks of the picture.
    pub(super) fn macroblocks(sequence: &Sequence, head: &PictureHead) -> (usize, usize) {
        let (columns, rows) = sequence.macroblocks();
        (columns, if head.structure == Structure::Frame { rows } else { rows / 2 })
    }

    /// Decodes a slice behind its start code, whose last byte is `code`. `None` if it is damaged.
    pub(super) fn slice(&mut self, code: u8, bytes: &[u8]) -> Option<()> {
        const HIGH: usize = 2800;
        let mut bits = Bits::new(bytes);
        let mut row = usize::from(code) - 1;
        if self.sequence.height > HIGH {
            row += (bits.take(3) as usize) << 7;
        }
        let quantiser_scale = self.scale(bits.take(5));
        while bits.flag() {
            bits.skip(8);
            if bits.is_over() {
                return None;
            }
        }
        let motion = Motion { form: Form::Whole, sets: [None; 2] };
        let mut walk = Walk { bits, quantiser_scale, dc: self.dc(), vectors: Vectors::default(), motion };
        let mut at = row * self.sequence.macroblocks().0;
        let mut is_begun = false;
        while walk.bits.peek(23) != 0 {
            let skipped = increment(&mut walk.bits)? - 1;
            if is_begun {
                for at in at..at + skipped {
                    let place = self.came(at)?;
                    self.skipped(&mut walk, place)?;
                }
            }
            is_begun = true;
            let place = self.came(at + skipped)?;
            self.macroblock(&mut walk, place)?;
            at += skipped + 1;
            if walk.bits.is_over() {
                return None;
            }
        }
        Some(())
    }

    /// Where a macroblock is, of which it is noted that it came. `None` if it is outside the picture.
    fn came(&mut self, at: usize) -> Option<Place> {
        *self.came.get_mut(at)? = true;
        let columns = self.sequence.macroblocks().0;
        Some((at % columns, at / columns))
    }

    fn scale(&self, code: u32) -> i32 {
        match self.head.q_scale_type {
            true => UNEVEN_SCALE[code as usize & 31],
            false => 2 * code.cast_signed(),
        }
    }

    fn dc(&self) -> [i32; 3] {
        [1 << (7 + self.head.intra_dc_precision); 3]
    }

    /// The parity of the field that the picture is.
    fn parity(&self) -> usize {
        match self.head.structure {
            Structure::Frame => 0,
            Structure::Field(parity) => parity,
        }
    }

    /// A macroblock that is as the picture before has it, or as the last one was predicted (§7.6.6).
    fn skipped(&mut self, walk: &mut Walk<'_>, place: Place) -> Option<()> {
        walk.dc = self.dc();
        let parity = self.parity();
        match self.head.kind {
            Kind::Predicted => {
                walk.vectors = Vectors::default();
                walk.motion = self.unmoved();
            }
            Kind::Bipredicted => {
                let [forward, backward] = walk.motion.sets;
                let latest = |set: Option<Set>, direction| {
                    set.map(|_| walk.vectors.latest(self.head, direction, parity))
                };
                walk.motion = Motion { form: Form::Whole, sets: [latest(forward, 0), latest(backward, 1)] };
            }
            _ => return None,
        }
        self.predict(&walk.motion, place)
    }

    /// From the same place of the picture before.
    fn unmoved(&self) -> Motion {
        let still = Vector { field: self.parity(), ..Default::default() };
        Motion { form: Form::Whole, sets: [Some([still; 4]), None] }
    }

    fn macroblock(&mut self, walk: &mut Walk<'_>, place: Place) -> Option<()> {
        let head = self.head;
        let bits = &mut walk.bits;
        if head.kind == Kind::Mean {
            return self.mean(walk, place);
        }
        let what = match head.kind {
            Kind::Predicted => codes::TYPE_P.take(bits)?,
            Kind::Bipredicted => codes::TYPE_B.take(bits)?,
            _ => codes::TYPE_I.take(bits)?,
        };
        let is_moved = what & (has::FORWARD | has::BACKWARD) != 0;
        let is_intra = what & has::INTRA != 0;
        let form = if is_moved { self.form(bits)? } else { Form::Whole };
        let has_blocks = what & (has::INTRA | has::PATTERN) != 0;
        let is_frame = head.structure == Structure::Frame;
        let by_fields = is_frame && !head.frame_pred_frame_dct && has_blocks && bits.flag();
        if what & has::QUANTISER != 0 {
            walk.quantiser_scale = self.scale(bits.take(5));
        }
        let conceals = is_intra && head.concealment_motion_vectors;
        let mut sets = [None; 2];
        for (direction, flag) in [has::FORWARD, has::BACKWARD].into_iter().enumerate() {
            if what & flag != 0 || (conceals && direction == 0) {
                sets[direction] = Some(walk.vectors.read(bits, head, form, direction)?);
            }
        }
        if conceals {
            bits.skip(1);
        } else if is_intra || (head.kind == Kind::Predicted && !is_moved) {
            walk.vectors = Vectors::default();
        }
        let pattern = if what & has::PATTERN != 0 { self.pattern(bits)? } else { 0 };
        if is_intra {
            walk.motion.sets = [None; 2];
            return self.blocks(walk, place, by_fields, None);
        }
        walk.dc = self.dc();
        walk.motion = if is_moved { Motion { form, sets } } else { self.unmoved() };
        self.predict(&walk.motion, place)?;
        self.blocks(walk, place, by_fields, Some(pattern))
    }

    /// A macroblock of a picture that has mean values only.
    fn mean(&mut self, walk: &mut Walk<'_>, place: Place) -> Option<()> {
        // macroblock_type, and end_of_macroblock behind the blocks.
        codes::TYPE_I.take(&mut walk.bits)?;
        for number in 0..6 {
            let component = component(number);
            let block = Block::read_mean(&mut walk.bits, component, &mut walk.dc[component])?;
            self.put(block, place, (number, false), true);
        }
        walk.bits.skip(1);
        Some(())
    }

    /// How the macroblock is predicted (tables 6-17 and 6-18).
    fn form(&self, bits: &mut Bits<'_>) -> Option<Form> {
        if self.head.frame_pred_frame_dct {
            return Some(Form::Whole);
        }
        let is_frame = self.head.structure == Structure::Frame;
        match (bits.take(2), is_frame) {
            (1, true) | (2, false) => Some(Form::Halves),
            (2, true) | (1, false) => Some(Form::Whole),
            (3, _) => Some(Form::DualPrime),
            _ => None,
        }
    }

    /// Which blocks there are, from the lowest bit on (§6.3.17.4).
    fn pattern(&self, bits: &mut Bits<'_>) -> Option<u32> {
        let first = u32::from(codes::PATTERN.take(bits)?);
        let (more, count) = match self.sequence.chroma {
            Chroma::Half => (bits.take(2), 2),
            Chroma::Full => (bits.take(6), 6),
            Chroma::Quarter | Chroma::Grey => (0, 0),
        };
        // The first block has the highest bit.
        Some((first << count | more).reverse_bits() >> (32 - 6 - count))
    }

    /// Reads the blocks of a macroblock and adds them to what is predicted; without a pattern nothing is, and all
    /// blocks are there.
    fn blocks(
        &mut self,
        walk: &mut Walk<'_>,
        place: Place,
        by_fields: bool,
        pattern: Option<u32>,
    ) -> Option<()> {
        let is_intra = pattern.is_none();
        let count = match self.sequence.chroma {
            Chroma::Quarter | Chroma::Grey => 6,
            Chroma::Half => 8,
            Chroma::Full => 12,
        };
        let matrices =
            if is_intra { &self.sequence.matrices.intra } else { &self.sequence.matrices.predicted };
        for number in (0..count).filter(|number| pattern.is_none_or(|pattern| pattern >> number & 1 == 1)) {
            let component = component(number);
            let coding = Coding {
                head: self.head,
                is_first: self.sequence.is_first,
                is_intra,
                component,
                weights: &matrices[usize::from(component > 0)],
                quantiser_scale: walk.quantiser_scale,
            };
            let block = Block::read(&mut walk.bits, &coding, &mut walk.dc[component])?;
            self.put(block, place, (number, by_fields), is_intra);
        }
        Some(())
    }

    /// Puts a block of the macroblock in its place, or adds it to what is there.
    fn put(&mut self, block: Block, place: Place, (number, by_fields): (usize, bool), is_alone: bool) {
        let component = component(number);
        // Which half across and down (figures 6-10 to 6-12).
        let (right, low) =
            if number < 4 { (number & 1, number >> 1) } else { ((number - 4) >> 2, number >> 1 & 1) };
        let (across, down) = thinner(self.sequence.chroma, component);
        let plane = &mut self.frame.planes[component];
        let View { offset, stride, .. } = View::of(plane, self.head.structure);
        let (x, y) = (place.0 * (16 >> across) + 8 * right, place.1 * (16 >> down));
        // Colour of half the lines is never coded by fields.
        let (first, step) = if by_fields && down == 0 { (low, 2) } else { (8 * low, 1) };
        let at = offset + (y + first) * stride + x;
        for (n, row) in block.transform().iter().enumerate() {
            let line =
                plane.samples.get_mut(at + n * step * stride..).and_then(|rest| rest.first_chunk_mut::<8>());
            let Some(line) = line else { return };
            for (sample, value) in line.iter_mut().zip(row) {
                let before = if is_alone { 0 } else { i32::from(*sample) };
                *sample = (before + value).clamp(0, 255) as u8;
            }
        }
    }

    /// Puts into the frame what a macroblock is made from. `None` if that is not there.
    fn predict(&mut self, motion: &Motion, place: Place) -> Option<()> {
        let is_frame = self.head.structure == Structure::Frame;
        let mut is_mean = false;
        for (direction, set) in motion.sets.iter().enumerate() {
            let Some(set) = set else { continue };
            match (motion.form, is_frame) {
                (Form::Whole, _) => {
                    self.piece(direction, set, 0, place, (Piece::Whole, !is_frame), is_mean)?;
                }
                (Form::Halves, _) => {
                    for half in 0..2 {
                        let piece = if is_frame { Piece::Lines(half) } else { Piece::Half(half) };
                        self.piece(direction, set, half, place, (piece, true), is_mean)?;
                    }
                }
                (Form::DualPrime, true) => {
                    for half in 0..2 {
                        self.piece(direction, set, half, place, (Piece::Lines(half), true), false)?;
                        self.piece(direction, set, 2 + half, place, (Piece::Lines(half), true), true)?;
                    }
                }
                (Form::DualPrime, false) => {
                    self.piece(direction, set, 0, place, (Piece::Whole, true), false)?;
                    self.piece(direction, set, 2, place, (Piece::Whole, true), true)?;
                }
            }
            is_mean = true;
        }
        Some(())
    }

    /// One piece of a macroblock, from a frame or a field of it.
    fn piece(
        &mut self,
        direction: usize,
        set: &Set,
        which: usize,
        place: Place,
        (piece, from_field): (Piece, bool),
        is_mean: bool,
    ) -> Option<()> {
        let vector = set[which];
        let source = self.references[direction][vector.field]?;
        let structure = if from_field { Structure::Field(vector.field) } else { Structure::Frame };
        for (component, to) in self.frame.planes.iter_mut().enumerate() {
            let (across, down) = thinner(self.sequence.chroma, component);
            let (width, height) = (16 >> across, 16 >> down);
            let own = View::of(to, self.head.structure);
            let (x, y) = (place.0 * width, place.1 * height);
            // Lines of the source, and of the frame.
            let (from_y, to_y, step, height) = match piece {
                Piece::Whole => (y, y, 1, height),
                Piece::Lines(first) => (y / 2, y + first, 2, height / 2),
                Piece::Half(half) => (y + half * height / 2, y + half * height / 2, 1, height / 2),
            };
            let plane = &source.planes[component];
            let area = Area { x, y: from_y, width, height };
            // Towards zero (§7.6.3.7).
            let vector = (vector.across / (1 << across), vector.down / (1 << down));
            let at = own.offset + to_y * own.stride + x;
            let lines = to.samples.get_mut(at..)?;
            fetch((plane, View::of(plane, structure)), area, vector, (lines, own.stride * step), is_mean);
        }
        Some(())
    }
}

/// What the block of this number is of: light (0), or one of the colours, which take turns (§6.1.3).
fn component(number: usize) -> usize {
    if number < 4 { 0 } else { 1 + (number & 1) }
}

/// Which lines of a macroblock.
#[derive(Clone, Copy)]
enum Piece {
    Whole,
    /// Every second one, from this one on.
    Lines(usize),
    /// The upper half, or the lower.
    Half(usize),
}

/// macroblock_address_increment with its escapes (§6.3.17).
fn increment(bits: &mut Bits<'_>) -> Option<usize> {
    let mut escaped = 0;
    loop {
        match codes::INCREMENT.take(bits)? {
            codes::ESCAPE => escaped += 33,
            codes::STUFFING => {}
            number => return Some(escaped + usize::from(number)),
        }
        if bits.is_over() {
            return None;
        }
    }
}

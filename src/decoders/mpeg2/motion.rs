//! Prediction from other pictures (ISO/IEC 13818-2 §7.6): vectors, and the samples that they point at.
//!
//! Entry points: [`Vectors`], [`fetch`].

use super::{
    bits::Bits,
    codes::MOTION,
    frame::{Plane, View},
    head::{PictureHead, Structure},
};

/// A vector in half samples, across and down, and the field that it points into.
#[derive(Clone, Copy, Default)]
pub(super) struct Vector {
    pub across: i32,
    pub down: i32,
    /// 0 or 1: the field of the lines from this one on.
    pub field: usize,
}

/// How a macroblock is predicted (tables 6-17 and 6-18).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// In one piece, from a frame or field like its own.
    Whole,
    /// In two: of a frame, the lines of each field; of a field, upper and lower half.
    Halves,
    /// From fields of both parities.
    DualPrime,
}

/// The vectors of a macroblock: of one direction, one for each half, and in dual prime two more, from the other parity.
pub(super) type Set = [Vector; 4];

/// How a macroblock is predicted, by direction: forward, backward.
#[derive(Clone, Copy)]
pub(super) struct Motion {
    pub form: Form,
    pub sets: [Option<Set>; 2],
}

/// Vectors from which the next ones differ (PMV), by which of two, then direction, then across and down.
#[derive(Clone, Copy, Default)]
pub(super) struct Vectors([[[i32; 2]; 2]; 2]);

impl Vectors {
    /// Reads the vectors of one direction (§6.2.5.2, §7.6.3). `None` if they are damaged.
    pub(super) fn read(
        &mut self,
        bits: &mut Bits<'_>,
        head: &PictureHead,
        form: Form,
        direction: usize,
    ) -> Option<Set> {
        let is_frame = head.structure == Structure::Frame;
        // Fields of a frame have half of its lines.
        let in_fields = is_frame && form != Form::Whole;
        let mut set = Set::default();
        let count = if form == Form::Halves { 2 } else { 1 };
        let mut dual = [0; 2];
        for (r, vector) in set.iter_mut().enumerate().take(count) {
            let selects = form == Form::Halves || (!is_frame && form == Form::Whole);
            vector.field = if selects { bits.take(1) as usize } else { 0 };
            let mut read = [0; 2];
            for t in 0..2 {
                let shift = u32::from(in_fields && t == 1);
                let delta = delta(bits, head.codes[direction][t])?;
                let stored = &mut self.0[r][direction][t];
                read[t] = wrapped((*stored >> shift) + delta, head.codes[direction][t]);
                *stored = read[t] << shift;
                if form == Form::DualPrime {
                    dual[t] = match bits.take(1) {
                        0 => 0,
                        _ => 1 - 2 * bits.take(1).cast_signed(),
                    };
                }
            }
            let whole = u32::from(head.full_pixels[direction]);
            (vector.across, vector.down) = (read[0] << whole, read[1] << whole);
        }
        if count == 1 {
            self.0[1][direction] = self.0[0][direction];
        }
        if form == Form::DualPrime {
            set = dual_prime(head, set[0], dual);
        }
        Some(set)
    }

    /// The latest vectors of one direction, in one piece, from a field of this parity.
    pub(super) fn latest(&self, head: &PictureHead, direction: usize, field: usize) -> Set {
        let [across, down] = self.0[0][direction];
        let whole = u32::from(head.full_pixels[direction]);
        [Vector { across: across << whole, down: down << whole, field }; 4]
    }
}

/// What is added to a vector's part; `code` is its f_code.
fn delta(bits: &mut Bits<'_>, code: u32) -> Option<i32> {
    let size = i32::from(MOTION.take(bits)?);
    if size == 0 {
        return Some(0);
    }
    let is_negative = bits.flag();
    let rest = if code > 1 { bits.take(code - 1).cast_signed() } else { 0 };
    let size = ((size - 1) << (code - 1)) + rest + 1;
    Some(if is_negative { -size } else { size })
}

/// The part of a vector inside its range.
fn wrapped(part: i32, code: u32) -> i32 {
    let half = 16 << (code - 1);
    match part {
        part if part < -half => part + 2 * half,
        part if part >= half => part - 2 * half,
        part => part,
    }
}

/// The vectors into the same parity, and behind them those into the other (§7.6.3.6).
fn dual_prime(head: &PictureHead, vector: Vector, dual: [i32; 2]) -> Set {
    // Half of it, or three halves; rounded away from zero.
    let part = |part: i32, times: i32| (part * times + i32::from(part > 0)) >> 1;
    let other = |parity: usize, times: i32| Vector {
        across: part(vector.across, times) + dual[0],
        // The lines of a bottom field lie half a line lower.
        down: part(vector.down, times) + dual[1] + if parity == 0 { -1 } else { 1 },
        field: 1 - parity,
    };
    match head.structure {
        Structure::Frame => {
            let times = if head.top_field_first { [1, 3] } else { [3, 1] };
            let own = |field| Vector { field, ..vector };
            [own(0), own(1), other(0, times[0]), other(1, times[1])]
        }
        Structure::Field(parity) => {
            let own = Vector { field: parity, ..vector };
            [own, own, other(parity, 1), other(parity, 1)]
        }
    }
}

/// Where a block of samples lies.
#[derive(Clone, Copy)]
pub(super) struct Area {
    /// Column and line of its first sample.
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
}

/// Puts the samples that a vector points at into `to`, whose lines are `stride` samples apart; or the mean of them and
/// what is there. The vector is in half samples of the plane.
pub(super) fn fetch(
    (plane, view): (&Plane, View),
    area: Area,
    (across, down): (i32, i32),
    (to, stride): (&mut [u8], usize),
    is_mean: bool,
) {
    let x = area.x as i64 + i64::from(across >> 1);
    let y = area.y as i64 + i64::from(down >> 1);
    let (half_x, half_y) = ((across & 1) as usize, (down & 1) as usize);
    let (columns, lines) = (area.width + half_x, area.height + half_y);
    let is_inside =
        x >= 0 && y >= 0 && x as usize + columns <= plane.width && y as usize + lines <= view.lines;
    let mut edge = [0u8; 17 * 17];
    let (from, from_stride) = if is_inside {
        let at = view.offset + y as usize * view.stride + x as usize;
        (plane.samples.get(at..).unwrap_or_default(), view.stride)
    } else {
        // No encoder may point over the edge; the samples there go on.
        for (n, sample) in edge.chunks_exact_mut(17).take(lines).enumerate() {
            let line = (y + n as i64).clamp(0, view.lines as i64 - 1) as usize;
            for (m, sample) in sample.iter_mut().enumerate().take(columns) {
                let column = (x + m as i64).clamp(0, plane.width as i64 - 1) as usize;
                *sample = plane.samples[view.offset + line * view.stride + column];
            }
        }
        (&edge[..], 17)
    };
    match area.width {
        16 => blend::<16>((from, from_stride), (half_x, half_y), (to, stride), area.height, is_mean),
        _ => blend::<8>((from, from_stride), (half_x, half_y), (to, stride), area.height, is_mean),
    }
}

/// Half samples are means of two or four (§7.6.4), those of two directions means of both (§7.6.7.1).
fn blend<const WIDTH: usize>(
    (from, from_stride): (&[u8], usize),
    half: (usize, usize),
    (to, stride): (&mut [u8], usize),
    lines: usize,
    is_mean: bool,
) {
    let row = |n: usize, right: usize| {
        from.get(n * from_stride + right..).and_then(|rest| rest.first_chunk::<WIDTH>())
    };
    for n in 0..lines {
        let Some(to) = to.get_mut(n * stride..).and_then(|rest| rest.first_chunk_mut::<WIDTH>()) else {
            return;
        };
        let Some(first) = row(n, 0) else { return };
        let two = |a: u8, b: u8| ((u16::from(a) + u16::from(b) + 1) >> 1) as u8;
        let mut line = *first;
        match half {
            (0, 0) => {}
            (1, 1) => {
                let (Some(b), Some(c), Some(d)) = (row(n, 1), row(n + 1, 0), row(n + 1, 1)) else { return };
                for i in 0..WIDTH {
                    let sum = u16::from(first[i]) + u16::from(b[i]) + u16::from(c[i]) + u16::from(d[i]);
                    line[i] = ((sum + 2) >> 2) as u8;
                }
            }
            (right, down) => {
                let Some(other) = row(n + down, right) else { return };
                for i in 0..WIDTH {
                    line[i] = two(first[i], other[i]);
                }
            }
        }
        if is_mean {
            for i in 0..WIDTH {
                line[i] = two(to[i], line[i]);
            }
        }
        *to = line;
    }
}

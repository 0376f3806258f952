//! Blocks of 8 × 8 coefficients (ISO/IEC 13818-2 §7.2 to §7.5), and their inverse transform (annex A).
//!
//! Entry points: [`Block::read`], [`Block::transform`]. A block is held column by column: what stands at row r and
//! column c is `[c][r]`, until it is transformed.

use super::{
    bits::Bits,
    codes::{Coefficient, Coefficients, ONE, SIZE_OF_COLOUR, SIZE_OF_LIGHT, ZERO},
    head::{ALTERNATE, PictureHead, ZIGZAG},
};

/// No mean value is as large, in units of any precision.
const MAX_DC: i32 = 1 << 12;

/// A block.
pub(super) struct Block(pub [[i32; 8]; 8]);

/// How the coefficients of a block are coded and weighted.
pub(super) struct Coding<'a> {
    pub head: &'a PictureHead,
    /// MPEG-1.
    pub is_first: bool,
    pub is_intra: bool,
    /// 0 of light, 1 and 2 of the colours.
    pub component: usize,
    /// By rows.
    pub weights: &'a [u8; 64],
    pub quantiser_scale: i32,
}

impl Block {
    /// Reads the next block; `dc` is what its mean value is told from, if it is not predicted. `None` if it is damaged.
    pub(super) fn read(bits: &mut Bits<'_>, coding: &Coding<'_>, dc: &mut i32) -> Option<Self> {
        let mut block = Self([[0; 8]; 8]);
        let mut number = 0;
        // The sum of all coefficients, of which the lowest bit counts (§7.4.4).
        let mut sum = 0;
        if coding.is_intra {
            sum = mean_value(bits, coding.component, coding.head.intra_dc_precision, dc)?;
            block.0[0][0] = sum;
            number = 1;
        }
        let table: &Coefficients = if coding.is_intra && coding.head.intra_vlc_format { &ONE } else { &ZERO };
        let scan = if coding.head.alternate_scan { &ALTERNATE } else { &ZIGZAG };
        loop {
            let (run, level) = if number == 0 && bits.peek(1) == 1 {
                // The first code is short: there is no end at the beginning (§7.2.2.2).
                bits.skip(1);
                (0, sign(bits, 1))
            } else {
                match table.take(bits) {
                    Coefficient::Level { run, level } => (run.into(), sign(bits, level.into())),
                    Coefficient::End => break,
                    Coefficient::Escape => escaped(bits, coding.is_first)?,
                    Coefficient::None => return None,
                }
            };
            number += run;
            let place = usize::from(*scan.get(number)?);
            let value = coding.value(level, coding.weights[place].into());
            sum += value;
            block.0[place & 7][place >> 3] = value;
            number += 1;
        }
        if !coding.is_first && sum & 1 == 0 {
            block.0[7][7] ^= 1;
        }
        Some(block)
    }

    /// The mean value alone, of a picture that has no more (ISO/IEC 11172-2 §2.4.2.8).
    pub(super) fn read_mean(bits: &mut Bits<'_>, component: usize, dc: &mut i32) -> Option<Self> {
        let mut block = Self([[0; 8]; 8]);
        block.0[0][0] = mean_value(bits, component, 0, dc)?;
        Some(block)
    }

    /// The samples, row by row.
    pub(super) fn transform(self) -> [[i32; 8]; 8] {
        // Along the rows first; 3 bits more than samples have are kept for the second time.
        let rows = pass::<8>(&self.0);
        let mut turned = [[0; 8]; 8];
        for (r, row) in turned.iter_mut().enumerate() {
            for (c, value) in row.iter_mut().enumerate() {
                *value = rows[c][r];
            }
        }
        pass::<17>(&turned)
    }
}

/// The inverse transform along the first index, of all eight at once; the result is shifted.
fn pass<const SHIFT: u32>(block: &[[i32; 8]; 8]) -> [[i32; 8]; 8] {
    // 2048 √2 cos(k π / 16); of k = 4 it is 2048.
    const W: [i32; 8] = [0, 2841, 2676, 2408, 2048, 1609, 1108, 565];
    let half = 1 << (SHIFT - 1);
    let mut out = [[0; 8]; 8];
    for i in 0..8 {
        let x: [i32; 8] = std::array::from_fn(|n| block[n][i]);
        let (sum, difference) = ((x[0] + x[4]) * W[4] + half, (x[0] - x[4]) * W[4] + half);
        let (low, high) = (x[2] * W[6] - x[6] * W[2], x[2] * W[2] + x[6] * W[6]);
        let even = [sum + high, difference + low, difference - low, sum - high];
        let odd = [
            x[1] * W[1] + x[3] * W[3] + x[5] * W[5] + x[7] * W[7],
            x[1] * W[3] - x[3] * W[7] - x[5] * W[1] - x[7] * W[5],
            x[1] * W[5] - x[3] * W[1] + x[5] * W[7] + x[7] * W[3],
            x[1] * W[7] - x[3] * W[5] + x[5] * W[3] - x[7] * W[1],
        ];
        for n in 0..4 {
            out[n][i] = (even[n] + odd[n]) >> SHIFT;
            out[7 - n][i] = (even[n] - odd[n]) >> SHIFT;
        }
    }
    out
}

impl Coding<'_> {
    /// A coefficient, by the level that is coded for it (§7.4.2; ISO/IEC 11172-2 §2.4.4).
    fn value(&self, level: i32, weight: i32) -> i32 {
        let doubled = 2 * level.abs() + i32::from(!self.is_intra);
        let mut size = doubled * weight * self.quantiser_scale / 32;
        if self.is_first && size > 0 && size & 1 == 0 {
            size -= 1;
        }
        (size * level.signum()).clamp(-2048, 2047)
    }
}

/// The first coefficient of a block that is not predicted, by the difference from `dc`, which it becomes (§7.2.1,
/// §7.4.1).
fn mean_value(bits: &mut Bits<'_>, component: usize, precision: u32, dc: &mut i32) -> Option<i32> {
    let sizes = if component == 0 { &SIZE_OF_LIGHT } else { &SIZE_OF_COLOUR };
    let size = u32::from(sizes.take(bits)?);
    let difference = match size {
        0 => 0,
        _ => {
            let value = bits.take(size).cast_signed();
            if value >> (size - 1) == 0 { value - (1 << size) + 1 } else { value }
        }
    };
    *dc = (*dc + difference).clamp(-MAX_DC, MAX_DC);
    Some((*dc << (3 - precision)).clamp(-2048, 2047))
}

fn sign(bits: &mut Bits<'_>, level: i32) -> i32 {
    if bits.flag() { -level } else { level }
}

/// Run and level behind an escape (table B.16; ISO/IEC 11172-2 table B.5g).
fn escaped(bits: &mut Bits<'_>, is_first: bool) -> Option<(usize, i32)> {
    let run = bits.take(6) as usize;
    if !is_first {
        let level = bits.take(12).cast_signed();
        let level = if level >= 1 << 11 { level - (1 << 12) } else { level };
        return (level != 0 && level != -(1 << 11)).then_some((run, level));
    }
    let level = match bits.take(8).cast_signed() {
        0 => bits.take(8).cast_signed(),
        128 => bits.take(8).cast_signed() - 256,
        level if level > 128 => level - 256,
        level => level,
    };
    (level != 0).then_some((run, level))
}

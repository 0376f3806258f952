//! Bits of a NAL unit's payload (ISO/IEC 14496-10 §7.2, §9.1; ISO/IEC 23008-2 §7.2, §9.2). Every reading may fail at
//! the end; no count read here is trusted.

use std::io::Cursor;

use bitstream_io::{BigEndian, BitRead, BitReader};

/// A payload without its emulation prevention bytes, read bit by bit.
pub(crate) struct Bits(BitReader<Cursor<Vec<u8>>, BigEndian>);

impl Bits {
    /// Leaves out the byte 3 of each 00 00 03 (ISO/IEC 14496-10 §7.3.1). At most `MAX_PAYLOAD` bytes are looked at.
    pub(crate) fn of(payload: &[u8]) -> Self {
        Self(BitReader::new(Cursor::new(plain(payload))))
    }

    /// Bits that were read.
    pub(crate) fn position(&mut self) -> Option<u64> {
        self.0.position_in_bits().ok()
    }

    /// Of a payload without emulation prevention.
    pub(crate) fn plain(payload: &[u8]) -> Self {
        let plain = payload.iter().take(MAX_PAYLOAD).copied().collect();
        Self(BitReader::new(Cursor::new(plain)))
    }

    /// u(1).
    pub(crate) fn flag(&mut self) -> Option<bool> {
        self.0.read_bit().ok()
    }

    /// u(n), n ≤ 32.
    pub(crate) fn u(&mut self, bits: u32) -> Option<u32> {
        if bits > 32 { None } else { self.0.read_var(bits).ok() }
    }

    /// Passes over bits.
    pub(crate) fn skip(&mut self, bits: u32) -> Option<()> {
        self.0.skip(bits).ok()
    }

    /// ue(v): an Exp-Golomb number of at most 32 bits after its zeros.
    pub(crate) fn ue(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        let rest = self.u(zeros)?;
        (1u32 << zeros).checked_sub(1)?.checked_add(rest)
    }

    /// ue(v) that is no larger than `max`.
    pub(crate) fn ue_to(&mut self, max: u32) -> Option<u32> {
        self.ue().filter(|&value| value <= max)
    }

    /// se(v).
    pub(crate) fn se(&mut self) -> Option<i32> {
        let code = i64::from(self.ue()?);
        let value = (code + 1) / 2;
        i32::try_from(if code % 2 == 0 { -value } else { value }).ok()
    }
}

/// A payload without its emulation prevention bytes.
pub(super) fn plain(payload: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(payload.len().min(MAX_PAYLOAD));
    let mut zeros = 0;
    for &byte in payload.iter().take(MAX_PAYLOAD) {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        plain.push(byte);
    }
    plain
}

/// Bytes of the longest payload that is looked into; a sequence parameter set has some dozens.
const MAX_PAYLOAD: usize = 4096;

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn exp_golomb_numbers_are_those_of_the_table() {
        // ISO/IEC 14496-10 table 9-2: 1 010 011 00100 00101, then the end.
        let mut bits = Bits::of(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let numbers: Vec<_> = (0..5).map(|_| bits.ue()).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4].map(Some));
        let mut bits = Bits::of(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let numbers: Vec<_> = (0..5).map(|_| bits.se()).collect();
        assert_eq!(numbers, [0, 1, -1, 2, -2].map(Some));
    }

    #[test]
    fn the_end_and_overlong_numbers_are_no_numbers() {
        assert_eq!(Bits::of(&[]).flag(), None);
        assert_eq!(Bits::of(&[0; 16]).ue(), None);
        assert_eq!(Bits::of(&[0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]).ue().map(|n| n > 0), Some(true));
        assert_eq!(Bits::of(&[0xff; 8]).u(33), None);
        assert_eq!(Bits::of(&[0xff]).ue_to(0), Some(0));
        assert_eq!(Bits::of(&[0b0100_0000]).ue_to(0), None);
    }

    #[test]
    fn emulation_prevention_is_left_out() {
        let mut bits = Bits::of(&[0, 0, 3, 1, 0, 0, 3]);
        assert_eq!((bits.u(24), bits.u(16), bits.flag()), (Some(1), Some(0), None));
    }
}

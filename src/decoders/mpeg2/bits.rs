//! Bits of a slice, from the highest of a byte on. Behind the end there are zeros.
//!
//! Entry point: [`Bits`].

/// A reader of bits. At least 32 of them are held, so that a few may be looked at again and again.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// Bytes that were taken into `held`.
    at: usize,
    /// The next bits, from the highest on, and how many they are.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// The bits of these bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut bits = Self { bytes, at: 0, held: 0, count: 0 };
        bits.fill();
        bits
    }

    fn fill(&mut self) {
        if self.count < 32 {
            let four = match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<4>()) {
                Some(four) => *four,
                None => {
                    let mut four = [0; 4];
                    for (to, from) in four.iter_mut().zip(self.bytes.get(self.at..).unwrap_or_default()) {
                        *to = *from;
                    }
                    four
                }
            };
            self.held |= u64::from(u32::from_be_bytes(four)) << (32 - self.count);
            self.count += 32;
            self.at += 4;
        }
    }

    /// The next bits, 1 to 32, which stay.
    #[inline]
    pub(super) fn peek(&self, bits: u32) -> u32 {
        (self.held >> (64 - bits)) as u32
    }

    /// Passes over bits, at most 32.
    #[inline]
    pub(super) fn skip(&mut self, bits: u32) {
        self.held <<= bits;
        self.count -= bits;
        self.fill();
    }

    /// The next bits, 1 to 32.
    #[inline]
    pub(super) fn take(&mut self, bits: u32) -> u32 {
        let value = self.peek(bits);
        self.skip(bits);
        value
    }

    /// The next bit.
    #[inline]
    pub(super) fn flag(&mut self) -> bool {
        self.take(1) == 1
    }

    /// Whether more was taken than there is. Zeros at the end of a slice may have been counted to the start code behind
    /// it; no code has more of them.
    pub(super) fn is_over(&self) -> bool {
        const ZEROS: u64 = 32;
        8 * self.at as u64 > 8 * self.bytes.len() as u64 + ZEROS + u64::from(self.count)
    }
}

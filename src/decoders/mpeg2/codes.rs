//! Codes of variable length (ISO/IEC 13818-2 annex B), as the standard prints them.
//!
//! Entry points: [`Codes`] and its tables, [`Coefficients`]. Signs and what follows escapes are read elsewhere.

use std::sync::LazyLock;

use super::bits::Bits;

/// One way of coding numbers, looked up by the next bits.
pub(super) struct Codes {
    /// Bits of the longest code.
    longest: u32,
    /// For each value of so many bits: the number, and the bits of its code; 0 bits where there is none.
    found: Vec<(u8, u8)>,
}

impl Codes {
    /// The codes of these numbers, separated by spaces.
    fn new(codes: &str, numbers: impl IntoIterator<Item = u8>) -> Self {
        let longest = codes.split(' ').map(str::len).max().unwrap_or_default();
        let mut found = vec![(0, 0); 1 << longest];
        for (code, number) in codes.split(' ').zip(numbers) {
            fill(&mut found, code, longest, (number, code.len() as u8));
        }
        Self { longest: longest as u32, found }
    }

    /// The next number; `None` where no code begins.
    #[inline]
    pub(super) fn take(&self, bits: &mut Bits<'_>) -> Option<u8> {
        let &(number, length) = self.found.get(bits.peek(self.longest) as usize)?;
        bits.skip(length.into());
        (length > 0).then_some(number)
    }
}

/// Puts what a code means at all values that begin with it.
fn fill<T: Copy>(found: &mut [T], code: &str, longest: usize, meaning: T) {
    let free = longest - code.len();
    let first = usize::from_str_radix(code, 2).unwrap_or_default() << free;
    if let Some(places) = found.get_mut(first..first + (1 << free)) {
        places.fill(meaning);
    }
}

/// Of macroblock_address_increment (table B.1).
pub(super) const ESCAPE: u8 = 34;
pub(super) const STUFFING: u8 = 35;

/// 1 to 33, macroblock_escape, macroblock_stuffing (table B.1).
pub(super) static INCREMENT: LazyLock<Codes> = LazyLock::new(|| {
    Codes::new(
        "1 011 010 0011 0010 00011 00010 0000111 0000110 00001011 00001010 00001001 00001000 00000111 00000110 \
         0000010111 0000010110 0000010101 0000010100 0000010011 0000010010 00000100011 00000100010 00000100001 \
         00000100000 00000011111 00000011110 00000011101 00000011100 00000011011 00000011010 00000011001 00000011000 \
         00000001000 00000001111",
        1..,
    )
});

/// coded_block_pattern (table B.9), 0 to 63.
pub(super) static PATTERN: LazyLock<Codes> = LazyLock::new(|| {
    Codes::new(
        "000000001 01011 01001 001101 1101 0010111 0010011 00011111 1100 0010110 0010010 00011110 10011 00011011 \
         00010111 00010011 1011 0010101 0010001 00011101 10001 00011001 00010101 00010001 001111 00001111 00001101 \
         000000011 01111 00001011 00000111 000000111 1010 0010100 0010000 00011100 001110 00001110 00001100 \
         000000010 10000 00011000 00010100 00010000 01110 00001010 00000110 000000110 10010 00011010 00010110 \
         00010010 01101 00001001 00000101 000000101 01100 00001000 00000100 000000100 111 01010 01000 001100",
        0..,
    )
});

/// Size of motion_code (table B.10), 0 to 16; a sign follows all but 0.
pub(super) static MOTION: LazyLock<Codes> = LazyLock::new(|| {
    Codes::new(
        "1 01 001 0001 000011 0000101 0000100 0000011 000001011 000001010 000001001 0000010001 0000010000 \
         0000001111 0000001110 0000001101 0000001100",
        0..,
    )
});

/// dct_dc_size_luminance (table B.12), 0 to 11.
pub(super) static SIZE_OF_LIGHT: LazyLock<Codes> = LazyLock::new(|| {
    Codes::new("100 00 01 101 110 1110 11110 111110 1111110 11111110 111111110 111111111", 0..)
});

/// dct_dc_size_chrominance (table B.13), 0 to 11.
pub(super) static SIZE_OF_COLOUR: LazyLock<Codes> = LazyLock::new(|| {
    Codes::new("00 01 10 110 1110 11110 111110 1111110 11111110 111111110 1111111110 1111111111", 0..)
});

/// What a macroblock has (tables B.2 to B.4).
pub(super) mod has {
    /// It is not predicted.
    pub(in super::super) const INTRA: u8 = 1;
    /// Blocks of coefficients.
    pub(in super::super) const PATTERN: u8 = 2;
    /// Vectors into the later picture.
    pub(in super::super) const BACKWARD: u8 = 4;
    /// Vectors into the earlier picture.
    pub(in super::super) const FORWARD: u8 = 8;
    /// A quantiser of its own.
    pub(in super::super) const QUANTISER: u8 = 16;
}

/// macroblock_type of I pictures (table B.2).
pub(super) static TYPE_I: LazyLock<Codes> =
    LazyLock::new(|| Codes::new("1 01", [has::INTRA, has::INTRA | has::QUANTISER]));

/// macroblock_type of P pictures (table B.3).
pub(super) static TYPE_P: LazyLock<Codes> = LazyLock::new(|| {
    use has::{FORWARD, INTRA, PATTERN, QUANTISER};
    let meanings = [
        FORWARD | PATTERN,
        PATTERN,
        FORWARD,
        INTRA,
        FORWARD | PATTERN | QUANTISER,
        PATTERN | QUANTISER,
        INTRA | QUANTISER,
    ];
    Codes::new("1 01 001 00011 00010 00001 000001", meanings)
});

/// macroblock_type of B pictures (table B.4).
pub(super) static TYPE_B: LazyLock<Codes> = LazyLock::new(|| {
    use has::{BACKWARD, FORWARD, INTRA, PATTERN, QUANTISER};
    let meanings = [
        FORWARD | BACKWARD,
        FORWARD | BACKWARD | PATTERN,
        BACKWARD,
        BACKWARD | PATTERN,
        FORWARD,
        FORWARD | PATTERN,
        INTRA,
        FORWARD | BACKWARD | PATTERN | QUANTISER,
        FORWARD | PATTERN | QUANTISER,
        BACKWARD | PATTERN | QUANTISER,
        INTRA | QUANTISER,
    ];
    Codes::new("10 11 010 011 0010 0011 00011 00010 000011 000010 000001", meanings)
});

/// What the next bits of a block say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Coefficient {
    /// So many zeros, then a coefficient of this size, whose sign follows.
    Level { run: u8, level: u8 },
    /// Run and level follow.
    Escape,
    /// The block ends.
    End,
    /// No code.
    None,
}

/// Bits by which short codes are found; longer ones begin with six zeros and are found by those behind them.
const SHORT: usize = 8;
const ZEROS: usize = 6;
const LONG: usize = 10;

/// Codes of coefficients, each with its bits.
pub(super) struct Coefficients {
    short: [(Coefficient, u8); 1 << SHORT],
    long: [(Coefficient, u8); 1 << LONG],
}

impl Coefficients {
    fn new(table: &[&str; 17], end: &str) -> Self {
        let none = (Coefficient::None, 0);
        let mut all = Self { short: [none; 1 << SHORT], long: [none; 1 << LONG] };
        all.add(end, Coefficient::End);
        all.add("000001", Coefficient::Escape);
        for (run, codes) in (0..).zip(table.iter().chain(&LONG_RUNS)) {
            for (level, code) in (1..).zip(codes.split(' ')) {
                all.add(code, Coefficient::Level { run, level });
            }
        }
        all
    }

    fn add(&mut self, code: &str, meaning: Coefficient) {
        let meaning = (meaning, code.len() as u8);
        match code.len() {
            ..=SHORT => fill(&mut self.short, code, SHORT, meaning),
            _ => fill(&mut self.long, &code[ZEROS..], LONG, meaning),
        }
    }

    /// The next one.
    #[inline]
    pub(super) fn take(&self, bits: &mut Bits<'_>) -> Coefficient {
        let next = bits.peek((ZEROS + LONG) as u32) as usize;
        let found = match next >> LONG {
            0 => self.long.get(next),
            _ => self.short.get(next >> (ZEROS + LONG - SHORT)),
        };
        let (meaning, length) = found.copied().unwrap_or((Coefficient::None, 0));
        bits.skip(length.into());
        meaning
    }
}

/// Of most blocks (table B.14). Its first code, where it is the first of a block that is predicted, is 1 alone.
pub(super) static ZERO: LazyLock<Coefficients> = LazyLock::new(|| Coefficients::new(&TABLE_ZERO, "10"));
/// Of blocks that are not predicted, where the picture says so (table B.15).
pub(super) static ONE: LazyLock<Coefficients> = LazyLock::new(|| Coefficients::new(&TABLE_ONE, "0110"));

/// Table B.14: a row for each run from 0 to 16, the levels from 1 on.
const TABLE_ZERO: [&str; 17] = [
    "11 0100 00101 0000110 00100110 00100001 0000001010 000000011101 000000011000 000000010011 000000010000 \
     0000000011010 0000000011001 0000000011000 0000000010111 00000000011111 00000000011110 00000000011101 \
     00000000011100 00000000011011 00000000011010 00000000011001 00000000011000 00000000010111 \
     00000000010110 00000000010101 00000000010100 00000000010011 00000000010010 00000000010001 \
     00000000010000 000000000011000 000000000010111 000000000010110 000000000010101 000000000010100 \
     000000000010011 000000000010010 000000000010001 000000000010000",
    "011 000110 00100101 0000001100 000000011011 0000000010110 0000000010101 000000000011111 000000000011110 \
     000000000011101 000000000011100 000000000011011 000000000011010 000000000011001 0000000000010011 \
     0000000000010010 0000000000010001 0000000000010000",
    "0101 0000100 0000001011 000000010100 0000000010100",
    "00111 00100100 000000011100 0000000010011",
    "00110 0000001111 000000010010",
    "000111 0000001001 0000000010010",
    "000101 000000011110 0000000000010100",
    "000100 000000010101",
    "0000111 000000010001",
    "0000101 0000000010001",
    "00100111 0000000010000",
    "00100011 0000000000011010",
    "00100010 0000000000011001",
    "00100000 0000000000011000",
    "0000001110 0000000000010111",
    "0000001101 0000000000010110",
    "0000001000 0000000000010101",
];

/// Table B.15, likewise.
const TABLE_ONE: [&str; 17] = [
    "10 110 0111 11100 11101 000101 000100 1111011 1111100 00100011 00100010 11111010 11111011 11111110 \
     11111111 00000000011111 00000000011110 00000000011101 00000000011100 00000000011011 00000000011010 \
     00000000011001 00000000011000 00000000010111 00000000010110 00000000010101 00000000010100 \
     00000000010011 00000000010010 00000000010001 00000000010000 000000000011000 000000000010111 \
     000000000010110 000000000010101 000000000010100 000000000010011 000000000010010 000000000010001 \
     000000000010000",
    "010 00110 1111001 00100111 00100000 0000000010110 0000000010101 000000000011111 000000000011110 \
     000000000011101 000000000011100 000000000011011 000000000011010 000000000011001 0000000000010011 \
     0000000000010010 0000000000010001 0000000000010000",
    "00101 0000111 11111100 0000001100 0000000010100",
    "00111 00100110 000000011100 0000000010011",
    "000110 11111101 000000010010",
    "000111 000000100 0000000010010",
    "0000110 000000011110 0000000000010100",
    "0000100 000000010101",
    "0000101 000000010001",
    "1111000 0000000010001",
    "1111010 0000000010000",
    "00100001 0000000000011010",
    "00100101 0000000000011001",
    "00100100 0000000000011000",
    "000000101 0000000000010111",
    "000000111 0000000000010110",
    "0000001101 0000000000010101",
];

/// Both tables: runs from 17 to 31.
const LONG_RUNS: [&str; 15] = [
    "000000011111",
    "000000011010",
    "000000011001",
    "000000010111",
    "000000010110",
    "0000000011111",
    "0000000011110",
    "0000000011101",
    "0000000011100",
    "0000000011011",
    "0000000000011111",
    "0000000000011110",
    "0000000000011101",
    "0000000000011100",
    "0000000000011011",
];

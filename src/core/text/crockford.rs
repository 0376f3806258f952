//! Crockford's base32: the letters of 管理番号 and codes, which people read out and type (FORMAT.md §3.2, §8.2).
//!
//! Entry points: [`symbol`] to write, [`value`] to read a letter that was typed; [`read_code`] and [`write_code`] for
//! codes with a check symbol. Absent: what a code says.

use std::fmt;

use super::typed::{half_width, letters};

/// No I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The letter of the lowest five bits.
pub(crate) fn symbol(value: u8) -> char {
    char::from(ALPHABET[usize::from(value & 31)])
}

/// The letter that a typed one stands for: half-width and large, O for 0, I and L for 1.
pub(crate) fn canonical(typed: char) -> char {
    match half_width(typed).to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    }
}

/// The five bits of a typed letter; `None` if it is no letter of the alphabet.
pub(crate) fn value(typed: char) -> Option<u8> {
    let letter = canonical(typed);
    ALPHABET.iter().position(|&known| char::from(known) == letter).map(|value| value as u8)
}

/// Why typed letters are no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeFault {
    /// Other letters, or not as many.
    Form,
    /// The check symbol does not fit.
    CheckSymbol,
}

/// The symbols of a code of `N` and a check symbol, as typed: spaces, hyphens, full-width and small letters are
/// forgiven; O reads as 0, I and L as 1.
pub(crate) fn read_code<const N: usize>(typed: &str) -> Result<[u8; N], CodeFault> {
    let mut symbols = Vec::with_capacity(N + 1);
    for half in letters(typed) {
        if !half.is_whitespace() && half != '-' {
            symbols.push(value(half).ok_or(CodeFault::Form)?);
        }
    }
    let check = symbols.pop().ok_or(CodeFault::Form)?;
    let body: [u8; N] = symbols.try_into().map_err(|_| CodeFault::Form)?;
    if check_symbol(&body) == check { Ok(body) } else { Err(CodeFault::CheckSymbol) }
}

/// Writes symbols and their check symbol in groups of four.
pub(crate) fn write_code(f: &mut fmt::Formatter<'_>, body: &[u8]) -> fmt::Result {
    for (i, &value) in body.iter().chain([&check_symbol(body)]).enumerate() {
        let separator = if i > 0 && i % 4 == 0 { "-" } else { "" };
        write!(f, "{separator}{}", symbol(value))?;
    }
    Ok(())
}

/// A weighted sum over GF(32) (x⁵+x²+1) with weights α, α², …: every single mistyped character and every swap of
/// two characters changes it, in up to 31 of them (§8.3).
fn check_symbol(body: &[u8]) -> u8 {
    let double = |x: u8| if x & 16 == 0 { x << 1 } else { (x << 1) ^ 0b10_0101 };
    let multiply = |mut a: u8, mut b: u8| {
        let mut product = 0;
        while b != 0 {
            if b & 1 == 1 {
                product ^= a;
            }
            a = double(a);
            b >>= 1;
        }
        product
    };
    let mut weight = 1;
    body.iter().fold(0, |sum, &symbol| {
        weight = double(weight);
        sum ^ multiply(symbol, weight)
    })
}

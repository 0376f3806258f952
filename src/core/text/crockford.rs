//! Crockford's base32: the letters of 管理番号 and receipt codes, which people read out and type (FORMAT.md
//! §3.2, §8.2).
//!
//! Entry points: [`symbol`] to write, [`value`] to read what was typed. Absent: whole texts; a bundle number
//! and a code each know their own form.

use super::typed::half_width;

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

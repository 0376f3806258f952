//! Text as people type it in Japan: full-width letters and digits, and whatever hyphen the keyboard gave.
//!
//! Entry points: [`half_width`]; [`letters`], the one rule behind passphrases (FORMAT.md §5.2), bundle numbers and
//! receipt codes (FORMAT.md §8.2). Absent: Unicode normalisation, which would change names.

use super::name::is_invisible;

/// U+FF01…U+FF5E become U+0021…U+007E, and every kind of hyphen becomes `-`; anything else stays.
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{2010}'..='\u{2015}' | '−' | '─' | '━' | 'ー' | 'ｰ' | '﹣' | '⁃' => '-',
        _ => c,
    }
}

/// What was typed, letter by letter in half width, without letters that nobody sees: soft hyphens, joiners, marks of
/// direction and of byte order, which copying and editors put there.
pub(crate) fn letters(typed: &str) -> impl Iterator<Item = char> {
    typed.chars().filter(|c| !is_invisible(*c)).map(half_width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hyphen_is_one_and_what_nobody_sees_is_none() {
        let typed: String = letters("\u{FEFF}１２―３４ｰ5─6\u{AD}\u{200B}7‒8━9−Ａー").collect();
        assert_eq!(typed, "12-34-5-67-8-9-A-");
    }
}

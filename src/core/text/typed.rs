//! Text as people type it in Japan: full-width letters and digits, and whatever hyphen the keyboard gave.
//!
//! Entry point: [`half_width`], the one rule behind passphrases (FORMAT.md §5.2), bundle numbers and receipt codes
//! (FORMAT.md §8.2). Absent: Unicode normalisation, which would change names.

/// U+FF01…U+FF5E become U+0021…U+007E, and every kind of hyphen becomes `-`; anything else stays.
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '‐' | '‑' | '–' | '—' | '−' | 'ー' => '-',
        _ => c,
    }
}

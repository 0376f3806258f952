//! A stream's parts behind start codes (ISO/IEC 13818-2 §6.2.1).
//!
//! Entry points: [`units`], [`slices`].

pub(super) const PICTURE: u8 = 0x00;
pub(super) const SEQUENCE: u8 = 0xB3;
const GROUP: u8 = 0xB8;
const END: u8 = 0xB7;

/// Where start codes are.
pub(super) fn start_codes(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memmem::find_iter(bytes, &[0, 0, 1])
}

/// Slices of a picture, each with its code and what is behind it.
pub(super) fn slices(region: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut places = start_codes(region).peekable();
    std::iter::from_fn(move || {
        loop {
            let at = places.next()?;
            let end = places.peek().copied().unwrap_or(region.len());
            let code = *region.get(at + 3)?;
            if (0x01..=0xAF).contains(&code) {
                return Some((code, region.get(at + 4..end).unwrap_or_default()));
            }
        }
    })
}

/// Sequence headers and pictures, each with its code and with what follows it up to the next one.
pub(super) fn units(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let begins = |code: u8| matches!(code, PICTURE | SEQUENCE | GROUP | END);
    let code_at = |at: usize| Some((at, *bytes.get(at + 3)?));
    let heads: Vec<(usize, u8)> =
        start_codes(bytes).filter_map(code_at).filter(|(_, code)| begins(*code)).collect();
    let end = |n: usize| heads.get(n + 1).map_or(bytes.len(), |(next, _)| *next);
    heads.iter().enumerate().filter_map(|(n, &(at, code))| Some((code, bytes.get(at..end(n))?))).collect()
}

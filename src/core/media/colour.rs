//! What the numbers of a picture mean: colours and the shape of a pixel, as boxes of the container say them.
//!
//! Absent: what the stream itself says ([`super::parameter_sets`]).

/// Code points of ISO/IEC 23091-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// ColourPrimaries.
    pub primaries: u8,
    /// TransferCharacteristics.
    pub transfer: u8,
    /// MatrixCoefficients.
    pub matrix: u8,
    /// VideoFullRangeFlag: black is 0 and not 16.
    pub full_range: bool,
}

/// Width and height of a pixel (`pasp`, ISO/IEC 14496-12 §12.1.4); nothing if it is no sensible ratio.
pub(super) fn pasp(body: &[u8]) -> Option<(u32, u32)> {
    let (h, rest) = body.split_first_chunk::<4>()?;
    let (v, _) = rest.split_first_chunk::<4>()?;
    sensible(u32::from_be_bytes(*h), u32::from_be_bytes(*v))
}

/// `colr` with `nclx` (ISO/IEC 14496-12 §12.1.5); profiles of other kinds say nothing that a decoder needs.
pub(super) fn nclx(body: &[u8]) -> Option<Colour> {
    let [b'n', b'c', b'l', b'x', _, primaries, _, transfer, _, matrix, range, ..] = *body else {
        return None;
    };
    Some(Colour { primaries, transfer, matrix, full_range: range & 0x80 != 0 })
}

/// A pixel eight times as wide as high is a mistake or an attack.
pub(super) fn sensible(h: u32, v: u32) -> Option<(u32, u32)> {
    let wide = |a: u32, b: u32| u64::from(a) > 8 * u64::from(b);
    (h > 0 && v > 0 && !wide(h, v) && !wide(v, h)).then_some((h, v))
}

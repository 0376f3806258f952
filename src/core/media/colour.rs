//! What the numbers of a picture mean: colours, and the shape of a pixel.
//!
//! Absent: who says so, the container (`builders`) or the stream itself ([`super::parameter_sets`]).

use serde::{Deserialize, Serialize};

use super::timescale::gcd;

/// Code points of ISO/IEC 23091-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// A ratio in lowest terms. A pixel eight times as wide as high is a mistake or an attack.
pub(crate) fn sensible(h: u32, v: u32) -> Option<(u32, u32)> {
    let wide = |a: u32, b: u32| u64::from(a) > 8 * u64::from(b);
    let common = gcd(h.into(), v.into()).max(1) as u32;
    (h > 0 && v > 0 && !wide(h, v) && !wide(v, h)).then_some((h / common, v / common))
}

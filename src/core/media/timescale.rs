//! Times in a track's own units.
//!
//! Entry points: [`micros`], [`rescaled`], [`gcd`]. Absent: clocks.

/// Timescale units as microseconds.
pub(crate) fn micros(units: i64, timescale: u32) -> i64 {
    let micros = i128::from(units) * 1_000_000 / i128::from(timescale.max(1));
    micros.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// Units of one timescale as units of another.
pub(crate) fn rescaled(units: i64, from: u32, to: u32) -> i64 {
    let units = i128::from(units) * i128::from(to) / i128::from(from.max(1));
    units.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// The greatest common divisor; of 0 and a number, that number.
pub(crate) fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

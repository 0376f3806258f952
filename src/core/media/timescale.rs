//! Times in a track's own units.
//!
//! Entry point: [`micros`]. Absent: clocks.

/// Timescale units as microseconds.
pub(super) fn micros(units: i64, timescale: u32) -> i64 {
    let micros = i128::from(units) * 1_000_000 / i128::from(timescale.max(1));
    micros.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

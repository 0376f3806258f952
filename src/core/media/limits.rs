//! How much of anything a clip of a camera has. Whoever claims more would make us read or allocate it.
//!
//! Absent: limits of single kinds of files.

/// Also bounds how often a file is walked through.
pub(crate) const MAX_TRACKS: usize = 32;
/// A day and a night at 90 pictures, or packets of sound, a second; also bounds what a hostile table can make us
/// allocate.
pub(crate) const MAX_PICTURES: usize = 8_000_000;
/// Bytes of all tables of an index together, unpacked (FORMAT.md §12.1).
pub(crate) const MAX_TABLES: usize = 128 << 20;
/// No coded picture is so large; a table that says so would make us read it.
pub(crate) const MAX_SAMPLE_BYTES: u32 = 64 << 20;
/// No clip has times so far from its beginning: about 34 years.
pub(crate) const MAX_SECONDS: i64 = 1 << 30;
/// Bytes from the first piece of a picture to its last.
pub(super) const MAX_SPAN: u64 = 4 * MAX_SAMPLE_BYTES as u64;

/// Whether a camera can have a time.
pub(super) fn is_sensible(pts: i64, timescale: u32) -> bool {
    pts.unsigned_abs() < MAX_SECONDS.unsigned_abs() * u64::from(timescale.max(1))
}

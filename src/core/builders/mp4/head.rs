//! What `tkhd`, `mdhd`, `mvhd` and `elst` say of a track (ISO/IEC 14496-12 §8.2, §8.3, §8.4.2, §8.6.6).
//!
//! Entry point: [`TrackHead::read`]. Absent: samples.

use super::boxes::Box4;
use crate::media::{MAX_SECONDS, MediaError, Turn};

/// What matters of it.
pub(super) struct TrackHead {
    pub id: u32,
    pub timescale: u32,
    pub turn: Turn,
    /// Width and height for display, in pixels (§8.3.2); 0 if not said.
    pub size: (u32, u32),
    /// Presentation time = media time − shift.
    pub shift: i64,
    /// What the edit list shows begins and ends here, in presentation time.
    pub edit_start: i64,
    pub edit_end: Option<i64>,
    /// More than one stretch of the media is shown.
    pub has_cuts: bool,
}

fn word(body: &[u8], at: usize) -> Option<u32> {
    body.get(at..)?.first_chunk::<4>().map(|four| u32::from_be_bytes(*four))
}

/// A field behind times, which have 64 bits in version 1.
fn after_times(body: &[u8], v0: usize, v1: usize) -> Option<u32> {
    word(body, if body.first() == Some(&1) { v1 } else { v0 })
}

/// The four cells of a matrix that turn.
fn matrix(body: &[u8], v0: usize, v1: usize) -> Option<[i64; 4]> {
    let at = if body.first() == Some(&1) { v1 } else { v0 };
    let cell = |n: usize| Some(i64::from(word(body, at + 4 * n)?.cast_signed()));
    Some([cell(0)?, cell(1)?, cell(3)?, cell(4)?])
}

/// The track's matrix, and then the movie's.
fn turn(tkhd: &[u8], mvhd: &[u8]) -> Turn {
    const NONE: [i64; 4] = [1, 0, 0, 1];
    let signs =
        |matrix: Option<[i64; 4]>| matrix.filter(|m| *m != [0; 4]).map_or(NONE, |m| m.map(i64::signum));
    let ([a, b, c, d], [e, f, g, h]) = (signs(matrix(tkhd, 40, 52)), signs(matrix(mvhd, 36, 48)));
    Turn::of_matrix([a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h])
}

impl TrackHead {
    pub(crate) fn is_sensible(&self, pts: i64) -> bool {
        pts.unsigned_abs() / u64::from(self.timescale) < MAX_SECONDS.unsigned_abs()
    }

    pub(crate) fn read(moov: &[Box4<'_>], trak: &Box4<'_>) -> Result<Self, MediaError> {
        const BAD: MediaError = MediaError::Malformed("a track header is cut off");
        let tkhd = trak.child(b"tkhd").ok_or(BAD)?.body;
        let mdhd = trak.at(&[b"mdia", b"mdhd"]).ok_or(BAD)?.body;
        let mvhd = moov.iter().find(|b| b.kind == *b"mvhd").map_or([].as_slice(), |mvhd| mvhd.body);
        let id = after_times(tkhd, 12, 20).ok_or(BAD)?;
        let timescale = after_times(mdhd, 12, 20).ok_or(BAD)?;
        if timescale == 0 {
            return Err(MediaError::Malformed("the timescale is zero"));
        }
        let movie_timescale = after_times(mvhd, 12, 20).unwrap_or_default();
        let edits = trak.at(&[b"edts", b"elst"]).map_or(Vec::new(), |elst| edits(elst.body));
        // Without a timescale of the movie the durations of its edits mean nothing.
        let in_track = |movie_units: u64| {
            let units = u128::from(movie_units) * u128::from(timescale);
            let units = units.checked_div(u128::from(movie_timescale)).unwrap_or_default();
            i64::try_from(units).map_err(|_| MediaError::Malformed("the edit list"))
        };
        // Empty edits before the first real one delay it; later edits only cut, which we tell and do not follow.
        let delay: u64 = edits.iter().take_while(|e| e.1 < 0).fold(0, |sum, e| sum.saturating_add(e.0));
        let delay = in_track(delay)?;
        let real = edits.iter().find(|e| e.1 >= 0);
        let start = real.map_or(0, |e| e.1);
        let shift = start.checked_sub(delay).ok_or(MediaError::Malformed("the edit list"))?;
        // The movie's timescale is coarse: one of its units more is no cut.
        let ends = real.filter(|e| e.0 > 0 && movie_timescale > 0);
        let edit_end = ends.map(|e| in_track(e.0.saturating_add(1))).transpose()?;
        let edit_end = edit_end.and_then(|length| delay.checked_add(length));
        let has_cuts = edits.iter().filter(|e| e.1 >= 0).count() > 1;
        // Fixed-point numbers of 16 and 16 bits.
        let side = |v0, v1| after_times(tkhd, v0, v1).unwrap_or_default() >> 16;
        let size = (side(76, 88), side(80, 92));
        let turn = turn(tkhd, mvhd);
        Ok(Self { id, timescale, turn, size, shift, edit_start: delay, edit_end, has_cuts })
    }
}

/// Duration in movie units and media time of every edit; −1 is «nothing» (§8.6.6). A list that says it has more rows
/// than there are has those that there are.
fn edits(elst: &[u8]) -> Vec<(u64, i64)> {
    let Some((head, rows)) = elst.split_at_checked(8) else { return Vec::new() };
    let count = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
    let wide = head[0] == 1;
    let row_bytes = if wide { 20 } else { 12 };
    let number = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
    rows.chunks_exact(row_bytes)
        .take(count)
        .map(|row| match wide {
            true => (number(&row[..8]), number(&row[8..16]).cast_signed()),
            false => (number(&row[..4]), i64::from((number(&row[4..8]) as u32).cast_signed())),
        })
        .collect()
}

//! Rows of a track's table: one for each picture or packet, as bytes (FORMAT.md §12.4).
//!
//! Entry points: [`write_rows`], [`read_rows`]. Absent: what is sensible; whoever reads a track checks it.

use super::{
    error::MediaError,
    pieces::{Pieces, Run, size_of, span_of},
    timescale::gcd,
};

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Row {
    pub offset: u64,
    pub size: u32,
    pub pts: i64,
    pub duration: u32,
    pub configuration: u16,
    pub is_sync: bool,
    pub is_missing: bool,
    pub pieces: Pieces,
}

/// The rows of a track, and the runs that their pieces are made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Rows {
    pub rows: Vec<Row>,
    pub runs: Vec<Run>,
}

/// What rows are written against: the first time, and the unit of all times, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Base {
    pub first: i64,
    pub step: u32,
}

const IS_SYNC: u8 = 1;
const IS_MISSING: u8 = 2;
const HAS_OFFSET: u8 = 4;
const HAS_TIME: u8 = 8;
const HAS_DURATION: u8 = 16;
const HAS_CONFIGURATION: u8 = 32;
const HAS_PIECES: u8 = 64;

impl Base {
    /// The base of these rows: of all units that fit, the largest.
    pub(super) fn of(rows: &[Row]) -> Self {
        let first = rows.first().map_or(0, |row| row.pts);
        let step = rows
            .iter()
            .fold(0u64, |step, row| gcd(gcd(step, row.pts.abs_diff(first)), u64::from(row.duration)));
        Self { first, step: u32::try_from(step).unwrap_or(1).max(1) }
    }
}

/// What a row is expected to be: behind the one before it, as long, in its configuration.
fn expected(before: &Row, runs: &[Run], base: Base, is_first: bool) -> Row {
    let pts = if is_first { base.first } else { before.pts.wrapping_add(i64::from(before.duration)) };
    let offset = before.offset.wrapping_add(before.pieces.span(runs, before.size));
    Row { offset, pts, pieces: Pieces::default(), ..*before }
}

/// The rows as bytes.
pub(super) fn write_rows(Rows { rows, runs }: &Rows, base: Base) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * 6);
    let mut before = Row::default();
    let step = i64::from(base.step);
    for (n, row) in rows.iter().enumerate() {
        let guess = expected(&before, runs, base, n == 0);
        let flag = |yes: bool, bit: u8| if yes { bit } else { 0 };
        let flags = flag(row.is_sync, IS_SYNC)
            | flag(row.is_missing, IS_MISSING)
            | flag(row.offset != guess.offset, HAS_OFFSET)
            | flag(row.pts != guess.pts, HAS_TIME)
            | flag(row.duration != guess.duration, HAS_DURATION)
            | flag(row.configuration != guess.configuration, HAS_CONFIGURATION)
            | flag(row.pieces.count > 0, HAS_PIECES);
        out.push(flags);
        put(&mut out, u64::from(row.size));
        if flags & HAS_OFFSET != 0 {
            put_signed(&mut out, row.offset.wrapping_sub(guess.offset).cast_signed());
        }
        if flags & HAS_TIME != 0 {
            put_signed(&mut out, row.pts.wrapping_sub(guess.pts) / step);
        }
        if flags & HAS_DURATION != 0 {
            put(&mut out, u64::from(row.duration / base.step));
        }
        if flags & HAS_CONFIGURATION != 0 {
            put(&mut out, u64::from(row.configuration));
        }
        if flags & HAS_PIECES != 0 {
            put(&mut out, u64::from(row.pieces.count));
            for run in row.pieces.of(runs) {
                [run.bytes, run.skip, run.count].into_iter().for_each(|number| put(&mut out, number.into()));
            }
        }
        before = *row;
    }
    out
}

/// Reads exactly `count` rows, which must be all of the bytes. Bytes that say the same in another way are refused: an
/// index has one form.
pub(super) fn read_rows(bytes: &[u8], count: usize, base: Base) -> Result<Rows, MediaError> {
    const BAD: MediaError = MediaError::Index("a row");
    // A row has two bytes at least; nothing is allocated on a claim.
    if count > bytes.len() / 2 {
        return Err(MediaError::Index("more rows than bytes"));
    }
    let mut rows = Vec::with_capacity(count);
    let (mut rest, mut before, mut runs) = (bytes, Row::default(), Vec::new());
    for n in 0..count {
        let guess = expected(&before, &runs, base, n == 0);
        let (&flags, tail) = rest.split_first().ok_or(BAD)?;
        rest = tail;
        if flags & 128 != 0 {
            return Err(MediaError::Index("a row of a later version"));
        }
        let mut row = Row { is_sync: flags & IS_SYNC != 0, is_missing: flags & IS_MISSING != 0, ..guess };
        row.size = u32::try_from(take(&mut rest)?).map_err(|_| BAD)?;
        if flags & HAS_OFFSET != 0 {
            row.offset = guess.offset.checked_add_signed(take_signed(&mut rest)?).ok_or(BAD)?;
        }
        if flags & HAS_TIME != 0 {
            let units = take_signed(&mut rest)?.checked_mul(i64::from(base.step)).ok_or(BAD)?;
            row.pts = guess.pts.checked_add(units).ok_or(BAD)?;
        }
        if flags & HAS_DURATION != 0 {
            let duration = take(&mut rest)?.checked_mul(u64::from(base.step)).ok_or(BAD)?;
            row.duration = u32::try_from(duration).map_err(|_| BAD)?;
        }
        if flags & HAS_CONFIGURATION != 0 {
            row.configuration = u16::try_from(take(&mut rest)?).map_err(|_| BAD)?;
        }
        if flags & HAS_PIECES != 0 {
            row.pieces = read_pieces(&mut rest, &mut runs, row.size)?;
        }
        let says_nothing = (flags & HAS_OFFSET != 0 && row.offset == guess.offset)
            || (flags & HAS_TIME != 0 && row.pts == guess.pts)
            || (flags & HAS_DURATION != 0 && row.duration == guess.duration)
            || (flags & HAS_CONFIGURATION != 0 && row.configuration == guess.configuration);
        if says_nothing {
            return Err(MediaError::Index("a row that says what is expected"));
        }
        rows.push(row);
        before = row;
    }
    if rest.is_empty() { Ok(Rows { rows, runs }) } else { Err(MediaError::Index("bytes behind the rows")) }
}

/// The runs of one row, of which a sample of `size` bytes is made.
fn read_pieces(rest: &mut &[u8], runs: &mut Vec<Run>, size: u32) -> Result<Pieces, MediaError> {
    const BAD: MediaError = MediaError::Index("the pieces of a row");
    let first = runs.len();
    let count = take(rest)?;
    // Each run takes three bytes at least.
    if count == 0 || count > rest.len() as u64 / 3 {
        return Err(BAD);
    }
    for _ in 0..count {
        let mut number = || u32::try_from(take(rest)?).map_err(|_| BAD);
        let run = Run { bytes: number()?, skip: number()?, count: number()? };
        if run.bytes == 0 || run.count == 0 {
            return Err(BAD);
        }
        runs.push(run);
    }
    let own = runs.get(first..).unwrap_or_default();
    if size_of(own) != u64::from(size) || span_of(own).is_none() {
        return Err(BAD);
    }
    let number = |n: usize| u32::try_from(n).map_err(|_| BAD);
    Ok(Pieces { first: number(first)?, count: number(count as usize)? })
}

/// A number, seven bits at a time, the lowest first; the top bit says that more follow.
fn put(out: &mut Vec<u8>, mut number: u64) {
    while number > 127 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A number with its sign in the lowest bit: 0, −1, 1, −2 …
fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, (number << 1 ^ number >> 63).cast_unsigned());
}

fn take(bytes: &mut &[u8]) -> Result<u64, MediaError> {
    const BAD: MediaError = MediaError::Index("a number");
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(BAD)?;
        *bytes = rest;
        let part = u64::from(byte & 127);
        if part << shift >> shift != part || (byte == 0 && shift > 0) {
            return Err(BAD);
        }
        number |= part << shift;
        if byte & 128 == 0 {
            return Ok(number);
        }
    }
    Err(BAD)
}

fn take_signed(bytes: &mut &[u8]) -> Result<i64, MediaError> {
    let number = take(bytes)?;
    Ok((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_have_one_form() {
        for number in [0, 1, -1, 63, -64, 64, 300, i64::MAX, i64::MIN, -12_345_678_901] {
            let mut bytes = Vec::new();
            put_signed(&mut bytes, number);
            assert_eq!(take_signed(&mut bytes.as_slice()).ok(), Some(number));
        }
        let too_long: [&[u8]; 4] = [&[0x80, 0], &[0x80], &[0xFF; 10], &[0xFF; 11]];
        for bytes in too_long {
            assert!(take(&mut &*bytes).is_err(), "{bytes:?}");
        }
    }
}

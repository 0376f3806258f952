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
        let mut step = 0u64;
        for row in rows {
            step = gcd(gcd(step, row.pts.abs_diff(first)), u64::from(row.duration));
            if step == 1 {
                break;
            }
        }
        Self { first, step: u32::try_from(step).unwrap_or(1).max(1) }
    }

    /// Whether this is the base of rows that were read against it: all their times are whole units, so that the largest
    /// unit is this one as soon as some of them have no larger one.
    pub(super) fn is_of(self, rows: &[Row]) -> bool {
        let mut step = 0u64;
        for row in rows {
            step = gcd(gcd(step, row.pts.abs_diff(self.first)), u64::from(row.duration));
            if step == u64::from(self.step) {
                break;
            }
        }
        let first = rows.first().map_or(0, |row| row.pts);
        self == Self { first, step: u32::try_from(step).unwrap_or(1).max(1) }
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
            put_pieces(&mut out, row.pieces.of(runs));
        }
        before = *row;
    }
    out
}

/// Reads exactly `count` rows, which must be all of the bytes. Bytes that say the same in another way are refused: an
/// index has one form.
pub(super) fn read_rows(bytes: &[u8], count: usize, base: Base) -> Result<Rows, MediaError> {
    // A row has two bytes at least; nothing is allocated on a claim.
    if count > bytes.len() / 2 {
        return Err(MediaError::Index("more rows than bytes"));
    }
    let mut rest = bytes;
    let rows = take_rows(&mut rest, count, base)?;
    if rest.is_empty() { Ok(rows) } else { Err(MediaError::Index("bytes behind the rows")) }
}

/// Reads `count` rows from the first bytes of a table.
pub(super) fn take_rows(rest: &mut &[u8], count: usize, base: Base) -> Result<Rows, MediaError> {
    const BAD: MediaError = MediaError::Index("a row");
    let mut rows = Vec::with_capacity(count.min(rest.len() / 2));
    let (mut before, mut runs) = (Row::default(), Vec::new());
    for n in 0..count {
        let guess = expected(&before, &runs, base, n == 0);
        let (&flags, tail) = rest.split_first().ok_or(BAD)?;
        *rest = tail;
        if flags & 128 != 0 {
            return Err(MediaError::Index("a row of a later version"));
        }
        let mut row = Row { is_sync: flags & IS_SYNC != 0, is_missing: flags & IS_MISSING != 0, ..guess };
        row.size = u32::try_from(take(rest)?).map_err(|_| BAD)?;
        if flags & HAS_OFFSET != 0 {
            row.offset = guess.offset.checked_add_signed(take_signed(rest)?).ok_or(BAD)?;
        }
        if flags & HAS_TIME != 0 {
            let units = take_signed(rest)?.checked_mul(i64::from(base.step)).ok_or(BAD)?;
            row.pts = guess.pts.checked_add(units).ok_or(BAD)?;
        }
        if flags & HAS_DURATION != 0 {
            let duration = take(rest)?.checked_mul(u64::from(base.step)).ok_or(BAD)?;
            row.duration = u32::try_from(duration).map_err(|_| BAD)?;
        }
        if flags & HAS_CONFIGURATION != 0 {
            row.configuration = u16::try_from(take(rest)?).map_err(|_| BAD)?;
        }
        if flags & HAS_PIECES != 0 {
            row.pieces = take_pieces(rest, &mut runs, row.size)?;
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
    Ok(Rows { rows, runs })
}

/// The runs of one row. Where the last pieces fill places of one length, the last one at the end of its place, as in
/// the packets of a stream, one run says it for all of them, with 0 for how many.
fn put_pieces(out: &mut Vec<u8>, runs: &[Run]) {
    let (before, places) = match places(runs) {
        Some((before, places)) => (before, Some(places)),
        None => (runs, None),
    };
    put(out, (before.len() + usize::from(places.is_some())) as u64);
    for run in before.iter().chain(&places) {
        [run.bytes, run.skip, run.count].into_iter().for_each(|number| put(out, number.into()));
    }
}

/// The runs before those that fill places, and the places: their bytes, what is between them, and 0.
fn places(runs: &[Run]) -> Option<(&[Run], Run)> {
    let (last, before) = runs.split_last()?;
    if last.count > 1 {
        return Some((before, Run { count: 0, ..*last }));
    }
    let (whole, before) = before.split_last()?;
    let lacks = whole.bytes.checked_sub(last.bytes).filter(|lacks| *lacks > 0 && whole.count == 1)?;
    let place = Run { bytes: whole.bytes, skip: whole.skip.checked_sub(lacks)?, count: 0 };
    let others = before.split_last().filter(|(run, _)| (run.bytes, run.skip) == (place.bytes, place.skip));
    Some((others.map_or(before, |(_, others)| others), place))
}

/// The runs that fill places with `left` bytes, more than one place has.
fn fill(place: Run, left: u64) -> Option<Vec<Run>> {
    let bytes = u64::from(place.bytes);
    let whole = u32::try_from(left.checked_sub(1)?.checked_div(bytes)?).ok().filter(|whole| *whole > 0)?;
    let last = u32::try_from(left - u64::from(whole) * bytes).ok()?;
    if last == place.bytes {
        return Some(vec![Run { count: whole.checked_add(1)?, ..place }]);
    }
    let to_last = place.skip.checked_add(place.bytes - last)?;
    let mut runs = vec![
        Run { count: whole - 1, ..place },
        Run { skip: to_last, count: 1, ..place },
        Run { bytes: last, skip: 0, count: 1 },
    ];
    runs.retain(|run| run.count > 0);
    Some(runs)
}

/// The runs of one row, of which a sample of `size` bytes is made.
fn take_pieces(rest: &mut &[u8], runs: &mut Vec<Run>, size: u32) -> Result<Pieces, MediaError> {
    const BAD: MediaError = MediaError::Index("the pieces of a row");
    let (first, before) = (runs.len(), *rest);
    let count = take(rest)?;
    // Each run takes three bytes at least.
    if count == 0 || count > rest.len() as u64 / 3 {
        return Err(BAD);
    }
    for n in 1..=count {
        let mut number = || u32::try_from(take(rest)?).map_err(|_| BAD);
        let run = Run { bytes: number()?, skip: number()?, count: number()? };
        if run.bytes == 0 || (run.count == 0 && n < count) {
            return Err(BAD);
        }
        if run.count > 0 {
            runs.push(run);
            continue;
        }
        let so_far = size_of(runs.get(first..).unwrap_or_default());
        let left = u64::from(size).checked_sub(so_far).ok_or(BAD)?;
        runs.extend(fill(run, left).ok_or(BAD)?);
    }
    let own = runs.get(first..).unwrap_or_default();
    if size_of(own) != u64::from(size) || span_of(own).is_none() {
        return Err(BAD);
    }
    let mut again = Vec::new();
    put_pieces(&mut again, own);
    if before.get(..before.len() - rest.len()) != Some(again.as_slice()) {
        return Err(MediaError::Index("pieces in another form"));
    }
    let number = |n: usize| u32::try_from(n).map_err(|_| BAD);
    Ok(Pieces { first: number(first)?, count: number(own.len())? })
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

//! Everything of an MP4 file that is no sample: `ftyp`, `moov` and the head of `mdat` (ISO/IEC 14496-12 §8).
//!
//! Entry point: [`head`]. Each sample is a chunk, tables come before samples, and times of the parts begin with the
//! first picture. Absent: samples.

use std::iter;

use super::{
    choice::{CutRow, CutSample, CutTrack},
    entry::{closed, full, sound_entry, video_entry},
    order::CutError,
};
use crate::media::{Index, MediaError, Turn, VideoTrack, rescaled};

const TOO_LONG: MediaError = MediaError::Malformed("times of no camera");

/// Everything before the first sample. Its length does not depend on where the samples lie.
pub(super) fn head(parts: &[CutTrack], places: &[CutSample], index: &Index) -> Result<Vec<u8>, CutError> {
    let ftyp = closed(b"ftyp", &[b"isom", &512u32.to_be_bytes(), b"isom", b"mp42"])?;
    let payload: u64 = places.iter().map(|place| u64::from(place.bytes)).sum();
    // The long form of its size, whatever the size is (§4.2.2).
    let mdat = [1u32.to_be_bytes().as_slice(), b"mdat", &(payload + 16).to_be_bytes()].concat();
    let guessed = moov(parts, places, index, 0)?;
    let samples_at = (ftyp.len() + guessed.len() + mdat.len()) as u64;
    Ok([ftyp, moov(parts, places, index, samples_at)?, mdat].concat())
}

/// A track on its way into the tables.
struct MovieTrack<'a> {
    part: &'a CutTrack,
    /// From 1.
    id: u32,
    timescale: u32,
    rows: Vec<CutRow>,
    /// Offset and bytes of each sample.
    places: Vec<(u64, u32)>,
    /// Units of the movie's timescale after its beginning at which it begins, and for which it lasts.
    begins: u64,
    lasts: u64,
}

fn moov(
    parts: &[CutTrack],
    places: &[CutSample],
    index: &Index,
    samples_at: u64,
) -> Result<Vec<u8>, CutError> {
    let timescale = parts.first().map_or(1, |part| part.timescale(index));
    let span = |part: &CutTrack| {
        let (begin, end) = part.span(index);
        let in_movie = |units| rescaled(units, part.timescale(index), timescale);
        (in_movie(begin), in_movie(end))
    };
    let zero = parts.iter().map(|part| span(part).0).min().unwrap_or_default();
    let mut tracks = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        let own = places.iter().filter(|place| place.part == n);
        let (begin, end) = span(part);
        tracks.push(MovieTrack {
            part,
            id: n as u32 + 1,
            timescale: part.timescale(index),
            rows: part.rows(index),
            places: own.map(|place| (samples_at + place.at, place.bytes)).collect(),
            begins: begin.abs_diff(zero),
            lasts: end.abs_diff(begin),
        });
    }
    let duration = tracks.iter().map(|track| track.begins + track.lasts).max().unwrap_or_default();
    let mvhd = full(
        b"mvhd",
        1,
        0,
        &[
            &[0; 16],
            &timescale.to_be_bytes(),
            &duration.to_be_bytes(),
            &[0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &matrix([1, 0, 0, 1], (0, 0)),
            &[0; 24],
            &(tracks.len() as u32 + 1).to_be_bytes(),
        ],
    )?;
    let mut content = mvhd;
    for track in &tracks {
        content.extend(track.trak(index)?);
    }
    Ok(closed(b"moov", &[&content])?)
}

/// A matrix that turns, and shifts what was turned back to where it was (§8.2.2).
fn matrix([a, b, c, d]: [i32; 4], (x, y): (u32, u32)) -> Vec<u8> {
    let cells =
        [a << 16, b << 16, 0, c << 16, d << 16, 0, (x << 16).cast_signed(), (y << 16).cast_signed(), 1 << 30];
    cells.into_iter().flat_map(i32::to_be_bytes).collect()
}

/// The matrix of a turn of a picture of this size.
fn turned(turn: Turn, (width, height): (u32, u32)) -> Vec<u8> {
    let signs = |n: i64| [-1, 0, 1].get(n as usize).copied().unwrap_or_default();
    let all = (0..81i64).map(|n| [signs(n / 27), signs(n / 9 % 3), signs(n / 3 % 3), signs(n % 3)]);
    let upright = [1, 0, 0, 1];
    let cells = iter::once(upright).chain(all).find(|m| Turn::of_matrix(*m) == turn).unwrap_or(upright);
    let back = |first: i64, second: i64| {
        let of = |cell: i64, side: u32| if cell < 0 { side } else { 0 };
        of(first, width) + of(second, height)
    };
    let [a, b, c, d] = cells;
    matrix(cells.map(|cell| cell as i32), (back(a, c), back(b, d)))
}

impl MovieTrack<'_> {
    fn video<'i>(&self, index: &'i Index) -> Option<&'i VideoTrack> {
        index.videos.get(self.part.video?)
    }

    fn trak(&self, index: &Index) -> Result<Vec<u8>, CutError> {
        let video = self.video(index);
        // Of pixels that are not square, the width grows.
        let size = video.map_or((0, 0), |video| {
            let (codec, (h, v)) = (video.codec(), video.codec().pixel_aspect);
            let wide = u64::from(codec.width) * u64::from(h) / u64::from(v.max(1));
            (wide.min(0xFFFF) as u32, codec.height.min(0xFFFF))
        });
        let volume: &[u8] = if video.is_some() { &[0, 0] } else { &[1, 0] };
        let tkhd = full(
            b"tkhd",
            1,
            7,
            &[
                &[0; 16],
                &self.id.to_be_bytes(),
                &[0; 4],
                &(self.begins + self.lasts).to_be_bytes(),
                &[0; 12],
                volume,
                &[0, 0],
                &turned(video.map(|video| video.turn).unwrap_or_default(), size),
                &(size.0 << 16).to_be_bytes(),
                &(size.1 << 16).to_be_bytes(),
            ],
        )?;
        let times = MovieTimes::of(&self.rows)?;
        let elst = self.edits(times.shift)?;
        let mdia = self.mdia(index, &times)?;
        Ok(closed(b"trak", &[&tkhd, &closed(b"edts", &[&elst])?, &mdia])?)
    }

    /// §8.6.6: nothing until it begins, then all of it.
    fn edits(&self, shift: u64) -> Result<Vec<u8>, MediaError> {
        let edit = |units: u64, time: u64| {
            [&units.to_be_bytes(), &time.to_be_bytes(), [0, 1, 0, 0].as_slice()].concat()
        };
        let nothing = edit(self.begins, u64::MAX);
        let all = edit(self.lasts, shift);
        match self.begins {
            0 => full(b"elst", 1, 0, &[&1u32.to_be_bytes(), &all]),
            _ => full(b"elst", 1, 0, &[&2u32.to_be_bytes(), &nothing, &all]),
        }
    }

    fn mdia(&self, index: &Index, times: &MovieTimes) -> Result<Vec<u8>, CutError> {
        let media_units = times.deltas.iter().map(|&delta| u64::from(delta)).sum::<u64>();
        // No language is said (§8.4.2).
        let language = [0x55, 0xC4, 0, 0];
        let mdhd = full(
            b"mdhd",
            1,
            0,
            &[&[0; 16], &self.timescale.to_be_bytes(), &media_units.to_be_bytes(), &language],
        )?;
        let (handler, head) = match self.part.video {
            Some(_) => (b"vide", full(b"vmhd", 0, 1, &[&[0; 8]])?),
            None => (b"soun", full(b"smhd", 0, 0, &[&[0; 4]])?),
        };
        let hdlr = full(b"hdlr", 0, 0, &[&[0; 4], handler, &[0; 13]])?;
        let here = full(b"url ", 0, 1, &[])?;
        let dinf = closed(b"dinf", &[&full(b"dref", 0, 0, &[&1u32.to_be_bytes(), &here])?])?;
        let minf = closed(b"minf", &[&head, &dinf, &self.stbl(index, times)?])?;
        Ok(closed(b"mdia", &[&mdhd, &hdlr, &minf])?)
    }

    fn stbl(&self, index: &Index, times: &MovieTimes) -> Result<Vec<u8>, CutError> {
        let entries = match (self.video(index), &index.audio) {
            (Some(video), _) => {
                video.configurations.iter().map(video_entry).collect::<Result<Vec<_>, _>>()?
            }
            (None, Some(audio)) => vec![sound_entry(audio)?],
            (None, None) => Vec::new(),
        };
        let stsd = full(b"stsd", 0, 0, &[&(entries.len() as u32).to_be_bytes(), &entries.concat()])?;
        let stts = counted(b"stts", 0, &runs(&times.deltas))?;
        let ctts = match times.offsets.iter().all(|&offset| offset == 0) {
            true => Vec::new(),
            false => counted(b"ctts", 0, &runs(&times.offsets))?,
        };
        let syncs = (1u32..).zip(&self.rows).filter(|(_, row)| row.is_sync).map(|(n, _)| [n]);
        let stss = match self.rows.iter().all(|row| row.is_sync) {
            true => Vec::new(),
            false => counted(b"stss", 0, &syncs.collect::<Vec<_>>())?,
        };
        let mut chunks: Vec<[u32; 3]> = Vec::new();
        for (n, row) in (1u32..).zip(&self.rows) {
            let entry = u32::from(row.entry) + 1;
            if chunks.last().is_none_or(|last| last[2] != entry) {
                chunks.push([n, 1, entry]);
            }
        }
        let stsc = counted(b"stsc", 0, &chunks)?;
        let count = (self.places.len() as u32).to_be_bytes();
        let sizes: Vec<u8> = self.places.iter().flat_map(|(_, bytes)| bytes.to_be_bytes()).collect();
        let stsz = full(b"stsz", 0, 0, &[&[0; 4], &count, &sizes])?;
        let offsets: Vec<u8> = self.places.iter().flat_map(|(at, _)| at.to_be_bytes()).collect();
        let co64 = full(b"co64", 0, 0, &[&count, &offsets])?;
        Ok(closed(b"stbl", &[&stsd, &stts, &ctts, &stss, &stsc, &stsz, &co64])?)
    }
}

/// A table of rows behind their number.
fn counted<const N: usize>(kind: &[u8; 4], version: u8, rows: &[[u32; N]]) -> Result<Vec<u8>, MediaError> {
    let bytes: Vec<u8> = rows.iter().flatten().flat_map(|number| number.to_be_bytes()).collect();
    full(kind, version, 0, &[&(rows.len() as u32).to_be_bytes(), &bytes])
}

/// Equal numbers that follow each other: how many, and which.
fn runs(numbers: &[u32]) -> Vec<[u32; 2]> {
    let mut runs: Vec<[u32; 2]> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some([count, same]) if *same == number => *count += 1,
            _ => runs.push([1, number]),
        }
    }
    runs
}

/// Times as the tables say them: samples follow each other in order of decoding, and each is shown some units later
/// (§8.6.1).
struct MovieTimes {
    /// Units from one sample to the next, and what the last one lasts.
    deltas: Vec<u32>,
    /// Units from its turn in order of decoding until it is shown.
    offsets: Vec<u32>,
    /// Units of the media before the first picture is shown.
    shift: u64,
}

impl MovieTimes {
    fn of(rows: &[CutRow]) -> Result<Self, MediaError> {
        let unit = |units: i64| u32::try_from(units).map_err(|_| TOO_LONG);
        // Every picture is decoded when one of them is shown: the n-th when the n-th is shown.
        let mut turns: Vec<i64> = rows.iter().map(|row| row.pts).collect();
        turns.sort_unstable();
        let late = |(row, turn): (&CutRow, &i64)| turn.saturating_sub(row.pts);
        let shift = rows.iter().zip(&turns).map(late).max().unwrap_or_default();
        let mut deltas = Vec::with_capacity(rows.len());
        for pair in turns.windows(2) {
            if let [this, next] = pair {
                deltas.push(unit(next.saturating_sub(*this))?);
            }
        }
        let last = rows.iter().max_by_key(|row| row.pts);
        deltas.extend(last.map(|row| row.duration));
        let offset = |(row, turn): (&CutRow, &i64)| unit(row.pts.saturating_sub(*turn).saturating_add(shift));
        let offsets = rows.iter().zip(&turns).map(offset).collect::<Result<_, _>>()?;
        Ok(Self { deltas, offsets, shift: shift.unsigned_abs() })
    }
}

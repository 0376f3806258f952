//! The sample tables of a track in `moov` (ISO/IEC 14496-12 §8.6, §8.7): the `mp4` crate reads the boxes, checked
//! arithmetic here makes samples of them.
//!
//! Entry point: [`Tables::read`]. Absent: fragments.

use std::io::Cursor;

use mp4::Mp4Reader;

use super::boxes::{Box4, boxed};
use crate::media::{MAX_PICTURES, MediaError};

/// One sample as the tables give it: in decoding order, in media time.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawSample {
    pub offset: u64,
    pub size: u32,
    /// Composition time (§8.6.1.3), before any edit.
    pub time: i64,
    pub duration: u32,
    /// Which sample entry it needs, from 0.
    pub entry: u16,
    pub is_sync: bool,
}

/// Chunks of as many samples under one sample entry (§8.7.4).
struct ChunkRun {
    first: u32,
    samples: u32,
    entry: u16,
}

/// The sample tables of one track, as read. Counts and offsets are still anybody's claim.
pub(super) struct Tables {
    pub count: usize,
    /// Bytes of every sample, or 0 if they differ.
    pub fixed_size: u32,
    sizes: Vec<u32>,
    pub durations: Vec<(u32, u32)>,
    offsets: Vec<(u32, i32)>,
    sync: Option<Vec<u32>>,
    runs: Vec<ChunkRun>,
    chunks: Vec<u64>,
}

impl Tables {
    /// Reads the tables of a `trak`; `moov` is what contains it.
    pub(crate) fn read(moov: &[Box4<'_>], trak: &Box4<'_>) -> Result<Self, MediaError> {
        let skeleton = skeleton(moov, trak)?;
        let file = Mp4Reader::read_header(Cursor::new(&skeleton), skeleton.len() as u64)
            .map_err(|_| MediaError::Malformed("the tables of moov"))?;
        let trak = file.moov.traks.into_iter().next().ok_or(MediaError::Malformed("trak"))?;
        // The crate's own types cannot be named outside it; what is needed is taken over here, once.
        let stbl = trak.mdia.minf.stbl;
        Ok(Self {
            count: stbl.stsz.sample_count as usize,
            fixed_size: stbl.stsz.sample_size,
            sizes: stbl.stsz.sample_sizes,
            durations: stbl.stts.entries.iter().map(|e| (e.sample_count, e.sample_delta)).collect(),
            offsets: stbl
                .ctts
                .iter()
                .flat_map(|t| &t.entries)
                .map(|e| (e.sample_count, e.sample_offset))
                .collect(),
            sync: stbl.stss.map(|stss| stss.entries),
            runs: stbl
                .stsc
                .entries
                .iter()
                .map(|e| ChunkRun {
                    first: e.first_chunk,
                    samples: e.samples_per_chunk,
                    // Counted from 1; some writers say 0.
                    entry: u16::try_from(e.sample_description_index.saturating_sub(1)).unwrap_or_default(),
                })
                .collect(),
            chunks: match (stbl.co64, stbl.stco) {
                (Some(co64), _) => co64.entries,
                (None, Some(stco)) => stco.entries.into_iter().map(u64::from).collect(),
                (None, None) => Vec::new(),
            },
        })
    }

    /// All samples, with presentation times in media time.
    pub(crate) fn samples(&self, clip_bytes: u64) -> Result<Vec<RawSample>, MediaError> {
        const BAD: MediaError = MediaError::Malformed("the sample tables contradict each other");
        if self.count > MAX_PICTURES {
            return Err(MediaError::TooLong(MAX_PICTURES));
        }
        // Before anything is allocated: a table may claim more samples than there are bytes or times for. One time
        // may be missing; the last one is then as long as the one before.
        let timed: u64 = self.durations.iter().map(|&(n, _)| u64::from(n)).sum();
        let fixed = u64::from(self.fixed_size).saturating_mul(self.count as u64);
        if timed + 1 < self.count as u64 || fixed > clip_bytes {
            return Err(BAD);
        }
        let mut durations =
            self.durations.iter().flat_map(|&(n, delta)| std::iter::repeat_n(delta, n as usize));
        let mut offsets =
            self.offsets.iter().flat_map(|&(n, offset)| std::iter::repeat_n(offset, n as usize));
        let mut sync = self.sync.as_ref().map(|sync| sync.iter().copied().peekable());
        let (mut decode_time, mut last) = (0i64, 0);
        let mut out = Vec::new();
        for (number, place) in (1u32..).zip(self.places()) {
            let (offset, size, entry) = place?;
            let duration = durations.next().unwrap_or(last);
            last = duration;
            // A step back of a recorder's clock: the picture takes no time.
            let duration = if duration < 0x8000_0000 { duration } else { 0 };
            let is_sync = sync.as_mut().is_none_or(|sync| {
                while sync.next_if(|&next| next < number).is_some() {}
                sync.peek() == Some(&number)
            });
            let time = decode_time.checked_add(i64::from(offsets.next().unwrap_or(0))).ok_or(BAD)?;
            out.push(RawSample { offset, size, time, duration, entry, is_sync });
            decode_time = decode_time.checked_add(i64::from(duration)).ok_or(BAD)?;
        }
        // One sample too many in the table of sizes is in no chunk.
        if out.len() + 1 >= self.count { Ok(out) } else { Err(BAD) }
    }

    /// Offset, number of samples and sample entry of every chunk (§8.7.4, §8.7.5).
    pub(crate) fn chunk_runs(&self) -> impl Iterator<Item = Result<(u64, u32, u16), MediaError>> + '_ {
        const BAD: MediaError = MediaError::Malformed("the chunk tables contradict each other");
        self.runs.iter().enumerate().flat_map(move |(i, &ChunkRun { first, samples, entry })| {
            let end = self.runs.get(i + 1).map_or(self.chunks.len() + 1, |next| next.first as usize);
            let range = (first as usize).checked_sub(1).zip(end.checked_sub(1));
            let chunks = range.and_then(|(first, end)| self.chunks.get(first..end));
            let bad = chunks.is_none().then_some(Err(BAD));
            bad.into_iter().chain(chunks.unwrap_or_default().iter().map(move |&at| Ok((at, samples, entry))))
        })
    }

    /// Offset, size and sample entry of every sample.
    fn places(&self) -> impl Iterator<Item = Result<(u64, u32, u16), MediaError>> + '_ {
        const BAD: MediaError = MediaError::Malformed("the chunk tables contradict each other");
        let mut runs = self.chunk_runs();
        let (mut offset, mut left, mut entry, mut number) = (0u64, 0, 0, 0);
        std::iter::from_fn(move || {
            if number >= self.count {
                return None;
            }
            while left == 0 {
                match runs.next()? {
                    Ok(run) => (offset, left, entry) = run,
                    Err(error) => return Some(Err(error)),
                }
            }
            let size =
                if self.fixed_size > 0 { Some(self.fixed_size) } else { self.sizes.get(number).copied() };
            (left, number) = (left - 1, number + 1);
            let here = offset;
            Some(size.ok_or(BAD).and_then(|size| {
                offset = offset.checked_add(u64::from(size)).ok_or(BAD)?;
                Ok((here, size, entry))
            }))
        })
    }
}

/// The header boxes that the `mp4` crate is to read, and nothing else. It trusts sizes inside sample entries, `meta`
/// and the like, and loops or aborts on hostile ones; so it only ever sees boxes from this list, with sizes that
/// we wrote.
fn skeleton(moov: &[Box4<'_>], trak: &Box4<'_>) -> Result<Vec<u8>, MediaError> {
    // A data reference «in this file», and a sample entry of a kind that the crate passes over.
    let dref =
        boxed(b"dref", &[[0, 0, 0, 0, 0, 0, 0, 1].as_slice(), &boxed(b"url ", &[0, 0, 0, 1])?].concat())?;
    let stsd = boxed(b"stsd", &[[0, 0, 0, 0, 0, 0, 0, 1].as_slice(), &boxed(b"none", &[0; 8])?].concat())?;
    let copy = |parent: &Box4<'_>, kinds: &[&[u8; 4]]| -> Result<Vec<u8>, MediaError> {
        let mut out = Vec::new();
        for child in parent.children().iter().filter(|child| kinds.contains(&&child.kind)) {
            out.extend_from_slice(&boxed(&child.kind, child.body)?);
        }
        Ok(out)
    };
    let missing = || MediaError::Malformed("a header box is missing");
    let mdia = trak.child(b"mdia").ok_or_else(missing)?;
    let minf = mdia.child(b"minf").ok_or_else(missing)?;
    let stbl = minf.child(b"stbl").ok_or_else(missing)?;
    let mut tables = copy(&stbl, &[b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stco", b"co64"])?;
    if let Some(stz2) = stbl.child(b"stz2") {
        tables.extend_from_slice(&widened(&stz2)?);
    }
    let stbl = boxed(b"stbl", &[stsd, tables].concat())?;
    let minf = boxed(b"minf", &[boxed(b"dinf", &dref)?, stbl].concat())?;
    let mdia = boxed(b"mdia", &[copy(&mdia, &[b"mdhd", b"hdlr"])?, minf].concat())?;
    let trak = boxed(b"trak", &[copy(trak, &[b"tkhd"])?, mdia].concat())?;
    let mvhd = moov.iter().find(|b| b.kind == *b"mvhd").ok_or_else(missing)?;
    let moov = boxed(b"moov", &[boxed(b"mvhd", mvhd.body)?, trak].concat())?;
    Ok([boxed(b"ftyp", b"isom\0\0\0\0isom")?, moov].concat())
}

/// `stz2` (§8.7.3.3), which the crate does not know, as the `stsz` that says the same.
fn widened(stz2: &Box4<'_>) -> Result<Vec<u8>, MediaError> {
    const BAD: MediaError = MediaError::Malformed("stz2");
    let (head, table) = stz2.body.split_at_checked(12).ok_or(BAD)?;
    let (bits, count) = (head[7], u32::from_be_bytes([head[8], head[9], head[10], head[11]]));
    let sizes: Vec<u32> = match bits {
        4 => table.iter().flat_map(|byte| [u32::from(byte >> 4), u32::from(byte & 15)]).collect(),
        8 => table.iter().copied().map(u32::from).collect(),
        16 => table.chunks_exact(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).collect(),
        _ => return Err(BAD),
    };
    let sizes = sizes.get(..count as usize).ok_or(BAD)?;
    let mut body = vec![0; 8];
    body.extend_from_slice(&count.to_be_bytes());
    sizes.iter().for_each(|size| body.extend_from_slice(&size.to_be_bytes()));
    boxed(b"stsz", &body)
}

//! The sample index of a clip's picture track, in the track's own timescale (ISO/IEC 14496-12 §8.6, §8.7).
//!
//! Entry point: [`Index::read`]. Only top-level box headers and `moov` are read, never the media.

use std::io::Cursor;

use mp4::Mp4Reader;

use super::{
    MediaError,
    boxes::{Box4, BoxHeader, boxed},
    codec::Codec,
};

/// Nine hours at 120 pictures a second; also bounds what a hostile table can make us allocate.
const MAX_SAMPLES: usize = 4_000_000;
/// `moov` of 4 million samples is about 80 MB; cameras write far less.
const MAX_MOOV_BYTES: u64 = 128 << 20;
/// A file has a handful of top-level boxes; fragmented ones, which have many, are refused early.
const MAX_TOP_LEVEL: usize = 100_000;

/// One coded picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Offset in the clip.
    pub offset: u64,
    /// Bytes.
    pub size: u32,
    /// Presentation time in timescale units, from the start of the presentation.
    pub pts: i64,
    /// Duration in timescale units.
    pub duration: u32,
    /// Whether decoding can start here.
    pub is_sync: bool,
}

/// The picture track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoTrack {
    /// For the decoder.
    pub codec: Codec,
    /// Units per second.
    pub timescale: u32,
    /// Clockwise rotation for display: 0, 90, 180 or 270 degrees.
    pub rotation: u16,
    /// In decoding order.
    pub samples: Vec<Sample>,
}

/// What is in a clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The first picture track.
    pub video: VideoTrack,
}

impl Index {
    /// Reads the index of a clip of `len` bytes. `read(offset, n)` gives exactly `n` bytes, or fails.
    pub fn read<E: From<MediaError>>(
        len: u64,
        mut read: impl FnMut(u64, usize) -> Result<Vec<u8>, E>,
    ) -> Result<Self, E> {
        let mut at = 0;
        let (mut ftyp, mut moov) = (false, None);
        for _ in 0..MAX_TOP_LEVEL {
            if at >= len {
                break;
            }
            let head = read(at, (len - at).min(16) as usize)?;
            // Recorders leave cut-off boxes and zero padding behind a complete moov.
            let header = match BoxHeader::read(&head, len - at) {
                Ok(header) => header,
                Err(_) if moov.is_some() => break,
                Err(error) => return Err(error.into()),
            };
            match &header.kind {
                b"ftyp" => ftyp = true,
                b"moov" if moov.is_none() => moov = Some((at, header.size)),
                b"moof" => return Err(MediaError::Fragmented.into()),
                _ => {}
            }
            at += header.size;
        }
        if !ftyp {
            return Err(MediaError::Malformed("ftyp is missing").into());
        }
        let (moov_at, moov_len) = moov.ok_or(MediaError::Malformed("moov is missing"))?;
        if moov_len > MAX_MOOV_BYTES {
            return Err(MediaError::Malformed("moov is too large").into());
        }
        Ok(Self::parse(&read(moov_at, moov_len as usize)?, len)?)
    }

    fn parse(moov: &[u8], clip_bytes: u64) -> Result<Self, MediaError> {
        let top = Box4::split(moov)?;
        let moov = top.iter().find(|b| b.kind == *b"moov").ok_or(MediaError::Malformed("moov"))?;
        let children = moov.children()?;
        if children.iter().any(|b| b.kind == *b"mvex") {
            return Err(MediaError::Fragmented);
        }
        let is_video = |trak: &&Box4<'_>| {
            let handler = trak.at(&[b"mdia", b"hdlr"]).and_then(|hdlr| hdlr.body.get(8..12));
            trak.kind == *b"trak" && handler == Some(b"vide")
        };
        let trak = children.iter().find(is_video).ok_or(MediaError::NoVideo)?;
        // Our own walk finds the codec, so that an unknown one is named and not called damage.
        let stsd =
            trak.at(&[b"mdia", b"minf", b"stbl", b"stsd"]).ok_or(MediaError::Malformed("stsd is missing"))?;
        let codec = Codec::from_stsd(&stsd)?;
        let skeleton = skeleton(&children, trak)?;
        let file = Mp4Reader::read_header(Cursor::new(&skeleton), skeleton.len() as u64)
            .map_err(|_| MediaError::Malformed("the tables of moov"))?;
        let trak = file.moov.traks.first().ok_or(MediaError::Malformed("trak"))?;
        let timescale = trak.mdia.mdhd.timescale;
        if timescale == 0 {
            return Err(MediaError::Malformed("the timescale is zero"));
        }
        // The crate's own types cannot be named outside it; what is needed is taken over here, once.
        let stbl = &trak.mdia.minf.stbl;
        let tables = Tables {
            count: stbl.stsz.sample_count as usize,
            fixed_size: stbl.stsz.sample_size,
            sizes: &stbl.stsz.sample_sizes,
            durations: stbl.stts.entries.iter().map(|e| (e.sample_count, e.sample_delta)).collect(),
            offsets: stbl
                .ctts
                .iter()
                .flat_map(|t| &t.entries)
                .map(|e| (e.sample_count, e.sample_offset))
                .collect(),
            sync: stbl.stss.as_ref().map(|stss| stss.entries.as_slice()),
            runs: stbl.stsc.entries.iter().map(|e| (e.first_chunk, e.samples_per_chunk)).collect(),
            chunks: match (&stbl.co64, &stbl.stco) {
                (Some(co64), _) => co64.entries.clone(),
                (None, Some(stco)) => stco.entries.iter().copied().map(u64::from).collect(),
                (None, None) => Vec::new(),
            },
            edits: trak
                .edts
                .iter()
                .filter_map(|edts| edts.elst.as_ref())
                .flat_map(|elst| elst.entries.iter().map(|e| e.media_time))
                .collect(),
        };
        let matrix = &trak.tkhd.matrix;
        let rotation = match (matrix.a.signum(), matrix.b.signum(), matrix.c.signum(), matrix.d.signum()) {
            (0, 1, -1, 0) => 90,
            (-1, 0, 0, -1) => 180,
            (0, -1, 1, 0) => 270,
            _ => 0,
        };
        Ok(Self { video: VideoTrack { codec, timescale, rotation, samples: tables.samples(clip_bytes)? } })
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
        for child in parent.children()?.iter().filter(|child| kinds.contains(&&child.kind)) {
            out.extend_from_slice(&boxed(&child.kind, child.body)?);
        }
        Ok(out)
    };
    let missing = || MediaError::Malformed("a header box is missing");
    let mdia = trak.child(b"mdia").ok_or_else(missing)?;
    let minf = mdia.child(b"minf").ok_or_else(missing)?;
    let stbl = minf.child(b"stbl").ok_or_else(missing)?;
    let tables = copy(&stbl, &[b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stco", b"co64"])?;
    let stbl = boxed(b"stbl", &[stsd, tables].concat())?;
    let minf = boxed(b"minf", &[copy(&minf, &[b"vmhd"])?, boxed(b"dinf", &dref)?, stbl].concat())?;
    let mdia = boxed(b"mdia", &[copy(&mdia, &[b"mdhd", b"hdlr"])?, minf].concat())?;
    let edts = match trak.child(b"edts") {
        Some(edts) => boxed(b"edts", &copy(&edts, &[b"elst"])?)?,
        None => Vec::new(),
    };
    let trak = boxed(b"trak", &[copy(trak, &[b"tkhd"])?, edts, mdia].concat())?;
    let mvhd = moov.iter().find(|b| b.kind == *b"mvhd").ok_or_else(missing)?;
    let moov = boxed(b"moov", &[boxed(b"mvhd", mvhd.body)?, trak].concat())?;
    Ok([boxed(b"ftyp", b"isom\0\0\0\0isom")?, moov].concat())
}

/// The sample tables of one track, as read. Counts and offsets are still anybody's claim.
struct Tables<'a> {
    count: usize,
    fixed_size: u32,
    sizes: &'a [u32],
    durations: Vec<(u32, u32)>,
    offsets: Vec<(u32, i32)>,
    sync: Option<&'a [u32]>,
    runs: Vec<(u32, u32)>,
    chunks: Vec<u64>,
    edits: Vec<u64>,
}

impl Tables<'_> {
    fn samples(&self, clip_bytes: u64) -> Result<Vec<Sample>, MediaError> {
        const BAD: MediaError = MediaError::Malformed("the sample tables contradict each other");
        if self.count == 0 {
            return Err(MediaError::NoVideo);
        }
        if self.count > MAX_SAMPLES {
            return Err(MediaError::TooLong(MAX_SAMPLES));
        }
        let shift = self.presentation_shift();
        let mut durations =
            self.durations.iter().flat_map(|&(n, delta)| std::iter::repeat_n(delta, n as usize));
        let mut offsets =
            self.offsets.iter().flat_map(|&(n, offset)| std::iter::repeat_n(offset, n as usize));
        let mut sync = self.sync.map(|sync| sync.iter().copied().peekable());
        let mut dts = 0i64;
        let mut out = Vec::new();
        for (number, (offset, size)) in (1u32..).zip(self.places()?) {
            let duration = durations.next().ok_or(BAD)?;
            if offset.checked_add(u64::from(size)).is_none_or(|end| end > clip_bytes) {
                return Err(MediaError::Malformed("a picture lies outside the file"));
            }
            let is_sync = sync.as_mut().is_none_or(|sync| {
                while sync.next_if(|&next| next < number).is_some() {}
                sync.peek() == Some(&number)
            });
            let cts = dts.checked_add(i64::from(offsets.next().unwrap_or(0))).ok_or(BAD)?;
            out.push(Sample { offset, size, pts: cts.checked_sub(shift).ok_or(BAD)?, duration, is_sync });
            dts = dts.checked_add(i64::from(duration)).ok_or(BAD)?;
        }
        Ok(out)
    }

    /// The media time at which the presentation starts: the first edit that shows something (§8.6.6). The crate
    /// reads the signed −1 of an empty edit as an unsigned number, 32 or 64 bits wide.
    fn presentation_shift(&self) -> i64 {
        let shows = |time: &&u64| **time != u64::MAX && **time != u64::from(u32::MAX);
        self.edits.iter().find(shows).and_then(|&time| i64::try_from(time).ok()).unwrap_or(0)
    }

    /// Offset and size of every sample, from `stsc`, `stco`/`co64` and `stsz` (§8.7).
    fn places(&self) -> Result<Vec<(u64, u32)>, MediaError> {
        const BAD: MediaError = MediaError::Malformed("the chunk tables contradict each other");
        let size_of = |sample: usize| {
            if self.fixed_size > 0 { Some(self.fixed_size) } else { self.sizes.get(sample).copied() }
        };
        let mut places = Vec::new();
        for (i, &(first, per_chunk)) in self.runs.iter().enumerate() {
            let first = (first as usize).checked_sub(1).ok_or(BAD)?;
            let end = match self.runs.get(i + 1) {
                Some(&(next, _)) => (next as usize).checked_sub(1).ok_or(BAD)?,
                None => self.chunks.len(),
            };
            for &start in self.chunks.get(first..end).ok_or(BAD)? {
                let mut offset = start;
                for _ in 0..per_chunk {
                    if places.len() == self.count {
                        return Ok(places);
                    }
                    let size = size_of(places.len()).ok_or(BAD)?;
                    places.push((offset, size));
                    offset = offset.checked_add(u64::from(size)).ok_or(BAD)?;
                }
            }
        }
        if places.len() == self.count { Ok(places) } else { Err(BAD) }
    }
}

impl VideoTrack {
    /// Presentation time of a sample in microseconds.
    pub fn micros(&self, units: i64) -> i64 {
        (i128::from(units) * 1_000_000 / i128::from(self.timescale)) as i64
    }

    /// End of the last picture in microseconds.
    pub fn duration_micros(&self) -> i64 {
        let end = self.samples.iter().map(|s| s.pts.saturating_add(i64::from(s.duration))).max();
        self.micros(end.unwrap_or(0))
    }

    /// Index (in decoding order) of the picture shown at a time: the latest one that has begun.
    pub fn sample_at(&self, micros: i64) -> usize {
        let begun = self.samples.iter().enumerate().filter(|(_, s)| self.micros(s.pts) <= micros);
        let first = || self.samples.iter().enumerate().min_by_key(|(_, s)| s.pts);
        begun.max_by_key(|(_, s)| s.pts).or_else(first).map_or(0, |(i, _)| i)
    }

    /// The sync sample at or before a sample: where decoding has to start.
    pub fn sync_before(&self, index: usize) -> usize {
        let up_to = self.samples.get(..=index).unwrap_or(&self.samples);
        up_to.iter().rposition(|s| s.is_sync).unwrap_or(0)
    }
}

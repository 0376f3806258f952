//! Movie fragments (ISO/IEC 14496-12 §8.8): the samples that `moof` boxes describe.
//!
//! Entry point: [`fragment_samples`]. Absent: `mfra` and `sidx`, which only repeat where fragments are.

use super::{boxes::Box4, scan::Fragment, tables::RawSample};
use crate::media::{MAX_PICTURES, MediaError};

const BAD: MediaError = MediaError::Malformed("a movie fragment contradicts itself");
const IS_NON_SYNC: u32 = 0x1_0000;

/// Big-endian fields, one after the other; every read is checked.
struct RunFields<'a>(&'a [u8]);

impl RunFields<'_> {
    fn u32(&mut self) -> Result<u32, MediaError> {
        let (head, rest) = self.0.split_first_chunk::<4>().ok_or(BAD)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*head))
    }
    fn u64(&mut self) -> Result<u64, MediaError> {
        Ok(u64::from(self.u32()?) << 32 | u64::from(self.u32()?))
    }
    fn u32_if(&mut self, present: bool, otherwise: u32) -> Result<u32, MediaError> {
        if present { self.u32() } else { Ok(otherwise) }
    }
    /// Version and flags of a full box.
    fn version_flags(&mut self) -> Result<(u8, u32), MediaError> {
        let word = self.u32()?;
        Ok(((word >> 24) as u8, word & 0xff_ffff))
    }
}

/// What a sample has unless its run says otherwise.
#[derive(Clone, Copy)]
struct Defaults {
    description: u32,
    duration: u32,
    size: u32,
    flags: u32,
}

impl Defaults {
    /// The sample entry, from 0; they are counted from 1, and some writers say 0.
    fn entry(&self) -> u16 {
        u16::try_from(self.description.saturating_sub(1)).unwrap_or_default()
    }
}

/// The defaults of a track (`trex`, §8.8.3).
fn track_defaults(moov: &[Box4<'_>], track_id: u32) -> Result<Option<Defaults>, MediaError> {
    let Some(mvex) = moov.iter().find(|b| b.kind == *b"mvex") else { return Ok(None) };
    for trex in mvex.children().iter().filter(|b| b.kind == *b"trex") {
        let mut fields = RunFields(trex.body);
        fields.version_flags()?;
        if fields.u32()? == track_id {
            let (description, duration) = (fields.u32()?, fields.u32()?);
            return Ok(Some(Defaults { description, duration, size: fields.u32()?, flags: fields.u32()? }));
        }
    }
    Ok(None)
}

/// Adds the samples of one track in all fragments, in decoding order, behind `samples` of `moov` itself; the track is
/// told by its number and timescale. A fragment that contradicts itself is passed over; gives how many there are.
pub(super) fn fragment_samples(
    moov: &[Box4<'_>],
    fragments: &[Fragment],
    (track_id, timescale): (u32, u32),
    clip_bytes: u64,
    samples: &mut Vec<RawSample>,
) -> Result<u64, MediaError> {
    let Some(defaults) = track_defaults(moov, track_id)? else { return Ok(0) };
    let spent = |s: &RawSample| s.time.saturating_add(i64::from(s.duration));
    let decode_time = samples.iter().map(spent).max().unwrap_or(0);
    let mut track = FragmentTrack { id: track_id, timescale, defaults, clip_bytes, decode_time, join: 0 };
    let mut broken = 0;
    for fragment in fragments {
        match track.add(fragment, samples) {
            Ok(is_whole) => broken += u64::from(!is_whole),
            Err(error @ MediaError::TooLong(_)) => return Err(error),
            Err(_) => broken += 1,
        }
    }
    Ok(broken)
}

/// A track whose fragments are read one after the other.
struct FragmentTrack {
    id: u32,
    timescale: u32,
    defaults: Defaults,
    clip_bytes: u64,
    decode_time: i64,
    /// Added to times that begin anew: a recording that somebody put behind another.
    join: i64,
}

impl FragmentTrack {
    /// Adds what a fragment says; says whether all of it could be read.
    fn add(&mut self, fragment: &Fragment, samples: &mut Vec<RawSample>) -> Result<bool, MediaError> {
        let top = Box4::split(&fragment.moof);
        let moof = top.first().ok_or(BAD)?;
        // Where data goes on that says nothing about its place: behind the data of the run before (§8.8.7).
        let mut data_end = fragment.at;
        for traf in moof.children().iter().filter(|b| b.kind == *b"traf") {
            let children = traf.children();
            let tfhd = children.iter().find(|b| b.kind == *b"tfhd").ok_or(BAD)?;
            let mut fields = RunFields(tfhd.body);
            let (_, flags) = fields.version_flags()?;
            let ours = fields.u32()? == self.id;
            let base = match (flags & 1 != 0, flags & 0x2_0000 != 0) {
                (true, _) => fields.u64()?,
                (false, true) => fragment.at,
                (false, false) => data_end,
            };
            let defaults = Defaults {
                description: fields.u32_if(flags & 2 != 0, self.defaults.description)?,
                duration: fields.u32_if(flags & 8 != 0, self.defaults.duration)?,
                size: fields.u32_if(flags & 0x10 != 0, self.defaults.size)?,
                flags: fields.u32_if(flags & 0x20 != 0, self.defaults.flags)?,
            };
            if let Some(tfdt) = children.iter().find(|b| ours && b.kind == *b"tfdt") {
                self.set_time(tfdt)?;
            }
            data_end = base;
            for trun in children.iter().filter(|b| b.kind == *b"trun") {
                let run = Run { base, start: data_end, defaults, clip_bytes: self.clip_bytes };
                data_end = run.read(trun, &mut self.decode_time, ours.then_some(&mut *samples))?;
            }
        }
        Ok(moof.junk() == 0)
    }

    /// baseMediaDecodeTime (§8.8.12). Times that go back by more than a second begin anew: what follows goes on
    /// behind what was.
    fn set_time(&mut self, tfdt: &Box4<'_>) -> Result<(), MediaError> {
        let mut fields = RunFields(tfdt.body);
        let (version, _) = fields.version_flags()?;
        let time = if version == 0 { u64::from(fields.u32()?) } else { fields.u64()? };
        let time = i64::try_from(time).map_err(|_| BAD)?;
        if time.checked_add(self.join).ok_or(BAD)? < self.decode_time - i64::from(self.timescale) {
            self.join = self.decode_time - time;
        }
        self.decode_time = time.checked_add(self.join).ok_or(BAD)?;
        Ok(())
    }
}

/// sample_composition_time_offset (§8.8.8.2): version 1 is signed; writers of version 0 put negative numbers
/// there all the same.
fn composition_offset(version: u8, offset: u32) -> i64 {
    if version == 0 && offset < 0x8000_0000 { i64::from(offset) } else { i64::from(offset.cast_signed()) }
}

/// One `trun` (§8.8.8).
struct Run {
    base: u64,
    /// Where its data begins if it does not say.
    start: u64,
    defaults: Defaults,
    clip_bytes: u64,
}

impl Run {
    /// Appends its samples, if there is where; gives the end of its data.
    fn read(
        &self,
        trun: &Box4<'_>,
        decode_time: &mut i64,
        mut out: Option<&mut Vec<RawSample>>,
    ) -> Result<u64, MediaError> {
        let mut fields = RunFields(trun.body);
        let (version, flags) = fields.version_flags()?;
        let count = fields.u32()?;
        let mut offset = match flags & 1 != 0 {
            true => self.base.checked_add_signed(i64::from(fields.u32()?.cast_signed())).ok_or(BAD)?,
            false => self.start,
        };
        let first_flags = if flags & 4 != 0 { Some(fields.u32()?) } else { None };
        // A run whose samples have no fields of their own costs no bytes, so its count has no natural limit.
        let per_sample = 4 * (flags >> 8 & 15).count_ones();
        let fits = if per_sample == 0 { MAX_PICTURES } else { fields.0.len() / per_sample as usize };
        if count as usize > fits {
            return Err(BAD);
        }
        if per_sample == 0 {
            // These samples cost no bytes of the table; so the file must have their data.
            let bytes = u64::from(self.defaults.size) * u64::from(count);
            if out.is_none() {
                return offset.checked_add(bytes).ok_or(BAD);
            }
            if bytes < u64::from(count) || bytes > self.clip_bytes {
                return Err(BAD);
            }
        }
        for number in 0..count {
            let duration = fields.u32_if(flags & 0x100 != 0, self.defaults.duration)?;
            let size = fields.u32_if(flags & 0x200 != 0, self.defaults.size)?;
            let own_flags = fields.u32_if(flags & 0x400 != 0, self.defaults.flags)?;
            let shift = composition_offset(version, fields.u32_if(flags & 0x800 != 0, 0)?);
            let sample_flags = if number == 0 { first_flags.unwrap_or(own_flags) } else { own_flags };
            let end = offset.checked_add(u64::from(size)).ok_or(BAD)?;
            if let Some(out) = out.as_mut() {
                if out.len() == MAX_PICTURES {
                    return Err(MediaError::TooLong(MAX_PICTURES));
                }
                let time = decode_time.checked_add(shift).ok_or(BAD)?;
                // A recorder that takes a step back writes it as a number below 0: the picture takes no time.
                let duration = if duration < 0x8000_0000 { duration } else { 0 };
                let entry = self.defaults.entry();
                out.push(RawSample {
                    offset,
                    size,
                    time,
                    duration,
                    entry,
                    is_sync: sample_flags & IS_NON_SYNC == 0,
                });
                *decode_time = decode_time.checked_add(i64::from(duration)).ok_or(BAD)?;
            }
            offset = end;
        }
        Ok(offset)
    }
}

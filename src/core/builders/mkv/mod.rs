//! Matroska and WebM (RFC 9559), also files that were not closed: sizes may be unknown, and the file may end anywhere.
//!
//! Entry point: [`Mkv`]. Clusters are read one behind another; cues and seek heads are not used. `ebml` reads elements,
//! `tracks` what is described, `frames` makes tracks, `search` finds where a damaged file goes on. Recordings may stand
//! one behind another. Absent: compressed and encrypted frames.

use std::collections::BTreeMap;

use super::{Builder, Footage, keep, probe::probe};
use crate::{
    media::{Family, Index, MAX_PICTURES, MediaError, Unused, gcd},
    text::Timestamp,
};

mod blocks;
mod ebml;
mod frames;
mod names;
mod search;
mod tracks;

use blocks::{Block, laces};
use ebml::{Element, HEAD_BYTES, children, unsigned};
use frames::MkvTrack;
use names::{BLOCK_GROUP, CLUSTER, CLUSTER_TIME, EBML, INFO, SEGMENT, SIMPLE_BLOCK, TRACKS, is_known};
use search::{follows, next_element};
use tracks::TrackEntry;

/// What is read whole is short.
const MAX_WHOLE: u64 = 16 << 20;
/// Bytes of a block that are looked at.
const BLOCK_HEAD: u64 = 512;
/// Bytes in which the sizes of all frames of a block are.
const MAX_BLOCK_HEAD: u64 = 1 << 16;
/// Nanoseconds of a unit, if the file does not say.
const USUAL_SCALE: u64 = 1_000_000;
const SECONDS_TO_2001: i64 = 978_307_200;

/// Matroska and WebM.
pub(super) struct Mkv;

impl Builder for Mkv {
    fn format(&self) -> &'static str {
        "mkv"
    }

    fn fits(&self, head: &[u8]) -> bool {
        head.starts_with(&EBML.to_be_bytes())
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let mut file = MkvFile { scale: USUAL_SCALE, timescale: 1000, shift: Some(0), ..MkvFile::default() };
        file.walk(footage)?;
        file.index(footage, self.format())
    }
}

#[derive(Default)]
struct MkvFile {
    /// Nanoseconds of a unit of the recording that is gone through.
    scale: u64,
    /// Units of a second of what is made.
    timescale: u32,
    created: Option<Timestamp>,
    order: Vec<u64>,
    tracks: BTreeMap<u64, MkvTrack>,
    cluster: i64,
    /// Up to where blocks are of the cluster that is gone through, where it says its size.
    cluster_end: u64,
    /// What is added to times of this recording, which is not known before its first frame.
    shift: Option<i64>,
    joins: u32,
    /// Bytes that are of no element.
    lost: u64,
    cut_off: bool,
}

impl MkvFile {
    /// Goes through all elements. Those that hold others are gone into, so that an unknown size does no harm.
    fn walk(&mut self, footage: &mut Footage<'_>) -> Result<(), MediaError> {
        let (mut at, len) = (0u64, footage.len());
        while at < len {
            footage.came_to(at)?;
            let head = footage.read(at, (len - at).min(HEAD_BYTES as u64) as usize)?;
            at = match self.element(footage, at, &head)? {
                Some(next) => next,
                None => match next_element(footage, at + 1, self.cluster_end)? {
                    Some(next) => {
                        self.lost += next - at;
                        next
                    }
                    None => {
                        self.cut_off |= head.iter().any(|&byte| byte != 0);
                        return Ok(());
                    }
                },
            };
        }
        Ok(())
    }

    /// Takes the element that begins at `at`; gives where the next one does, or nothing if this is none.
    fn element(&mut self, footage: &Footage<'_>, at: u64, head: &[u8]) -> Result<Option<u64>, MediaError> {
        let Some(element) = Element::read(head) else { return Ok(None) };
        let body = at + element.head as u64;
        let end = element.size.and_then(|size| body.checked_add(size));
        match element.id {
            SEGMENT => return Ok(Some(body)),
            CLUSTER => {
                self.cluster_end = end.unwrap_or_default().min(footage.len());
                return Ok(Some(body));
            }
            EBML => self.begin_recording(),
            _ => {}
        }
        let (Some(size), Some(end)) = (element.size, end.filter(|end| *end <= footage.len())) else {
            return Ok(None);
        };
        if !is_known(element.id) && !follows(footage, end)? {
            return Ok(None);
        }
        self.take(footage, element.id, body, size)?;
        Ok(Some(end))
    }

    /// Another recording may begin behind one that is over; where its times begin anew, they go on behind.
    fn begin_recording(&mut self) {
        self.cluster_end = 0;
        if self.tracks.values().any(|track| track.frames() > 0) {
            self.shift = None;
            self.joins += 1;
            self.scale = USUAL_SCALE;
        }
    }

    /// The time of a frame, in units of what is made.
    fn time(&mut self, block: i16) -> i64 {
        let units = self.cluster.saturating_add(i64::from(block));
        let time = self.in_units(i128::from(units) * i128::from(self.scale));
        let ends = || self.tracks.values().filter_map(MkvTrack::end).max();
        let shift = self.shift.or_else(|| match ends() {
            Some((last, step)) if time <= last => Some(last + step - time),
            _ => Some(0),
        });
        self.shift = shift;
        time.saturating_add(shift.unwrap_or_default())
    }

    fn in_units(&self, nanos: i128) -> i64 {
        i64::try_from(nanos * i128::from(self.timescale) / 1_000_000_000).unwrap_or_default()
    }

    fn take(&mut self, footage: &Footage<'_>, id: u32, at: u64, size: u64) -> Result<(), MediaError> {
        let whole = || footage.read(at, size.min(MAX_WHOLE) as usize);
        match id {
            INFO => self.take_info(&whole()?),
            TRACKS => {
                for (_, body) in children(&whole()?).filter(|(id, _)| *id == 0xAE) {
                    let entry = TrackEntry::read(body);
                    if !self.tracks.contains_key(&entry.number) {
                        self.order.push(entry.number);
                    }
                    self.tracks.entry(entry.number).or_default().describe(entry);
                }
            }
            CLUSTER_TIME => self.cluster = i64::try_from(unsigned(&whole()?)).unwrap_or_default(),
            SIMPLE_BLOCK => self.take_block(footage, at, size, None)?,
            BLOCK_GROUP => self.take_group(footage, at, size)?,
            _ => {}
        }
        Ok(())
    }

    fn take_info(&mut self, body: &[u8]) {
        for (id, body) in children(body) {
            match id {
                0x2A_D7B1 => self.scale = unsigned(body).clamp(1, 1_000_000_000),
                // Nanoseconds since 2001 (RFC 9559 §5.1.2.11).
                0x4461 => {
                    let nanos = unsigned(body).cast_signed();
                    let made = Timestamp::from_unix_secs(SECONDS_TO_2001 + nanos / 1_000_000_000);
                    self.created.get_or_insert(made);
                }
                _ => {}
            }
        }
        if self.joins == 0 {
            // So that each of its units is a whole number of those, or a microsecond at most is lost.
            self.timescale = (1_000_000_000 / gcd(1_000_000_000, self.scale)).min(1_000_000) as u32;
        }
    }

    /// A BlockGroup: a block, and beside it whether it needs others.
    fn take_group(&mut self, footage: &Footage<'_>, at: u64, size: u64) -> Result<(), MediaError> {
        let (mut here, end) = (at, at + size);
        let (mut block, mut needs_others) = (None, false);
        while here < end {
            let head = footage.read(here, (end - here).min(HEAD_BYTES as u64) as usize)?;
            let Some((element, size)) =
                Element::read(&head).and_then(|element| Some((element, element.size?)))
            else {
                break;
            };
            let body = here + element.head as u64;
            match element.id {
                0xA1 => block = Some((body, size)),
                0xFB => needs_others = true,
                _ => {}
            }
            here = body.saturating_add(size);
        }
        match block.filter(|(body, size)| body.saturating_add(*size) <= end) {
            Some((body, size)) => self.take_block(footage, body, size, Some(!needs_others)),
            None => Ok(()),
        }
    }

    fn take_block(
        &mut self,
        footage: &Footage<'_>,
        at: u64,
        size: u64,
        is_key: Option<bool>,
    ) -> Result<(), MediaError> {
        let mut head = footage.read(at, size.min(BLOCK_HEAD) as usize)?;
        let Some(block) = Block::read(&head) else { return Ok(()) };
        if !self.tracks.contains_key(&block.track) {
            return Ok(());
        }
        let mut found = laces(&block, &head, size);
        if found.is_none() && size > BLOCK_HEAD {
            // Many sizes of large frames.
            head = footage.read(at, size.min(MAX_BLOCK_HEAD) as usize)?;
            found = laces(&block, &head, size);
        }
        let time = self.time(block.time);
        let nanos = self.tracks.get(&block.track).map_or(0, MkvTrack::frame_nanos);
        let (is_key, mut offset) = (is_key.unwrap_or(block.is_key), at + block.head as u64);
        let Some(found) = found else {
            self.lost += size;
            return Ok(());
        };
        for (number, (skip, size)) in found.into_iter().enumerate() {
            offset += skip;
            let time = time.saturating_add(self.in_units(i128::from(nanos) * number as i128));
            let Some(track) = self.tracks.get_mut(&block.track) else { return Ok(()) };
            if track.frames() == MAX_PICTURES {
                return Err(MediaError::TooLong(MAX_PICTURES));
            }
            let beginning = head.get((offset - at) as usize..).unwrap_or_default();
            track.add((offset, size), time, is_key, beginning);
            offset += u64::from(size);
        }
        Ok(())
    }

    fn index(mut self, footage: &mut Footage<'_>, format: &str) -> Result<Index, MediaError> {
        let mut index =
            Index { cut_off: self.cut_off, created: self.created, ..Index::empty(format, footage.len()) };
        let timescale = self.timescale;
        let mut refused = None;
        for number in std::mem::take(&mut self.order) {
            let Some(track) = self.tracks.remove(&number) else { continue };
            let Some(entry) = track.entry().cloned() else { continue };
            let made = if entry.is_encoded { Err("compressed or encrypted".to_owned()) } else { Ok(track) };
            match entry.kind {
                1 => match made.and_then(|track| track.video(timescale)) {
                    Ok((video, _)) if video.samples.is_empty() => {}
                    Ok((mut video, left_out)) => {
                        other_kind(&mut index, "pictures", left_out);
                        let probed = match video.codec().family() {
                            Family::Avc | Family::Hevc => probe(footage, &mut video),
                            _ => Ok(()),
                        };
                        match probed {
                            Err(error @ (MediaError::Read(_) | MediaError::Stopped)) => return Err(error),
                            probed => keep(&mut index, &mut refused, probed.map(|()| video)),
                        }
                    }
                    Err(name) => {
                        index.unused.push(Unused::new("pictures", &name));
                        refused.get_or_insert(MediaError::Codec(name));
                    }
                },
                2 if index.audio.is_none() => match made.and_then(|track| track.audio(timescale)) {
                    Ok((audio, left_out)) => {
                        other_kind(&mut index, "sound", left_out);
                        index.audio = Some(audio);
                    }
                    Err(name) => index.unused.push(Unused::new("sound", &name)),
                },
                2 => index.unused.push(Unused::new("sound", "a further track")),
                _ => index.unused.push(Unused::new("track", &entry.codec_id)),
            }
        }
        if self.lost > 0 {
            index.unused.push(Unused::new("bytes", &format!("{} in no element", self.lost)));
        }
        if self.joins > 0 {
            index.unused.push(Unused::new("joins", &self.joins.to_string()));
        }
        match index.videos.is_empty() {
            true => Err(refused.unwrap_or(MediaError::NoVideo)),
            false => Ok(index),
        }
    }
}

/// Says what of recordings further on is not coded as the first one is.
fn other_kind(index: &mut Index, what: &str, left_out: usize) {
    if left_out > 0 {
        index.unused.push(Unused::new(what, &format!("{left_out} of another codec, further on")));
    }
}

//! Matroska and WebM (RFC 9559), also files that were not closed: sizes may be unknown, and the file may end anywhere.
//!
//! TrackEntry point: [`Mkv`]. Clusters are read one behind another; cues and seek heads are not used. `ebml` reads
//! elements, `tracks` what is described. Absent: compressed and encrypted frames.

use std::collections::BTreeMap;

use super::{Builder, Footage};
use crate::{
    media::{AudioTrack, Index, MAX_PICTURES, MediaError, Packet, Pieces, Sample, Turn, Unused, VideoTrack},
    text::Timestamp,
};

mod blocks;
mod ebml;
mod tracks;

use blocks::{Block, laces};
use ebml::{Element, HEAD_BYTES, children, unsigned};
use tracks::TrackEntry;

const EBML: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const CLUSTER: u32 = 0x1F43_B675;
const CLUSTER_TIME: u32 = 0xE7;
const SIMPLE_BLOCK: u32 = 0xA3;
const BLOCK_GROUP: u32 = 0xA0;
/// What is read whole is short.
const MAX_WHOLE: u64 = 16 << 20;
/// Bytes of a block that are looked at.
const BLOCK_HEAD: u64 = 512;
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
        let mut file = MkvFile { scale: USUAL_SCALE, ..MkvFile::default() };
        file.walk(footage)?;
        file.index(self.format(), footage.len())
    }
}

/// A frame of a track.
#[derive(Debug, Clone, Copy)]
struct Frame {
    offset: u64,
    size: u32,
    time: i64,
    is_key: bool,
}

#[derive(Default)]
struct MkvTrack {
    entry: TrackEntry,
    frames: Vec<Frame>,
    /// The beginning of the first frame.
    first: Vec<u8>,
}

#[derive(Default)]
struct MkvFile {
    scale: u64,
    created: Option<Timestamp>,
    order: Vec<u64>,
    tracks: BTreeMap<u64, MkvTrack>,
    cluster: i64,
    cut_off: bool,
}

impl MkvFile {
    /// Goes through all elements. Those that hold others are gone into, so that an unknown size does no harm.
    fn walk(&mut self, footage: &mut Footage<'_>) -> Result<(), MediaError> {
        let (mut at, len) = (0u64, footage.len());
        while at < len {
            footage.came_to(at)?;
            let head = footage.read(at, (len - at).min(HEAD_BYTES as u64) as usize)?;
            let Some(element) = Element::read(&head) else {
                self.cut_off |= head.iter().any(|&byte| byte != 0);
                return Ok(());
            };
            let body = at + element.head as u64;
            if matches!(element.id, SEGMENT | CLUSTER) {
                at = body;
                continue;
            }
            let Some(size) = element.size else {
                self.cut_off = true;
                return Ok(());
            };
            let Some(end) = body.checked_add(size).filter(|end| *end <= len) else {
                self.cut_off = true;
                return Ok(());
            };
            self.take(footage, element.id, body, size)?;
            at = end;
        }
        Ok(())
    }

    fn take(&mut self, footage: &Footage<'_>, id: u32, at: u64, size: u64) -> Result<(), MediaError> {
        let whole = || footage.read(at, size.min(MAX_WHOLE) as usize);
        match id {
            INFO => self.take_info(&whole()?),
            TRACKS => {
                for (_, body) in children(&whole()?).filter(|(id, _)| *id == 0xAE) {
                    let entry = TrackEntry::read(body);
                    self.order.push(entry.number);
                    self.tracks.insert(entry.number, MkvTrack { entry, ..MkvTrack::default() });
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
                    self.created = Some(Timestamp::from_unix_secs(SECONDS_TO_2001 + nanos / 1_000_000_000));
                }
                _ => {}
            }
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
        let head = footage.read(at, size.min(BLOCK_HEAD) as usize)?;
        let Some(block) = Block::read(&head) else { return Ok(()) };
        let Some(track) = self.tracks.get_mut(&block.track) else { return Ok(()) };
        let is_key = is_key.unwrap_or(block.is_key);
        let time = self.cluster.saturating_add(i64::from(block.time));
        let (mut offset, mut number) = (at + block.head as u64, 0i64);
        let in_units = |nanos: u64| i64::try_from(nanos / self.scale.max(1)).unwrap_or_default();
        let Some(laces) = laces(&block, &head, size) else { return Ok(()) };
        for (skip, size) in laces {
            offset += skip;
            if track.frames.len() == MAX_PICTURES {
                return Err(MediaError::TooLong(MAX_PICTURES));
            }
            if track.first.is_empty() {
                track.first = head.get((offset - at) as usize..).unwrap_or_default().to_vec();
            }
            let time = time.saturating_add(in_units(track.entry.duration).saturating_mul(number));
            track.frames.push(Frame { offset, size, time, is_key });
            offset += u64::from(size);
            number += 1;
        }
        Ok(())
    }

    fn index(mut self, format: &str, len: u64) -> Result<Index, MediaError> {
        let mut index = Index { cut_off: self.cut_off, created: self.created, ..Index::empty(format, len) };
        let timescale = u32::try_from(1_000_000_000 / self.scale.max(1)).unwrap_or(1000).max(1);
        let mut refused = None;
        for number in std::mem::take(&mut self.order) {
            let Some(track) = self.tracks.remove(&number) else { continue };
            let made =
                if track.entry.is_encoded { Err("compressed or encrypted".to_owned()) } else { Ok(()) };
            match track.entry.kind {
                1 => match made.and_then(|()| video(track, timescale)) {
                    Ok(Some(video)) => index.videos.push(video),
                    Ok(None) => {}
                    Err(name) => {
                        index.unused.push(Unused::new("pictures", &name));
                        refused.get_or_insert(MediaError::Codec(name));
                    }
                },
                2 if index.audio.is_none() => match made.and_then(|()| audio(track, timescale)) {
                    Ok(audio) => index.audio = Some(audio),
                    Err(name) => index.unused.push(Unused::new("sound", &name)),
                },
                2 => index.unused.push(Unused::new("sound", "a further track")),
                _ => index.unused.push(Unused::new("track", &track.entry.codec_id)),
            }
        }
        match index.videos.is_empty() {
            true => Err(refused.unwrap_or(MediaError::NoVideo)),
            false => Ok(index),
        }
    }
}

/// The picture track of these frames; none without frames.
fn video(track: MkvTrack, timescale: u32) -> Result<Option<VideoTrack>, String> {
    if track.frames.is_empty() {
        return Ok(None);
    }
    let codec = track.entry.video_codec(&track.first)?;
    let times: Vec<i64> = track.frames.iter().map(|frame| frame.time).collect();
    let said = u128::from(track.entry.duration) * u128::from(timescale) / 1_000_000_000;
    let said = i64::try_from(said).unwrap_or_default();
    let durations = super::coded::durations_of(&times, said);
    let sample = |(frame, duration): (&Frame, u32)| Sample {
        offset: frame.offset,
        size: frame.size,
        pts: frame.time,
        duration,
        configuration: 0,
        is_sync: frame.is_key,
        pieces: Pieces::default(),
        is_missing: false,
    };
    Ok(Some(VideoTrack {
        configurations: vec![codec],
        timescale,
        turn: Turn::default(),
        samples: track.frames.iter().zip(durations).map(sample).collect(),
        runs: Vec::new(),
        missing: 0,
        left_out: 0,
        edit_start: 0,
        has_cuts: false,
    }))
}

fn audio(track: MkvTrack, timescale: u32) -> Result<AudioTrack, String> {
    let codec = track.entry.audio_codec()?;
    let times: Vec<i64> = track.frames.iter().map(|frame| frame.time).collect();
    let durations = super::coded::durations_of(&times, 0);
    let packet = |(frame, duration): (&Frame, u32)| Packet {
        offset: frame.offset,
        size: frame.size,
        pts: frame.time,
        duration,
        pieces: Pieces::default(),
    };
    let packets = track.frames.iter().zip(durations).map(packet).collect();
    let (rate, channels) = (track.entry.rate, track.entry.channels);
    Ok(AudioTrack { codec, timescale, rate, channels, packets, runs: Vec::new() })
}

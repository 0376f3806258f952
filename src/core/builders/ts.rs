//! MPEG-2 transport streams (ISO/IEC 13818-1 §2.4), in packets of 188 bytes, of 192 with a time stamp before each
//! (M2TS), or of 204 with a checksum behind each.
//!
//! Entry point: [`Ts`]. Packets are read one behind another; what is between them is passed over and counted. Absent:
//! scrambled streams.

use std::collections::BTreeMap;

use super::{
    Builder, Footage,
    coded::Clock,
    pes::{Elementary, Harvest, Kind, PesHead},
};
use crate::media::{Index, MediaError, Unused};

const PACKET: usize = 188;
const SYNC: u8 = 0x47;
/// Packets that must follow each other before any is believed.
const SURE: usize = 3;
/// Bytes that are read at a time.
const READ_BYTES: usize = 1 << 20;
/// Streams of a file; no recorder writes more.
const MAX_STREAMS: usize = 64;

/// MPEG-2 transport streams.
pub(super) struct Ts;

impl Builder for Ts {
    fn format(&self) -> &'static str {
        "ts"
    }

    fn fits(&self, head: &[u8]) -> bool {
        Grid::find(head).is_some()
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let mut demux = TsStreams::default();
        let (mut at, len) = (0u64, footage.len());
        let mut grid = None;
        while at < len {
            footage.came_to(at)?;
            let bytes = footage.read(at, (len - at).min(READ_BYTES as u64) as usize)?;
            let used = demux.take_all(&bytes, at, &mut grid, at + bytes.len() as u64 == len)?;
            at += used.max(1) as u64;
        }
        let TsStreams { streams, clock, lost, scrambled, .. } = demux;
        let Harvest { mut index, refused } = Harvest::of(self.format(), len, streams.into_values());
        if lost > 0 {
            index.unused.push(Unused::new("bytes", &format!("{lost} between packets")));
        }
        if clock.joins > 0 {
            index.unused.push(Unused::new("joins", &clock.joins.to_string()));
        }
        if index.videos.is_empty() {
            return Err(match refused {
                Some(error) => error,
                None if scrambled => MediaError::Codec("scrambled".into()),
                None => MediaError::NoVideo,
            });
        }
        Ok(index)
    }
}

/// How packets lie in a file: the distance of their sync bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Grid {
    step: usize,
}

impl Grid {
    /// Where the first packet is, and the grid on which the next ones lie.
    fn find(bytes: &[u8]) -> Option<(usize, Self)> {
        let fits = |from: usize, step: usize| (0..SURE).all(|n| bytes.get(from + n * step) == Some(&SYNC));
        let from = (0..bytes.len().min(8 * PACKET)).find_map(|from| {
            let step = [PACKET, PACKET + 4, PACKET + 16].into_iter().find(|&step| fits(from, step))?;
            Some((from, Self { step }))
        })?;
        Some(from)
    }
}

/// A table that comes in several packets (§2.4.4).
#[derive(Default)]
struct Section {
    bytes: Vec<u8>,
}

impl Section {
    /// Takes payload; gives the section if it is whole now.
    fn take(&mut self, payload: &[u8], begins: bool) -> Option<Vec<u8>> {
        if begins {
            let pointer = usize::from(*payload.first()?);
            self.bytes = payload.get(1 + pointer..)?.to_vec();
        } else if !self.bytes.is_empty() {
            self.bytes.extend_from_slice(payload);
        }
        let [_, high, low, ..] = *self.bytes.as_slice() else { return None };
        let length = 3 + (usize::from(high & 15) << 8 | usize::from(low));
        let whole = self.bytes.get(..length)?.to_vec();
        self.bytes.clear();
        Some(whole)
    }
}

/// The streams of a file, by packet identifier.
#[derive(Default)]
struct TsStreams {
    streams: BTreeMap<u16, Elementary>,
    kinds: BTreeMap<u16, Kind>,
    sections: BTreeMap<u16, Section>,
    maps: Vec<u16>,
    clock: Clock,
    lost: u64,
    scrambled: bool,
}

impl TsStreams {
    /// Takes the packets in `bytes`, which lie at `at` of the file. Gives how many bytes are done with.
    fn take_all(
        &mut self,
        bytes: &[u8],
        at: u64,
        grid: &mut Option<Grid>,
        is_last: bool,
    ) -> Result<usize, MediaError> {
        let mut here = 0;
        while let Some(rest) = bytes.get(here..).filter(|rest| rest.len() >= PACKET) {
            let Some(packet) =
                rest.first_chunk::<PACKET>().filter(|packet| packet[0] == SYNC && grid.is_some())
            else {
                // The grid is lost; packets further on show it again.
                let next = Grid::find(rest);
                *grid = next.map(|(_, grid)| grid);
                let skip = next.map_or(rest.len().min(8 * PACKET), |(skip, _)| skip);
                if skip == 0 {
                    continue;
                }
                if grid.is_none() && !is_last && rest.len() < (SURE + 8) * (PACKET + 16) {
                    return Ok(here);
                }
                // A time stamp before the first packet belongs to it.
                let is_stamp = at == 0 && here == 0 && grid.is_some_and(|grid| grid.step == PACKET + skip);
                self.lost += if is_stamp { 0 } else { skip as u64 };
                here += skip;
                continue;
            };
            self.take(packet, at + here as u64)?;
            here += grid.map_or(PACKET, |grid| grid.step);
        }
        if is_last {
            return Ok(bytes.len());
        }
        Ok(here.min(bytes.len()))
    }

    fn take(&mut self, packet: &[u8; PACKET], at: u64) -> Result<(), MediaError> {
        let begins = packet[1] & 0x40 != 0;
        let pid = u16::from(packet[1] & 31) << 8 | u16::from(packet[2]);
        let control = packet[3] >> 4 & 3;
        if packet[1] & 0x80 != 0 || control & 1 == 0 || pid == 0x1FFF {
            return Ok(());
        }
        if packet[3] >> 6 != 0 {
            self.scrambled = true;
            return Ok(());
        }
        let head = if control & 2 != 0 { 5 + usize::from(packet[4]) } else { 4 };
        let Some(payload) = packet.get(head..).filter(|payload| !payload.is_empty()) else { return Ok(()) };
        if pid == 0 || self.maps.contains(&pid) {
            self.take_table(pid, payload, begins);
            return Ok(());
        }
        self.take_stream(pid, payload, at + head as u64, begins)
    }

    fn take_table(&mut self, pid: u16, payload: &[u8], begins: bool) {
        let Some(section) = self.sections.entry(pid).or_default().take(payload, begins) else { return };
        // Behind 8 bytes of head, before 4 of checksum.
        let Some(body) = section.len().checked_sub(4).and_then(|end| section.get(8..end)) else { return };
        match (section.first(), pid) {
            (Some(0), 0) => {
                let program = |entry: &[u8]| (entry[..2] != [0, 0]).then(|| pid_of(entry[2], entry[3]));
                self.maps = body.chunks_exact(4).filter_map(program).take(MAX_STREAMS).collect();
            }
            (Some(2), _) => {
                // A map that is cut off names the streams before the cut.
                let _ = self.take_map(body);
            }
            _ => {}
        }
    }

    /// A program map (§2.4.4.8).
    fn take_map(&mut self, body: &[u8]) -> Option<()> {
        let info = usize::from(body.get(2)? & 15) << 8 | usize::from(*body.get(3)?);
        let mut rest = body.get(4 + info..)?;
        while let [kind, high, low, info_high, info_low, tail @ ..] = rest {
            let info = usize::from(info_high & 15) << 8 | usize::from(*info_low);
            let descriptors = tail.get(..info).unwrap_or_default();
            self.kinds.insert(pid_of(*high, *low), Kind::of_type(*kind, descriptors));
            rest = tail.get(info..)?;
        }
        Some(())
    }

    fn take_stream(&mut self, pid: u16, payload: &[u8], at: u64, begins: bool) -> Result<(), MediaError> {
        if !begins {
            return match self.streams.get_mut(&pid) {
                Some(stream) => stream.feed(payload, at, None, None),
                // The end of a packet whose beginning was before the file's.
                None => Ok(()),
            };
        }
        let Some(head) = PesHead::read(payload) else { return Ok(()) };
        if self.streams.len() == MAX_STREAMS && !self.streams.contains_key(&pid) {
            return Ok(());
        }
        let kind = self.kinds.get(&pid).copied().unwrap_or(Kind::Unknown);
        let stream = self.streams.entry(pid).or_insert_with(|| Elementary::new(kind));
        let pts = head.pts.map(|pts| self.clock.time(pts));
        let bytes = head.bytes.min(payload.len());
        stream.feed(payload.get(bytes..).unwrap_or_default(), at + bytes as u64, Some(head.stream), pts)
    }
}

fn pid_of(high: u8, low: u8) -> u16 {
    u16::from(high & 31) << 8 | u16::from(low)
}

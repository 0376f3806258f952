//! MPEG-2 transport streams (ISO/IEC 13818-1 §2.4), in packets of 188 bytes, of 192 with a time stamp before each
//! (M2TS), or of 204 with a checksum behind each.
//!
//! Entry point: [`Ts`]. Packets are read one behind another; what is between them is passed over and counted. Absent:
//! scrambled streams.

use std::collections::BTreeMap;

use super::{
    Builder, Footage,
    coded::Clock,
    pes::{Elementary, Harvest, Kind, PesHead, is_registered},
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
        let TsStreams { streams, clock, lost, scrambled, wrong, .. } = demux;
        let Harvest { mut index, refused } = Harvest::of(self.format(), len, streams.into_values());
        let reasons = [
            (lost, "between packets"),
            (scrambled, "in scrambled packets"),
            (wrong, "in packets marked as wrong"),
        ];
        for (bytes, reason) in reasons.into_iter().filter(|(bytes, _)| *bytes > 0) {
            index.unused.push(Unused::new("bytes", &format!("{bytes} {reason}")));
        }
        if clock.joins > 0 {
            index.unused.push(Unused::new("joins", &clock.joins.to_string()));
        }
        if index.videos.is_empty() {
            return Err(match refused {
                Some(error) => error,
                None if scrambled > 0 => MediaError::Codec("scrambled".into()),
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

/// The streams of a file.
#[derive(Default)]
struct TsStreams {
    /// By packet identifier, and how often its kind has changed.
    streams: BTreeMap<(u16, u8), Elementary>,
    kinds: BTreeMap<u16, Kind>,
    turns: BTreeMap<u16, u8>,
    /// The first one that has a clock reference.
    clock_pid: Option<u16>,
    sections: BTreeMap<u16, Section>,
    maps: Vec<u16>,
    clock: Clock,
    lost: u64,
    /// Bytes of packets that are scrambled, and of those that whoever received them marked (transport_error_indicator).
    scrambled: u64,
    wrong: u64,
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
        if packet[1] & 0x80 != 0 {
            self.wrong += PACKET as u64;
            return Ok(());
        }
        if control & 1 == 0 || pid == 0x1FFF {
            return Ok(());
        }
        if packet[3] >> 6 != 0 {
            self.scrambled += PACKET as u64;
            return Ok(());
        }
        if let Some(clock) = clock_reference(packet).filter(|_| *self.clock_pid.get_or_insert(pid) == pid) {
            self.clock.system(clock);
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
        let is_disc = is_registered(body.get(4..4 + info)?, b"HDMV");
        let mut rest = body.get(4 + info..)?;
        while let [kind, high, low, info_high, info_low, tail @ ..] = rest {
            let info = usize::from(info_high & 15) << 8 | usize::from(*info_low);
            let descriptors = tail.get(..info).unwrap_or_default();
            let (pid, kind) = (pid_of(*high, *low), Kind::of_type(*kind, descriptors, is_disc));
            let before = self.kinds.insert(pid, kind);
            if before.is_some_and(|before| before != kind) {
                // Another recording, with something else there.
                let turn = self.turns.entry(pid).or_default();
                *turn = turn.saturating_add(1);
            }
            rest = tail.get(info..)?;
        }
        Some(())
    }

    fn take_stream(&mut self, pid: u16, payload: &[u8], at: u64, begins: bool) -> Result<(), MediaError> {
        let place = (pid, self.turns.get(&pid).copied().unwrap_or_default());
        if !begins {
            return match self.streams.get_mut(&place) {
                Some(stream) => stream.feed(payload, at, None, None),
                // The end of a packet whose beginning was before the file's.
                None => Ok(()),
            };
        }
        let Some(head) = PesHead::read(payload) else { return Ok(()) };
        if self.streams.len() == MAX_STREAMS && !self.streams.contains_key(&place) {
            return Ok(());
        }
        let kind = self.kinds.get(&pid).copied().unwrap_or(Kind::Unknown);
        let stream = self.streams.entry(place).or_insert_with(|| Elementary::new(kind));
        let pts = head.pts.map(|pts| self.clock.time(pts));
        let bytes = head.bytes.min(payload.len());
        stream.feed(payload.get(bytes..).unwrap_or_default(), at + bytes as u64, Some(head.stream), pts)
    }
}

/// program_clock_reference_base of a packet that has one (§2.4.3.4).
fn clock_reference(packet: &[u8; PACKET]) -> Option<i64> {
    let has_field = packet[3] & 0x20 != 0 && packet[4] >= 7 && packet[5] & 0x10 != 0;
    let [a, b, c, d, e] = *packet.get(6..)?.first_chunk()?;
    let part = |byte: u8, shift: u32| i64::from(byte) << shift;
    has_field.then_some(part(a, 25) | part(b, 17) | part(c, 9) | part(d, 1) | part(e >> 7, 0))
}

fn pid_of(high: u8, low: u8) -> u16 {
    u16::from(high & 31) << 8 | u16::from(low)
}

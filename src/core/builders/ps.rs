//! MPEG-2 program streams (ISO/IEC 13818-1 §2.5) and MPEG-1 system streams (ISO/IEC 11172-1), also those of recorders
//! that put a head of their own before them and name them otherwise.
//!
//! Entry point: [`Ps`]. Packets are read one behind another; what is between them is passed over and counted.

use std::collections::BTreeMap;

use super::{
    Builder, Footage,
    coded::Clock,
    pes::{Elementary, Harvest, Kind, PesHead, stamp},
};
use crate::media::{Index, MediaError, Unused, start_codes};

const PACK: u8 = 0xBA;
const SYSTEM: u8 = 0xBB;
const MAP: u8 = 0xBC;
const END: u8 = 0xB9;
/// Bytes that are read at a time; no packet is longer than 65,542.
const READ_BYTES: usize = 1 << 20;
const LONGEST: usize = (1 << 16) + 6;

/// MPEG-2 program streams.
pub(super) struct Ps;

impl Builder for Ps {
    fn format(&self) -> &'static str {
        "ps"
    }

    fn fits(&self, head: &[u8]) -> bool {
        // A recorder's own head may stand before the first pack, or the end of one that was cut.
        let mut from = 0;
        while let Some(code) = start_codes::find(head, from) {
            if matches!(head.get(code + 3..), Some([PACK, next, ..]) if next >> 6 == 1 || next >> 4 == 2) {
                return true;
            }
            // A file may begin in the middle of a pack that is long.
            if is_before_packet(head.get(code..).unwrap_or_default()) {
                return true;
            }
            from = code + start_codes::BYTES;
        }
        false
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let mut demux = PsStreams::default();
        let (mut at, len) = (0u64, footage.len());
        while at < len {
            footage.came_to(at)?;
            let bytes = footage.read(at, (len - at).min(READ_BYTES as u64) as usize)?;
            let used = demux.take_all(&bytes, at, at + bytes.len() as u64 == len)?;
            at += used.max(1) as u64;
        }
        let PsStreams { streams, clock, lost, .. } = demux;
        let Harvest { mut index, refused } = Harvest::of(self.format(), len, streams.into_values());
        if lost > 0 {
            index.unused.push(Unused::new("bytes", &format!("{lost} between packets")));
        }
        if clock.joins > 0 {
            index.unused.push(Unused::new("joins", &clock.joins.to_string()));
        }
        if index.videos.is_empty() {
            return Err(refused.unwrap_or(MediaError::NoVideo));
        }
        Ok(index)
    }
}

/// The streams of a file, by stream_id.
#[derive(Default)]
struct PsStreams {
    streams: BTreeMap<u8, Elementary>,
    kinds: BTreeMap<u8, Kind>,
    clock: Clock,
    lost: u64,
}

impl PsStreams {
    /// Takes the packets in `bytes`, which lie at `at` of the file. Gives how many bytes are done with.
    fn take_all(&mut self, bytes: &[u8], at: u64, is_last: bool) -> Result<usize, MediaError> {
        let mut here = 0;
        loop {
            let rest = bytes.get(here..).unwrap_or_default();
            if rest.is_empty() || (!is_last && rest.len() < LONGEST) {
                return Ok(here);
            }
            match self.take(rest, at + here as u64)? {
                Some(used) => here += used.clamp(1, rest.len()),
                None => {
                    // No packet begins here: on to the next start code of one.
                    let skip = next_packet(rest).unwrap_or(rest.len());
                    self.lost += skip as u64;
                    here += skip;
                }
            }
        }
    }

    /// Takes the packet at the beginning of `rest`; gives its bytes, or nothing if there is none.
    fn take(&mut self, rest: &[u8], at: u64) -> Result<Option<usize>, MediaError> {
        let [0, 0, 1, id, ..] = *rest else { return Ok(None) };
        match id {
            PACK => {
                system_clock(rest).into_iter().for_each(|clock| self.clock.system(clock));
                Ok(pack_bytes(rest))
            }
            END => Ok(Some(4)),
            SYSTEM => {
                Ok(rest.get(4..6).map(|length| 6 + usize::from(u16::from_be_bytes([length[0], length[1]]))))
            }
            MAP..=0xFF => self.take_packet(rest, at, id),
            _ => Ok(None),
        }
    }

    fn take_packet(&mut self, rest: &[u8], at: u64, id: u8) -> Result<Option<usize>, MediaError> {
        let Some(head) = PesHead::read(rest) else { return Ok(None) };
        let end = 6 + head.length;
        let Some(payload) = rest.get(head.bytes.min(end)..end.min(rest.len())) else { return Ok(None) };
        if id == MAP {
            // A map that is cut off names the streams before the cut.
            let _ = self.take_map(rest.get(6..end).unwrap_or_default());
        }
        // Sound and pictures (table 2-22); what else there is nothing here plays.
        if matches!(id, 0xC0..=0xEF | 0xBD) {
            let kind = self.kinds.get(&id).copied().unwrap_or(Kind::Unknown);
            let stream = self.streams.entry(id).or_insert_with(|| Elementary::new(kind));
            let pts = head.pts.map(|pts| self.clock.time(pts));
            stream.feed(payload, at + head.bytes as u64, Some(id), pts)?;
        }
        Ok(Some(end))
    }

    /// A program stream map behind its length (§2.5.4.1).
    fn take_map(&mut self, body: &[u8]) -> Option<()> {
        let two = |at: usize| Some(usize::from(*body.get(at)?) << 8 | usize::from(*body.get(at + 1)?));
        let info = two(2)?;
        let streams = two(4 + info)?;
        let mut rest = body.get(6 + info..6 + info + streams)?;
        while let [kind, id, high, low, tail @ ..] = rest {
            let info = usize::from(*high) << 8 | usize::from(*low);
            self.kinds.insert(*id, Kind::of_type(*kind, tail.get(..info).unwrap_or_default(), false));
            rest = tail.get(info..)?;
        }
        Some(())
    }
}

/// Bytes of a pack's head with its stuffing (§2.5.3.3), or of one of MPEG-1 (ISO/IEC 11172-1 §2.4.3.2).
fn pack_bytes(rest: &[u8]) -> Option<usize> {
    const FIRST_BYTES: usize = 12;
    match rest.get(4)? {
        next if next >> 6 == 1 => Some(14 + usize::from(rest.get(13)? & 7)),
        next => (next >> 4 == 2).then_some(FIRST_BYTES),
    }
}

/// system_clock_reference_base of a pack's head (§2.5.3.3; ISO/IEC 11172-1 §2.4.3.2).
fn system_clock(rest: &[u8]) -> Option<i64> {
    let [a, b, c, d, e] = *rest.get(4..)?.first_chunk()?;
    if a >> 4 == 2 {
        return stamp(&[a, b, c, d, e]);
    }
    let part = |byte: u8, shift: u32| i64::from(byte) << shift;
    let high = part(a >> 3 & 7, 30) | part(a & 3, 28) | part(b, 20);
    Some(high | part(c >> 3, 15) | part(c & 3, 13) | part(d, 5) | part(e >> 3, 0))
}

/// Whether these bytes begin with a packet of sound or pictures behind which another packet begins.
fn is_before_packet(bytes: &[u8]) -> bool {
    let [0, 0, 1, 0xBD | 0xC0..=0xEF, high, low, ..] = *bytes else { return false };
    let next = bytes.get(6 + (usize::from(high) << 8 | usize::from(low))..);
    matches!(next, Some([0, 0, 1, PACK | MAP | 0xBD..=0xEF, ..]))
}

/// Where the next packet begins behind the first byte.
fn next_packet(rest: &[u8]) -> Option<usize> {
    let mut from = 1;
    loop {
        let code = start_codes::find(rest, from)?;
        if rest.get(code + 3).is_some_and(|&id| matches!(id, PACK | MAP | SYSTEM | 0xBD | 0xC0..=0xEF)) {
            return Some(code);
        }
        from = code + start_codes::BYTES;
    }
}

//! Motion JPEG without a container: JPEG files one behind another, perhaps as the parts of a multipart answer of a
//! camera (RFC 2046 §5.1), whose heads may say when each was made.
//!
//! Entry point: [`Jpegs`]. What stands between pictures is passed over and counted. Absent: sound.

use memchr::memmem;

use super::{Builder, Footage, stills::Stills};
use crate::media::{Index, MAX_SAMPLE_BYTES, MediaError, Unused};

/// SOI, and the beginning of the next marker (ISO/IEC 10918-1 table B.1).
const BEGIN: [u8; 3] = [0xFF, 0xD8, 0xFF];
/// Bytes that are read at a time.
const READ_BYTES: usize = 1 << 20;
/// Bytes that are asked for at first: pictures and what is between them are mostly shorter.
const HEAD_BYTES: usize = 1 << 16;
/// Times the length of a file that may be gone through for pictures that do not end.
const IN_VAIN: u64 = 8;
/// Units of a second.
const TIMESCALE: u32 = 1_000_000;
/// Units of a picture where nothing says how long it is seen: 25 a second.
const USUAL: i64 = 40_000;

/// JPEG files one behind another.
pub(super) struct Jpegs;

impl Builder for Jpegs {
    fn format(&self) -> &'static str {
        "mjpeg"
    }

    fn fits(&self, head: &[u8]) -> bool {
        let zeros = head.iter().take_while(|byte| **byte == 0).count();
        let Some(begin) = memmem::find(head, &BEGIN) else { return false };
        // Cameras write the head of a part in many ways.
        let lower = head.get(..begin).unwrap_or_default().to_ascii_lowercase();
        let type_of = memmem::find(&lower, b"content-type:").and_then(|at| lower.get(at + 13..));
        let is_part = type_of.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"image/jp"));
        begin == zeros || is_part
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let mut window = Window { at: 0, bytes: Vec::new() };
        let (mut at, len, mut stills, mut unused, mut cut_off) = (0u64, footage.len(), None, 0u64, false);
        let mut said: Vec<Option<i64>> = Vec::new();
        // What was gone through for pictures that do not end: a file may be made of their beginnings alone.
        let mut in_vain = 0u64;
        while at < len && in_vain <= IN_VAIN * len {
            footage.came_to(at)?;
            let between = window.from(footage, at, HEAD_BYTES)?;
            let Some(skip) = memmem::find(between, &BEGIN) else {
                // A marker may be cut in two.
                let skip = between.len().saturating_sub(if at + between.len() as u64 == len { 0 } else { 2 });
                unused += skip.max(1) as u64;
                at += skip.max(1) as u64;
                continue;
            };
            let time = between.get(..skip).and_then(stamp);
            unused += skip as u64;
            at += skip as u64;
            let Some(size) = window.picture(footage, at, &mut in_vain)? else {
                // It does not end: the file was cut off, or it is damaged and another one follows.
                cut_off = memmem::find(window.from(footage, at + 3, READ_BYTES)?, &BEGIN).is_none();
                unused += BEGIN.len() as u64;
                at += BEGIN.len() as u64;
                continue;
            };
            if stills.is_none() {
                let size = size_of(window.from(footage, at, size)?).ok_or(MediaError::NoVideo)?;
                stills = Some(Stills::new(size));
            }
            if let Some(stills) = &mut stills {
                stills.add(at, size as u64, said.len() as i64 * USUAL)?;
                said.push(time);
            }
            at += size as u64;
        }
        unused += len.saturating_sub(at);
        cut_off |= at < len;
        let mut stills = stills.ok_or(MediaError::NoVideo)?;
        // Times count only where all pictures have one, and they go on.
        if let Some(times) = said.into_iter().collect::<Option<Vec<i64>>>()
            && times.is_sorted()
        {
            stills.set_times(&spread(&times));
        }
        let video = stills.track(TIMESCALE)?;
        let unused = (unused > 0).then(|| Unused::new("bytes", &format!("{unused} between pictures")));
        let unused = unused.into_iter().collect();
        Ok(Index { videos: vec![video], unused, cut_off, ..Index::empty(self.format(), len) })
    }
}

/// A piece of the file that was read.
struct Window {
    at: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// The file from `at` on: at least `bytes` bytes, or up to its end.
    fn from(&mut self, footage: &Footage<'_>, at: u64, bytes: usize) -> Result<&[u8], MediaError> {
        let wanted = (footage.len() - at.min(footage.len())).min(bytes as u64) as usize;
        let held = at.checked_sub(self.at).and_then(|skip| self.bytes.get(skip as usize..));
        if held.is_none_or(|held| held.len() < wanted) {
            // More than is asked for: the next pictures lie behind it.
            let left = footage.len() - at.min(footage.len());
            self.bytes = footage.read(at, left.min(wanted.max(READ_BYTES) as u64) as usize)?;
            self.at = at;
        }
        Ok(self.bytes.get((at - self.at) as usize..).unwrap_or_default())
    }

    /// Bytes of the picture that begins at `at`, if it ends; otherwise those that were looked at count as in vain.
    fn picture(
        &mut self,
        footage: &Footage<'_>,
        at: u64,
        in_vain: &mut u64,
    ) -> Result<Option<usize>, MediaError> {
        let mut wanted = HEAD_BYTES;
        loop {
            let bytes = self.from(footage, at, wanted)?;
            let had = bytes.len();
            match end_of(bytes) {
                End::At(end) => return Ok(Some(end)),
                End::Broken => return Ok(None),
                End::Further if had < wanted || wanted >= MAX_SAMPLE_BYTES as usize => {
                    *in_vain += had as u64;
                    return Ok(None);
                }
                End::Further => wanted *= 2,
            }
        }
    }
}

/// Where a picture ends.
enum End {
    At(usize),
    /// Behind these bytes.
    Further,
    /// Another one begins in it.
    Broken,
}

/// The end of the JPEG file at the beginning of `bytes` (ISO/IEC 10918-1 annex B): behind EOI, which is looked for
/// outside segments.
fn end_of(bytes: &[u8]) -> End {
    let mut at = 2;
    loop {
        let Some(rest) = bytes.get(at..) else { return End::Further };
        match *rest {
            // Fill bytes.
            [0xFF, 0xFF, ..] => at += 1,
            [0xFF, 0xD9, ..] => return End::At(at + 2),
            [0xFF, 0xD8, ..] => return End::Broken,
            [0xFF, 0x01 | 0xD0..=0xD7, ..] => at += 2,
            [0xFF, 0x00, ..] => at += 2,
            [0xFF, marker, high, low, ..] => {
                at += 2 + (usize::from(high) << 8 | usize::from(low)).max(2);
                if marker == 0xDA {
                    let Some(data) = bytes.get(at..) else { return End::Further };
                    let Some(next) = next_marker(data) else { return End::Further };
                    at += next;
                }
            }
            [0xFF, ..] | [] => return End::Further,
            // No marker begins here: padding.
            _ => match memchr::memchr(0xFF, rest) {
                Some(skip) => at += skip,
                None => return End::Further,
            },
        }
    }
}

/// Where coded data ends: at a marker that is none of theirs.
fn next_marker(data: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xFF, data)
        .find(|&at| data.get(at + 1).is_some_and(|&marker| !matches!(marker, 0x00 | 0xD0..=0xD7 | 0xFF)))
}

/// Width and height, from the frame's head (SOF).
pub(super) fn size_of(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let rest = bytes.get(at..)?;
        match *rest {
            [0xFF, 0xFF, ..] => at += 1,
            // DHT, JPG and DAC are no frames.
            [0xFF, marker @ 0xC0..=0xCF, ..] if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let side = |at: usize| Some(u32::from(*rest.get(at)?) << 8 | u32::from(*rest.get(at + 1)?));
                let (height, width) = (side(5)?, side(7)?);
                return (width > 0 && height > 0).then_some((width, height));
            }
            [0xFF, 0xD9 | 0xDA, ..] => return None,
            [0xFF, _, high, low, ..] => at += 2 + (usize::from(high) << 8 | usize::from(low)).max(2),
            _ => return None,
        }
    }
}

/// Times of which several are alike, since a camera says whole seconds: these stand evenly up to the next one, and the
/// last ones as those before them.
fn spread(times: &[i64]) -> Vec<i64> {
    let (mut all, mut step) = (Vec::with_capacity(times.len()), USUAL);
    let mut groups = times.chunk_by(|a, b| a == b).peekable();
    while let Some(group) = groups.next() {
        let (Some(first), count) = (group.first(), group.len() as i64) else { continue };
        step = groups.peek().and_then(|next| next.first()).map_or(step, |next| (next - first) / count);
        all.extend((0..count).map(|n| first + n * step));
    }
    all
}

/// When a picture was made, in microseconds, as the head of its part says it (`X-Timestamp`, seconds since 1970).
fn stamp(head: &[u8]) -> Option<i64> {
    const FIELD: &[u8] = b"x-timestamp:";
    let lower = head.to_ascii_lowercase();
    let value = lower.get(memmem::rfind(&lower, FIELD)? + FIELD.len()..)?;
    let line = value.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let text = std::str::from_utf8(line).ok()?.trim();
    let (seconds, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String =
        part.chars().take_while(char::is_ascii_digit).chain("000000".chars()).take(6).collect();
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(digits.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 16 × 8 without any coded data that means something.
    fn picture() -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9];
        bytes.extend_from_slice(&[0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 16, 1, 1, 0x11, 0]);
        bytes
            .extend_from_slice(&[0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0xFF, 0, 7, 0xFF, 0xD0, 9, 0xFF, 0xD9]);
        bytes
    }

    #[test]
    fn a_picture_ends_where_no_segment_and_no_coded_data_hides_the_end() {
        let one = picture();
        assert!(matches!(end_of(&one), End::At(end) if end == one.len()));
        assert!(matches!(end_of(&one[..one.len() - 1]), End::Further));
        assert!(matches!(end_of(&[&one[..one.len() - 2], &one[..]].concat()), End::Broken));
        assert_eq!(size_of(&one), Some((16, 8)));
    }

    #[test]
    fn the_head_of_a_part_says_when() {
        assert_eq!(stamp(b"--b\r\nX-Timestamp: 12.5\r\nContent-Length: 3\r\n\r\n"), Some(12_500_000));
        assert_eq!(stamp(b"--b\r\nContent-Length: 3\r\n\r\n"), None);
        assert_eq!(stamp(b"x-timestamp: 17\r\n\r\n"), Some(17_000_000));
    }

    #[test]
    fn pictures_of_one_second_stand_evenly_in_it() {
        assert_eq!(spread(&[0, 0, 1000, 1000, 1000, 1000, 2000]), [0, 500, 1000, 1250, 1500, 1750, 2000]);
        assert_eq!(spread(&[0, 0, 1000, 1000]), [0, 500, 1000, 1500]);
        assert_eq!(spread(&[5, 6, 8]), [5, 6, 8]);
    }
}

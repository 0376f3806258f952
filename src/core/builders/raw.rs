//! Raw streams of H.264 and H.265 (annex B), MPEG-4 part 2, MPEG-1 and MPEG-2: pictures and nothing else. The stream
//! itself says in which order pictures are shown, and perhaps how many a second.
//!
//! Entry point: [`Raw`]. Absent: sound, which such files have not.

use super::{
    Builder, Footage,
    coded::{CodedSyntax, Stream},
};
use crate::media::{Index, MediaError, Unused, start_codes};

const READ_BYTES: usize = 1 << 20;
/// Units of a second: most rates are whole in it.
const TIMESCALE: u32 = 90_000;

/// Raw streams.
pub(super) struct Raw;

/// Whether a file that begins so is made of units: behind zeros, of which any number may be, stands a start code, and
/// it is none of a program stream (from B9 on).
fn is_units(head: &[u8]) -> bool {
    let zeros = head.iter().take_while(|byte| **byte == 0).count();
    let code = head.get(zeros..).and_then(|rest| rest.strip_prefix(&[1])).and_then(<[u8]>::first);
    zeros >= 2 && code.is_some_and(|code| *code < 0xB9)
}

/// The syntax of the first set of a stream, wherever it stands: a recording may begin in the middle.
fn syntax(bytes: &[u8]) -> Option<CodedSyntax> {
    start_codes::units(bytes).find_map(CodedSyntax::of)
}

impl Builder for Raw {
    fn format(&self) -> &'static str {
        "annexb"
    }

    fn fits(&self, head: &[u8]) -> bool {
        is_units(head)
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let (mut at, len) = (0u64, footage.len());
        let (mut stream, mut before) = (None, 0u64);
        while at < len {
            footage.came_to(at)?;
            let bytes = footage.read(at, (len - at).min(READ_BYTES as u64) as usize)?;
            if stream.is_none() {
                stream = syntax(&bytes).map(Stream::new);
            }
            match &mut stream {
                Some(stream) => stream.feed(&bytes, at, None)?,
                None => before += bytes.len() as u64,
            }
            at += bytes.len() as u64;
        }
        let mut stream = stream.ok_or(MediaError::NoVideo)?;
        stream.end_picture()?;
        let unused = before + stream.unused();
        let video = stream.track(TIMESCALE)?;
        let unused = (unused > 0).then(|| Unused::new("bytes", &format!("{unused} in no whole picture")));
        let unused = unused.into_iter().collect();
        Ok(Index { videos: vec![video], unused, ..Index::empty(self.format(), len) })
    }
}

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

/// The syntax of a stream that begins so: its first units are sets.
fn syntax(head: &[u8]) -> Option<CodedSyntax> {
    if !matches!(head, [0, 0, 1, ..] | [0, 0, 0, 1, ..]) {
        return None;
    }
    // From B9 on codes are those of program streams.
    let is_system =
        start_codes::units(head).next().is_none_or(|unit| unit.first().is_none_or(|code| *code >= 0xB9));
    if is_system { None } else { start_codes::units(head).take(4).find_map(CodedSyntax::of) }
}

impl Builder for Raw {
    fn format(&self) -> &'static str {
        "annexb"
    }

    fn fits(&self, head: &[u8]) -> bool {
        syntax(head).is_some()
    }

    fn build(&self, footage: &mut Footage<'_>) -> Result<Index, MediaError> {
        let (mut at, len) = (0u64, footage.len());
        let mut stream = None;
        while at < len {
            footage.came_to(at)?;
            let bytes = footage.read(at, (len - at).min(READ_BYTES as u64) as usize)?;
            if stream.is_none() {
                stream = syntax(&bytes).map(Stream::new);
            }
            if let Some(stream) = &mut stream {
                stream.feed(&bytes, at, None)?;
            }
            at += bytes.len() as u64;
        }
        let mut stream = stream.ok_or(MediaError::NoVideo)?;
        stream.end_picture()?;
        let unused = stream.unused();
        let video = stream.track(TIMESCALE)?;
        let unused = (unused > 0).then(|| Unused::new("bytes", &format!("{unused} in no whole picture")));
        let unused = unused.into_iter().collect();
        Ok(Index { videos: vec![video], unused, ..Index::empty(self.format(), len) })
    }
}

//! Finds `moov` and every `moof` of a clip (ISO/IEC 14496-12 §4.2, §8.8).
//!
//! Entry point: [`scan`]. Media data is never read.

use super::boxes::BoxHeader;
use crate::{builders::Footage, media::MediaError};

/// `moov` of 4 million samples is about 80 MB; cameras write far less. Bounds all `moof` together as well.
const MAX_HEADER_BYTES: u64 = 128 << 20;
/// A fragment a second for three days.
const MAX_TOP_LEVEL: usize = 1_000_000;
const HEAD_BYTES: u64 = 16;

/// One movie fragment: where its `moof` begins, and its bytes.
pub(super) struct Fragment {
    pub at: u64,
    pub moof: Vec<u8>,
}

/// The boxes that the walk found.
pub(super) struct Found {
    pub moov: Vec<u8>,
    pub fragments: Vec<Fragment>,
    /// The file ends inside a box.
    pub cut_off: bool,
}

/// Walks over the top level of a clip. Refused without `ftyp` or `moov`.
pub(super) fn scan(footage: &mut Footage<'_>) -> Result<Found, MediaError> {
    let (len, mut at, mut seen, mut header_bytes) = (footage.len(), 0, 0, 0u64);
    let (mut has_ftyp, mut cut_off, mut moov, mut fragments) = (false, false, None, Vec::new());
    while at < len {
        footage.came_to(at)?;
        let head = footage.read(at, HEAD_BYTES.min(len - at) as usize)?;
        let header = match BoxHeader::read(&head, len - at) {
            Ok(header) => header,
            // A recorder that lost power leaves a cut-off box, others zero padding, behind a complete moov.
            Err(_) if moov.is_some() => {
                cut_off = head.iter().any(|&byte| byte != 0);
                break;
            }
            Err(error) => return Err(error),
        };
        seen += 1;
        if seen > MAX_TOP_LEVEL {
            return Err(MediaError::Malformed("too many boxes"));
        }
        has_ftyp |= matches!(&header.kind, b"ftyp" | b"styp");
        let is_moov = header.kind == *b"moov" && moov.is_none();
        if is_moov || header.kind == *b"moof" {
            header_bytes = header_bytes.saturating_add(header.size);
            if header_bytes > MAX_HEADER_BYTES {
                return Err(MediaError::Malformed("moov or moof is too large"));
            }
            let whole = footage.read(at, header.size as usize)?;
            match is_moov {
                true => moov = Some(whole),
                false if moov.is_none() => return Err(MediaError::Malformed("a fragment before moov")),
                false => fragments.push(Fragment { at, moof: whole }),
            }
        }
        at += header.size;
    }
    if !has_ftyp {
        return Err(MediaError::Malformed("ftyp is missing"));
    }
    Ok(Found { moov: moov.ok_or(MediaError::Malformed("moov is missing"))?, fragments, cut_off })
}

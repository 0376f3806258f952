//! Finds `moov` and every `moof` of a clip (ISO/IEC 14496-12 §4.2, §8.8).
//!
//! Entry point: [`scan`]. Media data is never read.

use super::boxes::BoxHeader;
use crate::{builders::Footage, media::MediaError};

/// `moov` of 4 million samples is about 80 MB; cameras write far less. Bounds all `moof` together as well.
const MAX_HEADER_BYTES: u64 = 128 << 20;
/// A fragment for each picture, and its data, of a day and a half at 30 pictures a second.
const MAX_TOP_LEVEL: usize = 8_000_000;
const HEAD_BYTES: u64 = 16;

/// One movie fragment: where its `moof` begins, and its bytes.
pub(super) struct Fragment {
    pub at: u64,
    pub moof: Vec<u8>,
}

/// The boxes that the walk found.
pub(super) struct Found {
    pub moov: Vec<u8>,
    /// Those of recordings that somebody put behind the first, and where they begin.
    pub later: Vec<(u64, Vec<u8>)>,
    pub fragments: Vec<Fragment>,
    /// The file ends inside a box.
    pub cut_off: bool,
    /// Bytes behind the last box that are none: what recorders write there, or zeros.
    pub behind: u64,
}

/// Kinds of boxes at the top level: one of these that is larger than the file was cut off; anything else is no box.
const KNOWN: [&[u8; 4]; 13] = [
    b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"uuid", b"sidx", b"mfra",
    b"meta", b"emsg",
];

/// Walks over the top level of a clip. Refused without `moov`.
pub(super) fn scan(footage: &mut Footage<'_>) -> Result<Found, MediaError> {
    let (len, mut at, mut seen, mut header_bytes) = (footage.len(), 0, 0, 0u64);
    let (mut moov, mut later, mut fragments) = (None, Vec::new(), Vec::new());
    let (mut cut_off, mut behind) = (false, 0);
    while at < len {
        footage.came_to(at)?;
        let head = footage.read(at, HEAD_BYTES.min(len - at) as usize)?;
        let known = head.get(4..8).is_some_and(|kind| KNOWN.iter().any(|known| kind == known.as_slice()));
        let header = match BoxHeader::read(&head, len - at) {
            Ok(header) if known || moov.is_none() || header.kind.iter().all(u8::is_ascii_alphanumeric) => {
                header
            }
            Err(error) if moov.is_none() && !known => return Err(error),
            _ => {
                // A recorder that lost power leaves a cut-off box; others write what they like behind the last.
                (cut_off, behind) = if known { (true, 0) } else { (false, len - at) };
                break;
            }
        };
        seen += 1;
        if seen > MAX_TOP_LEVEL {
            return Err(MediaError::Malformed("too many boxes"));
        }
        if matches!(&header.kind, b"moov" | b"moof") {
            header_bytes = header_bytes.saturating_add(header.size);
            if header_bytes > MAX_HEADER_BYTES {
                return Err(MediaError::Malformed("moov or moof is too large"));
            }
            let whole = footage.read(at, header.size as usize)?;
            match (&header.kind, &moov) {
                (b"moov", None) => moov = Some(whole),
                (b"moov", Some(_)) => later.push((at, whole)),
                (_, None) => return Err(MediaError::Malformed("a fragment before moov")),
                (_, Some(_)) => fragments.push(Fragment { at, moof: whole }),
            }
        }
        at += header.size;
    }
    let moov = moov.ok_or(MediaError::NotClosed)?;
    Ok(Found { moov, later, fragments, cut_off, behind })
}

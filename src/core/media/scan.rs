//! Finds `moov` and every `moof` of a clip, asking for the few bytes it needs.
//!
//! Entry point: [`Scan`]: give it what it [wants](Scan::want) until it wants nothing, then make an
//! [`super::Index`] of it. The caller does the reading, so files, browsers and tests use the same walk. Media
//! data is never asked for.

use super::{boxes::BoxHeader, error::MediaError};

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
    pub clip_bytes: u64,
    /// The file ends inside a box.
    pub cut_off: bool,
}

/// The walk over the top level of a clip (ISO/IEC 14496-12 §4.2, §8.8).
pub struct Scan {
    len: u64,
    at: u64,
    seen: usize,
    whole: Option<BoxHeader>,
    header_bytes: u64,
    ftyp: bool,
    done: bool,
    cut_off: bool,
    moov: Option<Vec<u8>>,
    fragments: Vec<Fragment>,
}

impl Scan {
    /// A walk over a clip of `len` bytes.
    pub fn new(len: u64) -> Self {
        Self {
            len,
            at: 0,
            seen: 0,
            whole: None,
            header_bytes: 0,
            ftyp: false,
            done: len == 0,
            cut_off: false,
            moov: None,
            fragments: Vec::new(),
        }
    }

    /// The next bytes it needs: offset and length, inside the clip; `None` at the end.
    pub fn want(&self) -> Option<(u64, usize)> {
        if self.done {
            return None;
        }
        let bytes = self.whole.map_or(HEAD_BYTES.min(self.len - self.at), |header| header.size);
        Some((self.at, usize::try_from(bytes).ok()?))
    }

    /// How far it has come, from 0 to 1.
    pub fn part_done(&self) -> f64 {
        self.at as f64 / self.len.max(1) as f64
    }

    /// Takes the bytes it wanted.
    pub fn give(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        if let Some(header) = self.whole.take() {
            if header.kind == *b"moov" {
                self.moov = Some(bytes.to_vec());
            } else {
                self.fragments.push(Fragment { at: self.at, moof: bytes.to_vec() });
            }
            self.advance(header.size);
            return Ok(());
        }
        let available = self.len - self.at;
        let header = match BoxHeader::read(bytes, available) {
            Ok(header) => header,
            // A recorder that lost power leaves a cut-off box, others zero padding, behind a complete moov.
            Err(_) if self.moov.is_some() => {
                self.cut_off = bytes.iter().any(|&byte| byte != 0);
                self.done = true;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.seen += 1;
        if self.seen > MAX_TOP_LEVEL {
            return Err(MediaError::Malformed("too many boxes"));
        }
        self.ftyp |= matches!(&header.kind, b"ftyp" | b"styp");
        match &header.kind {
            b"moov" if self.moov.is_none() => self.keep(header),
            b"moof" if self.moov.is_some() => self.keep(header),
            b"moof" => Err(MediaError::Malformed("a fragment before moov")),
            _ => {
                self.advance(header.size);
                Ok(())
            }
        }
    }

    fn keep(&mut self, header: BoxHeader) -> Result<(), MediaError> {
        self.header_bytes = self.header_bytes.saturating_add(header.size);
        if self.header_bytes > MAX_HEADER_BYTES {
            return Err(MediaError::Malformed("moov or moof is too large"));
        }
        self.whole = Some(header);
        Ok(())
    }

    fn advance(&mut self, bytes: u64) {
        self.at += bytes;
        self.done = self.at >= self.len;
    }

    /// What was found; refused without `ftyp` or `moov`.
    pub(super) fn found(self) -> Result<Found, MediaError> {
        if !self.ftyp {
            return Err(MediaError::Malformed("ftyp is missing"));
        }
        let moov = self.moov.ok_or(MediaError::Malformed("moov is missing"))?;
        Ok(Found { moov, fragments: self.fragments, clip_bytes: self.len, cut_off: self.cut_off })
    }
}

//! A signed document as QR symbols, for papers: packed, cut into pieces that a camera reads, and put together again
//! (FORMAT.md §8.7).
//!
//! Entry points: [`symbols_of`] to write, [`SymbolSet::add`] to read. Absent: the symbols' pictures; what the document
//! says, whose signature is checked like any other's.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
};

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};

use super::receipt::VerifiedReceipt;
use crate::{
    crypto::{Jws, sha256},
    port::Coded,
};

const PREFIX: &str = "FUIN2:";
/// Letters of a piece: in a symbol of them 69 modules stand side by side, which any print and camera keeps apart.
const PIECE: usize = 450;
/// The most symbols: three pages of them.
const MAX_SYMBOLS: usize = 36;

/// Why the text of a symbol does not go into a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SymbolError {
    /// It is no piece of a document.
    #[error("the symbol holds no piece of a document (FORMAT.md §8.7)")]
    Form,
    /// All pieces are there, and do not give the document.
    #[error("the symbols do not give the document that they are of (FORMAT.md §8.7)")]
    Content,
}

impl Coded for SymbolError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form => "symbol_form",
            Self::Content => "symbol_content",
        }
    }
}

/// The texts of the symbols of a document, in their order; `None` where it would be too many.
pub fn symbols_of(jws: &Jws) -> Option<Vec<String>> {
    let packed = BASE32_NOPAD.encode(&pack(jws)?);
    let piece = |at: usize| packed.get(at..packed.len().min(at + PIECE));
    let pieces: Vec<&str> = (0..packed.len()).step_by(PIECE).filter_map(piece).collect();
    if pieces.len() > MAX_SYMBOLS {
        return None;
    }
    let (name, count) = (name(&packed), pieces.len());
    let text = |(n, piece): (usize, &str)| format!("{PREFIX}{name}:{}/{count}:{piece}", n + 1);
    Some(pieces.into_iter().enumerate().map(text).collect())
}

/// By which the symbols of one document know each other: the first 40 bits of SHA-256 of all pieces together.
fn name(packed: &str) -> String {
    BASE32_NOPAD.encode(&sha256(packed.as_bytes())[..5])
}

/// The three parts of a compact JWS as bytes, the first two behind their length, as one DEFLATE stream.
fn pack(jws: &Jws) -> Option<Vec<u8>> {
    let mut parts = jws.as_str().split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok());
    let (header, payload, signature) = (parts.next()??, parts.next()??, parts.next()??);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    for part in [&header, &payload] {
        encoder.write_all(&u32::try_from(part.len()).ok()?.to_be_bytes()).ok()?;
        encoder.write_all(part).ok()?;
    }
    encoder.write_all(&signature).ok()?;
    encoder.finish().ok()
}

fn unpack(packed: &[u8]) -> Option<String> {
    let mut all = Vec::new();
    let most = VerifiedReceipt::MAX_BYTES as u64;
    DeflateDecoder::new(packed).take(most + 1).read_to_end(&mut all).ok()?;
    if all.len() as u64 > most {
        return None;
    }
    let mut rest = all.as_slice();
    let mut part = || {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (part, behind) = behind.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = behind;
        Some(BASE64URL_NOPAD.encode(part))
    };
    let (header, payload) = (part()?, part()?);
    Some(format!("{header}.{payload}.{}", BASE64URL_NOPAD.encode(rest)))
}

/// The symbols of one document, as far as they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SymbolSet {
    name: String,
    count: usize,
    pieces: BTreeMap<usize, String>,
}

impl SymbolSet {
    /// Whether a text is one of a symbol of a document.
    pub fn is_symbol(text: &str) -> bool {
        text.trim().starts_with(PREFIX)
    }

    /// How many of how many symbols were read.
    pub fn progress(&self) -> (usize, usize) {
        (self.pieces.len(), self.count)
    }

    /// Takes the text of one more symbol, in any order; that of another document begins anew. Gives the document once
    /// all are there.
    pub fn add(&mut self, text: &str) -> Result<Option<Jws>, SymbolError> {
        let piece = text.trim().strip_prefix(PREFIX).ok_or(SymbolError::Form)?;
        let mut parts = piece.splitn(3, ':');
        let (Some(name), Some(place), Some(piece)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SymbolError::Form);
        };
        let place = place.split_once('/').and_then(|(n, count)| Some((n.parse().ok()?, count.parse().ok()?)));
        let (n, count): (usize, usize) = place.ok_or(SymbolError::Form)?;
        if !(1..=count).contains(&n) || count > MAX_SYMBOLS || piece.len() > PIECE {
            return Err(SymbolError::Form);
        }
        if (self.name.as_str(), self.count) != (name, count) {
            *self = Self { name: name.to_owned(), count, pieces: BTreeMap::new() };
        }
        self.pieces.insert(n, piece.to_owned());
        if self.pieces.len() < count {
            return Ok(None);
        }
        let all = std::mem::take(self);
        let packed: String = all.pieces.into_values().collect();
        let is_whole = self::name(&packed) == all.name;
        let bytes = BASE32_NOPAD.decode(packed.as_bytes()).ok().filter(|_| is_whole);
        let document = bytes.and_then(|bytes| unpack(&bytes)).ok_or(SymbolError::Content)?;
        Ok(Some(Jws::new(&document)))
    }
}

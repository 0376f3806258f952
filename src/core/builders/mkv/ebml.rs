//! EBML (RFC 8794): elements with identifiers and sizes of variable length.
//!
//! Entry points: [`Element::read`], [`children`]. Absent: what an element means.

/// The longest head of an element: 4 bytes of identifier, 8 of size.
pub(super) const HEAD_BYTES: usize = 12;

/// The head of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element {
    /// Its identifier, with its length marker (§5).
    pub id: u32,
    /// Bytes of the head.
    pub head: usize,
    /// Bytes behind it; `None` for one whose end its parent or the next of its kind says (§6.2).
    pub size: Option<u64>,
}

impl Element {
    /// Reads the head at the beginning of `bytes`.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (id, id_bytes) = number(bytes, 4, false)?;
        let (size, size_bytes) = number(bytes.get(id_bytes..)?, 8, true)?;
        let unknown = (1u64 << (7 * size_bytes)) - 1;
        let size = (size != unknown).then_some(size);
        Some(Self { id: u32::try_from(id).ok()?, head: id_bytes + size_bytes, size })
    }
}

/// A number of variable length and its bytes (§4); with or without the marker of its length.
pub(super) fn number(bytes: &[u8], longest: usize, without_marker: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = first.leading_zeros() as usize + 1;
    if length > longest {
        return None;
    }
    let all = bytes.get(..length)?.iter().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
    let marker = 1u64 << (7 * length);
    Some((if without_marker { all & (marker - 1) } else { all }, length))
}

/// The elements in a body, each with its identifier and its own body. What is cut off, or of unknown size, is left out.
pub(super) fn children(mut body: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let element = Element::read(body)?;
        let end = element.head.checked_add(usize::try_from(element.size?).ok()?)?;
        let (whole, rest) = body.split_at_checked(end)?;
        body = rest;
        Some((element.id, whole.get(element.head..)?))
    })
}

/// An unsigned integer (§7.2).
pub(super) fn unsigned(body: &[u8]) -> u64 {
    body.iter().take(8).fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// A floating-point number (§7.3).
pub(super) fn float(body: &[u8]) -> f64 {
    match *body {
        [a, b, c, d] => f64::from(f32::from_be_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => f64::from_be_bytes([a, b, c, d, e, f, g, h]),
        _ => 0.0,
    }
}

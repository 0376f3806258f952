//! Kinds of files that nothing here plays, by their first bytes: they are named, and not called damaged.
//!
//! Entry point: [`name`]. Absent: kinds that have a builder.

use crate::media::{Index, MediaError};

/// The kind's name in an index, and its refusal.
pub(super) fn name(head: &[u8]) -> (&'static str, Result<Index, MediaError>) {
    let found = KINDS.iter().find(|kind| (kind.fits)(head));
    match found {
        Some(kind) => (kind.format, Err(MediaError::Format(kind.name.to_owned()))),
        None if head.is_empty() => ("unknown", Err(MediaError::Malformed("it is empty"))),
        None => ("unknown", Err(MediaError::Malformed("its first bytes are of no kind of footage"))),
    }
}

struct Unreadable {
    format: &'static str,
    /// As people know it.
    name: &'static str,
    fits: fn(&[u8]) -> bool,
}

const KINDS: [Unreadable; 3] = [
    Unreadable { format: "wav", name: "WAV", fits: |head| is_riff(head, b"WAVE") },
    Unreadable {
        format: "asf",
        name: "ASF/WMV",
        fits: |head| head.starts_with(&[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]),
    },
    Unreadable { format: "flv", name: "FLV", fits: |head| head.starts_with(b"FLV\x01") },
];

fn is_riff(head: &[u8], form: &[u8; 4]) -> bool {
    head.starts_with(b"RIFF") && head.get(8..12) == Some(form)
}

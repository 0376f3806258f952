//! Kinds of files that nothing here plays, by their first bytes: they are named, and not called damaged.
//!
//! Entry point: [`name`]. Absent: kinds that have a builder.

use crate::media::{Index, MediaError};

/// The kind's name in an index, and its refusal.
pub(super) fn name(head: &[u8]) -> (&'static str, Result<Index, MediaError>) {
    let found = KINDS.iter().find(|kind| (kind.fits)(head));
    match found {
        Some(kind) => (kind.format, Err(MediaError::Format(kind.name.to_owned()))),
        None => ("unknown", Err(MediaError::Malformed("its first bytes are of no kind of footage"))),
    }
}

struct Kind {
    format: &'static str,
    /// As people know it.
    name: &'static str,
    fits: fn(&[u8]) -> bool,
}

const KINDS: [Kind; 9] = [
    Kind { format: "avi", name: "AVI", fits: |head| is_riff(head, b"AVI ") },
    Kind { format: "wav", name: "WAV", fits: |head| is_riff(head, b"WAVE") },
    // RFC 8794 §11.2.4.
    Kind { format: "mkv", name: "Matroska/WebM", fits: |head| head.starts_with(&[0x1A, 0x45, 0xDF, 0xA3]) },
    Kind {
        format: "asf",
        name: "ASF/WMV",
        fits: |head| head.starts_with(&[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]),
    },
    Kind { format: "flv", name: "FLV", fits: |head| head.starts_with(b"FLV\x01") },
    Kind { format: "dhav", name: "DAV", fits: |head| head.starts_with(b"DHAV") },
    // Hikvision's head stands before a program stream.
    Kind {
        format: "ps",
        name: "MPEG-PS",
        fits: |head| head.starts_with(&[0, 0, 1, 0xBA]) || head.starts_with(b"IMKH"),
    },
    Kind { format: "ts", name: "MPEG-TS", fits: is_transport_stream },
    Kind {
        format: "annexb",
        name: "H.264/H.265",
        fits: |head| head.starts_with(&[0, 0, 0, 1]) || head.starts_with(&[0, 0, 1]),
    },
];

fn is_riff(head: &[u8], form: &[u8; 4]) -> bool {
    head.starts_with(b"RIFF") && head.get(8..12) == Some(form)
}

/// A sync byte at the beginning of three packets, of 188 bytes or with a time stamp of 4 before each (ISO/IEC 13818-1
/// §2.4.3.2; M2TS).
fn is_transport_stream(head: &[u8]) -> bool {
    let at = |from: usize, step: usize| (0..3).all(|n| head.get(from + n * step) == Some(&0x47));
    at(0, 188) || at(4, 192)
}

//! The bundle: container, header, manifest, and the steps `Sealed → Opened → Verified → Admitted`.
//!
//! Entry points: [`Sealed::read`] for a file that came in, [`BundleWriter`] for one that goes out. What makes
//! a bundle invalid is in FORMAT.md §2–§7; every error names the clause.
//! Absent: repair. A bundle is right in every byte or it is refused.

mod clip;
mod container;
mod header;
mod manifest;
mod open;
mod write;

pub use clip::{
    ClipCheck, ClipDigest, ClipError, ClipHash, ClipSealer, OutsideSealer, PIECE_BYTES, PIECE_SEGMENTS,
    PieceCrc, SEGMENT_BYTES, SEGMENT_CHUNKS, segments_span,
};
pub use container::{Container, ContainerError, Entry};
pub(crate) use header::CROCKFORD;
pub use header::{BundleId, Header, OfficeLabel};
pub use manifest::{Clip, Grant, Manifest, ManifestError, Medium, Recipient, Undertaking};
pub use open::{
    AccessError, Admitted, Affirmation, ClipPlace, OpenError, Opened, Sealed, Verified, WindowError,
};
pub use write::{BundleWriter, ClipSource, Plan, WriteError};

/// Version of the format that this crate reads and writes (§1.2).
pub const FORMAT: &str = "fuin/1";

/// What an entry's encryption is bound to: format, bundle and entry name (§4.1).
pub(crate) fn entry_context(bundle_id: &BundleId, entry: &str) -> Vec<u8> {
    [FORMAT.as_bytes(), b"\0", bundle_id.as_str().as_bytes(), b"\0", entry.as_bytes()].concat()
}

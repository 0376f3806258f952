//! The bundle: container, header, manifest, and the steps `Sealed → Opened → Verified → Admitted`.
//!
//! Entry points: [`Sealed::read`] for a file that came in, [`BundleWriter`] for one that goes out. What makes
//! a bundle invalid is in FORMAT.md §2–§7; every error names the clause.
//! Absent: repair. A bundle is right in every byte or it is refused.

mod admit;
mod clip;
mod clip_seal;
mod container;
mod content;
mod cut;
mod extension;
mod header;
mod holder;
mod id;
mod kept_key;
mod key_change;
mod manifest;
mod open;
mod part;
mod refusal;
mod segment;
mod session;
mod terms;
mod undertaking;
mod write;

pub use admit::{Admitted, Affirmation};
pub use clip::{ClipCheck, PieceCrc};
pub use clip_seal::ClipSealer;
pub use content::Content;
pub(crate) use cut::CutVideo;
pub use cut::{CutRecord, CutSource};
pub use extension::{ExtensionCode, Extensions, extension_seed_input};
pub use header::{Header, OfficeLabel};
pub use holder::Holder;
pub use id::BundleId;
pub use kept_key::KeptKey;
pub use key_change::{KeyChange, KeyHistory, Standing};
pub use manifest::{Clip, Manifest, TicketOf};
pub use open::{EntryPlace, Opened, Sealed, Verified};
pub use segment::{
    ClipDigest, ClipError, ClipHash, PIECE_BYTES, PIECE_SEGMENTS, SEGMENT_BYTES, SEGMENT_CHUNKS,
    segments_span,
};
pub use session::{NoSession, SessionId, forensic_key};
pub use terms::{ClipNote, Grant, MarkStyle, Medium, OddClock, Recipient, Terms};
pub use undertaking::{Origin, Submission, UndertakingDocument};
pub use write::{BundleWriter, ClipPlan, Plan, WriteError};

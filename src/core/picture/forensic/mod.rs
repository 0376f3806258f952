//! The forensic mark: a pattern of light and dark cells, too faint to see, that says which viewing of which bundle a
//! picture was painted in (record 39).
//!
//! Entry points: [`MarkLayout`] (what a key's pattern is), [`ForensicMark`] (painting it). Absent: finding it again,
//! which only the office does (`fuin_trace`).

mod code;
mod layout;
mod paint;

pub use layout::{MarkLayout, TILE_CELLS};
pub use paint::ForensicMark;

//! Finding whose forensic mark is in a picture (record 39): for the issuing office, which has the keys.
//!
//! Entry points: [`Traced::look`], then [`Traced::find`]. What is faint in a picture is kept ([`plane`]), the lattice
//! of the repeated tile is found by autocorrelation ([`lattice`]), the picture is folded onto one tile ([`fold`]),
//! where each key's pilots are looked for ([`search`]); what that says stands in [`verdict`]. Absent: reading files.

mod fold;
mod geometry;
mod informed;
mod lattice;
mod plane;
mod search;
mod spectrum;
mod verdict;

pub use informed::{Laid, without_frames};
pub use plane::Plane;
pub use search::{Found, Search, Traced};
pub use verdict::{Beside, Suspect, Verdict};

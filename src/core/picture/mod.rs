//! What is done with a picture on its way to the screen: how it is shown, where its marks stand, how its
//! place in the clip is written.
//!
//! Entry points: [`Look`], [`Lines`], [`MarkBlock`], [`MarkPattern`], [`elapsed`]. Absent: pixels, but those of the
//! forensic mark ([`ForensicMark`]).

mod drawn;
mod forensic;
mod look;
mod marks;
mod position;
mod words;

pub use forensic::{ForensicMark, MarkLayout, TILE_CELLS};
pub use look::{Lines, Look};
pub use marks::{MarkPattern, MarkPlace, MarkStamp, STAMPS};
pub use position::{elapsed, parse_elapsed, parse_picture, parse_time_of_day};
pub use words::{MarkBlock, MarkWords};

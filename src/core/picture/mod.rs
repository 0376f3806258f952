//! What is done with a picture on its way to the screen: how it is shown, where its marks stand, how its
//! place in the clip is written.
//!
//! Entry points: [`Look`], [`Lines`], [`MarkLayout`], [`elapsed`]. Absent: pixels.

mod look;
mod position;
mod watermark;

pub use look::{Lines, Look};
pub use position::{elapsed, parse_elapsed, parse_picture, parse_time_of_day};
pub use watermark::{MarkLayout, MarkWords};

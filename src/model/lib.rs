//! What the page and its worker compute, as pure code: no browser, no signals, no decoder. `cargo test -p
//! fuin_model` runs its tests in seconds.
//!
//! Entry points: [`Window`] for the pictures of one camera, [`PlayClock`] for the time line,
//! [`destination`] for what is typed to go somewhere. Absent: domain rules, which are core's, and
//! anything that is shown.
#![deny(missing_docs)]

mod activity;
mod clock;
mod corners;
mod destination;
mod local_time;
mod papers;
mod plots;
mod qr;
mod request;
mod spans;
mod terms;
mod window;

pub use activity::{Activity, CodedSize};
pub use clock::{Direction, PlayClock};
pub use corners::Corners;
pub use destination::{Destination, Extent, GoTo, destination};
pub use local_time::{local_minute, local_second, parse_local};
pub use papers::{CasePapers, Paper, papers_of_case, papers_of_office, papers_to_hand_over};
pub use plots::{DAYS_TO_RETURN, YEARS, YearInFigures};
pub use qr::read_qrs;
pub use request::{MEDIA, METHODS, RequestTexts, TypedRange, TypedRequest, WrongField, fitting_bases};
pub use spans::Spans;
pub use terms::{Period, TypedClip, TypedTerms, WrongTerm};
pub use window::{Failed, Fed, Feed, Pace, Place, Settled, Standing, Window};

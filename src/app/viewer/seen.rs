//! The latest time that this browser has seen (FORMAT.md §9.4): a clock that was set back opens nothing that has
//! expired, and a clock that was once wrong locks nobody out.
//!
//! Entry points: [`see_time`], [`keep`]. Absent: what follows from it ([`super::time`]).

use fuin_core::Timestamp;

use crate::platform::{
    BrowserError, clock,
    db::{self, StoreName},
    kept,
};

/// A jump ahead by more than half a year is asked before it is kept: a dead battery can set any year. A mark that lies
/// further ahead than this may be taken back by a person.
const MAX_JUMP_SECS: i64 = 184 * 86_400;

/// What the clock says, against what was seen before.
pub struct SeenTime {
    /// The later of the clock and everything seen.
    pub now: Timestamp,
    /// Whether the clock runs behind what was seen.
    pub backwards: bool,
    /// The latest time seen, if the clock is so far ahead of it that a person is asked first.
    pub far_ahead_of: Option<Timestamp>,
}

/// Whether a time lies further from another than clocks that run well go apart.
pub fn is_far(from: Timestamp, to: Timestamp) -> bool {
    from.plus_secs(MAX_JUMP_SECS) < to
}

/// Compares the clock with the high-water mark and with a time that a bundle claims, and raises the mark to the clock,
/// unless that jumped far ahead. What a bundle claims counts for this bundle only: anybody can sign a bundle from the
/// year 9998.
pub async fn see_time(claimed: Option<Timestamp>) -> Result<SeenTime, BrowserError> {
    let clock = clock::now();
    let mark: Option<Timestamp> = db::read_json(StoreName::Settings, kept::HIGH_WATER).await?;
    let known = mark.max(claimed);
    let seen = known.unwrap_or(clock);
    let backwards = clock.plus_secs(clock::TOLERANCE_SECS) < seen;
    let far_ahead_of = known.filter(|known| is_far(*known, clock));
    if far_ahead_of.is_none() {
        keep(mark.map_or(clock, |mark| mark.max(clock))).await?;
    }
    Ok(SeenTime { now: clock.max(seen), backwards, far_ahead_of })
}

/// Sets the mark.
pub async fn keep(mark: Timestamp) -> Result<(), BrowserError> {
    db::write_json(StoreName::Settings, kept::HIGH_WATER, &mark).await
}

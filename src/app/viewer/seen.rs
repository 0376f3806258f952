//! The latest time that this browser has seen (FORMAT.md §9.4): a clock that was set back opens nothing that has
//! expired, and a clock that was once wrong locks nobody out.
//!
//! Entry points: [`see_time`], [`keep`]. Absent: what follows from it ([`super::time`]).

use fuin_core::{SeenTime, Timestamp};

use crate::platform::{
    BrowserError, clock,
    db::{self, StoreName},
    kept,
};

/// Compares the clock with the high-water mark and with a time that a bundle claims, and raises the mark to the clock,
/// unless that jumped far ahead. What a bundle claims counts for this bundle only: anybody can sign a bundle from the
/// year 9998.
pub async fn see_time(claimed: Option<Timestamp>) -> Result<SeenTime, BrowserError> {
    let clock = clock::now();
    let mark: Option<Timestamp> = db::read_json(StoreName::Settings, kept::HIGH_WATER).await?;
    let seen = SeenTime::of(clock, mark.max(claimed));
    if seen.far_ahead_of.is_none() {
        keep(mark.map_or(clock, |mark| mark.max(clock))).await?;
    }
    Ok(seen)
}

/// Sets the mark.
pub async fn keep(mark: Timestamp) -> Result<(), BrowserError> {
    db::write_json(StoreName::Settings, kept::HIGH_WATER, &mark).await
}

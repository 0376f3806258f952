//! What a clock says, against what was seen before (FORMAT.md §9.4): one rule for the page and the command line.
//!
//! Entry point: [`SeenTime::of`]. Absent: where the latest time is kept, and who is asked.

use super::Timestamp;

/// Clocks that run well differ by as much; a clock may be corrected by so much without being called wrong.
const CLOCK_TOLERANCE_SECS: i64 = 300;
/// A jump ahead by more than half a year is asked before it is kept: a dead battery can set any year. A mark that lies
/// further ahead than this may be taken back by a person.
const MAX_JUMP_SECS: i64 = 184 * 86_400;

/// What a clock says, against a time that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenTime {
    /// The later of the clock and what is known.
    pub now: Timestamp,
    /// Whether the clock runs behind what is known.
    pub backwards: bool,
    /// What is known, if the clock is so far ahead of it that a person is asked first.
    pub far_ahead_of: Option<Timestamp>,
}

impl SeenTime {
    /// Compares a clock with the latest time known; nothing is known where nothing was seen.
    pub fn of(clock: Timestamp, known: Option<Timestamp>) -> Self {
        Self {
            now: known.map_or(clock, |known| known.max(clock)),
            backwards: known.is_some_and(|known| clock.plus_secs(CLOCK_TOLERANCE_SECS) < known),
            far_ahead_of: known.filter(|known| Self::is_far(*known, clock)),
        }
    }

    /// Whether `to` lies further ahead of `from` than is taken without a question.
    pub fn is_far(from: Timestamp, to: Timestamp) -> bool {
        from.plus_secs(MAX_JUMP_SECS) < to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_behind_within_or_far_ahead_of_what_is_known() {
        const HALF_A_YEAR: i64 = 184 * 86_400;
        let known = Timestamp::from_unix_secs(1_800_000_000);
        let seen = |after: i64| SeenTime::of(known.plus_secs(after), Some(known));
        for (after, backwards, far) in [
            (-301, true, false),
            (-300, false, false),
            (0, false, false),
            (HALF_A_YEAR, false, false),
            (HALF_A_YEAR + 1, false, true),
        ] {
            assert_eq!(
                (seen(after).backwards, seen(after).far_ahead_of.is_some()),
                (backwards, far),
                "{after}"
            );
            assert_eq!(seen(after).now, known.plus_secs(after.max(0)));
        }
        let first = SeenTime::of(known, None);
        assert_eq!((first.now, first.backwards, first.far_ahead_of), (known, false, None));
    }
}

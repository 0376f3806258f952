//! Times of 33 bits that begin anew (ISO/IEC 13818-1 §2.4.3.7), and recordings one behind another whose times begin
//! anew.
//!
//! Entry point: [`Clock::time`]. Absent: units.

/// Bits of a time.
const WRAP: i64 = 1 << 33;

/// Makes times that go on.
#[derive(Debug, Clone, Default)]
pub(in crate::builders) struct Clock {
    last: Option<i64>,
    latest: i64,
    shift: i64,
    /// Where a second recording begins, if there is one.
    pub(in crate::builders) joins: u32,
}

impl Clock {
    /// Units by which a time may be behind the one before: pictures are not shown in the order of decoding.
    const BACK: i64 = 10 * 90_000;

    /// The time that goes on, for a time as it is written, in units of 90,000 a second.
    pub(in crate::builders) fn time(&mut self, written: i64) -> i64 {
        let Some(last) = self.last else {
            (self.last, self.latest) = (Some(written), written);
            return written;
        };
        // The nearest of all times that are written so.
        let turns = (last - written + WRAP / 2).div_euclid(WRAP);
        let near = written + turns * WRAP;
        if near < last - Self::BACK {
            // Times begin anew: what follows goes on behind what was.
            self.shift += self.latest - (near + self.shift) + 1;
            self.joins += 1;
        }
        self.last = Some(near);
        let time = near + self.shift;
        self.latest = self.latest.max(time);
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_on_over_their_end_and_over_a_join() {
        let mut clock = Clock::default();
        let end = WRAP - 3000;
        assert_eq!([end, 0, -3000 + WRAP, 3000].map(|time| clock.time(time)), [end, WRAP, end, WRAP + 3000]);
        assert_eq!(clock.joins, 0);
        let mut clock = Clock::default();
        let joined = [9_000_000, 9_003_000, 90_000, 93_000].map(|time| clock.time(time));
        assert_eq!((joined, clock.joins), ([9_000_000, 9_003_000, 9_003_001, 9_006_001], 1));
    }
}

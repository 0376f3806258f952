//! Times of 33 bits that begin anew (ISO/IEC 13818-1 §2.4.3.7), and recordings one behind another whose times begin
//! anew.
//!
//! Entry points: [`Clock::time`], [`Clock::system`]. Absent: units.

/// Bits of a time.
const WRAP: i64 = 1 << 33;

/// Makes times that go on.
#[derive(Debug, Clone, Default)]
pub(in crate::builders) struct Clock {
    last: Option<i64>,
    latest: i64,
    /// What the clock of the system said last (SCR, PCR).
    system: Option<i64>,
    /// It went back: the next time may be of another recording.
    went_back: bool,
    shift: i64,
    /// Where a second recording begins, if there is one.
    pub(in crate::builders) joins: u32,
}

impl Clock {
    /// Units by which a time may be behind the one before: pictures are not shown in the order of decoding.
    const BACK: i64 = 10 * 90_000;
    /// The same where the clock of the system went back, and by how much that has to.
    const BACK_OF_SYSTEM: i64 = 90_000 / 2;

    /// What the clock of the system says; it goes on within a recording, and tells short ones apart.
    pub(in crate::builders) fn system(&mut self, said: i64) {
        let before = self.system.replace(said).unwrap_or(said);
        let step = (said - before + WRAP / 2).rem_euclid(WRAP) - WRAP / 2;
        self.went_back |= step < -Self::BACK_OF_SYSTEM;
    }

    /// The time that goes on, for a time as it is written, in units of 90,000 a second.
    pub(in crate::builders) fn time(&mut self, written: i64) -> i64 {
        let Some(last) = self.last else {
            (self.last, self.latest) = (Some(written), written);
            return written;
        };
        // The nearest of all times that are written so.
        let turns = (last - written + WRAP / 2).div_euclid(WRAP);
        let near = written + turns * WRAP;
        let back = if std::mem::take(&mut self.went_back) { Self::BACK_OF_SYSTEM } else { Self::BACK };
        if near < last - back {
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

    #[test]
    fn short_recordings_are_told_apart_by_the_clock_of_the_system() {
        let mut clock = Clock::default();
        for (system, written, wanted) in
            [(0, 9000, 9000), (180_000, 189_000, 189_000), (0, 9000, 189_001), (3600, 12_600, 192_601)]
        {
            clock.system(system);
            assert_eq!(clock.time(written), wanted);
        }
        assert_eq!(clock.joins, 1);
        // It went back, and the times did not.
        clock.system(WRAP - 90_000);
        assert_eq!((clock.time(16_200), clock.joins), (196_201, 1));
    }
}

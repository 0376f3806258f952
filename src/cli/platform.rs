//! Clock and randomness of this computer.

use fuin_core::{calendar::Timestamp, port};

/// The computer's clock.
pub struct Clock;

impl port::Clock for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_secs(time::OffsetDateTime::now_utc().unix_timestamp())
    }
}

/// The operating system's random numbers.
pub struct Entropy;

impl port::Entropy for Entropy {
    fn fill(&self, buf: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "without randomness nothing here may go on")]
        getrandom::fill(buf).expect("the operating system gives random numbers");
    }
}

/// Now, as this computer tells it.
pub fn now() -> Timestamp {
    port::Clock::now(&Clock)
}

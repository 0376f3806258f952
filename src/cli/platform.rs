//! Clock and randomness of this computer.

use fuin_core::{Entropy, Timestamp};

/// The operating system's random numbers.
pub(crate) struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, buf: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "without randomness nothing here may go on")]
        getrandom::fill(buf).expect("the operating system gives random numbers");
    }
}

/// Now, as this computer tells it.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix_secs(time::OffsetDateTime::now_utc().unix_timestamp())
}

//! How often somebody may try: to sign in, by address and by name; anything at all, by session.
//!
//! Entry point: [`Limits`]. Absent: how many connections there may be.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota};

use crate::refusal::Refusal;

/// Tries to sign in from one address, a minute. A whole office may stand behind one.
const BY_ADDRESS: u32 = 60;
/// Tries to sign in under one name, a minute.
const BY_NAME: u32 = 10;
/// Requests of one session, a second: a desk that is overtaken by many others asks often.
const BY_SESSION: u32 = 200;

/// How often.
pub(crate) struct Limits {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    names: DefaultKeyedRateLimiter<String>,
    sessions: DefaultKeyedRateLimiter<[u8; 32]>,
}

fn times(times: u32) -> NonZeroU32 {
    NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN)
}

impl Limits {
    pub(crate) fn new() -> Self {
        Self {
            addresses: DefaultKeyedRateLimiter::keyed(Quota::per_minute(times(BY_ADDRESS))),
            names: DefaultKeyedRateLimiter::keyed(Quota::per_minute(times(BY_NAME))),
            sessions: DefaultKeyedRateLimiter::keyed(Quota::per_second(times(BY_SESSION))),
        }
    }

    /// Somebody tries something from an address: a word that is out of reach of guessing.
    pub(crate) fn tries(&self, address: IpAddr) -> Result<(), Refusal> {
        self.addresses.check_key(&address).map_err(|_| Refusal::Limited)
    }

    /// Somebody tries to sign in.
    pub(crate) fn signs_in(&self, address: IpAddr, name: &str) -> Result<(), Refusal> {
        self.tries(address)?;
        self.names.check_key(&name.to_owned()).map_err(|_| Refusal::Limited)
    }

    /// A session asks for something.
    pub(crate) fn asks(&self, session: &[u8; 32]) -> Result<(), Refusal> {
        self.sessions.check_key(session).map_err(|_| Refusal::Limited)
    }

    /// Forgets who was quiet.
    pub(crate) fn forget_old(&self) {
        self.addresses.retain_recent();
        self.names.retain_recent();
        self.sessions.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_tries_too_often_waits_and_others_do_not() {
        let limits = Limits::new();
        let address = IpAddr::from([10, 0, 0, 1]);
        for _ in 0..BY_NAME {
            assert!(limits.signs_in(address, "花子").is_ok());
        }
        assert!(matches!(limits.signs_in(address, "花子"), Err(Refusal::Limited)));
        assert!(limits.signs_in(address, "太郎").is_ok());
        for n in 0..BY_ADDRESS {
            let _ = limits.signs_in(address, &n.to_string());
        }
        assert!(matches!(limits.signs_in(address, "次郎"), Err(Refusal::Limited)));
        assert!(limits.signs_in(IpAddr::from([10, 0, 0, 2]), "次郎").is_ok());
        limits.forget_old();
    }
}

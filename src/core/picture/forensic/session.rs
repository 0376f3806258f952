//! Which opening of a bundle: a number that the viewer draws, notes in its log, and paints.

use std::{fmt, str::FromStr};

use crate::{
    crypto::{Secret32, hmac_sha256},
    port::Entropy,
    text::crockford::{symbol, value},
};

/// Bytes of the number.
const ID_BYTES: usize = 5;
/// Its letters.
const LETTERS: usize = 8;

/// The number of one opening of a bundle: 40 bits, written as 8 symbols of Crockford's base32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; ID_BYTES]);

impl SessionId {
    /// Draws one.
    pub fn random(entropy: &impl Entropy) -> Self {
        Self(entropy.array())
    }

    /// What is painted: the number, and a MAC that only the key gives.
    pub(super) fn payload(self, key: &Secret32) -> u64 {
        let mut bytes = [0; 8];
        bytes[..ID_BYTES].copy_from_slice(&self.0);
        bytes[ID_BYTES..].copy_from_slice(&self.mac(key));
        u64::from_be_bytes(bytes)
    }

    /// The number in a payload whose MAC is right.
    pub(super) fn of_payload(payload: u64, key: &Secret32) -> Option<Self> {
        let bytes = payload.to_be_bytes();
        let (number, mac) = bytes.split_first_chunk::<ID_BYTES>()?;
        let id = Self(*number);
        (id.mac(key) == mac).then_some(id)
    }

    fn mac(self, key: &Secret32) -> [u8; 3] {
        let [first, second, third, ..] = hmac_sha256(key, &[b"session", &self.0]);
        [first, second, third]
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        for n in (0..LETTERS).rev() {
            write!(f, "{}", symbol((bits >> (5 * n)) as u8))?;
        }
        Ok(())
    }
}

/// Not eight letters of the alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session is eight letters and digits")]
pub struct NoSession;

impl FromStr for SessionId {
    type Err = NoSession;

    fn from_str(text: &str) -> Result<Self, NoSession> {
        if text.chars().count() != LETTERS {
            return Err(NoSession);
        }
        let bits = text.chars().try_fold(0u64, |bits, letter| {
            let five = value(letter).ok_or(NoSession)?;
            Ok(bits << 5 | u64::from(five))
        })?;
        let [_, _, _, id @ ..] = bits.to_be_bytes();
        Ok(Self(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_read_as_written_and_known_by_its_key() -> Result<(), NoSession> {
        let id = SessionId([0xff, 0, 0x12, 0x34, 0x56]);
        assert_eq!(id.to_string(), "ZW014D2P");
        assert_eq!(id.to_string().parse::<SessionId>()?, id);
        assert!("ZW014D2".parse::<SessionId>().is_err() && "ZW014D2U".parse::<SessionId>().is_err());
        let (key, other) = (Secret32::new([1; 32]), Secret32::new([2; 32]));
        assert_eq!(SessionId::of_payload(id.payload(&key), &key), Some(id));
        assert_eq!(SessionId::of_payload(id.payload(&key), &other), None);
        assert_eq!(SessionId::of_payload(id.payload(&key) ^ 1 << 40, &key), None);
        Ok(())
    }
}

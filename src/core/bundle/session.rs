//! Which viewing of a bundle: a number that the viewer draws when somebody affirms, notes in its log, and paints
//! (FORMAT.md §7.11).
//!
//! Entry points: [`SessionId`], [`forensic_key`]. Absent: the pattern (`picture/forensic`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    crypto::{Secret32, hmac_sha256},
    port::Entropy,
    text::crockford::{symbol, value},
};

/// Bytes of the number.
const ID_BYTES: usize = 5;
/// Its letters.
const LETTERS: usize = 8;

/// The key of the forensic marks of whoever opens a slot: HMAC-SHA-256(receipt secret, label ‖ 0) (§7.11). Nobody else
/// can make them but the office.
pub fn forensic_key(receipt_secret: &Secret32) -> Secret32 {
    Secret32::new(hmac_sha256(receipt_secret, &[b"fuin/1 forensic mark\0"]))
}

/// The number of one viewing of a bundle: 40 bits, written as 8 symbols of Crockford's base32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId([u8; ID_BYTES]);

impl SessionId {
    /// Draws one.
    pub fn random(entropy: &impl Entropy) -> Self {
        Self(entropy.array())
    }

    /// What is painted: the number, and a MAC that only the key gives.
    pub(crate) fn payload(self, key: &Secret32) -> u64 {
        let mut bytes = [0; 8];
        bytes[..ID_BYTES].copy_from_slice(&self.0);
        bytes[ID_BYTES..].copy_from_slice(&self.mac(key));
        u64::from_be_bytes(bytes)
    }

    /// The number in a payload whose MAC is right.
    pub(crate) fn of_payload(payload: u64, key: &Secret32) -> Option<Self> {
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

impl TryFrom<String> for SessionId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let session = text.parse::<Self>().ok();
        // One session, one text.
        session.filter(|session| session.to_string() == text).ok_or("a session is eight letters and digits")
    }
}

impl From<SessionId> for String {
    fn from(session: SessionId) -> Self {
        session.to_string()
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
    use data_encoding::HEXLOWER;

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

    /// What another program makes of the text of §7.11 (`tests/interop`).
    #[test]
    fn key_and_payload_are_as_the_format_says() -> Result<(), Box<dyn std::error::Error>> {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/vectors/forensic.json"))?;
        let text = |name: &str| vector.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let bytes = |name: &str| HEXLOWER.decode(text(name).as_bytes());
        let key = forensic_key(&Secret32::from_slice(&bytes("receipt_secret")?).ok_or("no secret")?);
        assert_eq!(key.expose().as_slice(), bytes("key")?);
        let payload = text("session").parse::<SessionId>()?.payload(&key);
        assert_eq!(payload.to_be_bytes().as_slice(), bytes("payload")?);
        Ok(())
    }
}

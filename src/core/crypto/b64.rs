//! Bytes in JSON: unpadded base64url (RFC 4648 §5).
//!
//! Entry points: [`B64`] for a fixed number, [`b64_vec`] for any number. Absent: other alphabets, padding.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A fixed number of bytes, written as unpadded base64url (RFC 4648 §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct B64<const N: usize>(pub [u8; N]);

impl<const N: usize> Serialize for B64<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for B64<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = b64_vec::deserialize(deserializer)?;
        Ok(Self(bytes.try_into().map_err(|_| D::Error::custom(format!("expected {N} bytes")))?))
    }
}

/// Bytes of any length as unpadded base64url.
pub(crate) mod b64_vec {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64URL_NOPAD.decode(text.as_bytes()).map_err(D::Error::custom)
    }
}

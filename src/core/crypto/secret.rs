//! A 32-byte secret that leaves memory when dropped and prints nothing.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::port::Entropy;

/// A 256-bit secret: a bundle key, a key-encryption key, a receipt secret.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret32([u8; 32]);

impl Secret32 {
    /// A new random secret.
    pub fn random(entropy: &impl Entropy) -> Self {
        Self(entropy.array())
    }

    /// Takes over bytes that are already secret.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From a slice of exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// The bytes themselves. Whoever calls this takes care of them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret32(..)")
    }
}

//! Numbers that follow from a secret: SHA-256 of it, of what they are for, and of a counter.

use crate::crypto::{Secret32, sha256};

/// Numbers that follow from a secret.
pub(super) struct Drawn {
    seed: [u8; 32],
    block: [u8; 32],
    next: usize,
    count: u64,
}

impl Drawn {
    pub(super) fn new(secret: &Secret32, parts: &[&[u8]]) -> Self {
        let seed = sha256(&[secret.expose().as_slice(), &parts.concat()].concat());
        Self { seed, block: [0; 32], next: 32, count: 0 }
    }

    pub(super) fn byte(&mut self) -> u8 {
        if self.next == self.block.len() {
            self.block = sha256(&[self.seed.as_slice(), &self.count.to_be_bytes()].concat());
            (self.count, self.next) = (self.count + 1, 0);
        }
        self.next += 1;
        self.block[self.next - 1]
    }

    /// From 0 to 1.
    pub(super) fn unit(&mut self) -> f64 {
        let high = f64::from(self.byte());
        (high * 256.0 + f64::from(self.byte())) / 65536.0
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// From 0 to below `end`, which is at most 65,536.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let high = usize::from(self.byte());
        // 65,536 is far more than any `end`: one number is hardly likelier than another.
        ((high * 256 + usize::from(self.byte())) * end) >> 16
    }
}

//! Bytes that were changed by chance.

use fuin_core::Entropy;

use crate::TestEntropy;

/// A few random changes: bytes set, flipped, cut, doubled, or replaced by extreme numbers.
pub fn mutate(seed: &[u8], entropy: &TestEntropy) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let pick = |limit: usize| (u64::from_be_bytes(entropy.array()) % limit.max(1) as u64) as usize;
    for _ in 0..=pick(4) {
        if bytes.is_empty() {
            break;
        }
        let at = pick(bytes.len());
        match pick(6) {
            0 => bytes[at] = pick(256) as u8,
            1 => bytes[at] ^= 1 << pick(8),
            2 => bytes.truncate(at),
            3 => {
                let end = (at + pick(64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let extreme = [[0xFF; 4], [0; 4], [0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0, 1]][pick(4)];
                for (byte, value) in bytes.iter_mut().skip(at).zip(extreme) {
                    *byte = value;
                }
            }
            _ => {
                let end = (at + pick(64)).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

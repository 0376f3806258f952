//! Blocks of a Matroska file (RFC 9559 §10): frames of one track, perhaps several behind one head.
//!
//! Entry points: [`Block::read`], [`laces`]. Absent: clusters.

use super::ebml::number;

/// The head of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub track: u64,
    /// Units behind the cluster's time.
    pub time: i16,
    pub is_key: bool,
    /// 0 none, 1 Xiph's, 2 of equal size, 3 EBML's.
    lacing: u8,
    /// Bytes before the lacing's own head, or the frame.
    pub head: usize,
}

impl Block {
    /// Reads it.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (track, length) = number(bytes, 8, true)?;
        let [high, low, flags, ..] = *bytes.get(length..)? else { return None };
        let time = i16::from_be_bytes([high, low]);
        Some(Self { track, time, is_key: flags & 0x80 != 0, lacing: flags >> 1 & 3, head: length + 3 })
    }
}

/// The frames of a block of `size` bytes: bytes to pass over before each, and its own. `None` if they do not add up.
pub(super) fn laces(block: &Block, bytes: &[u8], size: u64) -> Option<Vec<(u64, u32)>> {
    let left = size.checked_sub(block.head as u64)?;
    if block.lacing == 0 {
        return Some(vec![(0, u32::try_from(left).ok()?)]);
    }
    let body = bytes.get(block.head..)?;
    let count = usize::from(*body.first()?) + 1;
    let (mut at, mut sizes) = (1usize, Vec::new());
    match block.lacing {
        1 => {
            for _ in 1..count {
                let mut size = 0u64;
                loop {
                    let byte = *body.get(at)?;
                    at += 1;
                    size += u64::from(byte);
                    if byte != 255 {
                        break;
                    }
                }
                sizes.push(size);
            }
        }
        3 if count > 1 => {
            let (first, length) = number(body.get(at..)?, 8, true)?;
            at += length;
            sizes.push(first);
            for _ in 2..count {
                let (raw, length) = number(body.get(at..)?, 8, true)?;
                at += length;
                // Signed, around the middle of what its length holds.
                let middle = (1i64 << (7 * length - 1)) - 1;
                let step = i64::try_from(raw).ok()? - middle;
                sizes.push(sizes.last()?.checked_add_signed(step)?);
            }
        }
        _ => {}
    }
    let rest = left.checked_sub(at as u64)?;
    if block.lacing == 2 {
        sizes = vec![rest / count as u64; count - 1];
    }
    let used = sizes.iter().try_fold(0u64, |sum, size| sum.checked_add(*size))?;
    sizes.push(rest.checked_sub(used)?);
    let skip = |n: usize| if n == 0 { at as u64 } else { 0 };
    sizes.iter().enumerate().map(|(n, size)| Some((skip(n), u32::try_from(*size).ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laces_are_taken_apart() {
        let block = |lacing: u8| Block { track: 1, time: 0, is_key: true, lacing, head: 4 };
        let sizes = |lacing: u8, body: &[u8], size: u64| {
            let bytes = [&[0; 4], body].concat();
            laces(&block(lacing), &bytes, size).map(|all| all.iter().map(|lace| lace.1).collect::<Vec<_>>())
        };
        assert_eq!(sizes(0, &[], 14), Some(vec![10]));
        // Three frames of 300, 20 and the rest.
        assert_eq!(sizes(1, &[2, 255, 45, 20], 4 + 4 + 330), Some(vec![300, 20, 10]));
        assert_eq!(sizes(2, &[2], 4 + 1 + 30), Some(vec![10, 10, 10]));
        // 800, then 300 less, then the rest (RFC 9559 §10.3.3).
        assert_eq!(sizes(3, &[2, 0x43, 0x20, 0x5E, 0xD3], 4 + 5 + 1400), Some(vec![800, 500, 100]));
        assert_eq!(sizes(1, &[2, 255, 45, 20], 100), None);
    }
}

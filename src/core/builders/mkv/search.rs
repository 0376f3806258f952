//! Where a damaged file goes on: the next cluster or recording, or a block of the cluster that is gone through.
//!
//! Entry point: [`next_element`]. Absent: what was lost.

use super::{
    ebml::Element,
    names::{BLOCK_GROUP, CLUSTER, EBML, SIMPLE_BLOCK, is_known},
};
use crate::{builders::Footage, media::MediaError};

/// Bytes that are looked through at a time.
const READ_BYTES: u64 = 1 << 20;
/// Bytes of an element that are looked at: its head, and what a block begins with.
const LOOKED_AT: usize = 16;

/// The next place from `at` on where a cluster or a recording begins, or, before `block_end`, a block behind which
/// another element stands.
pub(super) fn next_element(
    footage: &mut Footage<'_>,
    mut at: u64,
    block_end: u64,
) -> Result<Option<u64>, MediaError> {
    let len = footage.len();
    while at < len {
        footage.came_to(at)?;
        let bytes = footage.read(at, (len - at).min(READ_BYTES) as usize)?;
        // An element that begins in the last bytes is seen whole in the next round.
        let is_last = at + bytes.len() as u64 == len;
        let searched = if is_last { bytes.len() } else { bytes.len() - LOOKED_AT };
        let mut here = 0;
        while let Some(rest) = bytes.get(here..searched) {
            let top = rest.iter().position(|byte| {
                matches!(*byte, 0x1A | 0x1F) || (at < block_end && matches!(*byte, 0xA0 | 0xA3))
            });
            let Some(skip) = top else { break };
            here += skip;
            if begins(footage, at + here as u64, bytes.get(here..).unwrap_or_default(), block_end)? {
                return Ok(Some(at + here as u64));
            }
            here += 1;
        }
        at += searched as u64;
    }
    Ok(None)
}

fn begins(footage: &Footage<'_>, at: u64, bytes: &[u8], block_end: u64) -> Result<bool, MediaError> {
    let Some(element) = Element::read(bytes) else { return Ok(false) };
    let is_inside = match element.id {
        CLUSTER | EBML => return Ok(true),
        // A number of a track below 127, a time, flags of which three bits are not used.
        SIMPLE_BLOCK => {
            matches!(bytes.get(element.head..), Some([0x81..=0xFE, _, _, flags, ..]) if flags & 0x70 == 0)
        }
        BLOCK_GROUP => bytes.get(element.head) == Some(&0xA1),
        _ => false,
    };
    let end = element.size.and_then(|size| (at + element.head as u64).checked_add(size));
    let Some(end) = end.filter(|end| is_inside && *end <= block_end) else { return Ok(false) };
    follows(footage, end)
}

/// Whether an element that is known stands here, or the file ends.
pub(super) fn follows(footage: &Footage<'_>, at: u64) -> Result<bool, MediaError> {
    let left = footage.len().saturating_sub(at);
    let head = footage.read(at, left.min(LOOKED_AT as u64) as usize)?;
    Ok(left == 0 || Element::read(&head).is_some_and(|element| is_known(element.id)))
}

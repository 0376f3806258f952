//! Identifiers of elements (RFC 9559 §5.1).
//!
//! Entry point: [`is_known`]. Absent: those within a track or a block.

pub(super) const EBML: u32 = 0x1A45_DFA3;
pub(super) const SEGMENT: u32 = 0x1853_8067;
pub(super) const INFO: u32 = 0x1549_A966;
pub(super) const TRACKS: u32 = 0x1654_AE6B;
pub(super) const CLUSTER: u32 = 0x1F43_B675;
pub(super) const CLUSTER_TIME: u32 = 0xE7;
pub(super) const SIMPLE_BLOCK: u32 = 0xA3;
pub(super) const BLOCK_GROUP: u32 = 0xA0;
/// Seek head, cues, attachments, chapters, tags; void, checksum; of a cluster: size of the one before, position, silent
/// tracks, encrypted blocks.
const OTHERS: [u32; 11] =
    [0x114D_9B74, 0x1C53_BB6B, 0x1941_A469, 0x1043_A770, 0x1254_C367, 0xEC, 0xBF, 0xAB, 0xA7, 0x5854, 0xAF];

/// Whether an element may stand at the top of a file, in a segment or in a cluster.
pub(super) fn is_known(id: u32) -> bool {
    let ours = [EBML, SEGMENT, INFO, TRACKS, CLUSTER, CLUSTER_TIME, SIMPLE_BLOCK, BLOCK_GROUP];
    ours.contains(&id) || OTHERS.contains(&id)
}

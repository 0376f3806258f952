//! The tables of a clip, as the office signed them.
//!
//! Entry point: [`read_index`]. Absent: files of any kind; the office made the tables of them when it sealed.

use fuin_core::Index;

use crate::{
    fault::Fault,
    worker::vault::{Vault, wrong_order},
};

/// What is in clip `clip` of the admitted bundle; refused if it cannot be played.
pub fn read_index(vault: &Vault, clip: usize) -> Result<Index, Fault> {
    let (admitted, _) = vault.admitted()?;
    let verified = admitted.verified();
    let entry = verified.manifest().clips.get(clip).ok_or_else(wrong_order)?;
    Ok(Index::parse(&verified.index(clip)?, entry.bytes)?.playable()?)
}

//! Bundles that wait at the server to be handed over: given by the desk that sealed one, taken by whichever hands the
//! medium over.
//!
//! Entry points: [`is_there`], [`give`], [`take`]. When a bundle was handed over it goes (`deposit.rs`).

use fuin_core::{BundleId, ClipHash, PIECE_BYTES};

use super::deposit::{piece_of, send, there};
use crate::{
    fault::Code,
    office::fault::DeskFault,
    platform::files::{self, Arriving, PickedFile},
};

/// Bytes of a bundle in which its header names it (FORMAT.md §2.1, §3.1).
const HEADER: f64 = 65_536.0;

/// What it is called at the server, and as a file.
pub fn file_name(id: &BundleId) -> String {
    format!("{id}.fuin")
}

/// Whether the server has it.
pub async fn is_there(id: &BundleId) -> Result<bool, DeskFault> {
    let name = file_name(id);
    Ok(there().await?.iter().any(|known| known.name == name))
}

/// Gives the server the file of a bundle; `on_part` hears how far it is, from 0 to 1, and says whether to go on.
/// Gives whether all of it is there.
pub async fn give(
    id: &BundleId,
    file: &PickedFile,
    on_part: impl Fn(f64) -> bool,
) -> Result<bool, DeskFault> {
    let header = files::read_slice(file, 0.0, HEADER).await?;
    if !String::from_utf8_lossy(&header).contains(&format!("\"{id}\"")) {
        return Err(DeskFault::about(Code::BundleNotThis, id.to_string()));
    }
    let of = file.size();
    let piece_from = async |at: f64| {
        Ok::<_, DeskFault>(files::read_slice(file, at, (at + PIECE_BYTES as f64).min(of)).await?)
    };
    let (mut hash, mut at) = (ClipHash::default(), 0.0);
    while at < of {
        if !on_part(at / of / 4.0) {
            return Ok(false);
        }
        let piece = piece_from(at).await?;
        hash.update(&piece);
        at += piece.len() as f64;
    }
    let sha256 = data_encoding::HEXLOWER.encode(&hash.finish().sha256);
    send((&file_name(id), of, &sha256), piece_from, |done| on_part(0.25 + done * 0.75)).await
}

/// Takes the file of a bundle from the server and hands it out. Whether it was there.
pub async fn take(id: &BundleId, on_part: impl Fn(f64) -> bool) -> Result<bool, DeskFault> {
    let name = file_name(id);
    let Some(known) = there().await?.into_iter().find(|known| known.name == name) else { return Ok(false) };
    let mut all = Arriving::default();
    loop {
        if !on_part(all.len() / known.bytes) {
            return Ok(true);
        }
        match piece_of(&name, all.len()).await? {
            None => return Ok(false),
            Some(piece) if piece.is_empty() => break,
            Some(piece) => all.push(&piece)?,
        }
    }
    all.download(&name)?;
    Ok(true)
}

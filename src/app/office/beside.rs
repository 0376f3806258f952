//! What is kept beside the ledger, as it was sealed: here, or where the ledger is shared.
//!
//! Entry point: [`sealed`]. Absent: opening it (`documents.rs`, `bundle_keys.rs`).

use super::{desk::Desk, fault::DeskFault};
use crate::platform::{
    db::{self, StoreName},
    files,
};

/// What is kept at a place here, or under `name` elsewhere; then it is kept here from now on.
pub async fn sealed(desk: Desk, place: &str, name: &str) -> Result<Option<Vec<u8>>, DeskFault> {
    if let Some(stored) = db::read(StoreName::Attachments, place).await? {
        return Ok(Some(files::from_js(&stored)));
    }
    let Some(sealed) = desk.fetch(name).await? else { return Ok(None) };
    db::write(StoreName::Attachments, place, &files::to_js(&sealed)).await?;
    Ok(Some(sealed))
}

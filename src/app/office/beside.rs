//! What is kept beside the ledger: here, or where the ledger is shared. It is looked at before it is kept or given
//! away.
//!
//! Entry points: [`KeptBeside`]. Absent: what it is (`documents.rs`, `bundle_keys.rs`).

use super::{desk::Desk, fault::DeskFault};
use crate::platform::{
    db::{self, StoreName},
    files,
};

/// Something that is kept beside the ledger.
pub struct KeptBeside<'a> {
    /// Where it is kept here.
    pub key: &'a str,
    /// For which place it is sealed (FORMAT.md §11.10).
    pub place: &'a str,
    /// What it is called where the ledger is shared.
    pub name: &'a str,
}

impl KeptBeside<'_> {
    /// What is kept here: as it was sealed, and opened, where that is what `is_it` takes for the right thing.
    pub async fn here(
        &self,
        desk: Desk,
        is_it: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<(Vec<u8>, Vec<u8>)>, DeskFault> {
        let Some(stored) = db::read(StoreName::Attachments, self.key).await? else { return Ok(None) };
        self.opened(desk, files::from_js(&stored), is_it).await
    }

    async fn opened(
        &self,
        desk: Desk,
        sealed: Vec<u8>,
        is_it: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<(Vec<u8>, Vec<u8>)>, DeskFault> {
        let plain = desk.keys()?.storage.open(self.place, &sealed).await?;
        Ok(plain.filter(|plain| is_it(plain)).map(|plain| (sealed, plain)))
    }

    /// What it says: as it is kept here, or else as it is kept elsewhere, and from then on here.
    pub async fn read(
        &self,
        desk: Desk,
        is_it: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<Vec<u8>>, DeskFault> {
        if let Some((_, plain)) = self.here(desk, &is_it).await? {
            return Ok(Some(plain));
        }
        let Some(sealed) = desk.fetch(self.name).await? else { return Ok(None) };
        let Some((sealed, plain)) = self.opened(desk, sealed, is_it).await? else { return Ok(None) };
        db::write(StoreName::Attachments, self.key, &files::to_js(&sealed)).await?;
        Ok(Some(plain))
    }

    /// Whether anything is kept here, good or not.
    pub async fn is_here(&self) -> Result<bool, DeskFault> {
        Ok(db::read(StoreName::Attachments, self.key).await?.is_some())
    }
}

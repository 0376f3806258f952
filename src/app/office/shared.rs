//! Who else has to do with a line of the ledger: what looks on, and where several desks record.
//!
//! Entry points: [`Witness`] (the mirror), [`Shared`] (the server). Absent: the ledger itself (`desk.rs`).

use fuin_core::Jws;
use futures_util::future::LocalBoxFuture;

use super::fault::DeskFault;
use crate::platform::crypto::OfficeSigningKey;

/// Looks on when the ledger grows: a copy of it that must never fall behind or run ahead unseen.
pub trait Witness {
    /// Refuses another line while it knows of a longer ledger.
    fn may_append(&self) -> Result<(), DeskFault>;
    /// The ledger, or the documents beside it, became more.
    fn changed(&self);
}

/// What became of a line that was sent to where several desks record.
pub enum Sent {
    /// It stands there.
    Taken,
    /// Another desk was quicker.
    Overtaken,
}

/// Where several desks record: a line counts once it stands there.
pub trait Shared {
    /// Sends the next line, and the head that counts it.
    fn send<'a>(&'a self, line: &'a Jws, head: &'a Jws) -> LocalBoxFuture<'a, Result<Sent, DeskFault>>;
    /// Takes over what other desks recorded.
    fn read_on(&self) -> LocalBoxFuture<'_, Result<(), DeskFault>>;
    /// A document that is kept there under this name, as a desk sealed it; none where there is none.
    fn fetch<'a>(&'a self, name: &'a str) -> LocalBoxFuture<'a, Result<Option<Vec<u8>>, DeskFault>>;
    /// The key of this desk, by which it signs once it is enrolled.
    fn desk_key(&self) -> Option<OfficeSigningKey>;
}

//! The office's ledger: everything that it can say, and the chain of signed lines that says it (FORMAT.md §10).
//!
//! Entry points: [`EventBody`], [`Ledger`], [`Proof`]. Absent: what follows from the events ([`crate::register`]).

mod chain;
mod event;
mod fault;
mod proof;

pub use chain::{Ledger, LedgerEvent, LedgerHead};
pub use event::{
    Approval, Attachment, EventBody, Incident, OpensWith, Operation, OperationKind, Provision, SealedEvent,
    SealedSlot, Via,
};
pub(crate) use event::{SealedClipRecord, TicketRecord};
pub use fault::LedgerFault;
pub use proof::{Proof, UnsignedProof};

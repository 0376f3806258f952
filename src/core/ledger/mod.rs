//! The office's ledger: everything that it can say, and the chain of signed lines that says it (FORMAT.md §10).
//!
//! Entry points: [`EventBody`], [`Ledger`], [`Proof`]. Absent: what follows from the events ([`crate::register`]).

mod chain;
mod desks;
mod entry;
mod event;
mod fault;
mod letter;
mod line;
mod logbook;
mod parts;
mod proof;
mod reading;
mod staff;
mod union;
mod year_end;

pub use chain::Ledger;
pub use desks::{Desks, EnrolledDesk};
pub use entry::{LedgerEvent, LedgerHead};
pub use event::EventBody;
pub use fault::LedgerFault;
pub use letter::{Letter, LetterKind};
pub use line::{CheckedLine, LedgerLine};
pub(crate) use line::{common, has_line, sha256_at};
pub use logbook::{Incident, Operation, OperationKind, OwedReport};
pub(crate) use parts::TicketRecord;
pub use parts::{
    Approval, Attachment, BroughtLine, Covers, OpensWith, Provides, Provision, Renumbered, Restoration,
    SealedClipRecord, SealedEvent, SealedSlot, Union, Via,
};
pub use proof::{Proof, UnsignedProof};
pub use reading::LedgerReading;
pub use staff::PersonRole;
pub(crate) use union::is_of_ledger;
pub(crate) use year_end::stretches;
pub use year_end::{YearClosing, YearDestruction};

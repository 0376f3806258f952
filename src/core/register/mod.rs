//! What follows from the ledger: requests and disclosures, what is due, what may be recorded next, what a
//! year's report counts.
//!
//! Entry points: [`Register`], [`admits`], [`ReceiptCheck`], [`Sealing`], [`Yearly`].
//! Absent: stored state; all of this can be computed anew from the ledger at any time.

mod case;
mod confirm;
mod disclosure;
#[expect(clippy::module_inception, reason = "the folder is named after what it is about")]
mod register;
mod reports;
mod sealing;
mod steps;
mod yearly;

pub use case::{Case, CaseState};
pub use confirm::{AcceptedReceipt, ReceiptCheck, ReceiptRefusal, evidence_of, refusal_event};
pub use disclosure::{Disclosure, DisclosureStatus};
pub use register::{LedgerFinding, Register, Today};
pub use reports::{Concern, Maker, ReceivedReport, Stamped, Viewing};
pub use sealing::{Footage, Lock, Sealing};
pub use steps::{BY_FILE, StepError, WITHOUT_FILE, admits, admits_in_force, first_unruly};
pub use yearly::Yearly;

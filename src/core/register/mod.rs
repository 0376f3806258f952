//! What follows from the ledger: requests and disclosures, what is due, what may be recorded next, what a
//! year's report counts.
//!
//! Entry points: [`Register`], [`admits`], [`ReceiptCheck`], [`Sealing`], [`Yearly`].
//! Absent: stored state; all of this can be computed anew from the ledger at any time.

mod books;
mod case;
mod case_steps;
mod confirm;
mod disclosure;
mod findings;
mod known;
mod letter_places;
mod letters;
mod people;
#[expect(clippy::module_inception, reason = "the folder is named after what it is about")]
mod register;
mod reports;
mod sealing;
mod step;
mod steps;
mod subject;
mod today;
mod union;
mod year_end;
mod yearly;

pub use books::{Book, BookTable};
pub use case::{Case, CaseState, Correction, Decision, Outcome};
pub use case_steps::{decided_part, is_decided};
pub use confirm::{AcceptedReceipt, ReceiptCheck, ReceiptRefusal, evidence_of, refusal_event};
pub use disclosure::{Disclosure, DisclosureStatus};
pub use findings::LedgerFinding;
pub use known::Known;
pub use letter_places::letter_places;
pub use letters::{Sender, draft_letter, letter_text, letters_of};
pub use people::may_decide;
pub use register::{Recorded, Register};
pub use reports::{Concern, Maker, ReceivedReport, Stamped, Viewing};
pub use sealing::{Footage, Lock, Sealing, covered};
pub use step::{BY_FILE, StepError, WITHOUT_FILE};
pub use steps::{admits, first_unruly};
pub use today::Today;
pub use union::{UnionError, UnionPlan, admits_next, union_of};
pub use year_end::{attachments_gone, closing_of, destruction_of};
pub use yearly::Yearly;

//! What is written down: requests, undertakings, receipts, the office's ledger and its keys.
//!
//! Entry points: [`request::Request`], [`ledger::Ledger`], [`receipt::Receipt`], [`confirm`]. Stored documents are
//! signed as they are; what may be recorded next is decided in one place ([`steps`]); screens are projections ([`disclosure`]).
//! Absent: accounts. A name in a record is data, not a login.

pub mod cases;
pub mod confirm;
pub mod disclosure;
pub mod event;
pub mod ledger;
pub mod office;
pub mod receipt;
pub mod request;
pub mod request_file;
pub mod sealing;
pub mod steps;
pub mod undertaking;
pub mod yearly;

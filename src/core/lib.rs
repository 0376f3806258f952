//! The rules of Fuin as pure code: bytes in, values out.
//!
//! Entry points: [`bundle::Sealed`] to open a bundle, [`bundle::BundleWriter`] to make one,
//! [`records::ledger::Ledger`] for the office's record, [`rules::RuleSet`] for a city's rules.
//! The bundle format is specified in `FORMAT.md` beside this file; code cites its clauses as `§n.m`.
//!
//! Absent on purpose: files, the DOM, the clock, randomness and global state. All of them come in
//! through the traits of [`port`].
#![deny(missing_docs)]

pub mod bundle;
pub mod calendar;
pub mod crypto;
pub mod csv;
pub mod media;
pub mod port;
pub mod records;
pub mod rules;
pub mod typed;
pub mod watermark;

pub use port::Coded;

//! Papers in the form of data: request and review, request file, receipt and its code, the office's card, key files.
//!
//! Entry points: [`Request`], [`RequestFile`], [`Receipt`], [`ReceiptCode`], [`Office`]. A document says what
//! is in it. Absent: whether that suffices; `rules` and `register` judge it.

mod code;
mod correction;
mod desk_proof;
mod field;
mod office;
mod receipt;
mod recipient_key;
mod request;
mod request_file;
mod review;
mod scan;
mod symbols;
mod viewing_log;

pub(crate) use code::CodeError;
pub use code::{ReceiptCode, ReceiptFacts, ReceiptKind, Reported};
pub(crate) use correction::{Difference, corrects_only_itself, differences};
pub use desk_proof::DeskProof;
pub use field::Field;
pub use office::{
    KEEPER_INPUT, Office, OfficeCard, OfficeKeyFile, OfficeKeys, ReceiptMaster, receipt_secret_input,
};
pub use receipt::{Receipt, Report, Reporting, VerifiedReceipt};
pub use recipient_key::{RecipientKeyFile, RecipientKeys, RecipientPublicKeys};
pub(crate) use request::RequestError;
pub use request::{
    Applicant, FootageRange, LEGAL_BASES, OTHER_BASIS, Request, UndertakingFields, legal_basis_name,
};
pub use request_file::{DeviceKeys, RequestFile, VerifiedRequestFile};
pub use review::{Review, ReviewField};
pub use scan::ScanKind;
pub use symbols::{SymbolSet, symbols_of};
pub use viewing_log::{Anomaly, Happening, LogEntry, PictureTaken, ViewingLog, clip_time};

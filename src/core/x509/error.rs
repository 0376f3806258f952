//! Why a certificate, a list of revoked ones or a time stamp is not accepted.

use crate::port::Coded;

/// One fault, one variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum X509Error {
    /// Not what it should be, or not in DER.
    #[error("this is no {0} (FORMAT.md §14)")]
    Form(&'static str),
    /// A key or a signature of a kind that is not read.
    #[error("signed in a way that this version does not know: {0} (FORMAT.md §14.2)")]
    Algorithm(String),
    /// A signature does not verify.
    #[error("a signature of the {0} does not verify (FORMAT.md §14)")]
    Signature(&'static str),
    /// No certificate leads to a root that was given.
    #[error("the certificates do not lead to a root that was given (FORMAT.md §14.2)")]
    Chain,
    /// A certificate was not valid then.
    #[error("the certificate of {0} was not valid at that time (FORMAT.md §14.2)")]
    Period(String),
    /// A certificate may not be used for this, or restricts itself in a way that is not read.
    #[error("the certificate of {0} is not for this use (FORMAT.md §14.2)")]
    Use(String),
    /// A certification of another key or office.
    #[error("the certification is of another key or office (FORMAT.md §14.1)")]
    OtherKey,
    /// A time stamp of something else.
    #[error("the time stamp is of another document (FORMAT.md §14.4)")]
    OtherDocument,
    /// Made by a later version.
    #[error("made by a later version: {0} (FORMAT.md §1.4)")]
    Later(String),
    /// The time-stamping authority gave none.
    #[error("the time-stamping authority gave no time stamp (RFC 3161 §2.4.2)")]
    NotGranted,
}

impl Coded for X509Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Form(_) => "x509_form",
            Self::Algorithm(_) => "x509_algorithm",
            Self::Signature(_) => "x509_signature",
            Self::Chain => "x509_chain",
            Self::Period(_) => "x509_period",
            Self::Use(_) => "x509_use",
            Self::OtherKey => "certification_other",
            Self::OtherDocument => "time_stamp_other",
            Self::Later(_) => "later_version",
            Self::NotGranted => "time_stamp_refused",
        }
    }
}

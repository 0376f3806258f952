//! Identity and time from outside, checked without a network: certificates that lead to a root which the reader was
//! given (RFC 5280), what their issuers said of them later (CRL, RFC 6960), time stamps (RFC 3161), and a document that
//! binds an office's key to a certificate (FORMAT.md §14).
//!
//! Entry points: [`Certification`], [`TimeStamp`], [`Roots`]. Absent: roots of our own, fetching anything, other keys
//! than RSA and P-256, name constraints and policy mapping (a chain that has them is refused).

mod algorithm;
mod certificate;
mod certification;
mod cms;
mod error;
mod ocsp;
mod pem;
mod revocation;
mod time_stamp;

pub use certificate::{Certificate, Roots};
pub use certification::{Certification, CertificationRecord, Identity, UnsignedCertification};
pub use error::X509Error;
pub use revocation::{CertificateStanding, Revocation};
pub use time_stamp::{TimeStamp, TimeStampRecord};

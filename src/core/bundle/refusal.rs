//! Why a bundle does not open, or may not be watched now.

use super::{container::ContainerError, header::HeaderError, manifest::ManifestError};
use crate::{
    crypto::{DecryptError, SignatureError, SlotError},
    port::Coded,
    text::Timestamp,
    x509::X509Error,
};

/// Why a bundle did not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The container breaks the profile.
    #[error(transparent)]
    Container(#[from] ContainerError),
    /// The header cannot be used.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// No slot gave the key.
    #[error(transparent)]
    Slot(#[from] SlotError),
    /// Manifest or undertaking does not decrypt.
    #[error(transparent)]
    Decrypt(#[from] DecryptError),
    /// The manifest's signature is not good.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The manifest does not fit the bundle.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The certification of the office's key, or the time stamp.
    #[error(transparent)]
    X509(#[from] X509Error),
}

impl Coded for OpenError {
    fn code(&self) -> &'static str {
        match self {
            Self::Container(error) => error.code(),
            Self::Header(error) => error.code(),
            Self::Slot(error) => error.code(),
            Self::Decrypt(error) => error.code(),
            Self::Signature(error) => error.code(),
            Self::Manifest(error) => error.code(),
            Self::X509(error) => error.code(),
        }
    }
}

/// Why a verified bundle may not be watched now (§9.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WindowError {
    /// Before `not_before`.
    #[error("may not be watched before {0}")]
    NotYet(Timestamp),
    /// After `not_after`.
    #[error("could be watched until {0}")]
    Expired(Timestamp),
}

impl Coded for WindowError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotYet(_) => "not_yet_valid",
            Self::Expired(_) => "expired",
        }
    }
}

//! 申請書 and 誓約書 as one file that the recipient wrote and signed in the viewer (FORMAT.md §11).
//!
//! Entry points: [`RequestFile::unsigned`] for the viewer, [`VerifiedRequestFile::verify`] for the desk. The
//! signature is that of the recipient's device: it shows that nothing was changed since, and which key to
//! seal for; who the person is, the office finds out by calling back. Absent: the office's own answers, which
//! a recipient must not give.

use serde::{Deserialize, Serialize};

use super::{
    request::{Request, RequestError},
    review::Review,
};
use crate::{
    bundle::Origin,
    crypto::{B64, Jwk, Jws, PublicKey, SignatureError, Typ, Unsigned},
    port::Coded,
    text::{
        Timestamp,
        json::{Document, write_document},
    },
};

/// A request with its undertaking and the key of the device on which the footage is to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestFile {
    /// `fuin-request/1`.
    pub format: String,
    /// When, by the recipient's clock.
    pub made_at: Timestamp,
    /// The rule set whose form was filled in.
    pub rules: String,
    /// The request.
    pub request: Request,
    /// What was promised, in the words of that rule set; empty if nothing was.
    pub promises: Vec<String>,
    /// Key agreement key of the device (ECDH on P-256), if the footage is to be opened there without a passphrase.
    pub device_key: Option<Jwk>,
}

/// Why a request file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestFileError {
    /// The signature, or the form of the document.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A field is empty or contradicts another.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It answers what only the office may answer, or promises without a signature.
    #[error("the request file says what only the office may say (FORMAT.md §11.3)")]
    OfficeFields,
    /// The device key is not a point of the curve P-256.
    #[error("the device key in the request file is no key (FORMAT.md §11.2)")]
    DeviceKey,
}

impl Coded for RequestFileError {
    fn code(&self) -> &'static str {
        match self {
            Self::Signature(error) => error.code(),
            Self::Request(error) => error.code(),
            Self::OfficeFields => "request_file_office",
            Self::DeviceKey => "request_file_key",
        }
    }
}

impl Document for RequestFile {
    const FORMAT: &'static str = "fuin-request/1";
}

impl RequestFile {
    /// Writes a request under the rule set named `rules`, to be signed by the device. `promises`, which are
    /// those of the rule set, are in it exactly if `request` has an undertaking.
    pub fn unsigned(
        request: Request,
        rules: &str,
        promises: &[String],
        made_at: Timestamp,
        device_key: Option<&PublicKey>,
        signer: &PublicKey,
    ) -> Result<Unsigned, RequestFileError> {
        let promised = request.undertaking.is_some();
        let file = Self {
            format: Self::FORMAT.into(),
            made_at,
            rules: rules.to_owned(),
            request,
            promises: if promised { promises.to_vec() } else { Vec::new() },
            device_key: device_key.map(PublicKey::jwk),
        };
        file.check()?;
        Ok(Unsigned::new(Typ::Request, signer, &write_document(&file)))
    }

    fn check(&self) -> Result<(), RequestFileError> {
        self.request.check()?;
        let request = &self.request;
        let office_spoke =
            request.review != Review::default() || !request.conditions.is_empty() || !request.clip.is_empty();
        let on_paper = request.undertaking.as_ref().is_some_and(|promised| promised.origin != Origin::File);
        if office_spoke || on_paper || request.undertaking.is_some() == self.promises.is_empty() {
            return Err(RequestFileError::OfficeFields);
        }
        match &self.device_key {
            Some(jwk) => PublicKey::from_jwk(jwk).map(drop).map_err(|_| RequestFileError::DeviceKey),
            None => Ok(()),
        }
    }
}

/// The keys of a recipient's device, as its request shows them and the ledger keeps them (§10.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceKeys {
    /// For which bundles are sealed.
    pub agreement: Jwk,
    /// Thumbprint (RFC 7638) of the one that signs requests and receipts.
    pub signing: B64<32>,
}

/// A request file whose signature and form are good.
#[derive(Debug, Clone)]
pub struct VerifiedRequestFile {
    /// Its content.
    pub file: RequestFile,
    /// The key of the device that signed it.
    pub signer: PublicKey,
}

impl VerifiedRequestFile {
    /// Verifies signature and form (§11).
    pub fn verify(jws: &Jws) -> Result<Self, RequestFileError> {
        let verified = jws.verify(Typ::Request)?;
        let file: RequestFile = verified.parse()?;
        file.check()?;
        Ok(Self { file, signer: verified.signer })
    }

    /// The keys of the device, if footage is to be sealed for it.
    pub fn device_keys(&self) -> Option<DeviceKeys> {
        let agreement = self.file.device_key.clone()?;
        Some(DeviceKeys { agreement, signing: B64(self.signer.thumbprint_bytes()) })
    }

    /// The number by which file and paper are recognised: the first 160 bits of SHA-256 of the signed
    /// document, in groups (§11.4).
    pub fn number(jws: &Jws) -> String {
        let digits = data_encoding::HEXLOWER.encode(&jws.document_sha256()[..20]);
        let groups: Vec<&str> = (0..10).filter_map(|n| digits.get(n * 4..n * 4 + 4)).collect();
        groups.join("-")
    }
}

//! Signed documents: compact JWS (RFC 7515) with ES256 over the exact bytes (FORMAT.md §6).
//!
//! Entry points: [`SigningKey::sign`], [`Unsigned`] for keys that live in WebCrypto, [`Jws::verify`].
//! The key that signed is in the protected header; whether it is the right key is the caller's question.
//! Absent: other algorithms, detached payloads, unprotected headers, canonical JSON.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::{
    Signature, SigningKey as P256Signing,
    signature::{Signer, Verifier},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    hash::sha256,
    key::{InvalidKey, Jwk, PublicKey},
    secret::Secret32,
};
use crate::port::{Coded, Entropy};

/// The kind of a signed document; each has its own `typ`, so one can never stand in for another (§6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Typ {
    /// The list of what is in a bundle.
    Manifest,
    /// A delivery, return or erasure acknowledgement.
    Receipt,
    /// One line of the office's ledger.
    Event,
    /// How long the ledger was when it was last written.
    LedgerHead,
    /// An office's name, contact and key.
    OfficeCard,
    /// A request and undertaking that the recipient wrote in the viewer.
    Request,
}

impl Typ {
    /// The value of the protected header's `typ`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manifest => "fuin-manifest+jws",
            Self::Receipt => "fuin-receipt+jws",
            Self::Event => "fuin-event+jws",
            Self::LedgerHead => "fuin-ledger-head+jws",
            Self::OfficeCard => "fuin-office-card+jws",
            Self::Request => "fuin-request+jws",
        }
    }
}

/// Why a signed document is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// Not three base64url parts with the header that §6.1 asks for.
    #[error("not a signed document of the expected form (FORMAT.md §6.1)")]
    Form,
    /// A signed document of another kind.
    #[error("a document of another kind: {0} (FORMAT.md §6.2)")]
    Kind(String),
    /// `kid` is not the thumbprint of the key in the header.
    #[error("the key name does not match the key (FORMAT.md §6.3)")]
    KeyName,
    /// The signature does not verify.
    #[error("the signature does not verify (FORMAT.md §6.4)")]
    Signature,
    /// The signature is good, but what it signs is not a document that this version understands.
    #[error("the signed content is not understood: {0}")]
    Payload(String),
}

impl Coded for SignatureError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form => "jws_form",
            Self::Kind(_) => "jws_kind",
            Self::KeyName => "jws_key_name",
            Self::Signature => "jws_signature",
            Self::Payload(_) => "jws_payload",
        }
    }
}

/// The protected header, with exactly these members (§6.1).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    jwk: Jwk,
    kid: String,
    typ: String,
}

/// A document ready to be signed, by this crate or by a key that lives elsewhere.
pub struct Unsigned {
    typ: Typ,
    input: String,
}

impl Unsigned {
    /// Puts the payload's exact bytes under a protected header for `signer`.
    pub fn new(typ: Typ, signer: &PublicKey, payload: &[u8]) -> Self {
        let header = Header {
            alg: "ES256".into(),
            jwk: signer.jwk(),
            kid: signer.thumbprint(),
            typ: typ.name().into(),
        };
        #[expect(clippy::expect_used, reason = "a struct of strings always serialises")]
        let header = serde_json::to_vec(&header).expect("plain header");
        let input = format!("{}.{}", BASE64URL_NOPAD.encode(&header), BASE64URL_NOPAD.encode(payload));
        Self { typ, input }
    }

    /// The bytes to sign with ECDSA over SHA-256.
    pub fn signing_input(&self) -> &[u8] {
        self.input.as_bytes()
    }

    /// Attaches a signature r ‖ s and checks it.
    pub fn attach(self, signature: &[u8]) -> Result<Jws, SignatureError> {
        let jws = Jws(format!("{}.{}", self.input, BASE64URL_NOPAD.encode(signature)));
        jws.verify(self.typ)?;
        Ok(jws)
    }
}

/// A signed document as it is stored: three base64url parts. Nothing about it is known before [`Jws::verify`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Jws(String);

/// A document whose signature verified.
#[derive(Debug, Clone)]
pub struct VerifiedJws {
    /// The key that signed it.
    pub signer: PublicKey,
    /// The exact bytes that were signed.
    pub payload: Vec<u8>,
}

impl Jws {
    /// Takes a text that may or may not be a signed document; surrounding white space is dropped.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of the text.
    pub fn sha256(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }

    /// The payload of a document that something else vouches for: a chain of hashes under a signed head (§10.4).
    pub(crate) fn vouched_payload(&self) -> Option<Vec<u8>> {
        BASE64URL_NOPAD.decode(self.0.split('.').nth(1)?.as_bytes()).ok()
    }

    /// Checks form, kind, key name and signature, in this order.
    pub fn verify(&self, typ: Typ) -> Result<VerifiedJws, SignatureError> {
        let mut parts = self.0.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(SignatureError::Form);
        };
        let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| SignatureError::Form);
        let parsed: Header = serde_json::from_slice(&decode(header)?).map_err(|_| SignatureError::Form)?;
        if parsed.alg != "ES256" {
            return Err(SignatureError::Form);
        }
        if parsed.typ != typ.name() {
            return Err(SignatureError::Kind(parsed.typ.chars().take(40).collect()));
        }
        let signer = PublicKey::from_jwk(&parsed.jwk).map_err(|InvalidKey| SignatureError::Form)?;
        if parsed.kid != signer.thumbprint() {
            return Err(SignatureError::KeyName);
        }
        let signature = Signature::from_slice(&decode(signature)?).map_err(|_| SignatureError::Signature)?;
        let input_len = header.len() + 1 + payload.len();
        let input = self.0.as_bytes().get(..input_len).ok_or(SignatureError::Form)?;
        signer.0.verify(input, &signature).map_err(|_| SignatureError::Signature)?;
        Ok(VerifiedJws { signer, payload: decode(payload)? })
    }
}

impl VerifiedJws {
    /// Reads the payload as a document.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, SignatureError> {
        serde_json::from_slice(&self.payload).map_err(|error| SignatureError::Payload(error.to_string()))
    }
}

/// A private ES256 key held in memory.
pub struct SigningKey(P256Signing);

impl SigningKey {
    /// A new random key.
    pub fn generate(entropy: &impl Entropy) -> Self {
        loop {
            if let Ok(key) = P256Signing::from_slice(&entropy.array::<32>()) {
                return Self(key);
            }
        }
    }

    /// From its 32-byte scalar.
    pub fn from_scalar(scalar: &Secret32) -> Result<Self, SignatureError> {
        P256Signing::from_slice(scalar.expose()).map(Self).map_err(|_| SignatureError::Form)
    }

    /// Its 32-byte scalar.
    pub fn scalar(&self) -> Secret32 {
        Secret32::new(self.0.to_bytes().into())
    }

    /// PKCS #8 (RFC 5958), as WebCrypto imports private keys.
    pub fn to_pkcs8(&self) -> zeroize::Zeroizing<Vec<u8>> {
        use p256::pkcs8::EncodePrivateKey;
        #[expect(clippy::expect_used, reason = "a valid P-256 key always has a DER form")]
        let der = p256::SecretKey::from(&self.0).to_pkcs8_der().expect("valid key");
        zeroize::Zeroizing::new(der.as_bytes().to_vec())
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// Signs the input of an [`Unsigned`] document: r ‖ s (RFC 6979, so no randomness is needed).
    pub fn sign_bytes(&self, signing_input: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(signing_input);
        signature.to_bytes().into()
    }

    /// Signs a document.
    pub fn sign(&self, typ: Typ, payload: &[u8]) -> Jws {
        let unsigned = Unsigned::new(typ, &self.public(), payload);
        let signature = self.sign_bytes(unsigned.signing_input());
        Jws(format!("{}.{}", unsigned.input, BASE64URL_NOPAD.encode(&signature)))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

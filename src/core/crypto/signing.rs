//! Signed documents: compact JWS (RFC 7515) with ES256 over the exact bytes (FORMAT.md §6).
//!
//! Entry points: [`SigningKey::sign`], [`Unsigned`] for keys that live in WebCrypto, [`Jws::verify`].
//! The key that signed is in the protected header; whether it is the right key is the caller's question.
//! Absent: other algorithms, detached payloads, unprotected headers, canonical JSON.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::{Signature, SigningKey as P256Signing, signature::Signer};
use serde::{Deserialize, Serialize};

use super::{
    b64::B64,
    hash::sha256,
    key::{InvalidKey, Jwk, PublicKey},
    secret::Secret32,
};
use crate::{
    port::{Coded, Entropy},
    text::json::{Document, DocumentError, check_members, read_document},
};

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
    /// An office's new key, named by the old one.
    KeyChange,
    /// A request and undertaking that the recipient wrote in the viewer.
    Request,
    /// A desk's answer to a server that asks which one it is.
    DeskProof,
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
            Self::KeyChange => "fuin-key-change+jws",
            Self::Request => "fuin-request+jws",
            Self::DeskProof => "fuin-desk-proof+jws",
        }
    }
}

/// Why a signed document is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// It does not even begin as a signed document does: another file.
    #[error("not a signed document (FORMAT.md §6.1)")]
    NotSigned,
    /// Not three base64url parts with the header that §6.1 asks for.
    #[error("not a signed document of the expected form (FORMAT.md §6.1)")]
    Form,
    /// Signed with another algorithm than ES256.
    #[error("a signature of a kind that this version does not know: {0} (FORMAT.md §6.1)")]
    Algorithm(String),
    /// A signed document of another kind.
    #[error("a document of another kind: {0} (FORMAT.md §6.2)")]
    Kind(String),
    /// `kid` is not the thumbprint of the key in the header.
    #[error("the key name does not match the key (FORMAT.md §6.3)")]
    KeyName,
    /// The signature does not verify.
    #[error("the signature does not verify (FORMAT.md §6.4)")]
    Signature,
    /// The document was made by a later version.
    #[error("the document was made by a later version: {0} (FORMAT.md §1.4)")]
    Later(String),
    /// The signature is good, but what it signs is no document of its kind.
    #[error("the signed content is not understood: {0} (FORMAT.md §1.4)")]
    Payload(String),
}

impl Coded for SignatureError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotSigned | Self::Form => "jws_form",
            Self::Algorithm(_) => "jws_algorithm",
            Self::Kind(_) => "jws_kind",
            Self::KeyName => "jws_key_name",
            Self::Signature => "jws_signature",
            Self::Later(_) => "later_version",
            Self::Payload(_) => "jws_payload",
        }
    }
}

impl From<DocumentError> for SignatureError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Later(what) => Self::Later(what),
            DocumentError::Form(why) => Self::Payload(why),
        }
    }
}

/// The protected header, with exactly these members (§6.1).
#[derive(Serialize, Deserialize)]
struct ProtectedHeader {
    alg: String,
    jwk: Jwk,
    kid: String,
    typ: String,
}

impl ProtectedHeader {
    fn to_json(&self) -> Vec<u8> {
        #[expect(clippy::expect_used, reason = "a struct of strings always serialises")]
        serde_json::to_vec(self).expect("plain header")
    }

    /// Reads a header. Another algorithm or another member is of a later version, and is said to be so whatever else
    /// there is.
    fn parse(json: &[u8]) -> Result<Self, SignatureError> {
        #[derive(Deserialize)]
        struct Algorithm {
            alg: String,
        }
        let Algorithm { alg } = serde_json::from_slice(json).map_err(|_| SignatureError::Form)?;
        if alg != "ES256" {
            return Err(SignatureError::Algorithm(alg.chars().take(20).collect()));
        }
        let header: Self = serde_json::from_slice(json).map_err(|_| SignatureError::Form)?;
        match check_members(&header.to_json(), json) {
            Ok(()) => Ok(header),
            Err(DocumentError::Later(what)) => Err(SignatureError::Later(what)),
            Err(DocumentError::Form(_)) => Err(SignatureError::Form),
        }
    }
}

/// A document ready to be signed, by this crate or by a key that lives elsewhere.
pub struct Unsigned {
    typ: Typ,
    input: String,
}

impl Unsigned {
    /// Puts the payload's exact bytes under a protected header for `signer`.
    pub fn new(typ: Typ, signer: &PublicKey, payload: &[u8]) -> Self {
        let header = ProtectedHeader {
            alg: "ES256".into(),
            jwk: signer.jwk(),
            kid: signer.thumbprint(),
            typ: typ.name().into(),
        };
        let input =
            format!("{}.{}", BASE64URL_NOPAD.encode(&header.to_json()), BASE64URL_NOPAD.encode(payload));
        Self { typ, input }
    }

    /// The bytes to sign with ECDSA over SHA-256.
    pub fn signing_input(&self) -> &[u8] {
        self.input.as_bytes()
    }

    /// Attaches a signature r ‖ s and checks it. Of the two that are good, s and n − s, the lower is written (§6.4):
    /// keys outside of this crate give either.
    pub fn attach(self, signature: &[u8]) -> Result<Jws, SignatureError> {
        let signature = Signature::from_slice(signature).map_err(|_| SignatureError::Signature)?;
        let low: [u8; 64] = signature.normalize_s().to_bytes().into();
        let jws = Jws(format!("{}.{}", self.input, BASE64URL_NOPAD.encode(&low)));
        jws.verify(self.typ)?;
        Ok(jws)
    }
}

/// A signature r ‖ s in DER, as signed notes have it; `None` if it is none.
pub(crate) fn to_der(signature: &[u8]) -> Option<Vec<u8>> {
    Some(Signature::from_slice(signature).ok()?.to_der().as_bytes().to_vec())
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
    /// Takes a text that may or may not be a signed document. Whoever takes it from a field where people paste drops
    /// the white space around it; in a file there is none (§6.1).
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Takes bytes that may or may not be a signed document, such as a file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignatureError> {
        // Every protected header is a JSON object that begins with a quotation mark.
        if !bytes.starts_with(b"eyJ") {
            return Err(SignatureError::NotSigned);
        }
        std::str::from_utf8(bytes).map(Self::new).map_err(|_| SignatureError::Form)
    }

    /// The text as stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of what was signed: the name of the document (§6.6). Whoever signs it anew changes nothing of it.
    pub(crate) fn document_sha256(&self) -> [u8; 32] {
        sha256(self.0.rsplit_once('.').map_or(self.0.as_str(), |(signed, _)| signed).as_bytes())
    }

    /// SHA-256 of the text, with its signature: what the next line of a ledger continues (§10.1).
    pub fn line_sha256(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }

    /// The payload of a document that something else vouches for: a chain of hashes under a signed head (§10.4).
    pub(crate) fn vouched_payload(&self) -> Option<Vec<u8>> {
        BASE64URL_NOPAD.decode(self.0.split('.').nth(1)?.as_bytes()).ok()
    }

    /// The thumbprint that such a document names as its signer's.
    pub(crate) fn vouched_signer(&self) -> Option<B64<32>> {
        let header = BASE64URL_NOPAD.decode(self.0.split('.').next()?.as_bytes()).ok()?;
        let kid = serde_json::from_slice::<ProtectedHeader>(&header).ok()?.kid;
        Some(B64(BASE64URL_NOPAD.decode(kid.as_bytes()).ok()?.try_into().ok()?))
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
        let parsed = ProtectedHeader::parse(&decode(header)?)?;
        if parsed.typ != typ.name() {
            return Err(SignatureError::Kind(parsed.typ.chars().take(40).collect()));
        }
        let signer = PublicKey::from_jwk(&parsed.jwk).map_err(|InvalidKey| SignatureError::Form)?;
        if parsed.kid != signer.thumbprint() {
            return Err(SignatureError::KeyName);
        }
        let signature = Signature::from_slice(&decode(signature)?).map_err(|_| SignatureError::Signature)?;
        if signature.normalize_s() != signature {
            return Err(SignatureError::Signature);
        }
        let input_len = header.len() + 1 + payload.len();
        let input = self.0.as_bytes().get(..input_len).ok_or(SignatureError::Form)?;
        if !signer.verifies(input, &signature) {
            return Err(SignatureError::Signature);
        }
        Ok(VerifiedJws { signer, payload: decode(payload)? })
    }
}

impl VerifiedJws {
    /// Reads the payload as a document.
    pub(crate) fn parse<T: Document>(&self) -> Result<T, SignatureError> {
        Ok(read_document(&self.payload)?)
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

    /// Signs the input of an [`Unsigned`] document: r ‖ s (RFC 6979, so no randomness is needed), s being the lower of
    /// the two that are good (§6.4).
    pub fn sign_bytes(&self, signing_input: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(signing_input);
        signature.normalize_s().to_bytes().into()
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

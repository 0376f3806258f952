//! Signed documents: compact JWS (RFC 7515) with ES256 over the exact bytes (FORMAT.md §6).
//!
//! Entry points: [`SigningKey::sign`], [`Unsigned`] for keys that live in WebCrypto, [`Jws::verify`].
//! The key that signed is in the protected header; whether it is the right key is the caller's question.
//! Absent: other algorithms, detached payloads, unprotected headers, canonical JSON.

use data_encoding::BASE64URL_NOPAD;
use p256::{
    PublicKey as P256Public,
    ecdsa::{
        Signature, SigningKey as P256Signing, VerifyingKey,
        signature::{Signer, Verifier},
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Secret32, envelope::B64, sha256};
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

/// A P-256 public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A P-256 public key as a JSON Web Key (RFC 7517), with exactly these members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwk {
    crv: String,
    kty: String,
    x: B64<32>,
    y: B64<32>,
}

impl PublicKey {
    pub(super) fn from_p256(key: &P256Public) -> Self {
        Self(VerifyingKey::from(key))
    }

    pub(super) fn to_p256(&self) -> P256Public {
        P256Public::from(&self.0)
    }

    /// From an uncompressed point: 0x04 ‖ x ‖ y, as WebCrypto exports `raw` keys.
    pub fn from_point(bytes: &[u8]) -> Result<Self, SignatureError> {
        VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| SignatureError::Form)
    }

    /// The uncompressed point: 0x04 ‖ x ‖ y.
    pub fn to_point(&self) -> [u8; 65] {
        let mut bytes = [0; 65];
        bytes.copy_from_slice(self.0.to_sec1_point(false).as_bytes());
        bytes
    }

    /// As a JSON Web Key.
    pub fn jwk(&self) -> Jwk {
        let point = self.to_point();
        let (mut x, mut y) = ([0; 32], [0; 32]);
        x.copy_from_slice(&point[1..33]);
        y.copy_from_slice(&point[33..]);
        Jwk { crv: "P-256".into(), kty: "EC".into(), x: B64(x), y: B64(y) }
    }

    /// From a JSON Web Key.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, SignatureError> {
        if jwk.crv != "P-256" || jwk.kty != "EC" {
            return Err(SignatureError::Form);
        }
        Self::from_point(&[&[0x04], jwk.x.0.as_slice(), jwk.y.0.as_slice()].concat())
    }

    fn thumbprint_bytes(&self) -> [u8; 32] {
        let Jwk { x, y, .. } = self.jwk();
        let (x, y) = (BASE64URL_NOPAD.encode(&x.0), BASE64URL_NOPAD.encode(&y.0));
        // RFC 7638 §3: the required members in lexicographic order, no white space.
        sha256(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes())
    }

    /// RFC 7638 thumbprint, base64url.
    pub fn thumbprint(&self) -> String {
        BASE64URL_NOPAD.encode(&self.thumbprint_bytes())
    }

    /// The thumbprint's first 90 bits as six words of three kana, to compare by eye or by phone (§6.5).
    pub fn fingerprint_words(&self) -> String {
        self.spell(&KANA)
    }

    /// The same words in Latin letters.
    pub fn fingerprint_words_latin(&self) -> String {
        self.spell(&KANA_LATIN)
    }

    fn spell(&self, alphabet: &[&str; 32]) -> String {
        let bytes = self.thumbprint_bytes();
        let mut words = Vec::with_capacity(6);
        for word in 0..6usize {
            let letters = (0..3usize).map(|letter| {
                let bit = (word * 3 + letter) * 5;
                let pair = u16::from_be_bytes([bytes[bit / 8], bytes[bit / 8 + 1]]);
                alphabet[usize::from(pair >> (11 - bit % 8)) & 31]
            });
            words.push(letters.collect::<String>());
        }
        words.join(" ")
    }
}

/// 32 kana that are told apart in print and on the phone: no voiced marks, no small kana, no ん or を (§6.5).
const KANA: [&str; 32] = [
    "あ", "い", "う", "え", "お", "か", "き", "く", "け", "こ", "さ", "し", "す", "せ", "そ", "た", "て",
    "と", "な", "に", "ね", "の", "は", "ひ", "ふ", "ほ", "ま", "み", "も", "や", "ゆ", "よ",
];
const KANA_LATIN: [&str; 32] = [
    "a", "i", "u", "e", "o", "ka", "ki", "ku", "ke", "ko", "sa", "shi", "su", "se", "so", "ta", "te", "to",
    "na", "ni", "ne", "no", "ha", "hi", "fu", "ho", "ma", "mi", "mo", "ya", "yu", "yo",
];

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
        let signer = PublicKey::from_jwk(&parsed.jwk)?;
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

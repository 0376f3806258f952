//! The certification of an office's key: the holder of a certificate, such as a 職責証明書, signs which key is the
//! office's (FORMAT.md §14.1).
//!
//! Entry points: [`Certification::prepare`], [`UnsignedCertification::attach`], [`CertificationRecord::verify`],
//! [`Certification::judge`]. Its private key never comes here: a card, a file and another program have it.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use p256::ecdsa::{DerSignature, Signature};
use serde::{Deserialize, Serialize};

use super::{
    algorithm::{Key, Scheme},
    certificate::{Certificate, Purpose, Roots},
    error::X509Error,
    revocation::{CertificateStanding, Revocation, standing_of},
};
use crate::{
    crypto::{Jwk, Jws, PublicKey},
    text::{
        Timestamp,
        json::{Document, DocumentError, read_document, write_document},
    },
};

/// The most certificates in a header.
const MAX_CHAIN: usize = 8;
const TYP: &str = "fuin-certification+jws";
const WHAT: &str = "certification";

/// The protected header (RFC 7515 §4.1), with exactly these members.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct X5cHeader {
    alg: String,
    typ: String,
    /// RFC 7515 §4.1.6: base64 with padding, the signer's first.
    x5c: Vec<String>,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    /// `fuin-certification/1`.
    format: String,
    /// 発行課.
    office: String,
    /// Its key.
    key: Jwk,
    /// When.
    at: Timestamp,
}

impl Document for Payload {
    const FORMAT: &'static str = "fuin-certification/1";
}

/// A certification and what is kept beside it, as ledger and manifest have it (§14.1, §14.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificationRecord {
    /// The document.
    pub document: Jws,
    /// Lists of revoked certificates and OCSP answers, each in DER as base64url.
    pub revocation: Vec<String>,
}

/// A certification whose signature is good by the certificate inside of it.
#[derive(Debug, Clone)]
pub struct Certification {
    /// The office that it names.
    pub office: String,
    /// The key that it says is the office's.
    pub key: PublicKey,
    /// When it was signed, as it says itself.
    pub at: Timestamp,
    chain: Vec<Certificate>,
    revocation: Vec<Revocation>,
}

/// Who stands behind an office's key, as far as certificates tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Holders of the certificates, from who signed to the root.
    pub path: Vec<String>,
    /// Whether any of them was revoked at that time.
    pub standing: CertificateStanding,
    /// The time that it was judged for.
    pub at: Timestamp,
    /// Whether a time stamp vouches for that time; otherwise the bundle itself says it.
    pub vouched: bool,
}

/// A certification to be signed with the private key of a certificate.
pub struct UnsignedCertification {
    input: String,
    signer: Certificate,
}

impl CertificationRecord {
    /// Bytes of lists and answers in all, at most.
    pub const MAX_REVOCATION: usize = 4 << 20;
    /// So many of them at most.
    pub const MAX_LISTS: usize = 16;

    /// A certification with lists and answers.
    pub fn new(document: Jws, revocation: &[Revocation]) -> Self {
        let revocation = revocation.iter().map(|one| BASE64URL_NOPAD.encode(one.der())).collect();
        Self { document, revocation }
    }

    /// Reads it, and checks the signature by the certificate inside of it. Whose it is, [`Certification::judge`] says.
    pub fn verify(&self) -> Result<Certification, X509Error> {
        let (header, payload) = read_parts(&self.document)?;
        let chain = header.chain()?;
        let signer = chain.first().ok_or(X509Error::Form(WHAT))?;
        let Payload { office, key, at, .. } = payload;
        let key = PublicKey::from_jwk(&key).map_err(|_| X509Error::Form(WHAT))?;
        let (input, signature) = self.document.as_str().rsplit_once('.').ok_or(X509Error::Form(WHAT))?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).map_err(|_| X509Error::Form(WHAT))?;
        let scheme = scheme_of(&header.alg)?;
        let is_good =
            in_der(scheme, &signature).is_some_and(|der| signer.key.verifies(scheme, input.as_bytes(), &der));
        if !is_good {
            return Err(X509Error::Signature(WHAT));
        }
        if self.revocation.len() > Self::MAX_LISTS {
            return Err(X509Error::Form(WHAT));
        }
        let decode = |text: &String| {
            let der = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| X509Error::Form(WHAT))?;
            Revocation::from_der(&der)
        };
        if self.revocation.iter().map(String::len).sum::<usize>() > Self::MAX_REVOCATION / 3 * 4 {
            return Err(X509Error::Form(WHAT));
        }
        let revocation = self.revocation.iter().map(decode).collect::<Result<_, _>>()?;
        Ok(Certification { office, key, at, chain, revocation })
    }
}

impl Certification {
    /// What the holder of `chain`'s first certificate has to sign, so that `key` counts as this office's.
    pub fn prepare(
        chain: &[Certificate],
        office: &str,
        key: &PublicKey,
        at: Timestamp,
    ) -> Result<UnsignedCertification, X509Error> {
        let signer = chain.first().filter(|_| chain.len() <= MAX_CHAIN).ok_or(X509Error::Form(WHAT))?;
        signer.ensure_valid_at(at)?;
        signer.ensure_for(Purpose::Documents)?;
        let alg = match signer.key {
            Key::P256(_) => "ES256",
            Key::Rsa(_) => "RS256",
        };
        let x5c = chain.iter().map(|one| BASE64.encode(one.der())).collect();
        let header = X5cHeader { alg: alg.into(), typ: TYP.into(), x5c };
        let payload = Payload { format: Payload::FORMAT.into(), office: office.into(), key: key.jwk(), at };
        let header = serde_json::to_vec(&header).map_err(|_| X509Error::Form(WHAT))?;
        let (header, payload) =
            (BASE64URL_NOPAD.encode(&header), BASE64URL_NOPAD.encode(&write_document(&payload)));
        Ok(UnsignedCertification { input: format!("{header}.{payload}"), signer: signer.clone() })
    }

    /// Refuses one that is of another key or office.
    pub fn ensure_of(&self, key: &PublicKey, office: &str) -> Result<(), X509Error> {
        if self.key == *key && self.office == office { Ok(()) } else { Err(X509Error::OtherKey) }
    }

    /// Who stands behind the key of what says that it was signed at `issued_at`, by roots that the reader was given.
    /// `later` are lists and answers that the reader has beside those that were kept; `stamped` is the time of a time
    /// stamp that somebody vouches for. One that came too late for the certificates changes nothing (§14.3).
    pub fn judge(
        &self,
        roots: &Roots,
        later: &[Revocation],
        issued_at: Timestamp,
        stamped: Option<Timestamp>,
    ) -> Result<Identity, X509Error> {
        let by_stamp = stamped.map(|at| self.judge_at(roots, later, (at, true)));
        match by_stamp {
            Some(Ok(identity)) if identity.standing == CertificateStanding::Good => Ok(identity),
            _ => self.judge_at(roots, later, (issued_at, false)),
        }
    }

    fn judge_at(
        &self,
        roots: &Roots,
        later: &[Revocation],
        (at, vouched): (Timestamp, bool),
    ) -> Result<Identity, X509Error> {
        let (first, pool) = self.chain.split_first().ok_or(X509Error::Chain)?;
        let path = roots.path(first, pool, at, Purpose::Documents)?;
        let kept = [self.revocation.as_slice(), later].concat();
        let standing = standing_of(&path, &kept, at, vouched);
        // The first is told apart from others who hold the same post elsewhere.
        let issuers = path.iter().skip(1).map(|one| one.holder());
        let path = std::iter::once(first.full_holder()).chain(issuers).collect();
        Ok(Identity { path, standing, at, vouched })
    }

    /// Whether it can stand in what is sealed now: the certificate is not over.
    pub(crate) fn is_in_force(&self, at: Timestamp) -> bool {
        self.chain.first().is_some_and(|signer| signer.ensure_valid_at(at).is_ok())
    }

    /// Whom its certificate names, and who issued that, neither of which is known to be true.
    pub fn claims(&self) -> (String, String) {
        self.chain.first().map_or_else(Default::default, |one| (one.full_holder(), one.issuer()))
    }
}

impl UnsignedCertification {
    /// The bytes to sign: with RSASSA-PKCS1-v1_5 or ECDSA, and SHA-256.
    pub fn signing_input(&self) -> &[u8] {
        self.input.as_bytes()
    }

    /// Takes such bytes up again.
    pub fn resume(signing_input: &[u8]) -> Result<Self, X509Error> {
        let input = std::str::from_utf8(signing_input).map_err(|_| X509Error::Form(WHAT))?.trim_end();
        let (header, _) = read_parts(&Jws::new(&format!("{input}.")))?;
        let signer = header.chain()?.first().ok_or(X509Error::Form(WHAT))?.clone();
        Ok(Self { input: input.into(), signer })
    }

    /// Attaches the signature, an ECDSA one r ‖ s or in DER, and checks it.
    pub fn attach(&self, signature: &[u8]) -> Result<Jws, X509Error> {
        let signature = match self.signer.key {
            Key::Rsa(_) => signature.to_vec(),
            Key::P256(_) => {
                let from_der =
                    || DerSignature::from_bytes(signature).ok().and_then(|der| Signature::try_from(der).ok());
                let read = Signature::from_slice(signature).ok().or_else(from_der);
                read.ok_or(X509Error::Signature(WHAT))?.normalize_s().to_bytes().to_vec()
            }
        };
        let document = Jws::new(&format!("{}.{}", self.input, BASE64URL_NOPAD.encode(&signature)));
        CertificationRecord { document: document.clone(), revocation: Vec::new() }.verify()?;
        Ok(document)
    }
}

impl X5cHeader {
    fn chain(&self) -> Result<Vec<Certificate>, X509Error> {
        if self.x5c.is_empty() || self.x5c.len() > MAX_CHAIN {
            return Err(X509Error::Form(WHAT));
        }
        let read = |text: &String| {
            Certificate::from_der(&BASE64.decode(text.as_bytes()).map_err(|_| X509Error::Form(WHAT))?)
        };
        let (signer, others) = self.x5c.split_first().ok_or(X509Error::Form(WHAT))?;
        // Another's certificate that is not read leads nowhere.
        let is_unread = |read: &Result<Certificate, X509Error>| matches!(read, Err(X509Error::Algorithm(_)));
        let others = others.iter().map(read).filter(|read| !is_unread(read));
        std::iter::once(read(signer)).chain(others).collect()
    }
}

fn read_parts(document: &Jws) -> Result<(X5cHeader, Payload), X509Error> {
    let form = || X509Error::Form(WHAT);
    let parts: Vec<&str> = document.as_str().split('.').collect();
    let [header, payload, _] = parts.as_slice() else { return Err(form()) };
    let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| form());
    let header: X5cHeader = serde_json::from_slice(&decode(header)?).map_err(|_| form())?;
    if header.typ != TYP {
        return Err(form());
    }
    let payload = read_document(&decode(payload)?).map_err(|error| match error {
        DocumentError::Later(what) => X509Error::Later(what),
        DocumentError::Form(_) => form(),
    })?;
    Ok((header, payload))
}

fn scheme_of(alg: &str) -> Result<Scheme, X509Error> {
    match alg {
        "ES256" => Ok(Scheme::Ecdsa),
        "RS256" => Ok(Scheme::Rsa256),
        other => Err(X509Error::Algorithm(other.chars().take(20).collect())),
    }
}

/// A signature of a JWS as certificates have it: of ECDSA r ‖ s, the lower s alone, in DER (§6.4).
fn in_der(scheme: Scheme, signature: &[u8]) -> Option<Vec<u8>> {
    if scheme != Scheme::Ecdsa {
        return Some(signature.to_vec());
    }
    let signature = Signature::from_slice(signature).ok()?;
    (signature.normalize_s() == signature).then(|| signature.to_der().as_bytes().to_vec())
}

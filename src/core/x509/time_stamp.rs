//! Time stamps (RFC 3161): what somebody else says of when a document existed.
//!
//! Entry points: [`TimeStamp::query`], what an authority is sent; [`TimeStamp::from_reply`], what it gave;
//! [`TimeStamp::read`] and [`TimeStamp::vouched_by`], what it says and whether a given root stands behind it. Absent:
//! sending anything.

use der::{
    Any, Decode, Encode, Sequence, Tag, Tagged,
    asn1::{Int, OctetString},
    oid::{
        ObjectIdentifier,
        db::{rfc5911, rfc5912},
    },
};
use x509_cert::{
    attr::AttributeValue, ext::Extensions, serial_number::SerialNumber, spki::AlgorithmIdentifierOwned,
};

use serde::{Deserialize, Serialize};

use super::{
    algorithm::digest,
    certificate::{Certificate, Purpose, Roots},
    cms::{SignedMessage, attribute},
    error::X509Error,
    revocation::{CertificateStanding, Revocation, standing_of},
};
use crate::{
    crypto::{Jws, b64_vec},
    text::{Day, Timestamp},
};

/// id-ct-TSTInfo (RFC 3161 §2.4.2).
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

#[derive(Sequence)]
struct TimeStampReq {
    version: u8,
    imprint: MessageImprint,
    #[asn1(default = "Default::default")]
    wants_certificates: bool,
}

#[derive(Sequence, Debug, Clone, PartialEq, Eq)]
struct MessageImprint {
    algorithm: AlgorithmIdentifierOwned,
    digest: OctetString,
}

#[derive(Sequence)]
struct TimeStampResp {
    status: StatusInfo,
    #[asn1(optional = "true")]
    token: Option<Any>,
}

#[derive(Sequence)]
struct StatusInfo {
    status: u8,
    #[asn1(optional = "true")]
    words: Option<Vec<Any>>,
    #[asn1(optional = "true")]
    failure: Option<der::asn1::BitString>,
}

#[derive(Sequence)]
struct TstInfo {
    version: u8,
    policy: ObjectIdentifier,
    imprint: MessageImprint,
    serial: SerialNumber,
    gen_time: Any,
    #[asn1(optional = "true")]
    accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    authority: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence)]
struct Accuracy {
    #[asn1(optional = "true")]
    seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    micros: Option<u16>,
}

/// `SigningCertificateV2` (RFC 5035 §3) and `SigningCertificate` (RFC 2634 §5.4), which name the signer's certificate.
#[derive(Sequence)]
struct SigningCertificate {
    certificates: Vec<Any>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

#[derive(Sequence)]
struct EssCertIdV2 {
    #[asn1(optional = "true")]
    algorithm: Option<AlgorithmIdentifierOwned>,
    digest: OctetString,
    #[asn1(optional = "true")]
    issuer: Option<Any>,
}

#[derive(Sequence)]
struct EssCertId {
    digest: OctetString,
    #[asn1(optional = "true")]
    issuer: Option<Any>,
}

/// A time stamp whose signature is good by the certificate inside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStamp {
    der: Vec<u8>,
    imprint: [u8; 32],
    at: Timestamp,
    serial: SerialNumber,
    signer: Certificate,
    certificates: Vec<Certificate>,
}

impl TimeStamp {
    /// Bytes of the longest one.
    pub const MAX_BYTES: usize = 64 << 10;
    const WHAT: &str = "time stamp";

    /// What an authority is asked, in DER (RFC 3161 §2.4.1): a stamp for the SHA-256 of a document's text (§14.4), with
    /// the authority's certificate in it.
    pub fn query(document: &Jws) -> Vec<u8> {
        let algorithm = AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_256, parameters: Some(Any::null()) };
        #[expect(clippy::expect_used, reason = "32 bytes always have a DER form")]
        let query = (|| {
            let imprint = MessageImprint { algorithm, digest: OctetString::new(document.line_sha256())? };
            TimeStampReq { version: 1, imprint, wants_certificates: true }.to_der()
        })()
        .expect("a query of fixed form");
        query
    }

    /// Reads what an authority answered, or a stamp alone.
    pub fn from_reply(der: &[u8]) -> Result<Self, X509Error> {
        let Ok(reply) = TimeStampResp::from_der(der) else { return Self::read(der) };
        // granted, grantedWithMods
        let token = reply.token.filter(|_| reply.status.status <= 1).ok_or(X509Error::NotGranted)?;
        Self::read(&token.to_der().map_err(|_| X509Error::Form(Self::WHAT))?)
    }

    /// Reads a stamp and checks its signature by the certificate inside of it.
    pub fn read(der: &[u8]) -> Result<Self, X509Error> {
        let form = || X509Error::Form(Self::WHAT);
        if der.len() > Self::MAX_BYTES {
            return Err(form());
        }
        let message = SignedMessage::read(der, Self::WHAT)?;
        let info = TstInfo::from_der(&message.content).map_err(|_| form())?;
        let extensions = info.extensions.as_deref().unwrap_or_default();
        if message.kind != TST_INFO || info.version != 1 || extensions.iter().any(|e| e.critical) {
            return Err(form());
        }
        if info.imprint.algorithm.oid != rfc5912::ID_SHA_256 {
            return Err(X509Error::Algorithm(info.imprint.algorithm.oid.to_string()));
        }
        if !names_its_signer(&message) {
            return Err(X509Error::Signature(Self::WHAT));
        }
        message.signer.ensure_for(Purpose::TimeStamps)?;
        Ok(Self {
            imprint: info.imprint.digest.as_bytes().try_into().map_err(|_| form())?,
            at: gen_time(&info.gen_time).ok_or_else(form)?,
            serial: info.serial,
            der: der.to_vec(),
            signer: message.signer,
            certificates: message.certificates,
        })
    }

    /// Refuses a stamp of another document.
    pub fn ensure_of(&self, document: &Jws) -> Result<(), X509Error> {
        if self.imprint == document.line_sha256() { Ok(()) } else { Err(X509Error::OtherDocument) }
    }

    /// Whether its authority leads to a root that was given, and was valid then; and how it stood, by lists and answers
    /// that the reader has.
    pub fn vouched_by(&self, roots: &Roots, said: &[Revocation]) -> Result<CertificateStanding, X509Error> {
        let path = roots.path(&self.signer, &self.certificates, self.at, Purpose::TimeStamps)?;
        Ok(standing_of(&path, said, self.at, false))
    }

    /// The time that it says, in whole seconds.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The authority, by the name in its certificate.
    pub fn authority(&self) -> String {
        self.signer.holder()
    }

    /// Its number, in hexadecimal.
    pub fn serial(&self) -> String {
        data_encoding::HEXLOWER.encode(self.serial.as_bytes())
    }

    /// The exact bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

/// A time stamp as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeStampRecord(#[serde(with = "b64_vec")] Vec<u8>);

impl From<&TimeStamp> for TimeStampRecord {
    fn from(stamp: &TimeStamp) -> Self {
        Self(stamp.der.clone())
    }
}

impl TimeStampRecord {
    /// Reads it, as [`TimeStamp::read`].
    pub fn read(&self) -> Result<TimeStamp, X509Error> {
        TimeStamp::read(&self.0)
    }
}

/// The signed attributes name the certificate (RFC 3161 §2.4.2, RFC 5816): nobody can put another one in its place.
fn names_its_signer(message: &SignedMessage) -> bool {
    let names = |value: &AttributeValue, algorithm: Option<ObjectIdentifier>| {
        let signing: SigningCertificate = value.decode_as().ok()?;
        let first = signing.certificates.first()?;
        let (algorithm, named) = match algorithm {
            Some(algorithm) => (algorithm, first.decode_as::<EssCertId>().ok()?.digest),
            None => {
                let id: EssCertIdV2 = first.decode_as().ok()?;
                (id.algorithm.map_or(rfc5912::ID_SHA_256, |algorithm| algorithm.oid), id.digest)
            }
        };
        Some(digest(&algorithm, message.signer.der())? == named.as_bytes())
    };
    let v2 = attribute(&message.attributes, rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2);
    let v1 = attribute(&message.attributes, rfc5911::ID_AA_SIGNING_CERTIFICATE);
    match (v2, v1) {
        (Some(v2), _) => names(v2, None).unwrap_or(false),
        (None, Some(v1)) => names(v1, Some(rfc5912::ID_SHA_1)).unwrap_or(false),
        (None, None) => false,
    }
}

/// `YYYYMMDDhhmmss[.s…]Z` (RFC 3161 §2.4.2); parts of a second are left out.
fn gen_time(time: &Any) -> Option<Timestamp> {
    if time.tag() != Tag::GeneralizedTime {
        return None;
    }
    let text = std::str::from_utf8(time.value()).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let number = |from: usize, to: usize| whole.get(from..to)?.parse::<i64>().ok();
    let day = Day::new(
        i32::try_from(number(0, 4)?).ok()?,
        number(4, 6)?.try_into().ok()?,
        number(6, 8)?.try_into().ok()?,
    );
    let (hours, minutes, seconds) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    // A leap second counts as the second before it.
    let in_day = (hours < 24 && minutes < 60 && seconds <= 60)
        .then(|| hours * 3600 + minutes * 60 + seconds.min(59))?;
    // The text is UTC, and a day of ours begins nine hours before UTC's.
    Some(day.ok()?.start().plus_secs(in_day + 9 * 3600))
}

//! OCSP answers (RFC 6960): what an issuer said of single certificates.
//!
//! Entry point: [`OcspAnswer::from_der`]. Absent: asking; answers that a third party signed whom the issuer did not
//! certify for it.

use der::{
    Any, AnyRef, Choice, Decode, Encode, Enumerated, Sequence,
    asn1::{GeneralizedTime, Null, OctetString},
    oid::ObjectIdentifier,
};
use x509_cert::{
    Certificate as Parsed,
    ext::{Extensions, pkix::CrlReason},
    serial_number::SerialNumber,
    spki::AlgorithmIdentifierOwned,
};

use super::{
    algorithm::{SignedDer, digest},
    certificate::{Certificate, Purpose, timestamp},
};
use crate::text::Timestamp;

/// id-pkix-ocsp-basic (RFC 6960 §4.2.1).
const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
/// The most certificates in an answer.
const MAX_CERTIFICATES: usize = 4;

#[derive(Enumerated, Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
enum ResponseStatus {
    Successful = 0,
    MalformedRequest = 1,
    InternalError = 2,
    TryLater = 3,
    SigRequired = 5,
    Unauthorized = 6,
}

#[derive(Sequence)]
struct OcspResponse<'a> {
    status: ResponseStatus,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    bytes: Option<ResponseBytes<'a>>,
}

#[derive(Sequence)]
struct ResponseBytes<'a> {
    kind: ObjectIdentifier,
    response: &'a der::asn1::OctetStringRef,
}

#[derive(Sequence, Debug, Clone)]
struct ResponseData {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", default = "Default::default")]
    version: u8,
    responder: Any,
    produced_at: GeneralizedTime,
    responses: Vec<SingleResponse>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence, Debug, Clone)]
struct SingleResponse {
    id: CertId,
    status: CertStatus,
    this_update: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    next_update: Option<GeneralizedTime>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

#[derive(Sequence, Debug, Clone)]
struct CertId {
    hash: AlgorithmIdentifierOwned,
    issuer_name: OctetString,
    issuer_key: OctetString,
    serial: SerialNumber,
}

#[derive(Choice, Debug, Clone)]
enum CertStatus {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    Good(Null),
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true")]
    Revoked(RevokedInfo),
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT")]
    Unknown(Null),
}

#[derive(Sequence, Debug, Clone)]
struct RevokedInfo {
    time: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    reason: Option<CrlReason>,
}

/// What one list or answer says of a certificate.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) this_update: Timestamp,
    pub(super) next_update: Option<Timestamp>,
    pub(super) revoked: Option<Revoked>,
}

/// That a certificate was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Revoked {
    pub(super) since: Timestamp,
    pub(super) reason: Option<CrlReason>,
}

impl Revoked {
    /// Whether its key may be in other hands: unless a reason says otherwise. Where there is none, authorities leave it
    /// out (RFC 5280 §5.3.1).
    pub(super) fn may_be_exposed(self) -> bool {
        !matches!(
            self.reason,
            Some(
                CrlReason::Superseded
                    | CrlReason::AffiliationChanged
                    | CrlReason::CessationOfOperation
                    | CrlReason::CertificateHold
                    | CrlReason::PrivilegeWithdrawn
            )
        )
    }
}

/// An answer; who signed it is not known before [`Self::said_of`].
#[derive(Debug, Clone)]
pub(super) struct OcspAnswer {
    basic: Vec<u8>,
    data: ResponseData,
    certificates: Vec<Certificate>,
}

impl OcspAnswer {
    /// `None` where it is none, or one that says that nothing is answered.
    pub(super) fn from_der(der: &[u8]) -> Option<Self> {
        let response = OcspResponse::from_der(der).ok()?;
        let bytes = response.bytes.filter(|bytes| bytes.kind == BASIC)?;
        if response.status != ResponseStatus::Successful {
            return None;
        }
        let basic = bytes.response.as_bytes();
        let signed = SignedDer::read(basic, "OCSP answer").ok()?;
        let data = ResponseData::from_der(&signed.signed_bytes()).ok()?;
        let listed = signed.certificates.map(AnyRef::decode_as::<Vec<Parsed>>).transpose().ok()?;
        let listed = listed.unwrap_or_default();
        if listed.len() > MAX_CERTIFICATES {
            return None;
        }
        let read = |certificate: &Parsed| Certificate::from_der(&certificate.to_der().ok()?).ok();
        let certificates = listed.iter().filter_map(read).collect();
        Some(Self { basic: basic.to_vec(), data, certificates })
    }

    /// What it says of a certificate, if the issuer or whom the issuer certified for it signed it.
    pub(super) fn said_of(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Said> {
        let says = self.data.responses.iter().find(|one| one.id.is_of(certificate, issuer))?;
        let odd = says.extensions.iter().chain(&self.data.extensions).flatten().any(|e| e.critical);
        if odd || !self.is_signed_for(issuer) {
            return None;
        }
        let revoked = match &says.status {
            CertStatus::Good(_) => None,
            CertStatus::Unknown(_) => return None,
            CertStatus::Revoked(info) => Some(Revoked { since: time_of(&info.time), reason: info.reason }),
        };
        let next_update = says.next_update.as_ref().map(time_of);
        Some(Said { this_update: time_of(&says.this_update), next_update, revoked })
    }

    fn is_signed_for(&self, issuer: &Certificate) -> bool {
        let Ok(signed) = SignedDer::read(&self.basic, "OCSP answer") else { return false };
        let produced = time_of(&self.data.produced_at);
        let by = |certificate: &Certificate| signed.ensure_by(&certificate.key, "OCSP answer").is_ok();
        let is_certified = |one: &Certificate| {
            one.names(issuer)
                && one.ensure_signed_by(issuer).is_ok()
                && one.ensure_valid_at(produced).is_ok()
                && one.ensure_for(Purpose::OcspAnswers).is_ok()
        };
        by(issuer) || self.certificates.iter().any(|one| is_certified(one) && by(one))
    }
}

impl CertId {
    fn is_of(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let name = certificate.parsed.tbs_certificate().issuer().to_der().unwrap_or_default();
        let same = |digested: Option<Vec<u8>>, named: &OctetString| {
            digested.is_some_and(|digested| digested == named.as_bytes())
        };
        self.serial == *certificate.parsed.tbs_certificate().serial_number()
            && same(digest(&self.hash.oid, &name), &self.issuer_name)
            && same(digest(&self.hash.oid, issuer.spki_bytes()), &self.issuer_key)
    }
}

fn time_of(time: &GeneralizedTime) -> Timestamp {
    timestamp(time.to_unix_duration().as_secs())
}

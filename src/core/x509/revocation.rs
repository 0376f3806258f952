//! What the issuers of certificates said of them later: lists of revoked ones (RFC 5280 §5) and OCSP answers
//! (RFC 6960), kept beside what was signed, so that nobody has to be asked.
//!
//! Entry points: [`Revocation::read_all`], [`standing_of`]. Absent: delta lists, indirect lists, lists for some reasons
//! only: they are passed over, and then nothing is known.

use der::{
    Decode,
    oid::{AssociatedOid, db::rfc5280},
};
use x509_cert::{
    crl::{CertificateList, RevokedCert},
    ext::{
        Extensions,
        pkix::{BasicConstraints, CrlReason, IssuingDistributionPoint},
    },
    time::Time,
};

use super::{
    algorithm::SignedDer,
    certificate::Certificate,
    error::X509Error,
    ocsp::{OcspAnswer, Said},
    pem,
};
use crate::text::Timestamp;

/// How a certificate stood at some time, as far as what is kept tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateStanding {
    /// Its issuer had not revoked it.
    Good,
    /// It was revoked.
    Revoked {
        /// The holder.
        holder: String,
        /// Since when.
        at: Timestamp,
    },
    /// Nothing that is kept covers that time.
    Unknown {
        /// The holder.
        holder: String,
    },
}

/// A list of revoked certificates or an OCSP answer.
#[derive(Debug, Clone)]
pub struct Revocation {
    der: Vec<u8>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    List(Box<CertificateList>),
    Answer(Box<OcspAnswer>),
}

impl PartialEq for Revocation {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Revocation {}

impl Revocation {
    const WHAT: &str = "list of revoked certificates or OCSP answer";

    /// Reads a list or an answer in DER.
    pub(super) fn from_der(der: &[u8]) -> Result<Self, X509Error> {
        let kind = match CertificateList::from_der(der) {
            Ok(list) => Kind::List(Box::new(list)),
            Err(_) => Kind::Answer(Box::new(OcspAnswer::from_der(der).ok_or(X509Error::Form(Self::WHAT))?)),
        };
        Ok(Self { der: der.to_vec(), kind })
    }

    /// Reads a file: a list in DER or PEM, or an answer in DER.
    pub fn read_all(file: &[u8]) -> Result<Vec<Self>, X509Error> {
        let blocks = pem::blocks(file, "X509 CRL", Self::WHAT)?;
        blocks.iter().map(|der| Self::from_der(der)).collect()
    }

    /// The exact bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What it says of a certificate, if it is its issuer's and says anything.
    fn said_of(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Said> {
        match &self.kind {
            Kind::List(list) => self.listed(list, certificate, issuer),
            Kind::Answer(answer) => answer.said_of(certificate, issuer),
        }
    }

    fn listed(
        &self,
        list: &CertificateList,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Option<Said> {
        let tbs = &list.tbs_cert_list;
        let is_issuers = tbs.issuer == *issuer.parsed.tbs_certificate().subject()
            && tbs.signature == list.signature_algorithm
            && issuer.signs_lists()
            && covers(tbs.crl_extensions.as_ref(), certificate);
        let signed = || SignedDer::read(&self.der, Self::WHAT)?.ensure_by(&issuer.key, Self::WHAT);
        if !is_issuers || signed().is_err() {
            return None;
        }
        let serial = certificate.parsed.tbs_certificate().serial_number();
        let entry = tbs.revoked_certificates.iter().flatten().find(|entry| entry.serial_number == *serial);
        let revoked = match entry {
            Some(entry) => Some((timestamp(entry.revocation_date)?, is_exposed(entry)?)),
            None => None,
        };
        let next_update = match tbs.next_update {
            Some(time) => Some(timestamp(time)?),
            None => None,
        };
        Some(Said { this_update: timestamp(tbs.this_update)?, next_update, revoked })
    }
}

/// Whether the list covers the certificate, whole and alone: no delta, nothing critical that is not read here.
fn covers(extensions: Option<&Extensions>, certificate: &Certificate) -> bool {
    extensions.into_iter().flatten().all(|extension| match extension.extn_id {
        rfc5280::ID_CE_DELTA_CRL_INDICATOR => false,
        IssuingDistributionPoint::OID => {
            let point = IssuingDistributionPoint::from_der(extension.extn_value.as_bytes());
            let constraints = certificate.parsed.tbs_certificate().get_extension::<BasicConstraints>();
            let is_authority = constraints.is_ok_and(|found| found.is_some_and(|(_, found)| found.ca));
            point.is_ok_and(|point| {
                let whole = point.only_some_reasons.is_none() && !point.indirect_crl;
                let of_others = match is_authority {
                    true => point.only_contains_user_certs,
                    false => point.only_contains_ca_certs,
                };
                whole && !of_others && !point.only_contains_attribute_certs
            })
        }
        _ => !extension.critical,
    })
}

/// Whether the key of a revoked certificate is in other hands. `None` where the entry is not understood.
fn is_exposed(entry: &RevokedCert) -> Option<bool> {
    let mut exposed = false;
    for extension in entry.crl_entry_extensions.iter().flatten() {
        match extension.extn_id {
            CrlReason::OID => {
                let reason = CrlReason::from_der(extension.extn_value.as_bytes()).ok()?;
                exposed = matches!(reason, CrlReason::KeyCompromise | CrlReason::CaCompromise);
            }
            _ if extension.critical => return None,
            _ => {}
        }
    }
    Some(exposed)
}

fn timestamp(time: Time) -> Option<Timestamp> {
    Some(Timestamp::from_unix_secs(i64::try_from(time.to_unix_duration().as_secs()).ok()?))
}

/// How the certificates of a path stood at a time, the root excepted: it is the reader's own affair. `vouched` says
/// that somebody else vouches for the time; otherwise whoever has a key could have written any, and a key that came
/// into other hands later counts for nothing.
pub(super) fn standing_of(
    path: &[&Certificate],
    kept: &[Revocation],
    at: Timestamp,
    vouched: bool,
) -> CertificateStanding {
    let pairs = || path.iter().zip(path.iter().skip(1));
    let said = |(certificate, issuer): (&&Certificate, &&Certificate)| -> Vec<Said> {
        kept.iter().filter_map(|one| one.said_of(certificate, issuer)).collect()
    };
    for pair in pairs() {
        let counts = |(since, exposed): &(Timestamp, bool)| *since <= at || (*exposed && !vouched);
        if let Some((since, _)) = said(pair).iter().filter_map(|said| said.revoked).find(counts) {
            return CertificateStanding::Revoked { holder: pair.0.holder(), at: since };
        }
    }
    for pair in pairs() {
        // What was said then, and what was said later as long as the certificate could still be listed.
        let covers = |said: &Said| {
            let later = said.this_update >= at && pair.0.ensure_valid_at(said.this_update).is_ok();
            later || (said.this_update <= at && said.next_update.is_some_and(|next| at <= next))
        };
        if !said(pair).iter().any(covers) {
            return CertificateStanding::Unknown { holder: pair.0.holder() };
        }
    }
    CertificateStanding::Good
}

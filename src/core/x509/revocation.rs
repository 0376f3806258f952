//! What the issuers of certificates said of them later: lists of revoked ones (RFC 5280 §5) and OCSP answers
//! (RFC 6960), kept beside what was signed, so that nobody has to be asked.
//!
//! Entry points: [`Revocation::read_all`], [`standing_of`]. Absent: delta lists, indirect lists, lists for some reasons
//! only: they are passed over, and then nothing is known.

use der::{
    Decode,
    asn1::GeneralizedTime,
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
    certificate::{Certificate, timestamp},
    error::X509Error,
    ocsp::{OcspAnswer, Revoked, Said},
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
            && !tbs.revoked_certificates.iter().flatten().any(is_odd)
            && covers(tbs.crl_extensions.as_ref(), certificate);
        let signed = || SignedDer::read(&self.der, Self::WHAT)?.ensure_by(&issuer.key, Self::WHAT);
        if !is_issuers || signed().is_err() {
            return None;
        }
        let serial = certificate.parsed.tbs_certificate().serial_number();
        let entry = tbs.revoked_certificates.iter().flatten().find(|entry| entry.serial_number == *serial);
        let revoked = match entry {
            Some(entry) => Some(revoked(entry)?),
            None => None,
        };
        let next_update = tbs.next_update.map(time_of);
        Some(Said { this_update: time_of(tbs.this_update), next_update, revoked })
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
                let is_its =
                    point.distribution_point.as_ref().is_none_or(|place| certificate.names_place(place));
                whole && !of_others && !point.only_contains_attribute_certs && is_its
            })
        }
        _ => !extension.critical,
    })
}

/// What an entry says. A key that is said to have been bad from an earlier time on was bad from then on (§5.3.2).
fn revoked(entry: &RevokedCert) -> Option<Revoked> {
    let (mut since, mut reason) = (time_of(entry.revocation_date), None);
    for extension in entry.crl_entry_extensions.iter().flatten() {
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            CrlReason::OID => reason = Some(CrlReason::from_der(value).ok()?),
            rfc5280::ID_CE_INVALIDITY_DATE => {
                let bad = GeneralizedTime::from_der(value).ok()?;
                since = since.min(time_of(Time::GeneralTime(bad)));
            }
            _ => {}
        }
    }
    Some(Revoked { since, reason })
}

/// Whether an entry has something critical that is not read; then nothing on its list counts (RFC 5280 §5.3).
fn is_odd(entry: &RevokedCert) -> bool {
    let read = [CrlReason::OID, rfc5280::ID_CE_INVALIDITY_DATE];
    entry.crl_entry_extensions.iter().flatten().any(|one| one.critical && !read.contains(&one.extn_id))
}

fn time_of(time: Time) -> Timestamp {
    timestamp(time.to_unix_duration().as_secs())
}

/// How the certificates of a path stood at a time, the root excepted: it is the reader's own affair. `vouched` says
/// that somebody else vouches for the time; otherwise whoever has a key could have written any, and a key that came
/// into other hands later counts for nothing. Of a path that is a root alone nothing is known.
pub(super) fn standing_of(
    path: &[&Certificate],
    kept: &[Revocation],
    at: Timestamp,
    vouched: bool,
) -> CertificateStanding {
    let unknown = |certificate: &Certificate| CertificateStanding::Unknown { holder: certificate.holder() };
    if let [alone] = path {
        return unknown(alone);
    }
    let said: Vec<(&Certificate, Vec<Said>)> = path
        .iter()
        .zip(path.iter().skip(1))
        .map(|(certificate, issuer)| {
            (*certificate, kept.iter().filter_map(|one| one.said_of(certificate, issuer)).collect())
        })
        .collect();
    for (certificate, all) in &said {
        let counts = |one: &&Said| {
            let held = |revoked: &Revoked| {
                // Who was only held is free again by a newer word.
                let is_hold = revoked.reason == Some(CrlReason::CertificateHold);
                is_hold
                    && all.iter().any(|newer| newer.this_update > one.this_update && newer.revoked.is_none())
            };
            one.revoked.as_ref().is_some_and(|revoked| {
                !held(revoked) && (revoked.since <= at || (revoked.may_be_exposed() && !vouched))
            })
        };
        if let Some(revoked) = all.iter().find(counts).and_then(|one| one.revoked.as_ref()) {
            return CertificateStanding::Revoked { holder: certificate.holder(), at: revoked.since };
        }
    }
    let is_covered = |(certificate, all): &(&Certificate, Vec<Said>)| {
        // What was said then, and what was said later as long as the certificate could still be listed.
        all.iter().any(|said| {
            let later = said.this_update >= at && certificate.ensure_valid_at(said.this_update).is_ok();
            later || (said.this_update <= at && said.next_update.is_some_and(|next| at <= next))
        })
    };
    match said.iter().find(|one| !is_covered(one)) {
        Some((certificate, _)) => unknown(certificate),
        None => CertificateStanding::Good,
    }
}

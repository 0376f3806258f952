//! Certificates, and the way from one to a root that was given (RFC 5280 §6.1).
//!
//! Entry points: [`Certificate::read_all`], [`Roots::path`]. Absent: policies and name constraints, which
//! restrict; a certificate that has them as critical is refused, policies alone are taken as they are.

use der::{
    Decode,
    oid::{ObjectIdentifier, db::rfc5280},
};
use x509_cert::{
    Certificate as Parsed,
    attr::AttributeTypeAndValue,
    ext::pkix::{
        BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage,
        name::{DirectoryString, DistributionPointName},
    },
    name::Name,
};

use super::{
    algorithm::{Key, SignedDer},
    error::X509Error,
    pem,
};
use crate::text::{Timestamp, is_invisible};

/// Bytes of the largest certificate.
const MAX_BYTES: usize = 16 << 10;
/// Characters of a name that are shown.
const MAX_NAME: usize = 200;
/// The most certificates that are looked through.
const MAX_POOL: usize = 16;
/// The most certificates from the first to the root.
const MAX_PATH: usize = 8;
/// The most signatures that are checked to find a path: certificates that all name each other would take for ever.
const MAX_TRIES: usize = 64;
/// Extensions that may be critical: those that are looked at, those that name only, and policies, since every policy
/// is taken (RFC 5280 §6.1.1 (c)).
const READ: [ObjectIdentifier; 8] = [
    rfc5280::ID_CE_BASIC_CONSTRAINTS,
    rfc5280::ID_CE_KEY_USAGE,
    rfc5280::ID_CE_EXT_KEY_USAGE,
    rfc5280::ID_CE_CERTIFICATE_POLICIES,
    rfc5280::ID_CE_SUBJECT_ALT_NAME,
    rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER,
    rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER,
    rfc5280::ID_CE_CRL_DISTRIBUTION_POINTS,
];

/// What a certificate is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Signing a certification.
    Documents,
    /// Signing time stamps (RFC 3161 §2.3).
    TimeStamps,
    /// Signing OCSP answers (RFC 6960 §4.2.2.2).
    OcspAnswers,
}

/// A certificate. What it says is not known to be true before [`Roots::path`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    pub(super) parsed: Parsed,
    pub(super) key: Key,
}

impl Certificate {
    const WHAT: &str = "certificate";

    /// Reads one in DER.
    pub(super) fn from_der(der: &[u8]) -> Result<Self, X509Error> {
        if der.len() > MAX_BYTES {
            return Err(X509Error::Form(Self::WHAT));
        }
        let parsed = Parsed::from_der(der).map_err(|_| X509Error::Form(Self::WHAT))?;
        let key = Key::of(parsed.tbs_certificate().subject_public_key_info())?;
        Ok(Self { der: der.to_vec(), parsed, key })
    }

    /// Reads a file: one in DER, or one or more in PEM.
    pub fn read_all(file: &[u8]) -> Result<Vec<Self>, X509Error> {
        let blocks = pem::blocks(file, "CERTIFICATE", Self::WHAT)?;
        if blocks.len() > MAX_POOL {
            return Err(X509Error::Form(Self::WHAT));
        }
        blocks.iter().map(|der| Self::from_der(der)).collect()
    }

    /// The exact bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its holder as people call it: the common name.
    pub fn holder(&self) -> String {
        called(self.parsed.tbs_certificate().subject())
    }

    /// Who issued it.
    pub fn issuer(&self) -> String {
        called(self.parsed.tbs_certificate().issuer())
    }

    /// Its holder, with everything that the certificate says of it.
    pub(super) fn full_holder(&self) -> String {
        parts(self.parsed.tbs_certificate().subject()).join("、")
    }

    pub(super) fn spki_bytes(&self) -> &[u8] {
        self.parsed.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes()
    }

    /// Whether it names this one as its issuer.
    pub(super) fn names(&self, issuer: &Self) -> bool {
        self.parsed.tbs_certificate().issuer() == issuer.parsed.tbs_certificate().subject()
    }

    pub(super) fn ensure_signed_by(&self, issuer: &Self) -> Result<(), X509Error> {
        // The algorithm is written twice, and both must agree (RFC 5280 §4.1.1.2).
        if self.parsed.signature_algorithm() != self.parsed.tbs_certificate().signature() {
            return Err(X509Error::Form(Self::WHAT));
        }
        SignedDer::read(&self.der, Self::WHAT)?.ensure_by(&issuer.key, Self::WHAT)
    }

    pub(super) fn ensure_valid_at(&self, at: Timestamp) -> Result<(), X509Error> {
        let validity = self.parsed.tbs_certificate().validity();
        let valid = timestamp(validity.not_before.to_unix_duration().as_secs())
            ..=timestamp(validity.not_after.to_unix_duration().as_secs());
        if valid.contains(&at) { Ok(()) } else { Err(X509Error::Period(self.holder())) }
    }

    /// No critical extension is unknown, and none of those that restrict names is there at all.
    fn ensure_understood(&self) -> Result<(), X509Error> {
        let extensions = self.parsed.tbs_certificate().extensions().map(Vec::as_slice).unwrap_or_default();
        let is_odd = |extension: &x509_cert::ext::Extension| {
            let is_restriction = extension.extn_id == rfc5280::ID_CE_NAME_CONSTRAINTS;
            is_restriction || (extension.critical && !READ.contains(&extension.extn_id))
        };
        let twice = |at: usize| extensions.iter().skip(at + 1).any(|e| e.extn_id == extensions[at].extn_id);
        if extensions.iter().any(is_odd) || (0..extensions.len()).any(twice) {
            return Err(self.unfit());
        }
        Ok(())
    }

    fn unfit(&self) -> X509Error {
        X509Error::Use(self.holder())
    }

    fn extension<T: for<'a> Decode<'a> + der::oid::AssociatedOid>(
        &self,
    ) -> Result<Option<(bool, T)>, X509Error> {
        self.parsed.tbs_certificate().get_extension().map_err(|_| self.unfit())
    }

    /// It may be used for this (RFC 5280 §4.2.1.3, §4.2.1.12).
    pub(super) fn ensure_for(&self, purpose: Purpose) -> Result<(), X509Error> {
        self.ensure_understood()?;
        let usage = self.extension::<KeyUsage>()?;
        let signs = usage.is_none_or(|(_, usage)| usage.0.contains(KEY_SIGNS) || usage.non_repudiation());
        let extended = self.extension::<ExtendedKeyUsage>()?;
        let fits = match purpose {
            Purpose::Documents => {
                extended.is_none_or(|(_, usage)| usage.0.iter().any(|one| SIGNS_DOCUMENTS.contains(one)))
            }
            // Critical, and nothing else (RFC 3161 §2.3).
            Purpose::TimeStamps => extended
                .is_some_and(|(critical, usage)| critical && usage.0 == [rfc5280::ID_KP_TIME_STAMPING]),
            Purpose::OcspAnswers => {
                extended.is_some_and(|(_, usage)| usage.0.contains(&rfc5280::ID_KP_OCSP_SIGNING))
            }
        };
        if signs && fits { Ok(()) } else { Err(self.unfit()) }
    }

    /// It may issue certificates with so many authorities between it and the last one (RFC 5280 §6.1.4).
    fn ensure_authority(&self, between: usize) -> Result<(), X509Error> {
        self.ensure_understood()?;
        let constraints = self.extension::<BasicConstraints>()?;
        let may = constraints.is_some_and(|(_, constraints)| {
            constraints.ca && constraints.path_len_constraint.is_none_or(|most| between <= usize::from(most))
        });
        let usage = self.extension::<KeyUsage>()?;
        if may && usage.is_none_or(|(_, usage)| usage.key_cert_sign()) { Ok(()) } else { Err(self.unfit()) }
    }

    /// Whether it says that a list at this place is for it (RFC 5280 §4.2.1.13, §6.3.3 (b)(2)).
    pub(super) fn names_place(&self, place: &DistributionPointName) -> bool {
        let DistributionPointName::FullName(wanted) = place else { return false };
        let own = self.extension::<CrlDistributionPoints>().ok().flatten();
        let names = own
            .iter()
            .flat_map(|(_, points)| &points.0)
            .filter_map(|point| point.distribution_point.as_ref());
        names.into_iter().any(|own| match own {
            DistributionPointName::FullName(own) => own.iter().any(|name| wanted.contains(name)),
            DistributionPointName::NameRelativeToCRLIssuer(_) => false,
        })
    }

    /// It may sign lists of revoked certificates.
    pub(super) fn signs_lists(&self) -> bool {
        self.extension::<KeyUsage>().is_ok_and(|usage| usage.is_none_or(|(_, usage)| usage.crl_sign()))
    }
}

/// Extended uses by which a certificate may sign documents: any, documents (RFC 9336), mail, and those of two makers.
const SIGNS_DOCUMENTS: [ObjectIdentifier; 5] = [
    rfc5280::ANY_EXTENDED_KEY_USAGE,
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36"),
    rfc5280::ID_KP_EMAIL_PROTECTION,
    ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.10.3.12"),
    ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.5"),
];
const KEY_SIGNS: x509_cert::ext::pkix::KeyUsages = x509_cert::ext::pkix::KeyUsages::DigitalSignature;

/// A name to be shown: whoever made the certificate chose its characters.
fn shown(name: &str) -> String {
    name.chars()
        .map(|c| if is_invisible(c) || c.is_control() { '\u{FFFD}' } else { c })
        .take(MAX_NAME)
        .collect()
}

/// All that a name says, part by part, as it stands there: many hold the same post, and each elsewhere.
fn parts(name: &Name) -> Vec<String> {
    let text = |part: &AttributeTypeAndValue| part.value.decode_as::<DirectoryString>().ok();
    name.iter().filter_map(text).map(|text| shown(&text.value())).collect()
}

/// As people call it: the common name, or what else there is.
fn called(name: &Name) -> String {
    let common = name.common_name().ok().flatten().map(|common| shown(&common.value()));
    common.or_else(|| parts(name).pop()).unwrap_or_else(|| "?".into())
}

/// Certificates that the reader trusts, given from outside of what is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roots(Vec<Certificate>);

impl Roots {
    /// From files in DER or PEM.
    pub fn read<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, X509Error> {
        let each: Vec<Vec<Certificate>> =
            files.into_iter().map(Certificate::read_all).collect::<Result<_, _>>()?;
        Ok(Self(each.concat()))
    }

    /// The certificates from `first` to a root, both included, through any of `pool`. Each but the root must have been
    /// valid at that time, and all must be for their use.
    pub(super) fn path<'a>(
        &'a self,
        first: &'a Certificate,
        pool: &'a [Certificate],
        at: Timestamp,
        purpose: Purpose,
    ) -> Result<Vec<&'a Certificate>, X509Error> {
        if pool.len() > MAX_POOL {
            return Err(X509Error::Chain);
        }
        first.ensure_valid_at(at)?;
        first.ensure_for(purpose)?;
        let mut climb = Climb { path: vec![first], tries: 0, why: X509Error::Chain };
        if self.climb(&mut climb, pool, at) { Ok(climb.path) } else { Err(climb.why) }
    }

    /// Goes on from the last certificate until it stands under a root.
    fn climb<'a>(&'a self, climb: &mut Climb<'a>, pool: &'a [Certificate], at: Timestamp) -> bool {
        let Some(&last) = climb.path.last() else { return false };
        if self.0.contains(last) {
            return true;
        }
        if climb.path.len() >= MAX_PATH {
            return false;
        }
        let between = climb.path.len() - 1;
        let given = self.0.iter().map(|root| (root, true));
        for (issuer, is_root) in given.chain(pool.iter().map(|one| (one, false))) {
            if climb.path.contains(&issuer) || !last.names(issuer) || climb.tries >= MAX_TRIES {
                continue;
            }
            climb.tries += 1;
            let leads_on = last
                .ensure_signed_by(issuer)
                // A root is a name and a key that the reader trusts; its period says nothing (RFC 5280 §6.1.1 (d)).
                .and_then(|()| if is_root { Ok(()) } else { issuer.ensure_valid_at(at) })
                .and_then(|()| issuer.ensure_authority(between));
            if let Err(error) = leads_on {
                climb.why = error;
                continue;
            }
            climb.path.push(issuer);
            if self.climb(climb, pool, at) {
                return true;
            }
            climb.path.pop();
        }
        false
    }
}

/// A search for the way to a root.
struct Climb<'a> {
    path: Vec<&'a Certificate>,
    tries: usize,
    /// What was wrong with the last certificate that would have led on.
    why: X509Error,
}

/// A time of DER, by the seconds since 1970; none is later than the year 9999.
pub(super) fn timestamp(secs: u64) -> Timestamp {
    Timestamp::from_unix_secs(i64::try_from(secs).unwrap_or(i64::MAX))
}

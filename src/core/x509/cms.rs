//! Signed messages (RFC 5652 §5), as far as time stamps need them.
//!
//! Entry point: [`SignedMessage::read`]. Absent: messages without signed attributes, by several signers, or whose
//! content is elsewhere.

use der::{
    Any, AnyRef, Choice, Decode, Encode, Sequence,
    asn1::{OctetString, OctetStringRef, SetOfVec},
    oid::{ObjectIdentifier, db::rfc5911},
};
use x509_cert::{
    Certificate as Parsed, attr::Attributes, ext::pkix::SubjectKeyIdentifier, name::Name,
    serial_number::SerialNumber, spki::AlgorithmIdentifierOwned,
};

use super::{
    algorithm::{Scheme, digest},
    certificate::Certificate,
    error::X509Error,
};

/// The most certificates in a message.
const MAX_CERTIFICATES: usize = 12;

#[derive(Sequence)]
struct ContentInfo<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: AnyRef<'a>,
}

#[derive(Sequence)]
struct SignedData<'a> {
    version: u8,
    digests: SetOfVec<AlgorithmIdentifierOwned>,
    content: EncapsulatedContentInfo<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    lists: Option<SetOfVec<Any>>,
    signers: SetOfVec<Any>,
}

#[derive(Sequence)]
struct EncapsulatedContentInfo<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    content: Option<&'a OctetStringRef>,
}

#[derive(Sequence)]
struct SignerInfo {
    version: u8,
    signer: SignerIdentifier,
    digest: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    attributes: Option<Attributes>,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: OctetString,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    unsigned: Option<Attributes>,
}

#[derive(Choice)]
enum SignerIdentifier {
    Serial(IssuerAndSerial),
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    Key(SubjectKeyIdentifier),
}

#[derive(Sequence)]
struct IssuerAndSerial {
    issuer: Name,
    serial: SerialNumber,
}

/// A message whose signature is good by a certificate inside of it.
pub(super) struct SignedMessage {
    pub(super) kind: ObjectIdentifier,
    pub(super) content: Vec<u8>,
    /// The certificate of who signed it; whether it is trusted is not known.
    pub(super) signer: Certificate,
    /// All certificates of the message.
    pub(super) certificates: Vec<Certificate>,
    pub(super) attributes: Attributes,
}

impl SignedMessage {
    /// Reads a message and checks its signature.
    pub(super) fn read(der: &[u8], what: &'static str) -> Result<Self, X509Error> {
        let form = || X509Error::Form(what);
        let info = ContentInfo::from_der(der).map_err(|_| form())?;
        if info.kind != rfc5911::ID_SIGNED_DATA {
            return Err(form());
        }
        let data: SignedData<'_> = info.content.decode_as().map_err(|_| form())?;
        let content = data.content.content.ok_or_else(form)?.as_bytes().to_vec();
        let listed = data.certificates.as_ref().map(SetOfVec::as_slice).unwrap_or_default();
        if listed.len() > MAX_CERTIFICATES {
            return Err(form());
        }
        let [signer] = data.signers.as_slice() else { return Err(form()) };
        let signer = SignerInfo::from_der(&signer.to_der().map_err(|_| form())?).map_err(|_| form())?;
        let listed: Vec<Vec<u8>> = listed.iter().filter_map(|any| any.to_der().ok()).collect();
        let is_signers = |der: &&Vec<u8>| Parsed::from_der(der).is_ok_and(|one| signer.signer.is(&one));
        let certificate = Certificate::from_der(listed.iter().find(is_signers).ok_or_else(form)?)?;
        // Those with keys that are not read, and other things that may stand there, lead nowhere.
        let certificates = listed.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
        let attributes = signer.attributes.ok_or_else(form)?;
        let one = |oid: ObjectIdentifier| attribute(&attributes, oid).ok_or_else(form);
        let named: ObjectIdentifier = one(rfc5911::ID_CONTENT_TYPE)?.decode_as().map_err(|_| form())?;
        let digested: OctetString = one(rfc5911::ID_MESSAGE_DIGEST)?.decode_as().map_err(|_| form())?;
        let digest_name = &signer.digest.oid;
        let expected = digest(digest_name, &content)
            .filter(|_| *digest_name != der::oid::db::rfc5912::ID_SHA_1)
            .ok_or_else(|| X509Error::Algorithm(digest_name.to_string()))?;
        let scheme = Scheme::of(&signer.signature_algorithm.oid, Some(digest_name))?;
        let signed = attributes.to_der().map_err(|_| form())?;
        let is_good = certificate.key.verifies(scheme, &signed, signer.signature.as_bytes());
        if named != data.content.kind || digested.as_bytes() != expected || !is_good {
            return Err(X509Error::Signature(what));
        }
        Ok(Self { kind: data.content.kind, content, signer: certificate, certificates, attributes })
    }
}

/// The one value of an attribute that is there once.
pub(super) fn attribute(attributes: &Attributes, oid: ObjectIdentifier) -> Option<&Any> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    match (found.next().map(|attribute| attribute.values.as_slice()), found.next()) {
        (Some([value]), None) => Some(value),
        _ => None,
    }
}

impl SignerIdentifier {
    fn is(&self, certificate: &Parsed) -> bool {
        let tbs = certificate.tbs_certificate();
        match self {
            Self::Serial(IssuerAndSerial { issuer, serial }) => {
                tbs.issuer() == issuer && tbs.serial_number() == serial
            }
            Self::Key(key) => {
                let own = tbs.get_extension::<SubjectKeyIdentifier>();
                own.is_ok_and(|own| own.is_some_and(|(_, own)| own == *key))
            }
        }
    }
}

//! Public keys of certificates, and signatures by them: RSA (RFC 8017 §8.2) with SHA-256, SHA-384 or SHA-512, and ECDSA
//! on P-256 with SHA-256.
//!
//! Entry points: [`Key`], [`SignedDer`], [`digest`]. Absent: private keys, RSASSA-PSS, other curves.

use der::{
    AnyRef, Decode, Encode, Sequence,
    asn1::BitStringRef,
    oid::{ObjectIdentifier, db::rfc5912},
};
use p256::ecdsa::{DerSignature, VerifyingKey as P256Key, signature::Verifier};
use rsa::{PublicKey as RsaKey, pkcs1v15, traits::PublicKeyParts};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoOwned};

use super::error::X509Error;

/// Bits of an RSA modulus.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=4096;

/// A public key that a certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    P256(P256Key),
    Rsa(RsaKey),
}

/// How something was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Ecdsa,
    Rsa256,
    Rsa384,
    Rsa512,
}

impl Scheme {
    /// By the identifier of a signature; of one that names only RSA, by the digest beside it (RFC 5652 §10.1.2).
    pub(super) fn of(
        signature: &ObjectIdentifier,
        digest: Option<&ObjectIdentifier>,
    ) -> Result<Self, X509Error> {
        let by_digest = |digest: &ObjectIdentifier| match *digest {
            rfc5912::ID_SHA_256 => Some(Self::Rsa256),
            rfc5912::ID_SHA_384 => Some(Self::Rsa384),
            rfc5912::ID_SHA_512 => Some(Self::Rsa512),
            _ => None,
        };
        let scheme = match *signature {
            rfc5912::ECDSA_WITH_SHA_256 => Some(Self::Ecdsa),
            rfc5912::SHA_256_WITH_RSA_ENCRYPTION => Some(Self::Rsa256),
            rfc5912::SHA_384_WITH_RSA_ENCRYPTION => Some(Self::Rsa384),
            rfc5912::SHA_512_WITH_RSA_ENCRYPTION => Some(Self::Rsa512),
            rfc5912::RSA_ENCRYPTION => digest.and_then(by_digest),
            _ => None,
        };
        scheme.ok_or_else(|| X509Error::Algorithm(signature.to_string()))
    }
}

impl Key {
    pub(super) fn of(spki: &SubjectPublicKeyInfoOwned) -> Result<Self, X509Error> {
        let unknown = || X509Error::Algorithm(spki.algorithm.oid.to_string());
        let der = spki.to_der().map_err(|_| unknown())?;
        let spki = x509_cert::spki::SubjectPublicKeyInfoRef::from_der(&der).map_err(|_| unknown())?;
        match spki.algorithm.oid {
            rfc5912::ID_EC_PUBLIC_KEY => P256Key::try_from(spki).map(Self::P256).map_err(|_| unknown()),
            rfc5912::RSA_ENCRYPTION => {
                let key = RsaKey::try_from(spki).map_err(|_| unknown())?;
                if RSA_BITS.contains(&key.n().bit_width()) { Ok(Self::Rsa(key)) } else { Err(unknown()) }
            }
            _ => Err(unknown()),
        }
    }

    /// Whether this key signed the message. An ECDSA signature is in DER.
    pub(super) fn verifies(&self, scheme: Scheme, message: &[u8], signature: &[u8]) -> bool {
        fn rsa<D: Digest + rsa::pkcs8::AssociatedOid>(
            key: &RsaKey,
            message: &[u8],
            signature: &[u8],
        ) -> bool {
            let Ok(signature) = pkcs1v15::Signature::try_from(signature) else { return false };
            pkcs1v15::VerifyingKey::<D>::new(key.clone()).verify(message, &signature).is_ok()
        }
        match (self, scheme) {
            (Self::P256(key), Scheme::Ecdsa) => DerSignature::from_bytes(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            (Self::Rsa(key), Scheme::Rsa256) => rsa::<Sha256>(key, message, signature),
            (Self::Rsa(key), Scheme::Rsa384) => rsa::<Sha384>(key, message, signature),
            (Self::Rsa(key), Scheme::Rsa512) => rsa::<Sha512>(key, message, signature),
            _ => false,
        }
    }
}

/// A structure that is signed: what is signed, how, the signature (RFC 5280 §4.1, §5.1), and of an OCSP answer the
/// certificates behind it (RFC 6960 §4.2.1).
#[derive(Sequence)]
pub(super) struct SignedDer<'a> {
    pub(super) content: AnyRef<'a>,
    algorithm: AlgorithmIdentifierRef<'a>,
    signature: BitStringRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) certificates: Option<AnyRef<'a>>,
}

impl<'a> SignedDer<'a> {
    pub(super) fn read(der: &'a [u8], what: &'static str) -> Result<Self, X509Error> {
        Self::from_der(der).map_err(|_| X509Error::Form(what))
    }

    /// The exact bytes that are signed.
    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        self.content.to_der().unwrap_or_default()
    }

    pub(super) fn ensure_by(&self, key: &Key, what: &'static str) -> Result<(), X509Error> {
        let scheme = Scheme::of(&self.algorithm.oid, None)?;
        let signature = self.signature.as_bytes().unwrap_or_default();
        if key.verifies(scheme, &self.signed_bytes(), signature) {
            Ok(())
        } else {
            Err(X509Error::Signature(what))
        }
    }
}

/// A digest by its identifier; `None` for one that is not read. SHA-1 only names things here that something else
/// signs: an issuer in an OCSP answer, a certificate in a time stamp.
pub(super) fn digest(algorithm: &ObjectIdentifier, message: &[u8]) -> Option<Vec<u8>> {
    match *algorithm {
        rfc5912::ID_SHA_256 => Some(Sha256::digest(message).to_vec()),
        rfc5912::ID_SHA_384 => Some(Sha384::digest(message).to_vec()),
        rfc5912::ID_SHA_512 => Some(Sha512::digest(message).to_vec()),
        rfc5912::ID_SHA_1 => Some(sha1::Sha1::digest(message).to_vec()),
        _ => None,
    }
}

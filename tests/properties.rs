//! Properties that hold for all inputs: round trips and random access.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    BundleId, Day, Encryptor, ReceiptCode, ReceiptFacts, ReceiptKind, Reported, Secret32, decrypt_message,
    encrypt_message, message_len,
};
use fuin_tests::{TestEntropy, read_message};
use proptest::prelude::*;

const CONTEXT: &[u8] = b"fuin/1\0R8-0001-7K3Q\0clips/1.cob";

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_encrypted_in_any_pieces_decrypts(
        plain in prop::collection::vec(any::<u8>(), 0..70_000),
        cuts in prop::collection::vec(1usize..40_000, 0..8),
        seed in any::<u32>(),
    ) {
        let key = Secret32::new([7; 32]);
        let (mut encryptor, prefix) = Encryptor::new(&TestEntropy::new(u64::from(seed)), &key, CONTEXT);
        let mut message = prefix.to_vec();
        let mut rest = plain.as_slice();
        for cut in cuts {
            let (piece, tail) = rest.split_at(cut.min(rest.len()));
            encryptor.update(piece, &mut message);
            rest = tail;
        }
        encryptor.update(rest, &mut message);
        encryptor.finish(&mut message);
        prop_assert_eq!(Some(message.len() as u64), message_len(plain.len() as u64));
        prop_assert_eq!(decrypt_message(&key, CONTEXT, &message).unwrap(), plain);
        prop_assert!(decrypt_message(&key, b"another", &message).is_err());
    }

    #[test]
    fn random_access_reads_what_streaming_reads(
        plain in prop::collection::vec(any::<u8>(), 0..70_000),
        offset in 0u64..80_000,
        len in 0usize..50_000,
    ) {
        let key = Secret32::new([7; 32]);
        let message = encrypt_message(&TestEntropy::new(1), &key, CONTEXT, &plain);
        let from = (offset as usize).min(plain.len());
        let to = (from + len).min(plain.len());
        prop_assert_eq!(read_message(&message, &key, CONTEXT, offset, len).unwrap(), &plain[from..to]);
    }

    #[test]
    fn any_flipped_bit_or_cut_is_noticed(
        plain in prop::collection::vec(any::<u8>(), 0..40_000),
        position in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let key = Secret32::new([7; 32]);
        let message = encrypt_message(&TestEntropy::new(1), &key, CONTEXT, &plain);
        let at = position.index(message.len());
        let mut altered = message.clone();
        altered[at] ^= 1 << bit;
        prop_assert!(decrypt_message(&key, CONTEXT, &altered).is_err());
        prop_assert!(decrypt_message(&key, CONTEXT, &message[..at]).is_err());
    }

    #[test]
    fn a_code_survives_being_typed_and_no_single_mistake_does(
        kind in 0usize..8,
        day in 0u16..=u16::MAX,
        ordinal in 1u8..=16,
        position in 0usize..20,
        other in 0usize..32,
    ) {
        let alphabet = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let id = BundleId::try_from("R8-0001-7K3Q".to_owned()).unwrap();
        let secret = Secret32::new([3; 32]);
        let facts = ReceiptFacts { bundle_id: &id, manifest_sha256: [4; 32], secret: &secret };
        let said = Reported { kind: ReceiptKind::ALL[kind], day: Day::from_receipt_number(day), ordinal };
        let text = ReceiptCode::new(&facts, said).unwrap().to_string();
        let parsed = ReceiptCode::parse(&text.to_lowercase().replace('-', " ")).unwrap();
        prop_assert_eq!(parsed.verify(&facts).unwrap(), said);
        let mut letters: Vec<u8> = text.bytes().filter(|&b| b != b'-').collect();
        prop_assert_eq!(letters.len(), 20);
        if letters[position] != alphabet[other] {
            letters[position] = alphabet[other];
            prop_assert!(ReceiptCode::parse(std::str::from_utf8(&letters).unwrap()).is_err());
        }
        let mut swapped: Vec<u8> = text.bytes().filter(|&b| b != b'-').collect();
        let next = (position + 1) % 20;
        if swapped[position] != swapped[next] {
            swapped.swap(position, next);
            prop_assert!(ReceiptCode::parse(std::str::from_utf8(&swapped).unwrap()).is_err());
        }
    }
}

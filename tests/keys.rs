//! Keys that are kept under a passphrase, and what follows from them.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    Coded, Office, OfficeLabel, Passphrase, RecipientKeyFile, RecipientKeys, Sealed, Secret32, SigningKey,
};
use fuin_tests::{TestEntropy, noon, recipient_key, sealed_bundle};

const WORDS: &str = "この端末だけの合言葉 2026";

fn file() -> (RecipientKeys, RecipientKeyFile) {
    let keys = RecipientKeys::generate(&TestEntropy::new(1));
    let file = RecipientKeyFile::seal(&TestEntropy::new(2), &keys, Passphrase::new(WORDS)).unwrap();
    (keys, file)
}

#[test]
fn a_recipients_keys_open_with_their_passphrase_and_with_no_other() {
    let (keys, file) = file();
    let read = RecipientKeyFile::parse(&file.to_json()).unwrap();
    let opened = read.open(&Passphrase::new("この端末だけの合言葉２０２６")).unwrap();
    assert_eq!(opened.agreement.public(), keys.agreement.public());
    assert_eq!(opened.signing.public(), keys.signing.public());
    // As an editor saves it, and as it is copied out of a document.
    assert!(read.open(&Passphrase::new("\u{FEFF}この端末だけの\u{200B}合言葉―２０ｰ２６")).is_ok());
    let code = |words: &str| read.open(&Passphrase::new(words)).map(drop).map_err(|error| error.code());
    assert_eq!(code("この端末だけの合言葉 2025"), Err("recipient_key_passphrase"));
    let weak = RecipientKeyFile::seal(&TestEntropy::new(3), &keys, Passphrase::new("short"));
    assert_eq!(weak.map(drop).map_err(|error| error.code()), Err("passphrase_too_short"));
}

/// A file that was made once and is open for ever (§11.5).
#[test]
fn the_vector_of_a_recipients_key_file_opens() {
    let file = RecipientKeyFile::parse(include_str!("vectors/recipient-key.json")).unwrap();
    let keys = file.open(&Passphrase::new(WORDS)).unwrap();
    let (same, _) = self::file();
    assert_eq!(keys.agreement.public(), same.agreement.public());
    assert_eq!(keys.signing.public(), same.signing.public());
}

#[test]
fn a_recipients_key_file_that_was_altered_opens_nothing() {
    let (_, file) = file();
    let other = RecipientKeyFile::seal(
        &TestEntropy::new(5),
        &RecipientKeys::generate(&TestEntropy::new(4)),
        Passphrase::new(WORDS),
    )
    .unwrap();
    // Each public half, and the sealed keys, are those of these keys and of no others.
    let mixed = [
        RecipientKeyFile { agreement: other.agreement.clone(), ..file.clone() },
        RecipientKeyFile { signing: other.signing.clone(), ..file.clone() },
        RecipientKeyFile { keys: other.keys.clone(), ..file.clone() },
    ];
    for bent in mixed {
        let refused = bent.open(&Passphrase::new(WORDS)).map(drop).map_err(|error| error.code());
        assert_eq!(refused, Err("recipient_key_passphrase"));
    }
    let json = file.to_json();
    let forms = [
        (json.replace("fuin-recipient-key/1", "fuin-recipient-key/2"), "later_version"),
        (json.replacen('{', "{\"more\":1,", 1), "later_version"),
        (json.replace("fuin-recipient-key/1", "fuin-office-key/1"), "recipient_key_form"),
        (json[..json.len() - 1].to_owned(), "recipient_key_form"),
    ];
    for (text, code) in forms {
        let refused = RecipientKeyFile::parse(&text).map(drop).map_err(|error| error.code());
        assert_eq!(refused, Err(code), "{text}");
    }
}

#[test]
fn what_is_kept_on_a_pc_hangs_on_the_office_or_on_the_bundle_alone() {
    let founded = |seed| {
        let label = OfficeLabel { name: "港区防災課".into(), contact: "03".into() };
        Office::found(&TestEntropy::new(seed), label, "minato", Passphrase::new(WORDS), noon()).unwrap()
    };
    let office = founded(1);
    // The same on every PC that has the key file, and never what bundles or the file itself hold.
    let (again, _) = office.key_file.open(&Passphrase::new(WORDS)).unwrap();
    assert_eq!(again.storage_key(), office.keys.storage_key());
    assert_ne!(founded(2).keys.storage_key(), office.keys.storage_key());
    assert_ne!(office.keys.storage_key(), *office.keys.master().secret());

    let bundle = sealed_bundle(1000);
    let open = || {
        let sealed = Sealed::read(bundle.as_slice()).unwrap();
        sealed.open_with_key(&recipient_key()).unwrap().verify().unwrap()
    };
    let verified = open();
    assert_eq!(verified.storage_key(), open().storage_key());
    let key = |salt: u8| verified.receipt_key(&[salt; 32]).public();
    assert_eq!(key(1), open().receipt_key(&[1; 32]).public());
    assert_ne!(key(1), key(2), "each device has a key of its own");
    let raw = SigningKey::from_scalar(&Secret32::new(*verified.storage_key().expose())).unwrap();
    assert_ne!(raw.public(), key(1));
}

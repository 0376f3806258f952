//! 課の名称・連絡先の変更: the same office under the same key, in its folder and in what it seals from then on.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_core::{Coded, EventBody, Ledger, Office as Founded, OfficeCard, OfficeLabel, Passphrase};
use fuin_tests::{
    TestEntropy, clip, noon,
    office::{Office, UNLOCK},
    office_key,
};

#[test]
fn an_office_is_renamed_and_stays_the_same_office() {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    office.run(&office.seal_args("before.fuin", &[]));
    let rename = |more: &[&'static str]| {
        [&["office", "rename", "--office", "office", "--passphrase-file", "office.txt"], more].concat()
    };
    assert_eq!(office.code(&rename(&["--name", "危機管理課\u{202E}"])), "office_name");
    let (key, card) = (office.path("office/office.key"), office.path("office/office-card.jws"));
    let old = (fs::read(&key).unwrap(), fs::read(&card).unwrap());
    let renamed = office.run(&rename(&["--name", "港区危機管理課"]));
    assert_eq!(
        (renamed["office"]["name"].as_str(), renamed["office"]["contact"].as_str()),
        (Some("港区危機管理課"), Some("03"))
    );
    let new = (fs::read(&key).unwrap(), fs::read(&card).unwrap());
    assert!(new != old);
    // Cut off before the files were written: the next command finishes it.
    fs::write(&key, &old.0).unwrap();
    fs::write(&card, &old.1).unwrap();
    assert_eq!(office.run(&["ledger", "verify", "--office", "office"])["ok"], true);
    assert_eq!((fs::read(&key).unwrap(), fs::read(&card).unwrap()), new);

    office.run(&office.seal_args("after.fuin", &[]));
    assert_eq!(office.run(&["inspect", "before.fuin"])["office"]["name"], "港区防災課");
    assert_eq!(office.run(&["inspect", "after.fuin"])["office"]["name"], "港区危機管理課");
    for bundle in ["before.fuin", "after.fuin"] {
        let verify = [&["verify", bundle, "--office-card", "office/office-card.jws"], &UNLOCK[..]].concat();
        assert_eq!(office.run(&verify)["office_known"], true, "{bundle}");
    }
}

#[test]
fn a_card_of_another_key_is_no_new_name() {
    let label = |name: &str| OfficeLabel { name: name.into(), contact: "03".into() };
    let stranger = TestEntropy::new(90);
    let words = Passphrase::new("words of somebody else");
    let other = Founded::found(&stranger, label("ほかの課"), "minato", words, noon()).unwrap();
    let mut ledger = Ledger::default();
    ledger.append(noon(), "取扱者", EventBody::OfficeSet { roles: vec![] }, &office_key()).unwrap();
    let card = other.key_file.card.clone();
    let refused = ledger.append(noon(), "取扱者", EventBody::OfficeRenamed { card }, &office_key());
    assert_eq!(refused.unwrap_err().code(), "ledger_line");
    let (card, _) = OfficeCard::verify(&other.key_file.card).unwrap();
    let odd = label("課\n名");
    assert!(card.renamed(odd, noon(), &office_key().public()).is_err());
}

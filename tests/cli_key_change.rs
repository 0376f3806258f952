//! A new key of an office on the command line: what was sealed before stays as it was, and a change that is cut off is
//! finished or never was.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_core::{Ledger, OfficeKeyFile, Passphrase};
use fuin_tests::{
    clip,
    office::{Office, UNLOCK},
};
use serde_json::Value;

const NEW: [&str; 4] = ["--office", "office", "--passphrase-file", "new.txt"];

/// An office that sealed `a.fuin`, and the number of that.
fn office() -> (Office, String) {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    office.write("new.txt", "the second office passphrase\n");
    let sealed = office.run(&office.seal_args("a.fuin", &[]));
    (office, sealed["bundle_id"].as_str().unwrap().to_owned())
}

fn change(office: &Office) -> Value {
    let fixed = ["office", "change-key", "--office", "office", "--passphrase-file", "office.txt"];
    let more = ["--new-passphrase-file", "new.txt", "--reason", "担当者の異動"];
    office.run(&[&fixed[..], &more].concat())
}

fn receipt(office: &Office, bundle: &str, out: &str) -> Value {
    let made = ["receipt", bundle, "--kind", "return", "--reporter", "例示花子", "--out", out];
    office.run(&[&made[..], &UNLOCK].concat())
}

fn confirm(receipt: &str) -> Vec<&str> {
    [&["confirm"][..], &NEW, &[receipt]].concat()
}

#[test]
fn what_was_sealed_before_is_confirmed_extended_and_issued_again() {
    let (office, id) = office();
    let before = office.path("office/office-card.jws");
    fs::copy(&before, office.path("old-card.jws")).unwrap();
    assert_eq!(change(&office)["ok"], true);
    assert_eq!(office.code(&office.record(&["roles", "係：例示"])), "office_passphrase_wrong");
    let mut seal = office.seal_args("b.fuin", &[]);
    seal[4] = "new.txt";
    assert_eq!(office.run(&seal)["ok"], true);
    // The card of before knows both, and that of now only what its key signed.
    for (bundle, card, wanted) in [
        ("a.fuin", "old-card.jws", None),
        ("b.fuin", "old-card.jws", None),
        ("b.fuin", "office/office-card.jws", None),
        ("a.fuin", "office/office-card.jws", Some("office_unknown")),
    ] {
        let args = [&["verify", bundle, "--office-card", card], &UNLOCK[..]].concat();
        let said = office.run(&args);
        assert_eq!(said["error"]["code"].as_str(), wanted, "{bundle} by {card}");
    }
    let record = |words: &[&str]| office.run(&[&["record"][..], &NEW, words].concat());
    let end = office.run(&[&["verify", "a.fuin"], &UNLOCK[..]].concat())["not_after"].as_str().unwrap()[..10]
        .to_owned();
    let until = format!("{}{}", end[..4].parse::<i32>().unwrap() + 1, &end[4..]);
    let later = ["--until", &until, "--reason", "公判", "--by", "課長"];
    let code = record(&[&["extend", "--bundle", &id], &later[..]].concat());
    let extended = [&["verify", "a.fuin", "--extension", code["extension"].as_str().unwrap()], &UNLOCK[..]];
    assert_eq!(office.run(&extended.concat())["ok"], true);
    let ticket = [&["ticket"][..], &NEW, &["--bundle", &id, "--out", "a.ticket"], &UNLOCK].concat();
    assert_eq!(office.run(&ticket)["ok"], true);
    let both = [&["verify", "a.fuin", "--ticket", "a.ticket"], &UNLOCK[..]].concat();
    assert_eq!(office.run(&both)["verified"], true);
    for (bundle, file) in [("a.fuin", "a.jws"), ("b.fuin", "b.jws")] {
        receipt(&office, bundle, file);
        assert_eq!(office.run(&confirm(file))["ok"], true, "{bundle}");
    }
    assert_eq!(office.run(&["ledger", "verify", "--office", "office"])["ok"], true);
}

#[test]
fn a_change_that_is_cut_off_is_finished_or_never_was() {
    let (office, _) = office();
    let path = |name: &str| office.path("office").join(name);
    let names = ["office.key", "office-card.jws", "ledger.jsonl", "ledger.head"];
    let before: Vec<Vec<u8>> = names.iter().map(|name| fs::read(path(name)).unwrap()).collect();
    let key = change(&office)["key"].as_str().unwrap().to_owned();
    let after: Vec<Vec<u8>> = names.iter().map(|name| fs::read(path(name)).unwrap()).collect();
    assert!(!path("office.key.next").exists() && !path("ledger.head.next").exists());
    let now = || {
        let said = office.run(&["ledger", "verify", "--office", "office"]);
        assert_eq!(said["ok"], true, "{said}");
        said["key"].as_str().unwrap().to_owned()
    };
    // What is there after each step: the head and the key beside their places, the line, the head, the card.
    for step in 0..=4 {
        for (n, name) in names.iter().enumerate() {
            let is_done = match *name {
                "ledger.jsonl" => step >= 2,
                "ledger.head" => step >= 3,
                "office-card.jws" => step >= 4,
                _ => false,
            };
            fs::write(path(name), if is_done { &after[n] } else { &before[n] }).unwrap();
        }
        fs::write(path("office.key.next"), &after[0]).unwrap();
        if step < 3 {
            fs::write(path("ledger.head.next"), &after[3]).unwrap();
        }
        assert_eq!(now() == key, step >= 2, "step {step}");
        assert!(!path("office.key.next").exists() && !path("ledger.head.next").exists(), "step {step}");
        assert_eq!(fs::read(path("office.key")).unwrap() == after[0], step >= 2, "step {step}");
    }
}

#[test]
fn a_sealing_that_was_lost_before_the_change_is_found_out_after_it() {
    let (office, _) = office();
    receipt(&office, "a.fuin", "a.jws");
    // Somebody sets the ledger back, with its head, and changes the key.
    let (ledger, head) = (office.path("office/ledger.jsonl"), office.path("office/ledger.head"));
    let lines = fs::read_to_string(&ledger).unwrap();
    let first = lines.lines().next().unwrap();
    fs::write(&ledger, format!("{first}\n")).unwrap();
    fs::write(&head, old_head(&office, first)).unwrap();
    assert_eq!(change(&office)["ok"], true);
    assert_eq!(office.code(&confirm("a.jws")), "receipt_lost_bundle");
}

/// A head of one line by the office's own key.
fn old_head(office: &Office, line: &str) -> String {
    let file = fs::read_to_string(office.path("office/office.key")).unwrap();
    let words = Passphrase::new("the office passphrase");
    let (keys, _) = OfficeKeyFile::parse(&file).unwrap().open(&words).unwrap();
    let (ledger, _) = Ledger::read(line.as_bytes(), None, None);
    ledger.signed_head(&keys.signing).as_str().to_owned()
}

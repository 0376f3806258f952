//! Tickets and extensions on the command line: the same sealed clips for somebody else, a new PC or a new period.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_tests::{clip, office::Office};
use serde_json::Value;

const TICKET: [&str; 2] = ["--recipient-passphrase-file", "ticket.txt"];

/// An office that sealed `a.fuin`, and the number of that.
fn office() -> (Office, String) {
    let office = Office::new();
    office.write("clip.mp4", clip(600_000));
    office.write("ticket.txt", "2345-6789-1234\n");
    let sealed = office.run(&office.seal_args("a.fuin", &["--grant", "export"]));
    let id = sealed["bundle_id"].as_str().unwrap().to_owned();
    (office, id)
}

/// `fuin ticket …`, without its shared arguments.
fn ticket<'a>(id: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let fixed =
        ["ticket", "--office", "office", "--passphrase-file", "office.txt", "--bundle", id, "--out", out];
    [&fixed[..], &TICKET, more].concat()
}

fn with_ticket<'a>(command: &[&'a str], file: &'a str) -> Vec<&'a str> {
    [command, &["--ticket", file], &TICKET].concat()
}

fn statuses(office: &Office) -> Vec<(String, String)> {
    let shown = office.run(&["ledger", "show", "--office", "office"]);
    let of =
        |d: &Value| (d["sealed"]["bundle_id"].as_str().unwrap().into(), d["status"].as_str().unwrap().into());
    shown["disclosures"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_new_pc_gets_the_same_clips_and_its_receipt_is_the_tickets() {
    let (office, id) = office();
    let made = office.run(&ticket(&id, "b.ticket", &["--grant", "export"]));
    let new = made["bundle_id"].as_str().unwrap();
    assert_eq!(
        (made["ok"].as_bool(), made["ticket"]["of"].as_str()),
        (Some(true), Some(id.as_str())),
        "{made}"
    );
    assert!(fs::metadata(office.path("b.ticket")).unwrap().len() < 10_000);
    assert_eq!(office.run(&["inspect", "b.ticket"])["ticket_of"], id.as_str());
    let verified = office.run(&with_ticket(&["verify", "a.fuin"], "b.ticket"));
    assert_eq!((verified["verified"].as_bool(), verified["bundle_id"].as_str()), (Some(true), Some(new)));
    let out = with_ticket(&["extract", "a.fuin", "--affirm", "例示花子", "--out", "out"], "b.ticket");
    assert_eq!(office.run(&out)["ok"], true);
    assert!(fs::read(office.path("out/1-clip.mp4")).unwrap() == clip(600_000), "byte for byte");
    assert_eq!(statuses(&office), [(id.clone(), "replaced".into()), (new.into(), "sealed".into())]);

    let receipt = ["receipt", "a.fuin", "--kind", "erasure", "--reporter", "例示花子", "--out", "r.jws"];
    let said = office.run(&with_ticket(&receipt, "b.ticket"));
    assert_eq!(said["bundle_id"], new);
    let keyed = ["--office", "office", "--passphrase-file", "office.txt"];
    let confirmed = office.run(&[&["confirm"], &keyed[..], &["r.jws"]].concat());
    assert_eq!(
        (&confirmed["status"], &confirmed["bundle_id"]),
        (&"erased".into(), &new.into()),
        "{confirmed}"
    );

    // When nothing is waited for any more the key goes, and with it every further ticket.
    let kept = office.path(&format!("office/bundle-keys/{id}.key"));
    assert!(kept.exists());
    let close =
        [&["close"], &keyed[..], &["--bundle", new, "--medium-check", "確認", "--note", "記録なし"]].concat();
    assert_eq!(office.run(&close)["status"], "closed");
    assert!(!kept.exists(), "the key of a bundle that nobody has any more");
    assert_eq!(office.code(&ticket(&id, "c.ticket", &[])), "bundle_key_missing");
}

#[test]
fn somebody_else_needs_a_request_that_was_granted() {
    let (office, id) = office();
    let text = fs::read_to_string(office.path("request.toml")).unwrap();
    office.write("second.toml", text.replace("例示花子", "見本三郎"));
    office.run(&office.record(&["request", "second.toml"]));
    let second = |out| ticket(&id, out, &["--number", "2"]);
    assert_eq!(office.code(&second("b.ticket")), "step_state");
    assert!(!office.path("b.ticket").exists());
    let decide = ["decide", "--number", "2", "--grant", "--by", "課長", "--reason", "相当"];
    assert_eq!(office.run(&office.record(&decide))["ok"], true);
    let made = office.run(&second("b.ticket"));
    assert_eq!(made["ok"], true, "{made}");
    let verified = office.run(&with_ticket(&["verify", "a.fuin"], "b.ticket"));
    assert_eq!(verified["recipient"]["person"], "巡査部長 見本三郎", "{verified}");
    // Both are waited for, each by itself.
    let new = made["bundle_id"].as_str().unwrap().to_owned();
    assert_eq!(statuses(&office), [(id.clone(), "sealed".into()), (new.clone(), "sealed".into())]);
    assert_eq!(office.code(&ticket(&new, "c.ticket", &[])), "bundle_key_missing", "a ticket of a ticket");
    let year = office.run(&["ledger", "year", "--office", "office"]);
    assert_eq!((&year["year"]["disclosed"], &year["year"]["waiting"]), (&0.into(), &2.into()), "{year}");
}

#[test]
fn somebody_else_watches_under_the_same_request_beside_the_first() {
    let (office, id) = office();
    let reader = ["--reader", "巡査 見本四郎"];
    let made = office.run(&ticket(&id, "b.ticket", &reader));
    let new = made["bundle_id"].as_str().unwrap().to_owned();
    assert_eq!((made["ok"].as_bool(), made["replaces"].as_str()), (Some(true), None), "{made}");
    let verified = office.run(&with_ticket(&["verify", "a.fuin"], "b.ticket"));
    assert_eq!(verified["recipient"]["person"], "巡査 見本四郎", "{verified}");
    assert_eq!(statuses(&office), [(id.clone(), "sealed".into()), (new.clone(), "sealed".into())]);
    // Who has it already gets another in its place; the first reader's is not touched.
    let again = office.run(&ticket(&id, "c.ticket", &reader));
    let third = again["bundle_id"].as_str().unwrap().to_owned();
    assert_eq!(again["replaces"], new.as_str(), "{again}");
    let first = office.run(&ticket(&id, "d.ticket", &[]));
    let fourth = first["bundle_id"].as_str().unwrap().to_owned();
    assert_eq!(first["replaces"], id.as_str(), "{first}");
    let expected = [
        (id.clone(), "replaced".into()),
        (new, "replaced".into()),
        (third.clone(), "sealed".into()),
        (fourth, "sealed".into()),
    ];
    assert_eq!(statuses(&office), expected);
    let same = ["--reader", "巡査部長 例示花子"];
    assert_eq!(office.code(&ticket(&id, "e.ticket", &same)), "step_reader", "who watches is who asked");
    // Each is reported and closed by itself.
    let report = ["report", "--bundle", &third, "--kind", "return", "--from", "見本四郎"];
    assert_eq!(office.run(&office.record(&report))["ok"], true);
    let shown = office.run(&["ledger", "show", "--office", "office"]);
    let readers: Vec<_> =
        shown["disclosures"].as_array().unwrap().iter().map(|d| &d["is_further_reader"]).collect();
    assert_eq!(readers, [&false.into(), &true.into(), &true.into(), &Value::from(false)]);
}

#[test]
fn what_does_not_belong_together_is_refused_by_its_name() {
    let (office, id) = office();
    office.run(&ticket(&id, "b.ticket", &[]));
    assert_eq!(office.code(&[&["verify", "b.ticket"], &TICKET[..]].concat()), "ticket_alone");
    let other = office.run(&office.seal_args("other.fuin", &[]));
    assert_eq!(office.code(&with_ticket(&["verify", "other.fuin"], "b.ticket")), "ticket_other");
    assert_eq!(office.code(&with_ticket(&["verify", "a.fuin"], "a.fuin")), "wrong_key");
    let keys = |id: &str| office.path(&format!("office/bundle-keys/{id}.key"));
    fs::copy(keys(other["bundle_id"].as_str().unwrap()), keys(&id)).unwrap();
    assert_eq!(office.code(&ticket(&id, "c.ticket", &[])), "bundle_key_other");
    office.write(&format!("office/bundle-keys/{id}.key"), "{");
    assert_eq!(office.code(&ticket(&id, "c.ticket", &[])), "bundle_key_form");
    assert_eq!(office.code(&ticket("R8-0099-ZZZZ", "c.ticket", &[])), "step_bundle");
    let left = fs::read_dir(office.path("")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().contains("c.ticket")).count(), 0);
}

#[test]
fn an_extension_is_a_code_that_can_be_read_out() {
    let (office, id) = office();
    let extend = |until| {
        ["extend", "--bundle", &id, "--until", until, "--reason", "公判", "--by", "課長"].map(String::from)
    };
    let verify = ["verify", "a.fuin", "--recipient-passphrase-file", "recipient.txt"];
    let end = office.run(&verify)["not_after"].as_str().unwrap()[..10].to_owned();
    let until = format!("{}{}", end[..4].parse::<i32>().unwrap() + 1, &end[4..]);
    let words = extend(&until);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let said = office.run(&office.record(&words));
    let code = said["extension"].as_str().unwrap();
    assert_eq!(code.len(), 29, "{said}");
    let with = |code: &str| {
        [&verify[..], &["--extension", code]].concat().iter().map(|s| s.to_string()).collect::<Vec<_>>()
    };
    let run = |args: Vec<String>| office.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(run(with(code))["not_after"], format!("{until}T23:59:59+09:00"));
    assert_eq!(run(with("0000"))["error"]["code"], "extension_form");
    // The ticket of the same office has codes of its own.
    office.run(&ticket(&id, "b.ticket", &[]));
    let with_code = [&with_ticket(&["verify", "a.fuin"], "b.ticket")[..], &["--extension", code]].concat();
    assert_eq!(office.code(&with_code), "extension_other");
}

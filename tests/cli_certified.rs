//! Certification and time stamps on the command line, from the office to whoever verifies, with an authority of openssl's.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_tests::{
    authority::Authority,
    clip,
    office::{Office, UNLOCK},
};
use serde_json::Value;

const OFFICE: [&str; 4] = ["--office", "office", "--passphrase-file", "office.txt"];

fn place(office: &Office, authority: &Authority, names: &[&str]) {
    for name in names {
        fs::copy(authority.path(name), office.path(name)).unwrap();
    }
}

/// Has the key of the office certified, with these lists.
fn certify(office: &Office, authority: &Authority, revocation: &[&str]) {
    place(office, authority, revocation);
    place(office, authority, &["chain.pem", "root.pem", "foreign.pem"]);
    let prepare = ["office", "certify", "prepare", "--office", "office", "--certificate", "chain.pem"];
    assert_eq!(office.run(&[&prepare[..], &["--out", "to-sign"]].concat())["holder"], "例示市長");
    let to_sign = fs::read(office.path("to-sign")).unwrap();
    office.write("signature", authority.sign("office", &to_sign));
    let given = ["office", "certify", "record", "--signed", "to-sign", "--signature", "signature"];
    let lists: Vec<&str> = revocation.iter().flat_map(|name| ["--revocation", name]).collect();
    assert_eq!(office.run(&[&given[..], &OFFICE, &lists].concat())["ok"], true);
}

fn verify(office: &Office, more: &[&str]) -> Value {
    office.run(&[&["verify", "a.fuin"], more, &UNLOCK].concat())
}

fn code(said: &Value) -> &str {
    said["error"]["code"].as_str().unwrap_or("ok")
}

/// Gets a time stamp for a file, as `reply.tsr`.
fn stamp(office: &Office, authority: &Authority, file: &str, more: &[&str]) {
    let _ = fs::remove_file(office.path("query.tsq"));
    let query = [&["stamp", "query", file, "--out", "query.tsq"], more].concat();
    assert_eq!(office.run(&query)["ok"], true);
    let query = fs::read(office.path("query.tsq")).unwrap();
    office.write("reply.tsr", authority.reply(&query, "tsa", "tsa.cnf"));
}

#[test]
fn a_key_is_certified_and_a_bundle_stamped() {
    for authority in Authority::both() {
        let office = Office::new();
        office.write("clip.mp4", clip(300_000));
        certify(&office, authority, &["root.crl", "clean.crl"]);
        office.run(&office.seal_args("a.fuin", &[]));
        let before = fs::read(office.path("a.fuin")).unwrap();

        // Without a root nothing is known; with one it is, and with another it is refused.
        let said = verify(&office, &[]);
        assert_eq!((&said["certification"]["trusted"], &said["time_stamp"]), (&false.into(), &Value::Null));
        let said = verify(&office, &["--root", "root.pem"]);
        assert_eq!(said["certification"]["standing"], "good");
        assert_eq!(said["certification"]["path"].as_array().unwrap().len(), 3);
        assert_eq!(code(&verify(&office, &["--root", "foreign.pem"])), "x509_signature");
        assert_eq!(code(&verify(&office, &["--time-root", "root.pem"])), "time_stamp_missing");
        place(&office, authority, &["revoked.crl"]);
        let revoked = verify(&office, &["--root", "root.pem", "--revocation", "revoked.crl"]);
        // It was revoked this very minute, or a moment before it sealed.
        assert!(["certificate_revoked", "ok"].contains(&code(&revoked)));
        place(&office, authority, &["exposed.crl"]);
        let exposed = ["--root", "root.pem", "--revocation", "exposed.crl"];
        assert_eq!(code(&verify(&office, &exposed)), "certificate_revoked");

        stamp(&office, authority, "a.fuin", &OFFICE);
        let attach = [&["stamp", "bundle", "a.fuin", "reply.tsr"][..], &OFFICE].concat();
        assert_eq!(
            code(&office.run(&[&attach[..], &["--time-root", "foreign.pem"]].concat())),
            "x509_signature"
        );
        assert_eq!(fs::read(office.path("a.fuin")).unwrap(), before, "what is refused changes nothing");
        assert_eq!(
            office.run(&[&attach[..], &["--time-root", "root.pem"]].concat())["authority"],
            "試験 時刻認証局"
        );
        let once = fs::read(office.path("a.fuin")).unwrap();
        assert_eq!(
            code(&office.run(&attach)),
            "time_stamp_there",
            "an earlier stamp is not lost by accident"
        );
        assert_eq!(office.run(&[&attach[..], &["--replace"]].concat())["ok"], true);
        assert_eq!(fs::read(office.path("a.fuin")).unwrap(), once, "a stamp takes the place of one");
        let said = verify(&office, &["--root", "root.pem", "--time-root", "root.pem"]);
        assert_eq!(
            (&said["certification"]["vouched"], &said["time_stamp"]["trusted"]),
            (&true.into(), &true.into())
        );
        assert_eq!(code(&verify(&office, &["--time-root", "foreign.pem"])), "x509_signature");

        // A bundle in parts is one file of several, and stays so.
        fs::copy(office.path("a.fuin"), office.path("p.fuin.001")).unwrap();
        let parts = ["stamp", "bundle", "p.fuin.001", "reply.tsr"];
        assert_eq!(code(&office.run(&[&parts[..], &OFFICE].concat())), "bundle_in_parts");

        // A stamp of another bundle, by whoever: refused where it is put in.
        office.run(&office.seal_args("b.fuin", &[]));
        let other = ["stamp", "bundle", "b.fuin", "reply.tsr"];
        assert_eq!(code(&office.run(&[&other[..], &UNLOCK].concat())), "time_stamp_other");
    }
}

#[test]
fn a_receipt_is_stamped_in_the_ledger() {
    let (authority, office) = (Authority::get("p256"), Office::new());
    office.write("clip.mp4", clip(1000));
    office.run(&office.seal_args("a.fuin", &[]));
    let receipt = |kind: &str, out: &str| {
        let made = ["receipt", "a.fuin", "--kind", kind, "--reporter", "例示花子", "--out", out];
        assert_eq!(office.run(&[&made[..], &UNLOCK].concat())["ok"], true);
    };
    receipt("delivery", "delivery.jws");
    receipt("return", "return.jws");
    stamp(&office, authority, "return.jws", &[]);
    let record = |receipt| [&["stamp", "receipt", receipt, "reply.tsr"][..], &OFFICE].concat();
    assert_eq!(office.code(&record("return.jws")), "time_stamp_other", "nobody confirmed it yet");
    assert_eq!(office.code(&record("delivery.jws")), "time_stamp_other");
    office.run(&[&["confirm", "return.jws"][..], &OFFICE].concat());
    assert_eq!(office.run(&record("return.jws"))["ok"], true);
    place(&office, authority, &["root.pem", "foreign.pem", "root.crl", "tsa-exposed.crl"]);
    let check = |more: &[&str]| {
        let said = office.run(&[&["stamp", "check", "--office", "office"][..], more].concat());
        said["time_stamps"][0]["standing"].as_str().unwrap().to_owned()
    };
    assert_eq!(check(&["--time-root", "root.pem"]), "unknown");
    assert_eq!(check(&["--time-root", "root.pem", "--revocation", "root.crl"]), "good");
    assert_eq!(check(&["--time-root", "root.pem", "--revocation", "tsa-exposed.crl"]), "revoked");
    assert_eq!(check(&["--time-root", "foreign.pem"]), "x509_signature");
    let shown = office.run(&["ledger", "show", "--office", "office"]);
    assert_eq!(shown["disclosures"][0]["reports"][0]["time_stamp"]["authority"], "試験 時刻認証局");
}

#[test]
fn a_new_key_is_certified_anew() {
    let (authority, office) = (Authority::get("p256"), Office::new());
    office.write("clip.mp4", clip(1000));
    office.write("new.txt", "the second office passphrase\n");
    let renew = [&["office", "certify", "record", "--revocation", "clean.crl"][..], &OFFICE].concat();
    place(&office, authority, &["clean.crl"]);
    assert_eq!(office.code(&renew), "certification_missing");
    let empty = [&["office", "certify", "record"][..], &OFFICE].concat();
    assert_eq!(office.code(&empty), "revocation_missing");
    certify(&office, authority, &["root.crl"]);
    assert_eq!(office.run(&renew)["ok"], true);
    let change = ["office", "change-key", "--new-passphrase-file", "new.txt", "--reason", "異動"];
    office.run(&[&change[..], &OFFICE].concat());
    let mut seal = office.seal_args("a.fuin", &[]);
    seal[4] = "new.txt";
    assert_eq!(office.run(&seal)["ok"], true);
    assert_eq!(verify(&office, &[])["certification"], Value::Null);
    // What was signed for the key before is of another key now.
    let again = [
        "office",
        "certify",
        "record",
        "--signed",
        "to-sign",
        "--signature",
        "signature",
        "--office",
        "office",
    ];
    let said = office.run(&[&again[..], &["--passphrase-file", "new.txt"]].concat());
    assert_eq!(code(&said), "certification_other");
}

//! 記録簿の統合: two folders of one office that went different ways (`fuin ledger unite`).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_tests::{
    clip,
    office::{Office, UNLOCK},
};

const UNITE: [&str; 10] = [
    "ledger",
    "unite",
    "--office",
    "office",
    "--passphrase-file",
    "office.txt",
    "--reason",
    "二台の統合",
    "--by",
    "課長",
];

fn copy(office: &Office, from: &str, to: &str) {
    fs::create_dir_all(office.path(to)).unwrap();
    for entry in fs::read_dir(office.path(from)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        match path.is_dir() {
            true => copy(office, &format!("{from}/{name}"), &format!("{to}/{name}")),
            false => drop(fs::copy(&path, office.path(&format!("{to}/{name}"))).unwrap()),
        }
    }
}

/// The same command at the other PC.
fn at_other<'a>(args: &[&'a str]) -> Vec<&'a str> {
    args.iter().map(|&arg| if arg == "office" { "other" } else { arg }).collect()
}

fn unite(office: &Office, more: &[&str]) -> serde_json::Value {
    office.run(&[&UNITE[..], more].concat())
}

#[test]
fn what_two_folders_recorded_is_in_both_in_the_end() {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    office.write("scan.pdf", "%PDF-1.7 誓約書");
    copy(&office, "office", "other");
    let ours = office.run(&office.seal_args("ours.fuin", &[]));
    let with_scan = office.record(&["request", "request.toml", "--attach", "scan.pdf"]);
    assert_eq!(office.run(&at_other(&with_scan))["ok"], true);
    let theirs = office.run(&at_other(&office.seal_args("theirs.fuin", &[])));
    let (ours, theirs) = (ours["bundle_id"].as_str().unwrap(), theirs["bundle_id"].as_str().unwrap());

    let check = unite(&office, &["other", "--check"]);
    assert_eq!((check["recorded"].as_bool(), check["numbers"][0]["number"].as_u64()), (Some(false), Some(2)));
    let lines = |folder: &str| fs::read_to_string(office.path(folder).join("ledger.jsonl")).unwrap();
    let before = lines("office");
    let done = unite(&office, &["other"]);
    assert_eq!((&done["lines"], &done["set_aside"]), (&check["lines"], &serde_json::json!([])), "{done}");
    assert!(lines("office").starts_with(&before), "nothing that stood there changed");
    let verified = office.run(&["ledger", "verify", "--office", "office"]);
    assert_eq!(
        (&verified["ok"], &verified["findings"]),
        (&true.into(), &serde_json::json!([])),
        "{verified}"
    );
    let shown = office.run(&["ledger", "show", "--office", "office"]).to_string();
    assert!(shown.contains(ours) && shown.contains(theirs), "{shown}");
    assert_eq!(fs::read_dir(office.path("office/attachments")).unwrap().count(), 1);
    // The key that was kept at the other PC came along: a ticket can be issued here.
    assert_eq!(fs::read_dir(office.path("office/bundle-keys")).unwrap().count(), 2);
    assert_eq!(office.run(&[&["verify", "theirs.fuin"], &UNLOCK[..]].concat())["ok"], true);

    // The other PC takes over what has all of its own, and nothing is to be done twice.
    assert_eq!(office.code(&[&UNITE[..], &["other"]].concat()), "union_known");
    office.run(&["ledger", "export", "--office", "office", "--out", "all.jsonl"]);
    let taken = office.run(&["ledger", "import", "--office", "other", "all.jsonl"]);
    assert_eq!(taken["ok"], true, "{taken}");
    assert_eq!(lines("other"), lines("office"));
    assert_eq!(office.run(&["ledger", "verify", "--office", "other"])["ok"], true);
}

#[test]
fn what_cannot_be_united_is_refused_and_says_why() {
    let office = Office::new();
    copy(&office, "office", "other");
    assert_eq!(office.code(&[&UNITE[..], &["office"]].concat()), "union_known");
    assert_eq!(office.code(&[&UNITE[..], &["other"]].concat()), "union_known");
    office.run(&at_other(&office.record(&["roles", "課長：甲"])));
    assert_eq!(office.code(&[&UNITE[..], &["other"]].concat()), "union_continues");
    office.run(&office.found_args("stranger"));
    assert_eq!(office.code(&[&UNITE[..], &["stranger"]].concat()), "union_office");
    // An export will do, too; one that was cut off will not.
    office.run(&office.record(&["roles", "課長：乙"]));
    office.run(&["ledger", "export", "--office", "other", "--out", "other.jsonl"]);
    let text = fs::read_to_string(office.path("other.jsonl")).unwrap();
    office.write("short.jsonl", text.lines().next().unwrap());
    assert_eq!(office.code(&[&UNITE[..], &["short.jsonl"]].concat()), "ledger_head");
    let done = unite(&office, &["other.jsonl"]);
    // What concerns the other PC alone is not told.
    assert_eq!((&done["ok"], &done["lines"]), (&true.into(), &1.into()), "{done}");
    assert_eq!(done["set_aside"], serde_json::json!([]));
    // After a change of the key nothing comes that the old one signed.
    copy(&office, "office", "third");
    office.run(&at_third(&office.record(&["roles", "課長：丙"])));
    office.write("new.txt", "the second office passphrase\n");
    let change = ["office", "change-key", "--office", "office", "--passphrase-file", "office.txt"];
    let changed =
        office.run(&[&change[..], &["--new-passphrase-file", "new.txt", "--reason", "異動"]].concat());
    assert_eq!(changed["ok"], true, "{changed}");
    office.run(&["ledger", "export", "--office", "third", "--out", "third.jsonl"]);
    let mut late = UNITE.to_vec();
    late[5] = "new.txt";
    assert_eq!(office.code(&[&late[..], &["third"]].concat()), "union_key");
    assert_eq!(office.code(&[&late[..], &["third.jsonl"]].concat()), "union_key");
}

fn at_third<'a>(args: &[&'a str]) -> Vec<&'a str> {
    args.iter().map(|&arg| if arg == "office" { "third" } else { arg }).collect()
}

//! What the desk corrects, narrows and hands in, from the command line: the two record and read the same.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_tests::{clip, office::Office};
use serde_json::Value;

/// An office with one request that came in.
fn office() -> Office {
    let office = Office::new();
    office.write("clip.mp4", clip(600_000));
    office.run(&office.record(&["request", "request.toml"]));
    office
}

const DECIDE: [&str; 5] = ["decide", "--number", "1", "--by", "課長"];
const RANGE: &str = "正面出入口 1番,2026-11-18T21:00:00+09:00,2026-11-18T21:05:00+09:00";

fn seal<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let fixed = [
        "seal",
        "--office",
        "office",
        "--passphrase-file",
        "office.txt",
        "--number",
        "1",
        "--clip",
        "clip.mp4",
        "--recipient-passphrase-file",
        "recipient.txt",
        "--out",
        out,
    ];
    [&fixed[..], more].concat()
}

#[test]
fn less_is_provided_than_was_asked_for_and_nothing_more_is_permitted() {
    let office = office();
    let wide = "正面出入口 1番,2026-11-18T20:00:00+09:00,2026-11-18T21:05:00+09:00";
    let partly = |range| [&DECIDE[..], &["--grant", "--reason", "前後に限る", "--range", range]].concat();
    assert_eq!(office.code(&office.record(&partly(wide))), "step_wider");
    assert_eq!(
        office.code(&office.record(&[&DECIDE[..], &["--grant", "--range", RANGE]].concat())),
        "step_missing"
    );
    let decided = [&partly(RANGE)[..], &["--permit", "still"]].concat();
    assert_eq!(office.run(&office.record(&decided))["ok"], true);
    assert_eq!(office.code(&seal("a.fuin", &["--grant", "export"])), "step_wider");
    assert!(!office.path("a.fuin").exists());
    let sealed = office.run(&seal("a.fuin", &[]));
    assert_eq!(sealed["ok"], true, "{sealed}");
    assert_eq!(sealed["clips"][0]["camera"], "正面出入口 1番");
    let words = ["verify", "a.fuin", "--recipient-passphrase-file", "recipient.txt"];
    let verified = office.run(&words).to_string();
    assert!(verified.contains("still") && !verified.contains("export"), "{verified}");
    let shown = office.run(&["ledger", "show", "--office", "office"])["disclosures"][0]["sealed"].to_string();
    assert!(shown.contains("21:05まで") && !shown.contains("21:30まで"), "{shown}");
    let book = office.run(&["ledger", "book", "disclosures", "--office", "office", "--year", "2026"]);
    let row = book["rows"][0].to_string();
    assert!(row.contains("一部可") && row.contains("21:05まで"), "{row}");
}

#[test]
fn a_clip_of_another_time_or_camera_stops_before_it_is_sealed() {
    let office = office();
    office.run(&office.record(&[&DECIDE[..], &["--grant"]].concat()));
    let request = fs::read_to_string(office.path("request.toml")).unwrap();
    let other = request.replace("[[range]]\ncamera = \"正面出入口 1番\"", "[[range]]\ncamera = \"裏口\"");
    office.write("other.toml", &other);
    assert!(other.contains("裏口"), "{request}");
    // The clip's own entry still says the front door.
    let args = office.seal_args("b.fuin", &[]);
    let args: Vec<&str> =
        args.iter().map(|word| if *word == "request.toml" { "other.toml" } else { word }).collect();
    assert_eq!(office.code(&args), "step_outside");
    assert!(!office.path("b.fuin").exists());
    let lines = office.run(&["ledger", "lines", "--office", "office"])["lines"].as_array().unwrap().len();
    assert_eq!(lines, 3, "founded, requested, decided: nothing of the one that was refused");
}

#[test]
fn what_was_recorded_is_corrected_withdrawn_opened_and_taken_back() {
    let office = office();
    let request = fs::read_to_string(office.path("request.toml")).unwrap();
    office.write("right.toml", request.replace("見本警察署", "見本中央警察署"));
    let correct = ["correct", "--number", "1", "right.toml", "--reason", "誤記", "--by", "主事"];
    assert_eq!(office.run(&office.record(&correct))["ok"], true);
    assert_eq!(office.code(&office.record(&correct)), "step_correction");
    let withdraw = ["withdraw", "--number", "1", "--from", "例示花子", "--reason", "解決した"];
    assert_eq!(office.run(&office.record(&withdraw))["ok"], true);
    assert_eq!(office.code(&office.record(&withdraw)), "step_state");
    let reopen = ["reopen", "--number", "1", "--reason", "再度の求め", "--by", "課長"];
    assert_eq!(office.run(&office.record(&reopen))["ok"], true);
    let operation = ["operation", "--section", "complaint", "--reason", "苦情"];
    assert_eq!(office.run(&office.record(&operation))["ok"], true);
    let lines = office.run(&["ledger", "lines", "--office", "office"]);
    let line = lines["lines"].as_array().unwrap().len().to_string();
    let take_back = ["take-back", "--line", &line, "--reason", "別の件", "--by", "係長"];
    assert_eq!(office.run(&office.record(&take_back))["ok"], true);
    assert_eq!(office.code(&office.record(&take_back)), "step_line");
    let book = office.run(&["ledger", "book", "operations", "--office", "office"]);
    assert!(book["rows"][0].to_string().contains("（取消し）"), "{book}");
    office.run(&office.record(&[&DECIDE[..], &["--grant"]].concat()));
    let letter = [
        "letter",
        "--number",
        "1",
        "--kind",
        "answer",
        "--from",
        "防災課長　見本次郎",
        "--document-number",
        "8港防第9号",
    ];
    assert_eq!(office.run(&office.record(&letter))["ok"], true);
    let lines = office.run(&["ledger", "lines", "--office", "office"])["lines"].clone();
    let kind = |line: &Value| line["event"]["kind"].as_str().unwrap().to_owned();
    let kinds: Vec<String> = lines.as_array().unwrap().iter().skip(1).map(kind).collect();
    let expected =
        ["requested", "corrected", "withdrawn", "reopened", "operation", "taken_back", "decided", "issued"];
    assert_eq!(kinds, expected);
    let body = lines[8]["event"]["body"].as_str().unwrap();
    assert!(body.contains("下記のとおり画像を提供します") && body.contains("21:30まで"), "{body}");
}

#[test]
fn a_broken_stick_is_replaced_and_a_report_handed_in() {
    let office = office();
    office.run(&office.record(&[&DECIDE[..], &["--grant"]].concat()));
    let first = office.run(&seal("a.fuin", &[]))["bundle_id"].as_str().unwrap().to_owned();
    let delivered = ["report", "--bundle", &first, "--kind", "delivery", "--from", "窓口"];
    office.run(&office.record(&delivered));
    assert_eq!(office.code(&seal("b.fuin", &[])), "step_state");
    let again = office.run(&seal("b.fuin", &["--replaces", &first]));
    assert_eq!(again["ok"], true, "{again}");
    let shown = office.run(&["ledger", "show", "--office", "office"]);
    assert_eq!(shown["disclosures"][0]["status"], "replaced", "{shown}");
    // 港区 8条4項: the report of what was handed over waits.
    let second = again["bundle_id"].as_str().unwrap();
    office.run(&office.record(&["report", "--bundle", second, "--kind", "delivery", "--from", "窓口"]));
    let due = || office.run(&["ledger", "due", "--office", "office"])["due"]["owed"].clone();
    assert_eq!(due().as_array().unwrap().len(), 1, "{}", due());
    let submit = ["submit", "--report", "disclosure:1", "--to", "港区長"];
    assert_eq!(office.run(&office.record(&submit))["ok"], true);
    assert_eq!(due().as_array().unwrap().len(), 0);
}

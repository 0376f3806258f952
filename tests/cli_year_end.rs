//! The end of a year on the command line: closed, destroyed after its time, in the folder and at another PC.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_tests::office::Office;

fn operation<'a>(on: &'a str, reason: &'a str) -> [&'a str; 7] {
    ["operation", "--section", "complaint", "--on", on, "--reason", reason]
}

#[test]
fn a_year_is_closed_and_its_records_go_from_the_folder() {
    let office = Office::new();
    let record = |words: &[&str]| office.run(&office.record(words));
    assert_eq!(record(&operation("2024-05-01", "苦情 見本消子"))["ok"], true);
    assert_eq!(record(&operation("2025-05-01", "次の年"))["ok"], true);
    let destroy =
        ["destroy-year", "--year", "2024", "--basis", "文書管理規程", "--method", "消去", "--by", "課長"];
    assert_eq!(office.code(&office.record(&destroy)), "step_state");
    assert_eq!(record(&["close-year", "--year", "2024", "--by", "課長"])["ok"], true);
    assert_eq!(office.code(&office.record(&operation("2025-03-31", "遅い"))), "step_year_closed");
    assert_eq!(office.code(&office.record(&["close-year", "--year", "2026", "--by", "課長"])), "step_state");
    let backup = fs::read(office.path("office/ledger.jsonl")).unwrap();
    assert_eq!(record(&destroy)["ok"], true);

    let file = fs::read_to_string(office.path("office/ledger.jsonl")).unwrap();
    assert!(file.lines().any(|line| line.starts_with("{\"format\":\"fuin-destroyed/1\"")), "{file}");
    let verified = office.run(&["ledger", "verify", "--office", "office"]);
    assert_eq!(verified["ok"], true, "{verified}");
    let lines = office.run(&["ledger", "lines", "--office", "office"]).to_string();
    assert!(
        !lines.contains("見本消子") && lines.contains("次の年") && lines.contains("\"kind\":\"destroyed\"")
    );
    // Cut off before the lines went: the next command finishes it.
    let last = file.lines().last().unwrap();
    let whole = [backup.as_slice(), last.as_bytes(), b"\n"].concat();
    fs::write(office.path("office/ledger.jsonl"), whole).unwrap();
    office.run(&["ledger", "verify", "--office", "office"]);
    assert_eq!(fs::read_to_string(office.path("office/ledger.jsonl")).unwrap(), file);
}

#[test]
fn records_are_kept_as_long_as_the_rules_say() {
    let office = Office::new();
    let found: Vec<&str> =
        office.found_args("fujisawa").iter().map(|w| if *w == "minato" { "fujisawa" } else { w }).collect();
    assert_eq!(office.run(&found)["ok"], true);
    let record = |words: &[&'static str]| {
        [&["record", "--office", "fujisawa", "--passphrase-file", "office.txt"], words].concat()
    };
    assert_eq!(office.run(&record(&operation("2024-05-01", "苦情")))["ok"], true);
    assert_eq!(office.run(&record(&["close-year", "--year", "2024", "--by", "課長"]))["ok"], true);
    let destroy = ["destroy-year", "--year", "2024", "--basis", "6条4項", "--method", "消去", "--by", "課長"];
    assert_eq!(office.code(&record(&destroy)), "step_year_kept");
}

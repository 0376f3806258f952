//! What an attack and bad days found on the command line (F numbers), each as a test that failed before it was mended.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![cfg(unix)]

use std::{
    fs::{self, File, OpenOptions, Permissions},
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    process::{Command, Stdio},
};

use fuin_core::{Day, EventBody, Ledger, OfficeKeyFile, OfficeKeys, Passphrase, Timestamp};
use fuin_tests::{
    clip,
    office::{Office, UNLOCK, program},
    time,
};

const KEYED: [&str; 4] = ["--office", "office", "--passphrase-file", "office.txt"];

fn with_bundle() -> (Office, String) {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    let sealed = office.run(&office.seal_args("a.fuin", &["--grant", "export"]));
    (office, sealed["bundle_id"].as_str().unwrap().to_owned())
}

fn events(office: &Office) -> u64 {
    office.run(&["ledger", "show", "--office", "office"])["events"].as_u64().unwrap()
}

/// The office's keys, as somebody has them who holds `office.key` and its passphrase.
fn keys(office: &Office) -> OfficeKeys {
    let file = OfficeKeyFile::parse(&fs::read_to_string(office.path("office/office.key")).unwrap()).unwrap();
    file.open(&Passphrase::new("the office passphrase")).unwrap().0
}

/// The office's ledger as text, and read.
fn ledger(office: &Office) -> Ledger {
    let text = fs::read_to_string(office.path("office/ledger.jsonl")).unwrap();
    Ledger::read(text.as_bytes(), None, None).0
}

#[test]
fn f08_a_receipt_is_capped_before_it_is_looked_at() {
    let (office, _) = with_bundle();
    let before = events(&office);
    office.write("huge.jws", "x".repeat((256 << 10) + 1));
    assert_eq!(office.code(&[&["confirm"], &KEYED[..], &["huge.jws"]].concat()), "file_too_large");
    // A device that never ends says that it has no bytes.
    assert_eq!(office.code(&[&["confirm"], &KEYED[..], &["/dev/zero"]].concat()), "file_too_large");
    assert_eq!(events(&office), before);
}

#[test]
fn f08_a_ledger_of_100_000_events_goes_out_and_in_again() {
    let office = Office::new();
    let keys = keys(&office);
    let mut longer = ledger(&office);
    let event = |n: u64| EventBody::Reported {
        bundle_id: "R8-0001-7K3Q".to_owned().try_into().unwrap(),
        receipt: fuin_core::ReceiptKind::Delivery,
        day: Day::parse("2026-11-22").unwrap(),
        from: "窓口".into(),
        note: "見本".repeat(60) + &n.to_string(),
    };
    for n in 0..100_000 {
        longer.append(time("2026-11-22T10:00:00+09:00"), "取扱者", event(n), &keys.signing).unwrap();
    }
    let text = longer.export(&longer.signed_head(&keys.signing));
    assert!(text.len() > 64 << 20, "longer than what was the limit");
    office.write("long.jsonl", &text);
    // These lines could not have been recorded; they are only many.
    let import = ["ledger", "import", "--office", "office", "long.jsonl", "--anyway"];
    assert_eq!(office.run(&import)["added"], 100_000);
    assert_eq!(
        office.run(&["ledger", "export", "--office", "office", "--out", "again.jsonl"])["events"],
        100_001
    );
    assert!(fs::read_to_string(office.path("again.jsonl")).unwrap() == text, "the same lines");
}

#[test]
fn f09_what_comes_from_another_copy_is_admitted_by_the_rules_of_recording() {
    let (office, id) = with_bundle();
    let keys = keys(&office);
    let mut theirs = ledger(&office);
    let closed = EventBody::Closed {
        bundle_id: id.try_into().unwrap(),
        medium_check: "破砕".into(),
        witness: String::new(),
        note: String::new(),
    };
    theirs.append(time("2026-12-22T10:00:00+09:00"), "取扱者", closed, &keys.signing).unwrap();
    office.write("theirs.jsonl", theirs.export(&theirs.signed_head(&keys.signing)));
    let import = ["ledger", "import", "--office", "office", "theirs.jsonl"];
    let output = office.raw(&import);
    assert_eq!(office.code(&import), "import_unruly");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("line 5"), "{said}");
    assert_eq!(events(&office), 4, "nothing was taken over");
    assert_eq!(office.run(&[&import[..], &["--anyway"]].concat())["added"], 1);
}

#[test]
fn f14_extract_remembers_the_latest_time() {
    let (office, _) = with_bundle();
    let extract = |out: &'static str| {
        [&["extract", "a.fuin", "--affirm", "例示花子", "--out", out], &UNLOCK[..]].concat()
    };
    assert_eq!(office.run(&extract("one"))["ok"], true);
    let mark = office.path("state/fuin/latest-time");
    let seen = fs::read_to_string(&mark).unwrap();
    let later = Timestamp::parse(&seen).unwrap().plus_secs(3600).to_string();
    // As if it had been used an hour from now: this computer's clock was set back since.
    fs::write(&mark, &later).unwrap();
    assert_eq!(office.code(&extract("two")), "clock_backwards");
    assert!(!office.path("two").exists());
    assert_eq!(fs::read_to_string(&mark).unwrap(), later, "a refusal takes nothing back");
    // A jump of more than half a year is asked before it is kept; a person who looked at the clock says so.
    fs::write(&mark, "2020-01-01T00:00:00+09:00").unwrap();
    assert_eq!(office.code(&extract("two")), "clock_ahead");
    assert_eq!(office.run(&[&extract("two")[..], &["--clock-is-right"]].concat())["ok"], true);
    assert_eq!(office.run(&extract("three"))["ok"], true);
    // Where the office lets such a clock pass it is said, and the latest time counts.
    let lenient = office.seal_args("lenient.fuin", &["--grant", "export", "--odd-clock", "warn"]);
    assert_eq!(office.run(&lenient)["ok"], true);
    fs::write(&mark, &later).unwrap();
    let extract = ["extract", "lenient.fuin", "--affirm", "例示花子", "--out", "four"];
    let warned = office.run(&[&extract[..], &UNLOCK].concat());
    assert_eq!(
        (warned["ok"].as_bool(), warned["warnings"].as_array().map(Vec::len)),
        (Some(true), Some(1)),
        "{warned}"
    );
    assert_eq!(fs::read_to_string(&mark).unwrap(), later);
    fs::write(&mark, "2190-01-01T00:00:00+09:00").unwrap();
    assert_eq!(
        office.code(
            &[&["extract", "lenient.fuin", "--affirm", "例示花子", "--out", "five"], &UNLOCK[..]].concat()
        ),
        "expired"
    );
}

#[test]
fn f14_a_stopped_command_leaves_no_plaintext() {
    let office = Office::new();
    let big = File::create(office.path("clip.mp4")).unwrap();
    big.set_len(256 << 20).unwrap();
    assert_eq!(office.run(&office.seal_args("a.fuin", &["--grant", "export"]))["ok"], true);
    let extract = [&["extract", "a.fuin", "--affirm", "例示花子", "--out", "out"], &UNLOCK[..]].concat();
    let part = || {
        let mut files = fs::read_dir(office.path("out")).into_iter().flatten().flatten();
        files.find(|entry| entry.file_name().to_string_lossy().ends_with(".part"))
    };
    for signal in ["-INT", "-TERM", "-HUP", "-KILL"] {
        let mut child = office.command(&extract).stderr(Stdio::null()).spawn().unwrap();
        let mode = loop {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was stopped");
            // The first pieces are there.
            let found =
                part().and_then(|entry| entry.metadata().ok()).filter(|metadata| metadata.len() > 1 << 20);
            if let Some(metadata) = found {
                break metadata.permissions().mode() & 0o777;
            }
            std::thread::yield_now();
        };
        assert_eq!(mode, 0o600, "plaintext is for its owner alone");
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        child.wait().unwrap();
        assert!(!office.path("out/1-clip.mp4").exists());
        assert_eq!(part().is_some(), signal == "-KILL", "{signal}");
    }
    // What a power cut left goes with the next command that writes to the same name.
    assert_eq!(office.run(&extract)["ok"], true);
    assert!(part().is_none());
    assert_eq!(fs::metadata(office.path("out/1-clip.mp4")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn f16_a_sealing_that_fails_leaves_no_granted_request() {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    office.write("taken.fuin", "");
    office.write("short.txt", "123");
    office.write("empty.mp4", "");
    let before = events(&office);
    let with = |change: &dyn Fn(&mut Vec<&'static str>)| {
        let mut args = vec!["seal"];
        args.extend(KEYED);
        args.extend(["--request", "request.toml", "--clip", "clip.mp4", "--out", "b.fuin"]);
        args.extend(UNLOCK);
        change(&mut args);
        office.code(&args)
    };
    let replace = |args: &mut Vec<&'static str>, old: &str, new: &'static str| {
        let at = args.iter().position(|word| *word == old).unwrap();
        args[at] = new;
    };
    assert_eq!(with(&|args| replace(args, "clip.mp4", "nothing.mp4")), "file_not_found");
    assert_eq!(with(&|args| replace(args, "clip.mp4", "empty.mp4")), "clip_length");
    assert_eq!(with(&|args| replace(args, "recipient.txt", "short.txt")), "passphrase_too_short");
    assert_eq!(with(&|args| replace(args, "b.fuin", "taken.fuin")), "file_exists");
    assert_eq!(with(&|args| args.extend(["--not-after", "2020-01-01T00:00:00+09:00"])), "manifest_dates");
    assert_eq!(events(&office), before);
    let year = office.run(&["ledger", "year", "--office", "office"]);
    assert_eq!(
        (year["year"]["requests"].as_u64(), year["year"]["granted"].as_u64()),
        (Some(0), Some(0)),
        "{year}"
    );
}

#[test]
fn f16_recorded_and_head_not_written_are_told_apart() {
    let office = Office::new();
    let before = events(&office);
    // Lines can be appended; a new head cannot be put beside them.
    give_rights(&office, 0o555, 0o666);
    let report = as_anybody(&office, &office.record(&["incident", "--what", "見失った"]));
    assert_eq!(report["ok"], true, "{report}");
    let warning = report["warnings"][0].as_str().unwrap();
    assert!(warning.contains("it is recorded, do not repeat it"), "{warning}");
    // The ledger is longer than its head, and good.
    assert_eq!(
        as_anybody(&office, &["ledger", "verify", "--office", "office"])["events"].as_u64(),
        Some(before + 1)
    );
    give_rights(&office, 0o755, 0o666);
}

#[test]
fn f18_what_editors_and_cut_offs_do_to_a_ledger_is_named_and_the_rest_is_readable() {
    let (office, _) = with_bundle();
    let path = office.path("office/ledger.jsonl");
    let good = fs::read(&path).unwrap();
    let verify = ["ledger", "verify", "--office", "office"];
    // A byte order mark.
    fs::write(&path, [b"\xEF\xBB\xBF", good.as_slice()].concat()).unwrap();
    let read = office.run(&verify);
    assert_eq!(read["events"], 4, "{read}");
    assert!(read["warnings"][0].as_str().unwrap().contains("byte order mark"), "{read}");
    // The last line end is missing: the line counts, and the next one does not run into it.
    fs::write(&path, &good[..good.len() - 1]).unwrap();
    assert_eq!(office.run(&verify)["events"], 4);
    assert_eq!(office.run(&office.record(&["incident", "--what", "見失った"]))["ok"], true);
    assert_eq!(office.run(&verify)["events"], 5);
    // One byte that is no UTF-8: its line is named, every other is read.
    let longer = fs::read(&path).unwrap();
    let second = longer.iter().position(|&byte| byte == b'\n').unwrap() + 10;
    let mut damaged = longer.clone();
    damaged[second] = 0xff;
    fs::write(&path, &damaged).unwrap();
    assert_eq!(office.code(&verify), "ledger_line");
    let shown = office.run(&["ledger", "show", "--office", "office"]);
    assert_eq!(
        (shown["events"].as_u64(), shown["disclosures"].as_array().unwrap().len()),
        (Some(4), 1),
        "{shown}"
    );
    assert!(shown["warnings"][0].as_str().unwrap().contains("line 2"), "{shown}");
}

#[test]
fn f18_a_founding_that_was_cut_off_goes_on_and_a_mirror_is_left_alone() {
    let (office, _) = with_bundle();
    // The folder of a desk's mirror: a ledger with a life in it, and no key.
    fs::remove_file(office.path("office/office.key")).unwrap();
    assert_eq!(office.code(&office.found_args("office")), "file_exists");
    assert_eq!(events(&office), 4);
    assert_eq!(office.run(&office.found_args("other"))["ok"], true);
    // Cut off before the key was there.
    fs::remove_file(office.path("other/office.key")).unwrap();
    assert_eq!(office.run(&office.found_args("other"))["ok"], true);
    assert_eq!(office.run(&["ledger", "verify", "--office", "other"])["events"], 1);
}

#[test]
fn f18_files_that_name_people_are_for_their_owner_alone() {
    let (office, _) = with_bundle();
    office.write("scan.pdf", "%PDF-1.4 scan");
    assert_eq!(office.run(&office.record(&["request", "request.toml", "--attach", "scan.pdf"]))["ok"], true);
    office.run(&["ledger", "export", "--office", "office", "--out", "backup.jsonl"]);
    let mode = |path: &str| fs::metadata(office.path(path)).unwrap().permissions().mode() & 0o777;
    for file in ["office/ledger.jsonl", "office/ledger.head", "office/office.key", "backup.jsonl"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
    for scan in fs::read_dir(office.path("office/attachments")).unwrap() {
        assert_eq!(scan.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn f18_a_folder_that_cannot_be_written_can_be_shown_and_verified() {
    let (office, _) = with_bundle();
    fs::remove_file(office.path("office/office.lock")).unwrap();
    give_rights(&office, 0o555, 0o444);
    let shown = as_anybody(&office, &["ledger", "show", "--office", "office"]);
    assert_eq!(shown["events"], 4, "{shown}");
    let verified = as_anybody(&office, &["ledger", "verify", "--office", "office"]);
    assert_eq!(verified["ok"], true, "{verified}");
    let refused = as_anybody(&office, &office.record(&["incident", "--what", "見失った"]));
    assert_eq!(refused["error"]["code"], "office_read_only", "{refused}");
    give_rights(&office, 0o755, 0o644);
}

/// Sets the rights of the office's folder and of the files in it, and lets anybody reach them.
fn give_rights(office: &Office, folder: u32, files: u32) {
    fs::set_permissions(office.path(""), Permissions::from_mode(0o755)).unwrap();
    for entry in fs::read_dir(office.path("office")).unwrap() {
        fs::set_permissions(entry.unwrap().path(), Permissions::from_mode(files)).unwrap();
    }
    fs::set_permissions(office.path("office"), Permissions::from_mode(folder)).unwrap();
}

/// Runs a command as a user whom rights bind: root may do anything. Gives its report.
fn as_anybody(office: &Office, args: &[&str]) -> serde_json::Value {
    const NOBODY: u32 = 65_534;
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = office.command(args);
    if is_root {
        // Nobody may not go where the program was built.
        let copy = office.path("fuin-copy");
        if !copy.exists() {
            fs::copy(program(), &copy).unwrap();
        }
        let mut other = Command::new(copy);
        other.current_dir(office.path("")).args(command.get_args()).uid(NOBODY).gid(NOBODY);
        command = other;
    }
    let output = command.output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn f18_a_name_that_is_too_long_is_said_and_leaves_nothing() {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    let name = format!("{}.fuin", "映".repeat(90));
    let before = events(&office);
    assert_eq!(office.code(&office.seal_args(&name, &[])), "file_name_long");
    assert_eq!(events(&office), before);
}

#[test]
fn f18_a_report_that_cannot_be_written_is_no_success() {
    let office = Office::new();
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = office.command(&["passphrase"]).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("could not be written"));
    // A reader that goes away is none of our business.
    let mut child = office.command(&["rules", "show", "minato"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn s1_09_a_slip_of_the_clerk_is_no_event() {
    let (office, id) = with_bundle();
    let before = events(&office);
    let receipt = [
        &["receipt", "a.fuin", "--kind", "delivery", "--reporter", "例示花子", "--out", "r.jws"],
        &UNLOCK[..],
    ]
    .concat();
    let made = office.run(&receipt);
    let code = made["code"].as_str().unwrap();
    let last = if code.ends_with('0') { "1" } else { "0" };
    let mistyped = format!("{}{last}", &code[..code.len() - 1]);
    let confirm = |words: &[&str]| office.code(&[&["confirm"], &KEYED[..], words].concat());
    assert_eq!(confirm(&["--bundle", &id, "--code", &mistyped]), "code_mistyped");
    assert_eq!(confirm(&["--bundle", &id, "--code", "123"]), "code_form");
    assert_eq!(confirm(&["clip.mp4"]), "receipt_signature");
    assert_eq!(events(&office), before);
    assert_eq!(office.run(&[&["confirm"], &KEYED[..], &["r.jws"]].concat())["ok"], true);
    assert_eq!(confirm(&["r.jws"]), "receipt_duplicate");
    assert_eq!(events(&office), before + 1);
    // A receipt that somebody altered is no slip: it is kept with its reason.
    let mut altered = fs::read(office.path("r.jws")).unwrap();
    let middle = altered.len() / 2;
    altered[middle] = 0xff;
    office.write("altered.jws", altered);
    assert_eq!(confirm(&["altered.jws"]), "receipt_signature");
}

#[test]
fn f04_what_a_report_says_is_seen_and_answered_before_the_case_is_closed() {
    let (office, id) = with_bundle();
    let report = |kind: &'static str, copies: &'static str, out: &'static str| {
        let words = ["receipt", "a.fuin", "--kind", kind, "--reporter", "例示花子", "--witness", "立会次郎"];
        office.run(&[&words[..], &["--copies", copies, "--out", out], &UNLOCK[..]].concat())
    };
    let made = report("return", "複製2枚を作成した", "one.jws");
    fn confirm<'a>(words: &[&'a str]) -> Vec<&'a str> {
        [&["confirm"], &KEYED[..], words].concat()
    }
    // By telephone first; then the file of the same day, which says more.
    let code = made["code"].as_str().unwrap();
    let told = office.run(&confirm(&["--bundle", &id, "--code", code]));
    assert_eq!(told["concerns"], serde_json::json!([]), "{told}");
    let filed = office.run(&confirm(&["one.jws"]));
    assert_eq!(filed["status"], "returned", "{filed}");
    assert_eq!(filed["concerns"][0]["said"], "複製2枚を作成した", "{filed}");
    assert_eq!(filed["reports"][1]["words"]["witness"], "立会次郎");
    // Another file of that day that says something else is a conflict, and kept as one.
    report("return", "なし", "two.jws");
    let before = events(&office);
    assert_eq!(office.code(&confirm(&["two.jws"])), "receipt_conflict");
    assert_eq!(events(&office), before + 1);
    let shown = office.command(&["ledger", "show", "--office", "office"]).output().unwrap();
    assert!(String::from_utf8(shown.stdout).unwrap().contains("複製2枚を作成した"));
    // It is answered before 完了.
    let close = [&["close"], &KEYED[..], &["--bundle", &id, "--medium-check", "USB-07 を確認"]].concat();
    assert_eq!(office.code(&close), "step_missing");
    assert_eq!(
        office.run(&[&close[..], &["--note", "複製2枚の廃棄を電話で確認"]].concat())["status"],
        "closed"
    );
}

#[test]
fn f23_kinds_that_contradict_each_other_are_findings() {
    let (office, id) = with_bundle();
    let tell = |kind: &str| {
        let made = office
            .run(&[&["receipt", "a.fuin", "--kind", kind, "--reporter", "例示花子"], &UNLOCK[..]].concat());
        let code = made["code"].as_str().unwrap().to_owned();
        office.run(&[&["confirm"], &KEYED[..], &["--bundle", &id, "--code", &code]].concat())
    };
    assert_eq!(tell("erasure")["concerns"], serde_json::json!([]));
    let retained = tell("retention");
    assert_eq!(retained["status"], "retained", "{retained}");
    assert_eq!(retained["concerns"][0]["concern"], "contradiction", "{retained}");
    assert_eq!(tell("disposal")["status"], "erased");
    let close = [&["close"], &KEYED[..], &["--bundle", &id, "--medium-check", "確認"]].concat();
    assert_eq!(office.code(&close), "step_missing", "消去 and then 継続保有: somebody says how that can be");
    assert_eq!(
        office.run(&[&close[..], &["--note", "消去は誤報。後日あらためて廃棄"]].concat())["status"],
        "closed"
    );
}

#[test]
fn f10_times_that_run_backwards_are_findings() {
    let office = Office::new();
    let keys = keys(&office);
    let mut longer = ledger(&office);
    let incident = || {
        EventBody::Incident(Box::new(fuin_core::Incident {
            on: Day::parse("2026-11-22").unwrap(),
            what: "見失った".into(),
            ..fuin_tests::incident()
        }))
    };
    for at in ["2198-01-01T00:00:00+09:00", "2025-01-01T00:00:00+09:00", "2198-01-01T00:01:00+09:00"] {
        longer.append(time(at), "取扱者", incident(), &keys.signing).unwrap();
    }
    office.write("longer.jsonl", longer.export(&longer.signed_head(&keys.signing)));
    office.run(&["ledger", "import", "--office", "office", "longer.jsonl", "--anyway"]);
    let verified = office.run(&["ledger", "verify", "--office", "office"]);
    let findings = verified["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{verified}");
    assert_eq!(
        (findings[0]["finding"].as_str(), findings[0]["line"].as_u64()),
        (Some("time_backwards"), Some(3))
    );
}

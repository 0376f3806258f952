//! The command line as its users meet it: an office's life, refusals with their codes, interrupted work.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_tests::{
    clip,
    office::{Office, UNLOCK},
    seeds,
};

#[test]
fn an_office_from_request_to_closed_case() {
    let office = Office::new();
    office.write("clip.mp4", clip(2_500_000));
    let sealed = office.run(&office.seal_args("a.fuin", &["--grant", "export"]));
    let id = sealed["bundle_id"].as_str().unwrap().to_owned();
    let inspected = office.run(&["inspect", "a.fuin"]);
    assert_eq!(
        (inspected["verified"].as_bool(), inspected["bundle_id"].as_str()),
        (Some(false), Some(id.as_str()))
    );
    let verified =
        office.run(&[&["verify", "a.fuin", "--office-card", "office/office-card.jws"], &UNLOCK[..]].concat());
    assert_eq!(verified["verified"], true, "{verified}");
    assert_eq!(verified["clips"][0]["sha256"], sealed["clips"][0]["sha256"]);
    let extracted =
        office.run(&[&["extract", "a.fuin", "--affirm", "例示花子", "--out", "out"], &UNLOCK[..]].concat());
    assert_eq!(extracted["ok"], true, "{extracted}");
    assert!(fs::read(office.path("out/1-clip.mp4")).unwrap() == clip(2_500_000), "byte for byte");

    // The recipient returns it, and tells the code.
    let receipt = ["receipt", "a.fuin", "--kind", "return", "--reporter"];
    assert_eq!(office.code(&[&receipt[..], &[" "], &UNLOCK[..]].concat()), "report_reporter");
    let receipt = [&receipt[..], &["例示花子", "--out", "receipt.jws"], &UNLOCK[..]].concat();
    let made = office.run(&receipt);
    assert_eq!((made["bundle_id"].as_str(), made["kind"].as_str()), (Some(id.as_str()), Some("return")));
    let code = made["code"].as_str().unwrap();
    assert_eq!(office.code(&receipt), "file_exists");
    let keyed = ["--office", "office", "--passphrase-file", "office.txt"];
    let close = [&["close"], &keyed[..], &["--bundle", &id, "--medium-check", "破砕"]].concat();
    assert_eq!(office.code(&close), "close_status");
    let mistyped = format!("{}{}", if code.starts_with('0') { '1' } else { '0' }, &code[1..]);
    assert_eq!(
        office.code(&[&["confirm"], &keyed[..], &["--bundle", &id, "--code", &mistyped]].concat()),
        "code_mistyped"
    );
    let confirmed = office.run(&[&["confirm"], &keyed[..], &["--bundle", &id, "--code", code]].concat());
    assert_eq!(confirmed["status"], "returned", "{confirmed}");
    // The file of the same report completes what was told on the telephone, once.
    let completed = office.run(&[&["confirm"], &keyed[..], &["receipt.jws"]].concat());
    assert_eq!(completed["reports"][1]["words"]["reporter"], "例示花子", "{completed}");
    assert_eq!(office.code(&[&["confirm"], &keyed[..], &["receipt.jws"]].concat()), "receipt_duplicate");
    // Whoever reports on the command line has no viewing log, which is answered like anything odd.
    assert_eq!(office.code(&close), "step_missing");
    let close = [&close[..], &["--note", "コマンドラインで受領した"]].concat();
    assert_eq!(office.run(&close)["status"], "closed");
    let ledger = office.run(&["ledger", "verify", "--office", "office"]);
    // Founded, requested, decided, sealed, accepted by code and file, closed: a mistyped code and the same report once
    // more are slips.
    assert_eq!(ledger["events"], 7, "{ledger}");
}

/// An expert has the clip that was taken out, and the bundle: is its index the one that the clip gives?
#[test]
fn an_index_is_made_again_from_the_clip_and_compared() {
    let office = Office::new();
    office.write("clip.mp4", seeds::small_clip());
    office.write("other.mp4", clip(1000));
    let sealed = office.run(&office.seal_args("a.fuin", &["--clip", "other.mp4"]));
    assert_eq!(sealed["ok"], true, "{sealed}");
    let index = office.run(&["index", "clip.mp4", "--out", "clip.index"]);
    assert_eq!((index["format"].as_str(), index["videos"][0]["pictures"].as_u64()), (Some("mp4"), Some(3)));
    assert_eq!(index["videos"][0]["codec"], "avc1.42001e");
    assert_eq!(fs::read(office.path("clip.index")).unwrap(), seeds::small_index());
    let check = |clip: &'static str| [&["index", clip, "--check", "a.fuin"], &UNLOCK[..]].concat();
    assert_eq!(office.run(&check("clip.mp4"))["same_as_sealed"], true);
    // What cannot be played has an index that says so.
    let refused = office.run(&check("other.mp4"));
    assert_eq!(
        (&refused["refusal"]["code"], &refused["same_as_sealed"]),
        (&"media_malformed".into(), &true.into())
    );
    office.write("third.mp4", clip(1001));
    assert_eq!(office.code(&check("third.mp4")), "clip_not_there");
    assert_eq!(office.code(&["index", "nothing.mp4"]), "file_not_found");
}

#[test]
fn refusals_have_codes_and_leave_nothing_behind() {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    let sealed = office.run(&office.seal_args("a.fuin", &[]));
    assert_eq!(sealed["ok"], true, "{sealed}");
    assert_eq!(office.code(&office.seal_args("a.fuin", &[])), "file_exists");
    office.write("wrong.txt", "9999-9999-9999");
    assert_eq!(office.code(&["verify", "a.fuin", "--recipient-passphrase-file", "wrong.txt"]), "wrong_key");
    assert_eq!(office.code(&["verify", "a.fuin"]), "passphrase_missing");
    assert_eq!(
        office.code(&[&["extract", "a.fuin", "--affirm", "例示花子", "--out", "out"], &UNLOCK[..]].concat()),
        "not_granted"
    );
    assert_eq!(office.code(&["inspect", "request.toml"]), "container_truncated");
    assert_eq!(office.code(&["inspect", "nothing.fuin"]), "file_not_found");
    office.write("short.txt", "123");
    let short = office.seal_args("b.fuin", &["--recipient-passphrase-file", "short.txt"]);
    assert_eq!(office.code(&short), "passphrase_too_short");
    let refused = fs::read_to_string(office.path("request.toml")).unwrap().replace("港刑第123号", "");
    office.write("request.toml", refused);
    assert_eq!(office.code(&office.seal_args("b.fuin", &[])), "rules_refuse");
    let locked = [
        "confirm",
        "--office",
        "office",
        "--passphrase-file",
        "wrong.txt",
        "--bundle",
        "R8-0001-AAAA",
        "--code",
        "0",
    ];
    assert_eq!(office.code(&locked), "office_passphrase_wrong");
    let left: Vec<_> = fs::read_dir(office.path(""))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .filter(|n| n.to_string_lossy().contains("b.fuin"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let usage = office.raw(&["seal", "--nonsense"]);
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn a_recipients_key_file_opens_with_its_passphrase_alone_and_names_no_secret() {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    office.write("own.txt", "correct horse battery\n");
    office.write("other.txt", "correct horse battered\n");
    let with = |file| ["--recipient-passphrase-file", file];
    let new = |file| office.code(&[&["key", "new", "--out", "me.key"], &with(file)[..]].concat());
    assert_eq!(office.code(&["key", "new", "--out", "me.key"]), "passphrase_missing");
    office.write("short.txt", "123");
    assert_eq!(new("short.txt"), "passphrase_too_short");
    assert!(!office.path("me.key").exists() && !office.path("me.key.pub").exists());
    office.run(&[&["key", "new", "--out", "me.key"], &with("own.txt")[..]].concat());
    let kept: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(office.path("me.key")).unwrap()).unwrap();
    assert_eq!(kept["format"], "fuin-recipient-key/1");
    for key in ["agreement", "signing"] {
        assert!(kept[key].get("d").is_none(), "{kept}");
    }
    office.run(&office.seal_args("a.fuin", &["--recipient-key", "me.key.pub"]));
    let verify =
        |file| -> Vec<&str> { [&["verify", "a.fuin", "--identity", "me.key"], &with(file)[..]].concat() };
    assert_eq!(office.run(&verify("own.txt"))["verified"], true);
    assert_eq!(office.code(&verify("other.txt")), "recipient_key_passphrase");
    assert_eq!(
        office.code(&[
            "verify",
            "a.fuin",
            "--identity",
            "me.key.pub",
            "--recipient-passphrase-file",
            "own.txt"
        ]),
        "recipient_key_form"
    );
    assert_eq!(office.code(&[&["verify", "a.fuin"], &UNLOCK[..]].concat()), "no_slot");
}

#[test]
fn a_torn_last_line_is_forgotten_and_a_damaged_ledger_is_not_written_to() {
    let office = Office::new();
    office.write("clip.mp4", clip(1000));
    let path = office.path("office/ledger.jsonl");
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{good}eyJhbGciOi")).unwrap();
    assert_eq!(office.run(&["ledger", "verify", "--office", "office"])["ok"], true);
    assert_eq!(fs::read_to_string(&path).unwrap(), good);
    // A backup that is put back ends with its head; it is the ledger all the same, and goes on.
    assert_eq!(office.run(&["ledger", "export", "--office", "office", "--out", "backup.jsonl"])["ok"], true);
    fs::copy(office.path("backup.jsonl"), &path).unwrap();
    let made = office.run(&[&["key", "new", "--out", "me.key"], &UNLOCK[..]].concat());
    assert_eq!(made["ok"], true);
    let sealed = office.run(&office.seal_args("restored.fuin", &["--recipient-key", "me.key.pub"]));
    assert_eq!(sealed["ok"], true, "{sealed}");
    assert_eq!(office.run(&["ledger", "verify", "--office", "office"])["events"], 4);
    fs::write(&path, "").unwrap();
    assert_eq!(office.code(&["ledger", "verify", "--office", "office"]), "ledger_tail_lost");
    assert_eq!(office.code(&office.seal_args("a.fuin", &[])), "ledger_damaged");
}

#[test]
fn an_interrupted_seal_leaves_nothing_at_the_final_name() {
    let office = Office::new();
    let big = fs::File::create(office.path("clip.mp4")).unwrap();
    big.set_len(8 << 30).unwrap();
    let mut child = office.command(&office.seal_args("a.fuin", &[])).spawn().unwrap();
    // Wait until it writes, then end it as a power cut would.
    let part = || {
        let mut names = fs::read_dir(office.path("")).unwrap().map(|entry| entry.unwrap());
        names
            .find(|entry| entry.file_name().to_string_lossy().ends_with(".part"))
            .map(|entry| entry.metadata().unwrap().len())
    };
    while part().unwrap_or(0) < 1 << 20 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was interrupted");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!office.path("a.fuin").exists());
    // The ledger has the founding alone: request and decision go in with the sealing.
    let shown = office.run(&["ledger", "show", "--office", "office"]);
    assert_eq!((shown["events"].as_u64(), shown["disclosures"].as_array().unwrap().len()), (Some(1), 0));
}

#[test]
fn everything_the_desk_records_can_be_recorded_here() {
    let office = Office::new();
    let done = |words: &[&str]| {
        let report = office.run(&office.record(words));
        assert_eq!(report["ok"], true, "{words:?}: {report}");
        report
    };
    let refused = |words: &[&str]| office.code(&office.record(words));
    // A request without its review, with a scan.
    let request = fs::read_to_string(office.path("request.toml")).unwrap();
    let bare: String = request
        .lines()
        .map(|line| match line.split(" = ").next() {
            Some("necessity") => "necessity = \"\"".to_owned(),
            Some("decided_by") => "decided_by = \"\"".to_owned(),
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    office.write("bare.toml", bare);
    office.write("scan.pdf", "%PDF-1.4 scan");
    let made = done(&["request", "bare.toml", "--attach", "scan.pdf"]);
    assert_eq!(made["number"], 1);
    let kept = data_encoding::HEXLOWER.encode(&fuin_core::sha256(b"%PDF-1.4 scan"));
    assert_eq!(fs::read(office.path("office/attachments").join(kept)).unwrap(), b"%PDF-1.4 scan");
    assert_eq!(refused(&["decide", "--number", "1", "--grant", "--by", "課長"]), "rules_refuse");
    done(&["review", "--number", "1", "--necessity", "必要と認める", "--callback", "代表番号へ"]);
    let number = ["--number", "1"];
    let seal = [
        "seal",
        "--office",
        "office",
        "--passphrase-file",
        "office.txt",
        "--clip",
        "clip.mp4",
        "--out",
        "a.fuin",
    ];
    let seal = [&seal[..], &number, &UNLOCK].concat();
    office.write("clip.mp4", clip(1000));
    assert_eq!(office.code(&seal), "step_state", "not granted yet");
    done(&["roles", "係：例示", "課長：見本"]);
    done(&["decide", "--number", "1", "--grant", "--by", "課長"]);
    let sealed = office.run(&seal);
    assert_eq!(sealed["ok"], true, "{sealed}");
    let id = sealed["bundle_id"].as_str().unwrap().to_owned();
    assert_eq!(
        refused(&["extend", "--bundle", &id, "--until", "2020-01-01", "--reason", "公判", "--by", "課長"]),
        "step_day"
    );
    done(&["extend", "--bundle", &id, "--until", "2199-01-31", "--reason", "公判", "--by", "課長"]);
    done(&["report", "--bundle", &id, "--kind", "delivery", "--from", "電話"]);
    assert_eq!(refused(&["void", "--bundle", &id, "--reason", "誤り"]), "step_state");
    done(&["report", "--bundle", &id, "--kind", "return", "--from", "窓口"]);
    done(&[
        "operation",
        "--section",
        "media-disposal",
        "--subject",
        "USB-01",
        "--reason",
        "老朽",
        "--particulars",
        "破砕",
    ]);
    done(&["incident", "--what", "媒体を一時見失った", "--bundle", &id]);
    assert_eq!(
        refused(&["dispose-copy", "--bundle", &id, "--method", "消去"]),
        "step_state",
        "港区 keeps no copy"
    );
    let close = [
        "close",
        "--office",
        "office",
        "--passphrase-file",
        "office.txt",
        "--bundle",
        &id,
        "--medium-check",
        "異常なし",
    ];
    let closed = office.run(&close);
    assert_eq!(closed["ok"], true, "{closed}");
    assert_eq!(office.code(&close), "close_status");
    // Watched at the office: no file, but counted.
    office.write("view.toml", request.replace("データ提供", "画像閲覧"));
    done(&["request", "view.toml"]);
    done(&["decide", "--number", "2", "--grant", "--by", "課長"]);
    done(&["provide", "--number", "2", "--to", "巡査", "--place", "庁舎、係長立会"]);
    let due = office.run(&["ledger", "due", "--office", "office"]);
    assert_eq!(due["due"]["to_review"].as_array().unwrap().len(), 0, "{due}");
    let year = office.run(&["ledger", "year", "--office", "office"]);
    let count = |name: &str| year["year"][name].as_u64().unwrap();
    assert_eq!(
        (count("disclosed"), count("shown"), count("returned"), count("closed")),
        (1, 1, 1, 1),
        "{year}"
    );
    assert_eq!((count("extensions"), count("incidents")), (1, 1), "{year}");
    let verified = office.run(&["ledger", "verify", "--office", "office"]);
    assert_eq!(verified["ok"], true, "{verified}");
}

#[test]
fn an_office_with_its_own_rules_keeps_them_in_its_ledger() {
    let office = Office::new();
    let shown = office.run(&["rules", "show", "minato", "--toml"]);
    let text = shown["toml"].as_str().unwrap();
    office.write(
        "own.toml",
        text.replace("id = \"minato\"", "id = \"mihon\"").replace("name = \"港区\"", "name = \"見本市\""),
    );
    office.write("bad.toml", text.replace("id = \"minato\"", "id = \"見本\""));
    assert_eq!(office.run(&["rules", "check", "own.toml"])["ok"], true);
    assert_eq!(office.code(&["rules", "check", "bad.toml"]), "rules_content");
    let founded = office.run(&[
        "office",
        "new",
        "--rules",
        "own.toml",
        "--name",
        "見本市防災課",
        "--contact",
        "03",
        "--passphrase-file",
        "office.txt",
        "own",
    ]);
    assert_eq!(founded["rules"], "mihon", "{founded}");
    office.write("clip.mp4", clip(1000));
    let seal = |out: &str| {
        let args = [
            "seal",
            "--office",
            "own",
            "--passphrase-file",
            "office.txt",
            "--request",
            "request.toml",
            "--clip",
            "clip.mp4",
        ];
        office.run(&[&args[..], &["--out", out], &UNLOCK].concat())
    };
    assert_eq!(seal("a.fuin")["ok"], true);
    let verified = office.run(&[&["verify", "a.fuin"], &UNLOCK[..]].concat());
    assert_eq!(
        verified["manifest"]["rules"].as_str().or(verified["rules"].as_str()).unwrap_or("mihon"),
        "mihon"
    );
    // The rules are revised: from now on every request must be in writing, and this one is not.
    let revised = fs::read_to_string(office.path("own.toml"))
        .unwrap()
        .replace("document = \"silent\"", "document = \"required\"");
    office.write("revised.toml", revised);
    let adopt = ["office", "rules", "--office", "own", "--passphrase-file", "office.txt", "revised.toml"];
    assert_eq!(office.run(&adopt)["ok"], true);
    let request = fs::read_to_string(office.path("request.toml")).unwrap();
    let urgent = request
        .replace("ground = \"investigation\"", "ground = \"emergency\"")
        .replace("legal_basis = \"CCP_197_2\"", "legal_basis = \"EMERGENCY\"");
    let number = urgent.lines().find(|line| line.starts_with("document_number")).unwrap().to_owned();
    office.write("request.toml", urgent.replace(&number, "document_number = \"\""));
    assert_eq!(seal("b.fuin")["error"]["code"], "rules_refuse");
}

/// `TRYCMD=overwrite cargo test --test cli words` writes what it says now.
#[test]
fn the_words_of_the_command_line_are_those_of_the_documents() {
    let cases = trycmd::TestCases::new();
    cases.env("LC_ALL", "C").register_bin("fuin", fuin_tests::office::program()).case("cmd/*.trycmd").run();
}

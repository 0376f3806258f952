//! 必要な範囲の切り出し from the command line: a part is sealed, recorded, shown and checked against its file.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use fuin_core::sha256_hex;
use fuin_tests::{
    corpus,
    office::{Office, UNLOCK},
};

/// An office with six seconds of footage.
fn office() -> Office {
    let office = Office::new();
    office.write("clip.mp4", fs::read(corpus().join("b-frames.mp4")).unwrap());
    office
}

#[test]
fn a_part_is_sealed_recorded_shown_and_checked() {
    let office = office();
    let made = office.run(&["clip", "clip.mp4", "--from", "0:01.5", "--to", "2.2", "--out", "part.mp4"]);
    assert_eq!(made["ok"], true, "{made}");
    let part = fs::read(office.path("part.mp4")).unwrap();
    assert_eq!(made["sha256"], sha256_hex(&part));
    assert!(
        made["cut"]["from"].as_i64().unwrap() <= 1_500_000
            && made["cut"]["to"].as_i64().unwrap() >= 2_200_000
    );
    let cut = ["--cut", "clip.mp4=0:01.5-0:02.2", "--grant", "export"];
    let sealed = office.run(&office.seal_args("a.fuin", &cut));
    assert_eq!(sealed["clips"][0]["sha256"], made["sha256"], "{sealed}");
    assert_eq!(sealed["clips"][0]["cut"], made["cut"]);
    assert_eq!(sealed["clips"][0]["file_name"], "clip_切り出し.mp4");

    let verified = office.run(&[&["verify", "a.fuin"], &UNLOCK[..]].concat());
    assert_eq!(verified["clips"][0]["cut"], made["cut"], "{verified}");
    let checked = office.run(&[&["clip", "clip.mp4", "--check", "a.fuin"], &UNLOCK[..]].concat());
    assert_eq!(checked["checked"][0]["sha256"], made["sha256"], "{checked}");
    let other = [&["clip", "part.mp4", "--check", "a.fuin"], &UNLOCK[..]].concat();
    assert_eq!(office.code(&other), "cut_source_other");
    office.run(&[&["extract", "a.fuin", "--affirm", "例示花子", "--out", "out"], &UNLOCK[..]].concat());
    assert!(fs::read(office.path("out/1-clip_切り出し.mp4")).unwrap() == part);
    let index = [&["index", "out/1-clip_切り出し.mp4", "--check", "a.fuin"], &UNLOCK[..]].concat();
    assert_eq!(office.run(&index)["same_as_sealed"], true);
    let book = office.run(&["ledger", "book", "disclosures", "--office", "office"]).to_string();
    assert!(book.contains("元の映像「clip.mp4」から切り出したもの"), "{book}");
}

#[test]
fn as_much_of_a_clip_is_sealed_as_was_decided_of_its_camera() {
    let office = office();
    // Every picture is a key picture.
    office.write("clip.mp4", fs::read(corpus().join("gop-1.mp4")).unwrap());
    // Recorded from 20:59:59 true time on: the camera's clock ran 10 seconds ahead.
    let request = fs::read_to_string(office.path("request.toml")).unwrap();
    let (begins, ahead) = ("starts_at = \"2026-11-18T21:00:09+09:00\"", "clock_error_secs = 10");
    let lines = request.lines().map(|line| match line.split(' ').next() {
        Some("starts_at") => begins,
        Some("clock_error_secs") => ahead,
        _ => line,
    });
    office.write("request.toml", lines.collect::<Vec<_>>().join("\n"));
    let sealed = office.run(&office.seal_args("a.fuin", &["--cut", "clip.mp4"]));
    let cut = &sealed["clips"][0]["cut"];
    assert_eq!(
        (cut["asked_from"].as_i64(), cut["from"].as_i64()),
        (Some(1_000_000), Some(1_000_000)),
        "{sealed}"
    );
    assert_eq!(sealed["clips"][0]["covers"]["from"], "2026-11-18T21:00:00+09:00", "{sealed}");
}

#[test]
fn a_part_that_cannot_be_leaves_nothing() {
    let office = office();
    let clip = |more: &[&str]| office.code(&[&["clip", "clip.mp4"], more].concat());
    assert_eq!(clip(&["--from", "2", "--to", "1", "--out", "x.mp4"]), "cut_order");
    assert_eq!(clip(&["--from", "7", "--to", "9", "--out", "x.mp4"]), "cut_empty");
    assert_eq!(clip(&[]), "clip_out_missing");
    assert!(!office.path("x.mp4").exists());
    office.write("x.mp4", "mine");
    assert_eq!(clip(&["--to", "1", "--out", "x.mp4"]), "file_exists");
    assert_eq!(fs::read(office.path("x.mp4")).unwrap(), b"mine");
    let seal = |cut: &str| office.code(&office.seal_args("a.fuin", &["--cut", cut]));
    assert_eq!(seal("other.mp4=0-1"), "cut_clip_other");
    let request = fs::read_to_string(office.path("request.toml")).unwrap();
    office.write("request.toml", request.replace("\nstarts_at", "\n# starts_at"));
    assert_eq!(seal("clip.mp4"), "cut_undecided");
    assert!(!office.path("a.fuin").exists());
    office.write("sound.avi", fs::read(corpus().join("ima.avi")).unwrap());
    let sound = |more: &[&'static str]| {
        [&["clip", "sound.avi", "--from", "1", "--to", "2", "--out", "y.mp4"], more].concat()
    };
    assert_eq!(office.code(&sound(&[])), "cut_sound");
    assert_eq!(office.run(&sound(&["--without-sound"]))["cut"]["sound"], false);
}

//! The command line in Japanese: every page of its help, mistakes in its arguments, refusals and reports.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_tests::{
    clip,
    office::{Office, program},
};
use std::process::{Command, Output};

fn fuin(args: &[&str]) -> Output {
    Command::new(program()).env("LC_ALL", "C").args(["--lang", "ja"]).args(args).output().unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn is_japanese(text: &str) -> bool {
    text.chars().any(|letter| matches!(letter, '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'))
}

/// Every page, and how many there are.
fn walk(path: &[&str]) -> usize {
    let page = words(&fuin(&[path, &["--help"]].concat()).stdout);
    for english in ["Usage:", "Options:", "Commands:", "Arguments:", "[default", "[possible", "[env", "Print"]
    {
        assert!(!page.contains(english), "{path:?}: {english} in\n{page}");
    }
    assert!(is_japanese(page.lines().next().unwrap()), "{path:?}: {page}");
    let (mut commands, mut in_commands) = (Vec::new(), false);
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line.ends_with(':') {
            in_commands = line == "コマンド:";
        } else if let Some((name, about)) = line.trim().split_once(' ').filter(|_| in_commands) {
            assert!(is_japanese(about), "{path:?} {name}: {about}");
            commands.push(name.to_owned());
        } else if line.trim_start().starts_with(['-', '<', '['])
            && line.starts_with("  ")
            && !line.starts_with("     -")
        {
            let is_value = line.trim_start().starts_with("- ");
            let about = lines.peek().copied().unwrap_or_default();
            assert!(is_value || is_japanese(about) || is_japanese(line), "{path:?} {line}: {about}");
        }
    }
    let below = commands.iter().filter(|name| *name != "help");
    1 + below.map(|name| walk(&[path, &[name.as_str()]].concat())).sum::<usize>()
}

#[test]
fn every_page_of_the_help_is_japanese() {
    assert!(walk(&[]) >= 65, "pages were passed over");
}

#[test]
fn mistakes_in_the_arguments_are_told_in_japanese() {
    let told = |args: &[&str]| {
        let output = fuin(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        words(&output.stderr)
    };
    assert!(told(&["leger"]).starts_with("誤り: このコマンドはありません：leger（"));
    assert!(told(&["inspect"]).contains("必要な指定がありません：<BUNDLE>\n\n使い方: fuin inspect <BUNDLE>"));
    assert!(told(&["inspect", "--ofice", "x"]).contains("この指定はありません：--ofice"));
    assert!(told(&["ledger", "book", "--office", "x", "nothing"]).contains("使える値：disclosures、"));
    let day = told(&[
        "record", "--office", "x", "withdraw", "--number", "1", "--on", "明日", "--from", "a", "--reason",
        "b",
    ]);
    assert!(day.contains("「明日」は使えません。2026-11-22 のように書いてください"), "{day}");
    let both =
        told(&["record", "--office", "x", "decide", "--number", "1", "--grant", "--refuse", "--by", "a"]);
    assert!(both.contains("同時に指定できません"), "{both}");
}

#[test]
fn refusals_and_reports_are_told_in_japanese() {
    let office = Office::new();
    office.write("clip.mp4", clip(60_000));
    let told = |args: &[&str]| {
        let mut command = office.command(&[]);
        let output = command.env("LC_ALL", "ja_JP.UTF-8").args(args).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        report["error"].clone()
    };
    let sealed = office.run(&office.seal_args("a.fuin", &[]));
    let id = sealed["bundle_id"].as_str().unwrap();
    let missing = told(&["inspect", "nothing.fuin"]);
    assert_eq!(missing["code"], "file_not_found");
    assert_eq!(missing["cause"], "nothing.fuin がありません");
    assert_eq!(missing["advice"], "ファイルの場所を確かめてください。");
    let wrong = told(&["verify", "a.fuin", "--recipient-passphrase-file", "office.txt"]);
    assert_eq!(wrong["cause"], "合言葉が違います。");
    let none = told(&office.record(&["withdraw", "--number", "9", "--from", "a", "--reason", "b"]));
    assert_eq!(none["cause"], "その番号の申請は記録簿にありません（9）。");
    let silent = told(&office.record(&["void", "--bundle", id, "--reason", " "]));
    assert_eq!(silent["cause"], "必要なことが書かれていません（理由）。");
    // English where it is asked for, whatever the operating system speaks.
    let english = told(&["--lang", "en", "inspect", "nothing.fuin"]);
    assert_eq!(english["advice"], "Check the path.");
    let shown = Command::new(program())
        .args(["--lang", "ja", "ledger", "verify", "--office"])
        .arg(office.path("office"))
        .output()
        .unwrap();
    assert!(words(&shown.stdout).starts_with("検証できました。"), "{}", words(&shown.stdout));
}

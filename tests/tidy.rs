//! Rules that no compiler checks: who may import whom, headers, file lengths, words, translations of error codes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, ending: &str, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
                walk(&path, ending, out);
            } else if path.extension().is_some_and(|found| found == ending) {
                out.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root().join(folder), ending, &mut paths);
    assert!(!paths.is_empty(), "{folder} has no {ending} files");
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// Fails with every place where a file of `folder` mentions one of `words`.
fn never(folder: &str, words: &[&str], why: &str) {
    let mut hits = Vec::new();
    for (name, text) in files(folder, "rs") {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                hits.push(format!("{name}:{} {}", number + 1, line.trim()));
            }
        }
    }
    assert!(hits.is_empty(), "{why}:\n{}", hits.join("\n"));
}

#[test]
fn core_is_pure() {
    let outside = [
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
        "std::time",
        "SystemTime",
        "Instant::",
        "static mut",
    ];
    never("src/core", &outside, "core has no files, clock, threads or global state");
    never(
        "src/core",
        &["web_sys", "js_sys", "wasm_bindgen", "leptos", "getrandom"],
        "core knows no front-end",
    );
}

#[test]
fn only_platform_touches_the_browser() {
    for folder in ["src/app/viewer", "src/app/office", "src/app/papers", "src/app/ui", "src/app/player"] {
        never(folder, &["js_sys::", "rexie"], "only src/app/platform imports js-sys and rexie");
    }
    for folder in ["src/app/viewer", "src/app/office", "src/app/papers", "src/app/ui"] {
        never(folder, &["web_sys::"], "only src/app/platform imports web-sys");
    }
}

#[test]
fn ui_knows_no_domain_type() {
    never(
        "src/app/ui",
        &["fuin_core", "crate::viewer", "crate::office", "crate::player"],
        "ui is building blocks",
    );
}

#[test]
fn viewer_and_office_never_meet() {
    never("src/app/viewer", &["crate::office"], "viewer does not import office");
    never("src/app/office", &["crate::viewer"], "office does not import viewer");
    never("src/app/papers", &["crate::viewer", "crate::office"], "papers serve both doors");
    never(
        "src/app/platform",
        &["crate::viewer", "crate::office", "crate::player", "crate::ui"],
        "platform is at the bottom",
    );
    never("src/cli", &["fuin_app"], "app and cli never meet");
}

#[test]
fn every_module_says_what_it_is_for_and_stays_readable() {
    for (name, text) in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        assert!(text.starts_with("//!"), "{name} has no //! header");
        let lines = text.lines().count();
        assert!(lines <= 500, "{name} has {lines} lines");
    }
}

#[test]
fn no_module_is_a_drawer() {
    for (name, _) in files("src", "rs") {
        for word in ["utils", "helpers", "manager", "common"] {
            assert!(!name.contains(word), "{name}: say what it does");
        }
    }
}

#[test]
fn every_error_code_is_translated() {
    let locale = fs::read_to_string(root().join("src/app/locales/ja.toml")).unwrap();
    let mut missing = Vec::new();
    for (name, text) in files("src/core", "rs") {
        // The bodies of `fn code`, where every variant names its code.
        for body in text.split("fn code(&self)").skip(1).filter_map(|rest| rest.split("\n}").next()) {
            for code in body.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()) {
                if !locale.contains(&format!("[error.{code}]")) {
                    missing.push(format!("{name}: {code}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "locales/ja.toml lacks:\n{}", missing.join("\n"));
}

#[test]
fn trunk_and_the_lock_file_name_the_same_wasm_bindgen() {
    let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
    let lock = read("Cargo.lock");
    let locked =
        lock.split("name = \"wasm-bindgen\"\nversion = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(read("Trunk.toml").contains(&format!("wasm_bindgen = \"{locked}\"")), "Cargo.lock has {locked}");
}

#[test]
fn cited_clauses_exist() {
    let format = fs::read_to_string(root().join("src/core/FORMAT.md")).unwrap();
    for (name, text) in files("src/core", "rs").into_iter().filter(|(name, _)| !name.contains("calendar")) {
        for (at, _) in text.match_indices("FORMAT.md §") {
            let rest = &text[at + "FORMAT.md §".len()..];
            let clause: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            let clause = clause.trim_end_matches('.');
            let found =
                format.contains(&format!("**{clause}**")) || format.contains(&format!("## {clause} "));
            assert!(found, "{name} cites FORMAT.md §{clause}, which does not exist");
        }
    }
}

#[test]
fn nothing_names_this_machine() {
    let here = fs::canonicalize(root()).unwrap();
    let parent = format!("{}/", here.parent().unwrap().display());
    let kinds = [
        ("src", "rs"),
        ("src", "toml"),
        ("src", "md"),
        ("tests", "rs"),
        ("tests", "mjs"),
        ("scripts", "sh"),
        ("style", "css"),
    ];
    for (folder, ending) in kinds {
        for (name, text) in files(folder, ending) {
            assert!(parent.len() < 3 || !text.contains(&parent), "{name} names a path of this machine");
        }
    }
}

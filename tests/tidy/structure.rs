//! The layout is the architecture: no circles, layers in one order, one place for a type's methods, few
//! names, short files.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    imports::{Imports, arrows_inside, circle},
    source::{CRATES, Source, files, production, read},
};

/// The layers of a crate from the bottom up; what stands in one line never meets, and each imports only from
/// lines before it.
const LAYERS: [(&str, &[&[&str]]); 2] = [
    (
        "src/core",
        &[
            &["port.rs"],
            &["text"],
            &["crypto"],
            &["x509"],
            &["bundle", "media"],
            &["picture", "documents", "builders", "cutting"],
            &["rules"],
            &["ledger"],
            &["register"],
            &["lib.rs"],
        ],
    ),
    (
        "src/app",
        &[
            &["fault.rs"],
            &["platform"],
            &["wire"],
            &["locale.rs", "worker"],
            &["ui"],
            &["page"],
            &["viewer", "office"],
            &["app.rs"],
            &["main.rs"],
        ],
    ),
];

/// Folders that import only from these of the layers below them.
const ONLY_FROM: [(&str, &[&str]); 2] = [("ui", &["platform", "locale.rs"]), ("platform", &["fault.rs"])];

#[test]
fn no_circle_among_files_and_none_among_folders() {
    for root in CRATES {
        let arrows = Imports::read(root).arrows();
        assert_eq!(circle(&arrows), None, "a circle of files in {root}");
        let folders: BTreeSet<String> = arrows
            .iter()
            .flat_map(|(from, to)| [from, to])
            .filter_map(|path| path.rsplit_once('/'))
            .flat_map(|(folder, _)| {
                folder.match_indices('/').map(|(at, _)| folder[..at].to_owned()).chain([folder.to_owned()])
            })
            .filter(|folder| folder.starts_with(root))
            .collect();
        for folder in folders {
            let inside = arrows_inside(&folder, &arrows);
            assert_eq!(circle(&inside), None, "a circle inside {folder}");
        }
    }
}

#[test]
fn layers_import_only_from_below() {
    for (root, layers) in LAYERS {
        let place = |child: &str| layers.iter().position(|line| line.contains(&child));
        let mut wrong = Vec::new();
        for (from, to) in arrows_inside(root, &Imports::read(root).arrows()) {
            let (Some(above), Some(below)) = (place(&from), place(&to)) else {
                panic!("{root}: {from} or {to} stands in no layer");
            };
            let narrow = ONLY_FROM.iter().find(|(folder, _)| root == "src/app" && *folder == from);
            if below >= above || narrow.is_some_and(|(_, allowed)| !allowed.contains(&to.as_str())) {
                wrong.push(format!("{from} → {to}"));
            }
        }
        assert!(wrong.is_empty(), "{root}, from the bottom up {layers:?}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn packages_depend_one_way() {
    for (folder, never) in [
        ("src/core", &["fuin_model", "fuin_app", "fuin_cli"][..]),
        ("src/trace", &["fuin_app", "fuin_cli", "fuin_model", "leptos", "web_sys", "js_sys"][..]),
        ("src/model", &["fuin_app", "fuin_cli", "fuin_trace", "leptos", "web_sys", "js_sys"][..]),
        ("src/cli", &["fuin_app", "fuin_model"][..]),
        ("src/app", &["fuin_cli"][..]),
    ] {
        for Source { path, text } in files(folder, "rs") {
            let code = production(&text);
            let hit = never.iter().find(|word| code.contains(&format!("{word}::")));
            assert_eq!(hit, None, "{path} imports from where it must not");
        }
        let manifest = read(&format!("{folder}/Cargo.toml"));
        let hit = never.iter().find(|name| manifest.contains(&format!("\n{name}.workspace")));
        assert_eq!(hit, None, "{folder}/Cargo.toml depends on what it must not");
    }
}

/// The recipient's page cannot look for marks: only the desk names the search, and that runs in a module of its own.
#[test]
fn only_the_desk_knows_the_search_for_marks() {
    for Source { path, text } in files("src/app", "rs") {
        let may = ["src/app/office/", "src/app/page/papers/traced.rs"].iter().any(|of| path.starts_with(of));
        let code = production(&text);
        assert!(may || !code.contains("fuin_trace"), "{path} names the search for marks");
        assert!(
            !code.contains("fuin_trace::Traced") && !code.contains("Traced::look"),
            "{path} searches itself"
        );
    }
}

#[test]
fn the_methods_of_a_type_stand_in_one_file() {
    for root in CRATES {
        let mut homes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for Source { path, text } in files(root, "rs") {
            for name in inherent_impls(&production(&text)) {
                homes.entry(name).or_default().insert(path.clone());
            }
        }
        let split: Vec<_> = homes.iter().filter(|(_, homes)| homes.len() > 1).collect();
        assert!(split.is_empty(), "{root}: {split:#?}");
    }
}

/// The types of `impl T`, not of `impl Trait for T`.
fn inherent_impls(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in code.lines().filter(|line| line.starts_with("impl")) {
        let head = line.trim_start_matches("impl");
        let head = match head.strip_prefix('<') {
            Some(rest) => rest.split_once('>').map_or("", |(_, after)| after),
            None => head,
        };
        if !head.contains(" for ") {
            found.push(head.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

/// Public names that mean two things inside a crate, and why they may.
const SHARED_NAMES: [(&str, &str); 0] = [];

#[test]
fn no_public_type_name_stands_twice_in_a_crate() {
    for root in CRATES {
        let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for Source { path, text } in files(root, "rs") {
            for name in public_types(&production(&text)) {
                homes.entry(name).or_default().push(path.clone());
            }
        }
        let allowed = |name: &str| SHARED_NAMES.iter().any(|(known, _)| *known == name);
        let twice: Vec<_> = homes.iter().filter(|(name, homes)| homes.len() > 1 && !allowed(name)).collect();
        assert!(twice.is_empty(), "{root}: {twice:#?}");
    }
}

fn public_types(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in code.lines() {
        let Some(rest) = line.trim_start().strip_prefix("pub") else { continue };
        let rest = match rest.strip_prefix('(') {
            Some(scope) => scope.split_once(')').map_or("", |(_, after)| after),
            None => rest,
        };
        let mut words = rest.split_whitespace();
        if let (Some("struct" | "enum" | "trait" | "type"), Some(name)) = (words.next(), words.next()) {
            found.push(name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

#[test]
fn every_module_says_what_it_is_for_and_stays_short() {
    for Source { path, text } in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        assert!(text.starts_with("//!"), "{path} has no //! header");
        let lines = text.lines().count();
        assert!(lines <= 500, "{path} has {lines} lines");
        for word in ["utils", "helpers", "manager", "common"] {
            assert!(!path.contains(word), "{path}: say what it does");
        }
    }
}

#[test]
fn lines_and_functions_stay_short() {
    let mut wrong = Vec::new();
    for Source { path, text } in files("src", "rs") {
        for (number, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > 120 {
                wrong.push(format!("{path}:{} has {columns} columns", number + 1));
            }
        }
        wrong.extend(long_functions(&path, &text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Functions of more than 60 lines. Where one ends in markup, more than 60 before it or 110 in it; a component
/// that chooses between several pieces of markup, more than 100 in all.
fn long_functions(path: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let head = line.trim_start();
        let is_function =
            ["fn ", "pub fn ", "async fn ", "pub async fn ", "pub(super) fn ", "pub(crate) fn "]
                .iter()
                .any(|start| head.starts_with(start));
        if !is_function {
            continue;
        }
        // A function of a trait may have no body.
        let head: String = lines[at..].join("\n").chars().take_while(|c| !matches!(c, '{' | ';')).collect();
        if lines[at..].join("\n").chars().nth(head.chars().count()) == Some(';') {
            continue;
        }
        let close = format!("{}}}", " ".repeat(indent));
        let Some(length) = lines[at..].iter().position(|line| *line == close) else { continue };
        let markup = format!("{}view! {{", " ".repeat(indent + 4));
        let body = &lines[at..=at + length];
        let code = body.iter().position(|line| *line == markup).unwrap_or(body.len());
        let is_choice = code == body.len() && at > 0 && lines[at - 1].trim() == "#[component]";
        if code > if is_choice { 100 } else { 60 } || body.len() - code > 110 {
            found.push(format!("{path}:{} has {code} lines and {} of markup", at + 1, body.len() - code));
        }
    }
    found
}

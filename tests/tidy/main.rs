//! Rules that no compiler checks: who may import whom, headers, file lengths, words, translations of error codes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod imports;
mod source;
mod structure;

use std::collections::BTreeSet;

use source::{CRATES, Source, code, files, production, read, root};

/// Fails with every place where the code of a folder has one of `words`, but for the files whose path begins
/// with one of `except`.
fn never(folder: &str, except: &[&str], words: &[&str], why: &str) {
    let mut hits = Vec::new();
    for Source { path, text } in files(folder, "rs") {
        if except.iter().any(|known| path.starts_with(known)) {
            continue;
        }
        for (number, line) in code(&text).lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                hits.push(format!("{path}:{} {}", number + 1, line.trim()));
            }
        }
    }
    assert!(hits.is_empty(), "{why}:\n{}", hits.join("\n"));
}

#[test]
fn core_and_model_are_pure() {
    let outside = [
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
        "std::time",
        "SystemTime",
        "Instant::",
        "static mut",
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "leptos",
        "getrandom",
    ];
    for folder in ["src/core", "src/model", "src/trace"] {
        never(folder, &[], &outside, "no files, clock, threads, global state or front-end here");
    }
}

/// A handle of the browser may be named and passed on outside `platform`; what is done with it is done there.
#[test]
fn only_platform_touches_the_browser() {
    let words = ["js_sys::", "web_sys::", "rexie", "JsValue", "Reflect::"];
    never("src/app", &["src/app/platform"], &words, "only src/app/platform touches the browser");
    never("src/app/ui", &[], &["fuin_core", "fuin_model"], "ui is building blocks");
}

/// A page that a server gave out asks that server, from one file; and nothing that plays or seals does.
#[test]
fn only_the_desk_speaks_to_its_server() {
    let ways = ["EventSource", "fetch_with", "XmlHttpRequest", "WebSocket", "WebTransport", "send_beacon"];
    never("src/app", &["src/app/platform/hosted.rs"], &ways, "one file asks the server");
    for folder in ["src/app/viewer", "src/app/worker", "src/app/page", "src/app/ui"] {
        never(folder, &[], &["hosted"], "only the desk has a server");
    }
}

#[test]
fn containers_are_read_only_where_no_bundle_is_open() {
    never("src/app", &[], &["builders"], "who plays or seals a clip reads its index, and no container");
    never("src/model", &[], &["builders"], "who plays a clip reads its index, and no container");
    for file in
        files("src/core", "rs").into_iter().filter(|file| !file.path.starts_with("src/core/builders/"))
    {
        let code = production(&file.text);
        let imports = code.contains("crate::builders") || code.contains("mp4::");
        assert!(!imports, "{} knows containers", file.path);
    }
}

#[test]
fn storage_keys_stand_in_one_file() {
    let kept = "src/app/platform/kept.rs";
    // Names of one word also mean other things.
    let names: Vec<String> = read(kept)
        .lines()
        .filter_map(|line| {
            line.split_once(": &str = ").map(|(_, name)| name.trim_end_matches(';').to_owned())
        })
        .filter(|name| name.contains('-'))
        .collect();
    assert!(names.len() > 4, "{kept} has no names any more");
    for Source { path, text } in files("src/app", "rs").into_iter().filter(|source| source.path != kept) {
        let literal_key = text.split("Kept::").skip(1).any(|rest| {
            let after = rest.trim_start_matches(|c: char| c.is_alphanumeric());
            after.strip_prefix(',').is_some_and(|key| key.trim_start().starts_with('"'))
        });
        let name = names.iter().find(|name| text.contains(*name));
        assert!(!literal_key && name.is_none(), "{path}: a key that belongs into {kept}: {name:?}");
    }
}

/// A city is data: nothing but its rule file, and the sheets that carry its name, knows it.
#[test]
fn no_city_stands_in_code() {
    let cities = ["tajimi", "fujisawa", "minato", "midori", "asahikawa"];
    for folder in ["src/core", "src/model", "src/trace", "src/app", "src/cli"] {
        for Source { path, text } in files(folder, "rs") {
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in
                text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
            {
                let hit = cities.iter().find(|city| line.contains(&format!("\"{city}\"")));
                assert_eq!(hit, None, "{path}:{}: {}", number + 1, line.trim());
            }
        }
    }
}

/// Every kind of event is named where something follows from it, so that a new one cannot be forgotten.
#[test]
fn no_match_on_events_has_a_catch_all() {
    for path in [
        "src/core/register/register.rs",
        "src/core/register/disclosure.rs",
        "src/core/register/steps.rs",
        "src/core/register/yearly.rs",
        "src/core/ledger/event.rs",
        "src/app/office/screens/timeline.rs",
    ] {
        let text = code(&read(path));
        for (at, _) in text.match_indices("match ") {
            let block = block_behind(&text[at..]);
            let arms = block.matches("EventBody::").count() + block.matches("Self::Requested").count();
            let nested = block.trim_start_matches('{').contains("match ");
            assert!(
                arms < 4 || nested || !block.contains(" _ =>"),
                "{path}: a match on events has `_ =>`:\n{block}"
            );
        }
    }
}

/// The text from the first `{` to the `}` that closes it.
fn block_behind(text: &str) -> &str {
    let Some(start) = text.find('{') else { return "" };
    let mut depth = 0;
    for (at, c) in text[start..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[start..=start + at];
        }
    }
    ""
}

#[test]
fn what_holds_a_secret_prints_nothing() {
    // The types that fields of secrets have; what derives Debug with one of them prints what that prints.
    let holders = ["Secret32", "Typed", "Passphrase", "SigningKey", "RecipientKey", "OfficeKeys"];
    let secret = ["passphrase: String", "secret: B64<32>", "secret: [u8; 32]", "password: String"];
    for folder in ["src/core", "src/model", "src/trace", "src/app", "src/cli"] {
        for Source { path, text } in files(folder, "rs") {
            let code = production(&text);
            let prints = |at: usize| code[at..].lines().next().is_some_and(|line| line.contains("Debug"));
            for (at, _) in code.match_indices("derive(").filter(|(at, _)| prints(*at)) {
                let block = block_behind(&code[at..]);
                let hit = secret.iter().find(|field| block.contains(*field));
                assert_eq!(hit, None, "{path}: a type that derives Debug holds a secret:\n{block}");
                let item = code[at..].split(['{', ';']).next().unwrap_or_default();
                let name = item.split_once("struct ").map_or("", |(_, name)| name);
                let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                assert!(!holders.contains(&name), "{path}: {name} holds a secret and derives Debug");
            }
        }
    }
}

#[test]
fn limits_are_called_max_and_min() {
    for folder in CRATES {
        never(
            folder,
            &[],
            &["const MOST_", "const LEAST_", "const LARGEST_", "const LONGEST_", "const SHORTEST_"],
            "limits are called MAX_ and MIN_",
        );
    }
}

#[test]
fn colours_stand_in_tokens_and_tokens_are_used() {
    let sheets = files("style", "css");
    for Source { path, text } in sheets.iter().filter(|sheet| !sheet.path.ends_with("tokens.css")) {
        for (number, line) in text.lines().enumerate() {
            let is_colour =
                |rest: &str| rest.len() >= 3 && rest.chars().take(3).all(|c| c.is_ascii_hexdigit());
            let hit = line.split('#').skip(1).any(is_colour) && line.contains(':');
            let is_id = line.trim_start().starts_with('#') && !line.contains("color");
            assert!(
                !hit || is_id,
                "{path}:{}: a colour belongs into tokens.css: {}",
                number + 1,
                line.trim()
            );
        }
    }
    let tokens = read("style/tokens.css");
    let names =
        tokens.split("--").skip(1).filter_map(|rest| rest.split_once(':')).map(|(name, _)| name.trim());
    for name in names.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')) {
        let used = sheets.iter().any(|sheet| sheet.text.contains(&format!("var(--{name}")));
        assert!(used, "style/tokens.css: nothing uses --{name}");
    }
}

/// What nothing outside core uses is not public.
#[test]
fn what_core_offers_is_used() {
    // The folding of the page has no core.
    let is_user = |folder: &&str| !["src/core", "src/fold"].contains(folder);
    let outside = CRATES.into_iter().filter(is_user).chain(["tests"]);
    let users: String = outside.flat_map(|folder| files(folder, "rs")).map(|source| source.text).collect();
    let words: BTreeSet<&str> = users.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let face = read("src/core/lib.rs");
    let mut unused = Vec::new();
    for statement in face.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next()) {
        for name in statement
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .skip(1)
            .filter(|name| !name.is_empty())
        {
            if !words.contains(name) {
                unused.push(format!("lib.rs: {name}"));
            }
        }
    }
    for Source { path, text } in files("src/core", "rs") {
        for line in production(&text).lines() {
            let Some(rest) = line.trim_start().strip_prefix("pub ") else { continue };
            let rest = rest.trim_start_matches("const ").trim_start_matches("async ");
            if let Some(name) = rest.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next())
                && !words.contains(name)
            {
                unused.push(format!("{path}: {name}"));
            }
        }
    }
    assert!(unused.is_empty(), "public and used by nothing outside core:\n{}", unused.join("\n"));
}

/// Codes that a type names have words in both languages (the app's own are an enum made of those words), and no words
/// are without a code.
#[test]
fn every_error_code_has_words_and_all_words_have_a_code() {
    let all = ["src/core", "src/app", "src/server", "src/store"].map(|folder| files(folder, "rs"));
    // Why a server does not start is told by the command line alone.
    let told = all.iter().flatten().filter(|source| source.path != "src/server/serve.rs");
    let named: Vec<String> = told.flat_map(|source| codes(&source.text)).collect();
    let app: String = files("src/app", "rs").into_iter().map(|source| source.text).collect();
    for language in ["ja", "en"] {
        let words = read(&format!("src/errors/{language}.toml"));
        for code in &named {
            assert!(words.contains(&format!("[{code}]")), "errors/{language}.toml lacks {code}");
        }
        for name in words.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')) {
            let variant: String =
                name.split('_').map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..])).collect();
            let is_emitted =
                named.iter().any(|code| code == name) || app.contains(&format!("Code::{variant}"));
            assert!(is_emitted || name == "unknown", "errors/{language}.toml: nothing emits {name}");
        }
    }
}

/// What the command line refuses has a next step in both languages, and no advice is for nothing.
#[test]
fn every_refusal_of_the_command_line_has_advice() {
    let sources: String = files("src/cli", "rs").into_iter().map(|source| source.text).collect();
    let given: BTreeSet<&str> = sources
        .split("Failure::new(")
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        .collect();
    assert!(given.len() > 40, "{given:?}");
    let below = ["src/core", "src/server", "src/store"].map(|folder| files(folder, "rs"));
    let core: Vec<String> = below.iter().flatten().flat_map(|source| codes(&source.text)).collect();
    for language in ["ja", "en"] {
        let own = read(&format!("src/cli/words/errors.{language}.toml"));
        let page = read(&format!("src/errors/{language}.toml"));
        let own: BTreeSet<&str> = own.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
        let lacks = |code: &&&str| !own.contains(**code) && !page.contains(&format!("[{code}]"));
        assert_eq!(
            given.iter().filter(lacks).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "{language}: no advice"
        );
        let is_known = |code: &str| {
            code == "any"
                || sources.contains(&format!("\"{code}\""))
                || core.iter().any(|known| known == code)
        };
        let idle: Vec<_> = own.iter().filter(|code| !is_known(code)).collect();
        assert!(idle.is_empty(), "errors.{language}.toml: nothing gives {idle:?}");
    }
}

/// FORMAT.md §13 lists the codes by which bundles, documents and ledgers are refused, and no other. What goes wrong in
/// writing is no clause of it.
#[test]
fn the_format_lists_every_code() {
    let format = read("src/core/FORMAT.md");
    let listed: BTreeSet<String> = format
        .split("## 13 ")
        .nth(1)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next().map(str::to_owned))
        .collect();
    let all: Vec<Source> = files("src/core", "rs");
    let given = |wanted: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        all.iter().filter(|source| wanted(&source.path)).flat_map(|source| codes(&source.text)).collect()
    };
    let anywhere = given(&|_| true);
    assert_eq!(listed.difference(&anywhere).collect::<Vec<_>>(), Vec::<&String>::new(), "given by nothing");
    let read_by = ["bundle/", "crypto/", "documents/", "ledger/", "register/confirm.rs"];
    let reading = given(&|path| {
        read_by.iter().any(|room| path.contains(&format!("src/core/{room}"))) && !path.ends_with("write.rs")
    });
    let beside = ["read_failed", "request_form"].map(str::to_owned);
    let missing: Vec<_> = reading.difference(&listed).filter(|code| !beside.contains(code)).collect();
    assert!(missing.is_empty(), "FORMAT.md §13 lacks {missing:?}");
}

/// What the bodies of `fn code` give, where every variant names its code.
fn codes(text: &str) -> Vec<String> {
    let bodies = text.split("fn code(&self)").skip(1).filter_map(|rest| rest.split("\n}").next());
    let quoted = |body: &str| -> Vec<String> {
        let is_code = |word: &&str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        body.split('"').skip(1).step_by(2).filter(is_code).map(str::to_owned).collect()
    };
    bodies.flat_map(quoted).collect()
}

#[test]
fn trunk_and_the_lock_file_name_the_same_wasm_bindgen() {
    let lock = read("Cargo.lock");
    let locked =
        lock.split("name = \"wasm-bindgen\"\nversion = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(read("Trunk.toml").contains(&format!("wasm_bindgen = \"{locked}\"")), "Cargo.lock has {locked}");
}

#[test]
fn cited_clauses_exist() {
    let format = read("src/core/FORMAT.md");
    for Source { path: name, text } in
        files("src/core", "rs").into_iter().filter(|source| !source.path.contains("calendar"))
    {
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
    let here = std::fs::canonicalize(root()).unwrap();
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
    let papers =
        ["README.md", "ARCHITECTURE.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile"];
    let papers = papers.map(|path| Source { path: path.to_owned(), text: read(path) });
    for (folder, ending) in kinds.into_iter().chain([("docs", "md")]) {
        for Source { path: name, text } in files(folder, ending).into_iter().chain(papers.clone()) {
            assert!(parent.len() < 3 || !text.contains(&parent), "{name} names a path of this machine");
        }
    }
}

/// Crates that are linked into what is handed out, as `name version`.
fn linked(package: &str, target: &str) -> Vec<String> {
    let edges = ["tree", "--offline", "-e", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
    let tree = std::process::Command::new(env!("CARGO"))
        .args(edges)
        .args(["-p", package, "--target", target])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let words = |line: &str| {
        Some(line.split_once(" v")?)
            .map(|(name, rest)| format!("{name} {}", rest.split(' ').next().unwrap_or("")))
    };
    String::from_utf8(tree.stdout)
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with("fuin_"))
        .filter_map(words)
        .collect()
}

/// F13: every licence that a city passes on with the page and the command line stands in NOTICE.
#[test]
fn notice_names_every_crate_that_is_handed_out() {
    let page = ["fuin_app", "fuin_modules"];
    let page = page.map(|package| (package, "wasm32-unknown-unknown"));
    let cli = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc"].map(|target| ("fuin_cli", target));
    let all: Vec<_> = page.into_iter().chain(cli).collect();
    for (notice, parts, least) in [("src/app/NOTICE", page.as_slice(), 100), ("NOTICE", &all, 200)] {
        let text = read(notice);
        let named: BTreeSet<&str> = text.lines().map(str::trim).collect();
        let crates: Vec<String> =
            parts.iter().flat_map(|(package, target)| linked(package, target)).collect();
        assert!(crates.len() > least, "cargo tree names {} crates", crates.len());
        let missing: Vec<&String> = crates.iter().filter(|known| !named.contains(known.as_str())).collect();
        assert!(missing.is_empty(), "{notice}: run `make notice`: {missing:?}");
    }
}

/// Each promise of SECURITY.md, and each article of docs/articles.md, names tests that are there: functions by their
/// name, browser tests by file and the beginning of their title.
#[test]
fn every_promise_and_every_article_is_shown_by_a_test() {
    for (path, head, least) in [("SECURITY.md", "| promise", 25), ("docs/articles.md", "| article", 60)] {
        names_tests(path, head, least);
    }
}

fn names_tests(path: &str, head: &str, least: usize) {
    let text = read(path);
    let native: String = files("tests", "rs").into_iter().map(|source| source.text).collect();
    let browser = files("tests/e2e", "mjs");
    let is_there = |name: &str| match name.strip_prefix("e2e/") {
        Some(name) => {
            let (file, title) = name.split_once(": ").unwrap_or((name, ""));
            let path = format!("tests/e2e/{file}.test.mjs");
            let wanted = format!("(\"{title}");
            browser
                .iter()
                .any(|source| source.path == path && !title.is_empty() && source.text.contains(&wanted))
        }
        None => native.contains(&format!("fn {name}(")),
    };
    let promises = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with(head));
    let mut missing = Vec::new();
    let mut count = 0;
    for promise in promises {
        count += 1;
        let shown = promise.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default();
        let names: Vec<&str> =
            shown.split('`').skip(1).step_by(2).filter(|name| *name != "make fuzz").collect();
        if names.is_empty() {
            missing.push(format!("no test: {promise}"));
        }
        missing.extend(names.iter().filter(|name| !is_there(name)).map(|name| format!("there is no {name}")));
    }
    assert!(count > least, "{path}: {count}");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

//! The source files of the workspace, and their code without comments and texts.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folders of the crates.
pub(crate) const CRATES: [&str; 11] = [
    "src/core",
    "src/model",
    "src/server",
    "src/store",
    "src/trace",
    "src/app",
    "src/blobs",
    "src/cli",
    "src/modules",
    "src/decoders",
    "src/fold",
];

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// One file: its path from the root, with `/`, and its text.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All files of a folder with this ending.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<Source> {
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
    paths.sort();
    assert!(!paths.is_empty(), "{folder} has no {ending} files");
    let name = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    paths.iter().map(|path| Source { path: name(path), text: fs::read_to_string(path).unwrap() }).collect()
}

/// A file of the root.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Rust without comments and without what stands in texts; lines stay where they are.
pub(crate) fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let bytes: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(&['/', '/']) {
            at += rest.iter().position(|&c| c == '\n').unwrap_or(rest.len());
        } else if let Some(hashes) = raw_text(rest) {
            let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let body: String = rest[hashes + 2..].iter().collect();
            let end = body.find(&close).map_or(body.len(), |end| end + close.len());
            out.extend(body[..end].chars().filter(|&c| c == '\n'));
            at += hashes + 2 + body[..end].chars().count();
        } else if rest[0] == '"' {
            at += 1;
            while at < bytes.len() && bytes[at] != '"' {
                out.extend((bytes[at] == '\n').then_some('\n'));
                at += if bytes[at] == '\\' { 2 } else { 1 };
            }
            out.push_str("\"\"");
            at += 1;
        } else if rest[0] == '\'' && (rest.get(2) == Some(&'\'') || rest.get(1) == Some(&'\\')) {
            let close = rest.iter().skip(2).position(|&c| c == '\'').unwrap_or(0);
            at += close + 3;
        } else {
            out.push(rest[0]);
            at += 1;
        }
    }
    out
}

/// The number of `#` of a raw text that begins here.
fn raw_text(rest: &[char]) -> Option<usize> {
    let hashes = rest.strip_prefix(&['r'])?.iter().take_while(|&&c| c == '#').count();
    (rest.get(hashes + 1) == Some(&'"')).then_some(hashes)
}

/// The code of a file without its unit tests.
pub(crate) fn production(text: &str) -> String {
    code(text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default())
}

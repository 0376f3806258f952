//! Who imports whom: read from `use` and from paths in the code, followed through the faces of folders to the
//! file that has the item.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{files, production};

/// The files of one crate, by module path (`["bundle", "open"]`), and what each imports.
pub(crate) struct Imports {
    /// File of each module, with its code.
    modules: BTreeMap<Vec<String>, (String, String)>,
}

/// An arrow from one file to another.
pub(crate) type Arrow = (String, String);

impl Imports {
    /// Reads the crate that lies in this folder.
    pub(crate) fn read(folder: &str) -> Self {
        let mut modules = BTreeMap::new();
        for source in files(folder, "rs") {
            let inside = source.path[folder.len() + 1..].trim_end_matches(".rs");
            if matches!(inside, "build") || inside.ends_with("tests") {
                continue;
            }
            let mut module: Vec<String> = inside.split('/').map(str::to_owned).collect();
            if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
                module.pop();
            }
            modules.insert(module, (source.path, production(&source.text)));
        }
        Self { modules }
    }

    /// All arrows between files, but for those of a face that only hands on what lies in its folder.
    pub(crate) fn arrows(&self) -> BTreeSet<Arrow> {
        let mut arrows = BTreeSet::new();
        for (module, (file, code)) in &self.modules {
            for path in paths(code) {
                if let Some(target) = self.resolve(module, &path, 0)
                    && target != *file
                {
                    arrows.insert((file.clone(), target));
                }
            }
        }
        arrows
    }

    /// The file that has the item at the end of a path.
    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<String> {
        let mut module: Vec<String> = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "self" => from.to_vec(),
            "super" => from.split_last()?.1.to_vec(),
            first => {
                let mut child = from.to_vec();
                child.push(first.to_owned());
                self.modules.contains_key(&child).then_some(child)?
            }
        };
        let mut rest = &path[1..];
        while let Some((next, after)) = rest.split_first() {
            if next == "super" {
                module.pop()?;
            } else {
                let mut child = module.clone();
                child.push(next.clone());
                if !self.modules.contains_key(&child) {
                    break;
                }
                module = child;
            }
            rest = after;
        }
        let (file, code) = self.modules.get(&module)?;
        let item = rest.first().filter(|_| depth < 8);
        // A face hands on what a file of its folder has.
        let handed_on = item.and_then(|item| {
            let hands_on = |path: &Vec<String>| path.last() == Some(item) && path.len() > 1;
            exports(code).into_iter().find(hands_on)
        });
        match handed_on {
            Some(path) => self.resolve(&module, &path, depth + 1),
            None => Some(file.clone()),
        }
    }
}

/// Every path that `use` names or that the code spells out from `crate`, `super` or `self`; what a face hands
/// on is left out.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for statement in code.split(';') {
        let Some((before, tree)) = split_use(statement) else {
            found.extend(spelled_out(statement));
            continue;
        };
        found.extend(spelled_out(before));
        if !before.trim_end().ends_with("pub") && !before.trim_end().ends_with("pub(crate)") {
            expand(&[], tree, &mut found);
        }
    }
    found
}

/// What `pub use` hands on.
fn exports(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for statement in code.split(';') {
        if let Some((before, tree)) = split_use(statement)
            && (before.trim_end().ends_with("pub") || before.trim_end().ends_with("pub(crate)"))
        {
            expand(&[], tree, &mut found);
        }
    }
    found
}

fn split_use(statement: &str) -> Option<(&str, &str)> {
    let at = statement.rfind("use ")?;
    let is_word = statement[..at].chars().next_back().is_none_or(|c| c.is_whitespace());
    is_word.then(|| (&statement[..at], statement[at + 4..].trim()))
}

fn spelled_out(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("::") {
        let word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
        let first: String = code[..at].chars().rev().take_while(|c| word(&c.to_string())).collect();
        let first: String = first.chars().rev().collect();
        let before = code[..at - first.len()].chars().next_back();
        if !matches!(first.as_str(), "crate" | "super" | "self") || before == Some(':') {
            continue;
        }
        let tail = code[at + 2..].chars().take_while(|&c| c.is_alphanumeric() || c == '_' || c == ':');
        let tail: String = tail.collect();
        found.push(std::iter::once(first).chain(tail.split("::").map(str::to_owned)).collect());
    }
    found
}

/// `a::{b, c::{d, self}}` as single paths.
fn expand(prefix: &[String], tree: &str, out: &mut Vec<Vec<String>>) {
    let mut depth = 0;
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, c) in tree.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&tree[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[start..]);
    for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
        let (front, inner) = match part.split_once('{') {
            Some((front, inner)) => (front.trim_end_matches("::"), inner.trim_end().strip_suffix('}')),
            None => (part.split(" as ").next().unwrap_or_default().trim(), None),
        };
        let mut path = prefix.to_vec();
        path.extend(front.split("::").filter(|word| !word.is_empty()).map(|word| word.trim().to_owned()));
        match inner {
            Some(inner) => expand(&path, inner, out),
            None => {
                if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                    path.pop();
                }
                out.push(path);
            }
        }
    }
}

/// A circle among these nodes, if there is one.
pub(crate) fn circle(arrows: &BTreeSet<Arrow>) -> Option<Vec<String>> {
    fn visit<'a>(
        node: &'a str,
        arrows: &'a BTreeSet<Arrow>,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<String>> {
        if let Some(at) = way.iter().position(|&known| known == node) {
            return Some(way[at..].iter().chain([&node]).map(|node| (*node).to_owned()).collect());
        }
        if done.contains(node) {
            return None;
        }
        way.push(node);
        for (_, to) in arrows.iter().filter(|(from, _)| from == node) {
            if let Some(found) = visit(to, arrows, way, done) {
                return Some(found);
            }
        }
        way.pop();
        done.insert(node);
        None
    }
    let mut done = BTreeSet::new();
    arrows.iter().find_map(|(from, _)| visit(from, arrows, &mut Vec::new(), &mut done))
}

/// The arrows between what lies side by side in a folder: its files, and its folders taken whole.
pub(crate) fn arrows_inside(folder: &str, arrows: &BTreeSet<Arrow>) -> BTreeSet<Arrow> {
    let child = |path: &str| {
        let rest = path.strip_prefix(folder)?.strip_prefix('/')?;
        Some(rest.split('/').next().unwrap_or_default().to_owned())
    };
    let pair = |(from, to): &Arrow| Some((child(from)?, child(to)?));
    arrows.iter().filter_map(pair).filter(|(from, to)| from != to).collect()
}

//! `fuin rules`: the sets that come with the program, and an office's own file.

use std::path::Path;

use fuin_core::{EventBody, RuleSet};
use serde_json::json;

use crate::{args::OfficePassphrase, failure::Outcome, files::read_text, office::OpenOffice, report::Report};

/// Says whether a rule file can be used.
pub(crate) fn check(file: &Path) -> Outcome {
    let rules = RuleSet::parse(&read_text(file)?)?;
    let text = format!("{}「{}」: この規程ファイルは使えます。", rules.name, rules.title);
    Ok(Report::new(text, json!({ "ok": true, "rules": rules })))
}

/// Puts an office under its own rule file.
pub(crate) fn adopt(office: &Path, passphrase: &OfficePassphrase, operator: &str, file: &Path) -> Outcome {
    let text = read_text(file)?;
    let rules = RuleSet::parse(&text)?;
    let mut office = OpenOffice::read(office)?.sound()?;
    let keys = office.unlock(passphrase)?;
    office.record(&keys, operator, EventBody::RulesAdopted { text })?;
    let words = format!("{}「{}」をこの課の規程にしました。", rules.name, rules.title);
    Ok(Report::new(words, json!({ "ok": true, "rules": rules.id })))
}

/// Lists the rule sets.
pub(crate) fn list() -> Outcome {
    let all = RuleSet::all_builtin()?;
    let text: Vec<String> = all.iter().map(|r| format!("{:<10} {}「{}」", r.id, r.name, r.title)).collect();
    let list: Vec<_> = all.iter().map(|r| json!({ "id": r.id, "name": r.name, "title": r.title })).collect();
    Ok(Report::new(text.join("\n"), json!({ "ok": true, "rules": list })))
}

/// Shows one rule set with its articles.
pub(crate) fn show(name: &str, as_file: bool) -> Outcome {
    let rules = RuleSet::builtin(name)?;
    if as_file {
        let text = rules.to_toml();
        return Ok(Report::new(text.clone(), json!({ "ok": true, "toml": text })));
    }
    let mut text = format!("{}「{}」\n{}\n", rules.name, rules.title, rules.version);
    for ground in &rules.grounds {
        text.push_str(&format!("提供できる場合 {}: {}（{}）\n", ground.id, ground.text, ground.article));
    }
    for review in &rules.review {
        text.push_str(&format!("審査: {}（{}）\n", review.text, review.article));
    }
    let asked = if rules.undertaking.required {
        format!("提出させる（{}）", rules.undertaking.article)
    } else {
        RuleSet::SILENT.to_owned()
    };
    text.push_str(&format!("遵守書: {asked}\n"));
    for (label, rule) in rules.articles() {
        text.push_str(&format!("{label}: {}\n", rule.words()));
    }
    Ok(Report::new(text, json!({ "ok": true, "rules": rules })))
}

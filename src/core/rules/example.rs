//! An empty form with explanations: a `request.toml` that a city's rules allow.
//!
//! Entry point: [`example_request`]. Absent: real names.

use super::rule_set::RuleSet;
use crate::documents::{LEGAL_BASES, ReviewField};

const REQUEST: &str = include_str!("request.example.toml");
const UNDERTAKING: &str = include_str!("undertaking.example.toml");

/// A `request.toml` with every field explained, filled with an invented case that the city's rules allow.
pub fn example_request(rules: &RuleSet) -> String {
    let ground = rules.grounds.first();
    let id = ground.map_or("", |g| g.id.as_str());
    let basis = ground.and_then(|g| g.legal_bases.first()).map_or("OTHER", String::as_str);
    let bases: Vec<String> =
        LEGAL_BASES.iter().map(|(code, name)| format!("#   {code:<18} {name}")).collect();
    let grounds: Vec<String> =
        rules.grounds.iter().map(|g| format!("#   {:<18} {}（{}）", g.id, g.text, g.article)).collect();
    let if_asked = |field, words: &'static str| {
        if rules.review.iter().any(|review| review.field == field) { words } else { "" }
    };
    let undertaking = if rules.undertaking.required {
        UNDERTAKING.replace("{{article}}", &rules.undertaking.article)
    } else {
        "# この規程は誓約書を求めていません。提出されたときだけ [undertaking] を書きます。\n".to_owned()
    };
    REQUEST
        .replace("{{bases}}", &bases.join("\n"))
        .replace("{{grounds}}", &grounds.join("\n"))
        .replace("{{basis}}", basis)
        .replace("{{id}}", id)
        .replace("{{council}}", if_asked(ReviewField::Council, "令和8年11月10日の会議で意見を聴いた。"))
        .replace("{{notice}}", if_asked(ReviewField::SubjectNotice, "条例の定めにより通知しない。"))
        .replace("{{council_on}}", if_asked(ReviewField::Council, "council_on = \"2026-11-10\"\n"))
        .replace("{{crime}}", if_asked(ReviewField::Crime, "窃盗、11月18日21時頃、正面出入口"))
        .replace("{{consent}}", if_asked(ReviewField::Consent, "同意書（11月19日付け）を確認した。"))
        .replace("{{identity}}", if_asked(ReviewField::Identity, "運転免許証により確認した。"))
        .replace(
            "{{detail}}",
            if ground.is_some_and(|g| g.needs_detail) { "条例第12条第1項第2号" } else { "" },
        )
        .replace("{{undertaking}}", &undertaking)
        .replace("{{name}}", &rules.name)
        .replace("{{title}}", &rules.title)
}

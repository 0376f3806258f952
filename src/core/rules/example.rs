//! An empty form with explanations: a `request.toml` that a city's rules allow.
//!
//! Entry point: [`example_request`]. Absent: real names.

use super::rule_set::RuleSet;
use crate::documents::{LEGAL_BASES, ReviewField};

/// A `request.toml` with every field explained, filled with an invented case that the city's rules allow.
pub fn example_request(rules: &RuleSet) -> String {
    let ground = rules.grounds.first();
    let id = ground.map_or("", |g| g.id.as_str());
    let basis = ground.and_then(|g| g.legal_bases.first()).map_or("OTHER", String::as_str);
    let bases: Vec<String> =
        LEGAL_BASES.iter().map(|(code, name)| format!("#   {code:<18} {name}")).collect();
    let grounds: Vec<String> =
        rules.grounds.iter().map(|g| format!("#   {:<18} {}（{}）", g.id, g.text, g.article)).collect();
    let asks = |field| rules.review.iter().any(|review| review.field == field);
    let undertaking = if rules.undertaking.required {
        format!(
            "# 誓約書（{}）\n[undertaking]\nsubmitted_on = \"2026-11-20\"\nsigned_by = \"署長 見本一郎\"\n# 法令に基づく引継ぎ先（なければ空）\nonward_to = \"東京地方検察庁\"\n",
            rules.undertaking.article
        )
    } else {
        "# この規程は誓約書を求めていません。提出されたときだけ [undertaking] を書きます。\n".to_owned()
    };
    format!(
        r#"# 画像提供申請（{name}「{title}」）
# 日付は 2026-11-22、日時は 2026-11-22T10:00:00+09:00 の形で書きます。

# 申請受付日
received_on = "2026-11-20"

# 根拠法令
{bases}
legal_basis = "{basis}"

# 規程のどの場合にあたるか
{grounds}
ground = "{id}"

# 照会文書の番号と日付（文書がなければ空のまま、日付の行は消す）
document_number = "港刑第123号"
document_date = "2026-11-19"

# 利用目的（申請理由）
purpose = "窃盗被疑事件の捜査"

# 提供方法と返却期限
delivery_method = "データ提供"
return_due = "2027-01-29"

# 提供する側が付ける条件（なければ []）
conditions = []

# 特記事項
remarks = ""

# 申請者（提供先）
[applicant]
organization = "見本警察署"
department = "刑事課"
address = "東京都港区見本1丁目1番1号"
representative = "署長 見本一郎"
person = "巡査部長 例示花子"
phone = "03-0000-0000"

# 記録媒体
[medium]
kind = "USBメモリ"
number = "USB-07"

# 画像の範囲（カメラごとに [[range]] を繰り返す）
[[range]]
camera = "正面出入口 1番"
from = "2026-11-18T21:00:00+09:00"
to = "2026-11-18T21:30:00+09:00"

# 審査（必要性、必要かつ適切な範囲、決定者）
[review]
necessity = "被害品の搬出経路の特定に必要と認める。"
scope = "犯行時刻の前後に限る。"
decided_by = "防災課長"
callback = "11月20日、代表番号に折り返し確認"
# 規程が求める場合だけ書きます
council = "{council}"
subject_notice = "{notice}"

{undertaking}
# 映像ファイルについて分かっていること（ファイル名ごとに [[clip]] を繰り返す。なくてもよい）
[[clip]]
file = "clip.mp4"
camera = "正面出入口 1番"
# カメラの時計で見た最初のコマの時刻と、時計の進み（秒。遅れは負の数）
starts_at = "2026-11-18T21:00:00+09:00"
clock_error_secs = 0
"#,
        name = rules.name,
        title = rules.title,
        council = if asks(ReviewField::Council) {
            "令和8年11月10日の会議で意見を聴いた。"
        } else {
            ""
        },
        notice =
            if asks(ReviewField::SubjectNotice) { "条例の定めにより通知しない。" } else { "" },
        bases = bases.join("\n"),
        grounds = grounds.join("\n"),
    )
}

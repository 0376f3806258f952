//! 画像の出所の調査票: what a search for forensic marks says, and what not.

use fuin_core::{OfficeLabel, Timestamp};
use fuin_trace::Verdict;
use leptos::prelude::*;

use super::{head, office_side, row};

/// The sheet of a picture file.
pub fn traced(
    office: &OfficeLabel,
    name: &str,
    sha256: &str,
    verdict: &Verdict,
    at: Timestamp,
    is_part: bool,
) -> impl IntoView + use<> {
    let part = if is_part { "画像のうち、四隅で囲んだところ" } else { "画像の全体" };
    let named = verdict.named.iter().map(|named| {
        let viewing = match &named.viewing {
            Some(viewing) => format!("{}　{}", viewing.at.wareki(), viewing.by),
            None => "報告がまだ届いていません".to_owned(),
        };
        view! {
            <table>
                <tbody>
                    {row("管理番号", named.bundle_id.to_string())} {row("提供先", named.recipient.clone())}
                    {row("鍵の枠", named.holder.to_string())} {row("閲覧番号", named.session.to_string())}
                    {row("その閲覧（報告による）", viewing)}
                    {row("模様の強さ", format!("雑音の {:.1} 倍", named.deviations))}
                </tbody>
            </table>
        }
    });
    let lines: Vec<String> = verdict.japanese();
    view! {
        <article class="sheet dense" id="sheet">
            {head(&at.wareki(), &office.name, "", "画像の出所の調査票", None)}
            <table>
                <tbody>
                    {row("調べた画像", name.to_owned())} {row("SHA-256", sha256.to_owned())}
                    {row("調べたところ", part.to_owned())}
                    {row("調べた提供", format!("{} 件", verdict.tried))}
                </tbody>
            </table>
            <h3>"結果"</h3>
            {named.collect_view()}
            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
            {office_side("提供元確認欄", ["調査日", "調査した者", "確認", "決裁"])}
        </article>
    }
}

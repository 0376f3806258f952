//! 申請書 and 誓約書 for the counter: the same as filled in on the screen, with nothing in it.

use fuin_core::RuleSet;
use leptos::prelude::*;

use super::{blank_date, row, seal_box};

/// How many lines for cameras and times.
const LINES: usize = 3;

/// The blank form under these rules.
pub fn blank(rules: &RuleSet) -> impl IntoView + use<> {
    let empty = || "　".to_owned();
    let time = || format!("{}　午前・午後　　時　　分", blank_date());
    let ranges = std::iter::repeat_with(|| format!("自：{}\n至：{}\nカメラ：", time(), time())).take(LINES);
    let ranges = ranges.collect::<Vec<_>>().join("\n");
    let grounds = rules.grounds.iter().map(|ground| format!("□ {}（{}）", ground.text, ground.article));
    let grounds = grounds.collect::<Vec<_>>().join("\n");
    let items = rules.undertaking.items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
    let promise = match rules.undertaking.required {
        true => "画像の提供を受けるに当たり、次の事項を遵守することを誓約します。",
        false => "提供元が付す次の利用条件を遵守します。",
    };
    view! {
        <article class="sheet tight" id="sheet">
            <p class="sheet-note">{format!("{}（参考様式）", rules.title)}</p>
            <p class="sheet-date">{blank_date()}</p>
            <p>{rules.controller.text.clone()} "　宛て"</p>
            <h2>"防犯カメラ画像提供申請書"</h2>
            <table>
                <tbody>
                    {row("機関名・所在地", empty())} <tr class="signed">
                        <th scope="row">"代表者（職氏名）"</th>
                        <td>{seal_box()}</td>
                    </tr> {row("担当者・電話", empty())} {row("視聴する者（申請者と異なるとき）", empty())}
                    {row("提供画像日時・カメラ", ranges)} {row("申請理由（利用目的）", "\n\n".to_owned())}
                    {row("提供できる場合", grounds)} {row("根拠法令・条項", empty())}
                    {row("照会文書の番号・日付", empty())}
                    {row("提供方法", "□ データ提供（媒体：　　　　　）　□ 画像閲覧　□ 再生画像撮影".to_owned())}
                    {row("返却期限（希望）", blank_date())} {row("特記事項", empty())}
                </tbody>
            </table>
            <p>{promise}</p>
            <ol>{items}</ol>
            <p class="sheet-date">"署名又は記名押印　　　　　　　　　　　　　　　　" {seal_box()}</p>
        </article>
    }
}

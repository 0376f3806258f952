//! 誓約書（遵守書）in the words of a city's rules.

use fuin_core::{Day, Request, RuleSet};
use leptos::prelude::*;

use super::{blank_date, file_note, head, row, seal_box};

/// What is known beside the request.
pub struct Undertaking {
    /// 宛先 where the rules name none: the office, or nothing yet.
    pub addressed_to: String,
    /// 返却期限, after every extension.
    pub return_due: Day,
    /// 管理番号, once there is one.
    pub bundle_id: String,
    /// The short number of the file that says the same; empty without a file.
    pub file_number: String,
}

/// 誓約書（遵守書）: what the city asks for (港区 8条3項), or the conditions of use where it asks for none.
pub fn undertaking(rules: &RuleSet, request: &Request, known: &Undertaking) -> impl IntoView + use<> {
    let applicant = &request.applicant;
    let to = match rules.undertaking.addressed_to.is_empty() {
        true => known.addressed_to.clone(),
        false => rules.undertaking.addressed_to.clone(),
    };
    let items = rules.undertaking.items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
    let submitted = request.undertaking.clone();
    let date = submitted.as_ref().map_or_else(blank_date, |u| u.submitted_on.wareki());
    let ranges: Vec<String> = request.range.iter().map(|range| range.line()).collect();
    let (due, id) = (known.return_due, known.bundle_id.clone());
    let reference = if rules.undertaking.article.is_empty() {
        "参考様式".to_owned()
    } else {
        format!("{} {}関係（参考様式）", rules.title, rules.undertaking.article)
    };
    view! {
        <article class="sheet" id="sheet">
            <p class="sheet-note">{reference}</p>
            {head(&date, &to, "宛て", "誓約書", None)}
            <p>
                "防犯カメラの画像の提供を受けるに当たり、次の事項を遵守することを誓約します。"
            </p>
            <ol>{items}</ol>
            <table>
                <tbody>
                    {row(
                        "機関名・所在地",
                        format!("{}　{}", applicant.organization, applicant.address),
                    )} {row("代表者（職氏名）", applicant.representative.clone())}
                    {row(
                        "担当者・電話",
                        format!("{} {}　{}", applicant.department, applicant.person, applicant.phone),
                    )} {row("利用目的", request.purpose.clone())}
                    {row("根拠", request.basis_text())}
                    {row("照会文書番号", request.document_number.clone())}
                    {row("画像の範囲", ranges.join("\n"))}
                    {row(
                        "媒体・管理番号",
                        format!("{} {}　{id}", request.medium.kind, request.medium.number),
                    )} {row("返却期限", due.wareki())}
                    {row(
                        "法令に基づく引継ぎ先",
                        submitted.as_ref().map(|u| u.onward_to.clone()).unwrap_or_default(),
                    )} <tr class="signed">
                        <th scope="row">"署名又は記名押印"</th>
                        <td>{submitted.map(|u| u.signed_by)} {seal_box()}</td>
                    </tr>
                </tbody>
            </table>
            {file_note(&known.file_number)}
        </article>
    }
}

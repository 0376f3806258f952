//! 画像提供申請書 for cities whose rules have no form of their own: the data of みどり市 様式第1号, as a 参考様式.

use fuin_core::{Form, Request, RuleSet};
use leptos::prelude::*;

use super::{file_note, head, midori1, row, seal_box};

/// The application in the city's own form, where it has one.
pub fn application(rules: &RuleSet, request: &Request, file_number: &str) -> impl IntoView + use<> {
    if rules.forms.contains(&Form::Midori1) {
        return view! { {midori1::first(request, None, file_number)} }.into_any();
    }
    let applicant = &request.applicant;
    let ranges = request.range.iter().map(|range| {
        let words =
            format!("{}　自：{}　至：{}", range.camera, range.from.wareki_words(), range.to.wareki_words());
        view! { <p>{words}</p> }
    });
    let document = match request.document_date {
        Some(day) => format!("{}（{}）", request.document_number, day.wareki()),
        None => request.document_number.clone(),
    };
    let ground = rules.ground(&request.ground);
    let ground = ground.map(|ground| format!("{}（{}）", ground.text, ground.article)).unwrap_or_default();
    view! {
        <article class="sheet">
            <p class="sheet-note">{format!("{}（参考様式）", rules.title)}</p>
            {head(
                &request.received_on.wareki(),
                &rules.controller.text.clone(),
                "宛て",
                "防犯カメラ画像提供申請書",
                None,
            )}
            <table>
                <tbody>
                    {row(
                        "機関名・所在地",
                        format!("{}　{}", applicant.organization, applicant.address),
                    )} <tr class="signed">
                        <th scope="row">"代表者（職氏名）"</th>
                        <td>{applicant.representative.clone()} {seal_box()}</td>
                    </tr>
                    {row(
                        "担当者・電話",
                        format!("{} {}　{}", applicant.department, applicant.person, applicant.phone),
                    )} <tr>
                        <th scope="row">"提供画像日時・カメラ"</th>
                        <td>{ranges.collect_view()}</td>
                    </tr> {row("申請理由（利用目的）", request.purpose.clone())}
                    {row("提供できる場合", ground)}
                    {row("根拠法令等", request.basis_text())}
                    {row("照会文書の番号・日付", document)}
                    {row(
                        "提供方法・媒体",
                        format!("{}　{}", request.delivery_method, request.medium.kind),
                    )} {row("返却期限（希望）", request.return_due.wareki())}
                    {row("特記事項", request.remarks.clone())}
                </tbody>
            </table>
            {file_note(file_number)}
        </article>
    }
    .into_any()
}

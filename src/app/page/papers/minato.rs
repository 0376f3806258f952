//! 港区有施設等における防犯カメラの設置及び運用に関する基準: 第2号様式（8条4項） and 第3号様式（10条1項）.
//! The seed has their contents and not their layout, so both say 参考様式.

use fuin_core::{Case, Disclosure, OfficeLabel, Register, RuleSet, legal_basis_name};
use leptos::prelude::*;

use super::{blank_date, head, row, seal_box};

/// 第2号様式 防犯カメラ画像情報提供報告書.
pub fn second(
    rules: &RuleSet,
    office: &OfficeLabel,
    case: &Case,
    disclosure: Option<&Disclosure>,
) -> impl IntoView + use<> {
    let request = &case.request;
    // Handed over on a medium, or watched at the office: either is reported.
    let watched = case.provided.as_ref().map(|provided| provided.on.wareki());
    let given = disclosure.and_then(Disclosure::delivered_on).map(fuin_core::Day::wareki).or(watched);
    let to = case
        .provided
        .as_ref()
        .map_or_else(|| request.recipient().line(), |p| format!("{}　{}", request.recipient().line(), p.to));
    let medium = match disclosure {
        Some(d) => format!(
            "{}　{} {}　　　点",
            request.delivery_method, d.sealed.medium.kind, d.sealed.medium.number
        ),
        None => request.delivery_method.clone(),
    };
    let due = disclosure.map(|d| d.due.wareki()).unwrap_or_default();
    let id = disclosure.map(|d| format!("管理番号 {}　", d.sealed.bundle_id)).unwrap_or_default();
    let ground = rules.grounds.iter().find(|ground| ground.id == request.ground);
    let ground = ground.map(|ground| format!("{}（{}）", ground.text, ground.article)).unwrap_or_default();
    let document = match request.document_date {
        Some(day) => format!("{}（{}）", request.document_number, day.wareki()),
        None => request.document_number.clone(),
    };
    let undertaking = match &request.undertaking {
        Some(u) => format!("有（{}提出）", u.submitted_on.wareki()),
        None => "無".to_owned(),
    };
    let cameras = request.range.iter().map(|range| range.camera.clone()).collect::<Vec<_>>().join("、");
    view! {
        <article class="sheet" id="sheet">
            <p class="sheet-note">"第2号様式（第8条関係）　参考様式"</p>
            {head(&blank_date(), "港区長", "あて", "防犯カメラ画像情報提供報告書", None)}
            <p>"次のとおり画像情報を提供したので、報告します。"</p>
            <table>
                <tbody>
                    <tr class="signed">
                        <th scope="row">"所管課・管理者"</th>
                        <td>{office.name.clone()} {seal_box()}</td>
                    </tr>
                    {row("施設・カメラ", cameras)}
                    {row("提供日時", given.unwrap_or_else(blank_date))}
                    {row("提供先", to)}
                    {row("根拠", ground)}
                    {row("法令条項", legal_basis_name(&request.legal_basis).to_owned())}
                    {row("照会文書番号・日付", document)}
                    {row("画像の範囲", request.range_text())}
                    {row(
                        "必要性審査の結果",
                        format!("{}　{}", request.review.necessity, request.review.scope),
                    )}
                    {row("提供方法・媒体・数量", medium)}
                    {row("遵守文書", undertaking)}
                    {row("返却予定", due)}
                    {row("備考", format!("{id}{}", request.remarks))}
                </tbody>
            </table>
        </article>
    }
}

/// 第3号様式 運用状況記録簿.
pub fn third(office: &OfficeLabel, register: &Register) -> impl IntoView + use<> {
    let rows = register.operations.iter().enumerate().map(|(n, line)| {
        view! {
            <tr>
                <td class="number">{n + 1}</td>
                <td>{line.on.wareki()}</td>
                <td>{line.section.japanese()}</td>
                <td>{line.camera.clone()}</td>
                <td>{line.subject.clone()}</td>
                <td>{line.reason.clone()}</td>
                <td>{line.particulars.clone()}</td>
                <td>{line.permitted_by.clone()}</td>
                <td>{line.operator.clone()}</td>
                <td>{line.note.clone()}</td>
            </tr>
        }
    });
    let heads = [
        "No.",
        "年月日",
        "区分",
        "施設・カメラ",
        "画像・媒体",
        "内容・理由",
        "期間／持出先・返却日／廃棄方法",
        "許可者",
        "取扱者",
        "備考",
    ]
    .map(|word| view! { <th>{word}</th> });
    view! {
        <article class="sheet landscape" id="sheet">
            <p class="sheet-note">"第3号様式（第10条関係）　参考様式"</p>
            <h2>"防犯カメラ運用状況記録簿"</h2>
            <p>{office.name.clone()}</p>
            <table class="grid">
                <thead>
                    <tr>{heads.collect_view()}</tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </article>
    }
}

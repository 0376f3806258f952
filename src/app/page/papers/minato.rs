//! 港区有施設等における防犯カメラの設置及び運用に関する基準: 第2号様式（8条4項） and 第3号様式（10条1項）.
//! The seed has their contents and not their layout, so both say 参考様式.

use fuin_core::{Approval, BookTable, Case, Day, Disclosure, OfficeLabel, RuleSet};
use leptos::prelude::*;

use super::{approvals, blank_date, book::running_table, head, row, seal_box, sender};

/// 第2号様式 防犯カメラ画像情報提供報告書.
pub fn second(
    rules: &RuleSet,
    office: &OfficeLabel,
    case: &Case,
    disclosure: Option<&Disclosure>,
    roles: &[Approval],
) -> impl IntoView + use<> {
    let request = &case.request;
    let provides = case.provides();
    // Handed over on a medium, or watched at the office: either is reported.
    let watched = case.provisions.first().map(|provided| provided.on.wareki());
    let given = disclosure.and_then(Disclosure::delivered_on).map(Day::wareki).or(watched);
    let to = case
        .provisions
        .first()
        .map_or_else(|| request.recipient().line(), |p| format!("{}　{}", request.recipient().line(), p.to));
    let medium = match disclosure {
        Some(d) => format!(
            "{}　{} {}　　　点",
            provides.delivery_method, d.sealed.medium.kind, d.sealed.medium.number
        ),
        None => provides.delivery_method.clone(),
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
    let range = case.range_provided_by(disclosure).join("\n");
    let (from, approved) = (sender(office, roles), approvals(roles));
    let cameras = provides.range.iter().map(|range| range.camera.clone()).collect::<Vec<_>>().join("、");
    view! {
        <article class="sheet" id="sheet">
            <p class="sheet-note">"第2号様式（第8条関係）　参考様式"</p>
            {approved} {head(&blank_date(), "港区長", "様", "防犯カメラ画像情報提供報告書", None)}
            <p>"次のとおり画像情報を提供したので、報告します。"</p>
            <table>
                <tbody>
                    <tr class="signed">
                        <th scope="row">"所管課・管理者"</th>
                        <td>{from} {seal_box()}</td>
                    </tr>
                    {row("施設・カメラ", cameras)}
                    {row("提供日時", given.unwrap_or_else(blank_date))}
                    {row("提供先", to)}
                    {row("根拠", ground)}
                    {row("法令条項", request.basis_text())}
                    {row("照会文書番号・日付", document)}
                    {row("画像の範囲", range)}
                    {row(
                        "必要性審査の結果",
                        format!("{}\n{}", request.review.necessity, request.review.scope),
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

/// 第3号様式 運用状況記録簿, of a 年度.
pub fn third(office: &OfficeLabel, table: BookTable, roles: &[Approval], year: i32) -> impl IntoView + use<> {
    let name = Day::name_of_fiscal_year(year).unwrap_or_default();
    let running = format!("第3号様式　{name}　{}", office.name);
    view! {
        <article class="sheet landscape" id="sheet">
            <p class="sheet-note">"第3号様式（第10条関係）　参考様式"</p>
            <h2>"防犯カメラ運用状況記録簿"</h2>
            {approvals(roles)} {running_table("minato-3", running, table)}
        </article>
    }
}

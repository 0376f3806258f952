//! 事故報告書（参考様式）: the incident that was recorded last, with the article that asks for the report.

use fuin_core::{Approval, Incident, OfficeLabel, RuleSet};
use leptos::prelude::*;

use super::{approvals, blank_date, head, row, seal_box, sender};

/// The report.
pub fn report(
    rules: &RuleSet,
    office: &OfficeLabel,
    incident: &Incident,
    roles: &[Approval],
) -> impl IntoView + use<> {
    let rule = &rules.incident_report;
    let note = match rule.text.is_empty() {
        true => "この規程に事故の報告の様式はありません（参考様式）".to_owned(),
        false => format!("{} {}関係（参考様式）", rules.title, rule.article),
    };
    let to = match incident.reported_to.is_empty() {
        true => "　　　　　　　".to_owned(),
        false => incident.reported_to.clone(),
    };
    let happened = format!("{}　{}", incident.on.wareki(), incident.time);
    let law = "□ 要　□ 不要（個人情報の保護に関する法律第68条）".to_owned();
    let from = OfficeLabel { name: sender(office, roles), ..office.clone() };
    let id = incident.bundle_id.as_ref().map(ToString::to_string).unwrap_or_default();
    view! {
        <article class="sheet" id="sheet">
            <p class="sheet-note">{note}</p>
            {approvals(roles)}
            {head(
                &blank_date(),
                &to,
                "様",
                "防犯カメラ画像に関する事故報告書",
                Some(&from),
            )}
            <p>"次のとおり報告します。"</p>
            <table>
                <tbody>
                    {row("発生日時", happened)} {row("発生場所", incident.place.clone())}
                    {row("管理番号", id)} {row("概要", incident.what.clone())}
                    {row("原因", incident.cause.clone())} {row("対象者数", incident.people.clone())}
                    {row("措置", incident.measures.clone())}
                    {row("個人情報保護委員会への報告・本人への通知", law)}
                    {row("再発の防止", String::new())} <tr class="signed">
                        <th scope="row">"報告者（職氏名）"</th>
                        <td>{seal_box()}</td>
                    </tr>
                </tbody>
            </table>
        </article>
    }
}

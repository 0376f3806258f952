//! 報告の確認票: what the recipient's reports of one bundle say, with what must be answered before 完了, for whoever decides.

use fuin_core::{Disclosure, Happening, OfficeLabel, ReceivedReport, ViewingLog};
use leptos::prelude::*;

use super::{blank_date, head, office_side, row};

/// The sheet.
pub fn reports(office: &OfficeLabel, disclosure: &Disclosure) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    let all = disclosure.reports.iter().map(one).collect_view();
    let concerns = disclosure.concerns();
    let none = concerns.is_empty().then(|| view! { <p>"答えるべきことはありません。"</p> });
    let answers = (!concerns.is_empty()).then(|| {
        let rows = concerns.iter().map(|concern| {
            view! {
                <tr>
                    <td>{concern.japanese()}</td>
                    <td></td>
                </tr>
            }
        });
        view! {
            <table class="grid">
                <thead>
                    <tr>
                        <th scope="col">"答えるべきこと"</th>
                        <th scope="col">"回答・措置"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        }
    });
    view! {
        <article class="sheet dense" id="sheet">
            {head(&blank_date(), &office.name, "", "返却・消去の報告の確認票", None)}
            <table>
                <tbody>
                    {row("管理番号", sealed.bundle_id.to_string())}
                    {row("提供先", sealed.recipient.line())}
                    {row("媒体・番号", format!("{}　{}", sealed.medium.kind, sealed.medium.number))}
                    {row("返却期限", disclosure.due.wareki())}
                </tbody>
            </table>
            {all}
            <h3>"完了の前に"</h3>
            {none}
            {answers}
            {office_side("提供元確認欄", ["確認日", "確認者", "媒体照合", "決裁"])}
        </article>
    }
}

/// One report, word by word.
fn one(report: &ReceivedReport) -> impl IntoView + use<> {
    let title = format!("{}（{}）", report.said.kind.japanese(), report.said.day.wareki());
    let words = report.words.clone().map(|words| {
        [
            ("報告者", words.reporter),
            ("立会者", words.witness),
            ("方法", words.method),
            ("複製・印刷物", words.copies),
            ("理由・備考", words.note),
        ]
        .into_iter()
        .filter(|(_, said)| !said.is_empty())
        .map(|(label, said)| row(label, said))
        .collect_view()
    });
    let by_code = words.is_none().then(|| row("内容", "番号による報告（内容は届いていません）".to_owned()));
    let log = report.log.as_ref().map(|log| {
        let taken = log.happenings().filter(|entry| is_taken(&entry.what));
        let taken: Vec<String> = taken.map(|entry| entry.to_string()).collect();
        let taken = (!taken.is_empty()).then(|| row("保存・印刷・取出し", taken.join("、")));
        view! {
            {row("視聴", viewed(log))}
            {taken}
        }
    });
    let stamped = report.time_stamp.as_ref().map(|stamped| {
        row("時刻認証", format!("{}（{}。誰の証明かは未確認）", stamped.at.wareki_exact(), stamped.authority))
    });
    view! {
        <h3>{title}</h3>
        <table>
            <tbody>
                {row("報告した人", report.maker.japanese().to_owned())} {words} {by_code} {stamped} {log}
            </tbody>
        </table>
    }
}

fn viewed(log: &ViewingLog) -> String {
    match log.opened() {
        Some((first, last)) => format!(
            "{}回（{} から {} まで）、記録 {} 件",
            log.tally().opened,
            first.wareki(),
            last.wareki(),
            log.count
        ),
        None => "記録なし".to_owned(),
    }
}

/// Whether something left the viewer.
fn is_taken(what: &Happening) -> bool {
    matches!(
        what,
        Happening::Still(_)
            | Happening::Printed(_)
            | Happening::Exported { .. }
            | Happening::ExportUndone { .. }
    )
}

//! 年度の運用状況報告: the counts that the city's periodic report needs, with the article that asks for it.

use fuin_core::{Approval, Day, LedgerEvent, OfficeLabel, RuleSet, Yearly};
use leptos::prelude::*;

use crate::{
    page::papers::{approvals, head, row, sender},
    platform::clock,
};

/// The report of the fiscal year that began in this Gregorian year.
pub fn report(
    rules: &RuleSet,
    office: &OfficeLabel,
    events: &[LedgerEvent],
    (roles, year): (&[Approval], i32),
) -> impl IntoView + use<> {
    let today = clock::now().day();
    let counts = Yearly::count(events, rules, year, today);
    let number = |label: &'static str, n: usize| row(label, format!("{n} 件"));
    let grounds = counts.by_ground.iter().map(|(article, text, n)| {
        view! {
            <tr>
                <th scope="row">{format!("{article}　{text}")}</th>
                <td class="number">{format!("{n} 件")}</td>
            </tr>
        }
    });
    let operations = counts.operations.iter().map(|(kind, n)| {
        view! {
            <tr>
                <th scope="row">{kind.japanese()}</th>
                <td class="number">{format!("{n} 件")}</td>
            </tr>
        }
    });
    let until = Day::of_fiscal_year(year).map_or(today, |(_, last)| last.min(today));
    let as_of = format!("{}現在", until.wareki());
    let from = OfficeLabel { name: sender(office, roles), ..office.clone() };
    let to = if rules.report_to.is_empty() { "管理責任者" } else { &rules.report_to };
    let basis = match rules.periodic_report.text.is_empty() {
        true => "この規程に定期の報告の定めはありません。内部の記録として作成します。".to_owned(),
        false => format!("{}（{}）", rules.periodic_report.text, rules.periodic_report.article),
    };
    view! {
        <article class="sheet tight columns" id="sheet">
            {approvals(roles)}
            {head(
                &today.wareki(),
                to,
                "様",
                &format!("防犯カメラ運用状況報告（{}）", counts.year),
                Some(&from),
            )}
            <p>{rules.title.clone()} "　" {basis}</p>
            <p>{as_of}</p>
            <table>
                <tbody>{counts.rows().map(|(label, n)| number(label, n)).collect_view()}</tbody>
            </table>
            <h3>"提供の根拠"</h3>
            <table class="counts">
                <tbody>{grounds.collect_view()}</tbody>
            </table>
            <h3>"運用状況記録簿"</h3>
            <table class="counts">
                <tbody>{operations.collect_view()}</tbody>
            </table>
        </article>
    }
}

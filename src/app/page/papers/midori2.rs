//! みどり市内主要駅における防犯カメラ運用要領 様式第2号（10条関係）, field for field.

use fuin_core::{Day, Register};
use leptos::prelude::*;

use super::midori1::{methods, ring};

/// 様式第2号 画像提供申請記録簿（A4横）.
pub fn second(register: &Register, year: i32) -> impl IntoView + use<> {
    let of_year = register.cases.values().filter(move |case| case.recorded_at.day().fiscal_year() == year);
    let rows = of_year.map(|case| {
        let request = &case.request;
        // Watched at the office: to the minute. Handed over: the day that the 受領書 says.
        let watched = case.provisions.first().map(|provided| provided.on.wareki());
        let given = watched
            .or_else(|| case.given_on(&register.disclosures).map(Day::wareki))
            .unwrap_or_default();
        let provides = case.provides();
        let ranges = provides
            .range
            .iter()
            .map(|r| {
                view! {
                    <p>"自：" {r.from.wareki()}</p>
                    <p>"至：" {r.to.wareki()}</p>
                }
            })
            .collect_view();
        let granted = case.decision.as_ref().map(|decision| decision.granted);
        let methods = methods(request, &provides.delivery_method, true);
        let withdrawn = case.withdrawn.is_some().then(|| view! { <p>"（取下げ）"</p> });
        view! {
            <tr>
                <td class="number">{case.in_year}</td>
                <td class="date">
                    <p>{request.received_on.wareki()}</p>
                    <p>{given}</p>
                </td>
                <td>{request.purpose.clone()}</td>
                <td>{request.recipient().line()}</td>
                <td class="date">{ranges}</td>
                <td>{methods}</td>
                <td class="date">
                    {ring("可", granted == Some(true))} "　" {ring("不可", granted == Some(false))} {withdrawn}
                </td>
                <td class="stamp"></td>
                <td class="stamp"></td>
            </tr>
        }
    });
    let heads = ["利用目的", "提供先", "画像の範囲", "提供方法", "提供の可否", "取扱者印", "運用責任者印"]
        .map(|word| view! { <th>{word}</th> });
    let name = Day::name_of_fiscal_year(year);
    let name = format!("画像提供申請記録簿（様式第2号）　{}", name.unwrap_or_default());
    view! {
        <article class="sheet landscape" id="sheet">
            <p class="sheet-note">"様式第2号（規格A4横）（第10条関係）"</p>
            <h2>"みどり市内主要駅設置防犯カメラ画像提供申請記録簿"</h2>
            <table class="grid rows midori-2">
                <colgroup>
                    <col class="no" />
                    {(0..8).map(|_| view! { <col /> }).collect_view()}
                </colgroup>
                <thead>
                    <tr>
                        <th class="running" colspan="9">
                            {name}
                        </th>
                    </tr>
                    <tr>
                        <th class="date">"No."</th>
                        <th>"申請受付日" <br /> "提供日時"</th>
                        {heads.collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </article>
    }
}

//! みどり市内主要駅における防犯カメラ運用要領 様式第1号（10条関係）, field for field.

use fuin_core::{FootageRange, OTHER_BASIS, Request, legal_basis_name};
use leptos::prelude::*;

use super::{file_note, seal_box, tick};

/// 根拠法令等 of 様式第1号, in its order.
const BASES: [(&str, &str); 5] = [
    ("CIVPRO_223", "民事訴訟法第223条の規定による裁判所からの文書提出命令"),
    ("ATTORNEY_ACT_23_2", "弁護士法第23条の2第2項の規定による弁護士会からの照会"),
    ("CCP_197_2", "刑事訴訟法第197条第2項の規定による検察官、警察官等からの捜査協力"),
    ("CCP_279", "刑事訴訟法第279条の規定による裁判所からの照会"),
    ("CCP_507", "刑事訴訟法第507条の規定による検察官、裁判所、裁判官からの裁判執行のための照会"),
];

/// 決裁欄 of 様式第1号.
const APPROVALS: [&str; 8] = ["市長", "副市長", "部長", "課長", "課長補佐", "係長", "係", "課僚"];

/// A word among several without a box: the one that holds is ringed, as by hand.
pub fn ring(word: &'static str, chosen: bool) -> impl IntoView {
    view! { <span class:ringed=chosen>{word}</span> }
}

/// 提供方法: ticked, and the medium ringed. 様式第2号 leaves out「記録媒体：」and その他.
pub fn methods(request: &Request, method: &str, in_register: bool) -> impl IntoView + use<> {
    let is = |word: &str| method == word;
    let medium = request.medium.kind.clone();
    let data = is("データ提供");
    let other = data && !matches!(medium.as_str(), "USBメモリ" | "DVD");
    let named = if other { medium.clone() } else { "　　　".to_owned() };
    let (usb, dvd) = (data && medium == "USBメモリ", data && medium == "DVD");
    let (watched, photographed, otherwise) = (is("画像閲覧"), is("再生画像撮影"), is("その他"));
    view! {
        <p>{tick(watched)} "画像閲覧"</p>
        <p>{tick(photographed)} "再生画像撮影（カメラ、ビデオ）"</p>
        <p>
            {tick(data)} "データ提供（" {(!in_register).then_some("記録媒体：")}
            {ring("USBメモリ", usb)} "、" {ring("DVD", dvd)} "、" {ring("その他", other)} "（"
            {named} "））"
        </p>
        {(!in_register).then(|| view! { <p>{tick(otherwise)} "その他（　　　　　　）"</p> })}
    }
}

/// What stands in the brackets of その他.
fn other_basis(request: &Request) -> String {
    match request.basis_detail.trim() {
        "" => legal_basis_name(&request.legal_basis).to_owned(),
        detail if request.legal_basis == OTHER_BASIS => detail.to_owned(),
        _ => request.basis_text(),
    }
}

/// 様式第1号 画像提供申請書; `decision` once the office decided: 可 or not, and why. `file_number` if there
/// is a file that says the same.
pub fn first(
    request: &Request,
    decision: Option<(bool, String)>,
    file_number: &str,
) -> impl IntoView + use<> {
    let applicant = &request.applicant;
    // With several cameras, a number ties each to its time.
    let several = request.range.len() > 1;
    let mark = |n: usize| if several { format!("（{}）", n + 1) } else { String::new() };
    let range = |(n, range): (usize, &FootageRange)| {
        let (from, to) = (range.from.wareki_words(), range.to.wareki_words());
        view! { <p>{mark(n)} "自：" {from} "　至：" {to}</p> }
    };
    let ranges = request.range.iter().enumerate().map(range).collect_view();
    let camera = |(n, range): (usize, &FootageRange)| format!("{}{}", mark(n), range.camera);
    let cameras = request.range.iter().enumerate().map(camera).collect::<Vec<_>>().join("　");
    let known = BASES.iter().any(|(code, _)| *code == request.legal_basis);
    let bases = BASES
        .iter()
        .map(|(code, name)| view! { <p>{tick(request.legal_basis == *code)} {*name}</p> })
        .collect_view();
    let methods = methods(request, &request.delivery_method, false);
    let heads = APPROVALS.map(|role| view! { <th>{role}</th> });
    let boxes = APPROVALS.map(|_| view! { <td></td> });
    view! {
        <article class="sheet tight" id="sheet">
            <p class="sheet-note">"様式第1号（規格A4）（第10条関係）"</p>
            <table class="approvals">
                <thead>
                    <tr>{heads.collect_view()}</tr>
                </thead>
                <tbody>
                    <tr>{boxes.collect_view()}</tr>
                </tbody>
            </table>
            <p class="sheet-date">{request.received_on.wareki()}</p>
            <p>"みどり市長　様"</p>
            <dl class="applicant">
                <dt>"（申請者）住　　所"</dt>
                <dd>{applicant.address.clone()}</dd>
                <dt>"機関名等"</dt>
                <dd>{applicant.organization.clone()}</dd>
                <dt>"代表者氏名"</dt>
                <dd>{applicant.representative.clone()} {seal_box()}</dd>
            </dl>
            <h2>"みどり市内主要駅設置防犯カメラ画像提供申請書"</h2>
            <p>
                "みどり市内主要駅設置防犯カメラで撮影した画像の提供を受けたいので、次のとおり申請します。"
            </p>
            <table>
                <tbody>
                    <tr>
                        <th scope="row" colspan="2">
                            "提供画像日時"
                        </th>
                        <td>{ranges}</td>
                    </tr>
                    <tr>
                        <th scope="row" colspan="2">
                            "提供画像（設置カメラ）"
                        </th>
                        <td>{cameras}</td>
                    </tr>
                    <tr>
                        <th scope="row" colspan="2">
                            "申請理由"
                        </th>
                        <td>{request.purpose.clone()}</td>
                    </tr>
                    <tr>
                        <th scope="row" colspan="2">
                            "根拠法令等"
                        </th>
                        <td>
                            {bases}
                            <p>
                                {tick(!known)} "その他（"
                                {(!known).then(|| other_basis(request))}
                                "　　）"
                            </p>
                        </td>
                    </tr>
                    <tr>
                        <th scope="row" colspan="2">
                            "提供方法"
                        </th>
                        <td>{methods}</td>
                    </tr>
                    <tr>
                        <th scope="row" rowspan="3">
                            "連絡先"
                        </th>
                        <th scope="row">"部署名"</th>
                        <td>{applicant.department.clone()}</td>
                    </tr>
                    <tr>
                        <th scope="row">"担当者名"</th>
                        <td>{applicant.person.clone()}</td>
                    </tr>
                    <tr>
                        <th scope="row">"電話番号"</th>
                        <td>{applicant.phone.clone()}</td>
                    </tr>
                    <tr>
                        <th scope="row" colspan="2">
                            "特記事項"
                        </th>
                        <td>{request.remarks.clone()}</td>
                    </tr>
                </tbody>
            </table>
            {office_part(decision)}
            {file_note(file_number)}
        </article>
    }
}

/// ※事務処理欄.
fn office_part(decision: Option<(bool, String)>) -> impl IntoView {
    let granted = decision.as_ref().map(|(granted, _)| *granted);
    let reason = decision.map(|(_, reason)| reason).unwrap_or_default();
    view! {
        <p>"※事務処理欄（下欄には何も記入しないでください。）"</p>
        <table class="grid">
            <thead>
                <tr>
                    <th>"受付印"</th>
                    <th>"提供の可否"</th>
                    <th>"特記事項または提供不可の理由"</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <td rowspan="2" class="stamp"></td>
                    <td>{ring("提供可", granted == Some(true))}</td>
                    <td rowspan="2">{reason}</td>
                </tr>
                <tr>
                    <td>{ring("提供不可", granted == Some(false))}</td>
                </tr>
            </tbody>
        </table>
    }
}

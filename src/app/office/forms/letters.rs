//! What goes with a bundle: 送付書, 合言葉の別紙, ハッシュ票, 受領書; and the 誓約書 in the words of the city's rules.

use fuin_core::{
    bundle::OfficeLabel,
    records::{cases::Case, disclosure::Disclosure, request::legal_basis_name},
    rules::RuleSet,
};
use leptos::prelude::*;

use super::{blank_date, head, row, seal_box};
use crate::platform::clock;

/// 送付書.
pub fn cover(
    office: &OfficeLabel,
    words: &str,
    case: &Case,
    disclosure: &Disclosure,
) -> impl IntoView + use<> {
    let (sealed, request) = (&disclosure.sealed, &case.request);
    let files = sealed.clips.iter().map(|clip| clip.file_name.clone()).collect::<Vec<_>>().join("、");
    let medium = format!("{} {}", sealed.medium.kind, sealed.medium.number);
    view! {
        <article class="sheet" id="sheet">
            {head(&clock::now().day().wareki(), &sealed.recipient.line(), "様", "防犯カメラ画像の送付について", Some(office))}
            <p>"次のとおり画像を送付します。ビューア（fuin.html）をブラウザで開き、別に送る合言葉を入れてご覧ください。"</p>
            <table><tbody>
                {row("管理番号", sealed.bundle_id.to_string())}
                {row("照会文書", request.document_number.clone())}
                {row("画像の範囲", sealed.range.clone())}
                {row("ファイル", files)}
                {row("媒体", medium)}
                {row("閲覧できる期間", format!("{} から {} まで", sealed.not_before.wareki(), sealed.not_after.wareki()))}
                {row("返却期限", disclosure.due.wareki())}
                {row("発行課の指紋", words.to_owned())}
                {row("問合せ先", office.contact.clone())}
            </tbody></table>
            <p>"ビューアに出る6つの語が上の指紋と同じことを確かめてください。違うときは開かず、問合せ先へご連絡ください。"</p>
            <p>"用が済みましたら、ビューアの「返却・消去の手続き」で報告書を作り、媒体とともにお返しください。"</p>
        </article>
    }
}

/// 合言葉の別紙.
pub fn passphrase(office: &OfficeLabel, disclosure: &Disclosure, passphrase: &str) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    view! {
        <article class="sheet" id="sheet">
            {head(&clock::now().day().wareki(), &sealed.recipient.line(), "様", "合言葉のお知らせ（親展）", Some(office))}
            <p>"媒体とは別に送ります。電話で伝えるときは4桁ずつ読み上げてください。"</p>
            <table><tbody>
                {row("管理番号", sealed.bundle_id.to_string())}
                <tr><th scope="row">"合言葉"</th><td class="code-cell"><span class="mono" id="passphrase-words">{passphrase.to_owned()}</span></td></tr>
                {row("使える期限", sealed.not_after.wareki())}
            </tbody></table>
            <p>"この紙は媒体と別に保管し、用が済みましたら裁断してください。"</p>
        </article>
    }
}

/// ハッシュ票.
pub fn hashes(office: &OfficeLabel, disclosure: &Disclosure) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    let rows = sealed.clips.iter().map(|clip| {
        let short: String = clip.sha256.chars().take(8).collect();
        view! {
            <tr><td>{clip.file_name.clone()}</td><td class="number">{clip.bytes.to_string()}</td>
                <td class="mono hash">{clip.sha256.clone()}</td><td class="mono">{short}</td></tr>
        }
    });
    view! {
        <article class="sheet" id="sheet">
            {head(&clock::now().day().wareki(), &sealed.recipient.line(), "様", "ハッシュ票", Some(office))}
            <p>"管理番号 " {sealed.bundle_id.to_string()}</p>
            <table class="grid"><thead><tr><th>"ファイル"</th><th>"バイト"</th><th>"SHA-256"</th><th>"短い番号"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody></table>
            <p>"原本の SHA-256（FIPS 180-4）です。取り出したファイルに sha256sum を用いると、同じ値になります。"</p>
        </article>
    }
}

/// 受領書.
pub fn delivery(office: &OfficeLabel, disclosure: &Disclosure) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    let clips = sealed.clips.iter().map(|clip| {
        format!("{}（SHA-256 {}…）", clip.file_name, clip.sha256.chars().take(8).collect::<String>())
    });
    let clips = clips.collect::<Vec<_>>().join("、");
    view! {
        <article class="sheet" id="sheet">
            {head(&blank_date(), &office.name, "あて", "受領書", None)}
            <p>"次の画像を受領しました。"</p>
            <table><tbody>
                {row("受領日時", format!("{}　午前・午後　　時　　分", blank_date()))}
                {row("管理番号", sealed.bundle_id.to_string())}
                {row("媒体・番号・数量", format!("{}　{}　　　点", sealed.medium.kind, sealed.medium.number))}
                {row("ファイル", clips)}
                {row("鍵の受領方法", "□ 別紙　□ 電話　□ その他（　　　　　　）".to_owned())}
                {row("確認", "□ 開封できた　□ 再生できた　□ 指紋が一致した".to_owned())}
                <tr class="signed"><th scope="row">"受領者（職氏名）"</th><td>{seal_box()}</td></tr>
                <tr class="signed"><th scope="row">"交付者（職氏名）"</th><td>{seal_box()}</td></tr>
            </tbody></table>
        </article>
    }
}

/// 誓約書（遵守書）: what the city asks for (港区 8条3項), or the conditions of use where it asks for none.
pub fn undertaking(
    rules: &RuleSet,
    office: &OfficeLabel,
    case: &Case,
    disclosure: Option<&Disclosure>,
) -> impl IntoView + use<> {
    let request = &case.request;
    let applicant = &request.applicant;
    let to = match rules.undertaking.addressed_to.is_empty() {
        true => office.name.clone(),
        false => rules.undertaking.addressed_to.clone(),
    };
    let items = rules.undertaking.items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
    let submitted = request.undertaking.clone();
    let date = submitted.as_ref().map_or_else(blank_date, |u| u.submitted_on.wareki());
    let due = disclosure.map_or(request.return_due, |d| d.due);
    let id = disclosure.map(|d| d.sealed.bundle_id.to_string()).unwrap_or_default();
    let reference = if rules.undertaking.article.is_empty() {
        "参考様式".to_owned()
    } else {
        format!("{} {}関係（参考様式）", rules.title, rules.undertaking.article)
    };
    view! {
        <article class="sheet" id="sheet">
            <p class="sheet-note">{reference}</p>
            {head(&date, &to, "あて", "誓約書", None)}
            <p>"防犯カメラの画像の提供を受けるにあたり、次のことを守ります。"</p>
            <ol>{items}</ol>
            <table><tbody>
                {row("機関名・所在地", format!("{}　{}", applicant.organization, applicant.address))}
                {row("代表者（職氏名）", applicant.representative.clone())}
                {row("担当者・電話", format!("{} {}　{}", applicant.department, applicant.person, applicant.phone))}
                {row("利用目的", request.purpose.clone())}
                {row("根拠", legal_basis_name(&request.legal_basis).to_owned())}
                {row("照会文書番号", request.document_number.clone())}
                {row("画像の範囲", request.range_text())}
                {row("媒体・管理番号", format!("{} {}　{id}", request.medium.kind, request.medium.number))}
                {row("返却期限", due.wareki())}
                {row("法令に基づく引継ぎ先", submitted.as_ref().map(|u| u.onward_to.clone()).unwrap_or_default())}
                <tr class="signed"><th scope="row">"署名又は記名押印"</th><td>{submitted.map(|u| u.signed_by)} {seal_box()}</td></tr>
            </tbody></table>
        </article>
    }
}

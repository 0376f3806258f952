//! What goes with a bundle: 送付書, 合言葉の別紙, 開き方, ハッシュ票, 受領書, 返却・消去報告書 on paper; and the office's card.

use fuin_core::{Approval, Case, Disclosure, OfficeLabel, PublicKey, SealedClipRecord, SealedEvent};
use leptos::prelude::*;

use crate::{
    page::papers::{blank_date, head, office_side, row, seal_box, sender},
    platform::clock,
    ui::Qr,
};

/// The head of a letter to whom the footage is for, of the day on which it was sealed: printed again later, it says the
/// same.
fn letter_head(office: &OfficeLabel, disclosure: &Disclosure, title: &str) -> impl IntoView + use<> {
    head(&disclosure.sealed_at.day().wareki(), &disclosure.sealed.recipient.line(), "様", title, Some(office))
}

/// From the first moment of a period to its last day.
fn period(sealed: &SealedEvent) -> String {
    format!("{}から{}まで", sealed.not_before.wareki(), sealed.not_after.day().wareki())
}

/// 送付書; `viewer` is the SHA-256 of the viewer's file in hexadecimal, where it is known.
pub fn cover(
    (office, roles): (&OfficeLabel, &[Approval]),
    words: &str,
    viewer: Option<&str>,
    case: &Case,
    disclosure: &Disclosure,
) -> impl IntoView + use<> {
    let (sealed, request) = (&disclosure.sealed, &case.request);
    let file = |clip: &SealedClipRecord| format!("{}　{}", clip.file_name, clip.range_line());
    let files = sealed.clips.iter().map(file).collect::<Vec<_>>().join("\n");
    let applicant = &request.applicant;
    let addressee = format!("{}　{}", applicant.organization, applicant.representative);
    let from = OfficeLabel { name: sender(office, roles), ..office.clone() };
    let asked = request.reference();
    let medium = format!("{} {}", sealed.medium.kind, sealed.medium.number);
    let opens = match &sealed.ticket {
        Some(ticket) => format!(
            "{asked}、チケット（{}.ticket）を送付します。封印ファイル（{}.fuin）とともに、ビューア（fuin.html）で開き、",
            sealed.bundle_id, ticket.of
        ),
        None => format!("{asked}、下記のとおり画像を提供します。ビューア（fuin.html）をブラウザで開き、"),
    };
    let ticket_of = sealed.ticket.as_ref().map(|ticket| row("封印ファイルの管理番号", ticket.of.to_string()));
    view! {
        <article class="sheet tight letter" id="sheet">
            <p class="sheet-date">"　　　　第　　　　号"</p>
            {head(
                &disclosure.sealed_at.day().wareki(),
                &addressee,
                "様",
                "防犯カメラ画像の提供について（回答）",
                Some(&from),
            )}
            <p class="sheet-from">"（公印省略）"</p>
            <p>{opens} "別に送る合言葉を入れて御覧ください。"</p>
            <table>
                <tbody>
                    {row("管理番号", sealed.bundle_id.to_string())} {ticket_of}
                    {row("照会文書", request.document_number.clone())}
                    {row("視聴する者", sealed.recipient.line())}
                    {row("提供する画像の範囲", case.provided_range().join("\n"))}
                    {row("ファイルと実際の範囲", files)}
                    {row("媒体", medium)}
                    {row("閲覧できる期間", period(sealed))} {row("返却期限", disclosure.due.wareki())}
                    {row("提供元の確認の言葉", words.to_owned())}
                    {viewer.map(|sha256| row("ビューアの SHA-256", sha256.to_owned()))}
                    {row("問合せ先", office.contact.clone())}
                </tbody>
            </table>
            <p>
                "ビューアに出る6つの語が上の確認の言葉と同じことを確かめてください。"
                "違うときは開かず、問合せ先へ御連絡ください。"
            </p>
            <p>
                "ビューアに映る画像には、管理番号・日時・見る人・提供先の透かしと、目に見えない閲覧番号の模様が入ります。"
                "出回った画像の模様からは、どの閲覧の画像かが分かります。だれが画面を撮ったかまでは分かりません。"
            </p>
            <p>
                "利用の目的を達した後は、速やかに、ビューアの「返却・消去の手続」で報告書を作成し、媒体とともに返却してください。"
            </p>
        </article>
    }
}

/// 合言葉の別紙.
pub fn passphrase(office: &OfficeLabel, disclosure: &Disclosure, passphrase: &str) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    view! {
        <article class="sheet" id="sheet">
            {letter_head(office, disclosure, "合言葉（パスワード）について（通知）　親展")}
            <p>
                "媒体とは別に送ります。電話で伝えるときは4桁ずつ読み上げてください。"
            </p>
            <table>
                <tbody>
                    {row("管理番号", sealed.bundle_id.to_string())} <tr>
                        <th scope="row">"合言葉"</th>
                        <td class="code-cell">
                            <span class="mono" id="passphrase-words">
                                {passphrase.to_owned()}
                            </span>
                        </td>
                    </tr> {row("有効期限", format!("{}まで", sealed.not_after.day().wareki()))}
                </tbody>
            </table>
            <p>
                "この紙は媒体と別に保管し、利用の目的を達した後は、速やかに細断してください。"
            </p>
        </article>
    }
}

/// 開き方: what the recipient does, on one page.
pub fn how_to(office: &OfficeLabel, disclosure: &Disclosure) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    let steps = [
        "媒体をパソコンに挿し、中の fuin.html をダブルクリックします。Microsoft Edge、Google Chrome、Firefox の新しい版で\
         開きます。インターネットにつながなくても使えます。パソコンへのインストールは要りません。"
            .to_owned(),
        format!("「封印ファイル（.fuin）を選ぶ」を押し、同じ媒体の {}.fuin を選びます。", sealed.bundle_id),
        "別に届いた合言葉（数字24桁）を入れて「開く」を押します。空白やハイフンは、あってもなくても構いません。".to_owned(),
        "提供元の確認の言葉（6つの語）が、送付書と同じことを確かめます。違うときは開かず、問合せ先へ電話してください。"
            .to_owned(),
        "遵守事項を読み、見る方の職氏名を入れて「遵守して閲覧を始める」を押します。".to_owned(),
        "再生は画面を押すか、スペースキー。コマ送りは「,」と「.」、5秒ずつは「←」と「→」。「全画面」で大きく、「上映」で\
         映像だけになります。気になる所は「しおり」に残せます。"
            .to_owned(),
        format!(
            "見終わったら、{}までに「見終わったら」から報告をつくり、ファイル・用紙・電話のどれかで提供元へ知らせ、媒体を\
             返却してください。",
            disclosure.due.wareki()
        ),
    ];
    let lines = [
        ("「合言葉が違います」と出る", "別紙の数字を、もう一度4桁ずつ確かめてください。"),
        ("「このブラウザは…」と出る", "Edge、Chrome、Firefox のどれかで fuin.html を開き直してください。"),
        (
            "「期間の外です」と出る",
            "パソコンの日付を確かめてください。正しければ、期限を延ばせるか提供元へ問い合わせてください。",
        ),
        ("動きが遅い、映らない", "ほかのパソコンで試してください。開いても、媒体の中身は変わりません。"),
    ];
    view! {
        <article class="sheet" id="sheet">
            {letter_head(office, disclosure, "映像の開き方")}
            <ol class="how-to">{steps.map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
            <h3>"困ったとき"</h3>
            <table>
                <tbody>{lines.map(|(what, then)| row(what, then.to_owned())).collect_view()}</tbody>
            </table>
            <p>"問合せ先　" {office.name.clone()} "　" {office.contact.clone()}</p>
        </article>
    }
}

/// ハッシュ票.
pub fn hashes(office: &OfficeLabel, disclosure: &Disclosure) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    let rows = sealed.clips.iter().map(|clip| {
        let short: String = clip.sha256.chars().take(8).collect();
        view! {
            <tr>
                <td>{clip.file_name.clone()}</td>
                <td class="number">{clip.bytes.to_string()}</td>
                <td class="mono hash">{clip.sha256.clone()}</td>
                <td class="mono">{short}</td>
            </tr>
        }
    });
    view! {
        <article class="sheet" id="sheet">
            {letter_head(office, disclosure, "ハッシュ票")}
            <p>"管理番号 " {sealed.bundle_id.to_string()}</p>
            <table class="grid hashes">
                <colgroup>{(0..4).map(|_| view! { <col /> }).collect_view()}</colgroup>
                <thead>
                    <tr>
                        <th>"ファイル"</th>
                        <th>"バイト"</th>
                        <th>"SHA-256"</th>
                        <th>"照合番号（先頭8桁）"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <p>
                "原本の SHA-256（FIPS 180-4）です。取り出したファイルに sha256sum を用いると、同じ値になります。"
            </p>
        </article>
    }
}

/// 受領書.
pub fn delivery(office: &OfficeLabel, disclosure: &Disclosure) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    let clips = sealed.clips.iter().map(|clip| {
        format!("{}（SHA-256 {}…）", clip.file_name, clip.sha256.chars().take(8).collect::<String>())
    });
    let clips = clips.collect::<Vec<_>>().join("\n");
    view! {
        <article class="sheet" id="sheet">
            {head(&blank_date(), &office.name, "宛て", "受領書", None)}
            <p>"次の画像を受領しました。"</p>
            <table>
                <tbody>
                    {row("受領日時", format!("{}　午前・午後　　時　　分", blank_date()))}
                    {row("管理番号", sealed.bundle_id.to_string())}
                    {row(
                        "媒体・番号・数量",
                        format!("{}　{}　　　点", sealed.medium.kind, sealed.medium.number),
                    )} {row("ファイル", clips)}
                    {row(
                        "鍵の受領方法",
                        "□ 別紙　□ 電話　□ その他（　　　　　　）".to_owned(),
                    )}
                    {row(
                        "確認",
                        "□ 開封できた　□ 再生できた　□ 確認の言葉が一致した".to_owned(),
                    )} <tr class="signed">
                        <th scope="row">"受領者（職氏名）"</th>
                        <td>{seal_box()}</td>
                    </tr> <tr class="signed">
                        <th scope="row">"交付者（職氏名）"</th>
                        <td>{seal_box()}</td>
                    </tr>
                </tbody>
            </table>
        </article>
    }
}

/// 発行課カード: what the office hands out about its key, once, before the first bundle.
pub fn card(office: &OfficeLabel, key: &PublicKey, jws: &str) -> impl IntoView + use<> {
    view! {
        <article class="sheet" id="sheet">
            {head(&clock::now().day().wareki(), "提供先", "各位", "提供元カード", Some(office))}
            <p>
                "この課が封印したファイルを開くと、ビューアに次の言葉が出ます。"
                "同じことを確かめてください。違うときは開かず、問合せ先へ御連絡ください。"
            </p>
            <table>
                <tbody>
                    {row("提供元（所管課）", office.name.clone())} {row("問合せ先", office.contact.clone())} <tr>
                        <th scope="row">"確認の言葉"</th>
                        <td class="code-cell">
                            {key.fingerprint_words()}<br />{key.fingerprint_words_latin()}
                        </td>
                    </tr> <tr>
                        <th scope="row">"鍵の識別番号（RFC 7638）"</th>
                        <td class="mono hash">{key.thumbprint()}</td>
                    </tr>
                </tbody>
            </table>
            <p>
                "次の QR には、署名された提供元カード（office-card.jws）がそのまま入っています。"
            </p>
            <div class="card-symbol">
                <Qr text=jws.to_owned() label="提供元カード" />
            </div>
        </article>
    }
}

/// 返却・消去報告書 for a recipient who reports on paper: filled in by hand, with the office's own side below.
pub fn return_report(office: &OfficeLabel, disclosure: &Disclosure) -> impl IntoView + use<> {
    let sealed = &disclosure.sealed;
    let given = disclosure.delivered_on().map_or_else(blank_date, fuin_core::Day::wareki);
    let kinds = "□ 返却　□ 消去　□ 廃棄　□ 継続保有・期限延長　□ 証拠として送致・引継ぎ　□ 一部返却　□ 紛失";
    view! {
        <article class="sheet" id="sheet">
            {head(&blank_date(), &office.name, "宛て", "返却・消去報告書", None)}
            <p>"提供を受けた画像について、次のとおり報告します。"</p>
            <table>
                <tbody>
                    {row("管理番号", sealed.bundle_id.to_string())} {row("提供日", given)}
                    {row("媒体・番号", format!("{}　{}", sealed.medium.kind, sealed.medium.number))}
                    {row("返却期限", disclosure.due.wareki())} {row("区分", kinds.to_owned())}
                    {row("実施日時", format!("{}　午前・午後　　時　　分", blank_date()))}
                    {row("方法", String::new())} {row("実施者・立会者", String::new())}
                    {row(
                        "複製の有無と処理",
                        "□ なし　□ あり（　　　　　　　　　　　　　　）".to_owned(),
                    )}
                    {row(
                        "印刷物の処理",
                        "□ なし　□ あり（　　　　　　　　　　　　　　）".to_owned(),
                    )} {row("残存理由・引継ぎ先", String::new())}
                    {row(
                        "報告番号（ビューアに出たとき）",
                        "□□□□-□□□□-□□□□-□□□□-□□□□".to_owned(),
                    )} <tr class="signed">
                        <th scope="row">"報告者（署名又は記名押印）"</th>
                        <td>{seal_box()}</td>
                    </tr>
                </tbody>
            </table>
            {office_side("提供元確認欄", ["確認日", "確認者", "媒体照合", "決裁"])}
        </article>
    }
}

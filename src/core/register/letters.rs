//! What a letter says before the office edits it: 回答, 不提供通知, 本人通知, 諮問, 督促, 紛失時の判断書, from what the
//! register knows.
//!
//! Entry point: [`draft_letter`]. Absent: what was issued ([`Letter`]), and layout.

use super::{
    case::{Case, Outcome},
    disclosure::{Disclosure, DisclosureStatus},
    register::Register,
};
use crate::{
    documents::ReviewField,
    ledger::{Letter, LetterKind, OpensWith},
    rules::RuleSet,
    text::Day,
};

/// Who writes.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// 発信者の職氏名.
    pub from: &'a str,
    /// 所管課 and its telephone.
    pub contact: &'a str,
}

/// Which letters a request can get as it stands.
pub fn letters_of(register: &Register, case: &Case, rules: &RuleSet) -> Vec<LetterKind> {
    let council = council_rule(case, rules).is_some();
    let disclosure = case.bundle(&register.disclosures);
    let outcome = case.outcome();
    let fits = |kind: &LetterKind| match kind {
        LetterKind::Answer => outcome.is_some_and(|outcome| outcome != Outcome::Refused),
        LetterKind::Refusal => outcome == Some(Outcome::Refused),
        LetterKind::SubjectNotice => case.given_on(&register.disclosures).is_some(),
        LetterKind::CouncilInquiry => council && outcome.is_none() && case.withdrawn.is_none(),
        LetterKind::CouncilReport => council && case.given_on(&register.disclosures).is_some(),
        LetterKind::Reminder => disclosure.is_some_and(|d| d.status.is_open()),
        LetterKind::LossJudgement => disclosure.is_some_and(Disclosure::was_lost),
    };
    LetterKind::ALL.iter().copied().filter(fits).collect()
}

/// The letter as this program would write it; the office may change every word.
pub fn draft_letter(
    kind: LetterKind,
    register: &Register,
    case: &Case,
    rules: &RuleSet,
    (sender, today): (Sender<'_>, Day),
) -> Letter {
    let disclosure = case.bundle(&register.disclosures);
    let applicant = &case.request.applicant;
    let addressee = if applicant.representative.trim().is_empty() {
        format!("{}　様", applicant.organization)
    } else {
        format!("{}　{}　様", applicant.organization, applicant.representative)
    };
    let (to, title, body) = match kind {
        LetterKind::Answer => (addressee, "防犯カメラ画像の提供について（回答）", answer(case, disclosure)),
        LetterKind::Refusal => (addressee, "防犯カメラ画像の提供について（回答）", refusal(case)),
        LetterKind::SubjectNotice => (
            "　　　　　　　様".to_owned(),
            "防犯カメラ画像の提供について（通知）",
            subject_notice(register, case, rules),
        ),
        LetterKind::CouncilInquiry => {
            ("審議会会長　様".to_owned(), "防犯カメラ画像の提供について（諮問）", inquiry(case, rules))
        }
        LetterKind::CouncilReport => (
            "審議会会長　様".to_owned(),
            "防犯カメラ画像の提供について（報告）",
            council_report(register, case),
        ),
        LetterKind::Reminder => {
            (addressee, "防犯カメラ画像の返却について（依頼）", reminder(register, case, (disclosure, today)))
        }
        LetterKind::LossJudgement => {
            ("（内部文書）".to_owned(), "記録媒体の紛失に関する判断について", judgement(register, disclosure))
        }
    };
    Letter {
        letter: kind,
        number: case.number,
        bundle_id: disclosure.map(|d| d.sealed.bundle_id.clone()),
        on: today,
        document_number: String::new(),
        to,
        from: sender.from.to_owned(),
        seal_omitted: true,
        title: title.to_owned(),
        body: format!("{body}\n\n問合せ先　{}", sender.contact),
    }
}

/// 「令和…付け…で照会のありました件について」.
fn reference(case: &Case) -> String {
    let request = &case.request;
    match (request.document_number.trim(), request.document_date) {
        ("", _) => format!("{}に申請のありました件について", request.received_on.wareki()),
        (number, Some(day)) => format!("{}付け{number}で照会のありました件について", day.wareki()),
        (number, None) => format!("{number}で照会のありました件について"),
    }
}

/// The article of the question about a council that the rules ask under this ground.
fn council_rule<'a>(case: &Case, rules: &'a RuleSet) -> Option<&'a str> {
    let asked = rules.review.iter().filter(|review| review.applies(&case.request.ground));
    asked.filter(|review| review.field == ReviewField::Council).map(|review| &*review.article).next()
}

fn list(items: &[(&str, String)]) -> String {
    let shown = items.iter().filter(|(_, words)| !words.trim().is_empty());
    let lines = shown.zip(1..).map(|((what, words), n)| format!("{n}　{what}　　{words}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn answer(case: &Case, disclosure: Option<&Disclosure>) -> String {
    let provides = case.provides();
    let (how, reason) = match case.outcome() {
        Some(Outcome::Partly) => {
            let reason = case.decision.as_ref().map(|decision| decision.reason.clone()).unwrap_or_default();
            ("、下記のとおり一部を提供します。", reason)
        }
        _ => ("、下記のとおり画像を提供します。", String::new()),
    };
    let medium = disclosure.map(|d| format!("{} {}", d.sealed.medium.kind, d.sealed.medium.number));
    let facts = [
        ("提供する画像の範囲", case.provided_range().join("\n　　　　　　　　　")),
        ("提供方法", provides.delivery_method),
        ("記録媒体", medium.unwrap_or_default()),
        ("管理番号", disclosure.map(|d| d.sealed.bundle_id.to_string()).unwrap_or_default()),
        ("返却期限", disclosure.map(|d| d.due.wareki()).unwrap_or_default()),
        ("一部を提供しない理由", reason),
    ];
    format!("{}{how}\n\n記\n\n{}", reference(case), list(&facts))
}

fn refusal(case: &Case) -> String {
    let decision = case.decision.as_ref();
    let facts = [
        ("照会のあった画像の範囲", case.request.range_text()),
        ("提供しない理由", decision.map(|decision| decision.reason.clone()).unwrap_or_default()),
        ("決定した日", decision.map(|decision| decision.at.day().wareki()).unwrap_or_default()),
    ];
    format!(
        "{}、下記の理由により提供しないこととしましたので、通知します。\n\n記\n\n{}",
        reference(case),
        list(&facts)
    )
}

fn subject_notice(register: &Register, case: &Case, rules: &RuleSet) -> String {
    let ground = rules.ground(&case.request.ground);
    let facts = [
        ("提供した画像の範囲", case.really_provided(&register.disclosures).join("、")),
        ("提供先", case.request.recipient().organization),
        ("提供の根拠", ground.map(|g| format!("{} {}", rules.title, g.article)).unwrap_or_default()),
        ("提供の目的", case.request.purpose.clone()),
    ];
    format!(
        "あなたが撮影された防犯カメラの画像を、下記のとおり目的外に提供しましたので、通知します。\n\n記\n\n{}",
        list(&facts)
    )
}

fn inquiry(case: &Case, rules: &RuleSet) -> String {
    let article = council_rule(case, rules).unwrap_or_default();
    let facts = [
        ("照会者", case.request.asked_by().organization),
        ("根拠", case.request.basis_text()),
        ("画像の範囲", case.request.range_text()),
        ("利用目的", case.request.purpose.clone()),
        ("提供方法", case.request.delivery_method.clone()),
    ];
    format!(
        "下記の画像を提供することについて、{}（{article}）の規定により、意見を求めます。\n\n記\n\n{}",
        rules.title,
        list(&facts)
    )
}

fn council_report(register: &Register, case: &Case) -> String {
    let given = case.given_on(&register.disclosures).map(Day::wareki).unwrap_or_default();
    let review = &case.request.review;
    let facts = [
        ("提供日", given),
        ("提供先", case.request.recipient().organization),
        ("提供した画像の範囲", case.really_provided(&register.disclosures).join("、")),
        ("意見の日", review.council_on.map(Day::wareki).unwrap_or_default()),
        ("意見の内容", review.council.clone()),
    ];
    format!(
        "先に意見を聴いた件について、下記のとおり画像を提供しましたので、報告します。\n\n記\n\n{}",
        list(&facts)
    )
}

fn reminder(register: &Register, case: &Case, (disclosure, today): (Option<&Disclosure>, Day)) -> String {
    let Some(d) = disclosure else { return String::new() };
    let late = today.days_since(d.due);
    let state = match late {
        ..=0 => format!("返却期限（{}）が近づいています。", d.due.wareki()),
        _ => format!("返却期限（{}）を{late}日経過しています。", d.due.wareki()),
    };
    let facts = [
        ("管理番号", d.sealed.bundle_id.to_string()),
        ("提供した画像の範囲", case.really_provided(&register.disclosures).join("、")),
        ("記録媒体", format!("{} {}", d.sealed.medium.kind, d.sealed.medium.number)),
        ("返却期限", d.due.wareki()),
    ];
    format!(
        "下記の画像は、{state}利用の目的を達した後は、速やかに返却又は消去の報告をお願いします。\
         引き続き必要な場合は、その理由と期間を申し出てください。\n\n記\n\n{}",
        list(&facts)
    )
}

/// Cipher and key separation are facts; what follows from them is the office's to judge.
fn judgement(register: &Register, disclosure: Option<&Disclosure>) -> String {
    let Some(d) = disclosure else { return String::new() };
    let by_key = d.sealed.slots.iter().any(|slot| slot.opens_with == OpensWith::RecipientKey);
    let opens = match by_key {
        true => "合言葉（別送）又は受領者の端末の鍵",
        false => "合言葉（別送）",
    };
    let incident = register
        .counted_incidents()
        .find(|incident| incident.what.bundle_id.as_ref() == Some(&d.sealed.bundle_id))
        .map(|incident| &incident.what);
    let law = "個人情報の保護に関する法律第68条：委員会への報告及び本人への通知";
    let found = if d.status == DisclosureStatus::Lost {
        "発見されていない"
    } else {
        "その後の報告あり"
    };
    let facts = [
        (
            "管理番号・媒体",
            format!("{}　{} {}", d.sealed.bundle_id, d.sealed.medium.kind, d.sealed.medium.number),
        ),
        (
            "発生日・場所",
            incident.map(|i| format!("{} {} {}", i.on.wareki(), i.time, i.place)).unwrap_or_default(),
        ),
        ("概要", incident.map(|i| i.what.clone()).unwrap_or_default()),
        ("暗号化（事実）", "画像は AES-256-GCM で暗号化され、媒体だけでは開くことができない。".to_owned()),
        ("鍵の分離（事実）", format!("開くには{opens}が必要であり、媒体には入っていない。")),
        ("鍵の所在", "□ 媒体と別に保管されていた　□ 媒体と一緒に失われた　□ 不明".to_owned()),
        ("現在の状況", found.to_owned()),
        ("漏えいのおそれ", "□ ない　□ ある（理由：　　　　　　　　　　　　　　）".to_owned()),
        ("報告の要否", format!("□ 要　□ 不要（{law}）")),
    ];
    format!(
        "下記の事実に基づき判断する。判断は課が行う（このプログラムは事実だけを示す）。\n\n記\n\n{}",
        list(&facts)
    )
}

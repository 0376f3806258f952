//! What a letter says before anybody edits it: 回答, 不提供通知, 本人通知, 諮問, 督促, 紛失時の判断書, by the text that the
//! office set or else by the one of this program, with what the register knows in its places.
//!
//! Entry points: [`letters_of`], [`draft_letter`]. Absent: what stands in a place (`letter_places`), what was issued
//! ([`Letter`]), and layout.

use super::{
    case::{Case, Outcome},
    disclosure::Disclosure,
    letter_places::{About, council_rule, fill},
    register::Register,
};
use crate::{
    ledger::{Letter, LetterKind},
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
    let council = council_rule(&case.request, rules).is_some();
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

/// 件名 and text of a letter: as the office set them, or as this program has them.
pub fn letter_text(kind: LetterKind, register: &Register) -> (String, String) {
    let own = register.letter_texts.get(&kind).filter(|(_, body)| !body.trim().is_empty());
    own.cloned().unwrap_or_else(|| {
        let (title, body) = usual_text(kind);
        (title.to_owned(), body.to_owned())
    })
}

/// The letter before anybody edits it; the office may change every word.
pub fn draft_letter(
    kind: LetterKind,
    register: &Register,
    case: &Case,
    rules: &RuleSet,
    (sender, today): (Sender<'_>, Day),
) -> Letter {
    let disclosure = case.bundle(&register.disclosures);
    let applicant = &case.request.applicant;
    let to = match kind {
        LetterKind::SubjectNotice => "　　　　　　　様".to_owned(),
        LetterKind::CouncilInquiry | LetterKind::CouncilReport => "審議会会長　様".to_owned(),
        LetterKind::LossJudgement => "（内部文書）".to_owned(),
        LetterKind::Answer | LetterKind::Refusal | LetterKind::Reminder => {
            let representative = Some(applicant.representative.trim()).filter(|name| !name.is_empty());
            let representative = representative.map(|name| format!("　{name}")).unwrap_or_default();
            format!("{}{representative}　様", applicant.organization)
        }
    };
    let (title, text) = letter_text(kind, register);
    let known = About { register, case, rules, disclosure, contact: sender.contact, today };
    Letter {
        letter: kind,
        number: case.number,
        bundle_id: disclosure.map(|d| d.sealed.bundle_id.clone()),
        on: today,
        document_number: String::new(),
        to,
        from: sender.from.to_owned(),
        seal_omitted: true,
        title,
        body: fill(&text, kind, &known),
    }
}

/// 件名 and text, where the office set none.
fn usual_text(kind: LetterKind) -> (&'static str, &'static str) {
    match kind {
        LetterKind::Answer => (
            "防犯カメラ画像の提供について（回答）",
            "｛照会｝、下記のとおり｛提供するもの｝提供します。\n\n記\n\n｛一覧｝\n\n問合せ先　｛問合せ先｝",
        ),
        LetterKind::Refusal => (
            "防犯カメラ画像の提供について（回答）",
            "｛照会｝、下記の理由により提供しないこととしましたので、通知します。\n\n記\n\n｛一覧｝\n\n\
             問合せ先　｛問合せ先｝",
        ),
        LetterKind::SubjectNotice => (
            "防犯カメラ画像の提供について（通知）",
            "あなたが撮影された防犯カメラの画像を、下記のとおり目的外に提供しましたので、通知します。\n\n記\n\n\
             ｛一覧｝\n\n問合せ先　｛問合せ先｝",
        ),
        LetterKind::CouncilInquiry => (
            "防犯カメラ画像の提供について（諮問）",
            "下記の画像を提供することについて、｛規程｝（｛審議会の条項｝）の規定により、意見を求めます。\n\n記\n\n\
             ｛一覧｝\n\n問合せ先　｛問合せ先｝",
        ),
        LetterKind::CouncilReport => (
            "防犯カメラ画像の提供について（報告）",
            "先に意見を聴いた件について、下記のとおり画像を提供しましたので、報告します。\n\n記\n\n｛一覧｝\n\n\
             問合せ先　｛問合せ先｝",
        ),
        LetterKind::Reminder => (
            "防犯カメラ画像の返却について（依頼）",
            "下記の画像は、｛期限の状況｝利用の目的を達した後は、速やかに返却又は消去の報告をお願いします。\
             引き続き必要な場合は、その理由と期間を申し出てください。\n\n記\n\n｛一覧｝\n\n問合せ先　｛問合せ先｝",
        ),
        LetterKind::LossJudgement => (
            "記録媒体の紛失に関する判断について",
            "下記の事実に基づき判断する。判断は課が行う（このプログラムは事実だけを示す）。\n\n記\n\n｛一覧｝\n\n\
             問合せ先　｛問合せ先｝",
        ),
    }
}

//! What stands in the places of a letter's text: 「｛管理番号｝」 becomes the number, 「｛一覧｝」 the numbered list of what the
//! letter is about.
//!
//! Entry points: [`letter_places`], [`unknown_place`], [`fill`]. Absent: the texts (`letters`).

use super::{
    case::{Case, Outcome},
    disclosure::{Disclosure, DisclosureStatus},
    register::Register,
};
use crate::{
    documents::{Request, ReviewField},
    ledger::{Incident, LetterKind, OpensWith},
    rules::RuleSet,
    text::Day,
};

/// The list of what a letter is about.
const LIST: &str = "一覧";

/// What a letter can be about.
pub(super) struct About<'a> {
    pub register: &'a Register,
    pub case: &'a Case,
    pub rules: &'a RuleSet,
    pub disclosure: Option<&'a Disclosure>,
    pub contact: &'a str,
    pub today: Day,
}

/// One thing that is filled in: what it is called, and what it is; empty where there is none.
type Place = (&'static str, fn(&About<'_>) -> String);

/// Everything that a text may have in it, in any letter.
const ANYWHERE: [Place; 14] = [
    ("照会", |known| known.case.request.reference()),
    ("問合せ先", |known| known.contact.to_owned()),
    ("規程", |known| known.rules.title.clone()),
    ("照会者", |known| known.case.request.asked_by().organization),
    ("提供先", |known| known.case.request.recipient().organization),
    ("根拠", |known| known.case.request.basis_text()),
    ("利用目的", |known| known.case.request.purpose.clone()),
    ("受付番号", |known| known.case.label()),
    ("決定日", |known| {
        known.case.decision.as_ref().map(|decision| decision.at.day().wareki()).unwrap_or_default()
    }),
    ("決定の理由", |known| {
        known.case.decision.as_ref().map(|decision| decision.reason.clone()).unwrap_or_default()
    }),
    ("管理番号", |known| known.of_bundle(|d| d.sealed.bundle_id.to_string())),
    ("記録媒体", |known| {
        known.of_bundle(|d| format!("{} {}", d.sealed.medium.kind, d.sealed.medium.number))
    }),
    ("返却期限", |known| known.of_bundle(|d| d.due.wareki())),
    ("期限の状況", |known| known.of_bundle(|d| due_state(d.due, known.today))),
];

/// What stands in the list of each letter, in its order; it may stand in the text too.
fn listed(kind: LetterKind) -> &'static [Place] {
    match kind {
        LetterKind::Answer => &[
            ("提供する画像の範囲", |known| known.case.provided_range().join("\n　　　　　　　　　")),
            ("提供方法", |known| known.case.provides().delivery_method),
            ("記録媒体", |known| value("記録媒体", known)),
            ("管理番号", |known| value("管理番号", known)),
            ("返却期限", |known| value("返却期限", known)),
            ("一部を提供しない理由", |known| match known.case.outcome() {
                Some(Outcome::Partly) => value("決定の理由", known),
                _ => String::new(),
            }),
        ],
        LetterKind::Refusal => &[
            ("照会のあった画像の範囲", |known| known.case.request.range_text()),
            ("提供しない理由", |known| value("決定の理由", known)),
            ("決定した日", |known| value("決定日", known)),
        ],
        LetterKind::SubjectNotice => &[
            ("提供した画像の範囲", provided),
            ("提供先", |known| value("提供先", known)),
            ("提供の根拠", |known| {
                let ground = known.rules.ground(&known.case.request.ground);
                ground.map(|g| format!("{} {}", known.rules.title, g.article)).unwrap_or_default()
            }),
            ("提供の目的", |known| value("利用目的", known)),
        ],
        LetterKind::CouncilInquiry => &[
            ("照会者", |known| value("照会者", known)),
            ("根拠", |known| value("根拠", known)),
            ("画像の範囲", |known| known.case.request.range_text()),
            ("利用目的", |known| value("利用目的", known)),
            ("提供方法", |known| known.case.request.delivery_method.clone()),
        ],
        LetterKind::CouncilReport => &[
            ("提供日", |known| {
                known.case.given_on(&known.register.disclosures).map(Day::wareki).unwrap_or_default()
            }),
            ("提供先", |known| value("提供先", known)),
            ("提供した画像の範囲", provided),
            ("意見の日", |known| {
                known.case.request.review.council_on.map(Day::wareki).unwrap_or_default()
            }),
            ("意見の内容", |known| known.case.request.review.council.clone()),
        ],
        LetterKind::Reminder => &[
            ("管理番号", |known| value("管理番号", known)),
            ("提供した画像の範囲", provided),
            ("記録媒体", |known| value("記録媒体", known)),
            ("返却期限", |known| value("返却期限", known)),
        ],
        LetterKind::LossJudgement => &LOSS,
    }
}

/// Cipher and key separation are facts; what follows from them is the office's to judge.
const LOSS: [Place; 9] = [
    ("管理番号・媒体", |known| {
        known.of_bundle(|d| {
            format!("{}　{} {}", d.sealed.bundle_id, d.sealed.medium.kind, d.sealed.medium.number)
        })
    }),
    ("発生日・場所", |known| {
        known.of_incident(|i| format!("{} {} {}", i.on.wareki(), i.time, i.place))
    }),
    ("概要", |known| known.of_incident(|i| i.what.clone())),
    ("暗号化（事実）", |_| {
        "画像は AES-256-GCM で暗号化され、媒体だけでは開くことができない。".to_owned()
    }),
    ("鍵の分離（事実）", |known| {
        let by_key =
            |d: &Disclosure| d.sealed.slots.iter().any(|slot| slot.opens_with == OpensWith::RecipientKey);
        let opens = match known.disclosure.is_some_and(by_key) {
            true => "合言葉（別送）又は受領者の端末の鍵",
            false => "合言葉（別送）",
        };
        format!("開くには{opens}が必要であり、媒体には入っていない。")
    }),
    ("鍵の所在", |_| "□ 媒体と別に保管されていた　□ 媒体と一緒に失われた　□ 不明".to_owned()),
    ("現在の状況", |known| {
        let is_lost = known.disclosure.is_some_and(|d| d.status == DisclosureStatus::Lost);
        if is_lost { "発見されていない" } else { "その後の報告あり" }.to_owned()
    }),
    ("漏えいのおそれ", |_| "□ ない　□ ある（理由：　　　　　　　　　　　　　　）".to_owned()),
    ("報告の要否", |_| {
        "□ 要　□ 不要（個人情報の保護に関する法律第68条：委員会への報告及び本人への通知）".to_owned()
    }),
];

/// What stands only in the running text of one letter.
fn of_text(kind: LetterKind) -> &'static [Place] {
    match kind {
        LetterKind::Answer => &[("提供するもの", |known| match known.case.outcome() {
            Some(Outcome::Partly) => "一部を".to_owned(),
            _ => "画像を".to_owned(),
        })],
        LetterKind::CouncilInquiry => &[("審議会の条項", |known| {
            council_rule(&known.case.request, known.rules).unwrap_or_default().to_owned()
        })],
        LetterKind::Refusal
        | LetterKind::SubjectNotice
        | LetterKind::CouncilReport
        | LetterKind::Reminder
        | LetterKind::LossJudgement => &[],
    }
}

impl About<'_> {
    fn of_bundle(&self, says: impl Fn(&Disclosure) -> String) -> String {
        self.disclosure.map(says).unwrap_or_default()
    }

    fn of_incident(&self, says: impl Fn(&Incident) -> String) -> String {
        let id = self.disclosure.map(|d| &d.sealed.bundle_id);
        let incident =
            self.register.counted_incidents().find(|incident| incident.what.bundle_id.as_ref() == id);
        incident.filter(|_| id.is_some()).map(|incident| says(&incident.what)).unwrap_or_default()
    }
}

/// What may stand in braces in the text of a letter.
pub fn letter_places(kind: LetterKind) -> impl Iterator<Item = &'static str> {
    let own = listed(kind).iter().chain(of_text(kind));
    let is_new = move |(name, _): &&Place| !listed(kind).iter().any(|(known, _)| known == name);
    [LIST].into_iter().chain(own.chain(ANYWHERE.iter().filter(is_new)).map(|(name, _)| *name))
}

/// The first place in a text that nothing fills in.
pub(super) fn unknown_place(text: &str, kind: LetterKind) -> Option<String> {
    let in_braces = text.split('｛').skip(1).filter_map(|rest| rest.split_once('｝'));
    let mut names = in_braces.map(|(name, _)| name);
    names.find(|name| !letter_places(kind).any(|known| known == *name)).map(str::to_owned)
}

/// A text with what is known in its places.
pub(super) fn fill(text: &str, kind: LetterKind, known: &About<'_>) -> String {
    let mut parts = text.split('｛');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let place = part.split_once('｝').and_then(|(name, rest)| Some((said(name, kind, known)?, rest)));
        match place {
            Some((said, rest)) => filled.extend([&said, rest]),
            None => filled.extend(["｛", part]),
        }
    }
    filled
}

/// Those of a letter's own kind first: there a name may say more.
fn places(kind: LetterKind) -> impl Iterator<Item = &'static Place> {
    listed(kind).iter().chain(of_text(kind)).chain(&ANYWHERE)
}

fn said(name: &str, kind: LetterKind, known: &About<'_>) -> Option<String> {
    if name == LIST {
        let said = listed(kind).iter().map(|(what, says)| (what, says(known)));
        let lines = said.filter(|(_, words)| !words.trim().is_empty()).zip(1..);
        let lines = lines.map(|((what, words), n)| format!("{n}　{what}　　{words}"));
        return Some(lines.collect::<Vec<_>>().join("\n"));
    }
    places(kind).find(|(known, _)| *known == name).map(|(_, says)| says(known))
}

/// What stands in a place that every letter has.
fn value(name: &str, known: &About<'_>) -> String {
    ANYWHERE.iter().find(|(place, _)| *place == name).map(|(_, says)| says(known)).unwrap_or_default()
}

fn provided(known: &About<'_>) -> String {
    known.case.really_provided(&known.register.disclosures).join("、")
}

fn due_state(due: Day, today: Day) -> String {
    match today.days_since(due) {
        ..=0 => format!("返却期限（{}）が近づいています。", due.wareki()),
        late => format!("返却期限（{}）を{late}日経過しています。", due.wareki()),
    }
}

/// The article of the question about a council that the rules ask under this ground.
pub(super) fn council_rule<'a>(request: &Request, rules: &'a RuleSet) -> Option<&'a str> {
    let asked = rules.review.iter().filter(|review| review.applies(&request.ground));
    asked.filter(|review| review.field == ReviewField::Council).map(|review| &*review.article).next()
}

//! The books that an office keeps, by 年度: 提供記録簿, 運用状況記録簿, 事故記録簿, 媒体貸出簿. One table each, for
//! the screen, for A4 and for spreadsheets.
//!
//! Entry point: [`Book::table`]. Absent: layout, and the forms that a city prescribes.

use std::collections::BTreeMap;

use strum::{IntoStaticStr, VariantArray};

use super::{
    case::{Case, CaseState, Outcome},
    disclosure::{Disclosure, DisclosureStatus},
    register::{Recorded, Register},
};
use crate::{
    documents::{ReceiptKind, legal_basis_name},
    ledger::{Incident, Operation, OwedReport},
    rules::RuleSet,
    text::Day,
};

/// A book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Book {
    /// 提供記録簿: requests, what was decided, provided and returned.
    Disclosures,
    /// 運用状況記録簿.
    Operations,
    /// 事故記録簿.
    Incidents,
    /// 媒体貸出簿: who has which medium since when.
    Media,
    /// 年度締・廃棄記録簿: of all years.
    Years,
    /// 年度別・機関別・根拠別の件数, for a council that asks: this 年度 and the four before it.
    Statistics,
}

/// What stands in a book.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BookTable {
    /// The heads of the columns.
    pub heads: Vec<&'static str>,
    /// The rows. A cell may have several lines.
    pub rows: Vec<Vec<String>>,
    /// Of each row, the line of the ledger that says it, from 1, where one line says all of it.
    pub lines: Vec<Option<u64>>,
}

impl Book {
    /// All, in the order of the screen.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The title of the paper.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Disclosures => "画像提供記録簿",
            Self::Operations => "運用状況記録簿",
            Self::Incidents => "事故記録簿",
            Self::Media => "媒体貸出簿",
            Self::Years => "年度締・廃棄記録簿",
            Self::Statistics => "年度別・機関別・根拠別の件数",
        }
    }

    /// What stands in it of the 年度 that began in this Gregorian year; of all years, without one.
    pub fn table(self, register: &Register, rules: &RuleSet, year: Option<i32>) -> BookTable {
        match self {
            Self::Disclosures => disclosures(register, rules, year),
            Self::Operations => operations(register, year),
            Self::Incidents => incidents(register, year),
            Self::Media => media(register, year),
            Self::Years => years(register),
            Self::Statistics => statistics(register, year),
        }
    }
}

impl BookTable {
    /// The same with fewer columns, for paper: cells that belong together stand in one, line by line.
    pub fn for_paper(&self, book: Book) -> Self {
        let groups: &[(&'static str, &[usize])] = match book {
            Book::Disclosures => &DISCLOSURES_ON_PAPER,
            Book::Operations | Book::Incidents | Book::Media | Book::Years | Book::Statistics => {
                return self.clone();
            }
        };
        let join = |row: &Vec<String>, columns: &[usize]| {
            lines(columns.iter().filter_map(|column| on_paper(row, *column)))
        };
        let rows = self.rows.iter().map(|row| groups.iter().map(|(_, columns)| join(row, columns)).collect());
        let heads = groups.iter().map(|(head, _)| *head).collect();
        Self { heads, rows: rows.collect(), lines: self.lines.clone() }
    }

    fn of<const N: usize>(
        heads: [&'static str; N],
        rows: impl Iterator<Item = (Option<u64>, [String; N])>,
    ) -> Self {
        let (lines, rows) = rows.map(|(line, row)| (line, Vec::from(row))).unzip();
        Self { heads: heads.to_vec(), rows, lines }
    }

    /// For spreadsheets: the heads, then the rows.
    pub fn for_csv(&self) -> Vec<Vec<String>> {
        let heads = self.heads.iter().map(|head| (*head).to_owned()).collect();
        std::iter::once(heads).chain(self.rows.iter().cloned()).collect()
    }
}

/// Whether a day is in the 年度 that began in this Gregorian year.
fn is_of(day: Day, year: Option<i32>) -> bool {
    year.is_none_or(|year| day.fiscal_year() == year)
}

/// A cell of the 提供記録簿 as it stands on A4: of the ground its article, and what files cover where there are files.
fn on_paper(row: &[String], column: usize) -> Option<String> {
    const GROUND: usize = 4;
    const PROVIDED: usize = 16;
    const FILES: usize = 21;
    let cell = row.get(column)?;
    match column {
        GROUND => Some(cell.split('（').next().unwrap_or_default().to_owned()),
        PROVIDED if row.get(FILES).is_some_and(|files| !files.is_empty()) => None,
        _ => Some(cell.clone()),
    }
}

/// Which columns of the 提供記録簿 stand together on A4.
const DISCLOSURES_ON_PAPER: [(&str, &[usize]); 10] = [
    ("受付番号・受付日", &[0, 1]),
    ("照会者・視聴する者", &[2, 3]),
    ("根拠・文書", &[4, 5, 6, 7]),
    ("利用目的・審査", &[8, 10]),
    ("申請のあった範囲", &[9]),
    ("可否・決定", &[12, 13, 14, 15]),
    ("提供した範囲・ファイル", &[16, 21]),
    ("方法・媒体・管理番号", &[17, 20, 18]),
    ("提供日時・返却期限・報告", &[22, 23, 24]),
    ("状態・備考", &[25, 26, 27, 11]),
];

fn lines(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

fn disclosures(register: &Register, rules: &RuleSet, year: Option<i32>) -> BookTable {
    let heads = [
        "受付番号",
        "申請受付日",
        "照会者",
        "視聴する者",
        "規程の区分",
        "根拠法令",
        "文書番号",
        "文書の日付",
        "利用目的",
        "申請のあった範囲",
        "審査",
        "誓約書",
        "可否",
        "決定日",
        "決定者",
        "理由",
        "提供した範囲",
        "提供方法",
        "管理番号",
        "封印日時",
        "媒体",
        "ファイルと実際の範囲",
        "提供日時",
        "返却期限",
        "報告",
        "完了・状態",
        "提供報告",
        "訂正・取下げ",
    ];
    let of_year = |case: &&Case| is_of(case.recorded_at.day(), year);
    let cases = register.cases.values().filter(of_year);
    BookTable::of(heads, cases.map(|case| (None, disclosure_row(register, rules, case))))
}

fn disclosure_row(register: &Register, rules: &RuleSet, case: &Case) -> [String; 28] {
    let request = &case.request;
    let disclosures: Vec<&Disclosure> =
        case.bundles.iter().filter_map(|id| register.disclosures.get(id)).collect();
    let each = |what: &dyn Fn(&Disclosure) -> String| lines(disclosures.iter().map(|d| what(d)));
    let decision = case.decision.as_ref();
    let ground = rules.ground(&request.ground);
    let ground = ground.map_or(request.ground.clone(), |g| format!("{}（{}）", g.article, g.text));
    let undertaking = request.undertaking.as_ref();
    let undertaking = undertaking.map(|u| format!("{} {}", u.submitted_on.wareki(), u.signed_by));
    let provided = case.really_provided(&register.disclosures);
    let is_provided = !provided.is_empty();
    let provides = case.provides();
    let given = disclosures.iter().filter_map(|d| Some(format!("{} 受領", d.delivered_on()?.wareki())));
    let watched =
        case.provisions.iter().map(|p| format!("{} {} {} {}", p.on.wareki(), p.to, p.place, p.note));
    [
        case.label(),
        request.received_on.wareki(),
        request.asked_by().line(),
        request.watched_by.as_ref().map(|watcher| watcher.line()).unwrap_or_default(),
        ground,
        request.basis_text(),
        request.document_number.clone(),
        request.document_date.map(Day::wareki).unwrap_or_default(),
        request.purpose.clone(),
        lines(request.range.iter().map(|range| range.line())),
        lines(request.review.answers().map(|(about, answer)| format!("{about}：{answer}"))),
        undertaking.unwrap_or_default(),
        case.outcome().map(|outcome| outcome.japanese().to_owned()).unwrap_or_default(),
        decision.map(|d| d.at.day().wareki()).unwrap_or_default(),
        decision.map(|d| d.by.clone()).unwrap_or_default(),
        decision.map(|d| d.reason.clone()).unwrap_or_default(),
        lines(provided),
        if is_provided { provides.delivery_method } else { String::new() },
        each(&|d| d.sealed.bundle_id.to_string()),
        each(&|d| d.sealed_at.wareki()),
        each(&|d| format!("{} {}", d.sealed.medium.kind, d.sealed.medium.number)),
        each(&|d| lines(d.sealed.clips.iter().map(|c| format!("{}（{}）", c.file_name, c.range_line())))),
        lines(given.chain(watched)),
        each(&|d| {
            let extended = if d.extensions.is_empty() { "" } else { "（延長）" };
            format!("{}{extended}", d.due.wareki())
        }),
        each(&|d| lines(d.receipts.iter().map(|(kind, on)| format!("{} {}", on.wareki(), kind.japanese())))),
        if disclosures.is_empty() {
            state_of(register, case)
        } else {
            each(&|d| d.status.japanese().to_owned())
        },
        case.reported_on.map(Day::wareki).unwrap_or_default(),
        lines(history(case)),
    ]
}

fn state_of(register: &Register, case: &Case) -> String {
    let word = match case.state(&register.disclosures) {
        CaseState::Review => "審査中",
        CaseState::Granted => "提供待ち",
        CaseState::Refused => "提供不可",
        CaseState::Withdrawn => "取下げ",
        CaseState::Provided | CaseState::Sealed => "提供済",
    };
    word.to_owned()
}

/// 訂正, 再審査 and 取下げ in words.
fn history(case: &Case) -> Vec<String> {
    let corrected = case.corrections.iter().flat_map(|correction| {
        correction.differences.iter().map(|d| {
            let day = correction.at.day().wareki();
            format!("{day}訂正 {}「{}」→「{}」（{}）", d.field, d.old, d.new, correction.reason)
        })
    });
    let set_aside = case.set_aside.iter().map(|decision| {
        let word = if decision.granted { "可" } else { "不可" };
        format!("{}の決定（{word}、{}）は改められた", decision.at.day().wareki(), decision.by)
    });
    let withdrawn =
        case.withdrawn.iter().map(|w| format!("{}取下げ（{}、{}）", w.on.wareki(), w.from, w.reason));
    corrected.chain(set_aside).chain(withdrawn).collect()
}

/// 「取消し」 where a line was taken back, and the words of the line.
fn struck<T>(recorded: &Recorded<T>, words: &str) -> String {
    if recorded.is_taken_back {
        lines(["（取消し）".to_owned(), words.to_owned()])
    } else {
        words.to_owned()
    }
}

fn operations(register: &Register, year: Option<i32>) -> BookTable {
    let heads = [
        "No.",
        "年月日",
        "区分",
        "施設・カメラ",
        "画像・媒体",
        "内容・理由",
        "期間・持出先・廃棄方法",
        "許可者",
        "取扱者",
        "備考",
    ];
    let mut all: Vec<&Recorded<Operation>> =
        register.operations.iter().filter(|line| is_of(line.what.on, year)).collect();
    all.sort_by_key(|line| (line.what.on, line.line));
    let row = |(n, recorded): (usize, &Recorded<Operation>)| {
        let line = &recorded.what;
        [
            (n + 1).to_string(),
            lines([line.on.wareki(), line.time.clone()]),
            line.section.japanese().to_owned(),
            line.camera.clone(),
            line.subject.clone(),
            struck(recorded, &line.reason),
            line.particulars.clone(),
            line.permitted_by.clone(),
            line.operator.clone(),
            line.note.clone(),
        ]
    };
    BookTable::of(heads, all.into_iter().enumerate().map(|row_of| (Some(row_of.1.line), row(row_of))))
}

fn incidents(register: &Register, year: Option<i32>) -> BookTable {
    let heads = [
        "No.",
        "発生日時",
        "場所",
        "管理番号",
        "概要",
        "原因",
        "対象者数",
        "措置",
        "報告先",
        "提出日",
        "記録した者",
    ];
    let all = register.incidents.iter().filter(|incident| is_of(incident.what.on, year));
    let row = |(n, recorded): (usize, &Recorded<Incident>)| {
        let incident = &recorded.what;
        let handed_in = register.handed_in(OwedReport::Incident { line: recorded.line }).map(Day::wareki);
        [
            (n + 1).to_string(),
            lines([incident.on.wareki(), incident.time.clone()]),
            incident.place.clone(),
            incident.bundle_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            struck(recorded, &incident.what),
            incident.cause.clone(),
            incident.people.clone(),
            incident.measures.clone(),
            incident.reported_to.clone(),
            handed_in.unwrap_or_default(),
            recorded.actor.clone(),
        ]
    };
    BookTable::of(heads, all.enumerate().map(|row_of| (Some(row_of.1.line), row(row_of))))
}

/// Media that went out in the year, or were out when it began.
fn media(register: &Register, year: Option<i32>) -> BookTable {
    let heads = ["媒体", "管理番号", "提供先", "封印日", "貸出日", "返却期限", "返ったもの", "状態"];
    let is_back = |d: &Disclosure| {
        let ends = |kind: ReceiptKind| kind.erases_key() || kind == ReceiptKind::OnwardTransfer;
        d.receipts.iter().find(|(kind, _)| ends(*kind)).map(|(_, on)| *on)
    };
    let is_out = |d: &&Disclosure| {
        let was_out = d.status != DisclosureStatus::Voided;
        let Some(year) = year.filter(|_| was_out) else { return was_out };
        let began = d.provided_on().unwrap_or(d.sealed_at.day()).fiscal_year() <= year;
        began && is_back(d).is_none_or(|on| on.fiscal_year() >= year)
    };
    let mut all: Vec<&Disclosure> = register.disclosures.values().filter(is_out).collect();
    let number = |d: &Disclosure| (d.sealed.medium.kind.clone(), d.sealed.medium.number.clone(), d.sealed_at);
    all.sort_by_key(|d| number(d));
    let row = |d: &Disclosure| {
        let reports = d.receipts.iter().filter(|(kind, _)| *kind != ReceiptKind::Delivery);
        [
            format!("{} {}", d.sealed.medium.kind, d.sealed.medium.number),
            d.sealed.bundle_id.to_string(),
            d.sealed.recipient.line(),
            d.sealed_at.day().wareki(),
            d.delivered_on().map(Day::wareki).unwrap_or_default(),
            d.due.wareki(),
            lines(reports.map(|(kind, on)| format!("{} {}", on.wareki(), kind.japanese()))),
            d.status.japanese().to_owned(),
        ]
    };
    BookTable::of(heads, all.into_iter().map(|d| (None, row(d))))
}

/// What stays of years that were closed, also when their records are gone.
fn years(register: &Register) -> BookTable {
    let heads = [
        "年度",
        "区分",
        "年月日",
        "担当者",
        "件数",
        "翌年度への繰越し",
        "根拠",
        "方法",
        "立会者",
        "記録のハッシュ値",
    ];
    let name = |year| Day::name_of_fiscal_year(year).unwrap_or_default();
    let closed = register.closed.values().map(|(on, said)| {
        let counts = format!(
            "申請 {}件、提供可 {}件（うち一部可 {}件）、提供不可 {}件、取下げ {}件、提供 {}件、閲覧等 {}件、事故 {}件",
            said.requests,
            said.granted,
            said.partly,
            said.refused,
            said.withdrawn,
            said.disclosed,
            said.shown,
            said.incidents
        );
        let open = lines(said.open.iter().map(|number| format!("申請 第{number}号")));
        let [basis, method, witness, hash] = std::array::from_fn(|_| String::new());
        let (what, on, by) = ("締め".to_owned(), on.wareki(), said.by.clone());
        let row = [name(said.year), what, on, by, counts, open, basis, method, witness, hash];
        (said.year, 0, row)
    });
    let destroyed = register.destroyed.values().map(|said| {
        let counts =
            format!("申請 {}件、封印 {}件、添付資料 {}件", said.requests, said.bundles, said.attachments);
        let row = [
            name(said.year),
            "廃棄".into(),
            said.on.wareki(),
            said.by.clone(),
            counts,
            String::new(),
            said.basis.clone(),
            said.method.clone(),
            said.witness.clone(),
            data_encoding::HEXLOWER.encode(&said.sha256.0),
        ];
        (said.year, 1, row)
    });
    let mut rows: Vec<_> = closed.chain(destroyed).collect();
    rows.sort_by_key(|(year, which, _)| (*year, *which));
    BookTable::of(heads, rows.into_iter().map(|(_, _, row)| (None, row)))
}

/// Counts of requests and of what became of them: of each year, all, by organization and by legal basis.
fn statistics(register: &Register, year: Option<i32>) -> BookTable {
    let heads = ["年度", "区分", "項目", "申請", "提供可", "うち一部可", "提供不可", "取下げ", "審査中"];
    let last = year.unwrap_or(i32::MAX);
    let mut counts: BTreeMap<(i32, u8, String), [usize; 6]> = BTreeMap::new();
    for case in register.cases.values() {
        let of = case.recorded_at.day().fiscal_year();
        if of > last || last.saturating_sub(of) >= YEARS && year.is_some() {
            continue;
        }
        let request = &case.request;
        let groups = [
            (0, "すべて".to_owned()),
            (1, request.asked_by().organization),
            (2, legal_basis_name(&request.legal_basis).to_owned()),
        ];
        for (group, item) in groups {
            let row = counts.entry((of, group, item)).or_default();
            row.iter_mut().zip(outcome_of(case)).for_each(|(sum, one)| *sum += usize::from(one));
        }
    }
    // Of years whose records are gone, the sums of their closing stay.
    for (_, said) in register.destroyed.keys().filter_map(|year| register.closed.get(year)) {
        if said.year <= last && (year.is_none() || last.saturating_sub(said.year) < YEARS) {
            let decided = [said.requests, said.granted, said.partly, said.refused, said.withdrawn, 0];
            let row = counts.entry((said.year, 0, "すべて".to_owned())).or_default();
            row.iter_mut().zip(decided).for_each(|(sum, n)| *sum += usize::try_from(n).unwrap_or_default());
        }
    }
    let row = |((of, group, item), sums): ((i32, u8, String), [usize; 6])| {
        let name = Day::name_of_fiscal_year(of);
        let group = ["全体", "機関別", "根拠別"].get(usize::from(group)).copied().unwrap_or_default();
        let [all, granted, partly, refused, withdrawn, open] = sums.map(|sum| sum.to_string());
        let name = name.unwrap_or_default();
        (None, [name, group.to_owned(), item, all, granted, partly, refused, withdrawn, open])
    };
    BookTable::of(heads, counts.into_iter().map(row))
}

/// How many 年度 are compared.
const YEARS: i32 = 5;

/// As which a request counts: as one, granted, partly, refused, withdrawn, open.
fn outcome_of(case: &Case) -> [bool; 6] {
    let outcome = case.outcome().filter(|_| case.withdrawn.is_none());
    let granted = matches!(outcome, Some(Outcome::Granted | Outcome::Partly));
    [
        true,
        granted,
        outcome == Some(Outcome::Partly),
        outcome == Some(Outcome::Refused),
        case.withdrawn.is_some(),
        outcome.is_none() && case.withdrawn.is_none(),
    ]
}

//! `fuin record`: the words for what the desk writes down.

use std::path::PathBuf;

use clap::Subcommand;
use fuin_core::{
    BundleId, Day, FootageRange, Grant, LetterKind, OperationKind, OwedReport, PersonRole, ReceiptKind,
    Timestamp,
};

use super::{
    office::OfficePassphrase,
    values::{one_of, parse_day, parse_id, parse_owed, parse_range, parse_time},
};

#[derive(clap::Args)]
pub(crate) struct Record {
    /// The office's folder.
    #[arg(long)]
    pub office: PathBuf,
    #[command(flatten)]
    pub passphrase: OfficePassphrase,
    /// Who records (取扱者), for the ledger.
    #[arg(long, default_value = "取扱者")]
    pub operator: String,
    #[command(subcommand)]
    pub what: What,
}

#[derive(Subcommand)]
pub(crate) enum What {
    /// 申請受付: a request.toml, or a request.jws that the recipient made in the viewer.
    Request {
        /// The request.
        file: PathBuf,
        /// A scan that came along; may be given several times.
        #[arg(long = "attach")]
        attachments: Vec<PathBuf>,
    },
    /// 審査: answers, each replacing the one given before.
    Review(Box<ReviewArgs>),
    /// 可否決定.
    Decide {
        /// Running number of the request.
        #[arg(long)]
        number: u64,
        /// 提供可.
        #[arg(long, required_unless_present = "refuse", conflicts_with = "refuse")]
        grant: bool,
        /// 提供不可.
        #[arg(long)]
        refuse: bool,
        /// 決定者.
        #[arg(long)]
        by: String,
        /// 理由; needed for 不可, and where less is provided than was asked for.
        #[arg(long, default_value = "")]
        reason: String,
        /// 提供する範囲, where it is less than was asked for: camera, beginning and end, with commas between; may be given
        /// several times.
        #[arg(long = "range", value_parser = parse_range, conflicts_with = "refuse")]
        ranges: Vec<FootageRange>,
        /// 提供方法, where it is another one than was asked for.
        #[arg(long, conflicts_with = "refuse")]
        method: Option<String>,
        /// What may be permitted beyond watching when it is sealed; may be given several times.
        #[arg(long = "permit", value_parser = one_of(Grant::ALL, Grant::name, Grant::japanese),
            conflicts_with = "refuse")]
        permits: Vec<Grant>,
    },
    /// 訂正 of a request that was recorded: the whole request as it should be.
    Correct {
        /// Running number of the request.
        #[arg(long)]
        number: u64,
        /// The corrected request.toml; review, undertaking, conditions and clips in it are passed over.
        file: PathBuf,
        /// 理由.
        #[arg(long)]
        reason: String,
        /// Who corrects it.
        #[arg(long)]
        by: String,
    },
    /// 取下げ of a request by the applicant.
    Withdraw {
        /// Running number of the request.
        #[arg(long)]
        number: u64,
        /// On which day (default: today).
        #[arg(long, value_parser = parse_day)]
        on: Option<Day>,
        /// From whom it came.
        #[arg(long)]
        from: String,
        /// 理由.
        #[arg(long)]
        reason: String,
    },
    /// 再審査 of a request that was refused or withdrawn.
    Reopen {
        /// Running number of the request.
        #[arg(long)]
        number: u64,
        /// 理由.
        #[arg(long)]
        reason: String,
        /// Who decided that.
        #[arg(long)]
        by: String,
    },
    /// 記録の取消し: a line that was recorded by mistake (its number: `fuin ledger lines`).
    TakeBack {
        /// Which line of the ledger, from 1.
        #[arg(long)]
        line: u64,
        /// 理由.
        #[arg(long)]
        reason: String,
        /// Who decided that.
        #[arg(long)]
        by: String,
    },
    /// 資料の追加: scans that came later.
    Attach {
        /// Running number of the request.
        #[arg(long)]
        number: u64,
        /// The scans.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// What they are.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// 年度の締め: of a 年度 that is over; nothing more is recorded of its days.
    CloseYear {
        /// The year in which the 年度 began.
        #[arg(long)]
        year: i32,
        /// Who closes it.
        #[arg(long)]
        by: String,
    },
    /// 年度の記録の廃棄 after the time of keeping: lines and documents of that 年度 go; hashes and counts stay.
    DestroyYear(Box<DestroyArgs>),
    /// 文書の発出: a letter as this program writes it, or with a text of one's own; it is printed.
    Letter(Box<LetterArgs>),
    /// 決定の訂正: who decided and why, as it should have been recorded.
    CorrectDecision {
        /// Running number of the request.
        #[arg(long)]
        number: u64,
        /// 決定者 (default: as recorded).
        #[arg(long)]
        decided_by: Option<String>,
        /// 理由 of the decision (default: as recorded).
        #[arg(long)]
        grounds: Option<String>,
        /// 理由 of the correction.
        #[arg(long)]
        reason: String,
        /// Who corrects it.
        #[arg(long)]
        by: String,
    },
    /// 文例の設定: what a letter says before anybody edits it. `fuin ledger letter` shows it and its places.
    LetterText {
        /// Which letter.
        #[arg(long, value_parser = one_of(LetterKind::ALL, LetterKind::name, LetterKind::japanese))]
        kind: LetterKind,
        /// 件名 (default: as it is).
        #[arg(long)]
        title: Option<String>,
        /// The text, in a file; without it, the one of this program again.
        #[arg(long)]
        body: Option<PathBuf>,
    },
    /// 報告の提出: a report that the rules ask for was handed in.
    Submit {
        /// Which: `disclosure:N` (running number of the request), `incident:N` (line of the ledger) or `yearly:N` (year
        /// in which the 年度 began).
        #[arg(long, value_parser = parse_owed)]
        report: OwedReport,
        /// On which day (default: today).
        #[arg(long, value_parser = parse_day)]
        on: Option<Day>,
        /// 提出先.
        #[arg(long)]
        to: String,
        /// 文書番号.
        #[arg(long, default_value = "")]
        document_number: String,
    },
    /// 画像閲覧・再生画像撮影: provided without a file.
    Provide {
        /// Running number of the request.
        #[arg(long)]
        number: u64,
        /// 提供日時 (default: now).
        #[arg(long, value_parser = parse_time)]
        on: Option<Timestamp>,
        /// 閲覧した者 (職氏名).
        #[arg(long)]
        to: String,
        /// 場所・立会者.
        #[arg(long)]
        place: String,
        /// 備考.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// 期限延長.
    Extend {
        /// 管理番号.
        #[arg(long, value_parser = parse_id)]
        bundle: BundleId,
        /// The new 返却期限.
        #[arg(long, value_parser = parse_day)]
        until: Day,
        /// 理由.
        #[arg(long)]
        reason: String,
        /// Who agreed.
        #[arg(long)]
        by: String,
    },
    /// A report by word of mouth, or on the recipient's own paper.
    Report {
        /// 管理番号.
        #[arg(long, value_parser = parse_id)]
        bundle: BundleId,
        /// What is reported.
        #[arg(long, value_parser = one_of(ReceiptKind::ALL, ReceiptKind::name, ReceiptKind::japanese))]
        kind: ReceiptKind,
        /// On which day it was done (default: today).
        #[arg(long, value_parser = parse_day)]
        day: Option<Day>,
        /// From whom, and how.
        #[arg(long)]
        from: String,
        /// 備考: what was returned, to whom it was handed on.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// 取消し of a bundle that was never handed over.
    Void {
        /// 管理番号.
        #[arg(long, value_parser = parse_id)]
        bundle: BundleId,
        /// 理由.
        #[arg(long)]
        reason: String,
    },
    /// 発行課が保存する写しの廃棄.
    DisposeCopy {
        /// 管理番号.
        #[arg(long, value_parser = parse_id)]
        bundle: BundleId,
        /// When (default: today).
        #[arg(long, value_parser = parse_day)]
        on: Option<Day>,
        /// 方法.
        #[arg(long)]
        method: String,
        /// 立会者.
        #[arg(long, default_value = "")]
        witness: String,
    },
    /// A line of the 運用状況記録簿.
    Operation(Box<OperationArgs>),
    /// 事故.
    Incident(Box<IncidentArgs>),
    /// 役割, in the order of the approval boxes; replaces what was said before.
    Roles {
        /// 役割：氏名.
        #[arg(required = true)]
        roles: Vec<String>,
    },
    /// 担当者の設定: a person of the office, and what he may do from here on. The first one must be able to decide.
    Person {
        /// 氏名.
        name: String,
        /// What he may do; may be given several times. Without one, he has left.
        #[arg(long = "role", value_parser = one_of(PersonRole::ALL, PersonRole::name, PersonRole::japanese))]
        roles: Vec<PersonRole>,
    },
    /// 担当: somebody works on a request.
    Claim {
        /// Running number of the request.
        #[arg(long)]
        number: u64,
        /// 氏名; without it, the request is given back.
        #[arg(long)]
        by: Option<String>,
    },
    /// 端末の抹消: a desk whose PC is lost signs nothing any more. `fuin ledger desks` shows them.
    StrikeDesk {
        /// What the desk is called, or the thumbprint of its key.
        desk: String,
        /// 理由.
        #[arg(long)]
        reason: String,
    },
}

#[derive(clap::Args)]
pub(crate) struct ReviewArgs {
    /// Running number of the request.
    #[arg(long)]
    pub number: u64,
    /// 必要性審査の結果.
    #[arg(long)]
    pub necessity: Option<String>,
    /// 必要かつ適切な範囲.
    #[arg(long)]
    pub scope: Option<String>,
    /// 決定者・指示者.
    #[arg(long)]
    pub decided_by: Option<String>,
    /// 折り返し確認.
    #[arg(long)]
    pub callback: Option<String>,
    /// 審議会の意見.
    #[arg(long)]
    pub council: Option<String>,
    /// On which day it was given.
    #[arg(long, value_parser = parse_day)]
    pub council_on: Option<Day>,
    /// 特定の犯罪 (罪名、日時、場所).
    #[arg(long)]
    pub crime: Option<String>,
    /// 本人の同意を証する書面.
    #[arg(long)]
    pub consent: Option<String>,
    /// 本人確認.
    #[arg(long)]
    pub identity: Option<String>,
    /// 本人通知の取扱い.
    #[arg(long)]
    pub subject_notice: Option<String>,
    /// 誓約書の提出日.
    #[arg(long, value_parser = parse_day, requires = "undertaking_by")]
    pub undertaking_on: Option<Day>,
    /// Who signed it (職氏名).
    #[arg(long, requires = "undertaking_on")]
    pub undertaking_by: Option<String>,
    /// 法令に基づく引継ぎ先.
    #[arg(long, default_value = "")]
    pub onward_to: String,
}

#[derive(clap::Args)]
pub(crate) struct LetterArgs {
    /// Running number of the request.
    #[arg(long)]
    pub number: u64,
    /// Which letter.
    #[arg(long, value_parser = one_of(LetterKind::ALL, LetterKind::name, LetterKind::japanese))]
    pub kind: LetterKind,
    /// 発信者の職氏名.
    #[arg(long)]
    pub from: String,
    /// 宛先 (default: who asked).
    #[arg(long)]
    pub to: Option<String>,
    /// 発出日 (default: today).
    #[arg(long, value_parser = parse_day)]
    pub on: Option<Day>,
    /// 文書番号.
    #[arg(long, default_value = "")]
    pub document_number: String,
    /// The text, in a file.
    #[arg(long)]
    pub body: Option<PathBuf>,
    /// With the seal of the office, so without 「公印省略」.
    #[arg(long)]
    pub sealed: bool,
}

#[derive(clap::Args)]
pub(crate) struct IncidentArgs {
    /// 管理番号, if it concerns one.
    #[arg(long, value_parser = parse_id)]
    pub bundle: Option<BundleId>,
    /// 発生日 (default: today).
    #[arg(long, value_parser = parse_day)]
    pub on: Option<Day>,
    /// 発生時刻.
    #[arg(long, default_value = "")]
    pub time: String,
    /// 発生場所.
    #[arg(long, default_value = "")]
    pub place: String,
    /// 概要.
    #[arg(long)]
    pub what: String,
    /// 原因.
    #[arg(long, default_value = "")]
    pub cause: String,
    /// 対象者数.
    #[arg(long, default_value = "")]
    pub people: String,
    /// 措置.
    #[arg(long, default_value = "")]
    pub measures: String,
    /// 報告先.
    #[arg(long, default_value = "")]
    pub reported_to: String,
}

#[derive(clap::Args)]
pub(crate) struct DestroyArgs {
    /// The year in which the 年度 began.
    #[arg(long)]
    pub year: i32,
    /// 根拠: by which rule the time of keeping is over.
    #[arg(long)]
    pub basis: String,
    /// On which day (default: today).
    #[arg(long, value_parser = parse_day)]
    pub on: Option<Day>,
    /// 方法.
    #[arg(long)]
    pub method: String,
    /// 立会者.
    #[arg(long, default_value = "")]
    pub witness: String,
    /// Who destroys them.
    #[arg(long)]
    pub by: String,
}

#[derive(clap::Args)]
pub(crate) struct OperationArgs {
    /// 区分.
    #[arg(long, value_parser = one_of(OperationKind::ALL, OperationKind::name, OperationKind::japanese))]
    pub section: OperationKind,
    /// 年月日 (default: today).
    #[arg(long, value_parser = parse_day)]
    pub on: Option<Day>,
    /// 施設・カメラ.
    #[arg(long, default_value = "")]
    pub camera: String,
    /// 画像・媒体.
    #[arg(long, default_value = "")]
    pub subject: String,
    /// 内容・理由.
    #[arg(long)]
    pub reason: String,
    /// 期間, 持出先・返却日, or 廃棄方法.
    #[arg(long, default_value = "")]
    pub particulars: String,
    /// 許可者.
    #[arg(long, default_value = "")]
    pub permitted_by: String,
    /// 時刻.
    #[arg(long, default_value = "")]
    pub time: String,
    /// Running number of the request that it belongs to.
    #[arg(long)]
    pub number: Option<u64>,
    /// 備考.
    #[arg(long, default_value = "")]
    pub note: String,
}

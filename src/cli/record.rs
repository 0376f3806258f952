//! `fuin record`: what the desk writes down, from a terminal. Whether it may be written down is core's decision
//! ([`fuin_core::Register::admits`]).

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Subcommand, ValueEnum};
use fuin_core::{
    Approval, Attachment, BundleId, Day, EventBody, Incident, Jwk, Jws, Operation, OperationKind, Origin,
    Provision, ReceiptKind, Request, Review, RuleSet, Timestamp, UndertakingFields, VerifiedRequestFile,
    sha256,
};
use serde_json::json;

use crate::{
    Report,
    args::{OfficePassphrase, parse_day, parse_id, parse_time},
    failure::{Failure, Outcome},
    files::{read_text, write_file},
    office::OpenOffice,
    platform::now,
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
        /// 理由; needed for 不可.
        #[arg(long, default_value = "")]
        reason: String,
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
        #[arg(long)]
        kind: KindArg,
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
    Incident {
        /// 管理番号, if it concerns one.
        #[arg(long, value_parser = parse_id)]
        bundle: Option<BundleId>,
        /// 発生日 (default: today).
        #[arg(long, value_parser = parse_day)]
        on: Option<Day>,
        /// 概要.
        #[arg(long)]
        what: String,
        /// 措置.
        #[arg(long, default_value = "")]
        measures: String,
        /// 報告先.
        #[arg(long, default_value = "")]
        reported_to: String,
    },
    /// 役割, in the order of the approval boxes; replaces what was said before.
    Roles {
        /// 役割：氏名.
        #[arg(required = true)]
        roles: Vec<String>,
    },
}

#[derive(clap::Args)]
pub(crate) struct ReviewArgs {
    /// Running number of the request.
    #[arg(long)]
    number: u64,
    /// 必要性審査の結果.
    #[arg(long)]
    necessity: Option<String>,
    /// 必要かつ適切な範囲.
    #[arg(long)]
    scope: Option<String>,
    /// 決定者・指示者.
    #[arg(long)]
    decided_by: Option<String>,
    /// 折り返し確認.
    #[arg(long)]
    callback: Option<String>,
    /// 審議会の意見.
    #[arg(long)]
    council: Option<String>,
    /// 本人通知の取扱い.
    #[arg(long)]
    subject_notice: Option<String>,
    /// 誓約書の提出日.
    #[arg(long, value_parser = parse_day, requires = "undertaking_by")]
    undertaking_on: Option<Day>,
    /// Who signed it (職氏名).
    #[arg(long, requires = "undertaking_on")]
    undertaking_by: Option<String>,
    /// 法令に基づく引継ぎ先.
    #[arg(long, default_value = "")]
    onward_to: String,
}

#[derive(clap::Args)]
pub(crate) struct OperationArgs {
    /// 区分.
    #[arg(long)]
    section: SectionArg,
    /// 年月日 (default: today).
    #[arg(long, value_parser = parse_day)]
    on: Option<Day>,
    /// 施設・カメラ.
    #[arg(long, default_value = "")]
    camera: String,
    /// 画像・媒体.
    #[arg(long, default_value = "")]
    subject: String,
    /// 内容・理由.
    #[arg(long)]
    reason: String,
    /// 期間, 持出先・返却日, or 廃棄方法.
    #[arg(long, default_value = "")]
    particulars: String,
    /// 許可者.
    #[arg(long, default_value = "")]
    permitted_by: String,
    /// 備考.
    #[arg(long, default_value = "")]
    note: String,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum KindArg {
    /// 受領.
    Delivery,
    /// 返却.
    Return,
    /// 消去.
    Erasure,
    /// 廃棄.
    Disposal,
    /// 継続保有.
    Retention,
    /// 送致・引継ぎ.
    OnwardTransfer,
    /// 一部返却.
    PartialReturn,
    /// 紛失.
    Loss,
}

impl From<KindArg> for ReceiptKind {
    fn from(arg: KindArg) -> Self {
        match arg {
            KindArg::Delivery => Self::Delivery,
            KindArg::Return => Self::Return,
            KindArg::Erasure => Self::Erasure,
            KindArg::Disposal => Self::Disposal,
            KindArg::Retention => Self::Retention,
            KindArg::OnwardTransfer => Self::OnwardTransfer,
            KindArg::PartialReturn => Self::PartialReturn,
            KindArg::Loss => Self::Loss,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum SectionArg {
    /// 保管期間延長.
    RetentionExtension,
    /// 複製・印刷.
    CopyPrint,
    /// 持出し.
    TakeOut,
    /// 媒体廃棄.
    MediaDisposal,
    /// 苦情等.
    Complaint,
}

impl From<SectionArg> for OperationKind {
    fn from(arg: SectionArg) -> Self {
        match arg {
            SectionArg::RetentionExtension => Self::RetentionExtension,
            SectionArg::CopyPrint => Self::CopyPrint,
            SectionArg::TakeOut => Self::TakeOut,
            SectionArg::MediaDisposal => Self::MediaDisposal,
            SectionArg::Complaint => Self::Complaint,
        }
    }
}

/// A request as it came in.
pub(crate) struct Incoming {
    /// The request.
    pub request: Request,
    /// The key of the recipient's device.
    pub recipient_key: Option<Jwk>,
}

/// Reads a `request.toml`, or a `request.jws` from the viewer, as an office under these rules takes it.
pub(crate) fn read_request(path: &Path, rules: &RuleSet) -> Result<Incoming, Failure> {
    let text = read_text(path)?;
    if path.extension().is_none_or(|ending| ending != "jws") {
        return Ok(Incoming { request: Request::from_toml(&text)?, recipient_key: None });
    }
    let read = VerifiedRequestFile::verify(&Jws::new(&text))?;
    let (request, _) = rules.request_of(&read);
    Ok(Incoming { request, recipient_key: read.file.device_key })
}

/// Keeps a document beside the ledger, under its hash.
fn attach(office: &OpenOffice, path: &Path) -> Result<Attachment, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::file(path, &error))?;
    let sha256 = data_encoding::HEXLOWER.encode(&sha256(&bytes));
    let kept = office.attachments().join(&sha256);
    if !kept.exists() {
        fs::create_dir_all(office.attachments()).map_err(|error| Failure::file(&kept, &error))?;
        write_file(&kept, &bytes, false)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Attachment { name, bytes: bytes.len() as u64, sha256 })
}

/// The event of a request, with everything that came along.
fn requested(office: &OpenOffice, file: &Path, scans: &[PathBuf]) -> Result<EventBody, Failure> {
    let Incoming { request, recipient_key } = read_request(file, office.rules()?)?;
    let signed = recipient_key.is_some() || file.extension().is_some_and(|ending| ending == "jws");
    let came_along = signed.then_some(file).into_iter().chain(scans.iter().map(PathBuf::as_path));
    let attachments = came_along.map(|path| attach(office, path)).collect::<Result<_, _>>()?;
    let number = office.register().next_number();
    Ok(EventBody::Requested { number, request: Box::new(request), attachments, recipient_key })
}

fn reviewed(office: &OpenOffice, args: &ReviewArgs) -> EventBody {
    let register = office.register();
    let known = register.cases.get(&args.number).map(|case| case.request.clone());
    let (before, undertaking) =
        known.map(|request| (request.review, request.undertaking)).unwrap_or_default();
    let answer = |given: &Option<String>, before: String| given.clone().unwrap_or(before);
    let review = Review {
        necessity: answer(&args.necessity, before.necessity),
        scope: answer(&args.scope, before.scope),
        decided_by: answer(&args.decided_by, before.decided_by),
        callback: answer(&args.callback, before.callback),
        council: answer(&args.council, before.council),
        subject_notice: answer(&args.subject_notice, before.subject_notice),
    };
    let submitted = args.undertaking_on.zip(args.undertaking_by.clone());
    let undertaking = submitted
        .map(|(submitted_on, signed_by)| UndertakingFields {
            submitted_on,
            signed_by,
            onward_to: args.onward_to.clone(),
            origin: Origin::Paper,
        })
        .or(undertaking);
    EventBody::Reviewed { number: args.number, review, undertaking }
}

/// Records one thing.
pub(crate) fn record(args: &Record) -> Outcome {
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let today = now().day();
    let event = match &args.what {
        What::Request { file, attachments } => requested(&office, file, attachments)?,
        What::Review(review) => reviewed(&office, review),
        What::Decide { number, grant, by, reason, .. } => {
            let register = office.register();
            let request = register.cases.get(number).map(|case| &case.request);
            let findings = match request {
                Some(request) => office.rules()?.check(request),
                None => Vec::new(),
            };
            let (by, reason) = (by.clone(), reason.clone());
            let approvals = register.roles.clone();
            EventBody::Decided { number: *number, granted: *grant, by, reason, findings, approvals }
        }
        What::Provide { number, on, to, place, note } => EventBody::Provided(Provision {
            number: *number,
            on: on.unwrap_or_else(now),
            to: to.clone(),
            place: place.clone(),
            note: note.clone(),
        }),
        What::Extend { bundle, until, reason, by } => EventBody::DueExtended {
            bundle_id: bundle.clone(),
            until: *until,
            reason: reason.clone(),
            by: by.clone(),
        },
        What::Report { bundle, kind, day, from, note } => EventBody::Reported {
            bundle_id: bundle.clone(),
            receipt: (*kind).into(),
            day: day.unwrap_or(today),
            from: from.clone(),
            note: note.clone(),
        },
        What::Void { bundle, reason } => {
            EventBody::Voided { bundle_id: bundle.clone(), reason: reason.clone() }
        }
        What::DisposeCopy { bundle, on, method, witness } => EventBody::CopyDisposed {
            bundle_id: bundle.clone(),
            on: on.unwrap_or(today),
            method: method.clone(),
            witness: witness.clone(),
        },
        What::Operation(line) => EventBody::Operation(Box::new(Operation {
            section: line.section.into(),
            on: line.on.unwrap_or(today),
            camera: line.camera.clone(),
            subject: line.subject.clone(),
            reason: line.reason.clone(),
            particulars: line.particulars.clone(),
            permitted_by: line.permitted_by.clone(),
            operator: args.operator.clone(),
            note: line.note.clone(),
        })),
        What::Incident { bundle, on, what, measures, reported_to } => {
            EventBody::Incident(Box::new(Incident {
                bundle_id: bundle.clone(),
                on: on.unwrap_or(today),
                what: what.clone(),
                measures: measures.clone(),
                reported_to: reported_to.clone(),
            }))
        }
        What::Roles { roles } => {
            EventBody::OfficeSet { roles: roles.iter().filter_map(|r| Approval::parse(r)).collect() }
        }
    };
    // Before anybody is asked for a passphrase.
    office.admits(&event)?;
    let keys = office.unlock(&args.passphrase)?;
    office.record(&keys, &args.operator, event.clone())?;
    let number = if let EventBody::Requested { number, .. } = event { Some(number) } else { None };
    let text = number
        .map_or("記録しました。".to_owned(), |number| format!("申請 第{number}号を記録しました。"));
    Ok(Report::new(text, json!({ "ok": true, "number": number })))
}

//! `fuin record`: what the desk writes down, from a terminal. Whether it may be written down is core's decision
//! ([`fuin_core::admits`]).

use std::{
    fs,
    path::{Path, PathBuf},
};

use fuin_core::{
    Approval, Attachment, Day, DeviceKeys, EventBody, ExtensionCode, Incident, Jws, OfficeKeys, Operation,
    Origin, Provision, Request, Review, RuleSet, ScanKind, UndertakingFields, VerifiedRequestFile,
};
use serde_json::json;

use crate::{
    args::{OperationArgs, Record, ReviewArgs, What},
    failure::{Failure, Outcome},
    files::{read_bytes, read_text, write_private_file},
    office::OpenOffice,
    platform::now,
    report::Report,
};

/// A request as it came in.
pub(crate) struct Incoming {
    /// The request.
    pub request: Request,
    /// The keys of the recipient's device.
    pub recipient_keys: Option<DeviceKeys>,
}

/// Reads a `request.toml`, or a `request.jws` from the viewer, as an office under these rules takes it.
pub(crate) fn read_request(path: &Path, rules: &RuleSet) -> Result<Incoming, Failure> {
    let text = read_text(path)?;
    if path.extension().is_none_or(|ending| ending != "jws") {
        return Ok(Incoming { request: Request::from_toml(&text)?, recipient_keys: None });
    }
    let read = VerifiedRequestFile::verify(&Jws::new(&text))?;
    let (request, _) = rules.request_of(&read);
    Ok(Incoming { request, recipient_keys: read.device_keys() })
}

/// Keeps a document beside the ledger, under its hash.
fn attach(office: &OpenOffice, path: &Path) -> Result<Attachment, Failure> {
    let bytes = read_bytes(path, Attachment::MAX_BYTES.into())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = match ScanKind::of(&bytes) {
        Some(kind) => kind.named(&name),
        None if name.ends_with(".jws") => name,
        None => {
            let cause = format!("{} is no PDF, PNG or JPEG by its first bytes", path.display());
            return Err(Failure::new("attachment_kind", cause));
        }
    };
    let attachment = Attachment::of(name, &bytes);
    let kept = office.attachments().join(&attachment.sha256);
    if !kept.exists() {
        fs::create_dir_all(office.attachments()).map_err(|error| Failure::file(&kept, &error))?;
        write_private_file(&kept, &bytes, false)?;
    }
    Ok(attachment)
}

/// The event of a request, with everything that came along.
fn requested(office: &OpenOffice, file: &Path, scans: &[PathBuf]) -> Result<EventBody, Failure> {
    let Incoming { request, recipient_keys } = read_request(file, office.rules()?)?;
    let signed = recipient_keys.is_some() || file.extension().is_some_and(|ending| ending == "jws");
    let came_along = signed.then_some(file).into_iter().chain(scans.iter().map(PathBuf::as_path));
    let attachments = came_along.map(|path| attach(office, path)).collect::<Result<_, _>>()?;
    let number = office.register().next_number();
    Ok(EventBody::Requested { number, request: Box::new(request), attachments, recipient_keys })
}

fn reviewed(office: &OpenOffice, args: ReviewArgs) -> EventBody {
    let register = office.register();
    let known = register.cases.get(&args.number).map(|case| case.request.clone());
    let (before, undertaking) =
        known.map(|request| (request.review, request.undertaking)).unwrap_or_default();
    let review = Review {
        necessity: args.necessity.unwrap_or(before.necessity),
        scope: args.scope.unwrap_or(before.scope),
        decided_by: args.decided_by.unwrap_or(before.decided_by),
        callback: args.callback.unwrap_or(before.callback),
        council: args.council.unwrap_or(before.council),
        subject_notice: args.subject_notice.unwrap_or(before.subject_notice),
    };
    let submitted = args.undertaking_on.zip(args.undertaking_by);
    let undertaking = submitted
        .map(|(submitted_on, signed_by)| UndertakingFields {
            submitted_on,
            signed_by,
            onward_to: args.onward_to,
            origin: Origin::Paper,
        })
        .or(undertaking);
    EventBody::Reviewed { number: args.number, review, undertaking }
}

/// What the office decides, with what the rules find in the request as it stands.
fn decided(
    office: &OpenOffice,
    number: u64,
    granted: bool,
    by: String,
    reason: String,
) -> Result<EventBody, Failure> {
    let register = office.register();
    let findings = match register.cases.get(&number) {
        Some(case) => office.rules()?.check(&case.request),
        None => Vec::new(),
    };
    let approvals = register.roles.clone();
    Ok(EventBody::Decided { number, granted, by, reason, findings, approvals })
}

fn operated(line: OperationArgs, operator: String, today: Day) -> EventBody {
    EventBody::Operation(Box::new(Operation {
        section: line.section,
        on: line.on.unwrap_or(today),
        camera: line.camera,
        subject: line.subject,
        reason: line.reason,
        particulars: line.particulars,
        permitted_by: line.permitted_by,
        operator,
        note: line.note,
    }))
}

/// The event that the ledger takes. A day that is not given is today.
fn event(office: &OpenOffice, what: What, operator: &str) -> Result<EventBody, Failure> {
    let today = now().day();
    Ok(match what {
        What::Request { file, attachments } => requested(office, &file, &attachments)?,
        What::Review(review) => reviewed(office, *review),
        What::Decide { number, grant, by, reason, .. } => decided(office, number, grant, by, reason)?,
        What::Provide { number, on, to, place, note } => {
            let on = on.unwrap_or_else(now);
            EventBody::Provided(Provision { number, on, to, place, note })
        }
        What::Extend { bundle, until, reason, by } => {
            EventBody::DueExtended { bundle_id: bundle, until, reason, by }
        }
        What::Report { bundle, kind, day, from, note } => {
            EventBody::Reported { bundle_id: bundle, receipt: kind, day: day.unwrap_or(today), from, note }
        }
        What::Void { bundle, reason } => EventBody::Voided { bundle_id: bundle, reason },
        What::DisposeCopy { bundle, on, method, witness } => {
            EventBody::CopyDisposed { bundle_id: bundle, on: on.unwrap_or(today), method, witness }
        }
        What::Operation(line) => operated(*line, operator.to_owned(), today),
        What::Incident { bundle, on, what, measures, reported_to } => {
            let on = on.unwrap_or(today);
            EventBody::Incident(Box::new(Incident { bundle_id: bundle, on, what, measures, reported_to }))
        }
        What::Roles { roles } => {
            EventBody::OfficeSet { roles: roles.iter().filter_map(|role| Approval::parse(role)).collect() }
        }
    })
}

/// The code that lets the recipient's viewer know of an extension beyond the signed period.
fn extension_code(office: &OpenOffice, keys: &OfficeKeys, event: &EventBody) -> Option<ExtensionCode> {
    let EventBody::DueExtended { bundle_id, until, .. } = event else { return None };
    let days = office.register().disclosures.get(bundle_id)?.days_extended(*until);
    office.master_of(keys, bundle_id).extensions(bundle_id).code(days)
}

/// Records one thing.
pub(crate) fn record(args: Record) -> Outcome {
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let event = event(&office, args.what, &args.operator)?;
    let number = if let EventBody::Requested { number, .. } = event { Some(number) } else { None };
    // Before anybody is asked for a passphrase.
    office.admits(&event)?;
    let keys = office.unlock(&args.passphrase)?;
    office.record(&keys, &args.operator, event.clone())?;
    let code = extension_code(&office, &keys, &event).map(|code| code.to_string());
    let text = match (number, &code) {
        (Some(number), _) => format!("申請 第{number}号を記録しました。"),
        (None, Some(code)) => {
            format!("記録しました。\n延長コード {code}\n受領者に伝えてください（電話でもよい）。")
        }
        (None, None) => "記録しました。".to_owned(),
    };
    Ok(Report::new(text, json!({ "ok": true, "number": number, "extension": code })))
}

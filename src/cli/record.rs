//! `fuin record`: what the desk writes down, from a terminal. Whether it may be written down is core's decision
//! ([`fuin_core::admits`]).

use std::{
    fs,
    path::{Path, PathBuf},
};

use fuin_core::{
    Approval, Attachment, B64, Day, DeviceKeys, EnrolledDesk, EventBody, ExtensionCode, FootageRange, Grant,
    Incident, Jws, Letter, LetterKind, OfficeKeys, Operation, Origin, Provides, Provision, Request, Review,
    RuleSet, ScanKind, Sender, StepError, UndertakingFields, VerifiedRequestFile, YearDestruction,
    closing_of, destruction_of, draft_letter, letter_text,
};
use serde_json::json;

use crate::{
    args::{DestroyArgs, IncidentArgs, LetterArgs, OperationArgs, Record, ReviewArgs, What},
    failure::{Failure, Outcome},
    files::{read_bytes, read_text, write_private_file},
    office::OpenOffice,
    platform::now,
    report::Report,
    words::said,
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

/// 端末の抹消: of the one desk that is called so, or whose key has this thumbprint.
fn struck_off(office: &OpenOffice, desk: &str, reason: String) -> Result<EventBody, Failure> {
    let is_it = |known: &&EnrolledDesk| known.name == desk || known.key.thumbprint() == desk;
    let found: Vec<&EnrolledDesk> = office.ledger.desks().in_force().filter(is_it).collect();
    match found.as_slice() {
        [one] => Ok(EventBody::DeskStruckOff { key: B64(one.key.thumbprint_bytes()), reason }),
        _ => Err(Failure::new("desk_unknown", desk)),
    }
}

/// Keeps a document beside the ledger, under its hash.
fn attach(office: &OpenOffice, path: &Path) -> Result<Attachment, Failure> {
    let bytes = read_bytes(path, Attachment::MAX_BYTES.into())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = match ScanKind::of(&bytes) {
        Some(kind) => kind.named(&name),
        None if name.ends_with(".jws") => name,
        None => {
            let cause = said!(
                "{} は、PDF・PNG・JPEG のどれでもありません",
                "{} is no PDF, PNG or JPEG by its first bytes",
                path.display()
            );
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
        council_on: args.council_on.or(before.council_on),
        crime: args.crime.unwrap_or(before.crime),
        consent: args.consent.unwrap_or(before.consent),
        identity: args.identity.unwrap_or(before.identity),
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

/// What the office decides, with what the rules find in the request as it stands. What is not said of it is provided as
/// it was asked for.
fn decided(
    office: &OpenOffice,
    (number, granted): (u64, bool),
    (by, reason): (String, String),
    (ranges, method, grants): (Vec<FootageRange>, Option<String>, Vec<Grant>),
) -> Result<EventBody, Failure> {
    let register = office.register();
    let case = register.cases.get(&number).ok_or(StepError::Case(number))?;
    let findings = office.rules()?.check(&case.request);
    let approvals = register.roles.clone();
    let all = Provides::all_of(&case.request);
    let provides = granted.then(|| Provides {
        range: if ranges.is_empty() { all.range } else { ranges },
        delivery_method: method.unwrap_or(all.delivery_method),
        grants,
    });
    Ok(EventBody::Decided { number, granted, by, reason, findings, approvals, provides })
}

/// A request as it should have been recorded; what has events of its own stays.
fn corrected(
    office: &OpenOffice,
    number: u64,
    file: &Path,
    (by, reason): (String, String),
) -> Result<EventBody, Failure> {
    let register = office.register();
    let known = register.cases.get(&number).ok_or(StepError::Case(number))?.request.clone();
    let Incoming { request, .. } = read_request(file, office.rules()?)?;
    let Request { review, undertaking, conditions, clip, .. } = known;
    let request = Box::new(Request { review, undertaking, conditions, clip, ..request });
    Ok(EventBody::Corrected { number, request, reason, by })
}

/// What is not said of the decision stays.
fn decision_corrected(
    office: &OpenOffice,
    number: u64,
    (decided_by, grounds): (Option<String>, Option<String>),
    (reason, by): (String, String),
) -> Result<EventBody, Failure> {
    let register = office.register();
    let case = register.cases.get(&number).ok_or(StepError::Case(number))?;
    let known = case.decision.as_ref().ok_or(StepError::State("decision_corrected"))?;
    let decided_by = decided_by.unwrap_or_else(|| known.by.clone());
    let grounds = grounds.unwrap_or_else(|| known.reason.clone());
    Ok(EventBody::DecisionCorrected { number, decided_by, grounds, reason, by })
}

/// 文例: without a text, that of this program again.
fn letter_text_set(
    office: &OpenOffice,
    letter: LetterKind,
    title: Option<String>,
    body: Option<&Path>,
) -> Result<EventBody, Failure> {
    let Some(body) = body.map(read_text).transpose()? else {
        return Ok(EventBody::LetterTextSet { letter, title: String::new(), body: String::new() });
    };
    let title = title.unwrap_or_else(|| letter_text(letter, &office.register()).0);
    Ok(EventBody::LetterTextSet { letter, title, body: body.trim_end().to_owned() })
}

/// A letter: what this program would write, but for what was given.
fn letter(office: &OpenOffice, args: LetterArgs, today: Day) -> Result<EventBody, Failure> {
    let register = office.register();
    let case = register.cases.get(&args.number).ok_or(StepError::Case(args.number))?;
    let label = &office.card.office;
    let contact = format!("{}　{}", label.name, label.contact);
    let sender = Sender { from: &args.from, contact: &contact };
    let draft = draft_letter(args.kind, &register, case, office.rules()?, (sender, today));
    let body = args.body.as_deref().map(read_text).transpose()?;
    Ok(EventBody::Issued(Box::new(Letter {
        on: args.on.unwrap_or(today),
        to: args.to.unwrap_or(draft.to),
        body: body.unwrap_or(draft.body),
        document_number: args.document_number,
        seal_omitted: !args.sealed,
        ..draft
    })))
}

fn incident(args: IncidentArgs, today: Day) -> EventBody {
    EventBody::Incident(Box::new(Incident {
        bundle_id: args.bundle,
        on: args.on.unwrap_or(today),
        time: args.time,
        place: args.place,
        what: args.what,
        cause: args.cause,
        people: args.people,
        measures: args.measures,
        reported_to: args.reported_to,
    }))
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
        time: line.time,
        number: line.number,
    }))
}

fn destroyed(office: &OpenOffice, args: DestroyArgs, today: Day) -> Result<EventBody, Failure> {
    let DestroyArgs { year, basis, on, method, witness, by } = args;
    let made = destruction_of(&office.register(), year, office.rules()?, today)?;
    let on = on.unwrap_or(today);
    Ok(EventBody::YearDestroyed(Box::new(YearDestruction { basis, on, method, witness, by, ..made })))
}

/// The event that the ledger takes. A day that is not given is today.
fn event(office: &OpenOffice, what: What, operator: &str) -> Result<EventBody, Failure> {
    let today = now().day();
    Ok(match what {
        What::Request { file, attachments } => requested(office, &file, &attachments)?,
        What::Review(review) => reviewed(office, *review),
        What::Decide { number, grant, by, reason, ranges, method, permits, .. } => {
            decided(office, (number, grant), (by, reason), (ranges, method, permits))?
        }
        What::Correct { number, file, reason, by } => corrected(office, number, &file, (by, reason))?,
        What::CorrectDecision { number, decided_by, grounds, reason, by } => {
            decision_corrected(office, number, (decided_by, grounds), (reason, by))?
        }
        What::LetterText { kind, title, body } => letter_text_set(office, kind, title, body.as_deref())?,
        What::Withdraw { number, on, from, reason } => {
            EventBody::Withdrawn { number, on: on.unwrap_or(today), reason, from }
        }
        What::Reopen { number, reason, by } => EventBody::Reopened { number, reason, by },
        What::TakeBack { line, reason, by } => EventBody::TakenBack { line, reason, by },
        What::Attach { number, files, note } => {
            let attachments = files.iter().map(|path| attach(office, path)).collect::<Result<_, _>>()?;
            EventBody::Attached { number, attachments, note }
        }
        What::CloseYear { year, by } => {
            let closing = closing_of(office.ledger.events(), office.rules()?, year, today, &by);
            EventBody::YearClosed(Box::new(closing))
        }
        What::DestroyYear(args) => destroyed(office, *args, today)?,
        What::Letter(args) => letter(office, *args, today)?,
        What::Submit { report, on, to, document_number } => {
            EventBody::Submitted { report, on: on.unwrap_or(today), to, document_number }
        }
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
        What::Incident(args) => incident(*args, today),
        What::Roles { roles } => {
            EventBody::OfficeSet { roles: roles.iter().filter_map(|role| Approval::parse(role)).collect() }
        }
        What::Person { name, roles } => EventBody::PersonSet { name, roles },
        What::Claim { number, by } => EventBody::Claimed { number, by },
        What::StrikeDesk { desk, reason } => struck_off(office, &desk, reason)?,
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
    office.admits(&args.operator, &event)?;
    let keys = office.unlock(&args.passphrase)?;
    office.record(&keys, &args.operator, event.clone())?;
    let code = extension_code(&office, &keys, &event).map(|code| code.to_string());
    let text = match (number, &code) {
        (Some(number), _) => format!("申請 第{number}号を記録しました。"),
        (None, Some(code)) => {
            format!("記録しました。\n延長コード {code}\n受領者に伝えてください（電話でもよい）。")
        }
        (None, None) => match &event {
            EventBody::Issued(letter) => {
                format!(
                    "{}　{}\n{}\n\n{}\n\n{}",
                    letter.document_number,
                    letter.on.wareki(),
                    letter.to,
                    letter.title,
                    letter.body
                )
            }
            _ => "記録しました。".to_owned(),
        },
    };
    Ok(Report::new(text, json!({ "ok": true, "number": number, "extension": code })))
}

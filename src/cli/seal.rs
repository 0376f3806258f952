//! `fuin seal`: from a request and clips to a bundle and its ledger events.
//!
//! Entry points: [`seal`]; [`write_bundle`], which writes tickets too.

use std::path::Path;

use fuin_core::{
    BundleId, BundleWriter, Case, CaseState, Day, DeviceKeys, EventBody, Field, Finding, Footage, Holder,
    Jws, Lock, MarkStyle, Medium, OfficeKeys, Provides, Request, RuleSet, SealedEvent, Sealing, Secret32,
    Slot, SlotKeys, StepError, Terms, Timestamp, example_request,
};
use serde_json::json;

use crate::{
    args,
    clip::{self, Sealable},
    failure::{Failure, Outcome},
    files::{PendingFile, Readers},
    interrupt,
    office::OpenOffice,
    passphrase::{self, Whose},
    pipeline,
    platform::{OsEntropy, now},
    progress, recipient_key,
    record::{Incoming, read_request},
    report::Report,
    terminal::warn,
    viewer,
    words::said,
};

/// Prints an example request.
pub(crate) fn example(rules: &str) -> Outcome {
    let text = example_request(&RuleSet::builtin(rules)?);
    Ok(Report::new(text.clone(), json!({ "ok": true, "request": text })))
}

/// Seals clips.
pub(crate) fn seal(args: &args::Seal, quiet: bool) -> Outcome {
    if args.request.as_deref().is_some_and(|path| path.extension().is_some_and(|ending| ending == "jws")) {
        // What the recipient wrote is looked at by the office first, and kept.
        let cause = said!(
            "受領者がつくった申請は、先に記録・審査・決定をします（fuin record）",
            "a recipient's own file is recorded, reviewed and decided first: fuin record"
        );
        return Err(Failure::new("request_two_steps", cause));
    }
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let rules = office.rules()?;
    let incoming = args.request.as_deref().map(|path| read_request(path, rules)).transpose()?;
    let case = match (&incoming, args.number) {
        (None, Some(number)) => Some(granted_case(&office, number, args.replaces.as_ref())?),
        _ => None,
    };
    let keys = office.unlock(&args.passphrase)?;
    let (granted, before) = match (case, incoming) {
        (Some(case), _) => (case, Vec::new()),
        (None, Some(incoming)) => decide(&mut office, &keys, args, incoming)?,
        (None, None) => {
            return Err(Failure::new(
                "request_missing",
                said!("--request も --number もありません", "give --request or --number"),
            ));
        }
    };
    let findings = office.rules()?.check(&granted.request);
    let locks = locks(&args.lets_in, granted.recipient_keys.as_ref())?;
    let (plans, clips) = clip::sources(&args.clips, (&granted.request, &granted.provides), quiet)?;
    let bundle_key = Secret32::random(&OsEntropy);
    let order = Order {
        granted: &granted,
        locks,
        footage: Footage::Clips(plans),
        bundle_key: &bundle_key,
        clips,
        terms: &args.terms,
        replaces: args.replaces.clone(),
        out: &args.out,
        quiet,
    };
    let (pending, sealed) = write_bundle(&office, &keys, order)?;
    let events = [before, vec![EventBody::Sealed(Box::new(sealed.clone()))]].concat();
    // Request, decision and sealing go in together, before the file gets its name: no bundle exists that the ledger
    // does not know, and a sealing that fails leaves nothing.
    let whole = interrupt::uninterrupted();
    office.keep_key(&keys, &sealed.bundle_id, &bundle_key)?;
    office.record_all(&keys, &args.operator, &events)?;
    pending.publish()?;
    drop(whole);
    if args.viewer {
        let beside = args.out.with_file_name("fuin.html");
        viewer::write_to(&beside, true)?;
    }
    let report = json!({ "ok": true, "bundle_id": sealed.bundle_id, "clips": sealed.clips, "findings": findings,
        "not_before": sealed.not_before, "not_after": sealed.not_after, "return_due": sealed.return_due });
    Ok(Report::new(words(&sealed), report))
}

/// What was sealed, for people.
fn words(sealed: &SealedEvent) -> String {
    let clips = sealed.clips.iter().map(|clip| format!("{}  {}", clip.sha256, clip.file_name));
    said!(
        "{} を {} のために封印しました。\n{}",
        "Sealed {} for {}.\n{}",
        sealed.bundle_id,
        sealed.recipient.line(),
        clips.collect::<Vec<_>>().join("\n")
    )
}

/// A request that may be sealed.
pub(crate) struct Granted {
    pub number: u64,
    pub request: Request,
    pub provides: Provides,
    pub recipient_keys: Option<DeviceKeys>,
}

impl Granted {
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            number: case.number,
            request: case.request.clone(),
            provides: case.provides(),
            recipient_keys: case.recipient_keys.clone(),
        }
    }
}

/// One that was recorded and granted before, or that got something which is replaced now.
fn granted_case(office: &OpenOffice, number: u64, replaces: Option<&BundleId>) -> Result<Granted, Failure> {
    let register = office.register();
    let case = register.cases.get(&number).ok_or(StepError::Case(number))?;
    if case.state(&register.disclosures) != CaseState::Granted && replaces.is_none() {
        return Err(StepError::State("sealed").into());
    }
    Ok(Granted::of(case))
}

/// One that comes now, decided by the rules alone: the case, and the events that are recorded with its sealing. What
/// the rules refuse is recorded at once.
fn decide(
    office: &mut OpenOffice,
    keys: &OfficeKeys,
    args: &args::Seal,
    incoming: Incoming,
) -> Result<(Granted, Vec<EventBody>), Failure> {
    let Incoming { request, recipient_keys } = incoming;
    let number = office.register().next_number();
    let requested = EventBody::Requested {
        number,
        request: Box::new(request.clone()),
        attachments: Vec::new(),
        recipient_keys: recipient_keys.clone(),
    };
    let findings = office.rules()?.check(&request);
    let blocked = findings.iter().find(|finding| finding.blocks()).cloned();
    let provides = Provides { grants: args.terms.grant.clone(), ..Provides::all_of(&request) };
    let decided_by = request.review.decided_by.trim();
    if decided_by.is_empty() {
        return Err(StepError::Missing(Field::By).into());
    }
    let decision = EventBody::Decided {
        number,
        granted: blocked.is_none(),
        by: if decided_by.is_empty() { args.operator.clone() } else { decided_by.to_owned() },
        reason: blocked
            .as_ref()
            .map_or(request.review.necessity.clone(), |f| format!("{}（{}）", f.text, f.article)),
        findings,
        approvals: Vec::new(),
        provides: blocked.is_none().then(|| provides.clone()),
    };
    let events = vec![requested, decision];
    if let Some(Finding { text, article, .. }) = blocked {
        office.record_all(keys, &args.operator, &events)?;
        return Err(Failure::new("rules_refuse", format!("{text}（{article}）")));
    }
    // Refused now rather than after an hour of sealing.
    office.with_events(keys, &args.operator, &events)?;
    Ok((Granted { number, request, provides, recipient_keys }, events))
}

/// A bundle or a ticket that is to be written.
pub(crate) struct Order<'a> {
    pub granted: &'a Granted,
    pub locks: Vec<Lock>,
    pub footage: Footage,
    pub bundle_key: &'a Secret32,
    /// The clips of a bundle, as in `footage`; a ticket has none.
    pub clips: Vec<Sealable>,
    pub terms: &'a args::Terms,
    /// What it takes the place of for the same request.
    pub replaces: Option<BundleId>,
    pub out: &'a Path,
    /// Without a progress bar.
    pub quiet: bool,
}

/// Writes it beside its place; it gets its name when the ledger knows it.
pub(crate) fn write_bundle(
    office: &OpenOffice,
    keys: &OfficeKeys,
    order: Order<'_>,
) -> Result<(PendingFile, SealedEvent), Failure> {
    let Granted { number, request, .. } = order.granted;
    let issued_at = now();
    let register = office.register();
    let running = register.next_bundle();
    // What takes the place of something is as due as that.
    let replaced = order.replaces.as_ref().and_then(|id| register.disclosures.get(id));
    let replaced_due = replaced.map(|replaced| replaced.due);
    let bundle_id = BundleId::generate(&OsEntropy, issued_at.day(), running);
    let sealing = Sealing {
        number: *number,
        request: request.clone(),
        issued_at,
        standing: office.ledger.standing(),
        terms: terms(order.terms, order.granted, issued_at, replaced_due),
        provides: order.granted.provides.clone(),
        replaces: order.replaces,
        extension: keys.master().extensions(&bundle_id).anchor(),
        footage: order.footage,
        bundle_id,
        slots: order.locks.iter().map(Lock::record).collect(),
    };
    // Before an hour of sealing.
    if let Some(outside) = sealing.outside() {
        return Err(outside.into());
    }
    let slots = shut(&order.locks, &sealing.bundle_id, order.bundle_key, keys)?;
    let plan = sealing.plan(office.rules()?, &office.card.office);
    if sealing.standing.certification.is_some() && plan.standing.certification.is_none() {
        warn(said!(
            "課の鍵を証明する証明書の期限が過ぎているため、入れていません（`fuin office certify`）",
            "the certificate that certifies the office's key is over and is left out: `fuin office certify`"
        ));
    }
    let bar = progress::bar(plan.clips.iter().map(|clip| clip.bytes).sum(), order.quiet);
    let pending = PendingFile::create(order.out, false, Readers::Usual)?;
    let bundle_key = order.bundle_key.clone();
    let mut writer = BundleWriter::new(pending, &OsEntropy, plan, bundle_key, slots, keys.signing.public())?;
    let mut digests = Vec::new();
    for clip in order.clips {
        let mut file = clip.reader()?;
        let sealer = writer.begin_clip(&OsEntropy)?;
        let (digest, crc32) = pipeline::seal_clip(&mut file, sealer, &mut writer, &bar)?;
        digests.push(digest.clone());
        writer.end_clip(digest, crc32)?;
    }
    bar.finish_and_clear();
    let manifest = sign_manifest(&writer, keys)?;
    let mut pending = writer.finish(&OsEntropy, &manifest)?;
    pending.sync()?;
    Ok((pending, sealing.event(&manifest, &digests)))
}

/// Period, return and permissions; what is not said is the request's, or as it was decided.
fn terms(
    args: &args::Terms,
    Granted { request, provides, .. }: &Granted,
    issued_at: Timestamp,
    replaced_due: Option<Day>,
) -> Terms {
    let return_due = args.return_due.or(replaced_due).unwrap_or(request.return_due);
    Terms {
        not_before: args.not_before.unwrap_or(issued_at),
        not_after: args.not_after.unwrap_or(return_due.end()),
        return_due,
        odd_clock: args.odd_clock,
        marks: MarkStyle { opacity: args.mark_opacity, repeat: args.mark_repeat },
        grants: if args.grant.is_empty() { provides.grants.clone() } else { args.grant.clone() },
        conditions: request.conditions.clone(),
        medium: Medium {
            number: args.medium_number.clone().unwrap_or_else(|| request.medium.number.clone()),
            ..request.medium.clone()
        },
    }
}

fn sign_manifest(writer: &BundleWriter<PendingFile>, keys: &OfficeKeys) -> Result<Jws, Failure> {
    let unsigned = writer.unsigned_manifest()?;
    let signature = keys.signing.sign_bytes(unsigned.signing_input());
    Ok(unsigned.attach(&signature)?)
}

/// Who is to open the bundle.
pub(crate) fn locks(args: &args::LetsIn, device: Option<&DeviceKeys>) -> Result<Vec<Lock>, Failure> {
    let mut locks = Vec::new();
    if let Some(keys) = device.filter(|_| args.for_device) {
        locks.push(Lock::for_device(keys)?);
    }
    if let Some(path) = &args.recipient_key {
        locks.push(Lock::for_device(&recipient_key::read_public(path)?)?);
    }
    let file = args.recipient_passphrase.recipient_passphrase_file.as_deref();
    if args.recipient_key.is_none() || file.is_some() {
        let passphrase = passphrase::choose(Whose::Recipient, file)?;
        locks.push(Lock::Passphrase(passphrase.strong_enough()?));
    }
    Ok(locks)
}

fn shut(
    locks: &[Lock],
    bundle_id: &BundleId,
    bundle_key: &Secret32,
    keys: &OfficeKeys,
) -> Result<Vec<Slot>, Failure> {
    let shut = |(slot, lock): (u32, &Lock)| {
        let receipt_secret = keys.master().receipt_secret(bundle_id, &Holder::of_slot(slot));
        lock.shut(&OsEntropy, bundle_id, &SlotKeys { bundle_key: bundle_key.clone(), receipt_secret })
    };
    Ok((0..).zip(locks).map(shut).collect::<Result<_, _>>()?)
}

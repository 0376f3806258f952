//! `fuin ticket`: the clips of a sealed bundle for somebody else, a new PC or a new period, without sealing them again.

use fuin_core::{
    BundleId, BundleWriter, DeviceKeys, EventBody, Footage, Lock, OfficeKeys, Request, SealedEvent, Sealing,
    StepError,
};
use serde_json::json;

use crate::{
    args,
    confirm::typed_id,
    failure::{Failure, Outcome},
    files::{PendingFile, Readers},
    interrupt,
    office::OpenOffice,
    platform::{OsEntropy, now},
    report::Report,
    seal::{locks, shut, sign_manifest, terms},
};

/// Issues a ticket.
pub(crate) fn issue(args: &args::Ticket) -> Outcome {
    let bundle_id = typed_id(&args.bundle)?;
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let (footage, asked) = look_up(&office, &bundle_id, args.number)?;
    let keys = office.unlock(&args.passphrase)?;
    let (pending, event) = write_ticket(args, &office, &keys, asked, footage)?;
    let whole = interrupt::uninterrupted();
    office.record(&keys, &args.operator, EventBody::Sealed(Box::new(event.clone())))?;
    pending.publish()?;
    drop(whole);
    let text = format!(
        "{} は {} のチケットです（{}）。\n{} から {} まで見られます。束と一緒に開いてください。",
        event.bundle_id,
        bundle_id,
        event.recipient.line(),
        event.not_before.wareki(),
        event.not_after.wareki()
    );
    Ok(Report::new(
        text,
        json!({ "ok": true, "bundle_id": event.bundle_id, "ticket": event.ticket, "not_before": event.not_before,
            "not_after": event.not_after, "return_due": event.return_due }),
    ))
}

/// A request, and the keys that came with it.
struct Asked {
    number: u64,
    request: Request,
    device: Option<DeviceKeys>,
}

/// What the ledger knows of the bundle, and of the request under which the ticket is issued.
fn look_up(
    office: &OpenOffice,
    bundle_id: &BundleId,
    number: Option<u64>,
) -> Result<(Footage, Asked), Failure> {
    let register = office.register();
    let bundle = register.disclosures.get(bundle_id).ok_or_else(|| StepError::Bundle(bundle_id.clone()))?;
    let own = bundle.sealed.number;
    let number = number.unwrap_or(own);
    let case = register.cases.get(&number).ok_or(StepError::Case(number))?;
    let replaced = case.bundle(&register.disclosures).filter(|_| number == own);
    let footage = Footage::Sealed {
        bundle: Box::new(bundle.sealed.clone()),
        replaces: replaced.map(|replaced| replaced.sealed.bundle_id.clone()),
    };
    Ok((footage, Asked { number, request: case.request.clone(), device: case.recipient_keys.clone() }))
}

fn write_ticket(
    args: &args::Ticket,
    office: &OpenOffice,
    keys: &OfficeKeys,
    Asked { number, request, device }: Asked,
    footage: Footage,
) -> Result<(PendingFile, SealedEvent), Failure> {
    let Footage::Sealed { bundle, .. } = &footage else {
        return Err(Failure::new("internal", "a ticket of clips that are not sealed"));
    };
    let bundle_key = office.kept_key(keys, &bundle.bundle_id)?;
    let issued_at = now();
    let running = office.register().next_bundle();
    let bundle_id = BundleId::generate(&OsEntropy, issued_at.day(), running);
    let locks = locks(&args.lets_in, device.as_ref())?;
    let sealing = Sealing {
        number,
        issued_at,
        ledger_head: office.ledger.last_line_sha256(),
        terms: terms(&args.terms, &request, issued_at),
        extension: keys.extensions(&bundle_id).anchor(),
        request,
        footage,
        bundle_id,
        slots: locks.iter().map(Lock::record).collect(),
    };
    let slots = shut(&locks, &sealing.bundle_id, &bundle_key, keys)?;
    let plan = sealing.plan(office.rules()?, &office.card.office);
    let pending = PendingFile::create(&args.out, false, Readers::Usual)?;
    let writer = BundleWriter::new(pending, &OsEntropy, plan, bundle_key, slots, keys.signing.public())?;
    let manifest = sign_manifest(&writer, keys)?;
    let mut pending = writer.finish(&OsEntropy, &manifest)?;
    pending.sync()?;
    Ok((pending, sealing.event(&manifest, &[])))
}

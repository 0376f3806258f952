//! `fuin ticket`: the clips of a sealed bundle for somebody else, a new PC or a new period, without sealing them again.

use fuin_core::{BundleId, EventBody, Footage, Recipient, Request, SealedEvent, StepError};
use serde_json::json;

use crate::{
    args,
    confirm::typed_id,
    failure::{Failure, Outcome},
    interrupt,
    office::OpenOffice,
    report::Report,
    seal::{Granted, Order, locks, write_bundle},
};

/// Issues a ticket.
pub(crate) fn issue(args: &args::Ticket) -> Outcome {
    let bundle_id = typed_id(&args.bundle)?;
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let (sealed, mut replaces, mut granted) = look_up(&office, &bundle_id, args.number)?;
    if let Some(reader) = reader(args, &granted.request) {
        replaces = held_by(&office, granted.number, &reader);
        granted.request.watched_by = Some(reader);
    }
    let keys = office.unlock(&args.passphrase)?;
    let bundle_key = office.kept_key(&keys, &sealed.bundle_id)?;
    let order = Order {
        granted: &granted,
        locks: locks(&args.lets_in, granted.recipient_keys.as_ref())?,
        footage: Footage::Sealed { bundle: Box::new(sealed) },
        bundle_key: &bundle_key,
        clips: Vec::new(),
        terms: &args.terms,
        replaces,
        out: &args.out,
        quiet: true,
    };
    let (pending, event) = write_bundle(&office, &keys, order)?;
    let whole = interrupt::uninterrupted();
    office.record(&keys, &args.operator, EventBody::Sealed(Box::new(event.clone())))?;
    pending.publish()?;
    drop(whole);
    let text = format!(
        "{} は {} のチケットです（{}）。\n{} から {} まで見られます。封印ファイルと一緒に開いてください。",
        event.bundle_id,
        bundle_id,
        event.recipient.line(),
        event.not_before.wareki(),
        event.not_after.wareki()
    );
    Ok(Report::new(
        text,
        json!({ "ok": true, "bundle_id": event.bundle_id, "ticket": event.ticket, "replaces": event.replaces,
            "not_before": event.not_before, "not_after": event.not_after, "return_due": event.return_due }),
    ))
}

/// 二人目以降の視聴者; what is not said of them is as in the request.
fn reader(args: &args::Ticket, request: &Request) -> Option<Recipient> {
    let known = request.recipient();
    Some(Recipient {
        organization: args.reader_organization.clone().unwrap_or(known.organization),
        department: args.reader_department.clone().unwrap_or(known.department),
        person: args.reader.clone()?,
    })
}

/// What a further reader of a request got before.
fn held_by(office: &OpenOffice, number: u64, reader: &Recipient) -> Option<BundleId> {
    let register = office.register();
    let mut held = register.cases.get(&number)?.further_readers(&register.disclosures);
    held.find(|known| known.sealed.recipient == *reader).map(|known| known.sealed.bundle_id.clone())
}

/// What the ledger knows of the bundle, of what the ticket takes the place of, and of the request under which it is
/// issued.
fn look_up(
    office: &OpenOffice,
    bundle_id: &BundleId,
    number: Option<u64>,
) -> Result<(SealedEvent, Option<BundleId>, Granted), Failure> {
    let register = office.register();
    let bundle = register.disclosures.get(bundle_id).ok_or_else(|| StepError::Bundle(bundle_id.clone()))?;
    let own = bundle.sealed.number;
    let number = number.unwrap_or(own);
    let case = register.cases.get(&number).ok_or(StepError::Case(number))?;
    let replaced = case.bundle(&register.disclosures).filter(|_| number == own);
    let replaces = replaced.map(|replaced| replaced.sealed.bundle_id.clone());
    Ok((bundle.sealed.clone(), replaces, Granted::of(case)))
}

//! `fuin confirm` and `fuin close`: receipts into the ledger, accepted or refused with the reason.

use std::path::Path;

use fuin_core::{
    AcceptedReceipt, BundleId, Disclosure, DisclosureStatus, EventBody, Jws, OfficeKeys, ReceiptRefusal,
    VerifiedReceipt, Via, confirm_code, confirm_file, refusal_event,
};
use serde_json::json;

use crate::{
    args,
    failure::{Failure, Outcome},
    files::read_bytes,
    office::OpenOffice,
    platform::now,
    report::Report,
};

/// Reads what came as a receipt. A byte that is no UTF-8 makes it one that does not verify, and is kept as that.
fn read_receipt(path: &Path) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&read_bytes(path, VerifiedReceipt::MAX_BYTES as u64)?).into_owned())
}

/// Confirms a receipt. A refusal is recorded too, unless it is a slip, and then reported as such.
pub(crate) fn confirm(args: &args::Confirm) -> Outcome {
    let expected = args.bundle.as_deref().map(typed_id).transpose()?;
    let receipt = args.receipt.as_deref().map(read_receipt).transpose()?;
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let keys = office.unlock(&args.passphrase)?;
    let (via, evidence, result) = match (&receipt, &args.code, &expected) {
        (Some(text), _, _) => (Via::File, text.as_str(), by_file(&office, &keys, text, expected.as_ref())),
        (None, Some(code), Some(id)) => {
            let secret = keys.receipt_secret(id);
            (Via::Code, code.as_str(), confirm_code(&office.register(), id, code, &secret, now()))
        }
        _ => return Err(Failure::new("receipt_missing", "give a receipt file, or --bundle and --code")),
    };
    match result {
        Ok(accepted) => {
            office.record(&keys, &args.operator, accepted.event())?;
            Ok(accepted_report(&office, &accepted))
        }
        Err(refusal) if refusal.is_slip() => Err(refusal.into()),
        Err(refusal) => {
            let event = refusal_event(expected, &refusal, via, evidence);
            office.record(&keys, &args.operator, event)?;
            Err(refusal.into())
        }
    }
}

fn by_file(
    office: &OpenOffice,
    keys: &OfficeKeys,
    text: &str,
    expected: Option<&BundleId>,
) -> Result<AcceptedReceipt, ReceiptRefusal> {
    let jws = Jws::new(text);
    let receipt = VerifiedReceipt::verify(&jws)?;
    let secret = keys.receipt_secret(&receipt.receipt.bundle_id);
    confirm_file(&office.register(), &jws, &receipt, expected, &secret, now())
}

/// What the reports of a bundle say, line by line: words, log, and what must be answered before it is closed.
pub(crate) fn report_lines(disclosure: &Disclosure) -> String {
    let mut text = String::new();
    for report in &disclosure.reports {
        text.push_str(&format!("  {}（{}）\n", report.kind.japanese(), report.day.wareki()));
        let words = report.words.iter().flat_map(|words| {
            [
                ("報告者", &words.reporter),
                ("立会者", &words.witness),
                ("方法", &words.method),
                ("複製・印刷物", &words.copies),
                ("備考", &words.note),
            ]
        });
        for (label, said) in words.filter(|(_, said)| !said.is_empty()) {
            text.push_str(&format!("    {label}: {said}\n"));
        }
        if let Some(log) = &report.log {
            let (times, stills) = (log.times_opened, log.stills.len());
            text.push_str(&format!("    視聴 {times} 回、静止画 {stills} 枚\n"));
        }
    }
    for concern in disclosure.concerns() {
        text.push_str(&format!("  ! {}\n", concern.japanese()));
    }
    text
}

fn accepted_report(office: &OpenOffice, accepted: &AcceptedReceipt) -> Report {
    let register = office.register();
    let disclosure = register.disclosures.get(&accepted.bundle_id);
    let status = disclosure.map(|disclosure| disclosure.status);
    let said = disclosure.map(report_lines).unwrap_or_default();
    let word = status.map_or("", DisclosureStatus::japanese);
    let text = format!(
        "検証できました。{} の{}（{}）を記録しました。状態: {word}\n{said}",
        accepted.bundle_id,
        accepted.kind.japanese(),
        accepted.day.wareki()
    );
    Report::new(
        text,
        json!({ "ok": true, "bundle_id": accepted.bundle_id, "kind": accepted.kind, "day": accepted.day,
            "status": status, "reports": disclosure.map(|d| &d.reports),
            "concerns": disclosure.map(Disclosure::concerns) }),
    )
}

/// Closes a disclosure.
pub(crate) fn close(args: &args::Close) -> Outcome {
    let bundle_id = typed_id(&args.bundle)?;
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let keys = office.unlock(&args.passphrase)?;
    let event = EventBody::Closed {
        bundle_id: bundle_id.clone(),
        medium_check: args.medium_check.clone(),
        witness: args.witness.clone(),
        note: args.note.clone(),
    };
    office.record(&keys, &args.operator, event)?;
    Ok(Report::new(
        format!("{bundle_id} 完了"),
        json!({ "ok": true, "bundle_id": bundle_id, "status": "closed" }),
    ))
}

fn typed_id(typed: &str) -> Result<BundleId, Failure> {
    BundleId::parse_typed(typed)
        .ok_or_else(|| Failure::new("bundle_id_form", format!("{typed:?} is no 管理番号 like R8-0001-7K3Q")))
}

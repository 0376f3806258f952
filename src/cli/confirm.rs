//! `fuin confirm` and `fuin close`: receipts into the ledger, accepted or refused with the reason.

use std::path::Path;

use fuin_core::{
    AcceptedReceipt, BundleId, Disclosure, DisclosureStatus, EventBody, Holder, OfficeKeys, ReceiptCheck,
    ReceiptMaster, ReceiptRefusal, VerifiedReceipt, Via, evidence_of, refusal_event,
};
use serde_json::json;

use crate::{
    args,
    failure::{Failure, Outcome},
    files::read_bytes,
    office::OpenOffice,
    platform::now,
    report::Report,
    words::said,
};

/// Reads what came as a receipt, whatever it is.
fn read_receipt(path: &Path) -> Result<Vec<u8>, Failure> {
    read_bytes(path, VerifiedReceipt::MAX_BYTES as u64)
}

/// Confirms a receipt. A refusal is recorded too, unless it is a slip, and then reported as such.
pub(crate) fn confirm(args: &args::Confirm) -> Outcome {
    let expected = args.bundle.as_deref().map(typed_id).transpose()?;
    let receipt = args.receipt.as_deref().map(read_receipt).transpose()?;
    let mut office = OpenOffice::read(&args.office)?.sound()?;
    let keys = office.unlock(&args.passphrase)?;
    let (via, evidence, result) = match (&receipt, &args.code, &expected) {
        (Some(bytes), _, _) => {
            (Via::File, evidence_of(bytes), by_file(&office, &keys, bytes, expected.as_ref()))
        }
        (None, Some(code), Some(id)) => {
            (Via::Code, code.clone(), checked(&office, &keys, id, None, |check| check.code(id, code)))
        }
        _ => {
            return Err(Failure::new(
                "receipt_missing",
                said!(
                    "報告ファイルも、--bundle と --code もありません",
                    "give a receipt file, or --bundle and --code"
                ),
            ));
        }
    };
    match result {
        Ok(accepted) => {
            office.record(&keys, &args.operator, accepted.event())?;
            Ok(accepted_report(&office, &accepted))
        }
        Err(refusal) if refusal.is_slip() => Err(refusal.into()),
        Err(refusal) => {
            let event = refusal_event(expected, &refusal, via, &evidence);
            office.record(&keys, &args.operator, event)?;
            Err(refusal.into())
        }
    }
}

fn by_file(
    office: &OpenOffice,
    keys: &OfficeKeys,
    bytes: &[u8],
    expected: Option<&BundleId>,
) -> Result<AcceptedReceipt, ReceiptRefusal> {
    let (jws, receipt) = VerifiedReceipt::read(bytes)?;
    let (id, named) = (&receipt.receipt.bundle_id, Some(&receipt.receipt.holder));
    checked(office, keys, id, named, |check| check.file(&jws, &receipt, expected))
}

/// Checks a report of a bundle against what the office knows, with the receipt secrets of everybody who can report of
/// it, and of the one whom the receipt names.
fn checked<T>(
    office: &OpenOffice,
    keys: &OfficeKeys,
    id: &BundleId,
    named: Option<&Holder>,
    check: impl FnOnce(ReceiptCheck<'_>) -> T,
) -> T {
    let register = office.register();
    let holders = register.disclosures.get(id).into_iter().flat_map(Disclosure::holders);
    let holders: Vec<Holder> = holders.chain(named.cloned()).collect();
    let masters = register.of_key(id, keys.masters()).iter();
    let of_master = |master: &ReceiptMaster| {
        holders.iter().map(|h| (h.clone(), master.receipt_secret(id, h))).collect::<Vec<_>>()
    };
    let secrets: Vec<_> = masters.flat_map(of_master).collect();
    let office = office.ledger.office_keys(&office.key);
    check(ReceiptCheck { register: &register, office: &office, secrets: &secrets, now: now() })
}

/// What the reports of a bundle say, line by line: words, log, and what must be answered before it is closed.
pub(crate) fn report_lines(disclosure: &Disclosure) -> String {
    let mut text = String::new();
    for report in &disclosure.reports {
        let said = report.said;
        text.push_str(&format!("  {}（{}）\n", said.kind.japanese(), said.day.wareki()));
        text.push_str(&format!("    {}（{}）\n", report.maker.japanese(), report.holder));
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
            text.push_str(&format!("    視聴 {} 回\n", log.tally().opened));
            for entry in log.happenings() {
                text.push_str(&format!("      {entry}\n"));
            }
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
        accepted.said.kind.japanese(),
        accepted.said.day.wareki()
    );
    Report::new(
        text,
        json!({ "ok": true, "bundle_id": accepted.bundle_id, "kind": accepted.said.kind, "day": accepted.said.day,
            "ordinal": accepted.said.ordinal, "holder": accepted.holder,
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

pub(crate) fn typed_id(typed: &str) -> Result<BundleId, Failure> {
    BundleId::parse_typed(typed).ok_or_else(|| {
        Failure::new(
            "bundle_id_form",
            said!(
                "「{typed}」は、R8-0001-7K3Q のような管理番号ではありません",
                "{typed:?} is no 管理番号 like R8-0001-7K3Q"
            ),
        )
    })
}

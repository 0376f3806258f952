//! Writes a ledger of so many events, ten for each disclosure, signed by an office's key file: `make_ledger
//! KEY PASSPHRASE_FILE N`. The last line is the head. For `make bench`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool of the benchmark: it stops at the first surprise"
)]

use std::io::Write;

use fuin_core::{
    B64, BundleId, Day, EventBody, Holder, LedgerEvent, LedgerHead, OfficeKeyFile, OpensWith, Passphrase,
    Provides, ReceiptKind, Request, RuleSet, SealedEvent, SealedSlot, Typ, Via, example_request,
};
use fuin_tests::TestEntropy;

/// The example as it would be asked on a day.
fn asked_on(example: &Request, day: Day) -> Request {
    let mut request =
        Request { received_on: day, document_date: Some(day), return_due: day, ..example.clone() };
    for range in &mut request.range {
        (range.from, range.to) = (day.start(), day.start());
    }
    if let Some(undertaking) = &mut request.undertaking {
        undertaking.submitted_on = day;
    }
    request
}

fn main() {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().unwrap();
    let file = OfficeKeyFile::parse(&std::fs::read_to_string(next()).unwrap()).unwrap();
    let typed = std::fs::read_to_string(next()).unwrap();
    let wanted: u64 = next().parse().unwrap();
    let (keys, card) = file.open(&Passphrase::new(typed.trim_end())).unwrap();
    let rules = RuleSet::builtin(&card.rules).unwrap();
    let first = Request::from_toml(&example_request(&rules)).unwrap();
    let entropy = TestEntropy::new(7);
    let begin = Day::parse("2020-04-01").unwrap();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut prev, mut id) = ([0; 32], BundleId::generate(&entropy, begin, 1));
    for seq in 0..wanted {
        let (number, step) = (seq / 10 + 1, seq % 10);
        let day = begin.plus_days((number / 5) as i64);
        let first = asked_on(&first, day);
        if step == 0 {
            id = BundleId::generate(&entropy, day, number);
        }
        let bundle_id = id.clone();
        let receipt = |kind| EventBody::ReceiptAccepted {
            bundle_id: id.clone(),
            receipt: kind,
            day,
            ordinal: 1,
            holder: Holder::of_slot(0),
            via: Via::Code,
            evidence: "0000-0000-0000-0000-0000".into(),
        };
        let event = match step {
            0 => {
                let mut request = first.clone();
                request.document_number = format!("刑捜第{number}号");
                EventBody::Requested {
                    number,
                    request: Box::new(request),
                    attachments: vec![],
                    recipient_keys: None,
                }
            }
            1 => EventBody::Reviewed {
                number,
                review: first.review.clone(),
                undertaking: first.undertaking.clone(),
            },
            2 => EventBody::Decided {
                number,
                granted: true,
                by: "課長".into(),
                reason: "必要と認める".into(),
                findings: vec![],
                approvals: vec![],
                provides: Some(Provides::all_of(&first)),
            },
            3 => EventBody::Sealed(Box::new(SealedEvent {
                number,
                bundle_id,
                manifest_sha256: B64([0; 32]),
                recipient: first.recipient(),
                range: first.range_text(),
                not_before: day.start(),
                not_after: day.plus_days(60).end(),
                return_due: day.plus_days(60),
                medium: first.medium.clone(),
                clips: vec![],
                slots: vec![SealedSlot { opens_with: OpensWith::Passphrase, signer: None }],
                ticket: None,
                replaces: None,
            })),
            4 => receipt(ReceiptKind::Delivery),
            5 => EventBody::DueExtended {
                bundle_id,
                until: day.plus_days(90),
                reason: "公判".into(),
                by: "課長".into(),
            },
            6 => EventBody::ReceiptRefused {
                bundle_id: Some(bundle_id),
                reason: "receipt_code_check".into(),
                via: Via::Code,
                evidence: "1".into(),
            },
            7 => EventBody::Reported {
                bundle_id,
                receipt: ReceiptKind::PartialReturn,
                day,
                from: "電話".into(),
                note: String::new(),
            },
            8 => receipt(ReceiptKind::Return),
            _ => EventBody::Closed {
                bundle_id,
                medium_check: "良".into(),
                witness: String::new(),
                note: String::new(),
            },
        };
        let format = "fuin-event/1".into();
        let event = LedgerEvent {
            format,
            seq,
            prev: B64(prev),
            at: day.start(),
            actor: "取扱者".into(),
            event,
            brought: None,
        };
        let line = keys.signing.sign(Typ::Event, &serde_json::to_vec(&event).unwrap());
        prev = line.line_sha256();
        writeln!(out, "{}", line.as_str()).unwrap();
    }
    let head = LedgerHead { format: "fuin-ledger-head/1".into(), lines: wanted, sha256: B64(prev) };
    writeln!(out, "{}", keys.signing.sign(Typ::LedgerHead, &serde_json::to_vec(&head).unwrap()).as_str())
        .unwrap();
}

//! An event of every kind, for what is kept for ever.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops at the first surprise")]

use fuin_core::{
    Approval, Attachment, B64, BroughtLine, CertificationRecord, EventBody, Grant, Holder, Incident, Jws,
    Ledger, Letter, LetterKind, Office, Operation, OperationKind, OwedReport, PersonRole, Provides,
    Provision, ReceiptKind, Request, Restoration, RuleSet, SealedEvent, SigningKey, TimeStampRecord,
    UndertakingFields, Union, Via, YearClosing, YearDestruction,
};

use crate::{authority::Authority, bundle_id, day, desk_key, noon, wish};

/// A request that says little.
pub fn request() -> Request {
    wish(&RuleSet::builtin("minato").unwrap())
}

/// An event of every kind, but for those of a year's end.
pub fn events(
    office: &Office,
    sealed: SealedEvent,
    receipt: &Jws,
    certification: &CertificationRecord,
) -> Vec<EventBody> {
    let id = || bundle_id();
    let undertaking = UndertakingFields {
        submitted_on: day("2026-11-20"),
        signed_by: "署長".into(),
        onward_to: String::new(),
        origin: Default::default(),
    };
    let approvals = vec![Approval { role: "課長".into(), name: "見本次郎".into() }];
    let text = || "記録".to_owned();
    vec![
        EventBody::OfficeFounded { card: office.key_file.card.clone() },
        EventBody::OfficeCertified { certification: certification.clone() },
        EventBody::OfficeSet { roles: approvals.clone() },
        EventBody::PersonSet { name: text(), roles: PersonRole::ALL.to_vec() },
        EventBody::DeskEnrolled { key: desk_key().public().jwk(), name: text() },
        EventBody::DeskStruckOff { key: B64([9; 32]), reason: text() },
        EventBody::Requested {
            number: 1,
            request: Box::new(request()),
            attachments: vec![Attachment::of("申請.pdf".into(), b"%PDF-1.4")],
            recipient_keys: None,
        },
        EventBody::Reviewed { number: 1, review: Default::default(), undertaking: Some(undertaking) },
        EventBody::Decided {
            number: 1,
            granted: true,
            by: text(),
            reason: text(),
            findings: vec![],
            approvals,
            provides: Some(Provides { grants: vec![Grant::Still], ..Provides::all_of(&request()) }),
        },
        EventBody::Corrected { number: 1, request: Box::new(request()), reason: text(), by: text() },
        EventBody::Withdrawn { number: 1, on: noon().day(), reason: text(), from: text() },
        EventBody::Reopened { number: 1, reason: text(), by: text() },
        EventBody::Claimed { number: 1, by: Some(text()) },
        EventBody::Attached {
            number: 1,
            attachments: vec![Attachment::of("誓約書.pdf".into(), b"%PDF-1.4")],
            note: text(),
        },
        EventBody::Issued(Box::new(Letter {
            letter: LetterKind::Answer,
            number: 1,
            bundle_id: None,
            on: noon().day(),
            document_number: text(),
            to: text(),
            from: text(),
            seal_omitted: true,
            title: text(),
            body: text(),
        })),
        EventBody::TakenBack { line: 10, reason: text(), by: text() },
        EventBody::Submitted {
            report: OwedReport::Disclosure { number: 1 },
            on: noon().day(),
            to: text(),
            document_number: text(),
        },
        EventBody::Submitted {
            report: OwedReport::Incident { line: 26 },
            on: noon().day(),
            to: text(),
            document_number: String::new(),
        },
        EventBody::Submitted {
            report: OwedReport::Yearly { year: 2026 },
            on: noon().day(),
            to: text(),
            document_number: String::new(),
        },
        EventBody::Provided(Provision {
            number: 1,
            on: noon(),
            to: text(),
            place: text(),
            note: String::new(),
        }),
        EventBody::Sealed(Box::new(sealed)),
        EventBody::ReceiptAccepted {
            bundle_id: id(),
            receipt: ReceiptKind::Return,
            day: noon().day(),
            ordinal: 2,
            holder: Holder::of_slot(1),
            via: Via::File,
            evidence: receipt.as_str().to_owned(),
        },
        EventBody::ReceiptStamped {
            bundle_id: id(),
            time_stamp: TimeStampRecord::from(&Authority::get("p256").stamp(receipt)),
        },
        EventBody::ReceiptRefused {
            bundle_id: None,
            reason: "receipt_signature".into(),
            via: Via::File,
            evidence: fuin_core::evidence_of(b"eyJ\xFF"),
        },
        EventBody::DueExtended { bundle_id: id(), until: day("2027-03-31"), reason: text(), by: text() },
        EventBody::Reported {
            bundle_id: id(),
            receipt: ReceiptKind::Loss,
            day: noon().day(),
            from: text(),
            note: text(),
        },
        EventBody::Voided { bundle_id: id(), reason: text() },
        EventBody::CopyDisposed { bundle_id: id(), on: noon().day(), method: text(), witness: text() },
        EventBody::Operation(Box::new(Operation {
            section: OperationKind::TakeOut,
            on: noon().day(),
            camera: text(),
            subject: text(),
            reason: text(),
            particulars: text(),
            permitted_by: text(),
            operator: text(),
            note: String::new(),
            time: "14:30".into(),
            number: Some(1),
        })),
        EventBody::Incident(Box::new(Incident {
            bundle_id: Some(id()),
            on: noon().day(),
            time: "9:00".into(),
            place: text(),
            what: text(),
            cause: text(),
            people: text(),
            measures: text(),
            reported_to: text(),
        })),
        EventBody::OfficeRenamed { card: office.key_file.card.clone() },
        EventBody::RulesAdopted { text: text() },
        EventBody::DecisionCorrected {
            number: 1,
            decided_by: text(),
            grounds: text(),
            reason: text(),
            by: text(),
        },
        EventBody::LetterTextSet { letter: LetterKind::Reminder, title: text(), body: text() },
        EventBody::BackedUp { lines: 3 },
        EventBody::Restored(Restoration { lines: 3, lost: 1, damaged_sha256: B64([9; 32]) }),
        EventBody::Closed { bundle_id: id(), medium_check: text(), witness: text(), note: text() },
    ]
}

/// A union with a copy that has a line of its own, which counts in that copy alone.
pub fn united(ledger: &Ledger, key: &SigningKey) -> [EventBody; 2] {
    let mut copy = ledger.clone();
    let line = copy.append(noon(), "取扱者", EventBody::BackedUp { lines: 3 }, key).unwrap();
    let said = Union {
        from: ledger.lines().len() as u64,
        after: ledger.last_line_sha256(),
        lines: 1,
        sha256: copy.last_line_sha256(),
        numbers: vec![],
        reason: "例示".into(),
        by: "例示".into(),
    };
    let brought = BroughtLine { line, counts: false };
    [EventBody::LedgersUnited(Box::new(said)), EventBody::Brought(Box::new(brought))]
}

/// A line of a year that is closed and destroyed.
pub fn complaint() -> EventBody {
    EventBody::Operation(Box::new(Operation {
        section: OperationKind::Complaint,
        on: day("2025-05-01"),
        camera: "例示".into(),
        subject: "例示".into(),
        reason: "例示".into(),
        particulars: "例示".into(),
        permitted_by: "例示".into(),
        operator: "例示".into(),
        note: String::new(),
        time: String::new(),
        number: None,
    }))
}

pub fn closing() -> EventBody {
    EventBody::YearClosed(Box::new(YearClosing {
        year: 2025,
        requests: 3,
        granted: 2,
        partly: 1,
        refused: 1,
        withdrawn: 0,
        disclosed: 2,
        shown: 1,
        incidents: 0,
        open: vec![2, 3],
        by: "例示".into(),
    }))
}

pub fn destruction(line: u64, sha256: [u8; 32]) -> EventBody {
    EventBody::YearDestroyed(Box::new(YearDestruction {
        year: 2025,
        lines: vec![(line, line)],
        sha256: B64(sha256),
        requests: 0,
        bundles: 0,
        attachments: 0,
        last_number: 3,
        basis: "例示".into(),
        on: noon().day(),
        method: "例示".into(),
        witness: "例示".into(),
        by: "例示".into(),
    }))
}

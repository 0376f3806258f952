//! What the office's register makes of events: states, due dates, searches, yearly counts, years of keeping.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    Approval, B64, BundleId, CaseState, Day, DisclosureStatus, EventBody, Holder, Incident, Ledger,
    LedgerFault, OpensWith, Operation, OperationKind, Provides, ReceiptKind, Register, Request, Review,
    RuleSet, SealedEvent, SealedSlot, SigningKey, Timestamp, Today, Via, Yearly, example_request,
};
use fuin_tests::{TestEntropy, incident, office_key};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn at(text: &str) -> Timestamp {
    day(text).start().plus_secs(10 * 3600)
}

/// One office's ledger, growing day by day.
struct Life {
    ledger: Ledger,
    key: SigningKey,
    rules: RuleSet,
}

impl Life {
    fn new(city: &str) -> Self {
        Self { ledger: Ledger::default(), key: office_key(), rules: RuleSet::builtin(city).unwrap() }
    }

    fn on(&mut self, date: &str, event: EventBody) {
        self.ledger.append(at(date), "取扱者", event, &self.key).unwrap();
    }

    fn request(&mut self, date: &str, number: u64, change: impl FnOnce(&mut Request)) {
        let mut request = Request::from_toml(&example_request(&self.rules)).unwrap();
        request.received_on = day(date);
        change(&mut request);
        self.on(
            date,
            EventBody::Requested {
                number,
                request: Box::new(request),
                attachments: vec![],
                recipient_keys: None,
            },
        );
    }

    fn decide(&mut self, date: &str, number: u64, granted: bool) {
        let approvals = vec![Approval { role: "課長".into(), name: String::new() }];
        let provides = granted.then(|| Provides::all_of(&self.register().cases[&number].request));
        self.on(
            date,
            EventBody::Decided {
                number,
                granted,
                by: "課長".into(),
                reason: "必要と認める".into(),
                findings: vec![],
                approvals,
                provides,
            },
        );
    }

    fn seal(&mut self, date: &str, number: u64, due: &str) -> BundleId {
        let bundle_id = BundleId::generate(&TestEntropy::new(number), day(date), number);
        let request = self.register().cases[&number].request.clone();
        let sealed = SealedEvent {
            number,
            bundle_id: bundle_id.clone(),
            manifest_sha256: B64([0; 32]),
            recipient: request.recipient(),
            range: request.range_text(),
            not_before: at(date),
            not_after: day(due).end(),
            return_due: day(due),
            medium: request.medium,
            clips: vec![],
            slots: vec![SealedSlot { opens_with: OpensWith::Passphrase, signer: None }],
            ticket: None,
            replaces: None,
        };
        self.on(date, EventBody::Sealed(Box::new(sealed)));
        bundle_id
    }

    fn receipt(&mut self, date: &str, id: &BundleId, kind: ReceiptKind) {
        let event = EventBody::ReceiptAccepted {
            bundle_id: id.clone(),
            receipt: kind,
            day: day(date),
            ordinal: 1,
            holder: Holder::of_slot(0),
            via: Via::Code,
            evidence: String::new(),
        };
        self.on(date, event);
    }

    fn register(&self) -> Register {
        Register::project(self.ledger.events())
    }
}

#[test]
fn a_request_goes_its_way() {
    let mut life = Life::new("minato");
    life.request("2026-11-02", 1, |request| request.review = Review::default());
    let state = |life: &Life| {
        let register = life.register();
        register.cases[&1].state(&register.disclosures)
    };
    assert_eq!(state(&life), CaseState::Review);
    let blocked = life.rules.check(&life.register().cases[&1].request);
    assert!(blocked.iter().any(|finding| finding.blocks() && finding.article == "8条2項"));
    // The review answers what the request did not.
    let review = Review { necessity: "必要".into(), scope: "30分".into(), ..Default::default() };
    let undertaking = life.register().cases[&1].request.undertaking.clone();
    life.on("2026-11-03", EventBody::Reviewed { number: 1, review, undertaking });
    assert!(!life.rules.check(&life.register().cases[&1].request).iter().any(fuin_core::Finding::blocks));
    life.decide("2026-11-04", 1, true);
    assert_eq!(state(&life), CaseState::Granted);
    let id = life.seal("2026-11-05", 1, "2026-12-01");
    assert_eq!(state(&life), CaseState::Sealed);
    // A bundle that never came to be is voided, and the case waits for sealing again.
    life.on("2026-11-05", EventBody::Voided { bundle_id: id.clone(), reason: "中断".into() });
    assert_eq!(state(&life), CaseState::Granted);
    let register = life.register();
    assert!(register.cases[&1].bundle(&register.disclosures).is_none());
    assert_eq!(register.disclosures[&id].status, DisclosureStatus::Voided);
    assert_eq!(register.disclosures[&id].delivered_on(), None);
    // A receipt shows that it was handed over after all.
    let mut other = Life::new("minato");
    other.request("2026-11-02", 1, |_| {});
    other.decide("2026-11-02", 1, true);
    let back = other.seal("2026-11-05", 1, "2026-12-01");
    other.on("2026-11-05", EventBody::Voided { bundle_id: back.clone(), reason: "誤り".into() });
    other.receipt("2026-11-06", &back, ReceiptKind::Delivery);
    other.receipt("2026-11-07", &back, ReceiptKind::Erasure);
    let all = other.register().disclosures;
    assert_eq!(
        (all[&back].status, all[&back].delivered_on()),
        (DisclosureStatus::Erased, Some(day("2026-11-06")))
    );
    assert_eq!(register.next_number(), 2);
    // A second decision line for a refused case.
    life.request("2026-11-06", 2, |_| {});
    life.decide("2026-11-06", 2, false);
    let register = life.register();
    assert_eq!(register.cases[&2].state(&register.disclosures), CaseState::Refused);
}

#[test]
fn what_is_due_comes_in_order_and_extensions_count() {
    let mut life = Life::new("minato");
    let dues = ["2026-11-10", "2026-11-20", "2026-11-28", "2027-01-29"];
    let mut ids = Vec::new();
    for (number, due) in (1..).zip(dues) {
        life.request("2026-11-01", number, |_| {});
        life.decide("2026-11-01", number, true);
        ids.push(life.seal("2026-11-02", number, due));
    }
    life.request("2026-11-20", 5, |_| {});
    let today = |life: &Life| Today::of(&life.register(), day("2026-11-23"), &life.rules);
    let list = today(&life);
    assert_eq!(list.overdue, vec![(ids[0].clone(), 13), (ids[1].clone(), 3)]);
    assert_eq!(list.due_soon, vec![(ids[2].clone(), 5)]);
    assert_eq!((list.to_review, list.unsaved), (vec![(5, day("2026-11-20"))], 13));
    let extended = EventBody::DueExtended {
        bundle_id: ids[0].clone(),
        until: day("2026-12-31"),
        reason: "公判".into(),
        by: "課長".into(),
    };
    life.on("2026-11-23", extended);
    life.receipt("2026-11-23", &ids[1], ReceiptKind::Erasure);
    life.on("2026-11-23", EventBody::BackedUp { lines: 15 });
    let list = today(&life);
    assert_eq!(list.overdue, vec![]);
    assert_eq!((list.to_close.clone(), list.unsaved), (vec![ids[1].clone()], 1));
    assert!(!list.is_empty());
    assert_eq!(life.register().disclosures[&ids[0]].due, day("2026-12-31"));
    // 一部返却 keeps it open, 送致 does not.
    life.receipt("2026-11-23", &ids[2], ReceiptKind::PartialReturn);
    assert_eq!(today(&life).due_soon.len(), 1);
    life.receipt("2026-11-24", &ids[2], ReceiptKind::OnwardTransfer);
    let list = today(&life);
    assert_eq!((list.due_soon.len(), list.to_close.len()), (0, 2));
    // What is lost stays on the list until something else is reported of it.
    life.receipt("2026-11-24", &ids[3], ReceiptKind::Loss);
    assert_eq!(today(&life).lost, vec![ids[3].clone()]);
    life.receipt("2026-11-25", &ids[3], ReceiptKind::Return);
    assert_eq!(today(&life).lost, vec![]);
}

#[test]
fn fujisawa_keeps_its_copy_five_years_from_april() {
    let mut life = Life::new("fujisawa");
    life.request("2026-11-20", 1, |_| {});
    life.decide("2026-11-20", 1, true);
    let id = life.seal("2026-11-22", 1, "2026-12-31");
    // Sealed before the end of the 年度 and handed over after it: the years count from 提供.
    let never = Life { ledger: life.ledger.clone(), key: office_key(), rules: life.rules.clone() };
    assert_eq!(Today::of(&never.register(), day("2032-04-01"), &life.rules).copies_over, vec![]);
    let mut later = Life { ledger: life.ledger.clone(), key: office_key(), rules: life.rules.clone() };
    later.receipt("2027-04-01", &id, ReceiptKind::Delivery);
    let kept = later.register().disclosures[&id].copy_kept_until(&life.rules);
    assert_eq!(kept, Some(day("2033-03-31")));
    life.receipt("2026-11-24", &id, ReceiptKind::Delivery);
    let over = |life: &Life, date: &str| Today::of(&life.register(), day(date), &life.rules).copies_over;
    assert_eq!(over(&life, "2032-03-31"), vec![]);
    assert_eq!(over(&life, "2032-04-01"), vec![(id.clone(), day("2032-03-31"))]);
    let disposed = EventBody::CopyDisposed {
        bundle_id: id,
        on: day("2032-04-02"),
        method: "消去と破砕".into(),
        witness: "係長".into(),
    };
    life.on("2032-04-02", disposed);
    assert_eq!(over(&life, "2032-05-01"), vec![]);
    let minato = RuleSet::builtin("minato").unwrap();
    assert_eq!(
        Today::of(&life.register(), day("2040-01-01"), &minato).copies_over,
        vec![],
        "no other city asks for it"
    );
}

#[test]
fn a_search_forgives_widths_and_finds_by_every_word() {
    let mut life = Life::new("midori");
    life.request("2026-11-01", 1, |request| request.document_number = "みどり刑第４２号".into());
    life.request("2026-11-02", 2, |request| request.applicant.organization = "ABC法律事務所".into());
    let register = life.register();
    let found = |query: &str| register.search(query).iter().map(|case| case.number).collect::<Vec<_>>();
    assert_eq!(found(""), [2, 1]);
    assert_eq!(found("42号"), [1]);
    assert_eq!(found("ａｂｃ"), [2]);
    assert_eq!(found("令和8年11月 窃盗"), [2, 1]);
    assert_eq!(found("ABC 42号"), [0u64; 0]);
}

#[test]
fn a_year_is_counted_from_april_to_march() {
    let mut life = Life::new("minato");
    for (number, date) in (1..).zip(["2026-03-31", "2026-04-01", "2026-11-01", "2027-03-31"]) {
        life.request(date, number, |_| {});
        life.decide(date, number, number != 3);
        if number != 3 {
            life.seal(date, number, "2027-03-31");
        }
    }
    let ids: Vec<BundleId> = life.register().disclosures.into_keys().collect();
    let of = |life: &Life, number| {
        let all = life.register().disclosures;
        ids.iter().find(|id| all[id].sealed.number == number).unwrap().clone()
    };
    let second = of(&life, 2);
    life.receipt("2026-12-01", &second, ReceiptKind::Return);
    let closed = EventBody::Closed {
        bundle_id: second,
        medium_check: "良".into(),
        witness: String::new(),
        note: String::new(),
    };
    life.on("2026-12-02", closed);
    for section in [OperationKind::Complaint, OperationKind::MediaDisposal, OperationKind::Complaint] {
        let operation = Operation {
            section,
            on: day("2026-06-01"),
            camera: String::new(),
            subject: String::new(),
            reason: String::new(),
            particulars: String::new(),
            permitted_by: String::new(),
            operator: String::new(),
            note: String::new(),
            time: String::new(),
            number: None,
        };
        life.on("2026-06-01", EventBody::Operation(Box::new(operation)));
    }
    let lost = Incident {
        on: day("2026-07-01"),
        what: "媒体の紛失".into(),
        measures: "捜索".into(),
        reported_to: "区長".into(),
        ..incident()
    };
    life.on("2026-07-01", EventBody::Incident(Box::new(lost)));
    // Sealed on the last day of the year, handed over on the first of the next.
    let fourth = of(&life, 4);
    life.receipt("2027-04-01", &fourth, ReceiptKind::Delivery);
    let count = |year| Yearly::count(life.ledger.events(), &life.rules, year, day("2027-05-01"));
    let year = count(2026);
    assert_eq!(year.year, "令和8年度");
    assert_eq!((year.requests, year.granted, year.refused, year.disclosed), (3, 2, 1, 1));
    assert_eq!(year.waiting, 2, "sealed, and handed over to nobody");
    assert_eq!((year.returned, year.closed, year.open, year.overdue, year.incidents), (1, 1, 0, 0, 1));
    assert_eq!(year.by_ground[0].2, 1);
    let next = count(2027);
    assert_eq!((next.disclosed, next.open, next.waiting), (1, 1, 1));
    assert_eq!(year.operations[4], (OperationKind::Complaint, 2));
    assert_eq!(count(2025).requests, 1);
    // What happens afterwards does not change the year that is over.
    let fourth = of(&life, 4);
    let extended = EventBody::DueExtended {
        bundle_id: fourth.clone(),
        until: day("2027-06-30"),
        reason: "公判".into(),
        by: "課長".into(),
    };
    life.on("2027-04-02", extended);
    life.receipt("2027-04-05", &fourth, ReceiptKind::Erasure);
    // What was written down late counts once: in the year in which it was.
    let late = Incident { on: day("2027-03-30"), what: "年度末の事故".into(), ..incident() };
    life.on("2027-04-01", EventBody::Incident(Box::new(late)));
    let count = |year| Yearly::count(life.ledger.events(), &life.rules, year, day("2027-05-01"));
    assert_eq!((count(2026), count(2027).extensions, count(2027).incidents), (year, 1, 1));
    // Under other rules, what was decided under the earlier ones is still counted.
    let mut revised = life.rules.clone();
    revised.grounds.retain(|ground| ground.id != "investigation");
    let again = Yearly::count(life.ledger.events(), &revised, 2026, day("2027-05-01"));
    assert_eq!(
        again.by_ground.last().unwrap(),
        &("investigation".to_owned(), "（今の規程にない区分）".to_owned(), 1)
    );
}

#[test]
fn our_own_ledger_opens_by_its_head_and_damage_is_still_named() {
    let mut life = Life::new("minato");
    for number in 1..=20 {
        life.request("2026-11-01", number, |_| {});
    }
    let head = life.ledger.signed_head(&life.key);
    let lines: Vec<_> = life.ledger.lines().iter().map(fuin_core::LedgerLine::as_str).collect();
    let read =
        |lines: &[&str]| Ledger::read_own(lines.join("\n").as_bytes(), Some(&head), &life.key.public());
    assert_eq!(read(&lines).1, vec![]);
    let mut swapped = lines.clone();
    swapped.swap(4, 5);
    assert!(matches!(read(&swapped).1[0], LedgerFault::Chain { line: 5 }));
    let mut flipped = lines[7].to_owned();
    let middle = flipped.len() / 2;
    let other = if flipped.as_bytes()[middle] == b'A' { "B" } else { "A" };
    flipped.replace_range(middle..=middle, other);
    let altered: Vec<&str> =
        lines.iter().enumerate().map(|(i, line)| if i == 7 { flipped.as_str() } else { line }).collect();
    let (rest, faults) = read(&altered);
    assert!(matches!(faults[0], LedgerFault::Line { line: 8, .. }), "{faults:?}");
    assert_eq!(rest.events().len(), 19, "the rest stays readable");
    assert!(matches!(read(&lines[..15]).1[..], [LedgerFault::TailLost { missing: 5 }]));
    let without: Vec<&str> =
        lines.iter().enumerate().filter(|(i, _)| *i != 9).map(|(_, line)| *line).collect();
    assert!(matches!(read(&without).1[0], LedgerFault::Chain { line: 10 }));
    // A fork: the same length, another last line.
    let mut other = Life::new("minato");
    for number in 1..=19 {
        other.request("2026-11-01", number, |_| {});
    }
    other.request("2026-11-02", 20, |_| {});
    let theirs: Vec<_> = other.ledger.lines().iter().map(fuin_core::LedgerLine::as_str).collect();
    assert!(read(&theirs).1.iter().any(|fault| matches!(fault, LedgerFault::Fork { line: 20 })));
}

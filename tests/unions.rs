//! 記録簿の統合: two ledgers of one office that went different ways (FORMAT.md §10.12).
#![allow(clippy::unwrap_used, clippy::tests_outside_test_module, missing_docs, reason = "a test")]

use fuin_core::{
    Attachment, BroughtLine, BundleId, CaseState, Coded as _, EventBody, Jws, Ledger, LedgerFault,
    LedgerFinding, LedgerLine, PersonRole, Proof, ReceiptKind, Renumbered, Request, SigningKey, Typ, Union,
    UnionError, admits_next, attachments_gone, first_unruly, sha256_hex, union_of,
};
use fuin_tests::{
    TestEntropy,
    desk::{Desk, complaint, decided, reported},
    office_key, signed,
};

/// One PC with a request, and another one that goes on from there.
fn apart() -> (Desk, Desk) {
    let mut one = Desk::new("minato");
    one.on(EventBody::OfficeSet { roles: vec![] });
    one.request(|_| {});
    let other = one.clone();
    (one, other)
}

fn theirs(request: &mut Request) {
    request.document_number = "二号機で受けたもの".into();
}

fn sealed_as(desk: &mut Desk, number: u64, id: &str) -> BundleId {
    let id = BundleId::try_from(id.to_owned()).unwrap();
    desk.on(EventBody::Sealed(Box::new(desk.sealed(number, &id, vec![]))));
    id
}

/// Brings the other ledger in, line by line, as a desk records it.
fn unite(ours: &mut Desk, theirs: &Ledger) -> usize {
    let at = ours.today.start().plus_secs(11 * 3600);
    let events = union_of(&ours.ledger, theirs, &ours.rules, ("二台の統合", "課長"), at).unwrap().events;
    for event in &events {
        record(ours, event).unwrap();
    }
    events.len()
}

fn record(ours: &mut Desk, event: &EventBody) -> Result<(), String> {
    let at = ours.today.start().plus_secs(11 * 3600);
    admits_next(&ours.ledger, &ours.register, ("課長", event), Ok(&ours.rules), at)
        .map_err(|error| error.code().to_owned())?;
    ours.ledger.append(at, "課長", event.clone(), &office_key()).map_err(|fault| fault.to_string())?;
    ours.register.follow(ours.ledger.events());
    Ok(())
}

fn exported(ledger: &Ledger) -> String {
    ledger.export(&ledger.signed_head(&office_key()))
}

fn refused(ours: &Desk, theirs: &Ledger) -> UnionError {
    let at = ours.today.start();
    union_of(&ours.ledger, theirs, &ours.rules, ("統合", "課長"), at).unwrap_err()
}

#[test]
fn what_two_pcs_recorded_stands_in_one_ledger_and_double_numbers_are_told_apart() {
    let (mut one, mut other) = apart();
    let ours = one.request(|request| request.document_number = "甲".into());
    one.grant(ours);
    let our_bundle = sealed_as(&mut one, ours, "R8-0001-AAAA");
    let theirs = other.request(|request| request.document_number = "乙".into());
    assert_eq!(ours, theirs, "both gave out the same number");
    other.grant(theirs);
    let their_bundle = sealed_as(&mut other, theirs, "R8-0001-BBBB");
    other.on(complaint("2026-11-24", "通行人から"));

    let lines = other.ledger.lines().len() as u64 - 2;
    assert_eq!(unite(&mut one, &other.ledger) as u64, lines + 1);
    let register = &one.register;
    assert_eq!(register.disclosures[&our_bundle].sealed.number, 2);
    assert_eq!(register.disclosures[&their_bundle].sealed.number, 3);
    assert_eq!(register.cases[&3].request.document_number, "乙");
    assert_eq!(register.cases[&3].in_year, 3);
    assert_eq!(register.number_before(3), Some(Renumbered { was: 2, was_in_year: 2, number: 3 }));
    assert_eq!(register.number_before(2), None);
    assert_eq!((register.operations.len(), register.findings.len()), (1, 0));
    one.is_what_the_ledger_says();

    // Whole and signed, for whoever reads it.
    let text = exported(&one.ledger);
    let (read, faults) = Ledger::read(text.as_bytes(), None, Some(&office_key().public()));
    assert_eq!(faults, []);
    assert_eq!(read.events(), one.ledger.events());
    assert_eq!(first_unruly(read.events(), 2, "minato"), None);
    let head = one.ledger.signed_head(&office_key());
    let (own, faults) = Ledger::read_own(text.as_bytes(), Some(&head), &office_key().public());
    assert_eq!((own.events(), faults), (one.ledger.events(), vec![]));

    // The case goes on here, under its new number.
    let lost = reported(&their_bundle, ReceiptKind::Loss, one.today);
    one.on(lost);
    assert_eq!(one.state(3), CaseState::Sealed);
    // The other PC's ledger stands here whole; it may be replaced by this one.
    assert_eq!(one.ledger.known_of(&other.ledger), other.ledger.lines().len() as u64);
    assert_eq!(refused(&one, &other.ledger), UnionError::Known);
}

#[test]
fn a_sealing_that_was_brought_is_proved_by_its_line_here() {
    let (mut one, mut other) = apart();
    one.request(|_| {});
    let number = other.request(theirs);
    other.grant(number);
    let id = sealed_as(&mut other, number, "R8-0001-BBBB");
    unite(&mut one, &other.ledger);
    let line = one.ledger.sealing_of(&id).unwrap();
    let proof = Proof::check(&Proof::make(&one.ledger, line, &office_key()).unwrap()).unwrap();
    assert!(matches!(&proof.event.event, EventBody::Sealed(sealed) if sealed.bundle_id == id));
    assert_eq!(proof.event.actor, "取扱者");
}

#[test]
fn what_contradicts_is_kept_counts_for_nothing_and_is_told() {
    let (mut one, mut other) = apart();
    one.grant(1);
    other.on(decided(1, "必要性なし", None));
    other.on(EventBody::OfficeSet { roles: vec![] });
    unite(&mut one, &other.ledger);
    assert!(one.register.cases[&1].decision.as_ref().unwrap().granted);
    let told: Vec<_> = one.register.findings.iter().map(LedgerFinding::japanese).collect();
    assert_eq!(told.len(), 1, "what concerns the other PC alone is not told: {told:?}");
    assert!(told[0].contains("提供不可の決定"), "{told:?}");
    // Both lines stand here all the same.
    let kept =
        exported(&one.ledger).lines().filter_map(|line| Jws::new(line).verify(Typ::Event).ok()).count();
    assert_eq!(kept, 3 + 1 + 2);
}

#[test]
fn documents_of_what_does_not_count_are_not_gone() {
    let (mut one, mut other) = apart();
    one.request(|_| {});
    // The clock of the other PC runs a day ahead.
    other.today = other.today.plus_days(1);
    let scan = Attachment { name: "追加.pdf".into(), bytes: 4, sha256: sha256_hex("二号機".as_bytes()) };
    other.on(EventBody::Attached { number: 1, attachments: vec![scan.clone()], note: "写し".into() });
    unite(&mut one, &other.ledger);
    assert_eq!(one.register.cases[&1].attachments, []);
    assert_eq!(one.register.documents.get(&scan.sha256), Some(&scan), "it is kept, and named");
    assert_eq!(one.register.findings.len(), 1);
    assert_eq!(one.ledger.events().last().unwrap().attachments(), std::slice::from_ref(&scan));
    assert_eq!(attachments_gone(&other.ledger, &one.ledger).len(), 0);
    let (before, _) = apart();
    assert_eq!(attachments_gone(&other.ledger, &before.ledger).len(), 1);
}

#[test]
fn what_was_taken_back_there_is_taken_back_here() {
    let (mut one, mut other) = apart();
    one.on(complaint("2026-11-24", "一号機"));
    let line = other.on(complaint("2026-11-24", "二号機"));
    other.on(EventBody::TakenBack { line, reason: "誤り".into(), by: "課長".into() });
    unite(&mut one, &other.ledger);
    let struck: Vec<_> =
        one.register.operations.iter().map(|line| (line.what.reason.clone(), line.is_taken_back)).collect();
    assert_eq!(struck, [("一号機".to_owned(), false), ("二号機".to_owned(), true)]);
}

#[test]
fn a_union_that_was_cut_off_goes_on_and_nothing_comes_twice() {
    let (mut one, mut other) = apart();
    one.request(|_| {});
    other.request(theirs);
    other.request(theirs);
    let at = one.today.start().plus_secs(11 * 3600);
    let events = union_of(&one.ledger, &other.ledger, &one.rules, ("統合", "課長"), at).unwrap().events;
    for event in &events[..2] {
        record(&mut one, event).unwrap();
    }
    assert_eq!(one.ledger.union_under_way().map(|(said, next)| (said.lines, next)), Some((2, 3)));
    // Others go on meanwhile: the numbers that are to come are given out.
    let next = one.request(|_| {});
    assert_eq!(next, 5);
    // A line that is no next one has no place.
    assert_eq!(record(&mut one, &events[1]), Err("step_state".into()));
    assert!(record(&mut one, &events[0]).is_err());
    let rest = union_of(&one.ledger, &other.ledger, &one.rules, ("統合", "課長"), at).unwrap().events;
    assert_eq!(rest, events[2..]);
    record(&mut one, &rest[0]).unwrap();
    assert_eq!(one.register.cases.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(one.ledger.union_under_way(), None);
    // The other PC went on; what is new comes, and knows its request by the number of here.
    other.grant(3);
    assert_eq!(unite(&mut one, &other.ledger), 2);
    assert!(one.register.cases[&4].decision.is_some());
    one.is_what_the_ledger_says();
}

#[test]
fn ledgers_that_cannot_be_brought_together_say_why() {
    let (mut one, mut other) = apart();
    assert_eq!(refused(&one, &one.ledger), UnionError::Known);
    other.request(theirs);
    assert_eq!(refused(&one, &other.ledger), UnionError::Continues);
    let mut stranger = Desk::new("minato");
    stranger.on(complaint("2026-11-24", "よそ"));
    assert_eq!(refused(&one, &stranger.ledger), UnionError::Office);
    // One that brought a third one in.
    let mut third = apart().1;
    third.on(complaint("2026-11-24", "三号機"));
    unite(&mut other, &third.ledger);
    one.on(complaint("2026-11-24", "一号機"));
    assert_eq!(refused(&one, &other.ledger), UnionError::Nested(4));
}

/// The office's signature on every line here says nothing of lines that others would bring in by it.
#[test]
fn a_line_that_the_office_did_not_sign_is_brought_by_nobody() {
    let (mut one, mut other) = apart();
    one.request(|_| {});
    other.request(theirs);
    let at = one.today.start().plus_secs(11 * 3600);
    let events = union_of(&one.ledger, &other.ledger, &one.rules, ("統合", "課長"), at).unwrap().events;
    record(&mut one, &events[0]).unwrap();
    let stranger = SigningKey::generate(&TestEntropy::new(77));
    let inner = other.ledger.events()[2].clone();
    let unsigned = {
        let mut short = Ledger::default();
        for event in &other.ledger.events()[..2] {
            short.append(event.at, &event.actor, event.event.clone(), &office_key()).unwrap();
        }
        short.prepare(inner.at, &inner.actor, inner.event, &stranger.public())
    };
    let brought = BroughtLine { line: signed(unsigned, &stranger), counts: true };
    let forged = EventBody::Brought(Box::new(brought));
    let refused = record(&mut one, &forged).unwrap_err();
    assert!(refused.contains("ledger_union") || refused == "step_state", "{refused}");
}

/// Whatever is cut out, swapped or said twice of what was brought is found by whoever reads it.
#[test]
fn a_union_is_whole_or_its_fault_is_named() {
    let (mut one, mut other) = apart();
    one.request(|_| {});
    other.request(theirs);
    other.on(complaint("2026-11-24", "二号機"));
    unite(&mut one, &other.ledger);
    let said: Vec<serde_json::Value> = one.ledger.lines().iter().map(said_on).collect();
    let rewritten = |order: &[usize]| {
        let (mut text, mut prev) = (String::new(), [0; 32]);
        for (seq, &at) in order.iter().enumerate() {
            let mut event = said[at].clone();
            event["seq"] = seq.into();
            event["prev"] = serde_json::to_value(fuin_core::B64(prev)).unwrap();
            // What the union goes on from is as it was.
            let line = match &one.ledger.lines()[at] {
                LedgerLine::Whole(line) if seq == at && seq < 3 => line.clone(),
                _ => office_key().sign(Typ::Event, event.to_string().as_bytes()),
            };
            prev = line.line_sha256();
            text.push_str(line.as_str());
            text.push('\n');
        }
        Ledger::read(text.as_bytes(), None, Some(&office_key().public())).1
    };
    assert_eq!(rewritten(&[0, 1, 2, 3, 4, 5]), []);
    let wrong = |line| vec![LedgerFault::Line { line, why: "ledger_union" }];
    assert_eq!(rewritten(&[0, 1, 2, 3, 5]), wrong(5), "one is missing");
    assert_eq!(rewritten(&[0, 1, 2, 3, 4, 4, 5]), wrong(6), "one comes twice");
    assert_eq!(rewritten(&[0, 1, 2, 4]), wrong(4), "nobody said that they come");
    assert_eq!(rewritten(&[0, 2, 3]), wrong(3), "it goes on from a line that is not here");
}

fn said_on(line: &LedgerLine) -> serde_json::Value {
    let verified = Jws::new(line.as_str()).verify(Typ::Event).unwrap();
    serde_json::from_slice(&verified.payload).unwrap()
}

#[test]
fn lines_that_came_with_one_ledger_do_not_come_with_another_again() {
    let (mut one, mut other) = apart();
    one.request(|_| {});
    other.on(complaint("2026-11-24", "二号機"));
    let number = other.request(theirs);
    // A third PC was set up from the second one, and both went on.
    let mut third = other.clone();
    third.on(complaint("2026-11-24", "三号機"));
    other.grant(number);
    unite(&mut one, &other.ledger);
    assert_eq!(one.ledger.known_of(&third.ledger), 4);
    // It goes on in the middle of what was brought: one line comes, under the numbers that its requests have here.
    assert_eq!(unite(&mut one, &third.ledger), 2);
    third.grant(number);
    // Both decided the same request; the second decision counts for nothing.
    unite(&mut one, &third.ledger);
    let told: Vec<_> = one.register.operations.iter().map(|line| line.what.reason.as_str()).collect();
    assert_eq!(told, ["二号機", "三号機"]);
    assert_eq!(one.register.cases.keys().copied().collect::<Vec<_>>(), [1, 2, 3]);
    one.is_what_the_ledger_says();
    // Said once more by hand, it is refused.
    let again = EventBody::LedgersUnited(Box::new(Union {
        from: 2,
        after: fuin_core::B64(other.ledger.events()[2].prev.0),
        lines: 3,
        sha256: other.ledger.last_line_sha256(),
        numbers: vec![],
        reason: "もう一度".into(),
        by: "課長".into(),
    }));
    assert!(record(&mut one, &again).is_err());
}

#[test]
fn what_rests_on_what_was_set_aside_counts_for_nothing_either() {
    let (mut one, mut other) = apart();
    one.grant(1);
    other.on(decided(1, "必要性なし", None));
    other.on(EventBody::Reopened { number: 1, reason: "再審査".into(), by: "課長".into() });
    other.grant(1);
    unite(&mut one, &other.ledger);
    assert_eq!(one.state(1), CaseState::Granted, "the decision of here stands");
    assert_eq!(one.register.findings.len(), 3);
}

/// Where an office tells people apart, nobody brings in a decision of his own request as another's.
#[test]
fn a_decision_of_a_request_of_here_is_another_ones_and_another_brings_it() {
    let roles = |roles: &[PersonRole]| roles.to_vec();
    let both = roles(&[PersonRole::Handler, PersonRole::Decider]);
    let set = |name: &str, roles| EventBody::PersonSet { name: name.into(), roles };
    let (mut one, _) = apart();
    one.on(set("取扱者", both.clone()));
    one.on(set("課長", both));
    one.request(theirs);
    let forged = |actor: &str| {
        let mut copy = one.clone();
        let at = copy.today.start().plus_secs(10 * 3600);
        let event = decided(2, "", Some(copy.all(2)));
        copy.ledger.append(at, actor, event, &office_key()).unwrap();
        copy.ledger
    };
    let bring = |actor: &str, by: &str| {
        let mut here = one.clone();
        let theirs = forged(actor);
        here.on(EventBody::Claimed { number: 1, by: None });
        let at = here.today.start().plus_secs(11 * 3600);
        let plan = union_of(&here.ledger, &theirs, &here.rules, ("統合", by), at).unwrap();
        plan.set_aside.is_empty()
    };
    // 取扱者 received the request.
    assert!(!bring("取扱者", "課長"), "his own decision");
    assert!(!bring("課長", "取扱者"), "another's, which he brings himself");
    assert!(bring("課長", "課長"));
}

//! What a city corrects, narrows, withdraws, opens again and takes back: events, and what follows from them.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    Attachment, Book, BundleId, CaseState, Covers, EventBody, FootageRange, Grant, Holder, Incident,
    Operation, OperationKind, Outcome, Provides, Provision, ReceiptKind, Request, SealedClipRecord,
    SealedEvent, Today, Via, Yearly,
};
use fuin_tests::{
    TestEntropy, day,
    desk::{Desk, closed, corrected, decided, reopened, reported, taken_back, withdrawn},
    incident, time,
};

#[test]
fn who_decided_and_why_can_be_corrected_after_it_went_out() {
    let mut desk = Desk::new("tajimi");
    let number = desk.request(|_| {});
    let said = |decided_by: &str, grounds: &str, reason: &str| EventBody::DecisionCorrected {
        number,
        decided_by: decided_by.into(),
        grounds: grounds.into(),
        reason: reason.into(),
        by: "主事".into(),
    };
    desk.refuses(said("部長", "相当", "誤記"), "step_state");
    desk.grant(number);
    desk.seal(number);
    let known = desk.register.cases[&number].decision.clone().unwrap();
    desk.refuses(said(&known.by, &known.reason, "誤記"), "step_correction");
    desk.refuses(said("", &known.reason, "誤記"), "step_missing");
    desk.refuses(said("部長", &known.reason, ""), "step_missing");
    desk.on(said("部長", &known.reason, "誤記"));
    let case = &desk.register.cases[&number];
    let now = case.decision.as_ref().unwrap();
    assert_eq!((&*now.by, &now.reason, &now.provides), ("部長", &known.reason, &known.provides));
    let differences = &case.corrections[0].differences;
    assert_eq!(differences.len(), 1);
    assert_eq!(
        (differences[0].field, &differences[0].old, &*differences[0].new),
        ("決定者", &known.by, "部長")
    );
    desk.is_what_the_ledger_says();
    // What was refused still says why.
    let refused = desk.request(|_| {});
    desk.on(decided(refused, "必要性がない", None));
    let silent = EventBody::DecisionCorrected {
        number: refused,
        decided_by: "部長".into(),
        grounds: " ".into(),
        reason: "誤記".into(),
        by: "主事".into(),
    };
    desk.refuses(silent, "step_missing");
}

/// 港区 8条2項: 必要かつ適切な範囲で.
#[test]
fn less_may_be_decided_than_was_asked_for_and_nothing_else() {
    let mut desk = Desk::new("minato");
    let number = desk.request(|_| {});
    let all = desk.all(number);
    let range = |from: &str, to: &str| FootageRange {
        camera: all.range[0].camera.clone(),
        from: time(from),
        to: time(to),
    };
    let with = |range: FootageRange| Some(Provides { range: vec![range], ..all.clone() });
    let narrow = range("2026-11-18T21:10:00+09:00", "2026-11-18T21:20:00+09:00");
    desk.refuses(decided(number, "", with(narrow.clone())), "step_missing");
    let wider = range("2026-11-18T20:59:00+09:00", "2026-11-18T21:20:00+09:00");
    desk.refuses(decided(number, "範囲", with(wider)), "step_wider");
    let other = FootageRange { camera: "裏口".into(), ..narrow.clone() };
    desk.refuses(decided(number, "範囲", with(other)), "step_wider");
    let backwards = range("2026-11-18T21:20:00+09:00", "2026-11-18T21:10:00+09:00");
    desk.refuses(decided(number, "範囲", with(backwards)), "step_day");
    desk.refuses(decided(number, "範囲", Some(Provides { range: vec![], ..all.clone() })), "step_missing");
    desk.on(decided(number, "犯行の前後に限る", with(narrow.clone())));
    assert_eq!(desk.register.cases[&number].outcome(), Some(Outcome::Partly));
    // Decided again, as long as nothing was handed over.
    desk.refuses(decided(number, "犯行の前後に限る", with(narrow.clone())), "step_state");
    desk.on(decided(number, "", Some(all.clone())));
    assert_eq!(desk.register.cases[&number].outcome(), Some(Outcome::Granted));
    // Another method than was asked for is less, too, and says why.
    let watched = Some(Provides { delivery_method: "画像閲覧".into(), ..all.clone() });
    desk.refuses(decided(number, "", watched), "step_missing");
    desk.on(decided(number, "犯行の前後に限る", with(narrow.clone())));
    // Only clips of that camera and time are sealed; half a minute before it is the key picture.
    let clip = |camera: &str, covers: Option<(&str, &str)>| SealedClipRecord {
        file_name: "clip.mp4".into(),
        bytes: 1,
        sha256: "0".repeat(64),
        camera: camera.into(),
        covers: covers.map(|(from, to)| Covers { from: time(from), to: time(to) }),
        cut: None,
    };
    let camera = &narrow.camera;
    let id = BundleId::generate(&TestEntropy::new(1), desk.today, 1);
    let sealing = |desk: &Desk, clip| EventBody::Sealed(Box::new(desk.sealed(number, &id, vec![clip])));
    let asked = clip(camera, Some(("2026-11-18T21:00:00+09:00", "2026-11-18T21:30:00+09:00")));
    desk.refuses(sealing(&desk, asked), "step_outside");
    let elsewhere = clip("裏口", Some(("2026-11-18T21:10:00+09:00", "2026-11-18T21:20:00+09:00")));
    desk.refuses(sealing(&desk, elsewhere), "step_outside");
    desk.refuses(sealing(&desk, clip("裏口", None)), "step_outside");
    let other_day = clip(camera, Some(("2026-11-19T21:10:00+09:00", "2026-11-19T21:20:00+09:00")));
    desk.refuses(sealing(&desk, other_day), "step_outside");
    let fits = clip(camera, Some(("2026-11-18T21:09:30+09:00", "2026-11-18T21:20:10+09:00")));
    desk.on(sealing(&desk, fits));
    desk.is_what_the_ledger_says();
}

/// 藤沢市 6条: a decision may provide by another method than was asked for, and permits what sealing may grant.
#[test]
fn the_method_and_the_permissions_are_decided() {
    let mut desk = Desk::new("fujisawa");
    let number = desk.request(|_| {});
    let watched = Provides { delivery_method: "画像閲覧".into(), ..desk.all(number) };
    desk.on(decided(number, "閲覧で足りる", Some(watched)));
    assert_eq!(desk.register.cases[&number].outcome(), Some(Outcome::Partly));
    let id = BundleId::generate(&TestEntropy::new(1), desk.today, 1);
    desk.refuses(EventBody::Sealed(Box::new(desk.sealed(number, &id, vec![]))), "step_state");
    let on = |time_of: &str| {
        EventBody::Provided(Provision {
            number,
            on: time(time_of),
            to: "巡査部長".into(),
            place: "庁舎".into(),
            note: String::new(),
        })
    };
    desk.on(on("2026-11-24T09:00:00+09:00"));
    desk.today = day("2026-11-26");
    desk.on(on("2026-11-26T09:00:00+09:00"));
    assert_eq!(desk.register.cases[&number].provisions.len(), 2);
    // 6条4項: what was watched is kept five years too, from the last time.
    let until = desk.register.cases[&number].copy_kept_until(&desk.register.disclosures, &desk.rules);
    assert_eq!(until, Some(day("2032-03-31")));
    let over = |desk: &Desk, on: &str| Today::of(&desk.register, day(on), &desk.rules).watched_over;
    assert_eq!(over(&desk, "2032-03-31"), []);
    assert_eq!(over(&desk, "2032-04-01"), [(number, day("2032-03-31"))]);
    desk.today = day("2032-04-02");
    desk.on(EventBody::Operation(Box::new(Operation {
        section: OperationKind::MediaDisposal,
        on: desk.today,
        camera: String::new(),
        subject: "閲覧に供した画像".into(),
        reason: "保存期間の満了".into(),
        particulars: "消去".into(),
        permitted_by: "課長".into(),
        operator: "主事".into(),
        note: String::new(),
        time: "14:30".into(),
        number: Some(number),
    })));
    assert_eq!(over(&desk, "2032-05-01"), []);
    let permits = Provides { grants: vec![Grant::Still], ..Provides::all_of(&desk.example()) };
    let second = desk.request(|_| {});
    desk.on(decided(second, "", Some(permits)));
    assert_eq!(desk.register.cases[&second].outcome(), Some(Outcome::Granted));
}

#[test]
fn a_correction_says_what_stood_there_and_takes_nothing_away_under_a_decision() {
    let mut desk = Desk::new("minato");
    let number = desk.request(|_| {});
    let right = || {
        let mut request = desk.register.cases[&number].request.clone();
        request.applicant.organization = "見本中央警察署".into();
        request.document_number = "港刑第124号".into();
        request
    };
    let (request, unchanged) = (right(), desk.register.cases[&number].request.clone());
    desk.refuses(corrected(number, unchanged), "step_correction");
    let mut reviewed = request.clone();
    reviewed.review.necessity = "別".into();
    desk.refuses(corrected(number, reviewed), "step_correction");
    let mut empty = request.clone();
    empty.purpose.clear();
    desk.refuses(corrected(number, empty), "step_missing");
    desk.refuses(corrected(9, request.clone()), "step_case");
    let silent = EventBody::Corrected {
        number,
        request: Box::new(request.clone()),
        reason: " ".into(),
        by: "主事".into(),
    };
    desk.refuses(silent, "step_missing");
    desk.on(corrected(number, request.clone()));
    let case = &desk.register.cases[&number];
    let said: Vec<(&str, &str, &str)> =
        case.corrections[0].differences.iter().map(|d| (d.field, &*d.old, &*d.new)).collect();
    let expected = [("機関名", "見本警察署", "見本中央警察署"), ("文書番号", "港刑第123号", "港刑第124号")];
    assert_eq!(said, expected);
    assert_eq!(desk.register.search("中央").len(), 1, "it is found by what it says now");
    // After a 可, what was decided stays within what was asked for, and the rules have nothing against it.
    desk.grant(number);
    let mut shorter = request.clone();
    shorter.range[0].to = time("2026-11-18T21:10:00+09:00");
    desk.refuses(corrected(number, shorter), "step_wider");
    let mut without = request.clone();
    without.document_number.clear();
    desk.refuses(corrected(number, without), "rules_refuse");
    // Also after it was handed over: the case says what is right, the bundle what was sealed.
    let id = desk.seal(number);
    let mut later = request;
    later.applicant.phone = "03-1111-1111".into();
    desk.on(corrected(number, later));
    assert_eq!(desk.register.cases[&number].corrections.len(), 2);
    assert_eq!(desk.register.cases[&number].bundles, [id]);
    // What was decided then stays what it was.
    let mut longer = desk.register.cases[&number].request.clone();
    longer.range[0].to = time("2026-11-18T22:00:00+09:00");
    desk.on(corrected(number, longer));
    assert_eq!(desk.register.cases[&number].outcome(), Some(Outcome::Granted));
    desk.is_what_the_ledger_says();
}

#[test]
fn days_that_cannot_be_are_refused() {
    let desk = Desk::new("minato");
    let with = |change: &dyn Fn(&mut Request)| {
        let mut request = desk.example();
        change(&mut request);
        EventBody::Requested {
            number: 1,
            request: Box::new(request),
            attachments: vec![],
            recipient_keys: None,
        }
    };
    assert_eq!(desk.code(&with(&|_| {})), Ok(()));
    desk.refuses(with(&|r| r.received_on = day("2062-11-20")), "step_day");
    desk.refuses(with(&|r| r.document_date = Some(day("2026-11-25"))), "step_day");
    desk.refuses(with(&|r| r.range[0].to = time("2099-11-18T21:00:00+09:00")), "step_day");
    desk.refuses(with(&|r| r.return_due = day("2020-01-01")), "step_day");
    desk.refuses(with(&|r| r.undertaking.as_mut().unwrap().submitted_on = day("2030-01-01")), "step_day");
    let undertaking = |submitted_on: &str, signed_by: &str| {
        let mut undertaking = desk.example().undertaking.unwrap();
        (undertaking.submitted_on, undertaking.signed_by) = (day(submitted_on), signed_by.into());
        EventBody::Reviewed { number: 1, review: desk.example().review, undertaking: Some(undertaking) }
    };
    let mut desk = Desk::new("minato");
    desk.request(|r| r.undertaking = None);
    desk.refuses(undertaking("2026-11-20", " "), "step_missing");
    desk.refuses(undertaking("2026-11-25", "署長"), "step_day");
    desk.on(undertaking("2026-11-20", "署長"));
}

#[test]
fn withdrawn_and_refused_requests_are_told_apart_and_opened_again() {
    let mut desk = Desk::new("tajimi");
    let (first, second, third) = (desk.request(|_| {}), desk.request(|_| {}), desk.request(|_| {}));
    desk.refuses(withdrawn(first, "2026-11-25"), "step_day");
    desk.refuses(withdrawn(first, "2026-11-19"), "step_day");
    desk.refuses(reopened(first), "step_state");
    desk.on(withdrawn(first, "2026-11-24"));
    desk.on(decided(second, "範囲が特定できない", None));
    desk.grant(third);
    desk.on(withdrawn(third, "2026-11-24"));
    assert_eq!(
        [desk.state(first), desk.state(second), desk.state(third)],
        [CaseState::Withdrawn, CaseState::Refused, CaseState::Withdrawn]
    );
    let year = Yearly::count(desk.ledger.events(), &desk.rules, 2026, desk.today);
    assert_eq!((year.requests, year.refused, year.withdrawn), (3, 1, 2));
    desk.refuses(withdrawn(first, "2026-11-24"), "step_state");
    desk.refuses(decided(first, "", Some(desk.all(first))), "step_state");
    desk.refuses(corrected(first, desk.example()), "step_state");
    // 再審査 of a refusal, and of a withdrawal that was recorded for the wrong request.
    desk.on(reopened(first));
    desk.on(reopened(second));
    assert_eq!([desk.state(first), desk.state(second)], [CaseState::Review, CaseState::Review]);
    desk.grant(second);
    // A wrong 可 is reviewed once more, as long as nothing was provided.
    desk.on(reopened(second));
    desk.grant(second);
    let id = desk.seal(second);
    desk.refuses(withdrawn(second, "2026-11-24"), "step_state");
    desk.refuses(reopened(second), "step_state");
    assert_eq!(desk.register.cases[&second].set_aside.len(), 2, "what was decided before can still be read");
    assert!(desk.register.disclosures.contains_key(&id));
    desk.is_what_the_ledger_says();
}

#[test]
fn a_mistaken_line_counts_no_more_and_stays_readable() {
    let mut desk = Desk::new("minato");
    let number = desk.request(|_| {});
    desk.grant(number);
    let id = desk.seal(number);
    let status = |desk: &Desk| desk.register.disclosures[&id].status.japanese();
    // The form's first choice was 返却, and it was a 受領書.
    let line = desk.on(reported(&id, ReceiptKind::Return, desk.today));
    assert_eq!(status(&desk), "返却済");
    desk.refuses(EventBody::TakenBack { line, reason: String::new(), by: "係長".into() }, "step_missing");
    desk.refuses(taken_back(99), "step_line");
    desk.refuses(taken_back(1), "step_line");
    // 完了 stands on it.
    let end = desk.on(closed(&id));
    desk.refuses(taken_back(line), "step_line");
    desk.on(taken_back(end));
    desk.on(taken_back(line));
    assert_eq!(status(&desk), "封印済");
    desk.refuses(taken_back(line), "step_line");
    desk.on(reported(&id, ReceiptKind::Delivery, desk.today));
    assert_eq!(status(&desk), "受領済");
    let accepted = desk.on(EventBody::ReceiptAccepted {
        bundle_id: id.clone(),
        receipt: ReceiptKind::Erasure,
        day: desk.today,
        ordinal: 1,
        holder: Holder::of_slot(0),
        via: Via::Code,
        evidence: String::new(),
    });
    assert_eq!(status(&desk), "消去済");
    desk.on(taken_back(accepted));
    let until = |desk: &Desk| desk.register.disclosures[&id].due;
    let before = until(&desk);
    let extended = desk.on(EventBody::DueExtended {
        bundle_id: id.clone(),
        until: before.plus_days(30),
        reason: "公判".into(),
        by: "課長".into(),
    });
    desk.on(taken_back(extended));
    assert_eq!((status(&desk), until(&desk)), ("受領済", before));
    // Registers show the line, struck.
    let lost = desk.on(EventBody::Incident(Box::new(Incident {
        what: "紛失".into(),
        on: desk.today,
        ..incident()
    })));
    desk.on(taken_back(lost));
    let table = Book::Incidents.table(&desk.register, &desk.rules, Some(2026));
    assert_eq!(table.rows.len(), 1);
    assert!(table.rows[0].iter().any(|cell| cell.starts_with("（取消し）")), "{:?}", table.rows);
    assert_eq!(Yearly::count(desk.ledger.events(), &desk.rules, 2026, desk.today).incidents, 0);
    desk.is_what_the_ledger_says();
}

#[test]
fn another_bundle_takes_the_place_of_a_broken_stick() {
    let mut desk = Desk::new("asahikawa");
    let number = desk.request(|_| {});
    desk.grant(number);
    let first = desk.seal(number);
    desk.on(reported(&first, ReceiptKind::Delivery, desk.today));
    let id = BundleId::generate(&TestEntropy::new(77), desk.today, 2);
    let again = |replaces: Option<&BundleId>| {
        let sealed = SealedEvent { replaces: replaces.cloned(), ..desk.sealed(number, &id, vec![]) };
        EventBody::Sealed(Box::new(sealed))
    };
    desk.refuses(again(None), "step_state");
    let event = again(Some(&first));
    desk.on(event);
    assert_eq!(desk.register.disclosures[&first].status.japanese(), "差替え");
    assert_eq!(desk.register.cases[&number].bundle(&desk.register.disclosures).unwrap().sealed.bundle_id, id);
    // It never came to be: the first one is waited for again, and can be replaced by another.
    desk.on(EventBody::Voided { bundle_id: id.clone(), reason: "書き込めなかった".into() });
    assert_eq!(desk.register.disclosures[&first].status.japanese(), "受領済");
    assert_eq!(desk.state(number), CaseState::Sealed);
    assert_eq!(desk.register.cases[&number].given_on(&desk.register.disclosures), Some(desk.today));
    let third = BundleId::generate(&TestEntropy::new(79), desk.today, 4);
    let sealed = SealedEvent { replaces: Some(first.clone()), ..desk.sealed(number, &third, vec![]) };
    desk.on(EventBody::Sealed(Box::new(sealed)));
    // What was replaced is still provided, and may come back.
    assert_eq!(desk.register.cases[&number].given_on(&desk.register.disclosures), Some(desk.today));
    desk.on(reported(&first, ReceiptKind::Return, desk.today));
    let other = desk.request(|_| {});
    desk.grant(other);
    let wrong = SealedEvent {
        replaces: Some(first),
        ..desk.sealed(other, &BundleId::generate(&TestEntropy::new(78), desk.today, 3), vec![])
    };
    desk.refuses(EventBody::Sealed(Box::new(wrong)), "step_state");
    desk.is_what_the_ledger_says();
}

#[test]
fn documents_may_come_later_and_by_mistake() {
    let mut desk = Desk::new("midori");
    let number = desk.request(|_| {});
    let attached =
        |files: Vec<Attachment>| EventBody::Attached { number, attachments: files, note: "誓約書".into() };
    desk.refuses(attached(vec![]), "step_missing");
    let line = desk.on(attached(vec![Attachment::of("scan.pdf".into(), b"%PDF-1.4")]));
    assert_eq!(desk.register.cases[&number].attachments.len(), 1);
    desk.on(taken_back(line));
    assert_eq!(desk.register.cases[&number].attachments.len(), 0);
}

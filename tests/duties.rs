//! What a city's rules ask of its office, article by article: reports, incidents, keeping, books, and a search.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{Book, Day, EventBody, Incident, Known, OwedReport, ReceiptKind, Recipient, Today};
use fuin_tests::{
    day,
    desk::{Desk, closed, decided, reported, taken_back, withdrawn},
    incident,
};

/// 港区 10条2項.
#[test]
fn a_lost_medium_is_an_incident_before_its_case_is_closed() {
    let mut desk = Desk::new("minato");
    let number = desk.request(|_| {});
    desk.grant(number);
    let id = desk.seal(number);
    desk.on(reported(&id, ReceiptKind::Loss, desk.today));
    desk.refuses(closed(&id), "step_incident_first");
    let what = Incident { bundle_id: Some(id.clone()), what: "紛失".into(), on: desk.today, ..incident() };
    let line = desk.on(EventBody::Incident(Box::new(what)));
    let owed = |desk: &Desk| Today::of(&desk.register, desk.today, &desk.rules).owed;
    assert!(owed(&desk).contains(&(OwedReport::Incident { line }, desk.today)));
    // Found again, it was lost all the same.
    desk.on(reported(&id, ReceiptKind::Return, desk.today));
    desk.on(taken_back(line));
    desk.refuses(closed(&id), "step_incident_first");
    let again = Incident { bundle_id: Some(id.clone()), what: "紛失".into(), on: desk.today, ..incident() };
    let line = desk.on(EventBody::Incident(Box::new(again)));
    desk.on(closed(&id));
    desk.refuses(taken_back(line), "step_line");
    assert!(owed(&desk).contains(&(OwedReport::Incident { line }, desk.today)), "closing does not report it");
    let submitted = |report, on: &str| EventBody::Submitted {
        report,
        on: day(on),
        to: "港区長".into(),
        document_number: String::new(),
    };
    desk.refuses(submitted(OwedReport::Incident { line: 1 }, "2026-11-24"), "step_line");
    desk.refuses(submitted(OwedReport::Incident { line }, "2026-11-25"), "step_day");
    desk.on(submitted(OwedReport::Incident { line }, "2026-11-24"));
    desk.refuses(submitted(OwedReport::Incident { line }, "2026-11-24"), "step_state");
    assert!(!owed(&desk).iter().any(|(report, _)| *report == OwedReport::Incident { line }));
    // No other city's rules ask for it.
    let mut other = Desk::new("midori");
    let number = other.request(|_| {});
    other.grant(number);
    let id = other.seal(number);
    other.on(reported(&id, ReceiptKind::Loss, other.today));
    other.on(closed(&id));
}

/// 港区 8条4項 and 10条1項; 藤沢市 7条.
#[test]
fn reports_that_are_owed_wait_until_they_are_handed_in() {
    let mut desk = Desk::new("minato");
    let number = desk.request(|_| {});
    desk.grant(number);
    let id = desk.seal(number);
    let owed = |desk: &Desk| Today::of(&desk.register, desk.today, &desk.rules).owed;
    assert_eq!(owed(&desk), [], "sealed is not yet provided");
    let report = OwedReport::Disclosure { number };
    let submitted = |report, on: Day| EventBody::Submitted {
        report,
        on,
        to: "港区長".into(),
        document_number: "8港防第9号".into(),
    };
    desk.refuses(submitted(report, desk.today), "step_state");
    desk.on(reported(&id, ReceiptKind::Delivery, desk.today));
    assert_eq!(owed(&desk), [(report, desk.today)]);
    desk.on(submitted(report, desk.today));
    assert_eq!(owed(&desk), []);
    // The year is over: its report waits until it is handed in.
    desk.today = day("2027-03-31");
    assert_eq!(owed(&desk), []);
    desk.today = day("2027-04-01");
    let yearly = OwedReport::Yearly { year: 2026 };
    assert_eq!(owed(&desk), [(yearly, day("2027-04-01"))]);
    desk.today = day("2028-04-01");
    assert_eq!(owed(&desk).len(), 2);
    desk.on(submitted(yearly, desk.today));
    assert_eq!(owed(&desk), [(OwedReport::Yearly { year: 2027 }, day("2028-04-01"))]);
}

/// 港区 7条1項 (7日), 藤沢市 5条3号 (14日).
#[test]
fn footage_that_is_about_to_be_overwritten_is_said() {
    for (city, days) in [("minato", 7), ("fujisawa", 14), ("tajimi", 31)] {
        let mut desk = Desk::new(city);
        let until = desk.rules.footage_until(&desk.example()).unwrap();
        assert_eq!(until, day("2026-11-18").plus_days(days), "{city}");
        let number = desk.request(|_| {});
        let footage = |desk: &Desk, on: Day| Today::of(&desk.register, on, &desk.rules).footage;
        assert_eq!(footage(&desk, until.plus_days(-2)), [(number, 2)], "{city}");
        assert_eq!(footage(&desk, until.plus_days(1)), [(number, -1)], "{city}");
        assert_eq!(footage(&desk, until.plus_days(-8)), [], "{city}");
        desk.grant(number);
        desk.seal(number);
        assert_eq!(footage(&desk, until), [], "{city}: it was copied");
    }
}

#[test]
fn who_asks_and_who_watches_are_two() {
    let mut desk = Desk::new("fujisawa");
    let counsel = Recipient {
        organization: "見本法律事務所".into(),
        department: String::new(),
        person: "弁護士 見本三郎".into(),
    };
    let number = desk.request(|r| {
        r.applicant.organization = "見本県弁護士会".into();
        r.watched_by = Some(counsel.clone());
    });
    let case = &desk.register.cases[&number];
    assert_eq!(case.request.recipient(), counsel);
    assert_eq!(case.request.asked_by().organization, "見本県弁護士会");
    assert_eq!(desk.register.search("見本三郎").len(), 1);
    let table = Book::Disclosures.table(&desk.register, &desk.rules, Some(2026));
    assert!(table.rows[0][2].contains("弁護士会") && table.rows[0][3].contains("見本三郎"));
    let nobody = Recipient { person: String::new(), ..counsel };
    let mut request = desk.example();
    request.watched_by = Some(nobody);
    let event = EventBody::Requested {
        number: 2,
        request: Box::new(request),
        attachments: vec![],
        recipient_keys: None,
    };
    desk.refuses(event, "step_missing");
}

#[test]
fn the_books_have_every_line_of_their_year() {
    let mut desk = Desk::new("midori");
    desk.today = day("2027-03-31");
    let old = desk.request(|_| {});
    desk.grant(old);
    let id = desk.seal(old);
    desk.today = day("2027-04-01");
    desk.on(reported(&id, ReceiptKind::Delivery, desk.today));
    let new = desk.request(|_| {});
    assert_eq!(desk.register.cases[&old].label(), "令和8年度 第1号");
    assert_eq!(desk.register.cases[&new].label(), "令和9年度 第1号", "numbers begin anew in April");
    let rows = |desk: &Desk, book: Book, year| book.table(&desk.register, &desk.rules, Some(year)).rows;
    assert_eq!([2026, 2027].map(|year| rows(&desk, Book::Disclosures, year).len()), [1, 1]);
    // Handed over in April, sealed in March: out in both.
    assert_eq!([2026, 2027, 2028].map(|year| rows(&desk, Book::Media, year).len()), [0, 1, 1]);
    desk.on(reported(&id, ReceiptKind::Return, desk.today));
    assert_eq!([2027, 2028].map(|year| rows(&desk, Book::Media, year).len()), [1, 0]);
    let table = Book::Disclosures.table(&desk.register, &desk.rules, Some(2026));
    assert!(table.rows.iter().all(|row| row.len() == table.heads.len()));
    let paper = table.for_paper(Book::Disclosures);
    assert!(paper.rows.iter().all(|row| row.len() == paper.heads.len()));
    for fact in [id.as_str(), "データ提供", "令和9年4月1日 受領", "可"] {
        assert!(paper.rows[0].iter().any(|cell| cell.contains(fact)), "{fact}: {:?}", paper.rows[0]);
    }
}

#[test]
fn a_search_finds_what_a_clerk_remembers() {
    let mut desk = Desk::new("minato");
    let number = desk.request(|r| {
        r.applicant.representative = "所長 髙﨑𠮷男".into();
        r.applicant.organization = "葛󠄀飾警察署".into();
        r.medium.number = "USB-31".into();
    });
    desk.grant(number);
    let found = |query: &str| desk.register.search(query).len();
    for query in ["高崎", "葛飾", "USB-31", "2026-11-18", "令和8年11月18日", "課長", "可", "髙﨑𠮷男"]
    {
        assert_eq!(found(query), 1, "{query}");
    }
    assert_eq!(found("長崎"), 0);
    assert_eq!(desk.register.same_document(&desk.example()), [0u64; 0], "another organization");
    let mut same = desk.register.cases[&number].request.clone();
    same.document_number = "港刑第１２３号".into();
    assert_eq!(desk.register.same_document(&same), [number]);
}

/// 旭川市 別紙.
#[test]
fn what_was_typed_before_is_offered_again() {
    let mut desk = Desk::new("asahikawa");
    let known = |desk: &Desk| Known::of(&desk.register, &desk.rules);
    assert_eq!(
        (known(&desk).cameras.len(), known(&desk).applicants.len()),
        (8, 0),
        "the cameras of the text"
    );
    desk.request(|_| {});
    desk.request(|r| r.applicant.person = "警部補 見本四郎".into());
    desk.request(|r| r.medium.number = "USB-08".into());
    let known = known(&desk);
    assert_eq!(known.cameras.len(), 9);
    assert_eq!(known.media, ["USB-08", "USB-07"], "the latest first");
    let people: Vec<&str> = known.applicants.iter().map(|applicant| &*applicant.person).collect();
    assert_eq!(people, ["巡査部長 例示花子", "警部補 見本四郎"], "each once");
}

#[test]
fn a_council_gets_counts_by_year_organization_and_basis() {
    let mut desk = Desk::new("minato");
    desk.today = day("2027-03-31");
    let granted = desk.request(|_| {});
    desk.grant(granted);
    let refused = desk.request(|r| r.applicant.organization = "見本県弁護士会".into());
    desk.on(decided(refused, "範囲が特定できない", None));
    desk.today = day("2027-04-01");
    let withdrawn_one = desk.request(|_| {});
    desk.on(withdrawn(withdrawn_one, "2027-04-01"));
    desk.request(|_| {});
    let rows = |year| Book::Statistics.table(&desk.register, &desk.rules, Some(year)).rows;
    let row = |year: i32, of: &str, item: &str| {
        let rows = rows(year);
        let found = rows.iter().find(|row| row[0] == of && row[2] == item).cloned();
        found.map(|row| row[3..].join(" "))
    };
    assert_eq!(row(2026, "令和8年度", "すべて"), Some("2 1 0 1 0 0".into()));
    assert_eq!(row(2026, "令和9年度", "すべて"), None, "a year that came later");
    assert_eq!(row(2027, "令和9年度", "すべて"), Some("2 0 0 0 1 1".into()));
    assert_eq!(row(2027, "令和8年度", "見本県弁護士会"), Some("1 0 0 1 0 0".into()));
    assert_eq!(rows(2033).len(), 0, "only five years are compared");
}

#[test]
fn where_two_copies_part_is_told_by_its_line() {
    let mut ours = Desk::new("midori");
    ours.request(|_| {});
    let mut theirs = Desk::new("midori");
    theirs.request(|_| {});
    assert_eq!(ours.ledger.parts_from(&theirs.ledger), None);
    ours.request(|_| {});
    assert_eq!(ours.ledger.parts_from(&theirs.ledger), Some(2), "the copy is older");
    theirs.request(|r| r.purpose = "別の申請".into());
    theirs.request(|_| {});
    assert_eq!(ours.ledger.parts_from(&theirs.ledger), Some(2), "each recorded something else");
    assert_eq!(Desk::new("midori").ledger.parts_from(&theirs.ledger), None);
}

//! 年度の締めと、保存年限を過ぎた記録の廃棄: what a year leaves when its records are gone (FORMAT.md §10.10).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    EventBody, Ledger, ReceiptKind, Register, RuleSet, YearDestruction, closing_of, destruction_of,
};
use fuin_tests::{
    day,
    desk::{Desk, closed, complaint, reported},
    office_key,
};

fn closing(desk: &Desk, year: i32) -> EventBody {
    EventBody::YearClosed(Box::new(closing_of(desk.ledger.events(), &desk.rules, year, desk.today, "課長")))
}

fn destruction(desk: &Desk, year: i32) -> Result<YearDestruction, &'static str> {
    use fuin_core::Coded;
    let made = destruction_of(&desk.register, year, &desk.rules, desk.today).map_err(|error| error.code())?;
    let (basis, method) = ("要綱6条4項".to_owned(), "消去".to_owned());
    Ok(YearDestruction { basis, method, witness: "係長".into(), by: "課長".into(), ..made })
}

fn destroyed(desk: &Desk, year: i32) -> EventBody {
    EventBody::YearDestroyed(Box::new(destruction(desk, year).unwrap()))
}

/// 藤沢市 with a request that was provided in 令和8年度 and came back, one of 令和9年度 that was refused, and a complaint.
fn office() -> Desk {
    let mut desk = Desk::new("fujisawa");
    desk.on(EventBody::OfficeSet { roles: vec![] });
    let number = desk.request(|request| request.applicant.person = "巡査 藤原消子".into());
    desk.grant(number);
    let id = desk.seal(number);
    desk.on(reported(&id, ReceiptKind::Delivery, desk.today));
    desk.today = day("2027-04-10");
    desk.on(reported(&id, ReceiptKind::Return, desk.today));
    desk.on(closed(&id));
    desk.on(complaint("2027-02-03", "近所の苦情"));
    let number = desk.request(|request| {
        (request.received_on, request.return_due) = (day("2027-04-10"), day("2027-06-30"));
    });
    desk.on(fuin_tests::desk::decided(number, "必要がない", None));
    desk
}

#[test]
fn a_year_that_was_closed_takes_nothing_more_in() {
    let mut desk = office();
    desk.refuses(closing(&desk, 2027), "step_state");
    desk.on(closing(&desk, 2026));
    desk.refuses(closing(&desk, 2026), "step_state");
    desk.refuses(complaint("2027-03-31", "遅い苦情"), "step_year_closed");
    desk.on(complaint("2027-04-01", "新しい年度の苦情"));
    let (on, said) = &desk.register.closed[&2026];
    assert_eq!(*on, desk.today);
    assert_eq!((said.requests, said.granted, said.disclosed, said.open.len()), (1, 1, 1, 0));
    desk.is_what_the_ledger_says();
}

/// 藤沢市 6条4項: five years from the 1 April after it was provided, wherever it was closed.
#[test]
fn records_are_kept_for_their_years_and_then_leave_hashes_and_counts() {
    let mut desk = office();
    assert_eq!(destruction(&desk, 2026), Err("step_state"), "not closed");
    desk.on(closing(&desk, 2026));
    desk.today = day("2032-03-31");
    assert_eq!(destruction(&desk, 2026), Err("step_year_kept"));
    desk.today = day("2032-04-01");
    let said = destruction(&desk, 2026).unwrap();
    assert_eq!((said.requests, said.bundles, said.last_number), (1, 1, 2));
    // Another line than those of the year, or fewer, are not what may go.
    let more = YearDestruction { lines: vec![(1, 9)], ..said.clone() };
    desk.refuses(EventBody::YearDestroyed(Box::new(more)), "step_state");
    let silent = YearDestruction { basis: " ".into(), ..said };
    desk.refuses(EventBody::YearDestroyed(Box::new(silent)), "step_missing");
    desk.on(destroyed(&desk, 2026));

    let whole = desk.ledger.export(&desk.ledger.signed_head(&office_key()));
    let without = desk.ledger.without_destroyed().unwrap();
    assert!(without.without_destroyed().is_none(), "once");
    let text = without.export(&without.signed_head(&office_key()));
    let plain = |text: &str| {
        let payloads = text.lines().filter_map(|line| line.split('.').nth(1));
        payloads
            .map(|part| {
                String::from_utf8_lossy(&data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).unwrap())
                    .into_owned()
            })
            .collect::<String>()
    };
    assert!(plain(&whole).contains("藤原消子") && plain(&whole).contains("近所の苦情"));
    assert!(!plain(&text).contains("藤原消子") && !plain(&text).contains("近所の苦情"));

    // The chain holds, in either way of reading; head and numbers go on.
    let (read, faults) = Ledger::read(text.as_bytes(), None, Some(&office_key().public()));
    assert_eq!(faults, []);
    assert_eq!(read.lines().len(), desk.ledger.lines().len());
    let lines = text.lines().take(read.lines().len()).collect::<Vec<_>>().join("\n");
    let head = desk.ledger.signed_head(&office_key());
    let (own, faults) = Ledger::read_own(lines.as_bytes(), Some(&head), &office_key().public());
    assert_eq!((own.lines(), faults), (read.lines(), vec![]));
    assert_eq!(desk.ledger.parts_from(&read), None, "it is the same ledger");
    let register = Register::project(read.events());
    assert_eq!((register.next_number(), register.next_bundle()), (3, 2));
    assert_eq!(register.cases.keys().copied().collect::<Vec<_>>(), [2]);
    assert_eq!(register.closed[&2026].1.requests, 1, "counts stay");
    assert_eq!(fuin_core::first_unruly(read.events(), 0, "fujisawa"), None, "another PC takes it over");
}

#[test]
fn lines_that_nobody_destroyed_are_missed() {
    let mut desk = office();
    desk.on(closing(&desk, 2026));
    desk.today = day("2032-04-01");
    desk.on(destroyed(&desk, 2026));
    let without = desk.ledger.without_destroyed().unwrap();
    let left: Vec<String> = without.lines().iter().map(|line| line.as_str().to_owned()).collect();
    let whole: Vec<String> = desk.ledger.lines().iter().map(|line| line.as_str().to_owned()).collect();
    let key = office_key().public();
    let faults = |lines: &[String]| Ledger::read(lines.join("\n").as_bytes(), None, Some(&key)).1;
    assert_eq!(faults(&left), []);
    // Before it was said, a line that is gone is a hole.
    let gone = left.iter().position(|line| line.starts_with('{')).unwrap();
    assert_eq!(
        faults(&left[..left.len() - 1]).len(),
        left.iter().filter(|line| line.starts_with('{')).count()
    );
    // A line of another year is none of those that were destroyed.
    let mut other = left.clone();
    let hash = data_encoding::BASE64URL_NOPAD.encode(&fuin_core::sha256(whole.last().unwrap().as_bytes()));
    other[gone] = left[gone].replacen(&left[gone][40..60], &hash[..20], 1);
    assert!(!faults(&other).is_empty());
    let stub = left[gone].clone();
    let of_open = whole.iter().zip(&left).position(|(a, b)| a == b && a.starts_with("ey")).unwrap();
    other.clone_from(&left);
    other[of_open] = stub;
    assert!(!faults(&other).is_empty());
}

#[test]
fn a_year_with_a_request_that_is_not_over_stays() {
    let mut desk = Desk::new("minato");
    let number = desk.request(|_| {});
    desk.grant(number);
    let id = desk.seal(number);
    desk.on(reported(&id, ReceiptKind::Delivery, desk.today));
    desk.today = day("2027-05-01");
    desk.on(closing(&desk, 2026));
    assert_eq!(desk.register.closed[&2026].1.open, [number]);
    assert_eq!(destruction(&desk, 2026), Err("step_year_open"));
    desk.on(reported(&id, ReceiptKind::Return, desk.today));
    desk.on(closed(&id));
    assert!(destruction(&desk, 2026).is_ok(), "港区 names no years: the office says by which rule");
    assert!(RuleSet::builtin("minato").unwrap().record_keeping.years_from_next_april.is_none());
}

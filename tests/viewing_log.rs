//! The viewing log in a receipt (FORMAT.md §8.6): whatever was taken out, put in, moved or begun anew is a finding.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    Anomaly, B64, Concern, EventBody, Happening, Holder, Ledger, LogEntry, PictureTaken, Receipt,
    ReceiptFacts, ReceiptKind, Register, Report, Reporting, Secret32, SigningKey, Timestamp, Via, ViewingLog,
};
use fuin_tests::{TestEntropy, bundle_id, noon, sealed_event};

const MANIFEST: [u8; 32] = [1; 32];

fn entry(secs: i64, what: Happening) -> LogEntry {
    LogEntry { at: noon().plus_secs(secs), what }
}

fn opened() -> Happening {
    Happening::Opened { by: "例示花子".into(), session: "K3Q7ABCD".parse().unwrap() }
}

fn played() -> Happening {
    Happening::Played { clip: 0, from_ms: 0, to_ms: 9000 }
}

fn log(entries: &[LogEntry]) -> ViewingLog {
    let mut log = ViewingLog::default();
    entries.iter().for_each(|entry| log.push(&MANIFEST, entry));
    log
}

fn good() -> ViewingLog {
    log(&[entry(0, Happening::Began), entry(1, opened()), entry(20, played())])
}

/// What the office finds in reports of these logs, each signed with the key of that seed, an hour apart from noon on.
fn found(reports: &[(ViewingLog, u64)]) -> Vec<String> {
    let office = SigningKey::generate(&TestEntropy::new(1));
    let mut ledger = Ledger::default();
    let sealed = EventBody::Sealed(Box::new(sealed_event(MANIFEST)));
    ledger.append(noon(), "取扱者", sealed, &office).unwrap();
    for ((log, seed), n) in reports.iter().zip(1..) {
        let at: Timestamp = noon().plus_secs(3600 * i64::from(n));
        let key = SigningKey::generate(&TestEntropy::new(*seed));
        let reporting = Reporting {
            holder: Holder::of_slot(0),
            ledger_head: B64([0; 32]),
            kind: ReceiptKind::PartialReturn,
            at,
            ordinal: n,
            report: Report { reporter: "例示花子".into(), ..Report::default() },
            log: log.clone(),
        };
        let secret = Secret32::new([7; 32]);
        let facts = ReceiptFacts { bundle_id: &bundle_id(), manifest_sha256: MANIFEST, secret: &secret };
        let (unsigned, _) = Receipt::unsigned(&facts, reporting, &key.public()).unwrap();
        let signature = key.sign_bytes(unsigned.signing_input());
        let accepted = EventBody::ReceiptAccepted {
            bundle_id: bundle_id(),
            receipt: ReceiptKind::PartialReturn,
            day: at.day(),
            ordinal: n,
            holder: Holder::of_slot(0),
            via: Via::File,
            evidence: unsigned.attach(&signature).unwrap().as_str().to_owned(),
        };
        ledger.append(at, "取扱者", accepted, &office).unwrap();
    }
    let register = Register::project(ledger.events());
    let concerns = register.disclosures[&bundle_id()].concerns();
    let faults = concerns.iter().filter(|concern| matches!(concern, Concern::Log { .. }));
    faults.map(|fault| serde_json::to_value(fault).unwrap()["fault"].as_str().unwrap().to_owned()).collect()
}

fn of(log: ViewingLog) -> Vec<String> {
    found(&[(log, 50)])
}

#[test]
fn a_good_log_is_no_finding_and_none_is_one() {
    assert_eq!(of(good()), [""; 0]);
    assert_eq!(of(ViewingLog::default()), ["missing"]);
}

#[test]
fn an_entry_that_was_taken_out_put_in_or_changed_is_found() {
    let mut shorter = good();
    shorter.entries.remove(1);
    let mut counted = shorter.clone();
    counted.count -= 1;
    let mut changed = good();
    changed.entries[2] = changed.entries[2].replace("9000", "1000");
    let mut swapped = good();
    swapped.entries.swap(1, 2);
    let mut more = good();
    more.entries.push(more.entries[2].clone());
    let mut begun = good();
    begun.before = B64([3; 32]);
    let mut tallied = good();
    tallied.tally.opened = 4;
    let mut of_another = ViewingLog::default();
    [entry(0, Happening::Began), entry(1, opened())]
        .iter()
        .for_each(|entry| of_another.push(&[2; 32], entry));
    for (case, log) in [
        ("taken out", shorter),
        ("taken out and counted", counted),
        ("changed", changed),
        ("swapped", swapped),
        ("put in", more),
        ("another beginning", begun),
        ("counted before the beginning", tallied),
        ("of another bundle", of_another),
    ] {
        assert!(of(log).contains(&"broken".to_owned()), "{case}");
    }
}

#[test]
fn times_and_order_are_looked_at() {
    let hour = 3600;
    let began = || entry(0, Happening::Began);
    for (fault, log) in [
        ("not_opened", log(&[began(), entry(5, played()), entry(9, opened())])),
        ("not_opened", log(&[began(), entry(5, played())])),
        ("order", log(&[began(), entry(2000, opened()), entry(1000, played())])),
        ("before_sealing", log(&[entry(-30 * 86_400, Happening::Began), entry(1, opened())])),
        ("after_report", log(&[began(), entry(hour + 301, opened())])),
        ("unread", {
            let mut log = good();
            log.entries[2] = r#"{"at":"2026-11-24T12:00:00+09:00","what":"dreamt"}"#.into();
            log
        }),
    ] {
        assert!(of(log).contains(&fault.to_owned()), "{fault}");
    }
    // Two clocks that are right differ by as much.
    assert_eq!(of(log(&[began(), entry(301, opened()), entry(1, played())])), [""; 0]);
}

#[test]
fn a_log_goes_on_from_the_report_before() {
    let mut longer = good();
    longer.push(&MANIFEST, &entry(3000, played()));
    assert_eq!(found(&[(good(), 50), (longer.clone(), 50)]), [""; 0]);
    let other =
        log(&[entry(0, Happening::Began), entry(2, opened()), entry(21, played()), entry(30, played())]);
    assert_eq!(found(&[(good(), 50), (other.clone(), 50)]), ["not_continued"], "the same browser, rewritten");
    assert_eq!(found(&[(longer, 50), (good(), 50)]), ["not_continued"], "set back");
    assert_eq!(found(&[(good(), 50), (other, 51)]), ["anew"], "another browser, or a fresh profile");
}

#[test]
fn what_does_not_fit_is_counted_and_said() {
    let mut log = ViewingLog::default();
    log.push(&MANIFEST, &entry(0, Happening::Began));
    log.push(&MANIFEST, &entry(1, opened()));
    let sha256 = fuin_core::sha256_hex(b"png");
    log.push(&MANIFEST, &entry(2, Happening::Still(PictureTaken { clip: 0, picture: 1, sha256 })));
    for n in 0..600 {
        log.push(&MANIFEST, &entry(3 + n, played()));
    }
    assert_eq!((log.count, log.entries.len(), log.cut), (603, 500, 103));
    assert_eq!((log.tally().opened, log.tally().stills), (1, 1), "what is cut off still counts");
    assert_eq!(of(log.clone()), ["cut"]);
    let mut longer = log.clone();
    longer.push(&MANIFEST, &entry(700, played()));
    assert_eq!(found(&[(log, 50), (longer, 50)]), ["cut"]);
}

#[test]
fn an_anomaly_is_noted_once() {
    let mut log = good();
    (0..3).for_each(|_| log.note(&MANIFEST, noon(), Anomaly::ClockJump));
    assert_eq!((log.count, log.tally().anomalies), (4, 1));
}

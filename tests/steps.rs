//! What may be recorded next, and what may not; and the recipient's own request file.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use fuin_core::{
    B64, BundleId, Coded, Day, EventBody, Incident, Jws, Ledger, OpensWith, Operation, OperationKind, Origin,
    Provides, Provision, ReceiptKind, Register, Request, RequestFile, Review, RuleSet, SealedEvent,
    SealedSlot, Timestamp, Typ, UndertakingFields, VerifiedRequestFile, Via, admits, example_request,
};
use fuin_tests::{TestEntropy, day, incident, office_key, recipient_key, time, wish};

const TODAY: &str = "2026-11-24";

/// A register that only takes what it admits.
struct Desk {
    register: Register,
    rules: RuleSet,
    ledger: Ledger,
}

impl Desk {
    fn new(city: &str) -> Self {
        let rules = RuleSet::builtin(city).unwrap();
        Self { register: Register::default(), rules, ledger: Ledger::default() }
    }

    fn code(&self, event: &EventBody) -> Result<(), &'static str> {
        admits(&self.register, ("取扱者", event), &self.rules, day(TODAY)).map_err(|error| error.code())
    }

    /// Records what must be admitted.
    fn on(&mut self, event: EventBody) {
        assert_eq!(self.code(&event), Ok(()), "{event:?}");
        let at = time("2026-11-24T10:00:00+09:00");
        self.ledger.append(at, "取扱者", event, &office_key()).unwrap();
        self.register.follow(self.ledger.events());
    }

    #[track_caller]
    fn refuses(&self, event: EventBody, code: &str) {
        assert_eq!(self.code(&event), Err(code), "{event:?}");
    }

    fn example(&self) -> Request {
        Request::from_toml(&example_request(&self.rules)).unwrap()
    }

    fn requested(&self, number: u64, change: impl FnOnce(&mut Request)) -> EventBody {
        let mut request = self.example();
        change(&mut request);
        EventBody::Requested { number, request: Box::new(request), attachments: vec![], recipient_keys: None }
    }
}

fn decided(number: u64, granted: bool, by: &str, reason: &str) -> EventBody {
    // All cities have the same example, but for what their rules ask.
    let example = Request::from_toml(&example_request(&RuleSet::builtin("minato").unwrap())).unwrap();
    let provides = granted.then(|| Provides::all_of(&example));
    decided_as(number, by, reason, provides)
}

fn decided_as(number: u64, by: &str, reason: &str, provides: Option<Provides>) -> EventBody {
    let (by, reason, granted) = (by.to_owned(), reason.to_owned(), provides.is_some());
    EventBody::Decided { number, granted, by, reason, findings: vec![], approvals: vec![], provides }
}

fn sealed(number: u64, seed: u64) -> SealedEvent {
    SealedEvent {
        number,
        bundle_id: BundleId::generate(&TestEntropy::new(seed), day(TODAY), seed),
        manifest_sha256: B64([0; 32]),
        recipient: Default::default(),
        range: String::new(),
        not_before: time("2026-11-24T10:00:00+09:00"),
        not_after: time("2027-01-29T23:59:59+09:00"),
        return_due: day("2027-01-29"),
        medium: Default::default(),
        clips: vec![],
        slots: vec![SealedSlot { opens_with: OpensWith::Passphrase, signer: None }],
        ticket: None,
        replaces: None,
    }
}

fn reported(bundle_id: &BundleId, receipt: ReceiptKind, day: Day, from: &str) -> EventBody {
    let (bundle_id, from) = (bundle_id.clone(), from.to_owned());
    EventBody::Reported { bundle_id, receipt, day, from, note: String::new() }
}

fn extended(bundle_id: &BundleId, until: &str, reason: &str, by: &str) -> EventBody {
    let (reason, by) = (reason.to_owned(), by.to_owned());
    EventBody::DueExtended { bundle_id: bundle_id.clone(), until: day(until), reason, by }
}

fn closed(bundle_id: &BundleId, medium_check: &str) -> EventBody {
    closed_with(bundle_id, medium_check, "")
}

fn closed_with(bundle_id: &BundleId, medium_check: &str, note: &str) -> EventBody {
    EventBody::Closed {
        bundle_id: bundle_id.clone(),
        medium_check: medium_check.into(),
        witness: String::new(),
        note: note.into(),
    }
}

#[test]
fn a_request_is_numbered_decided_by_the_rules_and_sealed_once() {
    let mut desk = Desk::new("minato");
    desk.refuses(desk.requested(2, |_| {}), "step_state");
    desk.refuses(desk.requested(1, |r| r.purpose.clear()), "step_missing");
    desk.refuses(desk.requested(1, |r| r.range[0].to = time("2020-01-01T00:00:00+09:00")), "step_day");
    desk.refuses(decided(1, true, "課長", ""), "step_case");
    desk.refuses(EventBody::Sealed(Box::new(sealed(1, 1))), "step_case");
    // 港区 8条3項: without 遵守書 nothing may be granted, whatever front-end asks.
    desk.on(desk.requested(1, |r| r.undertaking = None));
    desk.refuses(decided(1, true, "課長", ""), "rules_refuse");
    desk.refuses(EventBody::Sealed(Box::new(sealed(1, 1))), "step_state");
    let review = desk.example().review;
    let undertaking = desk.example().undertaking;
    desk.on(EventBody::Reviewed { number: 1, review, undertaking });
    desk.refuses(decided(1, true, " ", ""), "step_missing");
    desk.refuses(decided(1, false, "課長", ""), "step_missing");
    desk.on(decided(1, true, "課長", ""));
    desk.refuses(decided(1, true, "課長", ""), "step_state");
    // What carries the 可 is not taken away under it, and a revision of the rules counts.
    desk.refuses(
        EventBody::Reviewed { number: 1, review: Review::default(), undertaking: None },
        "rules_refuse",
    );
    let mut stricter = desk.rules.clone();
    stricter.grounds.retain(|ground| ground.id != desk.example().ground);
    let refused =
        admits(&desk.register, ("取扱者", &EventBody::Sealed(Box::new(sealed(1, 1)))), &stricter, day(TODAY));
    assert_eq!(refused.map_err(|error| error.code()), Err("rules_refuse"));
    desk.on(EventBody::Sealed(Box::new(sealed(1, 1))));
    desk.refuses(EventBody::Sealed(Box::new(sealed(1, 2))), "step_state");
    desk.refuses(decided(1, false, "課長", "取下げ"), "step_state");
    desk.refuses(
        EventBody::Reviewed { number: 1, review: Review::default(), undertaking: None },
        "step_state",
    );
    // A bundle that was never handed over may be voided; then the request waits for sealing again.
    let void = |reason: &str| EventBody::Voided { bundle_id: sealed(1, 1).bundle_id, reason: reason.into() };
    desk.refuses(void(""), "step_missing");
    desk.on(void("媒体に書けなかった"));
    desk.refuses(void("もう一度"), "step_state");
    desk.on(EventBody::Sealed(Box::new(sealed(1, 2))));
}

#[test]
fn what_follows_a_bundle_comes_in_order() {
    let mut desk = Desk::new("fujisawa");
    desk.on(desk.requested(1, |_| {}));
    desk.on(decided(1, true, "課長", ""));
    desk.on(EventBody::Sealed(Box::new(sealed(1, 1))));
    let id = sealed(1, 1).bundle_id;
    let unknown = sealed(1, 9).bundle_id;
    desk.refuses(extended(&unknown, "2027-03-31", "公判", "課長"), "step_bundle");
    desk.refuses(extended(&id, "2027-01-29", "公判", "課長"), "step_day");
    desk.refuses(extended(&id, "2027-03-31", "", "課長"), "step_missing");
    desk.refuses(extended(&id, "2027-03-31", "公判", ""), "step_missing");
    desk.on(extended(&id, "2027-03-31", "公判", "課長"));
    desk.refuses(extended(&id, "2027-03-01", "公判", "課長"), "step_day");
    desk.refuses(closed(&id, "異常なし"), "close_status");
    desk.refuses(reported(&id, ReceiptKind::Return, day("2026-11-25"), "電話"), "step_day");
    desk.refuses(reported(&id, ReceiptKind::Return, day("2026-11-23"), "電話"), "step_day");
    desk.refuses(reported(&id, ReceiptKind::Return, day(TODAY), ""), "step_missing");
    desk.on(reported(&id, ReceiptKind::Loss, day(TODAY), "電話"));
    // What was lost may turn up.
    desk.on(reported(&id, ReceiptKind::Return, day(TODAY), "電話"));
    desk.refuses(reported(&id, ReceiptKind::Erasure, day(TODAY), "電話"), "step_state");
    desk.refuses(closed(&id, " "), "step_missing");
    // It was lost and is back: somebody says how.
    desk.refuses(closed(&id, "異常なし"), "step_missing");
    desk.on(closed_with(&id, "異常なし", "署内で見つかった"));
    desk.refuses(closed(&id, "異常なし"), "close_status");
    // 藤沢市 6条4項: five years from the next 1 April, so the copy may not go today.
    let dispose = |on: &str| EventBody::CopyDisposed {
        bundle_id: id.clone(),
        on: day(on),
        method: "消去".into(),
        witness: String::new(),
    };
    desk.refuses(dispose(TODAY), "step_day");
    desk.refuses(dispose("2032-04-01"), "step_day");
    let later = day("2032-04-01");
    assert_eq!(admits(&desk.register, ("取扱者", &dispose("2032-04-01")), &desk.rules, later), Ok(()));
    let refused = admits(&desk.register, ("取扱者", &dispose("2032-03-31")), &desk.rules, later);
    assert_eq!(refused.map_err(|error| error.code()), Err("step_day"));
}

#[test]
fn viewing_at_the_office_is_recorded_each_time_and_only_where_no_file_was_decided() {
    let mut desk = Desk::new("midori");
    desk.on(desk.requested(1, |r| r.delivery_method = "画像閲覧".into()));
    let provided = |on: &str, to: &str| {
        EventBody::Provided(Provision {
            number: 1,
            on: time(on),
            to: to.into(),
            place: "庁舎3階".into(),
            note: String::new(),
        })
    };
    desk.refuses(provided("2026-11-24T09:00:00+09:00", "巡査"), "step_state");
    let watched = Provides { delivery_method: "画像閲覧".into(), ..Provides::all_of(&desk.example()) };
    desk.on(decided_as(1, "課長", "", Some(watched)));
    desk.refuses(provided("2026-11-25T09:00:00+09:00", "巡査"), "step_day");
    desk.refuses(provided("2026-11-24T09:00:00+09:00", ""), "step_missing");
    desk.refuses(provided("2026-11-01T09:00:00+09:00", "巡査"), "step_day");
    desk.refuses(EventBody::Sealed(Box::new(sealed(1, 1))), "step_state");
    desk.on(provided("2026-11-24T09:00:00+09:00", "巡査"));
    // Somebody else of them watches it half an hour later.
    desk.on(provided("2026-11-24T09:30:00+09:00", "巡査部長"));
    let case = &desk.register.cases[&1];
    assert_eq!(case.given_on(&desk.register.disclosures), Some(day(TODAY)));
    desk.on(desk.requested(2, |_| {}));
    desk.on(decided(2, true, "課長", ""));
    let with_file = Provision {
        number: 2,
        on: time("2026-11-24T09:00:00+09:00"),
        to: "巡査".into(),
        place: "庁舎".into(),
        note: String::new(),
    };
    desk.refuses(EventBody::Provided(with_file), "step_state");
}

#[test]
fn the_operations_log_and_incidents_say_what_happened_and_when() {
    let desk = Desk::new("minato");
    let operation = |on: &str, reason: &str| {
        EventBody::Operation(Box::new(Operation {
            section: OperationKind::MediaDisposal,
            on: day(on),
            camera: String::new(),
            subject: "USB-01".into(),
            reason: reason.into(),
            particulars: "破砕".into(),
            permitted_by: String::new(),
            operator: String::new(),
            note: String::new(),
            time: String::new(),
            number: None,
        }))
    };
    assert_eq!(desk.code(&operation(TODAY, "老朽")), Ok(()));
    desk.refuses(operation("2026-11-25", "老朽"), "step_day");
    desk.refuses(operation(TODAY, ""), "step_missing");
    let incident = |bundle_id: Option<BundleId>, what: &str| {
        let incident = Incident { bundle_id, on: day(TODAY), what: what.into(), ..incident() };
        EventBody::Incident(Box::new(incident))
    };
    assert_eq!(desk.code(&incident(None, "紛失")), Ok(()));
    desk.refuses(incident(None, ""), "step_missing");
    desk.refuses(incident(Some(sealed(1, 1).bundle_id), "紛失"), "step_bundle");
    desk.refuses(EventBody::RulesAdopted { text: "id = 1".into() }, "rules_form");
    let refused = EventBody::ReceiptRefused {
        bundle_id: None,
        reason: "code_wrong".into(),
        via: Via::Code,
        evidence: "X".into(),
    };
    assert_eq!(desk.code(&refused), Ok(()), "nothing that came in is lost");
}

fn promised(rules: &RuleSet) -> Request {
    let mut request = wish(rules);
    request.undertaking = Some(UndertakingFields {
        submitted_on: day("2026-11-20"),
        signed_by: "署長".into(),
        onward_to: String::new(),
        origin: Origin::File,
    });
    request
}

fn now() -> Timestamp {
    time("2026-11-20T09:00:00+09:00")
}

/// Signs whatever it is given.
fn signed(file: &RequestFile) -> Jws {
    office_key().sign(Typ::Request, &serde_json::to_vec(file).unwrap())
}

#[test]
fn a_request_file_goes_round_and_says_nothing_for_the_office() {
    let rules = RuleSet::builtin("minato").unwrap();
    let signer = office_key();
    let device = recipient_key().public();
    let make = |request| {
        RequestFile::unsigned(
            request,
            &rules.id,
            &rules.undertaking.items,
            now(),
            Some(&device),
            &signer.public(),
        )
    };
    let unsigned = make(promised(&rules)).unwrap();
    let signature = signer.sign_bytes(unsigned.signing_input());
    let jws = unsigned.attach(&signature).unwrap();
    let read = VerifiedRequestFile::verify(&jws).unwrap();
    assert_eq!((&read.file.request, &read.signer), (&promised(&rules), &signer.public()));
    assert_eq!(read.file.promises, rules.undertaking.items);
    assert_eq!(read.file.device_key, Some(device.jwk()));
    assert_eq!(rules.request_of(&read), (promised(&rules), true));
    // Promises that are not those of the rules are none.
    let mut others = rules.clone();
    others.undertaking.items.push("もう一つ".into());
    let (without, counts) = others.request_of(&read);
    assert_eq!((without.undertaking, counts), (None, false));
    assert_eq!(VerifiedRequestFile::number(&jws).len(), 49);
    // The desk's rules find everything but what the office has to answer itself.
    let findings: Vec<_> =
        rules.check(&read.file.request).into_iter().filter(fuin_core::Finding::blocks).collect();
    assert!(findings.iter().all(|finding| finding.code == "review_missing"), "{findings:?}");

    let mut answered = promised(&rules);
    answered.review.necessity = "必要と認める".into();
    assert_eq!(make(answered).err().unwrap().code(), "request_file_office");
    let mut empty = promised(&rules);
    empty.purpose.clear();
    assert_eq!(make(empty).err().unwrap().code(), "request_missing");
    let refused = |change: &dyn Fn(&mut RequestFile)| {
        let mut file = read.file.clone();
        change(&mut file);
        VerifiedRequestFile::verify(&signed(&file)).unwrap_err().code()
    };
    assert_eq!(refused(&|file| file.format = "fuin-request/2".into()), "later_version");
    assert_eq!(refused(&|file| file.promises.clear()), "request_file_office");
    assert_eq!(refused(&|file| file.request.undertaking = None), "request_file_office");
    assert_eq!(
        refused(&|file| file.request.undertaking.as_mut().unwrap().origin = Origin::Paper),
        "request_file_office"
    );
    assert_eq!(refused(&|file| file.request.conditions = vec!["なし".into()]), "request_file_office");
    let zero = "A".repeat(43);
    let off_curve = format!(r#"{{"crv":"P-256","kty":"EC","x":"{zero}","y":"{zero}"}}"#);
    assert_eq!(
        refused(&|file| file.device_key = serde_json::from_str(&off_curve).unwrap()),
        "request_file_key"
    );
    let other = signer.sign(Typ::Receipt, &serde_json::to_vec(&read.file).unwrap());
    assert_eq!(VerifiedRequestFile::verify(&other).unwrap_err().code(), "jws_kind");
    let mut altered = jws.as_str().to_owned().into_bytes();
    let middle = altered.len() / 2;
    altered[middle] = if altered[middle] == b'A' { b'B' } else { b'A' };
    let altered = Jws::new(&String::from_utf8(altered).unwrap());
    assert!(VerifiedRequestFile::verify(&altered).is_err());
}

//! 担当者 and 端末 of a ledger that several desks share (FORMAT.md §10.11).
#![allow(clippy::unwrap_used, clippy::tests_outside_test_module, missing_docs, reason = "a test")]

use fuin_core::{
    B64, EventBody, Ledger, LedgerFault, PersonRole, Proof, Register, RuleSet, SigningKey, admits,
    example_request,
};
use fuin_tests::{TestEntropy, day, desk_key, noon, office_key, signed};

fn person(name: &str, roles: &[PersonRole]) -> EventBody {
    EventBody::PersonSet { name: name.into(), roles: roles.to_vec() }
}

fn enrolled(key: &SigningKey) -> EventBody {
    EventBody::DeskEnrolled { key: key.public().jwk(), name: "窓口の PC".into() }
}

fn struck_off(key: &SigningKey) -> EventBody {
    EventBody::DeskStruckOff { key: B64(key.public().thumbprint_bytes()), reason: "紛失".into() }
}

fn backup() -> EventBody {
    EventBody::BackedUp { lines: 1 }
}

/// A ledger whose lines are signed as told, read as one that comes from elsewhere.
fn faults_of(lines: &[(EventBody, &SigningKey)]) -> Vec<LedgerFault> {
    let mut ledger = Ledger::default();
    for (event, key) in lines {
        ledger.append(noon(), "取扱者", event.clone(), key).unwrap();
    }
    let text = ledger.export(&ledger.signed_head(&office_key()));
    Ledger::read(text.as_bytes(), None, Some(&office_key().public())).1
}

#[test]
fn a_desk_signs_from_its_enrolment_until_it_is_struck_off() {
    let (office, desk) = (&office_key(), &desk_key());
    let stranger = &SigningKey::generate(&TestEntropy::new(77));
    let first = (EventBody::OfficeSet { roles: vec![] }, office);
    let good = [first.clone(), (enrolled(desk), office), (backup(), desk), (backup(), office)];
    assert_eq!(faults_of(&good), []);
    let early = [first.clone(), (backup(), desk), (enrolled(desk), office)];
    assert_eq!(faults_of(&early), [LedgerFault::Signer { line: 2 }]);
    let late = [first.clone(), (enrolled(desk), office), (struck_off(desk), office), (backup(), desk)];
    assert_eq!(faults_of(&late), [LedgerFault::Signer { line: 4 }]);
    let other = [first.clone(), (enrolled(desk), office), (backup(), stranger)];
    assert_eq!(faults_of(&other), [LedgerFault::Signer { line: 3 }]);
    // What is the office's alone, no desk signs: it could enrol others, or strike them off.
    for event in [enrolled(stranger), struck_off(desk)] {
        let own = [first.clone(), (enrolled(desk), office), (event, desk)];
        assert_eq!(faults_of(&own), [LedgerFault::Signer { line: 3 }]);
    }
}

#[test]
fn who_has_no_key_checks_a_line_of_a_desk_as_well() {
    let (office, desk) = (office_key(), desk_key());
    let mut ledger = Ledger::default();
    ledger.append(noon(), "取扱者", enrolled(&desk), &office).unwrap();
    let line_by = |key: &SigningKey, event: EventBody| {
        let unsigned = ledger.prepare(noon(), "取扱者", event, &key.public());
        signed(unsigned, key)
    };
    let head_by = |key: &SigningKey, line| {
        let unsigned = ledger.unsigned_head_with(line, &key.public()).unwrap();
        signed(unsigned, key)
    };
    let line = line_by(&desk, backup());
    assert!(ledger.check_next(&line, &head_by(&office, &line)).is_ok());
    let refused = |line, head| ledger.check_next(line, &head).map(drop);
    assert_eq!(refused(&line, head_by(&desk, &line)), Err(LedgerFault::Head));
    let own = line_by(&desk, struck_off(&desk));
    assert_eq!(refused(&own, head_by(&office, &own)), Err(LedgerFault::Signer { line: 2 }));
}

#[test]
fn a_line_of_a_desk_is_proved_with_its_enrolment() {
    let (office, desk) = (office_key(), desk_key());
    let mut ledger = Ledger::default();
    ledger.append(noon(), "取扱者", enrolled(&desk), &office).unwrap();
    ledger.append(noon(), "取扱者", backup(), &desk).unwrap();
    let proof = Proof::make(&ledger, 1, &office).unwrap();
    let read = Proof::check(&proof).unwrap();
    assert_eq!((read.signer, read.desk.as_deref()), (office.public(), Some("窓口の PC")));
    assert_eq!(Proof::check(&Proof::make(&ledger, 0, &office).unwrap()).unwrap().desk, None);
    // A desk that nobody enrolled proves nothing.
    let mut alone = Ledger::default();
    alone.append(noon(), "取扱者", backup(), &desk).unwrap();
    assert!(Proof::check(&Proof::make(&alone, 0, &office).unwrap()).is_err());
}

struct Office {
    ledger: Ledger,
    rules: RuleSet,
}

impl Office {
    fn new() -> Self {
        Self { ledger: Ledger::default(), rules: RuleSet::builtin("minato").unwrap() }
    }

    fn code(&self, actor: &str, event: &EventBody) -> Result<(), &'static str> {
        use fuin_core::Coded as _;
        let register = Register::project(self.ledger.events());
        admits(&register, (actor, event), &self.rules, day("2026-11-24")).map_err(|error| error.code())
    }

    #[track_caller]
    fn on(&mut self, actor: &str, event: EventBody) {
        assert_eq!(self.code(actor, &event), Ok(()), "{event:?}");
        self.ledger.append(noon(), actor, event, &office_key()).unwrap();
    }
}

#[test]
fn people_record_what_their_roles_allow_and_nobody_decides_his_own() {
    use PersonRole::{Auditor, Decider, Handler};
    let mut office = Office::new();
    // Without people, nobody is told apart.
    office.on("誰か", EventBody::OfficeSet { roles: vec![] });
    assert_eq!(office.code("誰か", &person("取扱 一郎", &[Handler])), Err("step_last_decider"));
    office.on("誰か", person("決裁 花子", &[Decider]));
    assert_eq!(office.code("誰か", &backup()), Err("step_person"));
    office.on("決裁 花子", person("取扱 一郎", &[Handler]));
    office.on("決裁 花子", person("両方 次郎", &[Handler, Decider]));
    office.on("決裁 花子", person("監査 三郎", &[Auditor]));
    assert_eq!(office.code("取扱 一郎", &person("友人", &[Decider])), Err("step_role"));
    assert_eq!(office.code("監査 三郎", &backup()), Err("step_role"));

    let request = fuin_core::Request::from_toml(&example_request(&office.rules)).unwrap();
    let requested = |number| EventBody::Requested {
        number,
        request: Box::new(request.clone()),
        attachments: vec![],
        recipient_keys: None,
    };
    assert_eq!(office.code("決裁 花子", &requested(1)), Err("step_role"));
    office.on("両方 次郎", requested(1));
    let decided = EventBody::Decided {
        number: 1,
        granted: false,
        by: "課長".into(),
        reason: "例".into(),
        findings: vec![],
        approvals: vec![],
        provides: None,
    };
    assert_eq!(office.code("取扱 一郎", &decided), Err("step_role"));
    assert_eq!(office.code("両方 次郎", &decided), Err("step_own_request"));
    let claimed = |by: Option<&str>| EventBody::Claimed { number: 1, by: by.map(str::to_owned) };
    assert_eq!(office.code("取扱 一郎", &claimed(Some("決裁 花子"))), Err("step_person"), "she handles none");
    office.on("取扱 一郎", claimed(Some("取扱 一郎")));
    let register = Register::project(office.ledger.events());
    assert_eq!(register.cases[&1].claimed_by.as_deref(), Some("取扱 一郎"));
    office.on("取扱 一郎", claimed(None));
    // Giving it back does not undo that somebody worked on it.
    office.on("取扱 一郎", claimed(Some("両方 次郎")));
    office.on("取扱 一郎", claimed(None));
    assert_eq!(office.code("両方 次郎", &decided), Err("step_own_request"));
    office.on("決裁 花子", decided);

    office.on("決裁 花子", person("両方 次郎", &[]));
    assert_eq!(office.code("両方 次郎", &backup()), Err("step_person"), "he has left");
    assert_eq!(office.code("決裁 花子", &person("決裁 花子", &[Handler])), Err("step_last_decider"));
}

#[test]
fn a_desk_is_enrolled_once_and_struck_off_once() {
    let mut office = Office::new();
    let desk = desk_key();
    assert_eq!(office.code("係", &struck_off(&desk)), Err("step_state"));
    office.on("係", enrolled(&desk));
    assert_eq!(office.code("係", &enrolled(&desk)), Err("step_state"));
    office.on("係", struck_off(&desk));
    assert_eq!(office.code("係", &struck_off(&desk)), Err("step_state"));
    assert_eq!(office.code("係", &enrolled(&desk)), Err("step_state"), "a key that was lost stays lost");
}

//! An office in a test: what it may record day by day, and what follows from it.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise, and says by its name what it does"
)]

use fuin_core::{
    B64, BundleId, CaseState, Coded, Day, EventBody, Ledger, OpensWith, Operation, OperationKind, Provides,
    ReceiptKind, Recipient, Register, Request, RuleSet, SealedClipRecord, SealedEvent, SealedSlot, admits,
    example_request, first_unruly,
};

use crate::{TestEntropy, day, office_key};

/// A register that only takes what it admits, on a day that moves.
#[derive(Clone)]
pub struct Desk {
    /// Its ledger.
    pub ledger: Ledger,
    /// What follows from it.
    pub register: Register,
    /// The city's rules.
    pub rules: RuleSet,
    /// The day.
    pub today: Day,
}

impl Desk {
    pub fn new(city: &str) -> Self {
        let rules = RuleSet::builtin(city).unwrap();
        let (ledger, register) = (Ledger::default(), Register::default());
        Self { ledger, register, rules, today: day("2026-11-24") }
    }

    pub fn code(&self, event: &EventBody) -> Result<(), &'static str> {
        admits(&self.register, ("取扱者", event), &self.rules, self.today).map_err(|error| error.code())
    }

    /// Records what must be admitted, and says on which line.
    pub fn on(&mut self, event: EventBody) -> u64 {
        assert_eq!(self.code(&event), Ok(()), "{event:?}");
        let at = self.today.start().plus_secs(10 * 3600);
        self.ledger.append(at, "取扱者", event, &office_key()).unwrap();
        self.register.follow(self.ledger.events());
        self.ledger.events().len() as u64
    }

    #[track_caller]
    pub fn refuses(&self, event: EventBody, code: &str) {
        assert_eq!(self.code(&event), Err(code), "{event:?}");
    }

    pub fn example(&self) -> Request {
        Request::from_toml(&example_request(&self.rules)).unwrap()
    }

    pub fn request(&mut self, change: impl FnOnce(&mut Request)) -> u64 {
        let mut request = self.example();
        change(&mut request);
        let number = self.register.next_number();
        let request = Box::new(request);
        self.on(EventBody::Requested { number, request, attachments: vec![], recipient_keys: None });
        number
    }

    pub fn all(&self, number: u64) -> Provides {
        Provides::all_of(&self.register.cases[&number].request)
    }

    pub fn grant(&mut self, number: u64) {
        let provides = Some(self.all(number));
        self.on(decided(number, "", provides));
    }

    pub fn seal(&mut self, number: u64) -> BundleId {
        let id = BundleId::generate(&TestEntropy::new(self.register.next_bundle()), self.today, number);
        self.on(EventBody::Sealed(Box::new(self.sealed(number, &id, vec![]))));
        id
    }

    pub fn sealed(&self, number: u64, id: &BundleId, clips: Vec<SealedClipRecord>) -> SealedEvent {
        SealedEvent {
            number,
            bundle_id: id.clone(),
            manifest_sha256: B64([0; 32]),
            recipient: Recipient::default(),
            range: String::new(),
            not_before: self.today.start(),
            not_after: self.today.plus_days(60).end(),
            return_due: self.today.plus_days(60),
            medium: Default::default(),
            clips,
            slots: vec![SealedSlot { opens_with: OpensWith::Passphrase, signer: None }],
            ticket: None,
            replaces: None,
        }
    }

    pub fn state(&self, number: u64) -> CaseState {
        self.register.cases[&number].state(&self.register.disclosures)
    }

    /// Everything that the register knows follows from the ledger alone, however it got there.
    pub fn is_what_the_ledger_says(&self) {
        let anew = Register::project(self.ledger.events());
        assert_eq!(format!("{:?}", anew.cases), format!("{:?}", self.register.cases));
        assert_eq!(format!("{:?}", anew.disclosures), format!("{:?}", self.register.disclosures));
        assert_eq!(first_unruly(self.ledger.events(), 0, &self.rules.id), None);
    }
}

/// 苦情 in the 運用状況記録簿.
pub fn complaint(on: &str, reason: &str) -> EventBody {
    EventBody::Operation(Box::new(Operation {
        section: OperationKind::Complaint,
        on: day(on),
        camera: String::new(),
        subject: String::new(),
        reason: reason.into(),
        particulars: String::new(),
        permitted_by: String::new(),
        operator: String::new(),
        note: String::new(),
        time: String::new(),
        number: None,
    }))
}

pub fn decided(number: u64, reason: &str, provides: Option<Provides>) -> EventBody {
    let (by, reason, granted) = ("課長".to_owned(), reason.to_owned(), provides.is_some());
    EventBody::Decided { number, granted, by, reason, findings: vec![], approvals: vec![], provides }
}

pub fn reported(id: &BundleId, receipt: ReceiptKind, on: Day) -> EventBody {
    let (bundle_id, from) = (id.clone(), "電話".to_owned());
    EventBody::Reported { bundle_id, receipt, day: on, from, note: String::new() }
}

pub fn closed(id: &BundleId) -> EventBody {
    let bundle_id = id.clone();
    EventBody::Closed {
        bundle_id, medium_check: "良".into(), witness: String::new(), note: "確認済".into()
    }
}

pub fn taken_back(line: u64) -> EventBody {
    EventBody::TakenBack { line, reason: "誤って記録した".into(), by: "係長".into() }
}

pub fn reopened(number: u64) -> EventBody {
    EventBody::Reopened { number, reason: "追加の資料".into(), by: "課長".into() }
}

pub fn withdrawn(number: u64, on: &str) -> EventBody {
    EventBody::Withdrawn { number, on: day(on), reason: "解決した".into(), from: "例示花子".into() }
}

pub fn corrected(number: u64, request: Request) -> EventBody {
    let request = Box::new(request);
    EventBody::Corrected { number, request, reason: "誤記".into(), by: "主事".into() }
}

//! A desk that signs with its office's key and sends its lines to [`Books`], on a day of its own.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a test stops at the first surprise, and says by its name what it does"
)]

use std::sync::{Arc, OnceLock};

use fuin_core::{
    EventBody, Jws, Ledger, Office, OfficeLabel, Passphrase, Register, RuleSet, SigningKey, YearDestruction,
    closing_of, destruction_of,
};
use fuin_store::{Appended, Author, Books, OfficeId, StoreFault};

use crate::{TestEntropy, day, noon};

/// The key and the card of an office; there are two of them.
pub fn office(number: usize) -> &'static Office {
    static OFFICES: [OnceLock<Office>; 2] = [OnceLock::new(), OnceLock::new()];
    OFFICES[number].get_or_init(|| {
        let label = OfficeLabel { name: format!("見本{number}課"), contact: "03-0000-0000".into() };
        let words = Passphrase::new("課の合言葉 2026 とても長い");
        Office::found(&TestEntropy::new(900 + number as u64), label, "fujisawa", words, noon()).unwrap()
    })
}

pub fn id(number: usize) -> OfficeId {
    OfficeId::parse(&office(number).keys.signing.public().thumbprint()).unwrap()
}

/// A desk: it has the office's key, and a copy of the ledger.
#[derive(Clone)]
pub struct SigningDesk {
    pub books: Arc<Books>,
    pub office: usize,
    pub ledger: Ledger,
    pub today: &'static str,
}

impl SigningDesk {
    pub fn new(books: &Arc<Books>, office: usize) -> Self {
        Self { books: Arc::clone(books), office, ledger: Ledger::default(), today: "2026-11-24" }
    }

    pub fn key(&self) -> &'static SigningKey {
        &office(self.office).keys.signing
    }

    /// The next line as this desk would write it, and the head that counts it.
    pub fn next(&self, event: EventBody) -> (Jws, Jws) {
        let mut longer = self.ledger.clone();
        let line = longer.append(day(self.today).start(), "取扱者", event, self.key()).unwrap();
        (line, longer.signed_head(self.key()))
    }

    pub async fn send(&self, line: &Jws, head: &Jws) -> Result<Appended, StoreFault> {
        let author = Author { name: "取扱者".into(), desk: None };
        self.books.append(&id(self.office), (line.clone(), head), &author, day(self.today).start()).await
    }

    /// Records something once; whether somebody else was quicker is for the caller.
    pub async fn try_once(&mut self, event: EventBody) -> Result<Appended, StoreFault> {
        let (line, head) = self.next(event);
        let done = self.send(&line, &head).await?;
        self.ledger.commit(line).unwrap();
        Ok(done)
    }

    /// Records something; one that was overtaken reads on and signs again.
    pub async fn record(&mut self, event: EventBody) -> Appended {
        loop {
            match self.try_once(event.clone()).await {
                Err(StoreFault::Overtaken { .. }) => self.read_on().await,
                done => return done.unwrap(),
            }
        }
    }

    pub async fn read_on(&mut self) {
        let known = self.ledger.lines().len() as u64;
        for line in self.books.store().read(&id(self.office), known).await.unwrap().lines {
            self.ledger.commit(Jws::new(&line)).unwrap();
        }
    }

    pub async fn founded(books: &Arc<Books>, number: usize) -> Self {
        let mut desk = Self::new(books, number);
        let card = office(number).key_file.card.clone();
        desk.record(EventBody::OfficeFounded { card }).await;
        desk
    }

    /// The ledger as the store has it, checked as if it came from elsewhere.
    pub async fn stored(&self) -> Ledger {
        let stored = self.books.store().read(&id(self.office), 0).await.unwrap();
        let head = Jws::new(&stored.head.unwrap());
        let text = stored.lines.join("\n");
        let (ledger, faults) = Ledger::read(text.as_bytes(), Some(&head), Some(&self.key().public()));
        assert_eq!(faults, vec![]);
        ledger
    }
}

/// Closes a 年度, and destroys its records.
pub async fn destroy_year(desk: &mut SigningDesk, year: i32) {
    let rules = RuleSet::builtin("fujisawa").unwrap();
    let closing = closing_of(desk.ledger.events(), &rules, year, day(desk.today), "課長");
    desk.record(EventBody::YearClosed(Box::new(closing))).await;
    let register = Register::project(desk.ledger.events());
    let made = destruction_of(&register, year, &rules, day(desk.today)).unwrap();
    let said = YearDestruction {
        basis: "要綱".into(),
        method: "消去".into(),
        witness: "係長".into(),
        by: "課長".into(),
        ..made
    };
    desk.record(EventBody::YearDestroyed(Box::new(said))).await;
}

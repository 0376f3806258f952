//! Ledgers in memory: for tests, and for trying things.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex as StdMutex, PoisonError},
};

use async_trait::async_trait;
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc};

use crate::{
    account::Account,
    fault::StoreFault,
    office_id::OfficeId,
    store::{Growth, Record, Store, Stored, Turn},
};

/// The ledgers of some offices.
#[derive(Default)]
pub struct MemoryStore {
    ledgers: StdMutex<BTreeMap<OfficeId, Arc<Mutex<Stored>>>>,
    listeners: Arc<Listeners>,
    accounts: StdMutex<BTreeMap<String, Account>>,
}

/// Who hears of what is appended.
#[derive(Default)]
pub(crate) struct Listeners(StdMutex<Vec<mpsc::UnboundedSender<OfficeId>>>);

impl Listeners {
    pub(crate) fn add(&self) -> Growth {
        let (told, hears) = mpsc::unbounded_channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(told);
        hears
    }

    /// Those that went are forgotten.
    pub(crate) fn tell(&self, office: &OfficeId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|told| told.send(office.clone()).is_ok());
    }
}

impl MemoryStore {
    fn ledger(&self, office: &OfficeId) -> Arc<Mutex<Stored>> {
        let mut all = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(office.clone()).or_default())
    }
}

struct MemoryTurn {
    office: OfficeId,
    ledger: OwnedMutexGuard<Stored>,
    listeners: Arc<Listeners>,
}

fn from(stored: &Stored, from: u64) -> Stored {
    let skipped = usize::try_from(from).unwrap_or(usize::MAX);
    Stored { lines: stored.lines.iter().skip(skipped).cloned().collect(), head: stored.head.clone() }
}

#[async_trait]
impl Store for MemoryStore {
    async fn offices(&self) -> Result<Vec<OfficeId>, StoreFault> {
        let known: Vec<_> = {
            let all = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
            all.iter().map(|(office, ledger)| (office.clone(), Arc::clone(ledger))).collect()
        };
        let mut offices = Vec::new();
        for (office, ledger) in known {
            if !ledger.lock().await.lines.is_empty() {
                offices.push(office);
            }
        }
        Ok(offices)
    }

    async fn read(&self, office: &OfficeId, place: u64) -> Result<Stored, StoreFault> {
        Ok(from(&*self.ledger(office).lock().await, place))
    }

    async fn turn(&self, office: &OfficeId) -> Result<Box<dyn Turn>, StoreFault> {
        let ledger = self.ledger(office).lock_owned().await;
        Ok(Box::new(MemoryTurn { office: office.clone(), ledger, listeners: Arc::clone(&self.listeners) }))
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreFault> {
        let all = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(all.values().cloned().collect())
    }

    async fn keep_account(&self, account: &Account) -> Result<(), StoreFault> {
        let mut all = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(account.id.clone(), account.clone());
        Ok(())
    }

    async fn watch(&self) -> Result<Growth, StoreFault> {
        Ok(self.listeners.add())
    }
}

#[async_trait]
impl Turn for MemoryTurn {
    async fn read(&mut self, place: u64) -> Result<Stored, StoreFault> {
        Ok(from(&self.ledger, place))
    }

    async fn append(mut self: Box<Self>, record: Record<'_>) -> Result<(), StoreFault> {
        let lines = self.ledger.lines.len() as u64;
        if record.at != lines {
            return Err(StoreFault::Overtaken { lines });
        }
        self.ledger.lines.extend(record.lines.iter().map(|line| line.as_str().to_owned()));
        self.ledger.head = Some(record.head.as_str().to_owned());
        self.listeners.tell(&self.office);
        Ok(())
    }

    async fn destroy(mut self: Box<Self>, left: &[(u64, String)], _: &[String]) -> Result<(), StoreFault> {
        for (place, text) in left {
            let line = usize::try_from(*place).ok().and_then(|place| self.ledger.lines.get_mut(place));
            *line.ok_or(StoreFault::Office)? = text.clone();
        }
        Ok(())
    }
}

//! Reading a ledger from elsewhere: some lines at a time, so that the page goes on and whoever waits sees how far.
//!
//! Entry points: [`provide_reader`], [`LedgerReader::read`]. Absent: what is done with it (`exchange.rs`, `server`).

use fuin_core::{Coded, Jws, Ledger, LedgerReading, OfficeCard, OfficeKeyFile, PublicKey};
use leptos::prelude::*;

use super::fault::DeskFault;
use crate::{fault::Code, platform::clock};

/// Lines between two looks at the person; each takes about a millisecond.
const AT_ONCE: usize = 50;

/// Reads one ledger at a time.
#[derive(Clone, Copy)]
pub struct LedgerReader {
    /// How many lines were read, and of how many, while it goes on.
    pub done: RwSignal<Option<(usize, usize)>>,
    stops: StoredValue<bool>,
}

/// Makes it known.
pub fn provide_reader() -> LedgerReader {
    let reader = LedgerReader { done: RwSignal::new(None), stops: StoredValue::new(false) };
    provide_context(reader);
    reader
}

/// How far a ledger is read.
pub fn use_reader() -> LedgerReader {
    expect_context()
}

impl LedgerReader {
    /// Reads an export whole: by the office's key as this browser has it, or by one to which that was changed
    /// elsewhere, whose file was opened here.
    pub async fn read(
        self,
        content: &[u8],
        key: &PublicKey,
        files: Vec<OfficeKeyFile>,
    ) -> Result<(Ledger, Jws, Option<OfficeKeyFile>), DeskFault> {
        self.stops.set_value(false);
        let reading = self.lines(content).await;
        self.done.set(None);
        let reading = reading?;
        let fault = match Ledger::read_export(reading.clone(), key) {
            Ok((theirs, head)) => return Ok((theirs, head, None)),
            Err(fault) => fault,
        };
        if !Ledger::of(reading.clone(), None).0.had_key(key) {
            return Err(fault.into());
        }
        for file in files {
            let (_, new) = OfficeCard::verify(&file.card).map_err(|error| Code::named(error.code()))?;
            if let Ok((theirs, head)) = Ledger::read_export(reading.clone(), &new) {
                return Ok((theirs, head, Some(file)));
            }
        }
        Err(Code::OfficeKeyChanged.into())
    }

    async fn lines<'a>(self, content: &'a [u8]) -> Result<LedgerReading<'a>, DeskFault> {
        let mut reading = LedgerReading::new(content, None);
        loop {
            let (done, total) = reading.go_on(AT_ONCE);
            if done == total {
                return Ok(reading);
            }
            if self.stops.get_value() {
                return Err(Code::LedgerCalledOff.into());
            }
            self.done.set(Some((done, total)));
            clock::after_ms(0.0).await;
        }
    }

    /// Stops behind the lines that are being read.
    pub fn stop(self) {
        self.stops.set_value(true);
    }
}

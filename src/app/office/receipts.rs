//! Reports that come back: a file or a typed code is checked, recorded or refused, and the disclosure is closed.
//!
//! Entry points: [`use_receipts`] and its methods. Absent: what makes a report good, which core says.

use fuin_core::{
    AcceptedReceipt, BundleId, Coded, EventBody, Holder, Jws, ReceiptCheck, ReceiptCode, ReceiptRefusal,
    Register, SymbolSet, VerifiedReceipt, Via, evidence_of, refusal_event,
};
use leptos::prelude::*;

use super::{desk::Desk, fault::DeskFault};
use crate::{fault::Code, locale::k, platform::clock};

/// A report that was refused and is not recorded yet: the person says whether it was a slip.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedReport {
    /// Why.
    pub code: Code,
    /// What would be recorded.
    event: EventBody,
}

/// What is done with reports.
#[derive(Clone, Copy)]
pub struct Receipts {
    desk: Desk,
    /// A report that was refused, until the person says what becomes of it.
    pub refused: RwSignal<Option<RefusedReport>>,
    /// The symbols of a report that were read so far.
    pub symbols: RwSignal<SymbolSet>,
    /// The report that all symbols give, or why they give none.
    assembled: StoredValue<Option<Result<Jws, Code>>>,
}

/// Makes it known.
pub fn provide_receipts(desk: Desk) {
    let refused = RwSignal::new(None);
    let symbols = RwSignal::new(SymbolSet::default());
    desk.on_lock(move || {
        refused.set(None);
        symbols.set(SymbolSet::default());
    });
    provide_context(Receipts { desk, refused, symbols, assembled: StoredValue::new(None) });
}

/// What is done with reports.
pub fn use_receipts() -> Receipts {
    expect_context()
}

impl Receipts {
    /// Takes what a symbol says. Says whether that is enough: a code, or the last symbol of a report.
    pub fn take_symbol(self, text: &str) -> bool {
        if ReceiptCode::from_qr_text(text).is_some() {
            return true;
        }
        if !SymbolSet::is_symbol(text) {
            return false;
        }
        let added = self.symbols.try_update(|symbols| symbols.add(text));
        let assembled = added.and_then(|added| added.map_err(|error| Code::named(error.code())).transpose());
        let is_enough = assembled.is_some();
        if is_enough {
            self.assembled.set_value(assembled);
        }
        is_enough
    }

    /// Checks what symbols said: all of them together one report, or the last one a code.
    pub async fn confirm_symbols(self, text: &str) -> Result<(), DeskFault> {
        let assembled = self.assembled.try_update_value(Option::take).flatten();
        match (assembled, ReceiptCode::from_qr_text(text)) {
            (Some(jws), _) => self.confirm_file(jws?.as_str().as_bytes().to_vec()).await,
            (None, Some((id, typed))) => self.confirm_code(id.to_owned(), typed.to_owned()).await,
            (None, None) if SymbolSet::is_symbol(text) => Ok(()),
            (None, None) => Err(Code::ReceiptNoQr.into()),
        }
    }

    /// Checks a receipt file.
    pub async fn confirm_file(self, bytes: Vec<u8>) -> Result<(), DeskFault> {
        self.is_settled()?;
        let (id, result) = match VerifiedReceipt::read(&bytes) {
            Err(error) => (None, Err(ReceiptRefusal::from(error))),
            Ok((jws, receipt)) => {
                let id = receipt.receipt.bundle_id.clone();
                let named = Some(receipt.receipt.holder.clone());
                let result = self.check(&id, named, |check| check.file(&jws, &receipt, None)).await?;
                (Some(id), result)
            }
        };
        self.record(id, Via::File, &evidence_of(&bytes), result).await
    }

    /// Checks a report of a bundle against what the office knows.
    async fn check<T>(
        self,
        id: &BundleId,
        named: Option<Holder>,
        check: impl FnOnce(ReceiptCheck<'_>) -> T,
    ) -> Result<T, DeskFault> {
        let keys = self.desk.keys()?;
        let holders = |register: &Register| register.disclosures.get(id).map(|d| d.holders().collect());
        let holders: Vec<Holder> = self.desk.register.with_untracked(holders).unwrap_or_default();
        let masters =
            self.desk.register.with_untracked(|register| register.of_key(id, keys.masters()).to_vec());
        let holders: Vec<Holder> = holders.into_iter().chain(named).collect();
        let mut secrets = Vec::new();
        for (master, holder) in masters.iter().flat_map(|master| holders.iter().map(move |h| (master, h))) {
            secrets.push((holder.clone(), master.receipt_secret(id, holder).await?));
        }
        let office = self.desk.ledger.with_untracked(|ledger| ledger.office_keys(keys.signing.public()));
        let now = clock::now();
        let with =
            |register: &Register| check(ReceiptCheck { register, office: &office, secrets: &secrets, now });
        Ok(self.desk.register.with_untracked(with))
    }

    /// Checks a typed code.
    pub async fn confirm_code(self, typed_id: String, typed_code: String) -> Result<(), DeskFault> {
        self.is_settled()?;
        let id = BundleId::parse_typed(&typed_id).ok_or(Code::ReceiptUnknownBundle)?;
        let result = self.check(&id, None, |check| check.code(&id, &typed_code)).await?;
        self.record(Some(id), Via::Code, &typed_code, result).await
    }

    async fn record(
        self,
        id: Option<BundleId>,
        via: Via,
        evidence: &str,
        result: Result<AcceptedReceipt, ReceiptRefusal>,
    ) -> Result<(), DeskFault> {
        let l = self.desk.locale;
        match result {
            Ok(accepted) => {
                self.desk.append(accepted.event()).await?;
                let kind =
                    if l.is_english() { accepted.said.kind.name() } else { accepted.said.kind.japanese() };
                let values =
                    [("id", accepted.bundle_id.as_str()), ("kind", kind), ("day", &l.day(accepted.said.day))];
                self.desk.tell(l.f(k::OFFICE_ACCEPTED, &values));
            }
            Err(refusal) if refusal.is_slip() => return Err(Code::named(refusal.code()).into()),
            Err(refusal) => {
                let event = refusal_event(id, &refusal, via, evidence);
                let code = Code::named(refusal.code());
                self.desk.message.set(None);
                self.refused.set(Some(RefusedReport { code, event }));
            }
        }
        Ok(())
    }

    /// Records the report that was refused, with its reason, or leaves it as a slip.
    pub async fn settle_refused(self, record: bool) -> Result<(), DeskFault> {
        let Some(refused) = self.refused.get_untracked() else { return Ok(()) };
        if record {
            self.desk.append(refused.event).await?;
            self.desk.tell(self.desk.locale.t(k::OFFICE_REFUSAL_RECORDED).to_owned());
        }
        self.refused.set(None);
        Ok(())
    }

    /// One report after the other: what becomes of the one before is said first.
    fn is_settled(self) -> Result<(), DeskFault> {
        match self.refused.with_untracked(Option::is_none) {
            true => Ok(()),
            false => Err(Code::ReportUnsettled.into()),
        }
    }

    /// Closes a disclosure after its medium was checked.
    pub async fn close(
        self,
        id: BundleId,
        medium_check: String,
        witness: String,
        note: String,
    ) -> Result<(), DeskFault> {
        let text = id.to_string();
        self.desk.append(EventBody::Closed { bundle_id: id, medium_check, witness, note }).await?;
        self.desk.tell(self.desk.locale.f(k::OFFICE_CLOSED, &[("id", &text)]));
        Ok(())
    }
}

//! A line that was signed for the next place of the ledger; and one that was sent, and to which there was no answer.
//!
//! Entry points: [`NextLine::sign`], [`Unanswered`]. Absent: keeping it (`desk.rs`).

use fuin_core::{EventBody, Jws, Ledger};
use leptos::prelude::*;

use super::{fault::DeskFault, shared::Shared};
use crate::{
    fault::Code,
    platform::{
        clock,
        crypto::{OfficeHandles, OfficeSigningKey},
    },
};

/// A line and the head that counts it.
#[derive(Clone)]
pub struct NextLine {
    /// The line.
    pub line: Jws,
    /// The head.
    pub head: Jws,
}

impl NextLine {
    /// Signs the next line: with this desk's `own` key where it is enrolled and may, with the office's otherwise; and
    /// the head, with the office's, or with a `new` one to which the line changes it.
    pub async fn sign(
        ledger: RwSignal<Ledger>,
        keys: &OfficeHandles,
        (own, new): (Option<OfficeSigningKey>, Option<&OfficeSigningKey>),
        actor: &str,
        event: EventBody,
    ) -> Result<Self, DeskFault> {
        let (unsigned, key) = ledger.with_untracked(|ledger| {
            let is_enrolled = |own: &OfficeSigningKey| ledger.desks().of_key(own.public()).is_some();
            let own = own.filter(|own| !event.is_of_office() && is_enrolled(own));
            let key = own.unwrap_or_else(|| keys.signing.clone());
            (ledger.prepare(clock::now(), actor, event, key.public()), key)
        });
        let line = key.sign(unsigned).await?;
        let next = new.unwrap_or(&keys.signing);
        let unsigned = ledger.with_untracked(|ledger| ledger.unsigned_head_with(&line, next.public()))?;
        let head = next.sign(unsigned).await?;
        Ok(Self { line, head })
    }
}

/// What was to be recorded last, and the line that was sent for it, while it is not known whether it was taken.
#[derive(Clone, Copy, Default)]
pub struct Unanswered(StoredValue<Option<(EventBody, NextLine)>>);

impl Unanswered {
    /// There was no answer to this one.
    pub fn keep(self, wanted: EventBody, prepared: NextLine) {
        self.0.set_value(Some((wanted, prepared)));
    }

    /// The desk is locked.
    pub fn forget(self) {
        self.0.set_value(None);
    }

    /// Sends the line again to which there was no answer; whether it was for this event, and stands now.
    pub async fn was_taken(
        self,
        shared: &dyn Shared,
        ledger: RwSignal<Ledger>,
        event: &EventBody,
    ) -> Result<bool, DeskFault> {
        let Some((was, prepared)) = self.0.try_update_value(Option::take).flatten() else {
            return Ok(false);
        };
        let stands = |line: &Jws| ledger.with_untracked(|ledger| ledger.place_taken(line) == Some(true));
        if !stands(&prepared.line) {
            let sent = match shared.send(&prepared.line, &prepared.head).await {
                Ok(_) => shared.read_on().await,
                Err(fault) => Err(fault),
            };
            if let Err(fault) = sent {
                if fault.code == Code::ServerUnreachable {
                    self.keep(was, prepared);
                }
                return Err(fault);
            }
        }
        Ok(was == *event && stands(&prepared.line))
    }
}

/// Whether a line may have been taken all the same: the server is out of reach, or something of its own went wrong.
pub fn is_unknown(code: Code) -> bool {
    use Code::{ServerInside, ServerUnreachable, StoreDatabase, StoreFolder};
    matches!(code, ServerUnreachable | ServerInside | StoreDatabase | StoreFolder)
}

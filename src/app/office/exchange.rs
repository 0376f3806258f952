//! The ledger as one file: out for a backup, in from another PC, and back in the place of a damaged one.
//!
//! Entry points: [`Exchange::export`], [`Exchange::import_files`], [`Exchange::restore`]. Absent: the mirror
//! (`mirror.rs`).

use std::collections::BTreeSet;

use fuin_core::{
    B64, EventBody, Jws, Ledger, LedgerLine, OfficeKeyFile, Restoration, attachments_gone, first_unruly,
    sha256,
};
use leptos::prelude::*;

use super::{
    desk::Desk,
    fault::DeskFault,
    reader::LedgerReader,
    stored::{self, Addition, Stored},
    union::UnionWork,
};
use crate::{
    fault::Code,
    locale::k,
    platform::{
        db::{self, StoreName},
        files,
    },
};

/// Bytes of the longest ledger that is read.
const MAX_LEDGER: u32 = 1 << 30;

/// A good ledger that may take the place of a damaged one, once the person said so.
#[derive(Debug, Clone)]
pub struct Restoring {
    /// What it is to replace, as it was when it was judged.
    damaged: Stored,
    good: Vec<LedgerLine>,
    head: Jws,
    /// Events in it.
    pub lines: usize,
    /// Events that can still be read in the damaged one and are not in it.
    pub lost: usize,
}

/// A ledger with a line that could not have been recorded here, until the person says what is done with it.
#[derive(Debug, Clone)]
pub struct Unruly {
    theirs: Ledger,
    head: Jws,
    key_file: Option<OfficeKeyFile>,
    /// Which line, from 1.
    pub line: usize,
    /// Why.
    pub fault: DeskFault,
}

/// The way of a ledger in and out.
#[derive(Clone, Copy)]
pub struct Exchange {
    desk: Desk,
    reader: LedgerReader,
    union: UnionWork,
    /// A ledger that waits to be taken over although the rules of recording are against it.
    pub unruly: RwSignal<Option<Unruly>>,
    /// A good ledger that waits to take the place of a damaged one.
    pub restoring: RwSignal<Option<Restoring>>,
}

/// Makes it known.
pub fn provide_exchange(desk: Desk, reader: LedgerReader, union: UnionWork) {
    let (unruly, restoring) = (RwSignal::new(None), RwSignal::new(None));
    desk.on_lock(move || {
        unruly.set(None);
        restoring.set(None);
    });
    provide_context(Exchange { desk, reader, union, unruly, restoring });
}

/// The way of a ledger in and out.
pub fn use_exchange() -> Exchange {
    expect_context()
}

impl Exchange {
    /// An export, or `ledger.jsonl` and `ledger.head` of a mirror, in whatever order they were picked.
    pub async fn import_files(self, mut picked: Vec<files::PickedFile>) -> Result<(), DeskFault> {
        picked.sort_by_key(|file| file.name().ends_with(".head"));
        let mut content = Vec::new();
        for file in &picked {
            let part = files::read_bytes(file, MAX_LEDGER).await?.ok_or(Code::FileTooLarge)?;
            content.extend_from_slice(part.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&part));
            // A head has no line end of its own.
            if !content.ends_with(b"\n") {
                content.push(b'\n');
            }
        }
        if picked.is_empty() {
            return Err(Code::PartsMissing.into());
        }
        self.unruly.set(None);
        self.union.asked.set(None);
        let (_, key) = self.desk.card.get_untracked().ok_or(Code::OfficeMissing)?;
        let files: Vec<OfficeKeyFile> = self.desk.other_key.get_untracked().into_iter().collect();
        let (theirs, head, key_file) = self.reader.read(&content, &key, files).await?;
        self.import(theirs, head, key_file, false).await
    }

    /// Takes over what waits in [`Self::unruly`].
    pub async fn import_unruly(self) -> Result<(), DeskFault> {
        let Some(unruly) = self.unruly.try_update(Option::take).flatten() else { return Ok(()) };
        self.import(unruly.theirs, unruly.head, unruly.key_file, true).await
    }

    /// Takes over a ledger that continues this one. Where this one is damaged, the person is asked first.
    async fn import(
        self,
        theirs: Ledger,
        head: Jws,
        key_file: Option<OfficeKeyFile>,
        anyway: bool,
    ) -> Result<(), DeskFault> {
        let (card, _) = self.desk.card.get_untracked().ok_or(Code::OfficeMissing)?;
        if !self.desk.sound.get_untracked() {
            if key_file.is_some() {
                // Two things at once cannot be undone: a backup of before the change mends it first.
                return Err(Code::OfficeKeyChanged.into());
            }
            let have: BTreeSet<_> = theirs.lines().iter().map(LedgerLine::as_str).collect();
            let lost = self.desk.ledger.with_untracked(|ours| {
                ours.lines().iter().filter(|line| !have.contains(line.as_str())).count()
            });
            let damaged = stored::read(&self.desk.keys()?.storage).await?;
            let good = theirs.lines().to_vec();
            let restoring = Restoring { damaged, lines: good.len(), good, head, lost };
            self.restoring.set(Some(restoring));
            return Ok(());
        }
        let known = self.desk.ledger.with_untracked(|ours| ours.lines().len());
        let parts = self.desk.ledger.with_untracked(|ours| ours.parts_from(&theirs));
        // What a union brought into the other one is there whole.
        let has_all = self.desk.ledger.with_untracked(|ours| theirs.known_of(ours) == known as u64);
        let known = match parts {
            None => known,
            Some(line) if has_all => usize::try_from(line - 1).unwrap_or(known),
            Some(line) => return self.union.ask(theirs, line),
        };
        let unruly = first_unruly(theirs.events(), known, &card.rules).filter(|_| !anyway);
        if let Some((line, error)) = unruly {
            self.unruly.set(Some(Unruly { theirs, head, key_file, line, fault: error.into() }));
            return Ok(());
        }
        let lines = theirs.lines().get(known..).unwrap_or_default();
        if parts.is_some() {
            let _turn = self.desk.turn().await;
            put_in_place(self.desk, &theirs, &head, key_file.as_ref()).await?;
            self.desk.tell(self.desk.locale.f(k::OFFICE_LEDGER_IMPORTED, &[("n", &lines.len().to_string())]));
            return Ok(());
        }
        let added = Addition { lines, head: &head, key_file: key_file.as_ref() };
        self.desk.take_in(known, added).await?;
        self.desk.read_on().await?;
        if key_file.is_none() {
            self.desk.changed();
        }
        let said = if key_file.is_some() { k::KEY_CHANGE_TAKEN_IN } else { k::OFFICE_LEDGER_IMPORTED };
        self.desk.tell(self.desk.locale.f(said, &[("n", &lines.len().to_string())]));
        Ok(())
    }

    /// Puts the good ledger in the place of the damaged one, which is handed out first.
    pub async fn restore(self) -> Result<(), DeskFault> {
        let Some(good) = self.restoring.get_untracked() else { return Ok(()) };
        let damaged = self.hand_out_damaged().await?;
        self.restoring.set(None);
        let key = self.desk.keys()?.storage;
        let added = Addition { lines: &good.good, head: &good.head, key_file: None };
        if let Err(fault) = stored::replace(&key, &good.damaged.sealed, added).await {
            self.desk.reload().await?;
            return Err(fault);
        }
        self.desk.reload().await?;
        // History was shortened, and says so itself.
        let (lines, lost) = (good.lines as u64, good.lost as u64);
        self.desk
            .append(EventBody::Restored(Restoration {
                lines,
                lost,
                damaged_sha256: B64(sha256(damaged.as_bytes())),
            }))
            .await?;
        self.desk.tell(self.desk.locale.f(k::OFFICE_LEDGER_IMPORTED, &[("n", &good.lines.to_string())]));
        Ok(())
    }

    /// The damaged ledger as it is stored, opened where it can be: a new head would hide the damage. Gives what was
    /// handed out.
    async fn hand_out_damaged(self) -> Result<String, DeskFault> {
        let Stored { lines, head, .. } = stored::read(&self.desk.keys()?.storage).await?;
        let all = lines.iter().map(String::as_str).chain(head.as_ref().map(Jws::as_str));
        let text: String = all.map(|line| format!("{line}\n")).collect();
        files::download("ledger-damaged.jsonl", "application/jsonl", text.as_bytes())?;
        Ok(text)
    }

    /// The ledger as one file.
    pub async fn export(self) -> Result<(), DeskFault> {
        if !self.desk.sound.get_untracked() {
            return self.hand_out_damaged().await.map(drop);
        }
        // The backup remembers that it was taken; so it is the last line in it.
        let lines = self.desk.ledger.with_untracked(|ledger| ledger.lines().len()) as u64 + 1;
        self.desk.append(EventBody::BackedUp { lines }).await?;
        hand_out(self.desk).await
    }
}

/// Puts another copy of the ledger in its place: it has every line of this one, or what is left of it. Whoever calls
/// has the turn.
pub async fn put_in_place(
    desk: Desk,
    theirs: &Ledger,
    head: &Jws,
    key_file: Option<&OfficeKeyFile>,
) -> Result<(), DeskFault> {
    let key = desk.keys()?.storage;
    let stored = stored::read(&key).await?;
    let is_known = |ours: &Ledger| ours.lines().iter().map(LedgerLine::as_str).eq(stored.lines.iter());
    if !desk.ledger.with_untracked(is_known) {
        // Another window recorded something that was not looked at.
        desk.reload().await?;
        return Err(Code::LedgerBusy.into());
    }
    // Documents go with their year alone.
    if theirs.lines().iter().any(|line| matches!(line, LedgerLine::Destroyed(_))) {
        for gone in desk.ledger.with_untracked(|ours| attachments_gone(ours, theirs)) {
            db::remove(StoreName::Attachments, &gone).await?;
        }
    }
    stored::replace(&key, &stored.sealed, Addition { lines: theirs.lines(), head, key_file }).await?;
    if key_file.is_some() {
        desk.lock();
        return desk.read_card().await;
    }
    desk.reload().await?;
    desk.changed();
    Ok(())
}

/// Hands the ledger out as it is.
pub async fn hand_out(desk: Desk) -> Result<(), DeskFault> {
    let key = desk.keys()?.signing;
    let head = key.sign(desk.ledger.with_untracked(|ledger| ledger.unsigned_head(key.public()))).await?;
    let text = desk.ledger.with_untracked(|ledger| ledger.export(&head));
    Ok(files::download("ledger.jsonl", "application/jsonl", text.as_bytes())?)
}

//! The office's ledger: an append-only, hash-chained sequence of signed events, one JWS a line (FORMAT.md §10).
//!
//! Entry points: [`Ledger::read`] for a file that may be damaged, [`Ledger::prepare`] and [`Ledger::commit`] to
//! append. Damage is found and named, and what can be read stays readable; nothing is appended to a damaged ledger.
//! Absent: deletion, but for what is destroyed with its 年度 and leaves its hashes; and any assumption of one desk,
//! one clerk or one city.

use super::{
    desks::Desks,
    entry::{LedgerEvent, LedgerHead},
    event::EventBody,
    fault::LedgerFault,
    line::{CheckedLine, DestroyedLine, LedgerLine, common, sha256_of},
    parts::Union,
    reading::{
        KeysByLine, LedgerReading, ReadLine, SignedHead, WholeLine, check_head, lines_of, signed_head,
    },
    union::Unions,
    year_end::YearDestruction,
};
use crate::{
    bundle::{BundleId, KeyChange, Standing},
    crypto::{B64, Jws, PublicKey, SigningKey, Typ, Unsigned, sha256},
    documents::OfficeCard,
    port::Coded,
    text::{Timestamp, json::write_document},
};

/// The events that could be read, in file order, and the lines they stand on.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    lines: Vec<LedgerLine>,
    /// One for each line; of a line that was destroyed, one that says so.
    events: Vec<LedgerEvent>,
    /// The changes of the office's key, the oldest first.
    key_changes: Vec<KeyChange>,
    /// The desks that have keys of their own.
    desks: Desks,
    /// Other ledgers whose lines were brought into this one.
    unions: Unions,
}

impl Ledger {
    /// Reads the lines of a ledger ([`LedgerReading::new`]). With `office`, the key in force, every line must be signed
    /// by it or by one that led to it (§10.2).
    pub fn read(content: &[u8], head: Option<&Jws>, office: Option<&PublicKey>) -> (Self, Vec<LedgerFault>) {
        Self::of(LedgerReading::new(content, head), office)
    }

    /// As [`Self::read`], of what was read of it so far and what is left.
    pub fn of(mut reading: LedgerReading<'_>, office: Option<&PublicKey>) -> (Self, Vec<LedgerFault>) {
        reading.go_on(usize::MAX);
        let LedgerReading { lines, read, heads } = reading;
        let hash = |(line, read): (&&[u8], &Result<ReadLine, _>)| match read {
            Ok(ReadLine::Destroyed(left)) => LedgerLine::Destroyed(left.clone()).sha256(),
            Ok(ReadLine::Whole(_)) | Err(_) => sha256(line),
        };
        let hashes: Vec<[u8; 32]> = lines.iter().zip(&read).map(hash).collect();
        let keys = KeysByLine::find(&read, office);
        let (mut ledger, mut faults) = (Self::default(), Vec::new());
        let mut prev = [0; 32];
        for ((index, line), hash) in read.into_iter().enumerate().zip(&hashes) {
            let number = index + 1;
            match line {
                Err(why) => faults.push(LedgerFault::Line { line: number, why }),
                Ok(ReadLine::Whole(line)) => {
                    let by = |office| ledger.desks.may_sign(office, line.signer(), &line.event.event);
                    if !keys.of_line(index).is_some_and(by) {
                        faults.push(LedgerFault::Signer { line: number });
                    }
                    if line.event.prev.0 != prev || line.event.seq != index as u64 {
                        faults.push(LedgerFault::Chain { line: number });
                    }
                    let WholeLine { jws, event, .. } = *line;
                    let told = ledger.hear(&event, keys.of_line(index)).unwrap_or_else(|why| {
                        faults.push(LedgerFault::Line { line: number, why });
                        None
                    });
                    ledger.put(jws, told.unwrap_or(event));
                }
                Ok(ReadLine::Destroyed(left)) => ledger.push_destroyed(left, index as u64, prev),
            }
            prev = *hash;
        }
        faults.extend(keys.strays.iter().map(|&index| LedgerFault::Signer { line: index + 1 }));
        faults.extend(ledger.undestroyed().map(|line| LedgerFault::Line { line, why: "ledger_destroyed" }));
        let heads: Vec<Option<SignedHead>> = heads.iter().map(signed_head).collect();
        faults.extend(heads.iter().filter_map(|head| check_head(head.as_ref(), &hashes, &keys)));
        if office.is_some() && !keys.is_vouched_for(&heads, hashes.len()) {
            faults.push(LedgerFault::Head);
        }
        ledger.key_changes = keys.changes.into_iter().map(|(_, change)| change).collect();
        (ledger, faults)
    }

    /// Reads a ledger that this device itself wrote, with the head that it wrote last. The head's signature
    /// covers the last line, and every line covers the one before, so one signature stands for all: where the
    /// chain and the head fit exactly, no other has to be checked. Where anything does not fit,
    /// [`Self::read`] finds what.
    pub fn read_own(content: &[u8], head: Option<&Jws>, office: &PublicKey) -> (Self, Vec<LedgerFault>) {
        match head.and_then(|head| Self::read_chain(content, head, office)) {
            Some(ledger) => (ledger, Vec::new()),
            None => Self::read(content, head, Some(office)),
        }
    }

    fn read_chain(content: &[u8], head: &Jws, office: &PublicKey) -> Option<Self> {
        let (head, _) = signed_head(head).filter(|(_, signer)| signer == office)?;
        let mut ledger = Self::default();
        let mut prev = [0; 32];
        for line in lines_of(content) {
            let index = ledger.lines.len() as u64;
            if let Some(left) = LedgerLine::read_destroyed(line) {
                ledger.push_destroyed(left, index, prev);
                prev = ledger.last_line_sha256().0;
                continue;
            }
            let jws = Jws::new(std::str::from_utf8(line).ok()?);
            let event: LedgerEvent = serde_json::from_slice(&jws.vouched_payload()?).ok()?;
            if event.prev.0 != prev || event.seq != ledger.lines.len() as u64 {
                return None;
            }
            if matches!(event.event, EventBody::KeyChanged { .. }) {
                let signer = jws.verify(Typ::Event).ok()?.signer;
                let change = event.key_change(&signer).ok()??;
                // One that leads nowhere is a fault, which only a full reading names.
                if ledger.key_changes.last().is_some_and(|before| before.to != change.from) {
                    return None;
                }
                ledger.key_changes.push(change);
            }
            prev = jws.line_sha256();
            ledger.take(jws, event, None).ok()?;
        }
        if ledger.undestroyed().next().is_some() {
            return None;
        }
        let in_force = ledger.key_changes.last().is_none_or(|change| change.to == *office);
        (head == ledger.head() && in_force).then_some(ledger)
    }

    /// All events that could be read.
    pub fn events(&self) -> &[LedgerEvent] {
        &self.events
    }

    /// The lines as stored.
    pub fn lines(&self) -> &[LedgerLine] {
        &self.lines
    }

    /// Takes a line in; of a union, only one that can stand here. What it brings is checked by the key `office`.
    fn take(
        &mut self,
        line: Jws,
        event: LedgerEvent,
        office: Option<&PublicKey>,
    ) -> Result<(), &'static str> {
        let told = self.hear(&event, office)?;
        self.put(line, told.unwrap_or(event));
        Ok(())
    }

    /// Notes what the next line says of unions; what it says here, where that is something else (§10.12).
    fn hear(
        &mut self,
        event: &LedgerEvent,
        office: Option<&PublicKey>,
    ) -> Result<Option<LedgerEvent>, &'static str> {
        match &event.event {
            EventBody::LedgersUnited(said) => {
                self.unions.begin(said, &self.lines, (&self.desks, office.cloned())).map(|()| None)
            }
            EventBody::Brought(brought) => self.unions.take(event, brought).map(Some),
            _ => Ok(None),
        }
    }

    fn put(&mut self, line: Jws, event: LedgerEvent) {
        self.desks.apply(&event);
        self.lines.push(LedgerLine::Whole(line));
        self.events.push(event);
    }

    /// As [`Self::hear`], without noting it.
    fn told(&self, event: &LedgerEvent) -> Result<Option<LedgerEvent>, &'static str> {
        match &event.event {
            EventBody::LedgersUnited(said) => {
                self.unions.beginning(said, &self.lines, (&self.desks, None)).map(|_| None)
            }
            EventBody::Brought(brought) => self.unions.told(event, brought).map(Some),
            _ => Ok(None),
        }
    }

    /// The union of which lines are still to come, and the place of the next one in the other ledger, from 0.
    pub fn union_under_way(&self) -> Option<(&Union, u64)> {
        self.unions.under_way()
    }

    /// How many lines of a copy, from its first on, stand here or were brought here by a union.
    pub fn known_of(&self, copy: &Self) -> u64 {
        self.unions.known_of(common(&self.lines, &copy.lines), &copy.lines)
    }

    /// What an event would say as the next line, whoever signs it.
    pub(crate) fn told_next(
        &self,
        at: Timestamp,
        actor: &str,
        event: EventBody,
    ) -> Result<LedgerEvent, &'static str> {
        let event = self.next(at, actor, event);
        Ok(self.told(&event)?.unwrap_or(event))
    }

    /// Takes an event in as if it was signed: of a copy, to see what would follow.
    pub(crate) fn foresee(
        &mut self,
        at: Timestamp,
        actor: &str,
        event: EventBody,
    ) -> Result<(), LedgerFault> {
        self.take_next(Jws::new(""), self.next(at, actor, event))
    }

    /// What is left of a line takes its place; when it was written is as unknown as what it said.
    fn push_destroyed(&mut self, left: DestroyedLine, seq: u64, prev: [u8; 32]) {
        let at = self.events.last().map_or(Timestamp::from_unix_secs(0), |before| before.at);
        self.events.push(LedgerEvent::new((seq, B64(prev)), at, "", EventBody::Destroyed));
        self.lines.push(LedgerLine::Destroyed(left));
        self.unions.lose_one();
    }

    /// The desks that have keys of their own.
    pub fn desks(&self) -> &Desks {
        &self.desks
    }

    /// What was said of destroyed years.
    fn destructions(&self) -> impl Iterator<Item = &YearDestruction> {
        self.events.iter().filter_map(|event| match &event.event {
            EventBody::YearDestroyed(destruction) => Some(&**destruction),
            _ => None,
        })
    }

    /// The lines, from 1, that are gone though no line says that they were destroyed.
    fn undestroyed(&self) -> impl Iterator<Item = usize> + '_ {
        let good: Vec<&YearDestruction> =
            self.destructions().filter(|said| sha256_of(&self.lines, &said.lines) == said.sha256).collect();
        let gone = (1..).zip(&self.lines).filter(|(_, line)| line.jws().is_none()).map(|(number, _)| number);
        gone.filter(move |&line| !good.iter().any(|said| said.has(line as u64)))
    }

    /// The ledger without what lines say was destroyed; `None` where none of that is left.
    pub fn without_destroyed(&self) -> Option<Self> {
        let said: Vec<&YearDestruction> = self.destructions().collect();
        let goes = |line: u64| said.iter().any(|said| said.has(line));
        let mut without = Self { key_changes: self.key_changes.clone(), ..Self::default() };
        let mut gone = false;
        for (number, (line, event)) in (1..).zip(self.lines.iter().zip(&self.events)) {
            if goes(number) && line.jws().is_some() {
                gone = true;
                without.push_destroyed(line.destroyed(), event.seq, event.prev.0);
            } else {
                without.lines.push(line.clone());
                without.events.push(event.clone());
            }
        }
        (without.desks, without.unions) = (self.desks.clone(), self.unions.clone());
        gone.then_some(without)
    }

    /// The first line, from 1, that another copy lacks or has otherwise; `None` where the copy goes on from this one.
    pub fn parts_from(&self, copy: &Self) -> Option<u64> {
        let common = common(&self.lines, &copy.lines);
        (common < self.lines.len() as u64).then_some(common + 1)
    }

    fn next(&self, at: Timestamp, actor: &str, event: EventBody) -> LedgerEvent {
        LedgerEvent::new((self.lines.len() as u64, self.last_line_sha256()), at, actor, event)
    }

    /// The next event, to be signed by `signer`.
    pub fn prepare(&self, at: Timestamp, actor: &str, event: EventBody, signer: &PublicKey) -> Unsigned {
        let event = self.next(at, actor, event);
        Unsigned::new(Typ::Event, signer, &write_document(&event))
    }

    /// A line that was prepared for this very place, with its signature checked, whoever signed it.
    fn read_next(&self, line: &Jws) -> Result<CheckedLine, LedgerFault> {
        let number = self.lines.len() + 1;
        let fault = |why| LedgerFault::Line { line: number, why };
        let verified = line.verify(Typ::Event).map_err(|error| fault(error.code()))?;
        let event: LedgerEvent = verified.parse().map_err(|error| fault(error.code()))?;
        event.check(&verified.signer).map_err(fault)?;
        let key_change = event.key_change(&verified.signer).map_err(fault)?;
        if event.seq != self.lines.len() as u64 || event.prev != self.last_line_sha256() {
            return Err(LedgerFault::Chain { line: number });
        }
        self.told(&event).map_err(fault)?;
        Ok(CheckedLine { line: line.clone(), event, signer: verified.signer, key_change })
    }

    /// Appends a line that was prepared for this very place.
    pub fn commit(&mut self, line: Jws) -> Result<(), LedgerFault> {
        let checked = self.read_next(&line)?;
        self.commit_checked(checked)
    }

    /// Appends a line that was checked for this very place.
    pub fn commit_checked(&mut self, checked: CheckedLine) -> Result<(), LedgerFault> {
        self.take_next(checked.line, checked.event)?;
        self.key_changes.extend(checked.key_change);
        Ok(())
    }

    /// The key that signs the next line: the one that was changed to last, or the one that signed the first line.
    fn key_in_force(&self) -> Option<PublicKey> {
        let changed = self.key_changes.last().map(|change| change.to.clone());
        let first = || Some(self.lines.first()?.jws()?.verify(Typ::Event).ok()?.signer);
        changed.or_else(first)
    }

    /// Checks a line that somebody else prepared for this very place, and the head that counts it (§10.2 to §10.4): for
    /// a server, which has no key. Nothing is appended.
    pub fn check_next(&self, line: &Jws, head: &Jws) -> Result<CheckedLine, LedgerFault> {
        let (checked, next) = self.check_signer(line)?;
        let counted = LedgerHead::new(self.lines.len() as u64 + 1, line.line_sha256());
        match signed_head(head) {
            Some((head, by)) if head == counted && by == next => Ok(checked),
            _ => Err(LedgerFault::Head),
        }
    }

    /// Whether the place for which a line was prepared is taken: by this very line, or by another. `None` while it is
    /// free; no signature is looked at.
    pub fn place_taken(&self, line: &Jws) -> Option<bool> {
        let event: LedgerEvent = serde_json::from_slice(&line.vouched_payload()?).ok()?;
        let known = self.lines.get(usize::try_from(event.seq).ok()?)?;
        Some(known.sha256() == line.line_sha256())
    }

    /// Appends a line that somebody else prepared for this very place, and the office's key or a desk's signed.
    pub fn commit_of_office(&mut self, line: Jws) -> Result<(), LedgerFault> {
        let (checked, _) = self.check_signer(&line)?;
        self.commit_checked(checked)
    }

    /// A line that the office's key or a desk's signed for this very place, and the key that signs the next one.
    fn check_signer(&self, line: &Jws) -> Result<(CheckedLine, PublicKey), LedgerFault> {
        let number = self.lines.len() + 1;
        let office = self.key_in_force();
        let checked = self.read_next(line)?;
        let CheckedLine { event, signer, key_change, .. } = &checked;
        let is_ours = match &office {
            Some(key) => self.desks.may_sign(key, signer, &event.event),
            // An office begins with its card, by the key of that card.
            None => matches!(&event.event, EventBody::OfficeFounded { card }
                if OfficeCard::verify(card).is_ok_and(|(_, key)| key == *signer)),
        };
        if !is_ours {
            return Err(LedgerFault::Signer { line: number });
        }
        let changed = key_change.as_ref().map(|change| change.to.clone());
        let next = changed.or(office).unwrap_or_else(|| signer.clone());
        Ok((checked, next))
    }

    /// Signs and appends in one step.
    pub fn append(
        &mut self,
        at: Timestamp,
        actor: &str,
        event: EventBody,
        key: &SigningKey,
    ) -> Result<Jws, LedgerFault> {
        let event = self.next(at, actor, event);
        let line = key.sign(Typ::Event, &write_document(&event));
        let fault = |why| LedgerFault::Line { line: self.lines.len() + 1, why };
        event.check(&key.public()).map_err(fault)?;
        let key_change = event.key_change(&key.public()).map_err(fault)?;
        self.take_next(line.clone(), event)?;
        self.key_changes.extend(key_change);
        Ok(line)
    }

    fn take_next(&mut self, line: Jws, event: LedgerEvent) -> Result<(), LedgerFault> {
        let number = self.lines.len() + 1;
        if event.seq != self.lines.len() as u64 || event.prev != self.last_line_sha256() {
            return Err(LedgerFault::Chain { line: number });
        }
        let is_union = matches!(event.event, EventBody::LedgersUnited(_));
        let office = is_union.then(|| self.key_in_force()).flatten();
        self.take(line, event, office.as_ref()).map_err(|why| LedgerFault::Line { line: number, why })
    }

    /// The head for the ledger as it is, to be signed.
    pub fn unsigned_head(&self, signer: &PublicKey) -> Unsigned {
        Unsigned::new(Typ::LedgerHead, signer, &write_document(&self.head()))
    }

    /// The head for the ledger once a line is appended that was prepared for this very place, to be signed.
    pub fn unsigned_head_with(&self, line: &Jws, signer: &PublicKey) -> Result<Unsigned, LedgerFault> {
        self.read_next(line)?;
        let head = LedgerHead::new(self.lines.len() as u64 + 1, line.line_sha256());
        Ok(Unsigned::new(Typ::LedgerHead, signer, &write_document(&head)))
    }

    /// The signed head for the ledger as it is.
    pub fn signed_head(&self, key: &SigningKey) -> Jws {
        key.sign(Typ::LedgerHead, &write_document(&self.head()))
    }

    /// Whether a head counts exactly the lines that there are.
    pub fn is_counted_by(&self, head: &Jws) -> bool {
        signed_head(head).is_some_and(|(counted, _)| counted == self.head())
    }

    fn head(&self) -> LedgerHead {
        LedgerHead::new(self.lines.len() as u64, self.last_line_sha256().0)
    }

    /// SHA-256 of the last line; zeros, if there is none. Bundles carry it, and receipts bring it back (§10.8).
    pub fn last_line_sha256(&self) -> B64<32> {
        B64(self.lines.last().map_or([0; 32], LedgerLine::sha256))
    }

    /// What a bundle that is sealed now says of the ledger and of the office's keys.
    pub fn standing(&self) -> Standing {
        let key_changes = self.key_changes.iter().map(|change| change.jws.clone()).collect();
        // A new key has to be certified anew.
        let since = |event: &&LedgerEvent| !matches!(event.event, EventBody::KeyChanged { .. });
        let certified = |event: &LedgerEvent| match &event.event {
            EventBody::OfficeCertified { certification } => Some(certification.clone()),
            _ => None,
        };
        let certification = self.events.iter().rev().take_while(since).find_map(certified);
        Standing { ledger_head: self.last_line_sha256(), key_changes, certification }
    }

    /// The office's card in force, as the lines have it.
    pub fn card(&self) -> Option<&Jws> {
        self.events.iter().rev().find_map(|event| match &event.event {
            EventBody::OfficeFounded { card }
            | EventBody::OfficeRenamed { card }
            | EventBody::KeyChanged { card, .. } => Some(card),
            _ => None,
        })
    }

    /// The changes of the office's key, the oldest first.
    pub fn key_changes(&self) -> &[KeyChange] {
        &self.key_changes
    }

    /// The line, from 0, that says that a bundle was sealed.
    pub fn sealing_of(&self, id: &BundleId) -> Option<usize> {
        let is_it = |event: &LedgerEvent| matches!(&event.event, EventBody::Sealed(sealed) if sealed.bundle_id == *id);
        self.events.iter().position(is_it)
    }

    /// Whether the office had this key before the one in force.
    pub fn had_key(&self, key: &PublicKey) -> bool {
        self.key_changes.iter().any(|change| change.from == *key)
    }

    /// Every key that the office had, with the one in force.
    pub fn office_keys(&self, in_force: &PublicKey) -> Vec<PublicKey> {
        let before = self.key_changes.iter().map(|change| change.from.clone());
        before.chain([in_force.clone()]).collect()
    }

    /// Reads an export: sound, and ending with the head that counts exactly its lines. Anything less could hide a lost
    /// tail (§10.4).
    pub fn read_export(reading: LedgerReading<'_>, office: &PublicKey) -> Result<(Self, Jws), LedgerFault> {
        let head = reading.heads.last().cloned();
        let (ledger, faults) = Self::of(reading, Some(office));
        if let Some(fault) = faults.into_iter().next() {
            return Err(fault);
        }
        let head = head.ok_or(LedgerFault::Head)?;
        if ledger.is_counted_by(&head) { Ok((ledger, head)) } else { Err(LedgerFault::Head) }
    }

    /// The ledger as one `.jsonl` text, with its head as the last line.
    pub fn export(&self, head: &Jws) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(line.as_str());
            text.push('\n');
        }
        text.push_str(head.as_str());
        text.push('\n');
        text
    }
}

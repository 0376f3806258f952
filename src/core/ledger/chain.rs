//! The office's ledger: an append-only, hash-chained sequence of signed events, one JWS a line (FORMAT.md §10).
//!
//! Entry points: [`Ledger::read`] for a file that may be damaged, [`Ledger::prepare`] and [`Ledger::commit`] to
//! append. Damage is found and named, and what can be read stays readable; nothing is appended to a damaged ledger.
//! Absent: deletion, and any assumption of one desk, one clerk or one city.

use serde::{Deserialize, Serialize};

use super::{event::EventBody, fault::LedgerFault};
use crate::{
    bundle::{BundleId, KeyChange, Standing},
    crypto::{B64, Jws, PublicKey, SigningKey, Typ, Unsigned, sha256},
    documents::OfficeCard,
    port::Coded,
    text::{
        Timestamp,
        json::{Document, write_document},
    },
    x509::X509Error,
};

/// One event with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerEvent {
    /// `fuin-event/1`.
    pub format: String,
    /// Counts from 0.
    pub seq: u64,
    /// SHA-256 of the line before; zeros for the first.
    pub prev: B64<32>,
    /// When.
    pub at: Timestamp,
    /// Who: a name or a role, as typed.
    pub actor: String,
    /// What.
    pub event: EventBody,
}

/// How long the ledger was when it was last written; finds a lost tail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerHead {
    /// `fuin-ledger-head/1`.
    pub format: String,
    /// Number of lines.
    pub lines: u64,
    /// SHA-256 of the last line.
    pub sha256: B64<32>,
}

impl Document for LedgerEvent {
    const FORMAT: &'static str = "fuin-event/1";
}

impl LedgerEvent {
    /// Which line it is, from 1.
    pub fn line(&self) -> u64 {
        self.seq.saturating_add(1)
    }

    /// Refuses an event that nobody recorded (§10.1), and a certification of another key than the one that signs the
    /// line (§10.5).
    fn check(&self, signer: &PublicKey) -> Result<(), &'static str> {
        if self.actor.trim().is_empty() {
            return Err("ledger_actor");
        }
        let EventBody::OfficeCertified { certification } = &self.event else { return Ok(()) };
        let certified = certification.verify().map_err(|error| error.code())?;
        if certified.key == *signer { Ok(()) } else { Err(X509Error::OtherKey.code()) }
    }

    /// Of a change of the office's key, the change: `signer`, which signed the line, names the new key, and the new key
    /// names it (§10.2). The code of what is wrong, where they do not.
    fn key_change(&self, signer: &PublicKey) -> Result<Option<KeyChange>, &'static str> {
        let EventBody::KeyChanged { card, change, .. } = &self.event else { return Ok(None) };
        let change = KeyChange::verify(change).map_err(|error| error.code())?;
        let (card, key) = OfficeCard::verify(card).map_err(|error| error.code())?;
        let follows = card.follows == Some(B64(signer.thumbprint_bytes()));
        if change.from != *signer || change.to != key || !follows {
            return Err("ledger_key_change");
        }
        Ok(Some(change))
    }
}

impl Document for LedgerHead {
    const FORMAT: &'static str = "fuin-ledger-head/1";
}

impl LedgerHead {
    fn new(lines: u64, sha256: [u8; 32]) -> Self {
        Self { format: Self::FORMAT.into(), lines, sha256: B64(sha256) }
    }
}

/// The events that could be read, in file order, and the lines they stand on.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    lines: Vec<Jws>,
    events: Vec<LedgerEvent>,
    /// The changes of the office's key, the oldest first.
    key_changes: Vec<KeyChange>,
}

/// A line that could be read.
struct ReadLine {
    jws: Jws,
    event: LedgerEvent,
    signer: PublicKey,
    key_change: Option<KeyChange>,
}

/// Which key signs which lines: the first one, and each that took its place, from the line after `usize` on.
struct KeysByLine {
    first: Option<PublicKey>,
    changes: Vec<(usize, KeyChange)>,
    /// Lines that change the key, and lead nowhere.
    strays: Vec<usize>,
}

impl KeysByLine {
    /// With the key in force, the changes that lead to it; without, those that begin with the key of the first line.
    fn find(lines: &[Result<ReadLine, &'static str>], in_force: Option<&PublicKey>) -> Self {
        let read = lines.iter().enumerate().filter_map(|(index, line)| Some((index, line.as_ref().ok()?)));
        let all = read.clone().filter_map(|(index, line)| Some((index, line.key_change.clone()?)));
        let (mut changes, mut strays) = (Vec::new(), Vec::new());
        let Some(in_force) = in_force else {
            let first = read.map(|(_, line)| line.signer.clone()).next();
            let mut key = first.clone();
            for (index, change) in all {
                if key.as_ref() == Some(&change.from) {
                    key = Some(change.to.clone());
                    changes.push((index, change));
                } else {
                    strays.push(index);
                }
            }
            return Self { first, changes, strays };
        };
        let mut key = in_force.clone();
        for (index, change) in all.collect::<Vec<_>>().into_iter().rev() {
            if change.to == key {
                key = change.from.clone();
                changes.push((index, change));
            } else {
                strays.push(index);
            }
        }
        changes.reverse();
        Self { first: Some(key), changes, strays }
    }

    /// Whether the key in force signed anything behind the change to it: the next line, or a head that counts this one.
    /// Otherwise whoever has the old key could have written all of it.
    fn is_vouched_for(&self, heads: &[Option<SignedHead>], lines: usize) -> bool {
        let Some((at, change)) = self.changes.last() else { return true };
        let counts = |(head, signer): &SignedHead| *signer == change.to && head.lines > *at as u64;
        at + 1 < lines || heads.iter().flatten().any(counts)
    }

    /// The key that signs this line, from 0.
    fn of_line(&self, index: usize) -> Option<&PublicKey> {
        let later = self.changes.iter().rev().find(|(at, _)| *at < index);
        later.map(|(_, change)| &change.to).or(self.first.as_ref())
    }
}

impl Ledger {
    /// Reads the lines of a ledger. A last line that is a head (§10.4) counts as one; `head` is one that was kept
    /// apart. With `office`, the key in force, every line must be signed by it or by one that led to it (§10.2).
    pub fn read(content: &[u8], head: Option<&Jws>, office: Option<&PublicKey>) -> (Self, Vec<LedgerFault>) {
        let mut heads: Vec<Jws> = head.cloned().into_iter().collect();
        let mut lines: Vec<&[u8]> = lines_of(content).collect();
        if let Some(head) = lines.last().and_then(|line| read_head(line)) {
            heads.push(head);
            lines.pop();
        }
        let hashes: Vec<[u8; 32]> = lines.iter().map(|line| sha256(line)).collect();
        let read: Vec<Result<ReadLine, &'static str>> = lines.iter().map(|line| read_line(line)).collect();
        let keys = KeysByLine::find(&read, office);
        let (mut ledger, mut faults) = (Self::default(), Vec::new());
        let mut prev = [0; 32];
        for ((index, line), hash) in read.into_iter().enumerate().zip(&hashes) {
            let number = index + 1;
            match line {
                Err(why) => faults.push(LedgerFault::Line { line: number, why }),
                Ok(ReadLine { jws, event, signer, .. }) => {
                    if keys.of_line(index) != Some(&signer) {
                        faults.push(LedgerFault::Signer { line: number });
                    }
                    if event.prev.0 != prev || event.seq != index as u64 {
                        faults.push(LedgerFault::Chain { line: number });
                    }
                    ledger.lines.push(jws);
                    ledger.events.push(event);
                }
            }
            prev = *hash;
        }
        faults.extend(keys.strays.iter().map(|&index| LedgerFault::Signer { line: index + 1 }));
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
            ledger.lines.push(jws);
            ledger.events.push(event);
        }
        let in_force = ledger.key_changes.last().is_none_or(|change| change.to == *office);
        (head == ledger.head() && in_force).then_some(ledger)
    }

    /// All events that could be read.
    pub fn events(&self) -> &[LedgerEvent] {
        &self.events
    }

    /// The lines as stored.
    pub fn lines(&self) -> &[Jws] {
        &self.lines
    }

    /// The first line, from 1, that another copy lacks or has otherwise; `None` where the copy goes on from this one.
    pub fn parts_from(&self, copy: &Self) -> Option<u64> {
        let mut pairs =
            (1..).zip(&self.lines).zip(copy.lines.iter().map(Some).chain(std::iter::repeat(None)));
        pairs.find(|((_, ours), theirs)| Some(*ours) != *theirs).map(|((line, _), _)| line)
    }

    fn next(&self, at: Timestamp, actor: &str, event: EventBody) -> LedgerEvent {
        let prev = self.last_line_sha256();
        let format = LedgerEvent::FORMAT.into();
        LedgerEvent { format, seq: self.lines.len() as u64, prev, at, actor: actor.to_owned(), event }
    }

    /// The next event, to be signed by `signer`.
    pub fn prepare(&self, at: Timestamp, actor: &str, event: EventBody, signer: &PublicKey) -> Unsigned {
        let event = self.next(at, actor, event);
        Unsigned::new(Typ::Event, signer, &write_document(&event))
    }

    /// The event of a line that was prepared for this very place, and the change of key that it is.
    fn read_next(&self, line: &Jws) -> Result<(LedgerEvent, Option<KeyChange>), LedgerFault> {
        let number = self.lines.len() + 1;
        let fault = |why| LedgerFault::Line { line: number, why };
        let verified = line.verify(Typ::Event).map_err(|error| fault(error.code()))?;
        let event: LedgerEvent = verified.parse().map_err(|error| fault(error.code()))?;
        event.check(&verified.signer).map_err(fault)?;
        let key_change = event.key_change(&verified.signer).map_err(fault)?;
        if event.seq != self.lines.len() as u64 || event.prev != self.last_line_sha256() {
            return Err(LedgerFault::Chain { line: number });
        }
        Ok((event, key_change))
    }

    /// Appends a line that was prepared for this very place.
    pub fn commit(&mut self, line: Jws) -> Result<(), LedgerFault> {
        let (event, key_change) = self.read_next(&line)?;
        self.lines.push(line);
        self.events.push(event);
        self.key_changes.extend(key_change);
        Ok(())
    }

    /// Signs and appends in one step.
    pub fn append(
        &mut self,
        at: Timestamp,
        actor: &str,
        event: EventBody,
        key: &SigningKey,
    ) -> Result<&Jws, LedgerFault> {
        let event = self.next(at, actor, event);
        let line = key.sign(Typ::Event, &write_document(&event));
        let fault = |why| LedgerFault::Line { line: self.lines.len() + 1, why };
        event.check(&key.public()).map_err(fault)?;
        let key_change = event.key_change(&key.public()).map_err(fault)?;
        self.events.push(event);
        self.lines.push(line);
        self.key_changes.extend(key_change);
        self.lines.last().ok_or(LedgerFault::Head)
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

    fn head(&self) -> LedgerHead {
        LedgerHead::new(self.lines.len() as u64, self.last_line_sha256().0)
    }

    /// SHA-256 of the last line; zeros, if there is none. Bundles carry it, and receipts bring it back (§10.8).
    pub fn last_line_sha256(&self) -> B64<32> {
        B64(self.lines.last().map_or([0; 32], Jws::line_sha256))
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

    /// The changes of the office's key, the oldest first.
    pub fn key_changes(&self) -> &[KeyChange] {
        &self.key_changes
    }

    /// The line, from 0, that says that a bundle was sealed.
    pub fn sealing_of(&self, id: &BundleId) -> Option<usize> {
        let is_it = |event: &LedgerEvent| matches!(&event.event, EventBody::Sealed(sealed) if sealed.bundle_id == *id);
        self.events.iter().position(is_it)
    }

    /// The changes of the key behind a line, from 0, which lead from the key that signed it to the one in force.
    pub(super) fn key_changes_since(&self, index: usize) -> &[KeyChange] {
        let is_change = |event: &&LedgerEvent| matches!(event.event, EventBody::KeyChanged { .. });
        let before = self.events.iter().take(index).filter(is_change).count();
        self.key_changes.get(before..).unwrap_or_default()
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
    pub fn read_export(content: &[u8], office: &PublicKey) -> Result<(Self, Jws), LedgerFault> {
        let (ledger, faults) = Self::read(content, None, Some(office));
        if let Some(fault) = faults.into_iter().next() {
            return Err(fault);
        }
        let head = lines_of(content).last().and_then(read_head).ok_or(LedgerFault::Head)?;
        if signed_head(&head).is_some_and(|(counted, _)| counted == ledger.head()) {
            Ok((ledger, head))
        } else {
            Err(LedgerFault::Head)
        }
    }

    /// The ledger as one `.jsonl` text, with its head as the last line.
    pub fn export(&self, head: &Jws) -> String {
        let mut text = String::new();
        for line in self.lines.iter().chain([head]) {
            text.push_str(line.as_str());
            text.push('\n');
        }
        text
    }
}

/// Lines end in LF and in nothing else (§10.1). A last one that lacks it is one all the same.
fn lines_of(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let some = (!content.is_empty()).then(|| content.split(|&byte| byte == b'\n'));
    some.into_iter().flatten()
}

/// The event of a line, and the key that signed it; otherwise the code of what is wrong with it.
fn read_line(line: &[u8]) -> Result<ReadLine, &'static str> {
    let jws = Jws::new(std::str::from_utf8(line).map_err(|_| "not_utf8")?);
    let verified = jws.verify(Typ::Event).map_err(|error| error.code())?;
    let event: LedgerEvent = verified.parse().map_err(|error| error.code())?;
    event.check(&verified.signer)?;
    let key_change = event.key_change(&verified.signer)?;
    Ok(ReadLine { jws, event, signer: verified.signer, key_change })
}

fn read_head(line: &[u8]) -> Option<Jws> {
    let jws = Jws::new(std::str::from_utf8(line).ok()?);
    jws.verify(Typ::LedgerHead).is_ok().then_some(jws)
}

/// A head that verified, and the key that signed it.
type SignedHead = (LedgerHead, PublicKey);

fn signed_head(head: &Jws) -> Option<SignedHead> {
    let verified = head.verify(Typ::LedgerHead).ok()?;
    Some((verified.parse().ok()?, verified.signer))
}

fn check_head(head: Option<&SignedHead>, hashes: &[[u8; 32]], keys: &KeysByLine) -> Option<LedgerFault> {
    let Some((head, signer)) = head else { return Some(LedgerFault::Head) };
    // A head is signed by the key that signs the next line.
    let next = usize::try_from(head.lines).unwrap_or(usize::MAX);
    if keys.of_line(next).is_some_and(|key| key != signer) {
        return Some(LedgerFault::Head);
    }
    let have = hashes.len() as u64;
    if head.lines > have {
        return Some(LedgerFault::TailLost { missing: head.lines - have });
    }
    // Before the first line there is nothing: 32 zero bytes.
    let remembered = match head.lines.checked_sub(1) {
        Some(last) => hashes.get(last as usize).copied(),
        None => Some([0; 32]),
    };
    match remembered {
        Some(hash) if hash != head.sha256.0 => Some(LedgerFault::Fork { line: head.lines }),
        _ => None,
    }
}

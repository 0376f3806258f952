//! Lines and heads of a ledger that may be damaged, each by itself, and which key signs which of them (FORMAT.md §10.1,
//! §10.2, §10.4).
//!
//! Entry points: [`LedgerReading`] for one from elsewhere, [`read_line`], [`KeysByLine::find`], [`check_head`].
//! Absent: the chain.

use super::{
    entry::{LedgerEvent, LedgerHead},
    fault::LedgerFault,
    line::{DestroyedLine, LedgerLine},
};
use crate::{
    bundle::KeyChange,
    crypto::{Jws, PublicKey, Typ},
    port::Coded,
};

/// The lines of a ledger from elsewhere, each verified by itself: some at a time, since each takes a browser about a
/// millisecond. Then [`super::Ledger::of`] makes a ledger of them.
#[derive(Clone)]
pub struct LedgerReading<'a> {
    pub(super) lines: Vec<&'a [u8]>,
    pub(super) read: Vec<Result<ReadLine, &'static str>>,
    /// One that was kept apart, and one that stands as the last line.
    pub(super) heads: Vec<Jws>,
}

impl<'a> LedgerReading<'a> {
    /// A last line that is a head (§10.4) counts as one; `head` is one that was kept apart.
    pub fn new(content: &'a [u8], head: Option<&Jws>) -> Self {
        let mut lines: Vec<&[u8]> = lines_of(content).collect();
        let mut heads: Vec<Jws> = head.cloned().into_iter().collect();
        if let Some(head) = lines.last().and_then(|line| read_head(line)) {
            heads.push(head);
            lines.pop();
        }
        Self { lines, read: Vec::new(), heads }
    }

    /// Reads so many lines more. Gives how many were read so far, and of how many.
    pub fn go_on(&mut self, lines: usize) -> (usize, usize) {
        self.read.extend(self.lines.iter().skip(self.read.len()).take(lines).map(|line| read_line(line)));
        (self.read.len(), self.lines.len())
    }
}

/// A line that could be read.
#[derive(Clone)]
pub(super) enum ReadLine {
    Whole(Box<WholeLine>),
    Destroyed(DestroyedLine),
}

/// A signed event, and what it says of the office's key.
#[derive(Clone)]
pub(super) struct WholeLine {
    pub jws: Jws,
    pub event: LedgerEvent,
    signer: PublicKey,
    key_change: Option<KeyChange>,
}

impl WholeLine {
    /// Who signed it.
    pub(super) fn signer(&self) -> &PublicKey {
        &self.signer
    }
}

impl ReadLine {
    fn whole(&self) -> Option<&WholeLine> {
        match self {
            Self::Whole(line) => Some(line),
            Self::Destroyed(_) => None,
        }
    }
}

/// Which key signs which lines: the first one, and each that took its place, from the line after `usize` on.
pub(super) struct KeysByLine {
    first: Option<PublicKey>,
    pub(super) changes: Vec<(usize, KeyChange)>,
    /// Lines that change the key, and lead nowhere.
    pub(super) strays: Vec<usize>,
}

impl KeysByLine {
    /// With the key in force, the changes that lead to it; without, those that begin with the key of the first line.
    pub(super) fn find(lines: &[Result<ReadLine, &'static str>], in_force: Option<&PublicKey>) -> Self {
        let read = lines.iter().enumerate().filter_map(|(index, line)| Some((index, line.as_ref().ok()?)));
        let all = read.clone().filter_map(|(index, line)| Some((index, line.whole()?.key_change.clone()?)));
        let (mut changes, mut strays) = (Vec::new(), Vec::new());
        let Some(in_force) = in_force else {
            let first = read.filter_map(|(_, line)| Some(line.whole()?.signer.clone())).next();
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
    pub(super) fn is_vouched_for(&self, heads: &[Option<SignedHead>], lines: usize) -> bool {
        let Some((at, change)) = self.changes.last() else { return true };
        let counts = |(head, signer): &SignedHead| *signer == change.to && head.lines > *at as u64;
        at + 1 < lines || heads.iter().flatten().any(counts)
    }

    /// The key that signs this line, from 0.
    pub(super) fn of_line(&self, index: usize) -> Option<&PublicKey> {
        let later = self.changes.iter().rev().find(|(at, _)| *at < index);
        later.map(|(_, change)| &change.to).or(self.first.as_ref())
    }
}

/// Lines end in LF and in nothing else (§10.1). A last one that lacks it is one all the same.
pub(super) fn lines_of(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let some = (!content.is_empty()).then(|| content.split(|&byte| byte == b'\n'));
    some.into_iter().flatten()
}

/// The event of a line, and the key that signed it; otherwise the code of what is wrong with it.
pub(super) fn read_line(line: &[u8]) -> Result<ReadLine, &'static str> {
    if let Some(left) = LedgerLine::read_destroyed(line) {
        return Ok(ReadLine::Destroyed(left));
    }
    let jws = Jws::new(std::str::from_utf8(line).map_err(|_| "not_utf8")?);
    let verified = jws.verify(Typ::Event).map_err(|error| error.code())?;
    let event: LedgerEvent = verified.parse().map_err(|error| error.code())?;
    event.check(&verified.signer)?;
    let key_change = event.key_change(&verified.signer)?;
    Ok(ReadLine::Whole(Box::new(WholeLine { jws, event, signer: verified.signer, key_change })))
}

pub(super) fn read_head(line: &[u8]) -> Option<Jws> {
    let jws = Jws::new(std::str::from_utf8(line).ok()?);
    jws.verify(Typ::LedgerHead).is_ok().then_some(jws)
}

/// A head that verified, and the key that signed it.
pub(super) type SignedHead = (LedgerHead, PublicKey);

pub(super) fn signed_head(head: &Jws) -> Option<SignedHead> {
    let verified = head.verify(Typ::LedgerHead).ok()?;
    Some((verified.parse().ok()?, verified.signer))
}

pub(super) fn check_head(
    head: Option<&SignedHead>,
    hashes: &[[u8; 32]],
    keys: &KeysByLine,
) -> Option<LedgerFault> {
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

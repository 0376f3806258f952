//! 記録簿の統合: what has to be recorded so that another ledger of the same office is in this one, and which of its lines
//! count here (FORMAT.md §10.12).
//!
//! Entry points: [`union_of`], [`admits_next`]. Absent: what a line says here once it was brought ([`crate::ledger`]).

use std::{borrow::Cow, collections::HashSet};

use super::{
    register::Register,
    step::{Step, StepError},
    steps::{admits_brought, admits_in_force},
};
use crate::{
    ledger::{
        BroughtLine, EventBody, Ledger, LedgerEvent, LedgerLine, Renumbered, Union, common, has_line,
        is_of_ledger, sha256_at,
    },
    port::Coded,
    rules::{RuleSet, RulesError},
    text::Timestamp,
};

/// Why two ledgers are not brought together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnionError {
    /// They have no line in common: two offices.
    #[error("the two ledgers have no line in common: they are of two offices")]
    Office,
    /// All of it is here.
    #[error("every line of that ledger is here already")]
    Known,
    /// It goes on where this one ends.
    #[error("that ledger only goes on where this one ends: import it")]
    Continues,
    /// The office's key was changed in one of them since they went different ways.
    #[error("the office's key was changed since the two ledgers went different ways")]
    Key,
    /// Lines of it were destroyed with their year since then.
    #[error("line {0} of that ledger was destroyed")]
    Destroyed(u64),
    /// Another ledger was brought into it since then.
    #[error("line {0} of that ledger brings in a third one")]
    Nested(u64),
    /// A desk signed a line of it that may not sign here any more.
    #[error("line {0} of that ledger was signed by a desk that this one does not know or struck off")]
    Signer(u64),
}

impl Coded for UnionError {
    fn code(&self) -> &'static str {
        match self {
            Self::Office => "union_office",
            Self::Known => "union_known",
            Self::Continues => "union_continues",
            Self::Key => "union_key",
            Self::Destroyed(_) => "union_destroyed",
            Self::Nested(_) => "union_nested",
            Self::Signer(_) => "union_signer",
        }
    }

    fn names(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Destroyed(line) | Self::Nested(line) | Self::Signer(line) => Some(line.to_string().into()),
            _ => None,
        }
    }
}

/// What has to be recorded for another ledger to be in this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnionPlan {
    /// The lines, one after the other: the union and what it brings, or what is left of one that was cut off.
    pub events: Vec<EventBody>,
    /// The requests that get other numbers here.
    pub numbers: Vec<Renumbered>,
    /// Lines of the other ledger, from 1, that contradict what was recorded here and count for nothing: what they are.
    pub set_aside: Vec<(u64, &'static str)>,
}

/// What has to be recorded in `ours` for `theirs` to be in it.
pub fn union_of(
    ours: &Ledger,
    theirs: &Ledger,
    rules: &RuleSet,
    (reason, by): (&str, &str),
    now: Timestamp,
) -> Result<UnionPlan, UnionError> {
    let mut ahead = ours.clone();
    let mut register = Register::project(ours.events());
    let is_of = |(said, _): &(&Union, u64)| {
        has_line(theirs.lines(), said.from, said.after)
            && has_line(theirs.lines(), said.from + said.lines, said.sha256)
    };
    let (mut events, numbers, next) = match ours.union_under_way().filter(is_of) {
        Some((said, next)) => (Vec::new(), said.numbers.clone(), next),
        None => {
            let said = begun(ours, theirs, &register, (reason, by))?;
            let (from, numbers) = (said.from, said.numbers.clone());
            let event = EventBody::LedgersUnited(Box::new(said));
            ahead.foresee(now, by, event.clone()).map_err(|_| UnionError::Office)?;
            register.follow(ahead.events());
            (vec![event], numbers, from)
        }
    };
    let (mut here, mut set_aside) = (Overwritten::of(ours, theirs), Vec::new());
    let from = usize::try_from(next).unwrap_or(usize::MAX);
    for (line, event) in theirs.lines().iter().zip(theirs.events()).skip(from) {
        let LedgerLine::Whole(line) = line else { return Err(UnionError::Destroyed(event.line())) };
        let mut brought = BroughtLine { line: line.clone(), counts: !is_of_ledger(&event.event) };
        if brought.counts {
            let told = ahead.told_next(now, by, EventBody::Brought(Box::new(brought.clone())));
            brought.counts = told
                .is_ok_and(|told| !here.has(&told.event) && admits_brought(&register, &told, rules).is_ok());
        }
        if !brought.counts && !is_of_ledger(&event.event) {
            set_aside.push((event.line(), event.event.japanese()));
        }
        let counts = brought.counts;
        let number = event.line();
        let event = EventBody::Brought(Box::new(brought));
        ahead.foresee(now, by, event.clone()).map_err(|_| UnionError::Signer(number))?;
        let told = ahead.events().last().and_then(|told| told.brought.as_ref()?.kept.as_deref());
        here.lose(told.filter(|_| !counts));
        register.follow(ahead.events());
        events.push(event);
    }
    Ok(UnionPlan { events, numbers, set_aside })
}

/// What was recorded here of requests since the two went different ways, and must not be replaced by what was recorded
/// there: both decided one, or both reviewed it.
struct Overwritten {
    here: HashSet<(Overwrites, u64)>,
    /// Requests of which something of there counts for nothing: what rests on it there does not count either.
    lost: HashSet<u64>,
}

/// What an event takes the place of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Overwrites {
    Review,
    Decision,
    Request,
    Claim,
}

fn overwrites(event: &EventBody) -> Option<(Overwrites, u64)> {
    Some(match event {
        EventBody::Reviewed { number, .. } => (Overwrites::Review, *number),
        EventBody::Decided { number, .. }
        | EventBody::DecisionCorrected { number, .. }
        | EventBody::Reopened { number, .. } => (Overwrites::Decision, *number),
        EventBody::Corrected { number, .. } => (Overwrites::Request, *number),
        EventBody::Claimed { number, .. } => (Overwrites::Claim, *number),
        _ => return None,
    })
}

impl Overwritten {
    fn of(ours: &Ledger, theirs: &Ledger) -> Self {
        let common = usize::try_from(common(ours.lines(), theirs.lines())).unwrap_or(usize::MAX);
        let there: HashSet<[u8; 32]> = theirs.events().iter().map(|event| event.prev.0).collect();
        let is_theirs =
            |event: &LedgerEvent| event.brought.as_ref().is_some_and(|from| there.contains(&from.prev.0));
        let new = ours.events().iter().skip(common).filter(|event| !is_theirs(event));
        Self { here: new.filter_map(|event| overwrites(&event.event)).collect(), lost: HashSet::new() }
    }

    /// Whether an event of there takes the place of something of here, or rests on what counts for nothing.
    fn has(&self, event: &EventBody) -> bool {
        overwrites(event).is_some_and(|known| self.here.contains(&known) || self.lost.contains(&known.1))
    }

    fn lose(&mut self, kept: Option<&EventBody>) {
        self.lost.extend(kept.and_then(overwrites).map(|(_, number)| number));
    }
}

fn ensure_or(holds: bool, otherwise: UnionError) -> Result<(), UnionError> {
    if holds { Ok(()) } else { Err(otherwise) }
}

/// What is said where the union begins.
fn begun(
    ours: &Ledger,
    theirs: &Ledger,
    register: &Register,
    (reason, by): (&str, &str),
) -> Result<Union, UnionError> {
    let common = common(ours.lines(), theirs.lines());
    let (have, all) = (ours.lines().len() as u64, theirs.lines().len() as u64);
    ensure_or(common > 0, UnionError::Office)?;
    ensure_or(common < have || common == all, UnionError::Continues)?;
    let from = ours.known_of(theirs);
    ensure_or(from < all, UnionError::Known)?;
    let place = |lines: u64| usize::try_from(lines).unwrap_or(usize::MAX);
    let since = |ledger: &Ledger| ledger.events().get(place(common)..).unwrap_or_default().to_vec();
    let changes_key = |event: &LedgerEvent| matches!(event.event, EventBody::KeyChanged { .. });
    ensure_or(!since(ours).iter().chain(&since(theirs)).any(changes_key), UnionError::Key)?;
    let new = theirs.events().get(place(from)..).unwrap_or_default();
    for event in new {
        match event.event {
            EventBody::Destroyed => return Err(UnionError::Destroyed(event.line())),
            EventBody::LedgersUnited(_) => return Err(UnionError::Nested(event.line())),
            _ => {}
        }
    }
    let there = Register::project(theirs.events());
    let requested = new.iter().filter_map(|event| match event.event {
        EventBody::Requested { number, .. } => Some(number),
        _ => None,
    });
    let in_year = |was: &u64| there.cases.get(was).map_or(0, |case| case.in_year);
    let numbers = (register.next_number()..).zip(requested);
    let numbers = numbers.map(|(number, was)| Renumbered { was, was_in_year: in_year(&was), number });
    Ok(Union {
        from,
        after: sha256_at(theirs.lines(), from),
        lines: all - from,
        sha256: theirs.last_line_sha256(),
        numbers: numbers.collect(),
        reason: reason.to_owned(),
        by: by.to_owned(),
    })
}

/// As [`admits_in_force`], for the next line of this ledger, of which `register` is: it may be one that a union brings.
pub fn admits_next(
    ledger: &Ledger,
    register: &Register,
    (actor, event): (&str, &EventBody),
    in_force: Result<&RuleSet, &RulesError>,
    now: Timestamp,
) -> Step {
    admits_in_force(register, (actor, event), in_force, now.day())?;
    match (event, in_force) {
        (EventBody::Brought(_), Ok(rules)) => {
            let told = ledger.told_next(now, actor, event.clone());
            admits_brought(register, &told.map_err(|_| StepError::State("brought"))?, rules)
        }
        _ => Ok(()),
    }
}

//! 年度の締め, and the end of its records (municipal: 保存年限; FORMAT.md §10.10): which requests go over into the next year,
//! which lines belong to a year, and whether they may be destroyed.
//!
//! Entry points: [`closing_of`], [`destruction_of`], [`attachments_gone`]. Absent: taking the lines away
//! ([`crate::Ledger::without_destroyed`]).

use std::collections::BTreeSet;

use super::{
    case::{Case, CaseState},
    register::{LineOwner, Register},
    step::{Step, StepError, ensure, filled, not_after},
    yearly::Yearly,
};
use crate::{
    crypto::{B64, sha256},
    documents::Field,
    ledger::{Ledger, LedgerEvent, YearClosing, YearDestruction, stretches},
    rules::RuleSet,
    text::Day,
};

/// The SHA-256 of the documents that no line of a ledger names any more once lines were taken away.
pub fn attachments_gone(ledger: &Ledger, without: &Ledger) -> BTreeSet<String> {
    let named = |ledger: &Ledger| -> BTreeSet<String> {
        let all = ledger.events().iter().flat_map(LedgerEvent::attachments);
        all.map(|known| known.sha256.clone()).collect()
    };
    &named(ledger) - &named(without)
}

/// The closing of a year, as it would be recorded now.
pub fn closing_of(events: &[LedgerEvent], rules: &RuleSet, year: i32, today: Day, by: &str) -> YearClosing {
    let counts = Yearly::count(events, rules, year, today);
    let count = |n: usize| n as u64;
    YearClosing {
        year,
        requests: count(counts.requests),
        granted: count(counts.granted),
        partly: count(counts.partly),
        refused: count(counts.refused),
        withdrawn: count(counts.withdrawn),
        disclosed: count(counts.disclosed),
        shown: count(counts.shown),
        incidents: count(counts.incidents),
        open: open_until(&Register::project(events), year),
        by: by.to_owned(),
    }
}

/// Requests that were received up to the end of a year and are not over.
fn open_until(register: &Register, year: i32) -> Vec<u64> {
    let is_of_it = |case: &&Case| case.request.received_on.fiscal_year() <= year;
    let open = register.cases.values().filter(is_of_it).filter(|case| !is_over(register, case));
    open.map(|case| case.number).collect()
}

/// Whether nothing is to come of a request any more.
fn is_over(register: &Register, case: &Case) -> bool {
    match case.state(&register.disclosures) {
        CaseState::Review | CaseState::Granted => false,
        CaseState::Refused | CaseState::Provided | CaseState::Withdrawn => true,
        CaseState::Sealed => {
            let bundles = case.bundles.iter().filter_map(|id| register.disclosures.get(id));
            bundles.into_iter().all(|disclosure| disclosure.status.is_over())
        }
    }
}

/// The 年度 from whose end the time of keeping counts: that in which footage was provided last; where none was, that of
/// the last line.
fn year_of(register: &Register, case: &Case) -> i32 {
    let bundles = case.bundles.iter().filter_map(|id| register.disclosures.get(id));
    let handed_over = bundles.filter_map(|disclosure| disclosure.provided_on());
    let shown = case.provisions.iter().map(|provision| provision.on.day());
    let owned = register.lines.iter().filter(|line| line.owner == LineOwner::Case(case.number));
    let provided = handed_over.chain(shown).max();
    provided
        .or_else(|| owned.map(|line| line.written).max())
        .unwrap_or(case.request.received_on)
        .fiscal_year()
}

/// The last day on which the records of a year are kept; without a number of years in the rules, that of the year
/// itself: the office says by which rule they may go.
fn kept_until(year: i32, rules: &RuleSet) -> Option<Day> {
    let (_, last) = Day::of_fiscal_year(year)?;
    Some(rules.record_keeping.years_from_next_april.map_or(last, |years| last.kept_until(years)))
}

/// The records of a closed year, as they would be destroyed now: without basis, day, method and people.
pub fn destruction_of(
    register: &Register,
    year: i32,
    rules: &RuleSet,
    today: Day,
) -> Result<YearDestruction, StepError> {
    let is_due = register.closed.contains_key(&year) && !register.destroyed.contains_key(&year);
    ensure(is_due, StepError::State("year_destroyed"))?;
    let until = kept_until(year, rules).ok_or(StepError::State("year_destroyed"))?;
    ensure(today > until, StepError::YearKept(until))?;
    let cases: Vec<&Case> = register.cases.values().filter(|case| year_of(register, case) == year).collect();
    if let Some(open) = cases.iter().find(|case| !is_over(register, case)) {
        return Err(StepError::YearOpen(open.number));
    }
    let numbers: BTreeSet<u64> = cases.iter().map(|case| case.number).collect();
    // A ticket of another request still leads to a bundle of this year.
    let of_others = register.disclosures.values().find(|disclosure| {
        let bundle = register.disclosures.get(disclosure.bundle());
        let is_of_year = bundle.is_some_and(|bundle| numbers.contains(&bundle.sealed.number));
        is_of_year && !numbers.contains(&disclosure.sealed.number)
    });
    if let Some(other) = of_others {
        return Err(StepError::YearOpen(other.sealed.number));
    }
    let goes = |owner: LineOwner| match owner {
        LineOwner::Case(number) => numbers.contains(&number),
        LineOwner::Year(of) => of == year,
        LineOwner::Office => false,
    };
    let lines: Vec<u64> =
        (1..).zip(&register.lines).filter(|(_, line)| goes(line.owner)).map(|(number, _)| number).collect();
    ensure(!lines.is_empty(), StepError::State("year_destroyed"))?;
    // Each line says what the one before it was.
    let hash_of = |line: &u64| Some(register.lines.get(usize::try_from(*line).ok()?)?.prev);
    let hashes: Vec<u8> = lines.iter().filter_map(hash_of).flatten().collect();
    let of_year = |number: &u64| numbers.contains(number);
    let bundles = register.disclosures.values().filter(|d| of_year(&d.sealed.number)).count();
    Ok(YearDestruction {
        year,
        lines: stretches(lines),
        sha256: B64(sha256(&hashes)),
        requests: cases.len() as u64,
        bundles: bundles as u64,
        attachments: cases.iter().map(|case| case.attachments.len() as u64).sum(),
        last_number: register.next_number() - 1,
        basis: String::new(),
        on: today,
        method: String::new(),
        witness: String::new(),
        by: String::new(),
    })
}

/// 年度の締め: of a year that is over, once.
pub(super) fn year_closed(register: &Register, closing: &YearClosing, today: Day) -> Step {
    let is_over = closing.year < today.fiscal_year() && !register.closed.contains_key(&closing.year);
    ensure(is_over, StepError::State("year_closed"))?;
    filled(&[(Field::By, &closing.by)])
}

/// 廃棄: exactly what the records of that year are, after their time.
pub(super) fn year_destroyed(
    register: &Register,
    said: &YearDestruction,
    rules: &RuleSet,
    today: Day,
) -> Step {
    let made = destruction_of(register, said.year, rules, today)?;
    let people = |said: &YearDestruction| YearDestruction {
        basis: said.basis.clone(),
        on: said.on,
        method: said.method.clone(),
        witness: said.witness.clone(),
        by: said.by.clone(),
        ..made.clone()
    };
    ensure(people(said) == *said, StepError::State("year_destroyed"))?;
    not_after(said.on, today, Field::On)?;
    let kept = kept_until(said.year, rules).is_some_and(|until| said.on <= until);
    ensure(!kept, StepError::Day(Field::On))?;
    filled(&[(Field::Reason, &said.basis), (Field::Method, &said.method), (Field::By, &said.by)])
}

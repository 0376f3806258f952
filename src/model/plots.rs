//! A 年度 in figures, for pictures at the desk.
//!
//! Entry point: [`YearInFigures::of`]. Absent: the yearly report, whose counts a city's rules define (core), and how
//! figures are drawn.

use fuin_core::{Day, Register};

/// Months of a 年度, from April.
const MONTHS: usize = 12;
/// 年度 that are compared.
pub const YEARS: usize = 5;
/// Days up to which a group of returns reaches; the last group has no end.
pub const DAYS_TO_RETURN: [i64; 4] = [7, 14, 30, 60];

/// Counts of one 年度.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YearInFigures {
    /// Requests that were received, by month from April.
    pub requests: [u32; MONTHS],
    /// Requests of this 年度 and the four before it, the earliest first.
    pub requests_by_year: [u32; YEARS],
    /// Disclosures that are due and not back, by month from April.
    pub due: [u32; MONTHS],
    /// Disclosures of the year that came back, by the days that took: the groups of [`DAYS_TO_RETURN`], and longer.
    pub days_to_return: [u32; DAYS_TO_RETURN.len() + 1],
}

impl YearInFigures {
    /// Of the 年度 that begins in April of this Gregorian year.
    pub fn of(register: &Register, year: i32) -> Self {
        let mut figures = Self::default();
        for case in register.cases.values() {
            if let Some(month) = month(case.request.received_on, year) {
                figures.requests[month] += 1;
            }
            let back = usize::try_from(year - case.request.received_on.fiscal_year()).ok();
            if let Some(place) = back.and_then(|back| (YEARS - 1).checked_sub(back)) {
                figures.requests_by_year[place] += 1;
            }
        }
        for disclosure in register.disclosures.values().filter(|disclosure| disclosure.status.counts()) {
            if let Some(month) = month(disclosure.due, year).filter(|_| disclosure.status.is_open()) {
                figures.due[month] += 1;
            }
            let back = disclosure.receipts.iter().find(|(kind, _)| kind.erases_key()).map(|(_, day)| *day);
            let given = disclosure.sealed_at.day();
            if let Some(back) = back.filter(|_| given.fiscal_year() == year) {
                let days = back.days_since(given);
                figures.days_to_return[DAYS_TO_RETURN.iter().filter(|longest| days > **longest).count()] += 1;
            }
        }
        figures
    }
}

/// Which month of the 年度 a day is in, from 0 for April; none, if it is in another year.
fn month(day: Day, year: i32) -> Option<usize> {
    let first_of = |month: usize| {
        // April is the fourth month.
        let month = month as i32 + 3;
        Day::new(year + month / 12, (month % 12 + 1) as u8, 1).ok()
    };
    (0..MONTHS).find(|&month| {
        let (first, next) = (first_of(month), first_of(month + 1));
        first.zip(next).is_some_and(|(first, next)| first <= day && day < next)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use fuin_core::{
        B64, BundleId, EventBody, LedgerEvent, ReceiptKind, Request, RuleSet, SealedEvent, example_request,
    };

    use super::*;

    #[test]
    fn the_first_and_last_days_of_a_fiscal_year_are_in_its_first_and_last_month() {
        let day = |text: &str| Day::parse(text).unwrap();
        assert_eq!(month(day("2026-03-31"), 2026), None);
        assert_eq!(month(day("2026-04-01"), 2026), Some(0));
        assert_eq!(month(day("2026-12-31"), 2026), Some(8));
        assert_eq!(month(day("2027-01-01"), 2026), Some(9));
        assert_eq!(month(day("2027-03-31"), 2026), Some(11));
        assert_eq!(month(day("2027-04-01"), 2026), None);
    }

    fn event(at: &str, event: EventBody) -> LedgerEvent {
        let at = Day::parse(at).unwrap().start();
        LedgerEvent {
            format: String::new(),
            seq: 0,
            prev: B64([0; 32]),
            at,
            actor: String::new(),
            event,
            brought: None,
        }
    }

    /// A request, what was sealed for it on a day, and when that is due.
    fn disclosed(number: u64, received: &str, sealed: &str, due: &str) -> [LedgerEvent; 2] {
        let rules = RuleSet::builtin("minato").unwrap();
        let request = Request::from_toml(&example_request(&rules)).unwrap();
        let request = Request { received_on: Day::parse(received).unwrap(), ..request };
        let sealed_event = SealedEvent {
            number,
            bundle_id: BundleId::try_from(format!("R8-000{number}-ABCD")).unwrap(),
            manifest_sha256: B64([0; 32]),
            recipient: request.recipient(),
            range: String::new(),
            not_before: Day::parse(sealed).unwrap().start(),
            not_after: Day::parse(due).unwrap().end(),
            return_due: Day::parse(due).unwrap(),
            medium: request.medium.clone(),
            clips: Vec::new(),
            slots: Vec::new(),
            ticket: None,
            replaces: None,
        };
        let requested = EventBody::Requested {
            number,
            request: Box::new(request),
            attachments: Vec::new(),
            recipient_keys: None,
        };
        [event(received, requested), event(sealed, EventBody::Sealed(Box::new(sealed_event)))]
    }

    #[test]
    fn what_was_asked_for_came_back_and_is_due_is_counted_in_its_month() {
        let returned = EventBody::Reported {
            bundle_id: BundleId::try_from("R8-0001-ABCD".to_owned()).unwrap(),
            receipt: ReceiptKind::Return,
            day: Day::parse("2026-06-01").unwrap(),
            from: "見本警察署".to_owned(),
            note: String::new(),
        };
        let events: Vec<_> = [
            disclosed(1, "2026-05-10", "2026-05-20", "2026-07-01"),
            disclosed(2, "2026-05-15", "2026-12-01", "2027-01-15"),
            disclosed(3, "2027-03-31", "2027-04-01", "2027-05-01"),
        ]
        .into_iter()
        .flatten()
        .chain([event("2026-06-01", returned)])
        .collect();
        let figures = YearInFigures::of(&Register::project(&events), 2026);
        assert_eq!(figures.requests, [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(figures.requests_by_year, [0, 0, 0, 0, 3]);
        assert_eq!(figures.due, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
        // Twelve days.
        assert_eq!(figures.days_to_return, [0, 1, 0, 0, 0]);
    }

    #[test]
    fn a_register_without_cases_has_no_figures() {
        assert_eq!(YearInFigures::of(&Register::default(), 2026), YearInFigures::default());
    }
}

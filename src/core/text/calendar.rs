//! Dates and times as Fuin stores and shows them: ISO 8601 in JST, shown in 元号.
//!
//! Entry points: [`Timestamp`], [`Day`]. Absent: the current time (see [`crate::port::Clock`]).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use time::{Date, Duration, Month, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// Japan Standard Time is UTC+9 all year round.
const JST_SECS: i32 = 9 * 3600;

/// The eras, newest first: name, first day (year, month, day), Latin initial. Source: 元号を改める政令.
const ERAS: [(&str, (i32, u8, u8), &str); 5] = [
    ("令和", (2019, 5, 1), "R"),
    ("平成", (1989, 1, 8), "H"),
    ("昭和", (1926, 12, 25), "S"),
    ("大正", (1912, 7, 30), "T"),
    ("明治", (1868, 1, 25), "M"),
];

/// A text that is no date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 8601 date or time with offset")]
pub struct InvalidTime;

/// An instant with second precision, always held in JST.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// From seconds since 1970-01-01T00:00:00Z; what lies outside the years 1868 to 9998 becomes their first or last
    /// second. A recorder whose battery died begins in 1970 or 1904: such a time is shown as it is.
    pub fn from_unix_secs(secs: i64) -> Self {
        /// 1868-01-01T00:00:00+09:00 and 9998-12-31T23:59:59+09:00.
        const RANGE: (i64, i64) = (-3_218_864_400, 253_370_732_399);
        let secs = secs.clamp(RANGE.0, RANGE.1);
        let utc = OffsetDateTime::from_unix_timestamp(secs).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Self(utc.to_offset(jst()))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix_secs(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// Parses `2026-11-22T10:00:00+09:00` (RFC 3339); the offset is JST's.
    pub fn parse(text: &str) -> Result<Self, InvalidTime> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidTime)?;
        if !(1868..=9998).contains(&parsed.year()) {
            return Err(InvalidTime);
        }
        let whole = parsed.replace_nanosecond(0).map_err(|_| InvalidTime)?;
        let time = Self(whole.to_offset(jst()));
        // One instant, one text: other offsets and fractions of a second are not what is stored (FORMAT.md §1.4).
        if time.to_string() == text { Ok(time) } else { Err(InvalidTime) }
    }

    /// The calendar day in JST.
    pub fn day(self) -> Day {
        Day(self.0.date())
    }

    /// `10:05:09`, JST.
    pub fn clock(self) -> String {
        format!("{:02}:{:02}:{:02}", self.0.hour(), self.0.minute(), self.0.second())
    }

    /// `令和8年11月22日 10:05`.
    pub fn wareki(self) -> String {
        format!("{} {}:{:02}", self.day().wareki(), self.0.hour(), self.0.minute())
    }

    /// `令和8年11月22日 10:05:09`.
    pub fn wareki_exact(self) -> String {
        format!("{} {}", self.day().wareki(), self.clock())
    }

    /// `2026-11-22 10:05:09 JST`, for English readers.
    pub fn plain(self) -> String {
        format!("{} {} JST", self.day(), self.clock())
    }

    /// The time of day as documents write it: 午前0時, 正午, 午後0時30分 (never 午後0時 or 午後12時).
    pub fn wareki_words(self) -> String {
        let (hour, minute) = (self.0.hour(), self.0.minute());
        let time = match (hour, minute) {
            (12, 0) => "正午".to_owned(),
            (h, 0) if h < 12 => format!("午前{h}時"),
            (h, 0) => format!("午後{}時", h - 12),
            (h, m) if h < 12 => format!("午前{h}時{m}分"),
            (h, m) => format!("午後{}時{m}分", h - 12),
        };
        format!("{}{time}", self.day().wareki())
    }

    /// This instant, `secs` seconds later, or earlier if negative.
    pub fn plus_secs(self, secs: i64) -> Self {
        Self::from_unix_secs(self.unix_secs().saturating_add(secs))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}+09:00", self.day(), self.clock())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A calendar day in JST.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// Day 0 of receipt codes: 2020-01-01 (§8.2).
    pub(crate) const RECEIPT_EPOCH: (i32, u8, u8) = (2020, 1, 1);

    /// From year, month and day.
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self, InvalidTime> {
        let month = Month::try_from(month).map_err(|_| InvalidTime)?;
        if !(1868..=9998).contains(&year) {
            return Err(InvalidTime);
        }
        Date::from_calendar_date(year, month, day).map(Self).map_err(|_| InvalidTime)
    }

    /// Parses `2026-11-22`.
    pub fn parse(text: &str) -> Result<Self, InvalidTime> {
        let mut parts = text.splitn(3, '-');
        let mut next = |width: usize| -> Result<&str, InvalidTime> {
            let part = parts.next().ok_or(InvalidTime)?;
            let digits = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
            if digits { Ok(part) } else { Err(InvalidTime) }
        };
        let year = next(4)?.parse().map_err(|_| InvalidTime)?;
        let month = next(2)?.parse().map_err(|_| InvalidTime)?;
        let day = next(2)?.parse().map_err(|_| InvalidTime)?;
        Self::new(year, month, day)
    }

    /// Midnight at the start of this day, JST.
    pub fn start(self) -> Timestamp {
        Timestamp(self.0.midnight().assume_offset(jst()))
    }

    /// The last second of this day, JST.
    pub fn end(self) -> Timestamp {
        self.start().plus_secs(86_399)
    }

    /// This day, `days` days later, or earlier if negative; stays put at the ends of the calendar.
    pub fn plus_days(self, days: i64) -> Self {
        // More days than that lie outside of any calendar; `Duration` holds them.
        const MAX_DAYS: i64 = 10_000 * 366;
        Self(self.0.saturating_add(Duration::days(days.clamp(-MAX_DAYS, MAX_DAYS))))
    }

    /// Days from `earlier` to this day.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).whole_days()
    }

    /// Number of days since 2020-01-01, as receipt codes carry it (§8.2); `None` outside 0..65536.
    pub(crate) fn receipt_number(self) -> Option<u16> {
        let (year, month, day) = Self::RECEIPT_EPOCH;
        let epoch = Self::new(year, month, day).ok()?;
        u16::try_from(self.days_since(epoch)).ok()
    }

    /// The day with this number since 2020-01-01.
    pub fn from_receipt_number(number: u16) -> Self {
        let (year, month, day) = Self::RECEIPT_EPOCH;
        let epoch = Self::new(year, month, day).unwrap_or(Self(Date::MIN));
        epoch.plus_days(i64::from(number))
    }

    /// `令和8年11月22日`; the first year of an era is 元年.
    pub fn wareki(self) -> String {
        let (name, year, _) = self.era();
        let year = if year == 1 { "元".to_owned() } else { year.to_string() };
        format!("{name}{year}年{}月{}日", u8::from(self.0.month()), self.0.day())
    }

    /// The fiscal year (4月 to 3月) as `R8`.
    pub(crate) fn fiscal_year_code(self) -> String {
        let april = Self::new(self.fiscal_year(), 4, 1).unwrap_or(self);
        let (_, year, initial) = april.end_of_month().era();
        format!("{initial}{year}")
    }

    /// The last day of a record that is kept for `years` years from the 1 April after this day's fiscal year:
    /// 令和8年11月22日 and 5 years give 令和14年3月31日.
    pub(crate) fn kept_until(self, years: u32) -> Self {
        let year = self.fiscal_year().saturating_add(1).saturating_add_unsigned(years);
        Self::new(year, 4, 1).map_or(self, |april| april.plus_days(-1))
    }

    /// The days of a fiscal year, first and last.
    pub fn of_fiscal_year(year: i32) -> Option<(Self, Self)> {
        Some((Self::new(year, 4, 1).ok()?, Self::new(year + 1, 3, 31).ok()?))
    }

    /// `令和8年度`, of the fiscal year that begins in this Gregorian year; `None` outside the calendar.
    pub fn name_of_fiscal_year(year: i32) -> Option<String> {
        Some(Self::of_fiscal_year(year)?.0.fiscal_year_name())
    }

    /// `令和8年度`.
    pub(crate) fn fiscal_year_name(self) -> String {
        let april = Self::new(self.fiscal_year(), 4, 1).unwrap_or(self);
        let (name, year, _) = april.end_of_month().era();
        let year = if year == 1 { "元".to_owned() } else { year.to_string() };
        format!("{name}{year}年度")
    }

    /// The Gregorian year in which this day's fiscal year (年度) began.
    pub fn fiscal_year(self) -> i32 {
        if u8::from(self.0.month()) >= 4 { self.0.year() } else { self.0.year() - 1 }
    }

    // 令和元年度 began before the era did; the era of a fiscal year is the one in force a month later.
    fn end_of_month(self) -> Self {
        self.plus_days(31)
    }

    fn era(self) -> (&'static str, i32, &'static str) {
        for (name, (year, month, day), initial) in ERAS {
            if Self::new(year, month, day).is_ok_and(|first| self >= first) {
                return (name, self.0.year() - year + 1, initial);
            }
        }
        ("西暦", self.0.year(), "AD")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn jst() -> UtcOffset {
    UtcOffset::from_whole_seconds(JST_SECS).unwrap_or(UtcOffset::UTC)
}

macro_rules! text_serde {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}
text_serde!(Timestamp);
text_serde!(Day);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn wareki(day: &str) -> String {
        Day::parse(day).unwrap().wareki()
    }

    #[test]
    fn eras_change_on_their_first_day() {
        assert_eq!(wareki("2019-04-30"), "平成31年4月30日");
        assert_eq!(wareki("2019-05-01"), "令和元年5月1日");
        assert_eq!(wareki("2026-11-22"), "令和8年11月22日");
        assert_eq!(wareki("1989-01-07"), "昭和64年1月7日");
        assert_eq!(wareki("1926-12-25"), "昭和元年12月25日");
    }

    #[test]
    fn noon_and_midnight_are_written_as_documents_do() {
        let words = |t: &str| Timestamp::parse(t).unwrap().wareki_words();
        assert_eq!(words("2026-11-22T00:00:00+09:00"), "令和8年11月22日午前0時");
        assert_eq!(words("2026-11-22T12:00:00+09:00"), "令和8年11月22日正午");
        assert_eq!(words("2026-11-22T12:30:00+09:00"), "令和8年11月22日午後0時30分");
        assert_eq!(words("2026-11-22T23:05:00+09:00"), "令和8年11月22日午後11時5分");
    }

    #[test]
    fn stored_times_are_jst_and_round_trip() {
        let t = Timestamp::parse("2026-11-22T10:00:00+09:00").unwrap();
        assert_eq!(t.unix_secs(), 1_795_309_200);
        assert_eq!(Timestamp::parse(&t.to_string()).unwrap(), t);
        assert_eq!(Timestamp::from_unix_secs(t.unix_secs()), t);
        for other in ["2026-11-22T10:00:00", "2026-11-22T01:00:00Z", "2026-11-22T10:00:00.5+09:00"] {
            assert!(Timestamp::parse(other).is_err(), "{other}");
        }
        assert!(Day::parse("2026-02-30").is_err());
        assert!(Day::parse("+026-02-03").is_err());
    }

    #[test]
    fn a_fiscal_year_runs_from_april() {
        assert_eq!(Day::parse("2027-03-31").unwrap().fiscal_year_code(), "R8");
        assert_eq!(Day::parse("2027-04-01").unwrap().fiscal_year_code(), "R9");
        assert_eq!(Day::parse("2019-04-15").unwrap().fiscal_year_code(), "R1");
        assert_eq!(Day::parse("2019-04-15").unwrap().fiscal_year_name(), "令和元年度");
        // 藤沢市 6条4項: five years from the next 1 April.
        assert_eq!(Day::parse("2026-11-22").unwrap().kept_until(5).wareki(), "令和14年3月31日");
        assert_eq!(Day::parse("2027-03-31").unwrap().kept_until(5).wareki(), "令和14年3月31日");
        assert_eq!(Day::parse("2027-04-01").unwrap().kept_until(5).wareki(), "令和15年3月31日");
    }

    #[test]
    fn receipt_numbers_round_trip() {
        let day = Day::parse("2026-11-22").unwrap();
        assert_eq!(Day::from_receipt_number(day.receipt_number().unwrap()), day);
        assert_eq!(Day::parse("2019-12-31").unwrap().receipt_number(), None);
    }
}

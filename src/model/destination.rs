//! Where a person wants to go who types a picture number, a time of the clip or a time of day.
//!
//! Entry point: [`destination`]. Absent: going there.

use fuin_core::{Timestamp, parse_elapsed, parse_picture, parse_time_of_day};

const DAY_MICROS: i64 = 86_400_000_000;

/// What is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoTo {
    /// A picture's number, from 1.
    Picture,
    /// A time of the clip; of the time line, where several cameras share one.
    Elapsed,
    /// A time of day by the camera's clock.
    Clock,
}

/// Where that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// A picture, from 0.
    Picture(usize),
    /// Microseconds on the time line.
    Time(i64),
}

/// Where a clip lies on the time line, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Number of pictures.
    pub pictures: usize,
    /// Where the clip's first moment stands on the time line.
    pub offset: i64,
    /// End of the last picture, in microseconds of the clip.
    pub end: i64,
    /// The moment of `starts_at`, in microseconds of the clip.
    pub begins: i64,
    /// What the camera's clock showed then, if it is known.
    pub starts_at: Option<Timestamp>,
    /// End of the time line that several cameras share, if they do.
    pub together: Option<i64>,
}

/// Where `text` leads; `None` if it names no place of this clip.
pub fn destination(what: GoTo, text: &str, clip: &Extent) -> Option<Destination> {
    let within = |micros: i64| (micros <= clip.end).then_some(Destination::Time(clip.offset + micros));
    match what {
        GoTo::Picture => {
            parse_picture(text).filter(|&picture| picture < clip.pictures).map(Destination::Picture)
        }
        GoTo::Clock => {
            let (start, wanted) = (clip.starts_at?, parse_time_of_day(text)?);
            let began = (start.unix_secs() - start.day().start().unix_secs()) * 1_000_000;
            within(clip.begins + (wanted - began).rem_euclid(DAY_MICROS))
        }
        GoTo::Elapsed => match clip.together {
            // Together, what the bar shows is the time of all.
            Some(end) => parse_elapsed(text).filter(|&micros| micros <= end).map(Destination::Time),
            None => parse_elapsed(text).and_then(within),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent() -> Extent {
        Extent {
            pictures: 300,
            offset: 5_000_000,
            end: 20_000_000,
            begins: 1_000_000,
            starts_at: Timestamp::parse("2026-11-18T23:59:50+09:00").ok(),
            together: None,
        }
    }

    #[test]
    fn pictures_count_from_one_and_end_with_the_clip() {
        let go = |text| destination(GoTo::Picture, text, &extent());
        assert_eq!(go("1"), Some(Destination::Picture(0)));
        assert_eq!(go("３００"), Some(Destination::Picture(299)));
        assert_eq!((go("0"), go("301"), go("x")), (None, None, None));
    }

    #[test]
    fn elapsed_is_of_the_clip_alone_and_of_all_together() {
        let alone = |text| destination(GoTo::Elapsed, text, &extent());
        assert_eq!(alone("0:07"), Some(Destination::Time(12_000_000)));
        assert_eq!(alone("0:21"), None);
        let together = Extent { together: Some(60_000_000), ..extent() };
        assert_eq!(destination(GoTo::Elapsed, "0:21", &together), Some(Destination::Time(21_000_000)));
        assert_eq!(destination(GoTo::Elapsed, "1:01", &together), None);
    }

    #[test]
    fn a_time_of_day_may_lie_behind_midnight() {
        let go = |text| destination(GoTo::Clock, text, &extent());
        assert_eq!(go("23:59:50"), Some(Destination::Time(6_000_000)));
        assert_eq!(go("0:00:05"), Some(Destination::Time(21_000_000)));
        assert_eq!(go("23:59:49"), None, "almost a day later, behind the end");
        let unknown = Extent { starts_at: None, ..extent() };
        assert_eq!(destination(GoTo::Clock, "23:59:50", &unknown), None);
    }
}

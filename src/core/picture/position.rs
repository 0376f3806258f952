//! Positions in a clip as people write them: elapsed time, picture number, time of day.
//!
//! Entry points: [`elapsed`], [`parse_elapsed`], [`parse_picture`], [`parse_time_of_day`]. Full-width digits
//! and colons are forgiven. Absent: dates, which [`crate::Day`] knows.

use crate::text::half_width;

/// `1:02:03.456`: hours, minutes, seconds, thousandths; a minus sign before the clip's first moment.
pub fn elapsed(micros: i64) -> String {
    let thousandths = micros.unsigned_abs() / 1000;
    let (seconds, minutes, hours) =
        (thousandths / 1000 % 60, thousandths / 60_000 % 60, thousandths / 3_600_000);
    let sign = if micros < 0 { "−" } else { "" };
    format!("{sign}{hours}:{minutes:02}:{seconds:02}.{:03}", thousandths % 1000)
}

fn parts(text: &str) -> Option<Vec<String>> {
    let text: String = text.trim().chars().map(half_width).collect();
    let parts: Vec<String> = text.split(':').map(|part| part.trim().to_owned()).collect();
    parts.iter().all(|part| !part.is_empty()).then_some(parts)
}

fn whole(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Seconds with up to six decimals, as microseconds.
fn seconds(text: &str) -> Option<i64> {
    let (before, after) = text.split_once('.').unwrap_or((text, ""));
    let micros =
        if after.is_empty() { 0 } else { whole(&format!("{:0<6}", after.get(..after.len().min(6))?))? };
    Some(whole(before)? * 1_000_000 + micros)
}

/// `h:mm:ss.mmm`, `mm:ss` or seconds, as microseconds.
pub fn parse_elapsed(text: &str) -> Option<i64> {
    let parts = parts(text)?;
    let (last, above) = parts.split_last()?;
    if above.len() > 2 {
        return None;
    }
    let minutes = above.iter().try_fold(0i64, |sum, part| Some(sum * 60 + whole(part)?))?;
    minutes.checked_mul(60_000_000)?.checked_add(seconds(last)?)
}

/// A picture's number counted from 1, as its number from 0.
pub fn parse_picture(text: &str) -> Option<usize> {
    let text: String = text.trim().chars().map(half_width).collect();
    usize::try_from(whole(&text)?).ok()?.checked_sub(1)
}

/// `hh:mm` or `hh:mm:ss.mmm`, as microseconds since midnight.
pub fn parse_time_of_day(text: &str) -> Option<i64> {
    let parts = parts(text)?;
    let (hours, minutes) = (whole(parts.first()?)?, whole(parts.get(1)?)?);
    let micros = parts.get(2).map_or(Some(0), |part| seconds(part))?;
    let sane = parts.len() <= 3 && hours < 24 && minutes < 60 && micros < 60_000_000;
    sane.then_some((hours * 60 + minutes) * 60_000_000 + micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for micros in [0, 1_000, 59_999_000, 60_000_000, 3_723_456_000] {
            assert_eq!(parse_elapsed(&elapsed(micros)), Some(micros));
        }
        assert_eq!(elapsed(-1_300_000), "−0:00:01.300");
        assert_eq!(parse_elapsed("１：０５"), Some(65_000_000));
        assert_eq!(parse_elapsed("7.25"), Some(7_250_000));
        assert_eq!(parse_picture(" ４２ "), Some(41));
        assert_eq!(parse_time_of_day("23:59:59.5"), Some(86_399_500_000));
    }

    #[test]
    fn what_is_no_position_is_none() {
        for text in ["", ":", "1:2:3:4", "-5", "1e9", "a", "1:", "9999999999"] {
            assert_eq!(parse_elapsed(text), None, "{text}");
        }
        assert_eq!((parse_picture("0"), parse_picture("1.5")), (None, None));
        for text in ["24:00", "10:60", "10", "10:00:61"] {
            assert_eq!(parse_time_of_day(text), None, "{text}");
        }
    }
}

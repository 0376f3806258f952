//! The value of an HTML `datetime-local` field, which has no zone: here it is Japan's time.
//!
//! Entry points: [`parse_local`], [`local_minute`], [`local_second`]. Absent: what is shown to people, which
//! is in 元号.

use fuin_core::Timestamp;

/// `2026-11-22T10:00`, with or without seconds, as an instant.
pub fn parse_local(value: &str) -> Option<Timestamp> {
    let seconds = if value.len() == 16 { ":00" } else { "" };
    Timestamp::parse(&format!("{value}{seconds}+09:00")).ok()
}

/// `2026-11-22T10:00`.
pub fn local_minute(at: Timestamp) -> String {
    at.to_string().chars().take(16).collect()
}

/// `2026-11-22T10:00:00`.
pub fn local_second(at: Timestamp) -> String {
    at.to_string().chars().take(19).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn a_moment_comes_back_from_its_field() {
        let at = Timestamp::parse("2026-11-22T10:05:07+09:00").expect("a moment");
        assert_eq!(parse_local(&local_second(at)), Some(at));
        assert_eq!(parse_local(&local_minute(at)), Some(at.plus_secs(-7)));
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for typed in ["", "2026-11-22", "2026-11-22T10", "2026-11-22T10:00Z", "2026-11-22T10:00:00+09:00"] {
            assert_eq!(parse_local(typed), None, "{typed}");
        }
    }
}

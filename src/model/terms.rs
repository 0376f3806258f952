//! What the office types to seal: the period, the due date, and what is known of each clip.
//!
//! Entry points: [`TypedTerms::read`], [`TypedClip::read`]. Absent: the form, and whether the city's rules allow it.

use fuin_core::{ClipNote, Day, Timestamp};

use crate::local_time::parse_local;

/// A field that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongTerm {
    /// 閲覧開始.
    NotBefore,
    /// 閲覧期限: it must lie ahead, and after the start.
    NotAfter,
    /// 返却期限.
    ReturnDue,
    /// The moment of a clip's first picture.
    StartsAt,
    /// How far the camera's clock is ahead, in seconds.
    ClockError,
}

/// Those of the fields that are wrong.
fn wrong_of<const N: usize>(fields: [(bool, WrongTerm); N]) -> Vec<WrongTerm> {
    fields.into_iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, field)| field).collect()
}

/// Period and due date as typed.
#[derive(Debug, Clone)]
pub struct TypedTerms {
    /// First instant, as in a `datetime-local` field.
    pub not_before: String,
    /// Last instant, likewise.
    pub not_after: String,
    /// A day, `2026-11-22`.
    pub return_due: String,
}

/// Period and due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First instant at which it may be watched.
    pub not_before: Timestamp,
    /// Last instant.
    pub not_after: Timestamp,
    /// 返却期限.
    pub return_due: Day,
}

impl TypedTerms {
    /// The period, or all fields that cannot be used.
    pub fn read(&self, now: Timestamp) -> Result<Period, Vec<WrongTerm>> {
        let not_before = parse_local(self.not_before.trim());
        let not_after = parse_local(self.not_after.trim())
            .filter(|end| *end > now && not_before.is_none_or(|start| *end > start));
        let return_due = Day::parse(self.return_due.trim()).ok();
        match (not_before, not_after, return_due) {
            (Some(not_before), Some(not_after), Some(return_due)) => {
                Ok(Period { not_before, not_after, return_due })
            }
            _ => Err(wrong_of([
                (not_before.is_none(), WrongTerm::NotBefore),
                (not_after.is_none(), WrongTerm::NotAfter),
                (return_due.is_none(), WrongTerm::ReturnDue),
            ])),
        }
    }
}

/// What is known of a clip, as typed.
#[derive(Debug, Clone)]
pub struct TypedClip {
    /// Its camera.
    pub camera: String,
    /// When it starts by the camera's clock; empty if that is not known.
    pub starts_at: String,
    /// How far the camera's clock is ahead, in seconds.
    pub clock_error: String,
}

impl TypedClip {
    /// The note, without the file's name; or all fields that cannot be used.
    pub fn read(&self) -> Result<ClipNote, Vec<WrongTerm>> {
        let starts_at = match self.starts_at.trim() {
            "" => Some(None),
            typed => parse_local(typed).map(Some),
        };
        let clock_error = self.clock_error.trim().parse().ok();
        match (starts_at, clock_error) {
            (Some(starts_at), Some(clock_error_secs)) => Ok(ClipNote {
                file_name: String::new(),
                camera: self.camera.trim().to_owned(),
                starts_at,
                clock_error_secs,
                cut: None,
            }),
            (starts_at, clock_error) => Err(wrong_of([
                (starts_at.is_none(), WrongTerm::StartsAt),
                (clock_error.is_none(), WrongTerm::ClockError),
            ])),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn at(local: &str) -> Timestamp {
        parse_local(local).expect("a moment")
    }

    fn typed() -> TypedTerms {
        TypedTerms {
            not_before: "2026-11-22T10:00".to_owned(),
            not_after: "2026-12-22T23:59".to_owned(),
            return_due: " 2026-12-22 ".to_owned(),
        }
    }

    #[test]
    fn what_was_typed_is_read() {
        let period = typed().read(at("2026-11-22T09:00")).expect("a period");
        assert_eq!(period.not_before, at("2026-11-22T10:00"));
        assert_eq!(period.not_after, at("2026-12-22T23:59"));
        assert_eq!(period.return_due.to_string(), "2026-12-22");
    }

    #[test]
    fn an_end_that_is_past_or_before_the_start_is_wrong() {
        assert_eq!(typed().read(at("2026-12-22T23:59")), Err(vec![WrongTerm::NotAfter]));
        let backwards = TypedTerms { not_after: "2026-11-22T10:00".to_owned(), ..typed() };
        assert_eq!(backwards.read(at("2026-11-01T00:00")), Err(vec![WrongTerm::NotAfter]));
    }

    #[test]
    fn each_wrong_field_is_named() {
        let now = at("2026-11-22T09:00");
        let empty = String::new;
        assert_eq!(TypedTerms { not_before: empty(), ..typed() }.read(now), Err(vec![WrongTerm::NotBefore]));
        assert_eq!(TypedTerms { return_due: empty(), ..typed() }.read(now), Err(vec![WrongTerm::ReturnDue]));
        let nothing = TypedTerms { not_before: empty(), not_after: empty(), return_due: empty() };
        let all = vec![WrongTerm::NotBefore, WrongTerm::NotAfter, WrongTerm::ReturnDue];
        assert_eq!(nothing.read(now), Err(all));
        let clip = |starts_at: &str, clock_error: &str| TypedClip {
            camera: " 正面 ".to_owned(),
            starts_at: starts_at.to_owned(),
            clock_error: clock_error.to_owned(),
        };
        assert_eq!(clip("昨日", "0").read(), Err(vec![WrongTerm::StartsAt]));
        assert_eq!(clip("昨日", "5秒").read(), Err(vec![WrongTerm::StartsAt, WrongTerm::ClockError]));
        let note = clip("", "-3").read().expect("a note");
        assert_eq!((note.camera.as_str(), note.starts_at, note.clock_error_secs), ("正面", None, -3));
    }
}

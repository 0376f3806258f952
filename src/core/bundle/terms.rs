//! To whom footage goes, until when, with which permissions; and what the office knows of a clip.
//!
//! Entry points: [`Terms`], [`ClipNote`]. Both stand in the manifest as members of the object around them
//! (FORMAT.md §7.1). Absent: the legal basis, which the request has.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::cut::CutRecord;
use crate::text::{Day, NameError, Timestamp, check_name, is_file_name};

/// 提供先: to whom the footage was disclosed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// 機関名.
    pub organization: String,
    /// 部署.
    pub department: String,
    /// 担当者 (職氏名).
    pub person: String,
}

impl Recipient {
    /// Checks that the marks can name them (§1.5): organization and person, and the department if there is one.
    pub(crate) fn check(&self) -> Result<(), NameError> {
        check_name(&self.organization)?;
        check_name(&self.person)?;
        if self.department.trim().is_empty() { Ok(()) } else { check_name(&self.department) }
    }

    /// The three parts in one line, as watermarks and letters show them.
    pub fn line(&self) -> String {
        [&self.organization, &self.department, &self.person]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// What the recipient may do beyond watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Grant {
    /// 静止画: save a marked still.
    Still,
    /// 印刷許可: print.
    Print,
    /// 原本の書き出し: take the clip out of the bundle.
    Export,
}

impl Grant {
    /// All grants.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The word that forms use.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Still => "静止画の保存",
            Self::Print => "印刷",
            Self::Export => "原本の書き出し",
        }
    }

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// 記録媒体: what the bundle was handed over on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Medium {
    /// USBメモリ, DVD-R, …
    pub kind: String,
    /// The number on its label.
    pub number: String,
}

/// What a viewer does whose clock runs behind what it has seen (§9.4).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, VariantArray, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OddClock {
    /// It says so, notes it, and goes on by the latest time that it has seen.
    Warn,
    /// It opens nothing until the clock is right.
    #[default]
    Refuse,
}

impl OddClock {
    /// Both.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The words that forms use.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Warn => "知らせて続ける",
            Self::Refuse => "開かない",
        }
    }

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// How the visible marks look (§7.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkStyle {
    /// The most that letters hide of a picture, in percent.
    pub opacity: u8,
    /// Every window of one so-and-so-many-th of a picture's width and height bears the words whole.
    pub repeat: u8,
}

impl Default for MarkStyle {
    fn default() -> Self {
        Self { opacity: 30, repeat: 2 }
    }
}

impl MarkStyle {
    /// What an office may choose of [`Self::opacity`].
    pub const OPACITY: std::ops::RangeInclusive<u8> = 15..=60;
    /// What an office may choose of [`Self::repeat`].
    pub const REPEAT: std::ops::RangeInclusive<u8> = 2..=3;

    pub(super) fn is_allowed(self) -> bool {
        Self::OPACITY.contains(&self.opacity) && Self::REPEAT.contains(&self.repeat)
    }
}

/// What was agreed with the recipient: period, return, permissions, conditions, medium (§7.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// First instant at which it may be watched.
    pub not_before: Timestamp,
    /// Last instant at which it may be watched.
    pub not_after: Timestamp,
    /// 返却期限.
    pub return_due: Day,
    /// What a viewer does whose clock runs behind.
    pub odd_clock: OddClock,
    /// How the visible marks look.
    pub marks: MarkStyle,
    /// What is permitted beyond watching.
    pub grants: Vec<Grant>,
    /// Conditions that the provider set, in words.
    pub conditions: Vec<String>,
    /// 記録媒体.
    pub medium: Medium,
}

impl Terms {
    /// Whether a permission was given.
    pub fn permits(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    /// Whether a viewer stops that finds its clock behind what it has seen (§9.4).
    pub fn stop_by_clock(&self, backwards: bool) -> bool {
        backwards && self.odd_clock == OddClock::Refuse
    }

    /// Whether the period does not end before it begins, nor before the bundle was issued, and nothing is due before
    /// the period begins (§7.5).
    pub(super) fn are_consistent(&self, issued_at: Timestamp) -> bool {
        self.not_before <= self.not_after
            && issued_at <= self.not_after
            && self.not_before.day() <= self.return_due
    }

    /// Whether a permission stands there more than once (§7.1).
    pub(super) fn names_a_grant_twice(&self) -> bool {
        self.grants.iter().enumerate().any(|(n, grant)| self.grants.iter().skip(n + 1).any(|g| g == grant))
    }
}

/// What the office knows of one clip file: its name, camera and clock (§7.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClipNote {
    /// The file's name before sealing, without folders.
    pub file_name: String,
    /// 設置カメラ.
    pub camera: String,
    /// What the camera's clock showed at the first picture, if recorded.
    pub starts_at: Option<Timestamp>,
    /// Seconds that the camera's clock ran ahead of the true time (negative: behind).
    pub clock_error_secs: i64,
    /// Where it was cut out of, if it is a part of another file (§7.12).
    pub cut: Option<CutRecord>,
}

/// The most seconds by which a clock may be wrong: a hundred years.
const MAX_CLOCK_ERROR_SECS: u64 = 3_155_760_000;

impl ClipNote {
    /// Refuses a name that no file can have, a clock that is wrong by more than a lifetime, and a part that cannot be
    /// (§7.1, §7.12); gives the member.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if !is_file_name(&self.file_name) {
            return Err("file_name");
        }
        if !self.cut.as_ref().is_none_or(CutRecord::is_consistent) {
            return Err("cut");
        }
        if self.clock_error_secs.unsigned_abs() > MAX_CLOCK_ERROR_SECS {
            return Err("clock_error_secs");
        }
        Ok(())
    }

    /// What the camera's clock showed, and the true time, `micros` microseconds after the first picture that
    /// the clip shows; `None` if the beginning is unknown (§7.1).
    pub fn clocks(&self, micros: i64) -> Option<(Timestamp, Timestamp)> {
        // Times of pictures are cut off at microseconds; a whole second must not become the one before.
        let shown = self.starts_at?.plus_secs(micros.saturating_add(500).div_euclid(1_000_000));
        Some((shown, shown.plus_secs(self.clock_error_secs.saturating_neg())))
    }
}

//! 年度の締めと、保存年限を過ぎた年度の記録の廃棄: what is said of them, and stays when the records are gone (FORMAT.md
//! §10.10).
//!
//! Entry points: [`YearClosing`], [`YearDestruction`]. Absent: which lines belong to a year ([`crate::register`]).

use serde::{Deserialize, Serialize};

use crate::{crypto::B64, text::Day};

/// 年度の締め.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearClosing {
    /// The year in which the 年度 began.
    pub year: i32,
    /// 申請.
    pub requests: u64,
    /// 提供可, 一部可 included.
    pub granted: u64,
    /// Of these, 一部可.
    pub partly: u64,
    /// 提供不可.
    pub refused: u64,
    /// 取下げ.
    pub withdrawn: u64,
    /// Bundles and tickets.
    pub disclosed: u64,
    /// Provided without a file.
    pub shown: u64,
    /// 事故.
    pub incidents: u64,
    /// Requests that go over into the next 年度.
    pub open: Vec<u64>,
    /// Who closed it.
    pub by: String,
}

/// 保存年限を過ぎた年度の記録の廃棄.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearDestruction {
    /// The year in which the 年度 began.
    pub year: i32,
    /// The lines that were destroyed, from 1: the first and the last of each stretch, ascending.
    pub lines: Vec<(u64, u64)>,
    /// SHA-256 of the SHA-256 of these lines, one behind another.
    pub sha256: B64<32>,
    /// How many requests were among them.
    pub requests: u64,
    /// How many bundles and tickets.
    pub bundles: u64,
    /// How many documents that came along.
    pub attachments: u64,
    /// The highest number of a request that was given out.
    pub last_number: u64,
    /// 根拠: by which rule the time of keeping is over.
    pub basis: String,
    /// On which day.
    pub on: Day,
    /// 方法.
    pub method: String,
    /// 立会者.
    pub witness: String,
    /// Who destroyed them.
    pub by: String,
}

impl YearDestruction {
    /// Whether a line, from 1, was destroyed.
    pub fn has(&self, line: u64) -> bool {
        self.lines.iter().any(|&(first, last)| (first..=last).contains(&line))
    }
}

/// Ascending numbers as stretches.
pub(crate) fn stretches(lines: impl IntoIterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut all: Vec<(u64, u64)> = Vec::new();
    for line in lines {
        match all.last_mut() {
            Some((_, last)) if *last + 1 == line => *last = line,
            _ => all.push((line, line)),
        }
    }
    all
}

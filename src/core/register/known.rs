//! What was typed before, so that nothing is typed twice: cameras, media, applicants.
//!
//! Entry point: [`Known::of`]. Absent: a list that somebody keeps; it follows from the rules and the register.

use super::register::Register;
use crate::{documents::Applicant, rules::RuleSet};

/// Most of each kind.
const MAX_KNOWN: usize = 60;

/// What was typed before, the latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// 設置カメラ: those of the rules, then those that were asked for.
    pub cameras: Vec<String>,
    /// Numbers of media.
    pub media: Vec<String>,
    /// 申請者.
    pub applicants: Vec<Applicant>,
}

impl Known {
    /// What the rules name and the register has.
    pub fn of(register: &Register, rules: &RuleSet) -> Self {
        let cases = || register.cases.values().rev().map(|case| &case.request);
        let asked = cases().flat_map(|request| request.range.iter().map(|range| range.camera.clone()));
        let used = register.disclosures.values().rev().map(|d| d.sealed.medium.number.clone());
        let wanted = cases().map(|request| request.medium.number.clone());
        Self {
            cameras: once_each(rules.cameras.iter().cloned().chain(asked), |camera| {
                !camera.trim().is_empty()
            }),
            media: once_each(used.chain(wanted), |number| !number.trim().is_empty()),
            applicants: once_each(cases().map(|request| request.applicant.clone()), |_| true),
        }
    }
}

fn once_each<T: PartialEq>(all: impl Iterator<Item = T>, fits: impl Fn(&T) -> bool) -> Vec<T> {
    let mut known = Vec::new();
    for one in all.filter(|one| fits(one)) {
        if known.len() < MAX_KNOWN && !known.contains(&one) {
            known.push(one);
        }
    }
    known
}

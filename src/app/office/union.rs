//! 記録簿の統合: what another PC of this office recorded since the two went different ways comes into this ledger.
//!
//! Entry points: [`use_union`], [`UnionWork`]. Absent: which lines count here, which core says.

use fuin_core::{Ledger, UnionPlan, union_of};
use leptos::prelude::*;

use super::{desk::Desk, fault::DeskFault};
use crate::{fault::Code, locale::k, platform::clock};

/// A ledger that went another way, until the person says whether it is brought in.
#[derive(Debug, Clone)]
pub struct Asked {
    theirs: Ledger,
    /// The line from which on it does, from 1.
    pub line: u64,
    /// What would be recorded.
    pub plan: UnionPlan,
}

/// Bringing it in.
#[derive(Clone, Copy)]
pub struct UnionWork {
    desk: Desk,
    /// What waits for an answer.
    pub asked: RwSignal<Option<Asked>>,
    /// How many lines are recorded, and of how many, while it goes on.
    pub done: RwSignal<Option<(usize, usize)>>,
    stops: StoredValue<bool>,
}

/// Makes it known.
pub fn provide_union(desk: Desk) -> UnionWork {
    let (asked, done) = (RwSignal::new(None), RwSignal::new(None));
    desk.on_lock(move || asked.set(None));
    let work = UnionWork { desk, asked, done, stops: StoredValue::new(false) };
    provide_context(work);
    work
}

/// Bringing another ledger in.
pub fn use_union() -> UnionWork {
    expect_context()
}

impl UnionWork {
    fn plan(self, theirs: &Ledger, why: (&str, &str)) -> Result<UnionPlan, DeskFault> {
        let rules = self.desk.rules.get_untracked().ok_or(Code::RulesUnknown)?;
        Ok(self.desk.ledger.with_untracked(|ours| union_of(ours, theirs, &rules, why, clock::now()))?)
    }

    /// Says what would be recorded of a ledger that goes another way from `line` on.
    pub fn ask(self, theirs: Ledger, line: u64) -> Result<(), DeskFault> {
        let plan = self.plan(&theirs, ("", ""))?;
        self.asked.set(Some(Asked { theirs, line, plan }));
        Ok(())
    }

    /// Records it, line by line. What is cut off goes on when the same ledger is read in once more.
    pub async fn unite(self, reason: String, by: String) -> Result<(), DeskFault> {
        let Some(asked) = self.asked.get_untracked() else { return Ok(()) };
        // Others may have gone on since it was asked.
        let plan = self.plan(&asked.theirs, (&reason, &by))?;
        self.stops.set_value(false);
        let recorded = self.record(plan).await;
        self.done.set(None);
        self.asked.set(None);
        let l = self.desk.locale;
        match recorded? {
            (done, total) if done < total => self.desk.tell(l.t(k::UNION_STOPPED).to_owned()),
            (_, total) => self.desk.tell(l.f(k::UNION_DONE, &[("n", &total.to_string())])),
        }
        Ok(())
    }

    async fn record(self, plan: UnionPlan) -> Result<(usize, usize), DeskFault> {
        let total = plan.events.len();
        for (done, event) in plan.events.into_iter().enumerate() {
            if self.stops.get_value() {
                return Ok((done, total));
            }
            self.done.set(Some((done, total)));
            self.desk.append(event).await?;
        }
        Ok((total, total))
    }

    /// Stops behind the line that is being recorded.
    pub fn stop(self) {
        self.stops.set_value(true);
    }
}

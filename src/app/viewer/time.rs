//! Whether a bundle may be watched now, by the clock and by what was seen before.
//!
//! Entry points: [`judge`], [`trust_clock`]. Absent: the worker's own look at the period; what was seen
//! ([`super::seen`]).

use fuin_core::Anomaly;
use leptos::prelude::*;

use super::{
    known_key::Familiar,
    seen::{keep, see_time},
    session::Session,
    state::Stage,
};
use crate::{
    fault::{Code, Fault},
    platform::clock,
};

/// A person looked at the clock and says that it is right: the mark is set to it, forwards or back, which goes into the
/// signed report; then the bundle is judged again.
pub async fn trust_clock(session: Session) {
    let anomaly = match session.times.get_untracked() {
        Some((clock, seen)) if clock < seen => Anomaly::ClockReset,
        _ => Anomaly::ClockJump,
    };
    let kept = keep(clock::now()).await;
    let noted = session.note_anomaly(anomaly).await;
    match kept.and(noted) {
        Ok(()) => judge(session).await,
        Err(error) => session.stop(error.into()),
    }
}

/// Whether the bundle that was opened may be watched now, and where the person goes.
pub async fn judge(session: Session) {
    let Some(manifest) = session.inside.with_untracked(|inside| inside.as_ref().map(|i| i.manifest.clone()))
    else {
        return;
    };
    let seen = match see_time(Some(manifest.issued_at)).await {
        Ok(seen) => seen,
        Err(error) => return session.stop(error.into()),
    };
    let (not_before, not_after) = (manifest.terms.not_before, manifest.terms.not_after);
    if session.stops_by_clock(seen) {
        return session.clock_backwards(seen.now).await;
    }
    if seen.backwards {
        session.warn_of_clock().await;
    }
    if let Some(before) = seen.far_ahead_of {
        session.times.set(Some((clock::now(), before)));
        session.stage.set(Stage::Clock);
    } else if seen.now < not_before {
        session.stop(Fault::new(Code::NotYetValid, not_before.to_string()));
    } else if seen.now > not_after {
        session.stop(Fault::new(Code::Expired, not_after.to_string()));
    } else {
        // What stopped us before the clock was put right says nothing any more.
        session.refused.set(None);
        session.latest.set_value(Some(seen.now));
        // Where nothing is new there is nothing to compare: the undertaking says the verdict above it.
        let nothing_new = session.office_known.get_untracked() == Some(Familiar::Same) && !seen.backwards;
        session.stage.set(if nothing_new { Stage::Undertaking } else { Stage::Verdict });
    }
}

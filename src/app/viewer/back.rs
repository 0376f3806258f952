//! From the player to the report, and back to the same picture.
//!
//! Entry points: [`report_instead`], [`can_go_on`], [`go_on_watching`].

use leptos::prelude::*;

use super::{session::Session, state::Stage};

/// To the report.
pub fn report_instead(session: Session) {
    session.remember_what_is_shown();
    session.stage.set(Stage::Procedure);
}

/// Whether somebody was watching before, and may go on.
pub fn can_go_on(session: Session) -> bool {
    let was_watching = session.resume.with_value(Option::is_some);
    was_watching && session.inside.with_untracked(Option::is_some) && session.link.is_alive()
}

/// Back to the player.
pub fn go_on_watching(session: Session) {
    session.stage.set(Stage::Play);
}

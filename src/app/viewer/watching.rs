//! What is watched goes into the viewing log every few seconds: a tab that is closed takes little with it.

use super::session::Session;
use crate::platform::clock;

const EVERY_MS: f64 = 10_000.0;

/// Writes down, as long as the page lives.
pub fn watch(session: Session) {
    leptos::task::spawn_local(async move {
        loop {
            clock::after_ms(EVERY_MS).await;
            if let Err(error) = session.log_played().await {
                session.stop(error.into());
            }
        }
    });
}

//! What is watched goes into the viewing log: once the person stops, and otherwise every few minutes, so that an hour
//! is few entries. In between it is kept beside the log: a tab that is closed takes seconds with it.

use super::session::Session;
use crate::platform::clock;

/// Between two looks.
const EVERY_MS: f64 = 10_000.0;
/// Looks after which it is written down, also while it goes on: five minutes.
const MAX_LOOKS: u32 = 30;

/// Looks, as long as the page lives.
pub fn watch(session: Session) {
    leptos::task::spawn_local(async move {
        let (mut before, mut looks) = (Vec::new(), 0);
        loop {
            clock::after_ms(EVERY_MS).await;
            let spans = session.player.spans();
            looks += 1;
            let kept = if spans.is_empty() {
                looks = 0;
                Ok(())
            } else if spans == before || looks >= MAX_LOOKS {
                looks = 0;
                session.log_played().await
            } else {
                session.keep_played().await
            };
            before = spans;
            if let Err(error) = kept {
                session.stop(error.into());
            }
        }
    });
}

//! The key that an office was seen with: another one under the same name, or under one that only looks the same, is
//! noticed, and a person who compared the words goes on. A key that the known one vouches for is known too.
//!
//! Entry points: [`accept`], [`trust`]. Absent: how a key is judged (`known_key.rs`).

use fuin_core::Anomaly;
use leptos::prelude::*;

use super::{
    known_key::{Familiar, KnownKey},
    session::Session,
    time::judge,
};
use crate::{platform::BrowserError, wire::Inside};

/// Remembers the key: a person saw its words and went on, or knew it before.
pub async fn accept(inside: &Inside) -> Result<(), BrowserError> {
    let manifest = &inside.manifest;
    let this = (manifest.ledger_head, manifest.issued_at);
    let known = KnownKey::of(inside).await?.filter(|known| known.is_of(inside));
    // A bundle that was issued earlier says nothing new of the ledger, nor does one that a key signed when it was not
    // the office's any more, or may have been somebody else's.
    let is_good = |known: &KnownKey| {
        let ended = inside.keys_before.iter().find(|before| before.thumbprint == known.thumbprint);
        ended.is_none_or(|before| !before.exposed && known.seen.1 <= before.until)
    };
    let seen = known.as_ref().filter(|known| is_good(known)).map(|known| known.seen);
    let seen = seen.filter(|(_, issued_at)| this.1 < *issued_at);
    let seen = seen.unwrap_or(this);
    let key = match known {
        // The key behind it stays the known one.
        Some(known) if known.before.iter().any(|before| before.thumbprint == inside.office_key) => {
            KnownKey { seen, ..known }
        }
        _ => KnownKey {
            name: inside.manifest.office.name.clone(),
            thumbprint: inside.office_key.clone(),
            words: inside.words.clone(),
            words_latin: inside.words_latin.clone(),
            seen,
            before: inside.keys_before.clone(),
        },
    };
    key.keep().await
}

/// A person compared the words of another key with the office's letter: it is remembered from now on, which goes into
/// the signed report, and the bundle is judged.
pub async fn trust(session: Session) {
    let Some(inside) = session.inside.get_untracked() else { return };
    let noted = session.note_anomaly(Anomaly::OfficeKeyChanged).await;
    match noted.and(accept(&inside).await) {
        Ok(()) => {
            session.office_known.set(Some(Familiar::Same));
            judge(session).await;
        }
        Err(error) => session.stop(error.into()),
    }
}

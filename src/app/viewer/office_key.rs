//! The key that an office was seen with: another one under the same name, or under one that only looks the same, is
//! noticed, and a person who compared the words goes on.
//!
//! Entry points: [`compare`], [`accept`], [`trust`]. Absent: offices that were never seen; their words are compared
//! with the cover letter.

use fuin_core::{Anomaly, name_skeleton};
use leptos::prelude::*;

use super::{record::KnownKey, session::Session, time::judge};
use crate::{
    platform::{
        BrowserError,
        db::{self, StoreName},
        kept, unicode,
    },
    wire::Inside,
};

/// Where the key of an office is kept: names that look alike share a place.
fn place(name: &str) -> String {
    kept::office_key(&name_skeleton(&unicode::nfkc(name)))
}

/// The key that was accepted under this name or one that looks the same. Returns `None` for the first time.
pub async fn compare(inside: &Inside) -> Result<Option<KnownKey>, BrowserError> {
    db::read_json(StoreName::Settings, &place(&inside.manifest.office.name)).await
}

/// Remembers the key: a person saw its words and went on.
pub async fn accept(inside: &Inside) -> Result<(), BrowserError> {
    let key = KnownKey {
        name: inside.manifest.office.name.clone(),
        thumbprint: inside.office_key.clone(),
        words: inside.words.clone(),
        words_latin: inside.words_latin.clone(),
    };
    db::write_json(StoreName::Settings, &place(&key.name), &key).await
}

/// A person compared the words of another key with the office's letter: it is remembered from now on, which goes into
/// the signed report, and the bundle is judged.
pub async fn trust(session: Session) {
    let Some(inside) = session.inside.get_untracked() else { return };
    let noted = session.note_anomaly(Anomaly::OfficeKeyChanged).await;
    match noted.and(accept(&inside).await) {
        Ok(()) => {
            session.office_known.set(Some(true));
            judge(session).await;
        }
        Err(error) => session.stop(error.into()),
    }
}

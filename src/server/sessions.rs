//! Who is signed in. Sessions are in memory only: no disk and no backup has one, and a server that starts anew asks
//! everybody again.
//!
//! Entry points: [`Sessions::begin`], [`Sessions::of`]. A session is known by the SHA-256 of its token; the token
//! itself is in the browser's cookie and nowhere else.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use data_encoding::BASE64URL_NOPAD;
use fuin_core::{PublicKey, sha256};
use fuin_store::{Account, OfficeId};

use crate::refusal::Refusal;

/// How long somebody stays signed in.
#[derive(Debug, Clone, Copy)]
pub struct Lifetime {
    /// Without doing anything.
    pub idle: Duration,
    /// At all.
    pub whole: Duration,
}

impl Default for Lifetime {
    /// An hour without doing anything, a working day at all.
    fn default() -> Self {
        Self { idle: Duration::from_secs(3600), whole: Duration::from_secs(12 * 3600) }
    }
}

/// The desk at which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeskAt {
    pub key: PublicKey,
    pub name: String,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// By which the others know it: no secret.
    pub id: [u8; 32],
    /// Whose.
    pub account: String,
    /// 氏名.
    pub name: String,
    /// Of which office.
    pub office: Option<OfficeId>,
    /// 情報システム.
    pub is_operator: bool,
    /// At which desk, once it proved it.
    pub desk: Option<DeskAt>,
    /// What a desk has to sign to prove it.
    pub challenge: String,
    begun: Instant,
    seen: Instant,
}

impl Session {
    /// The key of its desk, once it proved it.
    pub(crate) fn desk_key(&self) -> Option<&PublicKey> {
        self.desk.as_ref().map(|desk| &desk.key)
    }
}

/// All of them.
pub(crate) struct Sessions {
    all: Mutex<HashMap<[u8; 32], Session>>,
    lifetime: Lifetime,
}

/// A random word of 256 bits, in base64url.
pub(crate) fn random_word() -> Result<String, Refusal> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::Inside(error.to_string()))?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

impl Sessions {
    pub(crate) fn new(lifetime: Lifetime) -> Self {
        Self { all: Mutex::default(), lifetime }
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<[u8; 32], Session>) -> T) -> T {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, lifetime) = (Instant::now(), self.lifetime);
        all.retain(|_, known| {
            now.duration_since(known.seen) < lifetime.idle && now.duration_since(known.begun) < lifetime.whole
        });
        work(&mut all)
    }

    /// Somebody signed in; gives the token for his browser.
    pub(crate) fn begin(&self, account: &Account) -> Result<String, Refusal> {
        let token = random_word()?;
        let id = sha256(token.as_bytes());
        let now = Instant::now();
        let session = Session {
            id,
            account: account.id.clone(),
            name: account.name.clone(),
            office: account.office.clone(),
            is_operator: account.is_operator,
            desk: None,
            challenge: random_word()?,
            begun: now,
            seen: now,
        };
        self.with(|all| all.insert(id, session));
        Ok(token)
    }

    /// The session of a token. With `acts`, its owner did something: what a page asks for by itself does not count.
    pub(crate) fn of(&self, token: &str, acts: bool) -> Option<Session> {
        self.with(|all| {
            let session = all.get_mut(&sha256(token.as_bytes()))?;
            if acts {
                session.seen = Instant::now();
            }
            Some(session.clone())
        })
    }

    /// Whether a session is still there.
    pub(crate) fn is_there(&self, id: &[u8; 32]) -> bool {
        self.with(|all| all.contains_key(id))
    }

    /// Its desk proved which one it is. The question is worth nothing any more.
    pub(crate) fn set_desk(&self, id: &[u8; 32], desk: DeskAt) -> Result<(), Refusal> {
        let challenge = random_word()?;
        self.with(|all| {
            let session = all.get_mut(id).ok_or(Refusal::SignedOut)?;
            session.desk = Some(desk);
            session.challenge = challenge;
            Ok(())
        })
    }

    /// The account belongs to an office from now on.
    pub(crate) fn set_office(&self, account: &str, office: &OfficeId) {
        self.with(|all| {
            for session in all.values_mut().filter(|session| session.account == account) {
                session.office = Some(office.clone());
            }
        });
    }

    /// The sessions of an office.
    pub(crate) fn of_office(&self, office: &OfficeId) -> Vec<Session> {
        self.with(|all| all.values().filter(|known| known.office.as_ref() == Some(office)).cloned().collect())
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.with(|all| all.len())
    }

    /// Ends one.
    pub(crate) fn end(&self, id: &[u8; 32]) {
        self.with(|all| all.remove(id));
    }

    /// Ends all of an account.
    pub(crate) fn end_all_of(&self, account: &str) {
        self.with(|all| all.retain(|_, session| session.account != account));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn account() -> Account {
        Account {
            id: "1".into(),
            name: "見本花子".into(),
            office: None,
            is_operator: false,
            password: None,
            passkeys: vec![],
            invitation: None,
            is_closed: false,
        }
    }

    #[test]
    fn a_session_ends_after_its_time_and_by_hand() {
        let short = Lifetime { idle: Duration::ZERO, whole: Duration::from_secs(60) };
        let sessions = Sessions::new(short);
        let token = sessions.begin(&account()).unwrap();
        assert!(sessions.of(&token, true).is_none(), "nobody did anything for longer than no time");

        let sessions = Sessions::new(Lifetime::default());
        let (first, second) = (sessions.begin(&account()).unwrap(), sessions.begin(&account()).unwrap());
        assert_ne!(first, second);
        let id = sessions.of(&first, true).unwrap().id;
        assert!(sessions.of("another", true).is_none());
        sessions.end(&id);
        assert!(sessions.of(&first, true).is_none() && sessions.of(&second, true).is_some());
        sessions.end_all_of("1");
        assert_eq!(sessions.count(), 0);
    }

    #[test]
    fn a_question_is_answered_once() {
        let sessions = Sessions::new(Lifetime::default());
        let token = sessions.begin(&account()).unwrap();
        let before = sessions.of(&token, true).unwrap();
        let desk = DeskAt { key: fuin_core_key(), name: "窓口".into() };
        sessions.set_desk(&before.id, desk.clone()).unwrap();
        let after = sessions.of(&token, true).unwrap();
        assert_eq!(after.desk, Some(desk));
        assert_ne!(before.challenge, after.challenge);
    }

    fn fuin_core_key() -> PublicKey {
        struct Fixed;
        impl fuin_core::Entropy for Fixed {
            fn fill(&self, buf: &mut [u8]) {
                buf.fill(7);
            }
        }
        fuin_core::SigningKey::generate(&Fixed).public()
    }
}

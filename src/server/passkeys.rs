//! Passkeys (WebAuthn Level 3): what is asked of a person's device, and whether its answer is good. ES256 alone, with
//! the person verified, found by the device itself: nobody types a name, and nobody is told whose there are.
//!
//! Entry point: [`Passkeys`]. Absent: accounts, sessions.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use fuin_store::Account;
use passki::{
    AuthenticationCredential, AuthenticationOptions, AuthenticationState, Passki, RegistrationCredential,
    RegistrationOptions, RegistrationState, ResidentKeyRequirement, StoredPasskey,
    UserVerificationRequirement,
};

use crate::{refusal::Refusal, sessions::random_word};

/// COSE algorithm (RFC 9053 §2.1): ECDSA with SHA-256 on P-256.
const ES256: i32 = -7;
/// How long a question may be answered.
const OPEN: Duration = Duration::from_secs(300);
/// Questions that are open at most.
const MAX_OPEN: usize = 10_000;
/// Passkeys of an account at most.
const MAX_OF_ONE: usize = 10;

/// Questions that wait for their answers; each is answered once.
struct Open<K, T>(Mutex<HashMap<K, (Instant, T)>>);

impl<K: std::hash::Hash + Eq, T> Open<K, T> {
    fn ask(&self, key: K, state: T) -> Result<(), Refusal> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (since, _)| since.elapsed() < OPEN);
        if all.len() >= MAX_OPEN {
            return Err(Refusal::Limited);
        }
        all.insert(key, (Instant::now(), state));
        Ok(())
    }

    fn take(&self, key: &K) -> Option<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(key).filter(|(since, _)| since.elapsed() < OPEN).map(|(_, state)| state)
    }
}

/// What is asked of devices.
pub(crate) struct Passkeys {
    /// None where the server is reached by an address: a passkey is for a name.
    party: Option<Passki>,
    /// By session.
    new: Open<[u8; 32], RegistrationState>,
    /// By a random word.
    asked: Open<String, AuthenticationState>,
}

impl Passkeys {
    /// For a server of this origin.
    pub(crate) fn new(origin: &str) -> Self {
        let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
        let host =
            host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(h, _)| h);
        let is_address = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
        let party = (!is_address).then(|| Passki::new(host, &[origin], "Fuin"));
        Self { party, new: Open(Mutex::default()), asked: Open(Mutex::default()) }
    }

    /// Whether there can be any.
    pub(crate) fn are_possible(&self) -> bool {
        self.party.is_some()
    }

    fn party(&self) -> Result<&Passki, Refusal> {
        self.party.as_ref().ok_or(Refusal::Missing("place for passkeys"))
    }

    /// Asks for a new passkey of whoever is signed in.
    pub(crate) fn ask_new(&self, session: [u8; 32], account: &Account) -> Result<String, Refusal> {
        let known = read(account);
        if known.len() >= MAX_OF_ONE {
            return Err(Refusal::Limited);
        }
        let mut options = RegistrationOptions::default();
        options.resident_key = ResidentKeyRequirement::Required;
        options.user_verification = UserVerificationRequirement::Required;
        options.exclude_credentials = Some(&known);
        let asked = self.party()?.start_passkey_registration(
            account.id.as_bytes(),
            &account.name,
            &account.name,
            options,
        );
        let (mut question, state) = asked.map_err(inside)?;
        question.pub_key_cred_params.retain(|kind| kind.alg == ES256);
        self.new.ask(session, state)?;
        serde_json::to_string(&question).map_err(inside)
    }

    /// Takes the new passkey; gives it as it is kept.
    pub(crate) fn take_new(&self, session: [u8; 32], answer: &str) -> Result<String, Refusal> {
        let state = self.new.take(&session).ok_or(Refusal::Passkey)?;
        let answer: RegistrationCredential =
            serde_json::from_str(answer).map_err(|_| Refusal::Form("passkey".into()))?;
        let made = self.party()?.finish_passkey_registration(&answer, &state).map_err(refused)?;
        if made.algorithm != ES256 {
            return Err(Refusal::Passkey);
        }
        serde_json::to_string(&made).map_err(inside)
    }

    /// Asks for anybody's passkey: the word by which the answer is known, and the question.
    pub(crate) fn ask(&self) -> Result<(String, String), Refusal> {
        let mut options = AuthenticationOptions::default();
        options.user_verification = UserVerificationRequirement::Required;
        let asked = self.party()?.start_passkey_authentication(&[], options);
        let (question, state) = asked.map_err(inside)?;
        let word = random_word()?;
        self.asked.ask(word.clone(), state)?;
        Ok((word, serde_json::to_string(&question).map_err(inside)?))
    }

    /// Whose passkey answered, if it did: the account, with its counter.
    pub(crate) fn answered(
        &self,
        word: &str,
        answer: &str,
        accounts: Vec<Account>,
    ) -> Result<Account, Refusal> {
        let state = self.asked.take(&word.to_owned()).ok_or(Refusal::Passkey)?;
        let answer: AuthenticationCredential =
            serde_json::from_str(answer).map_err(|_| Refusal::Form("passkey".into()))?;
        let handle = answer.response.user_handle.as_deref().and_then(decode);
        let mut account = accounts
            .into_iter()
            .find(|account| !account.is_closed && Some(account.id.as_bytes()) == handle.as_deref())
            .ok_or(Refusal::Passkey)?;
        let id = decode(&answer.raw_id).ok_or(Refusal::Passkey)?;
        let mut known = read(&account);
        let passkey = known.iter_mut().find(|known| known.credential_id == id).ok_or(Refusal::Passkey)?;
        let said = self.party()?.finish_passkey_authentication(&answer, &state, passkey).map_err(refused)?;
        passkey.counter = said.counter;
        account.passkeys =
            known.iter().map(serde_json::to_string).collect::<Result<_, _>>().map_err(inside)?;
        Ok(account)
    }
}

/// The passkeys of an account.
fn read(account: &Account) -> Vec<StoredPasskey> {
    account.passkeys.iter().filter_map(|kept| serde_json::from_str(kept).ok()).collect()
}

fn decode(text: &str) -> Option<Vec<u8>> {
    data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

fn inside(error: impl std::fmt::Display) -> Refusal {
    Refusal::Inside(error.to_string())
}

/// Why an answer is not good is for the log alone; it names no person.
fn refused(error: passki::PasskiError) -> Refusal {
    tracing::warn!(%error, "a passkey was refused");
    Refusal::Passkey
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passkey_is_for_a_name_and_no_address() {
        let may = |origin| Passkeys::new(origin).are_possible();
        assert!(may("https://fuin.city.example") && may("https://fuin.city.example:8443"));
        assert!(may("http://localhost:8443"));
        assert!(!may("http://127.0.0.1:8443") && !may("https://10.1.2.3") && !may("https://[::1]:8443"));
    }
}

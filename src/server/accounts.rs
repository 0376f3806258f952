//! Who may sign in: invitations, by which a first password is set.
//!
//! Entry points: [`invite`] for the command line, [`Invited`]. Absent: what somebody may record; the ledger says that.

use data_encoding::{Encoding, HEXLOWER, Specification};
use fuin_core::{half_width, sha256, sha256_hex};
use fuin_store::{Account, Invitation, OfficeId, Store};
use serde::Serialize;

use crate::{refusal::Refusal, sessions::random_word, state::now};

/// Letters of a name at most.
pub(crate) const NAME: usize = 100;
/// Bytes of a word: 80 bits, which is out of reach of whoever may try once a second for three days.
const WORD_BYTES: usize = 10;
/// How long an invitation is open: somebody has to come to his PC.
const OPEN_SECS: i64 = 3 * 24 * 3600;

/// An invitation as it is handed to somebody.
#[derive(Debug, Clone, Serialize)]
pub struct Invited {
    /// Who.
    pub name: String,
    /// The word. It is kept nowhere.
    pub word: String,
    /// Until when it may be used.
    pub until: fuin_core::Timestamp,
}

/// Lets somebody set a password, for the first time or because it was forgotten. `office` is none for who founds one,
/// and for who runs the server.
pub async fn invite(
    store: &dyn Store,
    name: &str,
    office: Option<&OfficeId>,
    is_operator: bool,
) -> Result<Invited, Refusal> {
    if name.trim().is_empty() || name.chars().count() > NAME {
        return Err(Refusal::Form("name".into()));
    }
    let mut bytes = [0; WORD_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::Inside(error.to_string()))?;
    let until = now().plus_secs(OPEN_SECS);
    let known = store.accounts().await?.into_iter().find(|account| {
        account.name == name && account.office.as_ref() == office && account.is_operator == is_operator
    });
    let fresh = || Account {
        id: String::new(),
        name: name.to_owned(),
        office: office.cloned(),
        is_operator,
        password: None,
        passkeys: Vec::new(),
        invitation: None,
        is_closed: false,
    };
    let mut account = known.unwrap_or_else(fresh);
    if account.id.is_empty() {
        account.id = HEXLOWER.encode(&sha256(random_word()?.as_bytes())[..16]);
    }
    account.invitation = Some(Invitation { sha256: sha256_hex(&bytes), until });
    account.is_closed = false;
    store.keep_account(&account).await?;
    Ok(Invited { name: name.to_owned(), word: written(&bytes)?, until })
}

/// Crockford's letters: none is taken for another on paper or on the telephone, and case and hyphens do not matter.
fn letters() -> Result<Encoding, Refusal> {
    let mut letters = Specification::new();
    letters.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    letters.translate.from.push_str("abcdefghjkmnpqrstvwxyzOoIiLl");
    letters.translate.to.push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    letters.ignore.push_str(" -");
    letters.encoding().map_err(|error| Refusal::Inside(error.to_string()))
}

/// In groups of four.
fn written(bytes: &[u8]) -> Result<String, Refusal> {
    let text = letters()?.encode(bytes);
    let groups: Vec<&str> = (0..text.len()).step_by(4).filter_map(|at| text.get(at..at + 4)).collect();
    Ok(groups.join("-"))
}

/// The account whose invitation is open with this word.
pub(crate) async fn invited(store: &dyn Store, word: &str) -> Result<Account, Refusal> {
    let typed: String = word.chars().map(half_width).collect();
    let typed = letters()?.decode(typed.trim().as_bytes());
    let sha256 = sha256_hex(&typed.map_err(|_| Refusal::Invitation)?);
    let is_it = |account: &Account| {
        let invitation = account.invitation.as_ref();
        !account.is_closed && invitation.is_some_and(|known| known.sha256 == sha256 && now() < known.until)
    };
    store.accounts().await?.into_iter().find(is_it).ok_or(Refusal::Invitation)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use fuin_store::MemoryStore;

    use super::*;

    #[tokio::test]
    async fn a_word_is_known_however_it_is_typed() {
        let store = MemoryStore::default();
        let first = invite(&store, "見本花子", None, false).await.unwrap().word;
        assert_eq!(first.len(), 19);
        for typed in [first.clone(), first.to_lowercase(), first.replace('-', ""), format!(" {first} ")] {
            assert_eq!(invited(&store, &typed).await.unwrap().name, "見本花子", "{typed}");
        }
        let second = invite(&store, "見本花子", None, false).await.unwrap().word;
        assert!(invited(&store, &first).await.is_err(), "another one took its place");
        assert!(invited(&store, &second).await.is_ok());
        assert_eq!(store.accounts().await.unwrap().len(), 1);
        for other in ["", "0000-0000-0000-0000", "言葉"] {
            assert!(invited(&store, other).await.is_err(), "{other}");
        }
    }
}

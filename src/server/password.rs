//! Passwords, by Argon2id (RFC 9106) with the memory that OWASP names: 19 MiB, two passes.
//!
//! Entry points: [`Passwords::hash`], [`Passwords::is_right`]. Only a few are worked on at a time: whoever sends many
//! must not take the server's memory. Absent: the passwords; what is kept is a PHC string.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task};
use zeroize::Zeroizing;

use crate::refusal::Refusal;

/// The shortest one.
const LEAST: usize = 12;
/// The longest one that is looked at.
const MOST: usize = 256;
/// How many are worked on at a time.
const AT_ONCE: usize = 4;

/// Works on passwords.
pub(crate) struct Passwords {
    turns: Semaphore,
    /// That of nobody: checking a name that is not known takes as long as one that is.
    of_nobody: String,
}

/// A password as it was typed.
pub(crate) type Typed = Zeroizing<String>;

impl Passwords {
    pub(crate) fn new() -> Result<Self, Refusal> {
        Ok(Self { turns: Semaphore::new(AT_ONCE), of_nobody: hash(&Typed::new("nobody's password".into()))? })
    }

    /// What is kept of a new password.
    pub(crate) async fn hash(&self, typed: Typed) -> Result<String, Refusal> {
        let letters = typed.chars().count();
        if letters < LEAST || typed.len() > MOST || is_one_letter(&typed) {
            return Err(Refusal::PasswordShort);
        }
        self.work(move || hash(&typed)).await?
    }

    /// Whether this is the password that was kept.
    pub(crate) async fn is_right(&self, typed: Typed, kept: Option<&str>) -> Result<bool, Refusal> {
        let is_somebody = kept.is_some();
        let kept = kept.unwrap_or(&self.of_nobody).to_owned();
        let fits = self
            .work(move || {
                let hash = PasswordHash::new(&kept).map_err(|error| Refusal::Inside(error.to_string()))?;
                let typed = typed.as_bytes().get(..MOST).unwrap_or(typed.as_bytes());
                Ok::<_, Refusal>(Argon2::default().verify_password(typed, &hash).is_ok())
            })
            .await??;
        Ok(fits && is_somebody)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let _turn = self.turns.acquire().await.map_err(|error| Refusal::Inside(error.to_string()))?;
        task::spawn_blocking(work).await.map_err(|error| Refusal::Inside(error.to_string()))
    }
}

fn is_one_letter(typed: &str) -> bool {
    let mut letters = typed.chars();
    letters.next().is_some_and(|first| letters.all(|letter| letter == first))
}

fn hash(typed: &str) -> Result<String, Refusal> {
    let hash = Argon2::default().hash_password(typed.as_bytes());
    Ok(hash.map_err(|error| Refusal::Inside(error.to_string()))?.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let passwords = Passwords::new().unwrap();
        let typed = |text: &str| Typed::new(text.to_owned());
        let kept = passwords.hash(typed("長い合言葉を十二文字以上で")).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(passwords.is_right(typed("長い合言葉を十二文字以上で"), Some(&kept)).await.unwrap());
        assert!(!passwords.is_right(typed("長い合言葉を十二文字以上で "), Some(&kept)).await.unwrap());
        assert!(!passwords.is_right(typed("nobody's password"), None).await.unwrap());
        for short in ["", "short", "aaaaaaaaaaaaaaaaaaaa"] {
            assert!(matches!(passwords.hash(typed(short)).await, Err(Refusal::PasswordShort)), "{short}");
        }
        assert_ne!(kept, passwords.hash(typed("長い合言葉を十二文字以上で")).await.unwrap(), "salted");
    }
}

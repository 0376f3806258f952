//! 管理番号: the name of a bundle, printed, spoken and typed (FORMAT.md §3.2).
//!
//! Entry points: [`BundleId::generate`], [`BundleId::parse_typed`]. Absent: a check character; the ledger
//! knows which numbers there are.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    port::Entropy,
    text::{Day, crockford, letters},
};

/// 管理番号: the name of a bundle, printed, spoken and typed (§3.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BundleId(String);

impl BundleId {
    /// A new number: fiscal year, running number of the office, four random characters (`R8-0012-7K3Q`).
    pub fn generate(entropy: &impl Entropy, day: Day, running: u64) -> Self {
        let random: String = entropy.array::<4>().iter().map(|&byte| crockford::symbol(byte)).collect();
        Self(format!("{}-{running:04}-{random}", day.fiscal_year_code()))
    }

    /// Reads a number as typed: full-width and small letters are forgiven, and O, I, L read as 0, 1, 1 in the
    /// random part.
    pub fn parse_typed(typed: &str) -> Option<Self> {
        let text = letters(typed).filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        let (front, random) = text.rsplit_once('-')?;
        let random: String = random.chars().map(crockford::canonical).collect();
        Self::try_from(format!("{front}-{random}")).ok()
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BundleId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        if (6..=32).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text))
        } else {
            Err("a 管理番号 is 6 to 32 of A-Z, 0-9 and -")
        }
    }
}

impl From<BundleId> for String {
    fn from(id: BundleId) -> Self {
        id.0
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

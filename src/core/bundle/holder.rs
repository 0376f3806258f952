//! Holders: by which key slot somebody opens a bundle, and so whose report it is (FORMAT.md §5.1, §8.1).
//!
//! Entry point: [`Holder`]. Absent: who that is; the office knows for whom it made the slot.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One way into a bundle, as receipts and the ledger name it: `slot/1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Holder {
    slot: u32,
}

/// The most slots that a header may have (§3.1).
pub(super) const MAX_SLOTS: u32 = 64;

impl Holder {
    /// Whoever opens this slot of the header, from 0.
    pub fn of_slot(slot: u32) -> Self {
        Self { slot }
    }

    /// The slot, from 0.
    pub fn slot(&self) -> u32 {
        self.slot
    }
}

impl TryFrom<String> for Holder {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number = text.strip_prefix("slot/").and_then(|number| number.parse::<u32>().ok());
        let holder = number.and_then(|number| number.checked_sub(1)).map(Self::of_slot);
        // One holder, one text.
        let holder = holder.filter(|holder| holder.slot < MAX_SLOTS && holder.to_string() == text);
        holder.ok_or("a holder is slot/1 to slot/64")
    }
}

impl From<Holder> for String {
    fn from(holder: Holder) -> Self {
        holder.to_string()
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "slot/{}", self.slot + 1)
    }
}

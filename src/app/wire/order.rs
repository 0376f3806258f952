//! What is to be sealed, as the desk orders it.
//!
//! Entry point: [`SealOrder`]. The files, and where the bundle goes, travel beside it. Absent: keys.

use fuin_core::{ClipNote, Jwk, OfficeLabel, Request, RuleSet, Terms, Timestamp};
use serde::{Deserialize, Serialize};

/// What is to be sealed; the files come beside it.
#[derive(Clone, Serialize, Deserialize)]
pub struct SealOrder {
    /// Running number of the request.
    pub number: u64,
    /// The request.
    pub request: Request,
    /// 発行課.
    pub office: OfficeLabel,
    /// The rules in force.
    pub rules: RuleSet,
    /// Running number of the bundle.
    pub running: u64,
    /// Period, return, permissions, conditions, medium.
    pub terms: Terms,
    /// The period begins when the bundle is sealed, whatever `terms` say.
    pub begins_now: bool,
    /// What is known of each clip, in the order of the files, which bring their names.
    pub clips: Vec<ClipNote>,
    /// Downloads small enough for FAT32.
    pub small_parts: bool,
    /// The key of the recipient's device, if the bundle is to open there without the passphrase too.
    pub recipient_key: Option<Jwk>,
}

impl SealOrder {
    /// The terms of a bundle that is sealed at this moment.
    pub fn terms_from(&self, issued_at: Timestamp) -> Terms {
        let terms = self.terms.clone();
        if self.begins_now { Terms { not_before: issued_at, ..terms } } else { terms }
    }
}

//! What people may do who work with a ledger that several desks share (FORMAT.md §10.11).
//!
//! Entry point: [`PersonRole`]. Absent: what a role may record ([`crate::register`]); how somebody proves who he is,
//! which a server asks for.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// What somebody may do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PersonRole {
    /// 取扱者: records what comes in and goes out.
    Handler,
    /// 管理責任者・決裁者: decides.
    Decider,
    /// 監査: reads, and records nothing.
    Auditor,
}

impl PersonRole {
    /// All, in the order of forms.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The word that rules use.
    pub fn japanese(self) -> &'static str {
        match self {
            Self::Handler => "取扱者",
            Self::Decider => "管理責任者・決裁者",
            Self::Auditor => "監査",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

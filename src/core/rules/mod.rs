//! The municipal rule sets as data, and the pure checks on them.
//!
//! Each city is one TOML file beside this module; every rule names its article. `README.md` beside it says
//! how an office writes its own. Entry point: [`RuleSet`]. Absent: invented articles. Where a rule set is
//! silent, its file says so and nothing is asked.

mod example;
mod finding;
mod rule_set;
mod undertaking;

pub use example::example_request;
pub use finding::{Finding, Weight};
pub(crate) use rule_set::Ground;
pub use rule_set::{DocumentRule, Form, Rule, RuleSet, RulesError};
pub(crate) use undertaking::undertaking_document;

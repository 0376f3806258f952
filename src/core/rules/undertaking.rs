//! 誓約書 in the words of a rule set.
//!
//! Entry point: [`undertaking_document`]. Absent: whether one is required ([`RuleSet::check`]).

use super::rule_set::RuleSet;
use crate::{
    bundle::{Submission, UndertakingDocument},
    documents::Request,
};

/// The undertaking that goes into a bundle, or that is printed to be signed; addressed to the office
/// `office_name` where the rules name no one else.
pub(crate) fn undertaking_document(
    rules: &RuleSet,
    request: &Request,
    office_name: &str,
) -> UndertakingDocument {
    let submission = request.undertaking.as_ref().map(|fields| Submission {
        submitted_on: fields.submitted_on,
        signed_by: fields.signed_by.clone(),
        origin: fields.origin,
    });
    UndertakingDocument {
        format: UndertakingDocument::FORMAT.into(),
        items: rules.undertaking.items.clone(),
        article: rules.undertaking.article.clone(),
        addressed_to: if rules.undertaking.addressed_to.is_empty() {
            office_name.to_owned()
        } else {
            rules.undertaking.addressed_to.clone()
        },
        recipient: request.recipient(),
        purpose: request.purpose.clone(),
        submission,
        onward_to: request.undertaking.as_ref().map(|u| u.onward_to.clone()).unwrap_or_default(),
        return_due: request.return_due,
    }
}

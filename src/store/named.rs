//! Which documents a ledger speaks of (FORMAT.md §11.10).
//!
//! Entry points: [`names`], [`is_free`], [`knows`]. Absent: where they lie ([`crate::Documents`]).

use fuin_core::{Disclosure, Register};

use crate::documents::{DocumentKind, DocumentName};

/// Whether a ledger names a document that is kept: a scan that a line names, the key of a bundle of which something is
/// kept, or a bundle that waits to be handed over (FORMAT.md §11.10).
pub(crate) fn names(register: &Register, name: &DocumentName) -> bool {
    let of = |id| register.disclosures.get(id);
    match name.kind() {
        DocumentKind::Scan => register.documents.contains_key(name.as_str()),
        DocumentKind::Key(id) => of(id).is_some_and(|bundle| !bundle.is_gone()),
        DocumentKind::Bundle(id) => of(id).is_some_and(Disclosure::awaits_handing_over),
    }
}

/// Whether a document is of a bundle, and nobody waits for it.
pub(crate) fn is_free(register: &Register, name: &DocumentName) -> bool {
    let of = |id| register.disclosures.get(id);
    match name.kind() {
        DocumentKind::Scan => false,
        DocumentKind::Key(id) => of(id).is_none_or(|bundle| bundle.is_gone() || bundle.status.is_over()),
        DocumentKind::Bundle(id) => of(id).is_none_or(|bundle| !bundle.awaits_handing_over()),
    }
}

/// Whether a ledger knows what a document is of.
pub(crate) fn knows(register: &Register, name: &DocumentName) -> bool {
    match name.kind() {
        DocumentKind::Scan => register.documents.contains_key(name.as_str()),
        DocumentKind::Key(id) | DocumentKind::Bundle(id) => register.disclosures.contains_key(id),
    }
}

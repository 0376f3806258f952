//! Words that several screens of the viewer use.

use fuin_core::ReceiptKind;

use crate::locale::{Key, k};

/// The word for a kind of receipt.
pub fn kind_key(kind: ReceiptKind) -> Key {
    match kind {
        ReceiptKind::Return => k::PROCEDURE_RETURN,
        ReceiptKind::Erasure => k::PROCEDURE_ERASURE,
        ReceiptKind::Disposal => k::PROCEDURE_DISPOSAL,
        ReceiptKind::Retention => k::PROCEDURE_RETENTION,
        ReceiptKind::OnwardTransfer => k::PROCEDURE_ONWARD_TRANSFER,
        ReceiptKind::PartialReturn => k::PROCEDURE_PARTIAL_RETURN,
        ReceiptKind::Loss => k::PROCEDURE_LOSS,
        ReceiptKind::Delivery => k::PROCEDURE_DELIVERY,
    }
}

//! 訂正: what is different between a request as it stood and as it stands.
//!
//! Entry point: [`differences`]. Absent: who corrected it and why, which the ledger has.

use super::request::{Request, legal_basis_name};
use crate::text::Day;

/// One field that was corrected, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field, as forms name it.
    pub field: &'static str,
    /// What stood there; may be empty.
    pub old: String,
    /// What stands there.
    pub new: String,
}

/// What `corrected` says otherwise, field by field, in the order of 様式第1号. Review, undertaking, conditions and clips
/// are not looked at: they have events of their own.
pub(crate) fn differences(known: &Request, corrected: &Request) -> Vec<Difference> {
    let pairs = fields(known).into_iter().zip(fields(corrected));
    let differs = pairs.filter(|((_, old), (_, new))| old != new);
    differs.map(|((field, old), (_, new))| Difference { field, old, new }).collect()
}

/// Whether `corrected` leaves to other events what is theirs.
pub(crate) fn corrects_only_itself(known: &Request, corrected: &Request) -> bool {
    known.review == corrected.review
        && known.undertaking == corrected.undertaking
        && known.conditions == corrected.conditions
        && known.clip == corrected.clip
}

fn fields(request: &Request) -> [(&'static str, String); 19] {
    let applicant = &request.applicant;
    [
        ("申請受付日", request.received_on.wareki()),
        ("機関名", applicant.organization.clone()),
        ("部署名", applicant.department.clone()),
        ("住所", applicant.address.clone()),
        ("代表者", applicant.representative.clone()),
        ("担当者", applicant.person.clone()),
        ("電話番号", applicant.phone.clone()),
        ("視聴する者", request.watched_by.as_ref().map(|watcher| watcher.line()).unwrap_or_default()),
        ("規程の区分", request.ground.clone()),
        ("根拠法令", legal_basis_name(&request.legal_basis).to_owned()),
        ("法令・条項", request.basis_detail.clone()),
        ("文書番号", request.document_number.clone()),
        ("文書の日付", request.document_date.map(Day::wareki).unwrap_or_default()),
        ("利用目的", request.purpose.clone()),
        ("画像の範囲", request.range_text()),
        (
            "提供方法・媒体",
            format!("{} {} {}", request.delivery_method, request.medium.kind, request.medium.number),
        ),
        ("返却期限", request.return_due.wareki()),
        ("秘密保持命令の期限", request.secrecy_until.map(Day::wareki).unwrap_or_default()),
        ("特記事項", request.remarks.clone()),
    ]
}

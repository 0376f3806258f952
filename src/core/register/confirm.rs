//! The office's check of a receipt, by file or by typed code, and the event that records the outcome.
//!
//! Entry points: [`confirm_file`], [`confirm_code`]. A refusal is an outcome too: it becomes an event with its reason.
//! Absent: keys. The caller derives the bundle's receipt secret, in memory or in WebCrypto.

use super::{disclosure::Disclosure, register::Register};
use crate::{
    bundle::BundleId,
    crypto::{Jws, Secret32, SignatureError},
    documents::{CodeError, ReceiptCode, ReceiptKind, VerifiedReceipt},
    ledger::{EventBody, Via},
    port::Coded,
    text::{Day, Timestamp},
};

/// How far the clock of another person's PC may run ahead before a receipt counts as dated in the future.
const CLOCK_TOLERANCE_SECS: i64 = 86_400;

/// Why a receipt is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptRefusal {
    /// The file's signature is not good.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The typed code is not good.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// This office sealed no bundle with this number.
    #[error("this office's ledger has no bundle {0}")]
    UnknownBundle(BundleId),
    /// The receipt is for another bundle than the one being confirmed.
    #[error("the receipt is for bundle {0}")]
    OtherBundle(BundleId),
    /// The receipt names this 管理番号, but not the bundle that was sealed under it.
    #[error("the receipt was made from another bundle with the same number")]
    OtherManifest,
    /// Its signer could not open the bundle.
    #[error("the receipt was not made by somebody who could open the bundle")]
    NoAccess,
    /// The code printed in the file is not the one its report gives.
    #[error("the receipt contradicts itself")]
    Inconsistent,
    /// Dated before the bundle was sealed.
    #[error("the receipt is dated {0}, before the bundle was sealed")]
    TooEarly(Day),
    /// Dated in the future.
    #[error("the receipt is dated {0}, in the future")]
    Future(Day),
    /// Another file reports the same kind on the same day and says something else.
    #[error("another receipt of the same kind and day is recorded, and says something else")]
    Conflict,
    /// Recorded before.
    #[error("this receipt is already recorded")]
    Duplicate,
}

impl Coded for ReceiptRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Signature(_) => "receipt_signature",
            Self::Code(error) => error.code(),
            Self::UnknownBundle(_) => "receipt_unknown_bundle",
            Self::OtherBundle(_) => "receipt_other_bundle",
            Self::OtherManifest => "receipt_other_manifest",
            Self::NoAccess => "receipt_no_access",
            Self::Inconsistent => "receipt_inconsistent",
            Self::TooEarly(_) => "receipt_too_early",
            Self::Future(_) => "receipt_future",
            Self::Conflict => "receipt_conflict",
            Self::Duplicate => "receipt_duplicate",
        }
    }
}

impl ReceiptRefusal {
    /// Whether it is a slip of whoever confirms: a code that was mistyped, a file that is no receipt, the same report
    /// once more. It says nothing of the recipient, and is not recorded.
    pub fn is_slip(&self) -> bool {
        matches!(
            self,
            Self::Code(CodeError::Form | CodeError::CheckCharacter)
                | Self::Signature(SignatureError::Form)
                | Self::Duplicate
        )
    }
}

/// A receipt that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedReceipt {
    /// 管理番号.
    pub bundle_id: BundleId,
    /// What it reports.
    pub kind: ReceiptKind,
    /// On which day.
    pub day: Day,
    /// How it came.
    pub via: Via,
    /// The receipt itself, or the code in its canonical form.
    pub evidence: String,
}

impl AcceptedReceipt {
    /// The event that records it.
    pub fn event(&self) -> EventBody {
        EventBody::ReceiptAccepted {
            bundle_id: self.bundle_id.clone(),
            receipt: self.kind,
            day: self.day,
            via: self.via,
            evidence: self.evidence.clone(),
        }
    }
}

/// The event that records a refusal. Evidence is cut at 64 KiB: it came from outside and may be anything.
pub fn refusal_event(
    bundle_id: Option<BundleId>,
    refusal: &ReceiptRefusal,
    via: Via,
    evidence: &str,
) -> EventBody {
    let evidence = evidence.trim().chars().take(1 << 16).collect();
    EventBody::ReceiptRefused { bundle_id, reason: refusal.code().into(), via, evidence }
}

/// Checks a receipt file. `secret` derives the receipt secret of a bundle of this office.
pub fn confirm_file(
    register: &Register,
    jws: &Jws,
    receipt: &VerifiedReceipt,
    expected: Option<&BundleId>,
    secret: &Secret32,
    now: Timestamp,
) -> Result<AcceptedReceipt, ReceiptRefusal> {
    let content = &receipt.receipt;
    if expected.is_some_and(|expected| *expected != content.bundle_id) {
        return Err(ReceiptRefusal::OtherBundle(content.bundle_id.clone()));
    }
    let disclosure = find(register, &content.bundle_id)?;
    if disclosure.sealed.manifest_sha256 != content.manifest_sha256 {
        return Err(ReceiptRefusal::OtherManifest);
    }
    if !receipt.proves_access(secret) {
        return Err(ReceiptRefusal::NoAccess);
    }
    let (kind, day) = ReceiptCode::parse(&content.code)
        .and_then(|code| code.verify(secret, &content.bundle_id))
        .map_err(|_| ReceiptRefusal::Inconsistent)?;
    if (kind, day) != (content.kind, content.at.day()) {
        return Err(ReceiptRefusal::Inconsistent);
    }
    let evidence = jws.as_str().to_owned();
    let accepted =
        AcceptedReceipt { bundle_id: content.bundle_id.clone(), kind, day, via: Via::File, evidence };
    plausible(disclosure, accepted, now)
}

/// Checks a typed code for the bundle it was given for.
pub fn confirm_code(
    register: &Register,
    bundle_id: &BundleId,
    typed: &str,
    secret: &Secret32,
    now: Timestamp,
) -> Result<AcceptedReceipt, ReceiptRefusal> {
    let disclosure = find(register, bundle_id)?;
    let code = ReceiptCode::parse(typed)?;
    let (kind, day) = code.verify(secret, bundle_id)?;
    let accepted = AcceptedReceipt {
        bundle_id: bundle_id.clone(),
        kind,
        day,
        via: Via::Code,
        evidence: code.to_string(),
    };
    plausible(disclosure, accepted, now)
}

fn find<'a>(register: &'a Register, bundle_id: &BundleId) -> Result<&'a Disclosure, ReceiptRefusal> {
    register.disclosures.get(bundle_id).ok_or_else(|| ReceiptRefusal::UnknownBundle(bundle_id.clone()))
}

fn plausible(
    disclosure: &Disclosure,
    accepted: AcceptedReceipt,
    now: Timestamp,
) -> Result<AcceptedReceipt, ReceiptRefusal> {
    if accepted.day < disclosure.sealed_at.day() {
        return Err(ReceiptRefusal::TooEarly(accepted.day));
    }
    if accepted.day > now.plus_secs(CLOCK_TOLERANCE_SECS).day() {
        return Err(ReceiptRefusal::Future(accepted.day));
    }
    // The same report by file and by telephone is one report: what counts is bundle, kind and day. Its file completes
    // what came as a code; another file that says something else of the same day is a conflict that somebody must
    // look at.
    let known = || disclosure.reports.iter().filter(|r| (r.kind, r.day) == (accepted.kind, accepted.day));
    let file = known().find(|report| report.via == Via::File);
    match (accepted.via, file) {
        (Via::File, Some(file)) if file.evidence != accepted.evidence.trim() => Err(ReceiptRefusal::Conflict),
        (Via::File, None) => Ok(accepted),
        (Via::Code, None) if known().next().is_none() => Ok(accepted),
        (Via::File | Via::Code, _) => Err(ReceiptRefusal::Duplicate),
    }
}

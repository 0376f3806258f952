//! The office's check of a receipt, by file or by typed code, and the event that records the outcome.
//!
//! Entry points: [`ReceiptCheck::file`], [`ReceiptCheck::code`]. A refusal is an outcome too: it becomes an event
//! with its reason. Absent: keys. The caller derives the bundle's receipt secrets, in memory or in WebCrypto.

use super::{disclosure::Disclosure, register::Register, reports::ReceivedReport};
use crate::{
    bundle::{BundleId, Holder},
    crypto::{Jws, PublicKey, Secret32, SignatureError},
    documents::{CodeError, ReceiptCode, ReceiptFacts, Reported, VerifiedReceipt},
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
    /// The office's key sealed this bundle, and the ledger does not know it.
    #[error(
        "this office sealed bundle {0}, and its ledger does not have it: the ledger is older than the bundle"
    )]
    LostBundle(BundleId),
    /// The receipt is for another bundle than the one being confirmed.
    #[error("the receipt is for bundle {0}")]
    OtherBundle(BundleId),
    /// The receipt names this 管理番号, but not the bundle that was sealed under it.
    #[error("the receipt was made from another bundle with the same number")]
    OtherManifest,
    /// The office signed it itself.
    #[error("the receipt is signed with the office's own key")]
    OfficeKey,
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
            Self::Signature(error @ SignatureError::Later(_)) => error.code(),
            Self::Signature(_) => "receipt_signature",
            Self::Code(error) => error.code(),
            Self::UnknownBundle(_) => "receipt_unknown_bundle",
            Self::LostBundle(_) => "receipt_lost_bundle",
            Self::OtherBundle(_) => "receipt_other_bundle",
            Self::OtherManifest => "receipt_other_manifest",
            Self::OfficeKey => "receipt_office_key",
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
                | Self::Signature(SignatureError::NotSigned)
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
    pub said: Reported,
    /// By which slot its maker opens the bundle.
    pub holder: Holder,
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
            receipt: self.said.kind,
            day: self.said.day,
            ordinal: self.said.ordinal,
            holder: self.holder.clone(),
            via: self.via,
            evidence: self.evidence.clone(),
        }
    }
}

/// The most letters of evidence that are kept of a refused receipt: more than the longest file needs.
const MAX_EVIDENCE: usize = 512 << 10;

/// What came as a receipt, as the ledger keeps it: a text as it is, other bytes as a `data:` URL (RFC 2397).
pub fn evidence_of(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map(str::to_owned).unwrap_or_else(|_| {
        format!("data:application/octet-stream;base64,{}", data_encoding::BASE64.encode(bytes))
    })
}

/// The event that records a refusal. It came from outside and may be anything.
pub fn refusal_event(
    bundle_id: Option<BundleId>,
    refusal: &ReceiptRefusal,
    via: Via,
    evidence: &str,
) -> EventBody {
    let evidence = evidence.chars().take(MAX_EVIDENCE).collect();
    EventBody::ReceiptRefused { bundle_id, reason: refusal.code().into(), via, evidence }
}

/// What receipts are checked against.
pub struct ReceiptCheck<'a> {
    /// What the office knows.
    pub register: &'a Register,
    /// Every key that the office had: a receipt that one of them signed is nobody's report.
    pub office: &'a [PublicKey],
    /// The receipt secrets of the bundle's [`Disclosure::holders`], and of the holder that a receipt names: for a
    /// bundle that the ledger does not have, by every receipt master.
    pub secrets: &'a [(Holder, Secret32)],
    /// Now.
    pub now: Timestamp,
}

impl ReceiptCheck<'_> {
    /// Checks a receipt file.
    pub fn file(
        &self,
        jws: &Jws,
        receipt: &VerifiedReceipt,
        expected: Option<&BundleId>,
    ) -> Result<AcceptedReceipt, ReceiptRefusal> {
        let content = &receipt.receipt;
        if expected.is_some_and(|expected| *expected != content.bundle_id) {
            return Err(ReceiptRefusal::OtherBundle(content.bundle_id.clone()));
        }
        let proves = |(holder, secret): &&(Holder, Secret32)| {
            *holder == content.holder && receipt.proves_access(secret)
        };
        let secret = self.secrets.iter().find(proves);
        let disclosure = self.find(&content.bundle_id).map_err(|unknown| match secret {
            // Nobody else can have made the proof.
            Some(_) => ReceiptRefusal::LostBundle(content.bundle_id.clone()),
            None => unknown,
        })?;
        if disclosure.sealed.manifest_sha256 != content.manifest_sha256 {
            return Err(ReceiptRefusal::OtherManifest);
        }
        if self.office.contains(&receipt.signer) {
            return Err(ReceiptRefusal::OfficeKey);
        }
        let place = content.holder.slot() as usize;
        let Some((holder, secret)) = secret.filter(|_| place < disclosure.sealed.slots.len()) else {
            return Err(ReceiptRefusal::NoAccess);
        };
        let facts = facts(&content.bundle_id, disclosure, secret);
        let said = ReceiptCode::parse(&content.code).and_then(|code| code.verify(&facts));
        if said != Ok(content.reported()) {
            return Err(ReceiptRefusal::Inconsistent);
        }
        let (bundle_id, evidence) = (content.bundle_id.clone(), jws.as_str().to_owned());
        let (said, holder) = (content.reported(), holder.clone());
        self.plausible(disclosure, AcceptedReceipt { bundle_id, said, holder, via: Via::File, evidence })
    }

    /// Checks a typed code for the bundle it was given for.
    pub fn code(&self, bundle_id: &BundleId, typed: &str) -> Result<AcceptedReceipt, ReceiptRefusal> {
        let disclosure = self.find(bundle_id)?;
        let code = ReceiptCode::parse(typed)?;
        let of_holder = |(holder, secret): &(Holder, Secret32)| {
            Some((holder.clone(), code.verify(&facts(bundle_id, disclosure, secret)).ok()?))
        };
        let (holder, said) = self.secrets.iter().find_map(of_holder).ok_or(CodeError::Mac)?;
        let (bundle_id, evidence) = (bundle_id.clone(), code.to_string());
        self.plausible(disclosure, AcceptedReceipt { bundle_id, said, holder, via: Via::Code, evidence })
    }

    fn find(&self, bundle_id: &BundleId) -> Result<&Disclosure, ReceiptRefusal> {
        let known = self.register.disclosures.get(bundle_id);
        known.ok_or_else(|| ReceiptRefusal::UnknownBundle(bundle_id.clone()))
    }

    fn plausible(
        &self,
        disclosure: &Disclosure,
        accepted: AcceptedReceipt,
    ) -> Result<AcceptedReceipt, ReceiptRefusal> {
        let day = accepted.said.day;
        if day < disclosure.sealed_at.day() {
            return Err(ReceiptRefusal::TooEarly(day));
        }
        if day > self.now.plus_secs(CLOCK_TOLERANCE_SECS).day() {
            return Err(ReceiptRefusal::Future(day));
        }
        // The same report by file and by telephone is one report: what counts is who, what, on which day, and which of
        // that day. Its file completes what came as a code; another file that says something else in its place is a
        // conflict that somebody must look at.
        let is_same = |r: &&ReceivedReport| r.said == accepted.said && r.holder == accepted.holder;
        let known = || disclosure.reports.iter().filter(is_same);
        let file = known().find(|report| report.via == Via::File);
        let document = |text: &str| Jws::new(text).document_sha256();
        match (accepted.via, file) {
            (Via::File, Some(file)) if document(&file.evidence) != document(&accepted.evidence) => {
                Err(ReceiptRefusal::Conflict)
            }
            (Via::File, None) => Ok(accepted),
            (Via::Code, None) if known().next().is_none() => Ok(accepted),
            (Via::File | Via::Code, _) => Err(ReceiptRefusal::Duplicate),
        }
    }
}

fn facts<'a>(bundle_id: &'a BundleId, disclosure: &Disclosure, secret: &'a Secret32) -> ReceiptFacts<'a> {
    ReceiptFacts { bundle_id, manifest_sha256: disclosure.sealed.manifest_sha256.0, secret }
}

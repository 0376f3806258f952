//! Receipts: 受領, 返却, 消去 and what else can become of a disclosed bundle, as a signed file and as a typed code
//! (FORMAT.md §8).
//!
//! Entry points: [`Receipt::unsigned`], [`VerifiedReceipt::verify`], the typed code of the same report
//! ([`ReceiptCode`]). Absent: proof that something was really destroyed. A receipt is a 報告 by a named
//! person.

use serde::{Deserialize, Serialize};

use super::{
    code::{CodeError, ReceiptCode, ReceiptFacts, ReceiptKind, Reported},
    viewing_log::ViewingLog,
};
use crate::{
    bundle::{BundleId, Holder},
    crypto::{B64, Jws, PublicKey, Secret32, SignatureError, Typ, Unsigned, hmac_sha256, same},
    text::{
        Timestamp,
        json::{Document, write_document},
    },
};

/// A receipt before it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// `fuin-receipt/1`.
    pub format: String,
    /// 管理番号.
    pub bundle_id: BundleId,
    /// The name of the bundle's signed manifest (§6.6).
    pub manifest_sha256: B64<32>,
    /// By which slot its maker opens the bundle.
    pub holder: Holder,
    /// The head of the office's ledger in the latest bundle that its maker saw of it (§10.8).
    pub ledger_head: B64<32>,
    /// What is reported.
    pub kind: ReceiptKind,
    /// When it was done, by the reporter's clock.
    pub at: Timestamp,
    /// Which report of this kind on this day, from 1.
    pub ordinal: u8,
    /// The report in words.
    pub report: Report,
    /// The typed code of the same report.
    pub code: String,
    /// MAC that ties the signing key to somebody who could open the bundle (§8.1).
    pub key_proof: B64<32>,
    /// What the viewer recorded.
    pub log: ViewingLog,
}

/// The report in words: 返却・消去報告書.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// 報告者 (職氏名).
    pub reporter: String,
    /// 立会者.
    pub witness: String,
    /// 方法.
    pub method: String,
    /// 複製・印刷物の有無と処理.
    pub copies: String,
    /// 残存理由, 引継ぎ先, 備考.
    pub note: String,
}

fn key_proof(secret: &Secret32, bundle_id: &BundleId, key: &PublicKey) -> [u8; 32] {
    let thumbprint = key.thumbprint();
    hmac_sha256(
        secret,
        &[b"fuin/1 receipt key\0", bundle_id.as_str().as_bytes(), b"\0", thumbprint.as_bytes()],
    )
}

/// What is reported, and by whom.
pub struct Reporting {
    /// By which slot its maker opens the bundle.
    pub holder: Holder,
    /// The head of the office's ledger in the latest bundle that its maker saw of it (§10.8).
    pub ledger_head: B64<32>,
    /// What.
    pub kind: ReceiptKind,
    /// When, by the reporter's clock.
    pub at: Timestamp,
    /// Which report of this kind on this day, from 1.
    pub ordinal: u8,
    /// In words.
    pub report: Report,
    /// What the viewer recorded.
    pub log: ViewingLog,
}

impl Document for Receipt {
    const FORMAT: &'static str = "fuin-receipt/1";
}

impl Receipt {
    /// Writes a receipt for a bundle, to be signed by `signer`. Fails when its day or its ordinal has no number in a
    /// code (before 2020 or after 2199; more than 16).
    pub fn unsigned(
        facts: &ReceiptFacts<'_>,
        reporting: Reporting,
        signer: &PublicKey,
    ) -> Result<(Unsigned, ReceiptCode), CodeError> {
        let Reporting { holder, ledger_head, kind, at, ordinal, report, log } = reporting;
        let code = ReceiptCode::new(facts, Reported { kind, day: at.day(), ordinal })?;
        let receipt = Self {
            format: Self::FORMAT.into(),
            bundle_id: facts.bundle_id.clone(),
            manifest_sha256: B64(facts.manifest_sha256),
            holder,
            ledger_head,
            kind,
            at,
            ordinal,
            report,
            code: code.to_string(),
            key_proof: B64(key_proof(facts.secret, facts.bundle_id, signer)),
            log,
        };
        Ok((Unsigned::new(Typ::Receipt, signer, &write_document(&receipt)), code))
    }

    /// What it reports, as its code says it.
    pub fn reported(&self) -> Reported {
        Reported { kind: self.kind, day: self.at.day(), ordinal: self.ordinal }
    }
}

/// A receipt whose signature verified. Whether its signer could open the bundle is checked with
/// [`Self::proves_access`].
#[derive(Debug, Clone)]
pub struct VerifiedReceipt {
    /// Its content.
    pub receipt: Receipt,
    /// The key that signed it.
    pub signer: PublicKey,
}

impl VerifiedReceipt {
    /// Bytes of the longest receipt that is looked at: it goes into the ledger whole, and comes from outside.
    pub const MAX_BYTES: usize = 256 << 10;

    /// Reads a file and verifies its signature. One that is longer than [`Self::MAX_BYTES`] is no receipt.
    pub fn read(bytes: &[u8]) -> Result<(Jws, Self), SignatureError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(SignatureError::NotSigned);
        }
        let jws = Jws::from_bytes(bytes)?;
        let receipt = Self::verify(&jws)?;
        Ok((jws, receipt))
    }

    /// Verifies the signature.
    pub fn verify(jws: &Jws) -> Result<Self, SignatureError> {
        let verified = jws.verify(Typ::Receipt)?;
        Ok(Self { receipt: verified.parse()?, signer: verified.signer })
    }

    /// Whether the signer knew the bundle's receipt secret (§8.1).
    pub(crate) fn proves_access(&self, secret: &Secret32) -> bool {
        same(&key_proof(secret, &self.receipt.bundle_id, &self.signer), &self.receipt.key_proof.0)
    }
}

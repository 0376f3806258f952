//! `fuin receipt`: what the recipient reports who works on the command line. Absent: a viewing log, which only the
//! viewer keeps; the receipt says so by having none.

use fuin_core::{Holder, Receipt, ReceiptFacts, Report as Words, Reporting, SigningKey, ViewingLog};
use serde_json::json;

use crate::{
    args,
    failure::{Failure, Outcome},
    files::write_file,
    platform::{OsEntropy, now},
    report::Report,
    verify,
    words::said,
};

/// Makes a receipt and its code. It is signed by the recipient's key file, or by a key that is made for this receipt:
/// that it was somebody who could open the bundle, the key proof shows (FORMAT.md §8.1).
pub(crate) fn make(args: &args::Receipt) -> Outcome {
    let reporter = args.reporter.trim().to_owned();
    if reporter.is_empty() {
        return Err(Failure::new(
            "report_reporter",
            said!("報告者がありません（--reporter 職氏名）", "say who reports: --reporter 職氏名"),
        ));
    }
    let (verified, signing) = verify::open_signing(&args.bundle, &args.unlock)?;
    let words = Words {
        reporter,
        witness: args.witness.clone(),
        method: args.method.clone(),
        copies: args.copies.clone(),
        note: args.note.clone(),
    };
    let bundle_id = &verified.manifest().bundle_id;
    let facts = ReceiptFacts {
        bundle_id,
        manifest_sha256: verified.manifest_sha256(),
        secret: verified.receipt_secret(),
    };
    let key = signing.unwrap_or_else(|| SigningKey::generate(&OsEntropy));
    let reporting = Reporting {
        holder: Holder::of_slot(verified.slot()),
        ledger_head: verified.manifest().ledger_head,
        kind: args.kind,
        at: now(),
        ordinal: args.ordinal,
        report: words,
        log: ViewingLog::default(),
    };
    let (unsigned, code) = Receipt::unsigned(&facts, reporting, &key.public())?;
    let signature = key.sign_bytes(unsigned.signing_input());
    let jws = unsigned.attach(&signature)?;
    if let Some(path) = &args.out {
        write_file(path, jws.as_str().as_bytes(), false)?;
    }
    let text = format!(
        "{bundle_id} {}\n報告番号 {code}\n提供元に伝えてください（電話でもよい）。",
        args.kind.japanese()
    );
    Ok(Report::new(
        text,
        json!({ "ok": true, "bundle_id": bundle_id, "kind": args.kind, "code": code.to_string(), "file": args.out }),
    ))
}
